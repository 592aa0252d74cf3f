"""What the cells of a sheet say to somebody who reads it as a form. Nothing is noted here."""

from functools import cached_property

from ingest import text
from ingest.forms.reading import show
from ingest.text import Unreadable
from ingest.values import Doubt, Value
from ingest.workbook import Place, Sheet
from terms.money import UNITS


class Cells:
    """The cells of a sheet, whose amounts are in units of `unit_yen`."""

    def __init__(self, sheet: Sheet, unit_yen: int) -> None:
        self.sheet, self.unit_yen = sheet, unit_yen
        self._certain = {p: v for p, v in sheet.filled.items() if not isinstance(v, Doubt)}

    def value(self, row: int, column: int) -> Value:
        """What a person sees at zero-based (row, column); None also where that is in doubt."""
        return self._certain.get((row, column))

    def doubt(self, row: int, column: int) -> Doubt | None:
        """Why the content of a cell cannot be taken for certain, if so."""
        value = self.sheet.filled.get((row, column))
        return value if isinstance(value, Doubt) else None

    def is_doubtful(self, row: int, column: int) -> bool:
        """Whether the content of a cell cannot be taken for certain."""
        return self.doubt(row, column) is not None

    def is_uncached(self, row: int, column: int) -> bool:
        """Whether a cell is a formula that was saved without its result."""
        doubt = self.doubt(row, column)
        return doubt is not None and doubt.rule == "uncached_formula"

    def is_blank(self, row: int, column: int) -> bool:
        """Whether nothing at all stands in a cell, not even a dash for nothing."""
        return self.value(row, column) is None and not self.is_doubtful(row, column)

    def says_nothing(self, row: int, column: int) -> bool:
        """Whether a cell is blank, or holds a dash for nothing."""
        return text.is_blank(self.value(row, column)) and not self.is_doubtful(row, column)

    def is_figure(self, row: int, column: int) -> bool:
        """Whether a cell holds a number, a rate or a date; a note among the figures is none."""
        return is_figure(self.value(row, column))

    def is_number(self, row: int, column: int) -> bool:
        """Whether a cell holds a number as such, and not as text."""
        return isinstance(self.value(row, column), int | float)

    def spread_from(self, row: int, column: int) -> Place:
        """The cell that a cell shows the words of: the first one of those merged with it."""
        area = next((a for a in self.sheet.merged if a.holds((row, column))), None)
        return (area.top, area.left) if area else (row, column)

    @cached_property
    def rows(self) -> range:
        """The rows that hold anything."""
        return range(self.sheet.top, self.sheet.bottom)

    @cached_property
    def span(self) -> range:
        """The columns that hold anything."""
        return range(self.sheet.left, self.sheet.right)

    @cached_property
    def withdrawn_rows(self) -> frozenset[int]:
        """Rows of which everything is struck out: withdrawn, as offices do it (見え消し)."""
        struck: dict[int, list[bool]] = {}
        for (row, _), value in self.sheet.filled.items():
            is_struck = isinstance(value, Doubt) and value.rule == "struck_out"
            struck.setdefault(row, []).append(is_struck)
        return frozenset(row for row, each in struck.items() if len(each) > 1 and all(each))

    def first_place(self, row: int) -> Place:
        """Where a row begins that holds anything."""
        return row, min(c for r, c in self.sheet.filled if r == row)

    def yen(self, parsed: text.Number | None) -> int:
        """What a number in a column of amounts stands for, in its own unit or the sheet's.

        Where the screen shows thousands of it, the sheet's unit is that of what is shown.
        """
        factor = UNITS.get(parsed.unit or "", self.unit_yen) if parsed else 0
        return parsed.value * factor // parsed.scale if parsed else 0

    def printed(self, row: int, column: int, *, is_money: bool = True) -> int | None:
        """What a computed cell shows, in yen or as a count; None what nobody can read."""
        try:
            parsed = text.number(self.value(row, column))
        except Unreadable:
            return None
        return self.yen(parsed) if is_money else parsed.value if parsed else 0

    def shown(self, yen: int, *, is_money: bool = True) -> str:
        """An amount in the form's unit, or a count, as messages print it."""
        return show(yen, self.unit_yen if is_money else 1)


def is_figure(value: Value) -> bool:
    """Whether a value is a number, a rate or a date, as a number or as text."""
    if not isinstance(value, str):
        return value is not None
    for read in (text.number, text.rate):
        try:
            return read(value) is not None
        except Unreadable:
            continue
    return False
