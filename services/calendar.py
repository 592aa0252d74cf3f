"""The finance division's calendar: fiscal years, report dates, and every step of the year.

`STEPS` says when a step falls due in any year; `config/calendar.yml` tells the dates that differ:

    closed:                    # beside Sundays, Saturdays, national holidays and 12/29-1/3
      - 2026-10-01
    years:
      2026:                    # fiscal year
        publish_october: 2027-02-05
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import model_validator

from services.home import Home
from services.settings import Day, Settings, told_as
from terms.years import FIRST_MONTH, fiscal_year_of

if TYPE_CHECKING:
    from holidays import HolidayBase

# The partitions of the balance report: local midnight of each report's date.
AS_OF_CRON = "0 0 31 1,7,10 *"
FIRST_AS_OF = date(2007, 7, 31)
AS_OF_DAY = 31


@dataclass(frozen=True, slots=True)
class BalanceReport:
    """One of the year's three reports, and the month of its balances."""

    name: str
    title: str
    month: int


BALANCE_REPORTS = (
    BalanceReport("july", "7月末残高報告", 7),
    BalanceReport("october", "10月末残高報告", 10),
    BalanceReport("january", "1月末残高報告", 1),
)


def is_known_year(year: int) -> bool:
    """Whether a fiscal year is one that forms and the calendar of holidays can speak of."""
    return 1989 <= year <= 2050


def is_as_of(day: date) -> bool:
    """Whether a balance report speaks of `day`."""
    return day.day == AS_OF_DAY and day.month in (report.month for report in BALANCE_REPORTS)


def as_of_dates(year: int) -> tuple[date, date, date]:
    """The three report dates of a fiscal year, in order."""
    return date(year, 7, 31), date(year, 10, 31), date(year + 1, 1, 31)


def as_of_in(report: BalanceReport, year: int) -> date:
    """The date of `report` in a fiscal year."""
    return as_of_dates(year)[BALANCE_REPORTS.index(report)]


