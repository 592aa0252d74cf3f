"""What comes in: read, check and load workbooks, and what is handed out to be filled in."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli.app import AsJson, At, By, Municipality, Paths, ReceivedAt, app, one_line
from ingest import load as ingest
from ingest.load import Arrival, SourceFile
from ingest.reports import LoadReport
from ingest.returned import Returned
from services.arguments import (
    clock_at,
    files_to_check,
    files_to_load,
    reason_to_keep,
    report_date,
)
from services.clock import now
from services.exits import Exit, Stop
from services.home import Home
from services.intake.register import rules_of
from services.messages import (
    give,
    progress_bar,
    returned_line,
    say,
    say_explanations,
    say_findings,
    summary,
)
from services.records import tombstones
from services.troubles import told_by_its_place


@app.command("load")
def load_command(
    context: typer.Context,
    paths: Paths = None,
    municipality: Municipality = None,
    by: By = None,
    reason: Annotated[
        str | None, typer.Option("--reason", help="差替えの理由", callback=one_line)
    ] = None,
    received_at: ReceivedAt = None,
    as_plan: Annotated[
        bool, typer.Option("--plan", help="何も書き込まず、取り込むと何が変わるかを示す")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """ブックを読み取り、受理したシートを取り込み、それ以外を返却します(省略は受付箱)。"""
    from services.intake.receiving import receive  # reads the website, to note what was done

    home: Home = context.obj
    at, reason = clock_at(received_at)(), reason and reason_to_keep(reason)
    # Named on purpose and with a reason: also what was withdrawn once.
    again = bool(reason and paths and all(path.is_file() for path in paths))
    arrival = Arrival(at, by, reason, again)
    if as_plan:
        found = files_to_load(paths or [home.inbox], home, municipality)
        show_plan(home, found.files, arrival, as_json=as_json)
    found = files_to_load(paths or [home.inbox], home, municipality)
    with progress_bar(found.files) as progress:
        received = receive(home, found.files, arrival, progress)
    received.report.notes += found.notes
    tell(received.report, as_json=as_json, copies=received.copies)


@app.command("check")
def check_command(
    context: typer.Context,
    paths: Paths = None,
    as_json: AsJson = False,
    html: Annotated[
        Path | None,
        typer.Option("--html", help="結果を1枚のHTMLに書き出す", metavar="FILE"),
    ] = None,
    explain_sheets: Annotated[
        bool,
        typer.Option("--explain", help="様式と認められないシートが、どの様式とどう違うかも示す"),
    ] = False,
) -> None:
    """取り込むときと同じ読み取りと検査をします。何も書き込みません。"""
    if not paths:
        raise Stop("検査するブックまたはフォルダを指定してください。")
    if as_json and html:
        raise Stop("--json と --html は同時に指定できません。どちらか一つにしてください。")
    home: Home = context.obj
    found = files_to_check(paths, home)
    files = tombstones.refusing(home, found.files)
    with progress_bar(files) as progress:
        report = ingest.check(
            files,
            landing=home.landing,
            today=now().date(),
            rules=rules_of(home),
            progress=progress,
        )
    report.notes += found.notes
    if explain_sheets:
        ingest.explain(report, found.files)
        report.notes += hints(home, report, found.files)
    if html:
        from ingest.returned.page import check_page  # jinja2

        html.write_text(check_page(report.workbooks), encoding="utf-8")
    tell(report, as_json=as_json)


@app.command("claims")
def claims_command(
    context: typer.Context,
    missing: Annotated[
        bool,
        typer.Option("--unregistered", help="台帳にない債権を、claims.csvに書き足せる行で出力する"),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """債権の台帳(config/claims.csvまたはclaims.xlsx)と、提出にあって台帳にない債権の一覧。"""
    from services.intake import claims

    if missing and not as_json:
        lines, remarks = claims.missing(context.obj)
        sys.stdout.buffer.write(lines)
        for remark in remarks or ["台帳にない債権はありません。"]:
            say(remark)
        return
    listing, remark = claims.listing(context.obj, as_json=as_json)
    sys.stdout.write(listing)
    if remark:
        say(remark)


@app.command("withdraw")
def withdraw_command(
    context: typer.Context,
    submission: Annotated[str, typer.Argument(help="提出番号(はじめの数文字でよい)")],
    by: Annotated[
        str, typer.Option("--by", help="取り下げる人", metavar="NAME", callback=one_line)
    ],
    reason: Annotated[str, typer.Option("--reason", help="取り下げる理由", callback=one_line)],
    at: At = None,
) -> None:
    """受理した提出を取り下げます。前の版がふたたび有効になります。"""
    from services.intake import versions

    why = reason_to_keep(reason)
    say(versions.withdraw(context.obj, submission, by, why, clock_at(at)()))


@app.command("template")
def template_command(
    context: typer.Context,
    form: Annotated[
        str,
        typer.Argument(
            help="annual(調書)、interim(残高報告)、plan(計画表)、claim_list(債権一覧)、"
            "promotion(債権管理推進シート)、city_target(全市目標)、claims(債権台帳)、"
            "config/layouts にある様式の定義の名前"
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="書き出すファイル(.xlsx)")],
    municipality: Municipality = None,
    fiscal_year: Annotated[
        int | None,
        typer.Option("--fiscal-year", help="年度(西暦)。annual・plan・claim_list・promotionで必要"),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="基準日(例 2024-07-31)。interimで必要")
    ] = None,
    claim: Annotated[
        str | None,
        typer.Option("--claim", help="債権整理番号。annual・interim・promotionに債権の内容を記入"),
    ] = None,
    department: Annotated[
        str | None,
        typer.Option("--department", help="所属。interim・planにその所属の債権を記入"),
    ] = None,
    measure: Annotated[
        str | None,
        typer.Option(
            "--measure", help="planの種類: uncollected(収入未済額)かcollection_rate(収納率)"
        ),
    ] = None,
) -> None:
    """様式のブックを書き出します。債権の内容や前年度の残高など、分かっていることは記入済みです。"""
    from services.intake.handouts import Blank, handout  # openpyxl

    day = report_date(as_of) if as_of else None
    asked = Blank(form, municipality, fiscal_year, day, claim, department, measure)
    content, remark = handout(context.obj, asked)
    with told_by_its_place(output):
        output.write_bytes(content)
    if remark:
        say(remark)


@app.command("sample")
def sample_command(folder: Annotated[Path, typer.Argument(help="書き出すフォルダ")]) -> None:
    """見本市(架空、団体コード999999)のブックと債権の台帳(claims.csv)を書き出します。"""
    from ingest import sample

    sample.write(folder)
    (folder / "claims.csv").write_bytes(sample.register())


def tell(report: LoadReport, *, as_json: bool, copies: Sequence[Returned] = ()) -> None:
    """What became of the workbooks; ends the command with 3 when anything was rejected."""
    for book in report.workbooks:
        say_findings(book.findings)
        say_explanations(book)
    if as_json:
        books = [book.to_json() for book in report.workbooks]
        sys.stdout.write(json.dumps(books, ensure_ascii=False, indent=1) + "\n")
    for note in report.notes:
        say(note)
    for copy in copies:
        say(returned_line(copy))
    say(summary(report))
    if report.rejected:
        raise typer.Exit(Exit.REJECTED)


def hints(home: Home, report: LoadReport, files: Sequence[SourceFile]) -> list[str]:
    """The command that would help with each workbook of which a sheet is no form."""
    from services.layouts.books import command_for

    return [
        f"初めて見る表は、様式の定義を書けば読めます: {command_for(home, source.path, told.sheet)}"
        for book, source in zip(report.workbooks, files, strict=True)
        for told in (book.explanations or [])[:1]
    ]


def show_plan(home: Home, files: Sequence[SourceFile], arrival: Arrival, *, as_json: bool) -> None:
    """What a load would change; ends the command as the load and the build would."""
    from services.intake import plan as plans

    with progress_bar(files) as progress:
        planned = plans.plan(home, files, arrival, progress)
    for book in planned.report.workbooks:
        say_findings(book.findings)
    if as_json:
        sys.stdout.write(planned.to_json())
    else:
        for line in plans.lines(planned):
            give(line)
    raise typer.Exit(planned.code)
