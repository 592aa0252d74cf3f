"""The year's calendar for the staff: a page, and an iCalendar file (RFC 5545) of the same days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event

from exports.press.templates import internal_page
from terms.years import fiscal_year_label

WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True, slots=True)
class Day:
    """One step of the year. `told`: the city named the day itself."""

    on: date
    name: str
    title: str
    told: bool

    @property
    def weekday(self) -> str:
        """月 to 日."""
        return WEEKDAYS[self.on.weekday()]


def calendar_page(year: int, days: Sequence[Day]) -> str:
    """The fiscal year as an accessible page, a row a step."""
    months: dict[str, list[Day]] = {}
    for day in days:
        months.setdefault(f"{day.on.year}年{day.on.month}月", []).append(day)
    return internal_page("calendar.html", year=year, label=fiscal_year_label(year), months=months)


def icalendar(year: int, days: Sequence[Day]) -> bytes:
    """The fiscal year as whole-day events, the same bytes every time."""
    calendar = Calendar()
    calendar.add("prodid", "-//mishukin//calendar//JA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"未収金の一年（{fiscal_year_label(year)}）")
    # When the year was laid down is nobody's question; a calendar asks for a moment all the same.
    stamp = datetime.combine(date(year, 4, 1), time(), UTC)
    for day in days:
        event = Event()
        event.add("uid", f"{year}-{day.name}@mishukin")
        event.add("dtstamp", stamp)
        event.add("dtstart", day.on)
        event.add("dtend", day.on + timedelta(days=1))
        event.add("summary", day.title)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
