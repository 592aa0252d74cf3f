"""From the inbox to the landing zone. The reading itself belongs to the package `ingest`."""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg
from pydantic import Field

from ingest.load import Arrival
from orchestration.checks import landing_check_specs, landing_checks
from orchestration.refusals import stops_as_refusals
from orchestration.resources import Intake
from services.city import CitySettings
from services.clock import Clock
from services.home import Home
from services.intake.inbox import Sources, lies_in, referred, sources
from services.intake.receiving import receive

# No five months of the year pass without a form that is due.
A_SEASON = dg.FreshnessPolicy.time_window(timedelta(days=150))

inbox = dg.AssetSpec(
    "inbox",
    description="各所属から届いた調書・残高報告のブック(inbox/<団体コード>/)",
    group_name="ingest",
    kinds={"excel"},
)


class LandingConfig(dg.Config):
    """Which workbooks to read, as references (`services.intake.inbox`); none means all of them."""

    paths: list[str] = Field(default_factory=list)


@dg.asset(
    deps=[inbox],
    description="受理したシートの行と指摘。追記のみで、書き換えない。返却したブックはreturned/にある",
    group_name="ingest",
    kinds={"parquet"},
    freshness_policy=A_SEASON,
    check_specs=landing_check_specs(),
)
def landing(
    config: LandingConfig,
    home: dg.ResourceParam[Home],
    clock: dg.ResourceParam[Clock],
    intake: dg.ResourceParam[Intake],
) -> Iterator[dg.MaterializeResult[None]]:
    """Land the accepted sheets and return the rejected: the same call as `mishukin load`."""
    with stops_as_refusals():
        found = settled_sources(home, config.paths)
        received = receive(home, found.files, Arrival(clock(), by=intake.by))
    report, copies = received.report, received.copies
    report.notes += found.notes
    intake.reports.append(report)
    intake.copies += copies
    yield dg.MaterializeResult(
        metadata={
            "batch": report.batch_id or "新しい行なし",
            "workbooks": len(report.workbooks),
            "rejected": sum(book.status == "rejected" for book in report.workbooks),
            "returned": ["/".join(copy.path.parts[-3:]) for copy in copies],
        },
        check_results=landing_checks(report),
    )


def settled_sources(home: Home, paths: list[str]) -> Sources:
    """What lies in the inbox, or what of `paths` is still there."""
    chosen = referred(home.inbox, paths) if paths else [home.inbox]
    below = [path for path in chosen if lies_in(path, home.inbox)]
    city = CitySettings.of(home)
    return sources(below, home.inbox, city.only_municipality, city.whose_forms)
