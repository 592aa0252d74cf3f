"""Serving: the marts in other tools' databases."""

import sys
from typing import Annotated

import typer

from cli.app import app
from services.exits import Stop
from services.postgres.target import DSN_VARIABLE, READER, READER_VARIABLE


@app.command("serve-marts")
def serve_marts_command(
    context: typer.Context,
    dsn: Annotated[
        str | None,
        typer.Option("--dsn", help="接続先のPostgreSQL", metavar="DSN", envvar=DSN_VARIABLE),
    ] = None,
    reader: Annotated[
        str,
        typer.Option(
            "--reader", help="読むだけの役割の名前", metavar="ROLE", envvar=READER_VARIABLE
        ),
    ] = READER,
) -> None:
    """公開用データをPostgreSQLに写し、読むだけの役割に見せます(自由記述は写しません)。"""
    if not dsn:
        raise Stop(f"接続先を --dsn または環境変数 {DSN_VARIABLE} で指定してください。")
    from services.postgres.serving import serve
    from services.warehouse.build import Warehouse  # dbt, whose models say what is free text

    manifest = Warehouse(context.obj).manifest()
    sys.stdout.write(f"{serve(context.obj, dsn, reader, manifest)}\n")
