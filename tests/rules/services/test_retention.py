"""What no longer has to be kept is listed from the day after, and only where the city says so."""

import json
from datetime import datetime

import pytest
from support.workbooks import GOOD, with_cell

from ingest.load import Arrival, SourceFile
from services.home import Home
from services.intake.receiving import receive
from services.records import retention
from services.settings import FaultyError
from terms.years import TOKYO

# The last day of a fiscal year, and the first of the next.
CAME = (datetime(2021, 3, 31, 9, tzinfo=TOKYO), datetime(2021, 4, 1, 9, tzinfo=TOKYO))


@pytest.fixture(scope="module", name="home")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A form of each of the two days, the second sent back, and a mail."""
    folder = tmp_path_factory.mktemp("made")
    home = Home(folder / "home").create()
    for at, content in zip(CAME, (GOOD.read_bytes(), with_cell("G29", "約二件")), strict=True):
        path = folder / f"{at:%m%d}.xlsx"
        path.write_bytes(content)
        receive(home, [SourceFile(path, "271004")], Arrival(at))
    (home.outbox / "2021-04-01-0123456789ab.eml").write_bytes(b"")
    return home


def due(home: Home, years: str, day: str) -> list[tuple[str, str]]:
    (home.config / "city.yml").write_text(f"retention_years: {{{years}}}\n", encoding="utf-8")
    found = json.loads(retention.listing(home, datetime.fromisoformat(day), as_json=True))
    return [(each["kind"], each["received_on"]) for each in found]


@pytest.mark.parametrize(
    ("years", "day", "expected"),
    [
        ("workbooks: 1", "2022-03-31T23:59+09:00", []),
        ("workbooks: 1", "2022-04-01T00:00+09:00", ["2021-03-31"]),
        ("workbooks: 1", "2023-04-01T00:00+09:00", ["2021-03-31", "2021-04-01"]),
        ("workbooks: 10", "2031-03-31T23:59+09:00", []),
        ("returned: 1", "2023-04-01T00:00+09:00", ["2021-04-01"]),
        ("mails: 1", "2023-04-01T00:00+09:00", ["2021-04-01"]),
        ("", "2099-04-01T00:00+09:00", []),
    ],
)
def test_years_are_counted_from_the_april_after(
    home: Home, years: str, day: str, expected: list[str]
) -> None:
    kind = years.partition(":")[0]
    assert due(home, years, day) == [(kind, each) for each in expected]


def test_nothing_of_what_is_due_is_deleted(home: Home) -> None:
    before = sorted(home.root.rglob("*"))
    assert len(due(home, "workbooks: 1, returned: 1, mails: 1", "2099-04-01T00:00+09:00")) == 4
    assert sorted(home.root.rglob("*")) == before


def test_a_kind_that_nobody_knows_is_told(home: Home) -> None:
    with pytest.raises(FaultyError, match="「books」という項目はありません"):
        due(home, "books: 1", "2021-04-01T00:00+09:00")
