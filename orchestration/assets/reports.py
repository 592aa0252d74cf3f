"""From a generation to the public: drafts of the balance report, and the website."""

from datetime import date

import dagster as dg

from exports import release
from exports.errors import NothingToPublish, PublicationError
from exports.records import Draft, read_draft
from orchestration import audit
from orchestration.calendar import AS_OF_CRON, FIRST_AS_OF, partition_key
from orchestration.city import read_city
from orchestration.clock import TOKYO, Clock
from orchestration.exits import Stop
from orchestration.home import Home
from orchestration.query import ask
from orchestration.refusals import refusal
from orchestration.releases import exit_of

# A window begins on a report's date; with the offset that date can be drafted from its own day
# on, not only when the next one comes.
report_dates = dg.TimeWindowPartitionsDefinition(
    cron_schedule=AS_OF_CRON,
    start=partition_key(FIRST_AS_OF),
    fmt="%Y-%m-%d",
    timezone="Asia/Tokyo",
    end_offset=1,
)


@dg.asset(
    deps=["generation"],
    partitions_def=report_dates,
    description="残高報告の下書き(基準日ごと)。承認されるまで公表されない",
    group_name="publication",
    kinds={"html", "csv"},
)
def balance_report_draft(
    context: dg.AssetExecutionContext,
    home: dg.ResourceParam[Home],
    clock: dg.ResourceParam[Clock],
) -> dg.MaterializeResult[None]:
    """Draft the report of one date; a draft whose figures are the same stays as it is."""
    as_of = date.fromisoformat(context.partition_key)
    with home.writer(wait=True):
        try:
            made = draft(home, as_of, clock().astimezone(TOKYO).date())
        except PublicationError as error:
            raise refusal(str(error), exit_of(error)) from error
        except Stop as stop:
            raise refusal(str(stop), stop.code) from stop
    return dg.MaterializeResult(
        metadata={"generation": made.generation, "issued": made.issued.isoformat()},
        data_version=dg.DataVersion(made.content_hash),
    )


def draft(home: Home, as_of: date, today: date) -> Draft:
    """The draft of `as_of` from the current generation.

    The date of issue is printed in it: the same figures keep theirs, and so their approval.
    """
    earlier = earlier_draft(home, as_of)
    if earlier is not None:
        again = _draft(home, as_of, earlier.issued)
        if again.content_hash == earlier.content_hash:
            return again
    return _draft(home, as_of, today)


def earlier_draft(home: Home, as_of: date) -> Draft | None:
    """The draft that lies there, or None."""
    try:
        return read_draft(home.drafts, as_of)
    except NothingToPublish:
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


def _draft(home: Home, as_of: date, issued: date) -> Draft:
    city = read_city(home)
    return release.draft(
        home.current,
        as_of,
        municipality_code=city.municipality_code,
        drafts=home.drafts,
        settings=city.settings,
        issued=issued,
    )


class WebsiteConfig(dg.Config):
    """The report to publish (ISO 8601); empty publishes every approved draft."""

    as_of: str = ""


@dg.asset(
    deps=[balance_report_draft],
    description="公開サイト。承認済みの下書きだけが新しい版として加わる",
    group_name="publication",
    kinds={"html"},
)
def website(
    config: WebsiteConfig, home: dg.ResourceParam[Home], clock: dg.ResourceParam[Clock]
) -> dg.MaterializeResult[None]:
    """Publish what was approved; a revision, once published, never changes."""
    with home.writer(wait=True):
        chosen = [date.fromisoformat(config.as_of)] if config.as_of else approved(home)
        published = [publish(home, as_of, clock) for as_of in chosen]
    return dg.MaterializeResult(metadata={"published": published})


def approved(home: Home) -> list[date]:
    """The dates whose draft is approved and not yet published."""
    releases = release.list_releases(home.drafts, home.public)
    return [one.as_of for one in releases if one.state is release.State.APPROVED]


def publish(home: Home, as_of: date, clock: Clock) -> str:
    """Publish one report and return `<as_of>/r<N>`. Raises dg.Failure when not approved."""
    at = clock()
    try:
        done = release.publish(home.drafts, home.public, as_of, at)
    except PublicationError as error:
        raise refusal(str(error), exit_of(error)) from error
    revision = done.revision
    if done.added:
        audit.note(
            home,
            at,
            "publish",
            as_of=as_of.isoformat(),
            revision=revision.number,
            content_hash=revision.content_hash,
        )
    return f"{as_of.isoformat()}/r{revision.number}"
