"""The identities of the annual form (domain §2), written down a second time, apart from the reader.

They say which faults a form can reveal at all: where every identity still holds, the form is as
good as any other, and only somebody who knows the right figure could tell.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction

from support.sheet_edits import SheetEdit

from ingest import text
from ingest.addresses import address, place
from ingest.forms.reading import FormReading
from ingest.layout import layout

Figures = Callable[[str], int | None]
# ア イ ウ エ オ カ キ ク ケ | ウ' エ' オ' カ' キ' ク' ケ' | キ'' ク'' ケ''
AMOUNTS: dict[int, Callable[..., int]] = {
    1: lambda r: r[0] - r[2],
    5: lambda r: r[0] - r[2] + r[3] + r[4],
    8: lambda r: r[2] - r[3] - r[4],
    12: lambda r: r[10] + r[11],
    15: lambda r: r[9] - r[10] - r[11],
    18: lambda r: r[2] - r[3] - r[4] + r[9] - r[10] - r[11],
}
RATES: dict[int, Callable[..., tuple[int, int]]] = {
    6: lambda r: (r[3], r[2]),
    7: lambda r: (r[0] - r[2] + r[3] + r[4], r[0]),
    13: lambda r: (r[10], r[9]),
    14: lambda r: (r[10] + r[11], r[9]),
    16: lambda r: (r[3] + r[10], r[2] + r[9]),
    17: lambda r: (r[0] - r[2] + r[3] + r[4] + r[10] + r[11], r[0] + r[9]),
}
CARRIED = {"B": "A", "C": "B", "D": "B", "E": "C", "F": "D", "G": "F"}


class Form:
    """Where the figures of an untouched form stand."""

    def __init__(self, form: FormReading) -> None:
        at = {(c.block, c.item, c.measure): c.cell for c in form.cells}
        left = place(at["collection", "A", "carried_forward"])[1]
        self.rows = {
            letter: [
                address(place(at["collection", letter, "carried_forward"])[0], left + i)
                for i in range(19)
            ]
            for letter in "ABCDEFG"
        }
        self.classes = {
            (part, measure): [at["status", f"{part}/{code:02d}", measure] for code in range(1, 17)]
            for part in ("prior", "current")
            for measure in ("cases", "balance")
        }
        self.totals = {m: at["total", "", m] for m in ("debtors", "cases", "balance")}

    def sums(self, part: str, measure: str) -> list[tuple[str, list[str]]]:
        """The printed sums of a line of section 3: two subtotals and the total."""
        cells = self.classes[part, measure]
        row, tenth = place(cells[9])
        behind = place(cells[15])[1]
        return [
            (address(row, tenth - 1), cells[:9]),
            (address(row, behind + 1), cells[9:]),
            (address(row, behind + 2), cells),
        ]

    @property
    def computed(self) -> list[str]:
        """Amounts that a form computes or prints as a sum."""
        rows = [cells[i] for cells in self.rows.values() for i in AMOUNTS]
        sums = [cell for line in self.classes for cell, _ in self.sums(*line)]
        return [*rows, *sums, self.totals["cases"], self.totals["balance"]]

    @property
    def rates(self) -> list[str]:
        """Rates that a form prints."""
        return [cells[i] for cells in self.rows.values() for i in RATES]

    def hold(self, sheet: SheetEdit) -> bool:
        """Whether every cell can be read and every identity holds."""
        try:
            return all(self._told(sheet))
        except text.Unreadable:
            return False

    def _told(self, sheet: SheetEdit) -> Iterator[bool]:
        def figure(cell: str) -> int:
            parsed = text.number(sheet.value(cell))
            if parsed and parsed.unit:
                raise text.Unreadable
            return parsed.value if parsed else 0

        balances = {}
        for letter, cells in self.rows.items():
            typed = {i: figure(cells[i]) for i in (0, 2, 3, 4, 9, 10, 11)}
            balances[letter] = AMOUNTS[8](typed) + AMOUNTS[15](typed)
            yield min(*typed.values(), AMOUNTS[8](typed), AMOUNTS[15](typed)) >= 0
            yield from (
                figure(cells[i]) == formula(typed)
                for i, formula in AMOUNTS.items()
                if sheet.value(cells[i]) is not None
            )
            yield from (
                rate_holds(sheet.value(cells[i]), *formula(typed)) for i, formula in RATES.items()
            )
        for letter, origin in CARRIED.items():
            yield figure(self.rows[letter][0]) == balances[origin]
        for line, classes in self.classes.items():
            yield from (
                figure(cell) == sum(map(figure, members))
                for cell, members in self.sums(*line)
                if sheet.value(cell) is not None
            )
            yield all(figure(cell) >= 0 for cell in classes)
        closing = {i: figure(self.rows["D"][i]) for i in (0, 2, 3, 4, 9, 10, 11)}
        for part, balance in (("prior", AMOUNTS[8](closing)), ("current", AMOUNTS[15](closing))):
            yield sum(map(figure, self.classes[part, "balance"])) == balance
            cells = zip(self.classes[part, "cases"], self.classes[part, "balance"], strict=True)
            yield all(bool(figure(cases)) == bool(figure(yen)) for cases, yen in cells)
        cases = sum(figure(c) for part in ("prior", "current") for c in self.classes[part, "cases"])
        yield figure(self.totals["cases"]) == cases
        yield figure(self.totals["balance"]) == balances["D"]
        yield bool(cases) <= figure(self.totals["debtors"]) <= cases


def rate_holds(shown: object, numerator: int, denominator: int) -> bool:
    """Whether a printed rate is the exact one, to one decimal of a percent."""
    if shown is None:
        return True
    if isinstance(shown, str) and shown.startswith("#"):
        return denominator == 0
    rate = text.rate(shown)  # type: ignore[arg-type]
    if denominator == 0:
        return not rate
    return rate is not None and abs(rate - Fraction(numerator, denominator)) <= Fraction(1, 2000)


assert len(layout("annual").columns) == 19
