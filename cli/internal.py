"""For the city's own desks: printed forms, the monthly bulletin, conference packs."""

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated

import typer

from cli.app import At, app
from services import waiting
from services.arguments import claim_told, clock_at
from services.home import Home

Folder = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="書き出すフォルダ(省略はinternal/の中)", metavar="FOLDER"),
]


@app.command("form")
def form_command(
    context: typer.Context,
    fiscal_year: Annotated[int, typer.Option("--fiscal-year", help="年度(西暦)")],
    form: Annotated[
        str | None,
        typer.Argument(
            help="annual(調書)、promotion(債権管理推進シート)、plan(計画表)。省略はすべて",
            show_default=False,
        ),
    ] = None,
    claim: Annotated[
        str | None, typer.Option("--claim", help="債権整理番号(省略はすべての債権)")
    ] = None,
    output: Folder = None,
    at: At = None,
) -> None:
    """公開用データから様式を作り直し、印刷できるExcelとPDFで書き出します(自由記述を除く)。"""
    from services.desks import internal

    home: Home = context.obj
    today = clock_at(at, may_be_ahead=True)().date()
    number = claim_told(claim)
    with writing(home, output):
        show(
            home,
            internal.print_forms(home, today, fiscal_year, form=form, claim=number, folder=output),
        )


@app.command("bulletin")
def bulletin_command(
    context: typer.Context,
    month: Annotated[str, typer.Argument(help="月(例 2026-10)", metavar="MONTH")],
    output: Folder = None,
) -> None:
    """庁内情報紙を作ります(毎月1日に自動でも作られます)。公開サイトには載りません。"""
    from services.desks import internal

    home: Home = context.obj
    with writing(home, output):
        show(home, internal.write_bulletin(home, internal.first_of(month), output))


@app.command("conference")
def conference_command(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="april(推進会議)かaugust(対策会議)", metavar="NAME")],
    output: Folder = None,
    at: At = None,
) -> None:
    """会議資料を、その会議で問われることへの答えとしてExcelとPDFで書き出します。"""
    from services.desks import internal

    home: Home = context.obj
    with writing(home, output):
        show(
            home,
            internal.write_conference(home, name, clock_at(at, may_be_ahead=True)().date(), output),
        )


def writing(home: Home, output: Path | None) -> AbstractContextManager[None]:
    """The writer's lock for what goes into the home; elsewhere a build may go on meanwhile."""
    return nullcontext() if output else home.writer()


def show(home: Home, written: Sequence[Path]) -> None:
    """Where the files are, and what came too late for them."""
    for path in written:
        sys.stdout.write(f"{path}\n")
    waiting.tell(home)
