"""Collection: which form is due when, and who has not handed in yet.

What is expected from whom is `mart_collection_status`; this module gives it the dates of the
calendar and asks it what is open on a day.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from exports.desks.collection import ESCALATED_AFTER, Cell, Claim, Grid, Occasion, collection_page
from exports.press.files import write_file
from ingest import landing
from services.calendar import BALANCE_REPORTS, Calendar, as_of_dates
from services.clock import day_in_japan
from services.desks.entrance import desks
from services.desks.year import changed
from services.formats import to_xlsx
from services.home import Home
from services.query import Table, ask
from services.waiting import forms as waiting_forms
from terms.years import fiscal_year_label, japanese_date

# Whatever a form can speak of; the same years at any time, so that a build does not depend on it.
COLLECTED_YEARS = range(2007, 2051)
# What is still missing then is for the 対策会議, and asked for no more.
CHASED = timedelta(days=120)
# The columns of the grid: the newest collections.
OCCASIONS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Missing:
    """A form of one department that has not come for all of its claims (number and name)."""

    department: str
    form: str
    fiscal_year: int
    as_of: date | None
    due_on: date
    claims: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        """What is asked for, in words."""
        return occasion_title(self.form, self.fiscal_year, self.as_of)

    def is_escalated(self, day: date) -> bool:
        """Whether it is so late that the 対策会議 is told."""
        return day >= self.due_on + ESCALATED_AFTER


def occasion_title(form: str, year: int, as_of: date | None) -> str:
    """`令和7年度の調書`, `令和8年7月31日現在の残高報告`."""
    if as_of is None:
        return f"{fiscal_year_label(year)}の調書"
    return f"{japanese_date(as_of)}現在の残高報告"


def land_due_dates(home: Home) -> None:
    """Put the dates of the calendar where dbt reads them. Raises Stop for a faulty calendar."""
    landing.write_current(home.landing, "due_date", list(due_dates(Calendar.of(home))))


def due_dates(calendar: Calendar) -> Iterator[dict[str, Any]]:
    """When each form is handed out and due, as rows of `due_date` in the landing zone."""
    for year in COLLECTED_YEARS:
        # The annual form of a year is collected when the next one has begun.
        yield {
            "form": "annual",
            "fiscal_year": year,
            "as_of": None,
            "handed_out_on": calendar.day_of("hand_out_annual", year + 1),
            "due_on": calendar.day_of("due_annual", year + 1),
        }
        for report, as_of in zip(BALANCE_REPORTS, as_of_dates(year), strict=True):
            yield {
                "form": "interim",
                "fiscal_year": year,
                "as_of": as_of,
                "handed_out_on": calendar.day_of(f"hand_out_{report.name}", year),
                "due_on": calendar.day_of(f"due_{report.name}", year),
            }


def missing(home: Home, day: date) -> list[Missing]:
    """What was handed out by `day`, has not come back, and is still asked for."""
    rows = ask(
        home,
        """
        select
            coalesce(department, '所属未登録') as department, form, fiscal_year, as_of, due_on,
            claim_number, coalesce(claim_name, '') as claim_name
        from mart_collection_status
        where collection_status = 'missing' and handed_out_on <= ? and due_on > ?
        order by department, due_on, form, fiscal_year, as_of, claim_number
        """,
        [day, day - CHASED],
    ).rows
    waiting = waiting_forms(home)
    owed = (row for row in rows if (row[1], row[5], row[3] or row[2]) not in waiting)
    return [
        Missing(department, form, year, as_of, due_on, tuple(row[5:] for row in group))
        for (department, form, year, as_of, due_on), group in groupby(owed, key=lambda r: r[:5])
    ]


def write_page(home: Home, day: date) -> Grid:
    """Rewrite internal/collection/: the grid of each department, and the list of what is late."""
    grid = grid_of(home, day)
    with desks(home) as internal:
        folder = internal / "collection"
        folder.mkdir(exist_ok=True)
        write_file(folder / "index.html", collection_page(grid).encode())
        write_file(folder / "期限を過ぎた未提出.xlsx", to_xlsx(_overdue(grid)))
    return grid


def grid_of(home: Home, day: date, codes: Collection[str] | None = None) -> Grid:
    """Every claim of every department against the newest collections, on `day`.

    `codes`: of these municipalities; None: of all.
    """
    rows = ask(
        home,
        """
        select
            coalesce(department, '所属未登録') as department, claim_number,
            coalesce(claim_name, '') as claim_name, form, fiscal_year, as_of, due_on,
            first_received_at, collection_status
        from mart_collection_status
        where handed_out_on <= ? and (? or list_contains(?, municipality_code))
        qualify dense_rank() over (order by due_on desc, form) <= ?
        order by department, claim_number, due_on
        """,
        [day, codes is None, list(codes or ()), OCCASIONS_SHOWN],
    ).rows
    waiting = waiting_forms(home)
    occasions = sorted({(row[6], row[3], row[4], row[5]) for row in rows})
    columns = [Occasion(occasion_title(*about), due_on) for due_on, *about in occasions]
    cells = {}
    for department, number, _, form, year, as_of, due_on, received_at, status in rows:
        is_waiting = status == "missing" and (form, number, as_of or year) in waiting
        cells[department, number, due_on, form] = Cell(
            "waiting" if is_waiting else status,
            received_at and day_in_japan(received_at),
            day > due_on,
        )
    claims = list(dict.fromkeys(row[:3] for row in rows))
    departments: dict[str, list[Claim]] = {}
    for department, number, name in claims:
        line = [cells.get((department, number, due_on, form)) for due_on, form, *_ in occasions]
        departments.setdefault(department, []).append(Claim(number, name, tuple(line)))
    return Grid(day, tuple(columns), departments, tuple(changed(home)) if codes is None else ())


def _overdue(grid: Grid) -> Table:
    headings = ("所属", "様式", "提出期限", "過ぎた日数", "債権整理番号", "債権名")
    rows = [
        (
            each.department,
            each.occasion.title,
            each.occasion.due_on,
            (grid.day - each.occasion.due_on).days,
            claim.number,
            claim.name,
        )
        for each in grid.overdue
        for claim in each.claims
    ]
    return Table(headings, rows)
