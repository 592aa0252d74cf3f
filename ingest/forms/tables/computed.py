"""Computed cells are recomputed: what a department typed there is compared, never used."""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from ingest import text
from ingest.addresses import address
from ingest.findings import Severity
from ingest.forms.page import Page
from ingest.forms.tables.columns import Table
from ingest.layout import Column, Rate
from ingest.text import Unreadable
from ingest.workbook import Place

HALF_A_PRINTED_PERCENT = Fraction(1, 2000) + Fraction(1, 10**9)  # 0.1% printed, rounded anyhow
ALMOST = 1e-6
SAME_DOUBLE = 1e-12
ENOUGH = 2  # computed amounts that must disagree before a typed cell is suspected

Amounts = Mapping[str, int]
Computed = Mapping[str, int | Rate]


class Printed(NamedTuple):
    """A computed cell as it stands on the form, and what it should say."""

    column: Column
    place: Place
    expected: int | Rate


def check_computed(
    page: Page, table: Table, row: int, amounts: Amounts, item: str, told: str = ""
) -> tuple[Amounts, Computed]:
    """Computed cells are recomputed: an amount that disagrees is an error, a rate a warning.

    `amounts`: the typed amounts of the row in yen. Where another value of one typed cell, and of
    no other, would make all computed cells agree, that cell is told instead of them, unless it is
    `told` already. Returns the amounts with that value, so that no other rule tells it again, and
    all that follows from them.
    """
    return _Row(page, table, row, amounts, item).checked(told)


def source(page: Page, table: Table, row: int, name: str) -> str:
    """Where a computed amount comes from: セルK15＝E15・F15・G15から計算."""
    inputs = _inputs(page, table, row, name)
    shown = f"{address(row, table.columns[name])}＝" if name in table.columns else ""
    return f"セル{shown}{inputs}から計算"


def _inputs(page: Page, table: Table, row: int, name: str) -> str:
    """The typed cells that a computed one follows from: E12・F12・G12."""
    places = table.places(row, page.layout.roots(name))
    return "・".join(address(*place) for place in places.values())


