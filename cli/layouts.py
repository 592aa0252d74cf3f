"""Tables described as data: drafting a description, looking at what it makes of a sheet."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.app import AsJson, layout_app
from ingest.personal import shown_file
from services.exits import Exit
from services.messages import give, say, say_findings
from services.troubles import told_by_its_place

Book = Annotated[Path, typer.Argument(help="ブック", metavar="BOOK")]
SheetName = Annotated[
    str | None, typer.Option("--sheet", help="シートの名前(省略は表のある最初のシート)")
]


@layout_app.command("draft")
def draft_command(
    context: typer.Context,
    book: Book,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="書き出すファイル(.yml)", metavar="FILE")
    ],
    sheet: SheetName = None,
) -> None:
    """シートの表から様式の定義の下書きを作ります。分からない語には「？」と問いが付きます。"""
    from services.layouts import books

    for line in books.draft(context.obj, book, sheet, output):
        say(line)


@layout_app.command("show")
def show_command(
    context: typer.Context,
    book: Book,
    sheet: Annotated[str | None, typer.Option("--sheet", help="シートの名前(省略はすべて)")] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", help="シートと意味を1枚のHTMLに書き出す", metavar="FILE"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """様式の定義がブックの数値をどう読むかを示します。何も取り込みません。"""
    from services.layouts import books

    sheets, notes = books.shown(context.obj, book, sheet)
    for note in notes:
        say(note)
    if html:
        from ingest.returned.page import layout_page  # jinja2

        with told_by_its_place(html):
            html.write_text(layout_page(shown_file(book.name), sheets, notes), "utf-8")
        return
    for each in sheets:
        say_findings(each.findings)
    if as_json:
        _print_json([asdict(each) for each in sheets])
        return
    for each in sheets:
        give(f"{each.name}: {each.layout or '様式の定義なし'}")
        for cell in [*each.figures, *each.unknown]:
            give(cell.cell, cell.words, cell.meaning or "？")


@layout_app.command("check")
def check_command(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="様式の定義(省略はホームのもの全部)", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """様式の定義に誤りがないかを確かめます。誤りがあれば4で終わります。"""
    from services.layouts import listing

    looked_at, faults = listing.faults(context.obj, files or [])
    for path, fault in faults:
        say(f"{path}: {fault}")
    if as_json:
        _print_json([{"file": str(path), "fault": fault} for path, fault in faults])
    faulty = len({path for path, _ in faults})
    say(
        f"様式の定義{len(looked_at)}件: "
        + (f"誤りのあるもの{faulty}件" if faulty else "誤りはありません")
    )
    if faults:
        raise typer.Exit(Exit.CHECK_FAILED)


@layout_app.command("list")
def list_command(context: typer.Context, as_json: AsJson = False) -> None:
    """ホームにある様式の定義と、それで読んだ提出の数の一覧。"""
    from services.layouts import listing

    records, notes = listing.listing(context.obj)
    for note in notes:
        say(note)
    if as_json:
        _print_json(records)
    else:
        for line in listing.lines(records):
            give(*line.split("\t"))


def _print_json(told: Any) -> None:  # noqa: ANN401 - whatever a machine asks for
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
