"""Publication: draft, approve, publish, list."""

import sys
from typing import Annotated

import typer

from orchestration.arguments import clock_at, report_date
from orchestration.cli.app import AsJson, AsOf, At, MaybeAsOf, report_app
from orchestration.cli.ending import finish
from orchestration.messages import say


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
