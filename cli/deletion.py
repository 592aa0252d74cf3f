"""What goes for good: records whose time has come, and what should never have come."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.app import AsJson, At, app
from cli.ending import finish
from services.arguments import clock_at, reason_to_keep
from services.home import Home
from services.messages import say


@app.command("expunge")
def expunge_command(
    context: typer.Context,
    submission: Annotated[
        str, typer.Argument(help="提出番号か、ブックのSHA-256(どちらも、はじめの数文字でよい)")
    ],
    by: Annotated[str, typer.Option("--by", help="だれが", metavar="NAME")],
    reason: Annotated[str, typer.Option("--reason", help="消去する理由", metavar="TEXT")],
    backups: Annotated[
        list[Path] | None,
        typer.Option("--backup", help="控えのフォルダ(いくつでも)", metavar="FOLDER"),
    ] = None,
    at: At = None,
) -> None:
    """ブックを、保管・取込・返却・公開用データ・控えから消去します。二人で、1回ずつ実行します。"""
    from orchestration import history, runs
    from orchestration.instance import open_instance
    from services.records import expunge, expunged_backups

    home: Home = context.obj
    clock = clock_at(at)
    for folder in backups or ():
        expunged_backups.refuse_other(home, folder)
    answer = expunge.expunge(home, submission, by, reason_to_keep(reason), clock())
    sys.stdout.writelines(f"{line}\n" for line in answer.lines)
    if answer.stone is None:
        return
    for folder in backups or ():
        say("\n".join(expunged_backups.expunge(home, folder)))
    with open_instance(home) as instance:
        history.forget(home, instance, answer.stone.since)
    finish(runs.rebuild(home, clock))


@app.command("retention")
def retention_command(context: typer.Context, as_json: AsJson = False, at: At = None) -> None:
    """保存期間の過ぎた記録を一覧にします(消すことはありません。消すのは mishukin expunge)。"""
    from services.records import retention

    sys.stdout.write(retention.listing(context.obj, clock_at(at)(), as_json=as_json))
