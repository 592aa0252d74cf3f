"""`make run`: the sample city, from an empty home to three published balance reports.

Every step is one that the data team takes with `mishukin`; only the dates are those of the sample.
The approval is a demonstration: in a real house a person gives it.
"""

import sys
from datetime import date, datetime, time

from exports.extracts import CURRENT
from ingest import sample
from ingest.load import SourceFile
from orchestration import releases, runs
from orchestration.clock import TOKYO, stopped_at
from orchestration.exits import Exit, Stop
from orchestration.home import Home
from orchestration.messages import say, summary
from orchestration.receiving import receive

SAMPLE_CITY = "999999"
CITY = """\
municipality_code: "999999"
municipality_name: 見本市（架空）
publisher: 見本市（架空）
contact: 財政局 債権管理担当
unit: 千円
"""
# The balances of a day are published with a delay of three months (domain: the year).
PUBLISHED = {
    date(2025, 7, 31): date(2025, 10, 31),
    date(2025, 10, 31): date(2026, 1, 30),
    date(2026, 1, 31): date(2026, 3, 31),
}


def main() -> None:
    """Load, build, draft, approve and publish; say where everything is."""
    home = Home.at(None).create()
    with home.writer():
        configure(home)
        take_deliveries(home)
        last_day = max(delivery.received_on for delivery in sample.deliveries())
        say("倉庫を作っています(取込 → dbt → 検査 → 公開用データ)…")
        succeed(runs.build(home, stopped_at(at_nine(last_day))))
        for as_of, published_on in PUBLISHED.items():
            publish(home, as_of, at_nine(published_on))
    say_where(home)


def configure(home: Home) -> None:
    """What a city would put into config/; what somebody has edited is left alone."""
    for name, content in {
        "city.yml": CITY.encode("utf-8"),
        "claims.csv": sample.register(),
    }.items():
        if not (home.config / name).exists():
            (home.config / name).write_bytes(content)


def take_deliveries(home: Home) -> None:
    """Put each delivery into the inbox and load it on the day it arrived."""
    inbox = home.inbox / SAMPLE_CITY
    sample.write(inbox)
    for delivery in sample.deliveries():
        files = [SourceFile(path, SAMPLE_CITY) for path in delivery.paths(inbox)]
        report = receive(home, files, at_nine(delivery.received_on), by="見本市 各部局").report
        say(f"{delivery.received_on:%Y-%m-%d} 受付 {summary(report)}")


def publish(home: Home, as_of: date, at: datetime) -> None:
    """Draft, approve and publish one report on its day."""
    clock = stopped_at(at)
    succeed(runs.draft(home, clock, as_of))
    say(releases.approve(home, as_of, "実演(自動承認)", at))
    outcome = runs.publish(home, clock, as_of)
    if outcome.code is not Exit.NOT_APPROVED:  # published by an earlier demonstration
        succeed(outcome)


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


if __name__ == "__main__":
    try:
        main()
    except Stop as stop:
        say(str(stop))
        sys.exit(stop.code)
