"""`make run`: the sample city, from an empty home to three published reports and a correction.

Every step is one that the data team takes with `mishukin`; only the dates are those of the sample.
The approvals are a demonstration: in a real house two people give them.
"""

import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime, time

from exports.extracts import CURRENT
from exports.release import site
from exports.release.records import mark_of, read_draft
from ingest import sample
from ingest.load import Arrival, SourceFile
from orchestration import runs
from services import releases
from services.city import CitySettings
from services.clock import Clock, now, stopped_at
from services.exits import REFUSALS, Exit, Stop, exit_of
from services.home import Home
from services.intake.receiving import receive
from services.messages import say, summary
from terms.years import TOKYO

SAMPLE_CITY = "999999"
CITY = """\
municipality_code: "999999"
municipality_name: 見本市（架空）
publisher: 見本市（架空）
contact: 財政局 債権管理担当
unit: 千円
approvals_needed: 2
"""
APPROVERS = ("実演 債権管理課長", "実演 財政部長")
JULY, OCTOBER, JANUARY = date(2025, 7, 31), date(2025, 10, 31), date(2026, 1, 31)
# Who uses the window in the demonstration: login name, name, role, department.
PEOPLE = (
    ("shozoku", "実演 健康福祉局", "department", "健康福祉局"),
    ("data", "実演 債権管理担当", "data", ""),
    ("zaisei", "実演 財政係長", "finance", ""),
    ("kacho", APPROVERS[0], "approver", ""),
    ("bucho", APPROVERS[1], "approver", ""),
    ("kansa", "実演 監査事務局", "auditor", ""),
    ("kanri", "実演 システム担当", "administrator", ""),
)
# Printed for everybody to read: it opens only the fictional city.
PEOPLES_PASSWORD = "mihonshi-jitsuen"  # noqa: S105
WHY_CORRECTED = "都市整備局の報告に7月分の徴収額の記載漏れがあったため"


def main() -> None:
    """Load, build, publish, correct; say where everything is."""
    home = Home.at(None).create()
    with home.writer():
        configure(home)
        sample.write(home.inbox / SAMPLE_CITY)
        build_with(home, date.min, date(2025, 10, 31))
        publish(home, JULY, date(2025, 10, 31))
        build_with(home, date(2025, 10, 31), date(2026, 1, 30))
        correct(home, JULY, date(2026, 1, 30))
        publish(home, OCTOBER, date(2026, 1, 30))
        build_with(home, date(2026, 1, 30), date.max)
        publish(home, JANUARY, date(2026, 3, 31))
    people = add_people(home)
    say_where(home)
    say_window(people)


def configure(home: Home) -> None:
    """What a city would put into config/; what somebody has edited is left alone."""
    for name, content in {
        "city.yml": CITY.encode("utf-8"),
        "claims.csv": sample.register(),
    }.items():
        if not (home.config / name).exists():
            (home.config / name).write_bytes(content)


def build_with(home: Home, after: date, until: date) -> None:
    """Load what arrived between two days and make a generation of all that is there."""
    deliveries = [each for each in sample.deliveries() if after < each.received_on <= until]
    take(home, deliveries)
    say("倉庫を作っています(取込 → dbt → 検査 → 公開用データ)…")
    succeed(runs.build(home, stopped_at(at_nine(deliveries[-1].received_on))))


def take(home: Home, deliveries: Iterable[sample.Delivery]) -> None:
    """Load each delivery on the day it arrived."""
    for delivery in deliveries:
        files = [SourceFile(path, SAMPLE_CITY) for path in delivery.paths(home.inbox / SAMPLE_CITY)]
        arrival = Arrival(at_nine(delivery.received_on), by="見本市 各部局")
        report = receive(home, files, arrival).report
        say(f"{delivery.received_on:%Y-%m-%d} 受付 {summary(report)}")


def publish(home: Home, as_of: date, day: date) -> None:
    """Draft, approve and publish a report."""
    release(home, as_of, day, 1, lambda clock: runs.draft(home, clock, as_of))


def correct(home: Home, as_of: date, day: date) -> None:
    """Draft, approve and publish the correction of a report."""

    def draft(clock: Clock) -> runs.Outcome:
        return runs.correct(home, clock, as_of, reason=WHY_CORRECTED, by="実演 債権管理担当")

    release(home, as_of, day, 2, draft)


def release(
    home: Home, as_of: date, day: date, revision: int, draft: Callable[[Clock], runs.Outcome]
) -> None:
    """From the draft to the website, unless an earlier demonstration published it."""
    if len(site.revisions(home.public, as_of)) >= revision:
        return
    clock = stopped_at(at_nine(day))
    succeed(draft(clock))
    notable = read_draft(home.drafts, as_of).notable
    for change in notable:
        say(f"確かめる大きな変化: {change}")
    for approver in APPROVERS:
        say(releases.approve(home, as_of, approver, clock(), seen=mark_of(notable)))
    succeed(runs.publish(home, clock, as_of))


def add_people(home: Home) -> bool:
    """Somebody of each role for the window, unless this is a real city or somebody is there."""
    if CitySettings.of(home).municipality_code != SAMPLE_CITY:
        return False
    from window.serving import prepare  # Django

    prepare(home)
    from window.people import keeping

    if keeping.everybody():
        return False
    at = now()
    with keeping.together(home):
        for username, name, role, department in PEOPLE:
            keeping.add(home, username, name, PEOPLES_PASSWORD, at)
            keeping.give(home, username, keeping.Given(role, department=department), at)
    return True


def succeed(outcome: runs.Outcome) -> None:
    """Stop with what a step said when it did not succeed."""
    if outcome.code is not Exit.DONE:
        raise Stop("\n".join(outcome.messages), outcome.code)


def at_nine(day: date) -> datetime:
    """Nine in the morning in Tokyo."""
    return datetime.combine(day, time(9), TOKYO)


def say_where(home: Home) -> None:
    """Where the website and the marts are, and what to try next."""
    say(f"\n公開サイト   {home.public / 'index.html'}")
    say(f"公開用データ {home.current}")
    say(f"ファイル     {home.extracts / CURRENT}")
    say(f"返却ブック   {home.returned / SAMPLE_CITY / 'index.html'}")
    say("次に試すこと:")
    say("  .venv/bin/mishukin sql 'select * from 財政.残高報告合計 limit 10'")
    say("  .venv/bin/mishukin findings")


def say_window(with_people: bool) -> None:
    """How to open the window, and who can come in."""
    say("\n窓口を開く   make window (または .venv/bin/mishukin window)")
    if with_people:
        from window.people.models import Role

        say(f"はいれる人(実演用。パスワードはどれも {PEOPLES_PASSWORD})")
        for username, name, role, _ in PEOPLE:
            say(f"  {username:<8} {name}({Role(role).label})")


if __name__ == "__main__":
    try:
        main()
    except REFUSALS as refusal:
        say(str(refusal))
        sys.exit(exit_of(refusal))
