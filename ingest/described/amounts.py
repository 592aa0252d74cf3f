"""Reads a figure of a table: what it means, and its value in the unit that its headings tell."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from ingest.described.blocks import Block
from ingest.described.figures import NO_LESS, PERCENT, POINT, Figure, figure, in_base_unit
from ingest.described.layout import Described
from ingest.described.meaning import FRACTION, Meaning, combined, is_money
from ingest.described.words import Dimensions
from ingest.forms.page import Page
from ingest.quoting import quoted
from ingest.text import Unreadable
from ingest.workbook import Place
from terms.money import COUNTS, EVERY_UNIT


class Read(NamedTuple):
    """A figure that was understood: where it stands, what it means, its value in `unit`.

    `step`: the unit that it is printed in. `is_dash`: a dash stands there, for nothing.
    """

    place: Place
    meaning: Meaning
    value: Decimal
    unit: str
    bound: str | None = None
    step: Decimal = Decimal(1)
    is_dash: bool = False

    def means(self, dimension: str) -> str | None:
        """What its headings tell of a dimension."""
        said = self.meaning
        return said.measure if dimension == "measure" else said.dimensions.get(dimension)


@dataclass
class Amounts:
    """The figures of a table. `units`: of money, where the sheet says them."""

    page: Page
    layout: Described
    block: Block
    base: Dimensions
    units: Sequence[tuple[Place, Set[str]]]
    _lacking: set[str] = field(default_factory=set)

    def at(
        self, row: int, column: int, said: Dimensions, beside: str | None, name: str
    ) -> Iterator[Read]:
        """The figure of a cell, of a range two; noted where it cannot be read.

        `said`: what its row means; `beside`: the unit that the heading of the row tells.
        """
        place = self.block.grid.place(row, column)
        over = self.block.headings[column]
        is_number = not is_money(said.get("unit"))  # a rate below 千円 over all rows
        units = {unit for unit in (None if is_number else over.unit, beside) if unit}
        name = f"{name} {'・'.join(over.entries)}"
        if self.page.note_doubt(place, name, "数値"):
            return
        try:
            meaning = combined(self.base, said, over.dimensions)
        except Unreadable as problem:
            self._note_no_meaning(place, name, str(problem))
            return
        try:
            found = figure(self.page.value(*place))
            read = self._read(place, found or Figure(Decimal(0)), meaning, units)
            yield read._replace(is_dash=found is None)
            if found and found.lowest is not None:
                lowest = Figure(found.lowest, found.unit, NO_LESS)
                yield self._read(place, lowest, meaning, units)
        except Unreadable as problem:
            self.page.note_unreadable(place, name, str(problem))

    def _note_no_meaning(self, place: Place, name: str, expected: str) -> None:
        """Note once for a table what its figures lack."""
        if expected not in self._lacking:
            self._lacking.add(expected)
            self.page.error(
                "no_meaning",
                place,
                f"「{quoted(name)}」の数値は意味が決まりません。{expected}が要ります。"
                "見出しを直すか、様式の定義に書いてください。",
                expected=expected,
            )

    def _read(self, place: Place, found: Figure, meaning: Meaning, behind: Set[str]) -> Read:
        """A figure in its unit: its own, that of its headings, or that of sheet or layout.

        `behind`: the units that the heading of its column and that of its row tell.
        """
        asked, value = meaning.unit, found.value
        if asked == FRACTION:
            value, unit = (value if found.unit == PERCENT else value * 100), PERCENT
        elif not is_money(asked):
            unit = str(asked)
            if not {found.unit, *behind} <= {None, unit, POINT if unit == PERCENT else unit}:
                raise Unreadable(f"{unit}の数値")
        else:
            behind = {*behind, asked} if asked else behind
            if not found.unit and len(behind) > 1:
                raise Unreadable(f"見出しの単位({'と'.join(sorted(behind))})を一つにし、その単位")
            unit = found.unit or next(iter(behind), None) or self._unit
            if not is_money(unit):
                raise Unreadable("金額")
        if unit in COUNTS and value != value.to_integral_value():
            raise Unreadable(f"整数({unit})")
        step = EVERY_UNIT.get(unit, 1)
        if step % found.scale:
            raise Unreadable(f"表示形式を「#,##0」にして、{unit}の数値")
        base_value, base_unit = in_base_unit(value, unit)
        return Read(place, meaning, base_value, base_unit, found.bound, Decimal(step))

    @cached_property
    def _unit(self) -> str:
        """The unit of the table's amounts: as the sheet says nearest above it, or the layout."""
        above = [units for text, units in self.units if self._is_over_rows(text)]
        nearest = above[-1] if above else set[str]().union(*(units for _, units in self.units))
        if len(nearest) == 1:
            return next(iter(nearest))
        unit = self.block.table.unit or self.layout.unit
        if unit and not nearest:
            return unit
        raise Unreadable("単位の分かる金額(表の右上に「(単位:千円)」などと書いてください)")

    def _is_over_rows(self, place: Place) -> bool:
        row, column = place
        return (column if self.block.grid.transposed else row) < self.block.lines.start
