"""From a generation to the public: drafts of the balance report, and the website."""

import re
from datetime import date, datetime, timedelta

import dagster as dg

from exports.errors import DraftChanged, NothingToPublish, NotKept, PublicationError
from exports.release import drafting
from exports.release import publishing as release
from exports.release.records import Draft, read_draft
from exports.report.corrections import compared_rows
from orchestration.refusals import refusal, stops_as_refusals
from services.calendar import AS_OF_CRON, FIRST_AS_OF, Calendar, partition_key
from services.city import approvals_needed, bounds
from services.clock import TOKYO, Clock
from services.home import Home
from services.intake.waivers import let_pass
from services.query import ask
from services.records import acts
from services.releases import COMPARED, books, compare, exit_of, places, refuse_unready

# A window begins on a report's date; with the offset that date can be drafted from its own day
# on, not only when the next one comes.
report_dates = dg.TimeWindowPartitionsDefinition(
    cron_schedule=AS_OF_CRON,
    start=partition_key(FIRST_AS_OF),
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
    with home.writer(wait=True), stops_as_refusals():
        try:
            made = draft(home, as_of, clock(), config)
            would_change = differing(home, as_of)
        except PublicationError as error:
            raise refusal(str(error), exit_of(error)) from error
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
        compared = compare(home, as_of)
    except NotKept as error:
        return str(error)
    if compared is None or not compared.items:
        return NOTHING_CHANGES
    rows = [COMPARED, ("---",) * len(COMPARED), *compared_rows(compared.items)]
    return "\n".join(f"| {' | '.join(map(in_markdown, row))} |" for row in rows)


def in_markdown(text: str) -> str:
    """A text that stays in its cell and says nothing in Markdown or HTML."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~&])", r"\\\1", text)


def draft(home: Home, as_of: date, at: datetime, config: DraftConfig) -> Draft:
    """The draft of `as_of` from the current generation; noted where it says something new."""
    acts.catch_up(home, at)
    asked = drafting.Asked(
        planned=max(at.astimezone(TOKYO).date(), Calendar.of(home).publication_date(as_of)),
        issued=date.fromisoformat(config.issued) if config.issued else None,
        waived=let_pass(home, as_of),
        reason=config.reason or None,
        by=config.by,
        bounds=bounds(home),
    )
    made = drafting.draft(books(home), as_of, asked)
    acts.catch_up(home, at)
    return made


def earlier_draft(home: Home, as_of: date) -> Draft | None:
    """The draft that lies there and can be read, or None."""
    try:
        return read_draft(home.drafts, as_of)
    except (NothingToPublish, DraftChanged):
        return None


def stale_dates(home: Home) -> list[date]:
    """The report dates the current generation has balances of, and no draft made from it yet."""
    current = home.current.resolve().stem
    rows = ask(home, "select distinct as_of from mart_balance_report order by as_of").rows
    return [
        as_of
        for (as_of,) in rows
        if report_dates.has_partition_key(partition_key(as_of))
        and _made_from(home, as_of) != current
    ]


def _made_from(home: Home, as_of: date) -> str | None:
    earlier = earlier_draft(home, as_of)
    return earlier.generation if earlier else None


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
    with home.writer(wait=True), stops_as_refusals():
        chosen = [date.fromisoformat(config.as_of)] if config.as_of else due(home, at)
        published = [publish(home, as_of, at, config) for as_of in chosen]
    return dg.MaterializeResult(metadata={"published": published})


def due(home: Home, at: datetime) -> list[date]:
    """The dates whose draft is approved, not yet published, and no longer to wait."""
    today = at.astimezone(TOKYO).date()
    releases = release.list_releases(places(home), approvals_needed=approvals_needed(home))
    return [
        one.as_of
        for one in releases
        if one.state is release.State.APPROVED
        and Calendar.of(home).publication_date(one.as_of) <= today
    ]


def publish(home: Home, as_of: date, at: datetime, config: WebsiteConfig) -> str:
    """Publish one report and return `<as_of>/r<N>`. Raises dg.Failure, Stop when it may not be."""
    try:
        if not release.is_published(places(home), as_of):
            refuse_unready(home, as_of, at, config.early or None)
            if drafting.is_overtaken(places(home), as_of):
                # the same content keeps its approvals
                draft(home, as_of, at, DraftConfig())
        done = release.publish(
            places(home),
            as_of,
            at,
            approvals_needed=approvals_needed(home),
            early=config.early,
            early_by=config.by if config.early else "",
        )
    except PublicationError as error:
        raise refusal(str(error), exit_of(error)) from error
    acts.catch_up(home, at)
    return f"{as_of.isoformat()}/r{done.revision.number}"
