"""What a figure means: its dimensions, as headings and layout tell them together."""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from ingest import text
from ingest.described.words import Dimensions, unit_alone
from ingest.described.years import fiscal_year
from ingest.forms.reading import class_codes
from ingest.names import name_key
from ingest.text import Unreadable
from terms.codes import municipalities
from terms.money import EVERY_UNIT

_OPEN = re.compile(r"以[前降後上]|[～〜]|まで|から")  # of several years
TRUE = "true"
FRACTION = "割合"  # the unit of a rate that is printed as a fraction of one


class ContradictionError(Unreadable):
    """Two headings tell different things of one figure."""


def _year(words: str) -> str:
    if _OPEN.search(words):
        raise Unreadable("一つの年度(「以前」「以降」のある欄は、年度でない次元にしてください)")
    if words.lstrip("+-").isdecimal() and len(words) < len("2000"):
        return words  # seen from the table's year
    year = int(words) if words.isdecimal() else fiscal_year(words)
    if year is None:
        raise Unreadable("年度(例 令和3年度)")
    return str(year)


def _day(words: str) -> str:
    try:
        return text.day(words).isoformat()
    except Unreadable:  # 平成16年5月 means its last day
        return text.day(f"{words}末").isoformat()


def _municipality(words: str) -> str:
    known = municipalities()
    found = [code for code, label in known.items() if name_key(words) in (code, name_key(label))]
    if len(found) != 1:
        raise Unreadable("登録された団体の名称かコード(なければ config/terms.yml に加えてください)")
    return found[0]


_READ: Mapping[str, Callable[[str], str]] = {
    "fiscal_year": _year,
    "as_of": _day,
    "municipality": _municipality,
    "claim_number": text.claim_number,
    "claim_classes": class_codes,
    "unit": lambda words: unit_alone(words) or words,
}


def parsed(dimension: str, words: str) -> str:
    """The value of a dimension as it lands. Raises Unreadable."""
    read = _READ.get(dimension)
    return read(words) if read else words


def year_of(told: Dimensions) -> int | None:
    """The fiscal year that dimensions tell; None where they tell none that can be read."""
    try:
        year = _year(told["fiscal_year"])
    except (KeyError, Unreadable):
        return None
    return int(year) if len(year) == len("2000") else None


class Meaning(NamedTuple):
    """The dimensions of a figure but for its measure, its fiscal year and its unit."""

    measure: str
    fiscal_year: int | None
    unit: str | None
    dimensions: Dimensions


def combined(base: Dimensions, row: Dimensions, column: Dimensions) -> Meaning:
    """What a figure means by its table, its row and its column.

    Raises Unreadable where a measure or a time is missing, or a value cannot be read, and
    Contradiction where row and column tell different things.
    """
    told = dict(base)
    for dimension in row.keys() | column.keys():
        said = [each[dimension] for each in (row, column) if dimension in each]
        told[dimension] = said[0] if len(set(said)) == 1 else _together(dimension, said)
    values = {dimension: parsed(dimension, words) for dimension, words in told.items()}
    year = values.pop("fiscal_year", None)
    if year and len(year) < len("2000"):
        year = _seen_from(base.get("fiscal_year"), int(year), values)
    if "measure" not in values:
        raise Unreadable("項目の分かる見出し(調定額、収入額 など)")
    if year is None and "as_of" not in values:
        raise Unreadable("年度か基準日の分かる見出し・表題")
    measure, unit = values.pop("measure"), values.pop("unit", None)
    return Meaning(measure, int(year) if year else None, unit, values)


def _seen_from(own: str | None, years: int, values: dict[str, str]) -> str | None:
    """The year so many after that of the table; where it tells a day, that day is moved."""
    own = parsed("fiscal_year", own) if own else None
    if own and len(own) == len("2000"):
        return str(int(own) + years)
    if day := values.get("as_of"):
        values["as_of"] = _moved(date.fromisoformat(day), years).isoformat()
        return None
    raise Unreadable("前年度・翌年度などの基になる年度の分かる見出し・表題")


def _moved(day: date, years: int) -> date:
    moved = date(day.year + years, day.month, 1)
    return moved.replace(day=min(day.day, monthrange(moved.year, moved.month)[1]))


def _together(dimension: str, said: list[str]) -> str:
    """A year seen from another one; nothing else may be told twice."""
    if dimension == "fiscal_year":
        years = [int(parsed(dimension, each)) for each in said]
        if min(abs(year) for year in years) < len("2000") * 25:
            return str(sum(years))
    raise ContradictionError(f"一つの意味(見出しは「{'」と「'.join(said)}」)")


def is_money(unit: str | None) -> bool:
    """Whether a meaning asks for an amount of money."""
    return unit is None or unit in EVERY_UNIT
