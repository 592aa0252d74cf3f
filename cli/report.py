"""Publication: draft, preview, approve, publish, correct, rebuild, list."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.app import AsJson, AsOf, At, MaybeAsOf, one_line, report_app
from cli.ending import finish
from services.arguments import clock_at, day_of, reason_to_keep, report_date
from services.exits import Exit, Stop
from services.messages import give, say


@report_app.command("draft")
def draft_command(
    context: typer.Context,
    as_of: MaybeAsOf = None,
    issued: Annotated[
        str | None,
        typer.Option("--issued", help="記載する公表日(省略は年間予定の日)", metavar="DATE"),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="何も書かず、公表した数値のうち変わるものを一覧する"),
    ] = False,
    as_json: AsJson = False,
    at: At = None,
) -> None:
    """下書きを作ります(省略は数値の変わったすべての基準日)。"""
    from services import waiting

    if dry_run:
        from services import reviews

        if not as_of:
            raise Stop("--dry-run には基準日も書いてください。")
        sys.stdout.write(reviews.dry_run(context.obj, report_date(as_of), as_json=as_json))
        waiting.tell(context.obj)
        return
    if as_json:
        raise Stop("--json は --dry-run とともに書いてください。")
    from orchestration import runs

    if issued and not as_of:
        raise Stop("--issued には基準日も書いてください。")
    day = report_date(as_of) if as_of else None
    printed = day_of("--issued", issued) if issued else None
    outcome = runs.draft(context.obj, clock_at(at), day, issued=printed)
    waiting.tell(context.obj)
    finish(outcome)


@report_app.command("preview")
def preview_command(context: typer.Context, as_of: AsOf) -> None:
    """下書きを「下書き」の透かし付きで見るページを作り、その場所を書き出します。"""
    from services import releases

    give(str(releases.preview(context.obj, report_date(as_of))))


@report_app.command("approve")
def approve_command(
    context: typer.Context,
    as_of: AsOf,
    by: Annotated[str, typer.Option("--by", help="承認する人", metavar="NAME", callback=one_line)],
    seen: Annotated[
        str,
        typer.Option("--seen", help="確かめた大きな変化の一覧の印(例 2-3f9a)", metavar="MARK"),
    ] = "",
    at: At = None,
) -> None:
    """下書きを承認します。残高が0になるなどの大きな変化は、すべて確かめて一覧の印を--seenに書きます。

    下書きが変わると、承認は無効になります。
    """
    from services import releases, waiting

    say(releases.approve(context.obj, report_date(as_of), by, clock_at(at)(), seen=seen))
    waiting.tell(context.obj)


@report_app.command("reject")
def reject_command(
    context: typer.Context,
    as_of: AsOf,
    by: Annotated[str, typer.Option("--by", help="差し戻す人", metavar="NAME", callback=one_line)],
    reason: Annotated[
        str, typer.Option("--reason", help="差し戻す理由", metavar="TEXT", callback=one_line)
    ],
    at: At = None,
) -> None:
    """下書きを差し戻します。これまでの承認は無効になります。"""
    from services import releases

    why = reason_to_keep(reason.strip())
    say(releases.reject(context.obj, report_date(as_of), by, why, clock_at(at)()))


@report_app.command("publish")
def publish_command(
    context: typer.Context,
    as_of: MaybeAsOf = None,
    early: Annotated[
        bool, typer.Option("--early", help="年間予定の公表日より早く公表する")
    ] = False,
    by: Annotated[
        str, typer.Option("--by", help="早めると決めた人", metavar="NAME", callback=one_line)
    ] = "",
    reason: Annotated[
        str, typer.Option("--reason", help="早める理由", metavar="TEXT", callback=one_line)
    ] = "",
    at: At = None,
) -> None:
    """承認済みの下書きを公表日から公表します(省略は公表日の来た承認済みのすべて)。"""
    from orchestration import runs

    if early and not (as_of and by.strip() and reason.strip()):
        raise Stop("--early には基準日と --by と --reason を書いてください。")
    day = report_date(as_of) if as_of else None
    why = reason_to_keep(reason.strip()) if early else ""
    finish(runs.publish(context.obj, clock_at(at), day, early=why, by=by.strip()))


@report_app.command("correct")
def correct_command(
    context: typer.Context,
    as_of: AsOf,
    reason: Annotated[
        str,
        typer.Option(
            "--reason", help="訂正の理由(公表されます)", metavar="TEXT", callback=one_line
        ),
    ],
    by: Annotated[str, typer.Option("--by", help="だれが", metavar="NAME", callback=one_line)] = "",
    at: At = None,
) -> None:
    """公表した報告の訂正(正誤表付きの次の版)の下書きを作ります。承認と公表は別に行います。"""
    from orchestration import runs
    from services import waiting

    if not reason.strip():
        raise Stop("--reason に訂正の理由を書いてください。理由は公表されます。")
    why = reason_to_keep(reason.strip())
    waiting.tell(context.obj)
    finish(runs.correct(context.obj, clock_at(at), report_date(as_of), reason=why, by=by.strip()))


@report_app.command("rebuild")
def rebuild_command(
    context: typer.Context,
    as_of: AsOf,
    revision: Annotated[int, typer.Option("--revision", min=1, help="版", metavar="N")],
    output: Annotated[
        Path | None, typer.Option("-o", help="書き出すフォルダ(空か、まだないもの)", metavar="DIR")
    ] = None,
) -> None:
    """公表した版を控えから作り直し、公表したものと1バイトも違わないことを確かめます。"""
    from services import reviews

    told, is_same = reviews.rebuild(context.obj, report_date(as_of), revision, output)
    for line in told:
        say(line)
    raise typer.Exit(Exit.DONE if is_same else Exit.CHECK_FAILED)


@report_app.command("list")
def list_command(context: typer.Context, as_json: AsJson = False) -> None:
    """残高報告の状態を一覧します。"""
    from services import reviews

    sys.stdout.write(reviews.listing(context.obj, as_json=as_json))
