"""The flow: load, build, check and draft in one go, or a part of it, or Dagster's own screen."""

from typing import Annotated

import typer

from cli.app import At, By, ReceivedAt, app
from cli.ending import finish
from services.arguments import clock_at


@app.command("build")
def build_command(
    context: typer.Context,
    at: At = None,
    tells_progress: Annotated[
        bool, typer.Option("--progress", help="始まった手順を、そのつど示す")
    ] = False,
) -> None:
    """倉庫を作り直し、検査し、公開用データを入れ替えます。"""
    from orchestration import runs

    finish(runs.build(context.obj, clock_at(at), tells_progress=tells_progress))


@app.command("run")
def run_command(context: typer.Context, by: By = None, received_at: ReceivedAt = None) -> None:
    """受付箱を取り込み、倉庫を作り直し、数値の変わった残高報告の下書きを作り直します。"""
    from orchestration import runs

    finish(runs.run(context.obj, clock_at(received_at), by=by))


@app.command("dev")
def dev_command(
    context: typer.Context,
    port: Annotated[int, typer.Option("--port", help="ポート番号")] = 3000,
) -> None:
    """Dagsterの画面とデーモンを127.0.0.1で動かします(Ctrl+Cで終了)。"""
    from cli import dev

    dev.serve(context.obj, port)
