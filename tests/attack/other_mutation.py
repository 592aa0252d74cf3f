"""Single-cell faults in the other real forms: plan tables, a claim list, promotion sheets."""

import random
import re
from functools import cached_property
from pathlib import Path

from attack.mutation import (
    Change,
    Fault,
    Original,
    Outcome,
    column_inserted_at,
    digit_changed,
    label_damaged,
    originals,
    outcomes,
    reasons,
    table,
    untold,
    value_shifted,
)
from attack.other_identities import Figures
from support.sheet_edits import SheetEdit, Value

from ingest.addresses import place

FAULTS = 200
DATA = Path(__file__).parents[1] / "data"
_NAMES = {
    "limitation_years",
    "claim_name",
    "department",
    "bureau",
    "section",
    "claim_classes",
    "plan",
    "measure",
}


class Other(Original):
    """An untouched plan table, claim list or promotion sheet."""

    @cached_property
    def form(self) -> Figures:  # type: ignore[override]
        """Where its figures stand."""
        return Figures(self.reading)

    @cached_property
    def typed(self) -> list[str]:
        """Figures that are not zero or blank; in these files every one is typed."""
        return self.form.typed

    @cached_property
    def labels(self) -> list[str]:
        """Headings and labels: every text that is neither an entry nor free text."""
        form = self.reading
        entries = {c.cell for c in form.cells if c.measure in _NAMES} | set(self.form.cells)
        entries |= {c.cell for c in form.narrative}
        headers = {form.claim_name, form.department}
        return [
            cell
            for cell in self.edit.cells
            if isinstance(value := self.edit.value(cell), str)
            and cell not in entries
            and value not in headers
        ]


def unit_changed(rng: random.Random, original: Original, sheet: SheetEdit):
    cell = rng.choice(original.typed)
    before = sheet.value(cell)
    digits = _digits(before)
    if cell in original.form.percentages:
        after: Value = rng.choice([f"{digits}円", _plain(digits, 0.01), _plain(digits, 100)])
    else:
        thousand = int(digits) * 1000
        after = rng.choice([thousand, f"{thousand:,}円", f"{digits}円", f"{digits}千円"])
    sheet.set(cell, after)
    return (cell,), f"{before} → {after}"


def _plain(digits: str, factor: float) -> float:
    return round(float(digits) * factor, 6)


def sign_changed(rng: random.Random, original: Original, sheet: SheetEdit):
    cell = rng.choice(original.typed)
    before = str(sheet.value(cell))
    marks = ["{}"] if before.startswith("-") else ["▲{}", "△ {}", "-{}", "({})"]
    sheet.set(cell, rng.choice(marks).format(before.lstrip("-")))
    return (cell,), f"{before} → {sheet.value(cell)}"


def text_in_number(rng: random.Random, original: Original, sheet: SheetEdit):
    cell = rng.choice(original.typed)
    before = sheet.value(cell)
    forms = ["約{}", "{}?", "{}以上", "未定", "{}(見込)", "l{}", "{} 他", "なし", "{}名"]
    sheet.set(cell, rng.choice(forms).format(before))
    return (cell,), f"{before} → {sheet.value(cell)}"


def total_overwritten(rng: random.Random, original: Original, sheet: SheetEdit):
    cell = rng.choice([*original.form.computed, *original.form.rates])
    before = sheet.value(cell)
    if isinstance(before, float):
        steps = [-0.2, -0.01, 0.01, 0.1, 0.3] if abs(before) < 1 else [-2, -0.1, 0.1, 0.3]
        after: Value = round(before + rng.choice(steps), 4)
    else:
        after = int(_digits(before)) + rng.choice([-1000, -100, -9, -1, 1, 9, 90, 1000])
    if isinstance(before, str):
        after = f"{after:,}千円"
    sheet.set(cell, after)
    return (cell,), f"{before} → {after}"


def _digits(value: Value) -> str:
    return re.sub(r"[^\d.-]", "", str(value)) or "0"


def column_inserted(rng: random.Random, original: Original, sheet: SheetEdit):
    places = sorted(place(cell) for cell in original.form.cells)
    columns = [column for _, column in places]
    column = rng.randint(min(columns), max(columns) + 1)
    top, bottom = places[0][0], places[-1][0] + 1
    return column_inserted_at(rng, sheet, column, range(top, bottom), heading_row=top - 1)


KINDS: dict[str, Change] = {
    "digit changed": digit_changed,
    "unit changed": unit_changed,
    "sign lost or added": sign_changed,
    "text in a number": text_in_number,
    "label damaged": label_damaged,
    "column inserted": column_inserted,
    "total overwritten": total_overwritten,
    "value shifted one cell": value_shifted,
}


def outcomes_of(forms: list[Original]) -> list[Outcome]:
    """What becomes of each seeded fault; these workbooks hold no formulas to recalculate."""
    return outcomes(forms, recalculated=False, count=FAULTS, of=KINDS)


def why_not(fault: Fault) -> str:
    """Why no single form can tell a fault: what stands in the faulty cells."""
    at = {c.cell: c for c in fault.original.reading.cells}
    found = [at[cell] for cell in fault.cells if cell in at]
    if any(c.block == "settlement_target" for c in found):
        return "a target of a promotion sheet: nothing is computed from it"
    if any(c.measure == "debtors" for c in found):
        return "滞納者数: in no sum"
    if any(c.measure in ("written_off", "uncollected") for c in found):
        return "市税: 収入未済額計 covers more than the rows above, so their balance proves nothing"
    return "blank and 0 count the same, or the change is within rounding"


def real_forms() -> list[Original]:
    """The other forms that cities have published."""
    paths = [path for city in ("amagasaki", "tsuyama") for path in (DATA / city).glob("*.xlsx")]
    return originals(sorted(paths), Other)


PREFACE = f"""## The other forms: plan tables, a claim list, promotion sheets

{FAULTS} seeded single-cell faults (`tests/attack/other_mutation.py`) in the {{count}} real forms
under `tests/data/tsuyama` and `tests/data/amagasaki`, counted alike; their identities are those of
domain §3 (`tests/attack/other_identities.py`). Every figure in these workbooks is typed: nothing
recalculates. Untouched, the two plan tables and the claim list give no finding, and the promotion
sheets one expected warning each: 市税 prints 個人市民税 alone above the 収入未済額計 of the
whole tax, and on the other four what was carried over differs from the 収入未済額計 before.
"""


def report() -> str:
    """The table in Markdown, with why some faults cannot be told."""
    forms = real_forms()
    found = outcomes_of(forms)
    parts = [
        PREFACE.format(count=len(forms)),
        f"{table(found)}\n\nFaults that no form can tell:\n\n{reasons(found, why_not)}\n",
    ]
    return "\n".join([*parts, f"{untold(found)}\n"] if untold(found) else parts)
