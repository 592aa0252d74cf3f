"""The command `mishukin`.

What only reads (`check`, `sql`, `findings`, `submissions`) starts without dagster and dbt: the
modules that need them are imported by the commands that need them.
"""

import atexit
import gc
import json
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ingest import load as ingest
from ingest import returned
from ingest.load import SourceFile
from ingest.reports import LoadReport
from ingest.returned import Returned
from orchestration.arguments import (
    clock_at,
    existing,
    files_to_load,
    reason_to_keep,
    report_date,
    whose,
)
from orchestration.clock import now
from orchestration.exits import Exit, Stop
from orchestration.home import Home
from orchestration.inbox import sources
from orchestration.messages import (
    progress_bar,
    returned_line,
    say,
    say_explanations,
    say_findings,
    summary,
)
from orchestration.register import rules_of

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="未収金ウェアハウス: 調書を読み取り、検査し、集計し、残高報告を公表します。",
)
report_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="残高報告の下書き・承認・公表。",
)
app.add_typer(report_app, name="report")

Paths = Annotated[
    list[Path] | None, typer.Argument(help="ブック、またはフォルダ", show_default=False)
]
Municipality = Annotated[
    str | None, typer.Option("--municipality", help="団体コード(6桁)", metavar="CODE")
]
By = Annotated[str | None, typer.Option("--by", help="だれが", metavar="NAME")]
ReceivedAt = Annotated[
    str | None, typer.Option("--received-at", help="受付日時(ISO 8601、省略は今)", metavar="ISO")
]
At = Annotated[str | None, typer.Option("--at", help="日時(ISO 8601、省略は今)", metavar="ISO")]
AsJson = Annotated[bool, typer.Option("--json", help="JSONで出力する")]
AsOf = Annotated[str, typer.Argument(help="基準日(例 2024-07-31)", metavar="AS_OF")]
MaybeAsOf = Annotated[
    str | None, typer.Argument(help="基準日(省略はすべて)", metavar="AS_OF", show_default=False)
]


@app.callback()
def choose_home(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option("--home", help="ホームフォルダ(省略はMISHUKIN_HOME、なければ./var)"),
    ] = None,
) -> None:
    """Every command works on one home folder."""
    context.obj = Home.at(home)


@app.command("load")
def load_command(
    context: typer.Context,
    paths: Paths = None,
    municipality: Municipality = None,
    by: By = None,
    reason: Annotated[str | None, typer.Option("--reason", help="差替えの理由")] = None,
    received_at: ReceivedAt = None,
    as_plan: Annotated[
        bool, typer.Option("--plan", help="何も書き込まず、取り込むと何が変わるかを示す")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """ブックを読み取り、受理したシートを取り込み、それ以外を返却します(省略は受付箱)。"""
    home: Home = context.obj
    clock = clock_at(received_at)
    reason = reason and reason_to_keep(reason)
    # Named on purpose and with a reason: also what was withdrawn once.
    again = bool(reason and paths and all(path.is_file() for path in paths))
    if as_plan:
        files = files_to_load(paths or [home.inbox], home, municipality)
        show_plan(home, files, clock(), again=again, as_json=as_json)
    with home.writer():
        files = files_to_load(paths or [home.inbox], home, municipality)
        with progress_bar(files) as progress:
            report = ingest.load(
                files,
                landing=home.landing,
                archive=home.archive,
                received_at=clock(),
                received_from=by,
                reason=reason,
                rules=rules_of(home),
                again=again,
                progress=progress,
            )
        copies = returned.write(
            report.workbooks,
            files,
            archive=home.archive,
            folder=home.returned,
            received_at=clock(),
        )
    tell(report, as_json=as_json, copies=copies)


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
    files = sources(existing(paths), home.inbox, whose(home)).files
    with progress_bar(files) as progress:
        report = ingest.check(
            files,
            landing=home.landing,
            today=now().date(),
            rules=rules_of(home),
            progress=progress,
        )
    if explain_sheets:
        ingest.explain(report, files)
    if html:
        from ingest.returned.page import check_page  # jinja2

        html.write_text(check_page(report.workbooks), encoding="utf-8")
    tell(report, as_json=as_json)


@app.command("build")
def build_command(context: typer.Context, at: At = None) -> None:
    """倉庫を作り直し、検査し、公開用データを入れ替えます。"""
    from orchestration import runs

    finish(runs.build(context.obj, clock_at(at)))


@app.command("run")
def run_command(context: typer.Context, by: By = None, received_at: ReceivedAt = None) -> None:
    """受付箱を取り込み、倉庫を作り直し、数値の変わった残高報告の下書きを作り直します。"""
    from orchestration import runs

    finish(runs.run(context.obj, clock_at(received_at), received_from=by))


@app.command("sql")
def sql_command(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="SQL(読み取り専用)", metavar="QUERY")],
    form: Annotated[str, typer.Option("--format", help="table, csv, json, xlsx")] = "table",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="書き出すファイル(省略は標準出力)")
    ] = None,
) -> None:
    """公開用データにSQLで問い合わせます。martsと財政は前置きなしで使えます。"""
    from orchestration import query as queries

    if form not in queries.FORMATS:
        raise Stop(f"--format は {'、'.join(queries.FORMATS)} のどれかです: {form}")
    queries.write(queries.ask(context.obj, query), form, output)