# Which working day takes the place of a day on which the offices are closed; `fixed` is a date
# by law, or work that only the machine does.
Shift = Literal["next", "previous", "fixed"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the year and its usual day. Its name stands in calendar.yml."""

    name: str
    title: str
    month: int
    day: int
    shift: Shift = "next"


def _report_steps(
    name: str, day: str, *, due: tuple[int, int], draft: tuple[int, int], publish: tuple[int, int]
) -> tuple[Step, ...]:
    handed_out = {"july": 8, "october": 11, "january": 2}[name]
    return (
        Step(f"hand_out_{name}", f"{day}残高報告の様式配布", handed_out, 1),
        Step(f"due_{name}", f"{day}残高報告の提出期限", *due),
        Step(f"draft_{name}", f"{day}残高報告の下書き", *draft),
        Step(f"publish_{name}", f"{day}残高報告の公表", *publish, "previous"),
    )


STEPS: Mapping[str, Step] = {
    step.name: step
    for step in (
        Step("pack_april", "推進会議の資料作成", 4, 10),
        Step("conference_april", "未収金対策推進会議（1月末残高）", 4, 20),
        Step("books_close", "出納閉鎖", 5, 31, "fixed"),
        Step("freeze", "決算見込の確定・残高の繰越", 6, 1, "fixed"),
        Step("hand_out_annual", "調書の様式配布", 6, 1),
        Step("due_annual", "調書の提出期限", 6, 30),
        Step("hearings", "調書のヒアリング開始", 7, 6),
        *_report_steps("july", "7月末", due=(9, 10), draft=(10, 1), publish=(10, 31)),
        Step("pack_august", "対策会議の資料作成", 8, 10),
        Step("conference_august", "未収金対策会議（目標の設定・修正）", 8, 20),
        Step("lock_targets", "目標の確定", 8, 31),
        Step("limitation_september", "消滅時効の確認（9月）", 9, 1),
        *_report_steps("october", "10月末", due=(12, 5), draft=(1, 5), publish=(1, 31)),
        Step("limitation_december", "消滅時効の確認（12月）", 12, 1),
        Step("extra_hearings", "残高の減らない債権の追加ヒアリング", 12, 10),
        Step("settlement", "決算の認定", 12, 20),
        *_report_steps("january", "1月末", due=(2, 24), draft=(3, 1), publish=(3, 31)),
        Step("limitation_march", "消滅時効の確認（3月）", 3, 1),
        *(
            Step(f"bulletin_{month:02}", f"庁内情報紙（{month}月1日号）", month, 1, "fixed")
            for month in range(1, 13)
        ),
    )
}

# 地方自治法 art. 4-2 lets offices close on these, as they do on holidays.
YEAR_END: Mapping[str, str] = dict.fromkeys(
    ("12-29", "12-30", "12-31", "01-01", "01-02", "01-03"), "年末年始"
)
WEEKEND = {5: "土曜日", 6: "日曜日"}
# A date further from its usual day than this is a slip of the pen.
FURTHEST = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Entry:
    """A step on its day. `told` is whether calendar.yml named the day."""

    on: date
    step: Step
    fiscal_year: int
    told: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """Every step of every year. `told` holds the dates of calendar.yml by (fiscal year, step)."""

    told: Mapping[tuple[int, str], date]
    closed: frozenset[date] = frozenset()

    @classmethod
    def of(cls, home: Home) -> "Calendar":
        """The calendar of this home; the usual one without config/calendar.yml. Raises Stop."""
        return CalendarSettings.of(home).calendar

    def day_of(self, step: str, year: int) -> date:
        """The day of a step in a fiscal year; never a closed one, except for `fixed` steps."""
        told = self.told.get((year, step))
        return told or self._moved(usual_day(STEPS[step], year), STEPS[step].shift)

    def publication_date(self, as_of: date) -> date:
        """The day on which the balance report of `as_of` goes public."""
        return self.day_of(f"publish_{report_of(as_of).name}", fiscal_year_of(as_of))

    def due_date(self, as_of: date) -> date:
        """The day until which departments report the balances of `as_of`."""
        return self.day_of(f"due_{report_of(as_of).name}", fiscal_year_of(as_of))

    def year(self, year: int) -> list[Entry]:
        """All steps of a fiscal year in the order of their days."""
        entries = [
            Entry(self.day_of(name, year), step, year, (year, name) in self.told)
            for name, step in STEPS.items()
        ]
        return sorted(entries, key=lambda entry: entry.on)

    def newest(self, steps: Iterable[str], day: date) -> Entry:
        """The last of some steps that has come by `day`, its own day included."""
        years = (fiscal_year_of(day) - 1, fiscal_year_of(day))
        entries = [entry for year in years for entry in self.year(year) if entry.on <= day]
        return max((e for e in entries if e.step.name in set(steps)), key=lambda e: e.on)

    def closed_for(self, day: date) -> str | None:
        """Why the offices are closed on `day`; None on a working day."""
        return (
            YEAR_END.get(f"{day:%m-%d}")
            or _national_holidays().get(day)
            or ("閉庁日" if day in self.closed else WEEKEND.get(day.weekday()))
        )

    def _moved(self, day: date, shift: Shift) -> date:
        if shift == "fixed":
            return day
        step = timedelta(days=1 if shift == "next" else -1)
        while self.closed_for(day):
            day += step
        return day


def report_of(as_of: date) -> BalanceReport:
    """Which of the three reports speaks of `as_of`."""
    return next(report for report in BALANCE_REPORTS if report.month == as_of.month)


def usual_day(step: Step, year: int) -> date:
    """The day of a step in a fiscal year, before closed days and calendar.yml."""
    return date(year + (step.month < FIRST_MONTH), step.month, step.day)


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == len("2026")):
        raise ValueError
    return int(text)


FiscalYear = Annotated[int, told_as(_year, "西暦4桁の年度を書いてください(例 2026)。")]


def _step(name: str) -> str:
    if name not in STEPS:
        raise ValueError
    return name


class CalendarSettings(Settings):
    """config/calendar.yml: the days that differ from the usual ones, and the closed ones."""

    FILE = "calendar.yml"
    TITLE = "暦"

    closed: frozenset[Day] = frozenset()
    years: Mapping[
        FiscalYear,
        Mapping[Annotated[str, told_as(_step, f"手順は {'、'.join(STEPS)} です。")], Day],
    ] = {}

    @property
    def calendar(self) -> Calendar:
        """The calendar that is told."""
        told = {
            (year, name): day for year, steps in self.years.items() for name, day in steps.items()
        }
        return Calendar(told, self.closed)

    @model_validator(mode="after")
    def _days_can_be_kept(self) -> "CalendarSettings":
        if faults := list(_faults_of(self.calendar)):
            raise ValueError("\n  ".join(faults))
        return self


def _faults_of(calendar: Calendar) -> Iterator[str]:
    """What is wrong with the dates themselves: closed days, far-off days, a turned order."""
    for (year, name), day in calendar.told.items():
        step = STEPS[name]
        where = f"{year}年度 {name}({step.title}): {day.isoformat()}"
        if step.shift != "fixed" and (reason := calendar.closed_for(day)):
            yield f"{where} は{reason}です。開庁する日にしてください。"
        if abs(day - usual_day(step, year)) > FURTHEST:
            yield f"{where} は例年({step.month}月{step.day}日)から離れすぎています。"
    for year in sorted({year for year, _ in calendar.told}):
        for report in BALANCE_REPORTS:
            names = [f"{act}_{report.name}" for act in ("hand_out", "due", "draft", "publish")]
            days = [calendar.day_of(name, year) for name in names]
            if days != sorted(days):
                order = "、".join(f"{n} {d}" for n, d in zip(names, days, strict=True))
                yield f"{year}年度 {report.title}: 日付の順が逆です({order})。"


@cache
def _national_holidays() -> "HolidayBase":
    import holidays  # a tenth of a second, and only where dates are asked for

    return holidays.country_holidays("JP", language="ja")
