"""From a generation to the public: drafts of the balance report, and the website."""

import re
from datetime import date, timedelta

import dagster as dg

from exports.errors import NotKept
from exports.report.corrections import compared_rows
from orchestration.refusals import stops_as_refusals
from services import releases
from services.calendar import AS_OF_CRON, FIRST_AS_OF
from services.clock import Clock
from services.home import Home
from services.reviews import COMPARED

# A window begins on a report's date; with the offset that date can be drafted from its own day
# on, not only when the next one comes.
report_dates = dg.TimeWindowPartitionsDefinition(
    cron_schedule=AS_OF_CRON,
    start=FIRST_AS_OF.isoformat(),
    fmt="%Y-%m-%d",
    timezone="Asia/Tokyo",
    end_offset=1,
)


# The longest way from one report to the next: from March to October, and holidays.
A_REPORT = dg.FreshnessPolicy.time_window(timedelta(days=230))
NOTHING_CHANGES = "変わる公表済みの数値はありません。"


class DraftConfig(dg.Config):
    """`reason` drafts a correction of what is published, asked for by `by`.

    `issued` (ISO 8601) is the day of publication to print; empty is the calendar's.
    """

    reason: str = ""
    by: str = ""
    issued: str = ""


@dg.asset(
    deps=["generation"],
    partitions_def=report_dates,
    description=(
        "残高報告の下書き(基準日ごと)。承認されるまで公表されない。"
        "would_changeは、公表した数値のうち、いまの公開用データと異なるもの"
    ),
    group_name="publication",
    kinds={"html", "csv"},
    freshness_policy=A_REPORT,
)
def balance_report_draft(
    context: dg.AssetExecutionContext,
    config: DraftConfig,
    home: dg.ResourceParam[Home],
    clock: dg.ResourceParam[Clock],
) -> dg.MaterializeResult[None]:
    """Draft the report of one date; a draft whose figures are the same stays as it is."""
    as_of = date.fromisoformat(context.partition_key)
    with home.writer(), stops_as_refusals():
        issued = date.fromisoformat(config.issued) if config.issued else None
        made = releases.draft(
            home, as_of, clock(), issued=issued, reason=config.reason, by=config.by
        )
        would_change = differing(home, as_of)
    return dg.MaterializeResult(
        metadata={
            "generation": made.generation,
            "revision": made.revision,
            "issued": made.issued.isoformat(),
            "unreported": list(made.unreported),
            "changed": made.changed,
            "notable": list(made.notable),
            "would_change": dg.MetadataValue.md(would_change),
        },
        data_version=dg.DataVersion(made.content_hash),
    )


def differing(home: Home, as_of: date) -> str:
    """The published figures that are told otherwise today, as a table in Markdown."""
    try:
        compared = releases.compare(home, as_of)
    except NotKept as error:
        return str(error)
    if compared is None or not compared.items:
        return NOTHING_CHANGES
    rows = [COMPARED, ("---",) * len(COMPARED), *compared_rows(compared.items)]
    return "\n".join(f"| {' | '.join(map(in_markdown, row))} |" for row in rows)


def in_markdown(text: str) -> str:
    """A text that stays in its cell and says nothing in Markdown or HTML."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~&])", r"\\\1", text)


class WebsiteConfig(dg.Config):
    """The report to publish (ISO 8601); empty publishes every approved draft that is due.

    `early` is why it comes before the calendar's day, decided by `by`.
    """

    as_of: str = ""
    early: str = ""
    by: str = ""


@dg.asset(
    deps=[balance_report_draft],
    description="公開サイト。承認済みの下書きだけが、公表日から新しい版として加わる",
    group_name="publication",
    kinds={"html"},
)
def website(
    config: WebsiteConfig, home: dg.ResourceParam[Home], clock: dg.ResourceParam[Clock]
) -> dg.MaterializeResult[None]:
    """Publish what was approved; a revision, once published, never changes."""
    at = clock()
    with home.writer(), stops_as_refusals():
        chosen = (
            [date.fromisoformat(config.as_of)]
            if config.as_of
            else [made.as_of for made in releases.due(home, at)]
        )
        published = [
            releases.publish(home, as_of, at, early=config.early, by=config.by) for as_of in chosen
        ]
    return dg.MaterializeResult(metadata={"published": published})
