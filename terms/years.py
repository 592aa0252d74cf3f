"""Fiscal years and eras: which year a day is in, and what Japanese readers call it (domain §1).

A fiscal year begins on 1 April and is named by the calendar year in which it does.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from terms.reading import remembered, told

FIRST_MONTH = 4
TOKYO = ZoneInfo("Asia/Tokyo")  # whose days are meant, wherever a day is told of a moment
# An era that goes on is written with two digits at most.
_MOST_YEARS = 99


class Era(NamedTuple):
    """An era by its name, the letter of its short form, its first day and how many years it has."""

    name: str
    letter: str
    first_day: date
    years: int

    @property
    def first_year(self) -> int:
        """The calendar year of its first day."""
        return self.first_day.year


@remembered
def eras() -> Sequence[Era]:
    """The eras, oldest first. The last year of one and the first of the next are the same year."""
    began = sorted(
        (date.fromisoformat(str(each["first_day"])), each["name"], each["letter"])
        for each in told("years")["eras"]
    )
    ended = [first_day.year for first_day, *_ in began[1:]]
    years = [end - first_day.year + 1 for end, (first_day, *_) in zip(ended, began, strict=False)]
    return tuple(
        Era(name, letter, first_day, count)
        for (first_day, name, letter), count in zip(began, [*years, _MOST_YEARS], strict=True)
    )


def era_of(day: date) -> tuple[Era, int]:
    """The era of a day and its year in it: (令和, 1) of 1 May 2019."""
    known = eras()
    era = next((each for each in reversed(known) if each.first_day <= day), known[0])
    return era, day.year - era.first_year + 1


def fiscal_year_of(day: date) -> int:
    """The fiscal year (1 April to 31 March, named by its first year) that ``day`` is in."""
    return day.year - (day.month < FIRST_MONTH)


def era_of_year(year: int) -> tuple[Era, int]:
    """The era that a fiscal year is called by, and its number in it.

    It is that of the last day of the calendar year that the fiscal year is named by.
    """
    return era_of(date(year, 12, 31))


def year_name(year: int) -> str:
    """A fiscal year as it is called throughout: 2019 → 令和元, 2018 → 平成30.

    FY2019 began in 平成31 but is 令和元年度 (domain §1).
    """
    return _named(*era_of_year(year))


def fiscal_year_label(year: int) -> str:
    """``2025`` → ``令和7年度``; 2019 is 令和元年度."""
    return f"{year_name(year)}年度"


def japanese_date(day: date) -> str:
    """``2025-07-31`` → ``令和7年7月31日``."""
    return f"{_named(*era_of(day))}年{day.month}月{day.day}日"


def year_earlier(day: date) -> date:
    """The same day a year earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _named(era: Era, year: int) -> str:
    return f"{era.name}{'元' if year == 1 else year}"
