"""Where a figure comes from: back to the sheet and the cell."""

import json
import sys
from typing import Annotated

import typer

from cli.app import AsJson, Municipality, app
from services.exits import Exit, Stop
from services.messages import give


@app.command("trace")
def trace_command(
    context: typer.Context,
    mart: Annotated[
        str, typer.Argument(help="表の名前(fct_collection、財政.未収金の推移 など)", metavar="MART")
    ],
    column: Annotated[str, typer.Option("--column", help="列の名前", metavar="COL")],
    municipality: Municipality = None,
    claim: Annotated[
        str | None, typer.Option("--claim", help="債権整理番号(番号のない債権は債権名)")
    ] = None,
    department: Annotated[str | None, typer.Option("--department", help="所属")] = None,
    fiscal_year: Annotated[
        str | None, typer.Option("--fiscal-year", help="年度(西暦)", metavar="YEAR")
    ] = None,
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", help="actual(実績)、initial_target、revised_target"),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="残高の基準日(例 2024-07-31)", metavar="DATE")
    ] = None,
    part: Annotated[
        str | None, typer.Option("--part", help="prior(過年度)、current(現年度)、total(合計)")
    ] = None,
    status: Annotated[str | None, typer.Option("--status", help="未収債権の区分(01〜16)")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", help="ほかの列での絞り込み(何度でも)", metavar="COL=VALUE"),
    ] = None,
    known_at: Annotated[
        str | None,
        typer.Option("--known-at", help="その日(ISO 8601)に分かっていた値をたどる", metavar="ISO"),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="合計の内訳を、債権ごとにすべて展開する")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """公開用データの値を、計算式、提出されたシート、セルまでさかのぼります。"""
    from services import trace as tracing
    from services import waiting

    told = {
        "--municipality": (("municipality_code",), municipality),
        "--claim": (("claim_number", "claim_key", "claim_name"), _claim(claim)),
        "--department": (("department", "section"), department),
        "--fiscal-year": (("fiscal_year",), fiscal_year),
        "--scenario": (("scenario",), scenario),
        "--as-of": (("as_of",), as_of),
        "--part": (("part",), part),
        "--status": (("status_code",), status),
    }
    narrowed = [(option, names, value) for option, (names, value) in told.items() if value]
    filters = [tracing.Filter(*each) for each in (*narrowed, *map(_condition, where or ()))]
    found = tracing.trace(context.obj, mart, column, filters, known_at=known_at)
    if as_json:
        data = tracing.as_data(found)
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    else:
        for line in tracing.lines(found, full=full):
            give(line)
    waiting.tell(context.obj)
    if found.wrong:
        raise typer.Exit(Exit.CHECK_FAILED)


def _claim(given: str | None) -> str | None:
    """Leading zeros may be left out."""
    return given.zfill(3) if given and given.isascii() and given.isdigit() else given


def _condition(text: str) -> tuple[str, tuple[str, ...], str]:
    column, equals, value = text.partition("=")
    if not equals or not column:
        raise Stop(f"--where は 列=値 の形で書いてください: {text}")
    return f"--where {column}=", (column.strip(),), value.strip()
