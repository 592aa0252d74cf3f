"""A figure as a table prints it: 1,420,722,700, △25億円, 393億円以下, 98.9%."""

import re
from decimal import Decimal
from math import isfinite
from typing import NamedTuple

from ingest import text
from ingest.text import Unreadable
from ingest.values import Shown, Value
from terms.money import COUNTS, EVERY_UNIT

PERCENT, YEN = "%", "円"
POINT = "ポイント"  # what percentages differ by
NO_LESS, NO_MORE = "以上", "以下"
_DASHES = str.maketrans(dict.fromkeys("−－―‐‑‒–—─ーｰ﹣", "-") | dict.fromkeys("〜～∼", "~"))
_SIZE = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
# A longer unit before those that it ends with.
UNITS = (*sorted(EVERY_UNIT, key=len, reverse=True), *COUNTS, PERCENT, POINT, "倍")
_UNIT = "|".join(UNITS)
# What stands for no figure: none is known, it is kept back, or no rate can be made of nothing.
_NONE = frozenset({"…", "...", "‥", "..", "X", "皆増", "皆減", "***", "**", "*"})
_WRITTEN = re.compile(
    rf"(?:約|およそ)?(?P<sign>[△▲▴▵+-]?)(?P<open>\(?)(?P<yen>[¥\\]?)(?P<size>{_SIZE})(?P<close>\)?)"
    rf"(?P<unit>{_UNIT})?(?P<bound>以下|以上|未満|超|程度|余)?"
)
_STEP = r"(?:(\d{1,4}|\d,\d{3})%s)?"
_IN_STEPS = re.compile(  # 1億2,345万円
    "(?:約|およそ)?([△▲▴▵-]?)" + "".join(_STEP % each for each in ("兆", "億", "万", "")) + "円"
)
_RANGE = re.compile(rf"(?P<lowest>{_SIZE})(?P<first>{_UNIT})?~(?P<size>{_SIZE})(?P<unit>{_UNIT})?")
_MANY_DIGITS = 15
_NOISE = 1e-6
_TORN = re.compile(r"\d\s+\d")


class Figure(NamedTuple):
    """A number as printed, exactly; its own unit and its limit (以下), where it has them.

    `lowest`: of a range, whose highest number is the value. `scale`: 1,000 where the screen shows
    thousands of what the cell holds.
    """

    value: Decimal
    unit: str | None = None
    bound: str | None = None
    lowest: Decimal | None = None
    scale: int = 1


def figure(value: Value) -> Figure | None:
    """Read a figure; None of a cell that tells none. Raises Unreadable."""
    if isinstance(value, bool):
        raise Unreadable("数値")
    if isinstance(value, Shown) and value.is_percent:
        return Figure(_exact(value) * 100, PERCENT)
    if isinstance(value, int | float):
        scale = value.scale if isinstance(value, Shown) else 1
        return Figure(_exact(value) / scale, scale=scale)
    if is_none(value):
        return None
    if not isinstance(value, str):
        raise Unreadable("数値")
    return _written(value)


def is_none(value: Value) -> bool:
    """Whether a cell is blank, or tells that there is no figure: －, …, 皆増."""
    return text.is_blank(value) or (isinstance(value, str) and text.key(value) in _NONE)


def is_figure(value: Value) -> bool:
    """Whether somebody reads a number in a cell."""
    if isinstance(value, bool | str):
        return isinstance(value, str) and _match(value) is not None
    return isinstance(value, int | float)


def in_base_unit(size: Decimal, unit: str) -> tuple[Decimal, str]:
    """An amount in whole yen; anything else as it is. Raises Unreadable for parts of a yen."""
    if unit not in EVERY_UNIT:
        return size, unit
    yen = size * EVERY_UNIT[unit]
    if yen != yen.to_integral_value():
        raise Unreadable("円未満の端数のない金額")
    return yen.quantize(Decimal(1)), YEN


def plain(size: Decimal) -> str:
    """A number without an exponent or needless zeros."""
    return text.percent(size)


def _exact(number: float) -> Decimal:
    """What the file holds: a double's shortest digits."""
    nearest = round(number) if isfinite(number) else 0
    # A millionth forgives the noise of a formula such as =0.1*30.
    exact = Decimal(nearest if abs(number - nearest) < _NOISE else repr(float(number)))
    if not isfinite(number) or not exact.is_finite() or exact.adjusted() >= _MANY_DIGITS:
        raise Unreadable("15桁以内の数値")
    return exact


def _match(words: str) -> re.Match[str] | None:
    plain_words = text.plain_number(words)
    if plain_words is None:
        return None
    written = "".join(plain_words.translate(_DASHES).split())
    found = _WRITTEN.fullmatch(written) or _RANGE.fullmatch(written)
    return found or (_IN_STEPS.fullmatch(written) if any(map(str.isdigit, written)) else None)


def _written(words: str) -> Figure:
    found = None if _TORN.search(words) else _match(words)
    if found and found.re is _RANGE:
        return _range(found)
    if found and found.re is _IN_STEPS:
        sign, *steps = (each.replace(",", "") if each else "" for each in found.groups())
        yen = sum(int(each or 0) * 10**at for each, at in zip(steps, (12, 8, 4, 0), strict=True))
        return Figure(Decimal(-yen if sign else yen), YEN)
    if found is None or bool(found["open"]) != bool(found["close"]):
        raise Unreadable("数値(例 1,517)")
    size = Decimal(found["size"].replace(",", ""))
    is_negative = found["sign"] in ("△", "▲", "▴", "▵", "-") if found["sign"] else found["open"]
    unit = found["unit"] or (YEN if found["yen"] else None)
    return Figure(-size if is_negative else size, unit, found["bound"])


def _range(found: re.Match[str]) -> Figure:
    """135億円～140億円 and 135～140億円: no less, and no more."""
    lowest, highest = (Decimal(found[each].replace(",", "")) for each in ("lowest", "size"))
    if lowest > highest or found["first"] not in (None, found["unit"]):
        raise Unreadable("数値の幅(例 135～140億円)")
    return Figure(highest, found["unit"], NO_MORE, lowest)