class _Row:
    """One row of a table; `item` is how messages name it."""

    def __init__(self, page: Page, table: Table, row: int, amounts: Amounts, item: str) -> None:
        self.page, self.table, self.row = page, table, row
        self.amounts, self.item = amounts, item

    def checked(self, told: str) -> tuple[Amounts, Computed]:
        """Note what disagrees (see `check_computed`)."""
        computed = self.page.layout.compute(self.amounts)
        for column, place in self._cells():
            severity: Severity = "warning" if isinstance(computed[column.name], Rate) else "error"
            self.page.note_disguised(place, f"{self.item} {column.title}", severity)
        odd = [each for each in self._printed(computed) if not self._agrees(each)]
        suspects = self._suspects(odd)
        if len(suspects) == 1:
            ((column, yen),) = suspects
            if column.name != told:
                self._note_suspect(column, yen, odd)
            corrected = {**self.amounts, column.name: yen}
            return corrected, self.page.layout.compute(corrected)
        for each in odd:
            self._note(each)
        return self.amounts, computed

    def _cells(self) -> list[tuple[Column, Place]]:
        columns = {column.name: column for column in self.page.layout.computed}
        places = self.table.places(self.row, columns)
        return [(columns[name], place) for name, place in places.items()]

    def _printed(self, computed: Computed) -> list[Printed]:
        return [
            Printed(column, place, computed[column.name])
            for column, place in self._cells()
            if self.page.value(*place) is not None
        ]

    def _agrees(self, printed: Printed) -> bool:
        if isinstance(printed.expected, Rate):
            return self._is_rate(printed.place, printed.expected)
        return self.page.printed(*printed.place) == printed.expected

    def _is_rate(self, place: Place, expected: Rate) -> bool:
        value = self.page.value(*place)
        if _is_quotient(value, expected, ALMOST):
            return True  # far from the limit a double is exact enough, and most are Excel's own
        try:
            shown = text.rate(value)
        except Unreadable:
            return False
        if expected.denominator == 0:
            return not shown
        exact = Fraction(expected.numerator, expected.denominator)
        if shown is None:
            return False
        # 50.0 may be meant as a percentage, 0.5 as a fraction of one; 0.000896 is no percentage
        meant = [shown, shown / 100] if abs(shown) > 1 or shown.denominator <= 10 else [shown]
        return any(abs(each - exact) <= HALF_A_PRINTED_PERCENT for each in meant)

    # A typed cell that explains all that disagrees

    def _suspects(self, odd: list[Printed]) -> list[tuple[Column, int]]:
        """Typed cells that would explain all disagreement, each with the value (yen) for it.

        Amounts leave エ and オ apart only by their rates, so those that fit the rates best remain.
        """
        amounts_odd = [each for each in odd if not isinstance(each.expected, Rate)]
        shown = [self.page.printed(*each.place) for each in amounts_odd]
        if len(amounts_odd) < ENOUGH or None in shown:
            return []
        fitting: dict[int, list[tuple[Column, int]]] = {}
        for column in self.page.layout.typed:
            yen = self._explaining(column, amounts_odd[0])
            if yen is None or column.name not in self.table.columns:
                continue
            computed = self.page.layout.compute({**self.amounts, column.name: yen})
            corrected = self._printed(computed)
            if all(map(self._agrees, corrected)):
                exact = sum(map(self._is_exact, corrected))
                fitting.setdefault(exact, []).append((column, yen))
        return fitting[max(fitting)] if fitting else []

    def _explaining(self, column: Column, odd: Printed) -> int | None:
        """The value of a typed column (yen) that gives a computed cell what it shows, if any.

        Formulas of amounts are sums and differences: one yen more changes them by one, or by none.
        """
        shown, name = self.page.printed(*odd.place), odd.column.name
        if column.name not in self.amounts or shown is None or not isinstance(odd.expected, int):
            return None
        typed = self.amounts[column.name]
        more = self.page.layout.compute({**self.amounts, column.name: typed + 1})[name]
        slope = int(more) - odd.expected  # type: ignore[arg-type]
        yen = typed + slope * (shown - odd.expected)
        return yen if slope and yen >= 0 else None

    def _is_exact(self, printed: Printed) -> bool:
        value, expected = self.page.value(*printed.place), printed.expected
        return isinstance(expected, Rate) and _is_quotient(value, expected, SAME_DOUBLE)

    # What is noted

    def _note_suspect(self, column: Column, yen: int, odd: list[Printed]) -> None:
        cells = "・".join(address(*each.place) for each in odd)
        self.page.note_suspect(
            "computed_amount",
            (self.row, self.table.columns[column.name]),
            f"{self.item} {column.title}",
            self.page.shown(yen),
            f"計算欄のセル{cells}",
            f"計算欄を計算し直して提出してください。{self._strays()}",
        )

    def _note(self, odd: Printed) -> None:
        inputs = _inputs(self.page, self.table, self.row, odd.column.name)
        why = f"{self.item} {odd.column.title}は、記入された金額(セル{inputs})から計算すると"
        if isinstance(odd.expected, Rate):
            advice = "。計算し直した率を使います。数式を元の様式のとおりに戻してください。"
            right = odd.expected.printed()
            self.page.note_differs("computed_rate", odd.place, why, right, advice, "warning")
            return
        advice = (
            f"({odd.column.note or '計算欄'})。"
            f"記入欄と計算欄のどちらが正しいか確かめ、訂正してください。{self._strays()}"
        )
        right = self.page.shown(odd.expected)
        self.page.note_differs("computed_amount", odd.place, why, right, advice)

    def _strays(self) -> str:
        """Where figures stand on a line in columns that the form does not have."""
        columns = set(self.table.columns.values())
        inside = sorted(set(range(min(columns), max(columns))) - columns)
        cells = [address(self.row, c) for c in inside if self.page.is_number(self.row, c)]
        listed = "・".join(cells)
        return (
            f"様式にない列(セル{listed})の数値が関わっていないかも確かめてください。"
            if cells
            else ""
        )


def _is_quotient(value: object, rate: Rate, within: float) -> bool:
    """Whether a value is a double that is as good as a rate."""
    return (
        isinstance(value, float)
        and rate.denominator != 0
        and abs(value - rate.numerator / rate.denominator) < within
    )
