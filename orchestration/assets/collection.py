"""Collection: who has handed in what, and the reminders to those who have not."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta

import dagster as dg

from orchestration.refusals import stops_as_refusals
from services.clock import Clock, day_in_japan
from services.desks import reminders as post
from services.desks.collection import write_page
from services.home import Home
from terms.years import TOKYO

# Every morning at six; whoever comes at nine finds the day's.
BY_NINE = dg.FreshnessPolicy.cron("0 9 * * *", timedelta(hours=3), timezone="Asia/Tokyo")


@dg.asset(
    deps=["generation"],
    description="提出状況の一覧(所属×債権×提出)。庁内限り。毎朝、その日のものに入れ替わる",
    group_name="collection",
    kinds={"html", "excel"},
    freshness_policy=BY_NINE,
    check_specs=[
        dg.AssetCheckSpec(
            "fixed_figures_stay",
            asset="collection_grid",
            description="確定した目標と決算見込が、その後に届いた調書・報告と異ならない",
        )
    ],
)
def collection_grid(
    home: dg.ResourceParam[Home], clock: dg.ResourceParam[Clock]
) -> Iterator[dg.MaterializeResult[None]]:
    """Rewrite the page of the day."""
    with home.writer(), stops_as_refusals():
        grid = write_page(home, day_in_japan(clock()))
    yield dg.MaterializeResult(
        metadata={"departments": len(grid.departments), "escalated": len(grid.escalated)},
        check_results=[
            dg.AssetCheckResult(
                passed=not grid.changed,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"changed": [asdict(each) for each in grid.changed]},
            )
        ],
    )


@dg.asset(
    deps=["generation"],
    description="提出の催促(期限の14日・7日・1日前、翌日、その後1週間ごと)。outbox/に残し、メールで送る",
    group_name="collection",
    kinds={"email"},
    freshness_policy=BY_NINE,
)
def reminders(
    home: dg.ResourceParam[Home], clock: dg.ResourceParam[Clock]
) -> dg.MaterializeResult[None]:
    """Write the mails that are due and send what no server has taken yet.

    A server that stays away is asked again with the next day's run.
    """
    at = clock().astimezone(TOKYO)
    with home.writer(), stops_as_refusals():
        written = post.write(home, at)
    with stops_as_refusals():
        sent = post.send(home, at.date())
    return dg.MaterializeResult(metadata={"written": [file.name for file in written], "sent": sent})