@app.command("findings")
def findings_command(context: typer.Context, as_json: AsJson = False) -> None:
    """見つかった誤りと注意の一覧(公開用データから)。"""
    from orchestration import query as queries

    queries.write_list(context.obj, queries.FINDINGS, as_json=as_json)


@app.command("submissions")
def submissions_command(context: typer.Context, as_json: AsJson = False) -> None:
    """提出の一覧。だれがいつ何を出し、どの版が有効か(公開用データから)。"""
    from orchestration import query as queries

    queries.write_list(context.obj, queries.SUBMISSIONS, as_json=as_json)


@app.command("claims")
def claims_command(
    context: typer.Context,
    missing: Annotated[
        bool, typer.Option("--unregistered", help="台帳にない債権を、台帳に加えるCSVの行で出力する")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """債権の台帳(config/claims.csvまたはclaims.xlsx)と、提出にあって台帳にない債権の一覧。"""
    from orchestration import claims

    if missing and not as_json:
        lines, places = claims.missing(context.obj)
        sys.stdout.write(lines)
        for place in places:
            say(place)
        if not places:
            say("台帳にない債権はありません。")
        return
    listing, remark = claims.listing(context.obj, as_json=as_json)
    sys.stdout.write(listing)
    if remark:
        say(remark)


@app.command("diff")
def diff_command(
    context: typer.Context,
    older: Annotated[str, typer.Argument(help="前の提出番号(はじめの数文字でよい)")],
    newer: Annotated[str, typer.Argument(help="後の提出番号(はじめの数文字でよい)")],
    as_json: AsJson = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="書き出すファイル(.xlsx)")
    ] = None,
) -> None:
    """2つの提出で変わったセルの一覧(シート、セル、項目、前、後)。自由記述は変更の有無だけ。"""
    from orchestration import query as queries
    from orchestration import versions

    if output is not None:
        versions.write(versions.changes(context.obj, older, newer), output)
    elif as_json:
        queries.write(versions.changes_as_data(context.obj, older, newer), "json", None)
    else:
        queries.write(versions.changes(context.obj, older, newer), "table", None)


@app.command("withdraw")
def withdraw_command(
    context: typer.Context,
    submission: Annotated[str, typer.Argument(help="提出番号(はじめの数文字でよい)")],
    by: Annotated[str, typer.Option("--by", help="取り下げる人", metavar="NAME")],
    reason: Annotated[str, typer.Option("--reason", help="取り下げる理由")],
    at: At = None,
) -> None:
    """受理した提出を取り下げます。前の版がふたたび有効になります。"""
    from orchestration import versions

    why = reason_to_keep(reason)
    say(versions.withdraw(context.obj, submission, by, why, clock_at(at)()))


