"""The finance division's calendar: fiscal years and the dates the balance reports speak of."""

from dataclasses import dataclass
from datetime import date

FIRST_MONTH_OF_FISCAL_YEAR = 4

# The partitions of the balance report: local midnight of each report's date.
AS_OF_CRON = "0 0 31 1,7,10 *"
FIRST_AS_OF = date(2007, 7, 31)
AS_OF_DAY, AS_OF_MONTHS = 31, (7, 10, 1)


@dataclass(frozen=True, slots=True)
class BalanceReport:
    """One of the year's three reports: which balances, and when its draft is drawn (cron)."""

    name: str
    title: str
    month: int
    draft_cron: str


# Published in October, January (some years February) and March; the draft comes early in that
# month, and waits for its approval however long the division needs.
BALANCE_REPORTS = (
    BalanceReport("july", "7月末残高報告", 7, "0 6 1 10 *"),
    BalanceReport("october", "10月末残高報告", 10, "0 6 5 1 *"),
    BalanceReport("january", "1月末残高報告", 1, "0 6 1 3 *"),
)


def fiscal_year(day: date) -> int:
    """The fiscal year (1 April to 31 March, named by its first year) that `day` is in."""
    return day.year if day.month >= FIRST_MONTH_OF_FISCAL_YEAR else day.year - 1


def is_as_of(day: date) -> bool:
    """Whether a balance report speaks of `day`."""
    return day.day == AS_OF_DAY and day.month in AS_OF_MONTHS


def as_of_dates(year: int) -> tuple[date, date, date]:
    """The three report dates of a fiscal year, in order."""
    return date(year, 7, 31), date(year, 10, 31), date(year + 1, 1, 31)


def latest_as_of(report: BalanceReport, day: date) -> date:
    """The newest date of `report` that is not after `day`."""
    this_year = date(day.year, report.month, AS_OF_DAY)
    return this_year if this_year <= day else date(day.year - 1, report.month, AS_OF_DAY)


def partition_key(as_of: date) -> str:
    """The key of a report date among the partitions: ISO 8601."""
    return as_of.isoformat()
