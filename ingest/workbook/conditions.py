"""Conditional formatting of an .xlsx, as far as it decides what a person sees of a number."""

import re
from collections.abc import Iterator
from operator import eq, ge, gt, le, lt, ne
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ingest.addresses import place
from ingest.workbook.container import parsed
from ingest.workbook.sheet import Area, Place

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_COMPARED = {
    "equal": eq, "notEqual": ne, "lessThan": lt, "lessThanOrEqual": le, "greaterThan": gt,
    "greaterThanOrEqual": ge,
}  # fmt: skip


class Condition(NamedTuple):
    """A rule: where it may hold, the number of the look that it gives, and when.

    `compares`, `bounds`: how a number is compared with numbers; None: nobody can say here.
    """

    areas: tuple[Area, ...]
    look: int
    compares: str | None
    bounds: tuple[float, ...]

    def covers(self, cell: Place) -> bool:
        """Whether it is asked of a cell."""
        return any(area.holds(cell) for area in self.areas)

    def holds(self, number: float) -> bool | None:
        """Whether it is true of a number; None where nobody can say."""
        if self.compares in ("between", "notBetween"):
            within = min(self.bounds) <= number <= max(self.bounds)
            return within == (self.compares == "between")
        compare = _COMPARED.get(self.compares or "")
        return compare(number, self.bounds[0]) if compare else None


def conditions(content: bytes) -> Iterator[Condition]:
    """The rules of a worksheet part that give cells another look. Raises WorkbookRefused."""
    for block in parsed(content).iterfind("{*}conditionalFormatting"):
        corners = [each.split(":") for each in (block.get("sqref") or "").split()]
        areas = tuple(Area(*place(each[0]), *place(each[-1])) for each in corners)
        for rule in block.iterfind("{*}cfRule"):
            if (rule.get("dxfId") or "").isdecimal():
                yield _condition(areas, rule)


def _condition(areas: tuple[Area, ...], rule: Element) -> Condition:
    formulas = [each.text or "" for each in rule.iterfind("{*}formula")]
    is_told = rule.get("type") == "cellIs" and all(map(_NUMBER.fullmatch, formulas))
    compares = rule.get("operator") if is_told and formulas else None
    bounds = tuple(map(float, formulas)) if compares else ()
    return Condition(areas, int(rule.get("dxfId") or 0), compares, bounds)
