"""What time it is, told once at the edge and passed in from there."""

from collections.abc import Callable
from datetime import date, datetime

from terms.years import TOKYO

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present, in Asia/Tokyo."""
    return datetime.now(TOKYO)


def day_in_japan(instant: datetime) -> date:
    """The day of an instant, in Asia/Tokyo."""
    return instant.astimezone(TOKYO).date()


def read_instant(text: str) -> datetime:
    """An ISO 8601 instant; without an offset it is Asia/Tokyo. Raises ValueError."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=TOKYO)


def stopped_at(instant: datetime) -> Clock:
    """A clock that always says the same: what `--received-at` and the tests use."""
    return lambda: instant
