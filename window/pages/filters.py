"""How pages write: days in both calendars, amounts, and words of others."""

from datetime import date, datetime

from django import template

from terms.years import TOKYO, japanese_date

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """令和8年7月31日(2026-07-31)."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(TOKYO).date()
    return f"{japanese_date(value)}({value.isoformat()})"


@register.filter
def moment(value: datetime | None) -> str:
    """令和8年7月31日(2026-07-31) 9:05."""
    if value is None:
        return ""
    local = value.astimezone(TOKYO)
    return f"{day(local)} {local.hour}:{local:%M}"


@register.filter
def short(value: str) -> str:
    """The beginning of a hash, as long as people compare."""
    return value[:12]


@register.filter
def number(value: int) -> str:
    """1,234."""
    return f"{value:,}"


@register.simple_tag
def asset(file: str) -> str:
    """The address of a style or script."""
    from window.pages.entrance import named

    return f"/asset/{named()[file]}"