@app.command("template")
def template_command(
    context: typer.Context,
    form: Annotated[
        str,
        typer.Argument(
            help="annual(調書)、interim(残高報告)、plan(計画表)、claim_list(債権一覧)、"
            "promotion(債権管理推進シート)、city_target(全市目標)、claims(債権台帳)"
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
    from orchestration.handouts import handout  # openpyxl

    content, remark = handout(
        context.obj,
        form,
        municipality,
        fiscal_year=fiscal_year,
        as_of=report_date(as_of) if as_of else None,
        claim=claim,
        department=department,
        measure=measure,
    )
    try:
        output.write_bytes(content)
    except OSError as problem:
        raise Stop(f"{output} に書き出せません({problem.strerror})。") from None
    if remark:
        say(remark)


@app.command("sample")
def sample_command(folder: Annotated[Path, typer.Argument(help="書き出すフォルダ")]) -> None:
    """見本市(架空、団体コード999999)のブックと債権の台帳(claims.csv)を書き出します。"""
    from ingest import sample

    sample.write(folder)
    (folder / "claims.csv").write_bytes(sample.register())


@app.command("dev")
def dev_command(
    context: typer.Context,
    port: Annotated[int, typer.Option("--port", help="ポート番号")] = 3000,
) -> None:
    """Dagsterの画面とデーモンを127.0.0.1で動かします(Ctrl+Cで終了)。"""
    from orchestration import dev

    dev.serve(context.obj, port)


@report_app.command("draft")
def draft_command(context: typer.Context, as_of: MaybeAsOf = None, at: At = None) -> None:
    """下書きを作ります(省略は数値の変わったすべての基準日)。"""
    from orchestration import runs

    day = report_date(as_of) if as_of else None
    finish(runs.draft(context.obj, clock_at(at), day))


@report_app.command("approve")
def approve_command(
    context: typer.Context,
    as_of: AsOf,
    by: Annotated[str, typer.Option("--by", help="承認する人", metavar="NAME")],
    at: At = None,
) -> None:
    """下書きを承認します。下書きが変わると、承認は無効になります。"""
    from orchestration import releases

    say(releases.approve(context.obj, report_date(as_of), by, clock_at(at)()))


@report_app.command("publish")
def publish_command(context: typer.Context, as_of: MaybeAsOf = None, at: At = None) -> None:
    """承認済みの下書きを公表します(省略は承認済みのすべて)。"""
    from orchestration import runs

    day = report_date(as_of) if as_of else None
    finish(runs.publish(context.obj, clock_at(at), day))


@report_app.command("list")
def list_command(context: typer.Context, as_json: AsJson = False) -> None:
    """残高報告の状態を一覧します。"""
    from orchestration import releases

    sys.stdout.write(releases.listing(context.obj, as_json=as_json))


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


def show_plan(
    home: Home, files: Sequence[SourceFile], at: datetime, *, again: bool, as_json: bool
) -> None:
    """What a load would change; ends the command as the load and the build would."""
    from orchestration import plan as plans

    with progress_bar(files) as progress:
        rules = rules_of(home)
        planned = plans.plan(
            home, files, received_at=at, again=again, rules=rules, progress=progress
        )
    for book in planned.report.workbooks:
        say_findings(book.findings)
    if as_json:
        sys.stdout.write(planned.to_json())
    else:
        sys.stdout.writelines(f"{line}\n" for line in plans.lines(planned))
    raise typer.Exit(planned.code)


def finish(outcome: Any) -> None:  # noqa: ANN401 - runs.Outcome, whose module is heavy
    """Say what a run has to say, and end the command with its exit code."""
    for message in outcome.messages:
        say(message)
    for line in outcome.results:
        sys.stdout.write(line + "\n")
    raise typer.Exit(outcome.code)


USAGE_ERRORS = {
    "MissingParameter": "引数が足りません",
    "NoSuchOption": "そのようなオプションはありません",
    "BadParameter": "値が正しくありません",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with a code of the contract.

    A command lives for seconds: looking for cycles among the objects of dagster and dbt, and
    taking them down one by one at the end, would take a third of its time.
    """
    gc.set_threshold(200_000, 20, 20)
    code = run(arguments)
    atexit._run_exitfuncs()  # logs are flushed and semaphores given back, as at any exit
    with suppress(BrokenPipeError):  # `mishukin sql … | head` has read enough
        sys.stdout.flush()
    os._exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; every failure is one line for the staff."""
    try:
        code = app(args=arguments, prog_name="mishukin", standalone_mode=False)
        return int(code or Exit.DONE)
    except Stop as stop:
        say(str(stop))
        return stop.code
    except BrokenPipeError:
        return Exit.DONE
    except (typer.Abort, KeyboardInterrupt):
        say("中断しました。")
        return Exit.UNEXPECTED
    except Exception as error:
        return explain(error)


def explain(error: Exception) -> int:
    """One line in Japanese; the traceback only for those who asked for it."""
    if getattr(error, "exit_code", None) == Exit.USAGE:
        kind = USAGE_ERRORS.get(type(error).__name__, "使い方が違います")
        text = error.format_message() if hasattr(error, "format_message") else ""
        say(f"{kind}: {text} (使い方は mishukin --help)" if text else kind)
        return Exit.USAGE
    if os.environ.get("MISHUKIN_DEBUG"):
        traceback.print_exc()
    say(f"思いがけない誤りで終わりました({type(error).__name__}: {error})。")
    return Exit.UNEXPECTED
