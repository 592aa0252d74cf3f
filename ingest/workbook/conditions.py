"""Conditional formatting of an .xlsx, as far as it decides what a person sees of a number."""

import re
from collections.abc import Collection, Iterator, Sequence
from math import inf
from operator import eq, ge, gt, le, lt, ne
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ingest.addresses import place
from ingest.workbook.bounds import FAR_COLUMN, FAR_ROW
from ingest.workbook.container import is_true, parsed
from ingest.workbook.looks import Look
from ingest.workbook.sheet import Area, Place
from ingest.workbook.xlsx_styles import conditional

_CORNER = re.compile(r"\$?([A-Z]{0,3})\$?(\d{0,7})")
_ALWAYS = "always"
NOTHING = Look("", ink="", ground="")  # changes nothing
_HIDES = Look(";;;", ink="", ground="")
_NUMBER = re.compile(r"\s*(?:=\s*)?-?\d+(?:\.\d+)?\s*")
_COMPARED = {
    "equal": eq, "notEqual": ne, "lessThan": lt, "lessThanOrEqual": le, "greaterThan": gt,
    "greaterThanOrEqual": ge,
}  # fmt: skip


class Condition(NamedTuple):
    """A rule: where it may hold, the look that it gives, and when.

    `is_last`: where it is true, none of those behind it counts. `compares`, `bounds`: how a value
    is compared with numbers; None: nobody can say here.
    """

    areas: tuple[Area, ...]
    look: Look
    is_last: bool
    compares: str | None
    bounds: tuple[float, ...]

    def covered(self, cells: Collection[Place]) -> list[Place]:
        """The cells of which it is asked."""
        found: dict[Place, None] = {}
        for area in self.areas:
            found |= dict.fromkeys(area.among(cells))
        return list(found)

    def holds(self, value: float | str) -> bool | None:
        """Whether it is true of a value; None where nobody can say. A text is above any number."""
        number = inf if isinstance(value, str) else value
        if self.compares == _ALWAYS:
            return not isinstance(value, str)
        if self.compares in ("between", "notBetween"):
            within = min(self.bounds) <= number <= max(self.bounds)
            return within == (self.compares == "between")
        compare = _COMPARED.get(self.compares or "")
        return compare(number, self.bounds[0]) if compare else None


def conditions(content: bytes, looks: Sequence[Look]) -> Iterator[Condition]:
    """The rules of a worksheet part by their rank, those of extensions with them.

    Of two that hold, the first one gives what both would give. `looks`: those that rules name by
    their number. Raises WorkbookRefused.
    """
    sheet = parsed(content)
    extended = sheet.iterfind("{*}extLst/{*}ext/{*}conditionalFormattings/{*}conditionalFormatting")
    ranked: list[tuple[int, Condition]] = []
    for block in (*sheet.iterfind("{*}conditionalFormatting"), *extended):
        told = block.get("sqref") or next((e.text or "" for e in block.iterfind("{*}sqref")), "")
        areas = tuple(_areas(told))
        for rule in block.iterfind("{*}cfRule"):
            rank = rule.get("priority") or ""
            ranked.append((int(rank) if rank.isdecimal() else 0, _condition(areas, rule, looks)))
    yield from (condition for _, condition in sorted(ranked, key=lambda each: each[0]))


def _areas(cells: str) -> Iterator[Area]:
    """`A1:B2 C3`, whole columns `E:E` and whole rows `8:8`; what says nothing is left out."""
    for each in re.split(r"[\s,]+", cells.upper()):
        first, _, last = each.partition(":")
        start, end = _CORNER.fullmatch(first), _CORNER.fullmatch(last or first)
        if start and end and start[0] and end[0]:
            yield Area(
                int(start[2] or 1) - 1,
                place(f"{start[1] or 'A'}1")[1],
                int(end[2]) - 1 if end[2] else FAR_ROW,
                place(f"{end[1]}1")[1] if end[1] else FAR_COLUMN,
            )


def _condition(areas: tuple[Area, ...], rule: Element, looks: Sequence[Look]) -> Condition:
    formulas = [each.text or "" for each in rule if each.tag.endswith(("}formula", "}f"))]
    is_told = rule.get("type") == "cellIs" and all(map(_NUMBER.fullmatch, formulas))
    compares = rule.get("operator") if is_told and formulas else None
    bounds = tuple(float(each.strip(" =")) for each in formulas) if compares else ()
    is_last = is_true(rule.get("stopIfTrue"))
    if any(part.get("showValue") in ("0", "false") for part in rule):  # icons or bars alone
        return Condition(areas, _HIDES, is_last, _ALWAYS, ())
    own = rule.find("{*}dxf")
    number = int(named) if (named := rule.get("dxfId") or "").isdecimal() else len(looks)
    look = (
        conditional(own) if own is not None else looks[number] if number < len(looks) else NOTHING
    )
    return Condition(areas, look, is_last, compares, bounds)
