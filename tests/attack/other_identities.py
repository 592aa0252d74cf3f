"""The identities of the other forms (domain §3), written down a second time, apart from the reader.

They say which faults a form can reveal at all: where every identity still holds, the form is as
good as any other, and only somebody who knows the right figure could tell.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from support.sheet_edits import SheetEdit, Value

from ingest import text
from ingest.forms.reading import FormReading

DIFFERENCES = {
    "reported_vs_baseline": "baseline_actual",
    "reported_vs_target": "target",
    "reported_vs_next_target": "next_target",
}
PARTS = ("current", "prior")
COMPUTED = {*DIFFERENCES, "assessed", "collected", "uncollected"}
_BESIDES = {"footnoted", "limitation_years", "scope_note", "debtor_unit"}


class Figures:
    """Where the figures of an untouched form stand, by item or fiscal year, and measure."""

    def __init__(self, form: FormReading) -> None:
        self.form = form
        self.at = {
            (c.block, c.item, c.fiscal_year if form.form == "promotion" else None, c.measure): c
            for c in form.cells
            if c.measure not in _BESIDES and (c.number is not None or _is_rate(c.text))
        }
        self.is_scoped = any(c.measure == "scope_note" for c in form.cells)

    @property
    def cells(self) -> list[str]:
        """All cells with figures, blank ones too."""
        return [c.cell for c in self.at.values()]

    @property
    def percentages(self) -> set[str]:
        """The cells that hold a rate."""
        return {c.cell for c in self.at.values() if c.text is not None}

    @cached_property
    def typed(self) -> list[str]:
        """All figures that are not zero."""
        return [c.cell for c in self.at.values() if c.number or (c.text and Decimal(c.text))]

    @cached_property
    def computed(self) -> list[str]:
        """Totals, differences and balances, as printed."""
        totals = [c.cell for (_, item, _, _), c in self.at.items() if item == "total"]
        totals += [c.cell for (block, *_), c in self.at.items() if block == "total"]
        if self.form.form == "claim_list":
            return totals
        return totals + [c.cell for (*_, m), c in self.at.items() if m in COMPUTED]

    @cached_property
    def rates(self) -> list[str]:
        """Rates that follow from amounts on the form."""
        return [
            c.cell
            for (block, *_, m), c in self.at.items()
            if block == "settlement" and m.startswith("rate")
        ]

    def hold(self, sheet: SheetEdit) -> bool:
        """Whether every cell can be read and every identity holds."""
        told = {"plan": self._plan, "claim_list": self._claim_list, "promotion": self._promotion}
        try:
            return all(told[self.form.form](sheet))
        except (text.Unreadable, ArithmeticError):
            return False

    def _figure(self, sheet: SheetEdit, *place: object) -> Decimal:
        cell = self.at.get(place)  # type: ignore[call-overload]
        if cell is None:
            return Decimal(0)
        return _read(sheet.value(cell.cell), self.form.form, cell.text is not None)

    def _plan(self, sheet: SheetEdit) -> Iterator[bool]:
        items = list(dict.fromkeys(item for _, item, _, _ in self.at))
        for item in items:
            row = {m: self._figure(sheet, "plan", item, None, m) for m in _measures(self.at)}
            for difference, subtrahend in DIFFERENCES.items():
                if ("plan", item, None, difference) in self.at:
                    yield row[difference] == row["actual"] - row[subtrahend]
            yield all(v >= 0 for m, v in row.items() if m not in DIFFERENCES)
        if "total" in items:
            for measure in ("baseline_actual", "target", "actual", "next_target"):
                column = [self._figure(sheet, "plan", item, None, measure) for item in items]
                total = self._figure(sheet, "plan", "total", None, measure)
                yield sum(column) == 2 * total

    def _claim_list(self, sheet: SheetEdit) -> Iterator[bool]:
        amounts = [self._figure(sheet, *place) for place in self.at if place[0] == "claim_list"]
        yield sum(amounts) == self._figure(sheet, "total", "", None, "uncollected")
        yield min(amounts) >= 0

    def _promotion(self, sheet: SheetEdit) -> Iterator[bool]:
        for year in {y for block, _, y, _ in self.at if block == "settlement"}:
            row = {
                m: self._figure(sheet, "settlement", "", year, m)
                for block, _, y, m in self.at
                if (block, y) == ("settlement", year)
            }
            yield min(row.values()) >= 0
            for measure in ("assessed", "collected"):
                yield row[measure] == sum(row[f"{measure}_{part}"] for part in PARTS)
            owed = row["assessed"] - row["collected"] - row["written_off"]
            yield row["uncollected"] > owed if self.is_scoped else row["uncollected"] == owed
            for suffix in ("", "_current", "_prior"):
                exact = 100 * row[f"collected{suffix}"] / row[f"assessed{suffix}"]
                shown = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
                yield row[f"rate{suffix}"] == shown
        for place in self.at:
            if place[0] == "settlement_target":
                figure = self._figure(sheet, *place)
                yield 0 <= figure <= 100 if place[3].startswith("rate") else figure >= 0


def _measures(places: object) -> set[str]:
    return {measure for *_, measure in places}  # type: ignore[attr-defined]


def _is_rate(words: str | None) -> bool:
    return bool(words) and words.replace(".", "", 1).lstrip("-").isdecimal()


def _read(value: Value, form: str, is_rate: bool) -> Decimal:
    """An amount or count as written, or a percentage; promotion sheets have 0.9787 for 97.87%."""
    if value is None:
        return Decimal(0)
    if not is_rate:
        parsed = text.number(value)
        return Decimal(parsed.value if parsed else 0)
    size, is_percent = text.written_percent(value) or (Decimal(0), True)
    return size if is_percent or form == "plan" else size * 100
