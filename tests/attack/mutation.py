"""Single-cell faults in real forms: which of them are told, and where.

A fault *matters* when the warehouse would hold something else than before (a figure, or whose form
it is), when a printed amount or rate changes as printed, or when figures stand in a column that the
warehouse does not take. Of those that matter, some cannot be told by any single form: every
identity of the form still holds, and nothing on it contradicts the figure. All others must be told,
at the faulty cell itself, or at a cell of an identity whose message names the faulty cell.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from attack.annual_identities import Form
from support.sheet_edits import SheetEdit, Value

from ingest import text
from ingest.addresses import address, place
from ingest.findings import Finding
from ingest.forms.reading import FormReading
from ingest.text import key
from ingest.worker import read_workbook

SEED, FAULTS = 20190531, 500
OSAKA = Path(__file__).parents[1] / "data" / "osaka"


@dataclass
class Original:
    """An untouched form of a workbook."""

    file: str
    data: bytes
    reading: FormReading
    edit: SheetEdit

    @cached_property
    def form(self) -> Form:
        """Where its figures stand."""
        return Form(self.reading)

    @cached_property
    def typed(self) -> list[str]:
        """Typed figures that are not zero or blank."""
        return [c.cell for c in self.reading.cells if c.number]

    @cached_property
    def labels(self) -> list[str]:
        """Headings and labels: every text that is neither an entry nor free text."""
        told = {c.cell for c in (*self.reading.cells, *self.reading.narrative)}
        entries = {
            key(v)
            for name in ("claim_number", "claim_name", "department", "section")
            if (v := getattr(self.reading, name))
        }
        return [
            cell
            for cell in self.edit.cells
            if isinstance(value := self.edit.value(cell), str)
            and cell not in told
            and cell not in self.row_labels
            and cell not in self.form.rates
            and key(value) not in entries
            and "債権" not in value[1:4]
        ]

    @cached_property
    def row_labels(self) -> list[str]:
        """The cells that say which row is A, B … and of which year."""
        rows = [place(cells[0]) for cells in self.form.rows.values()]
        return [
            cell
            for row, left in rows
            for column in range(left)
            if self.edit.value(cell := address(row, column)) is not None
        ]


@dataclass(frozen=True)
class Fault:
    """A sheet with a fault. `cells`: where it is; `column`: the letters of an inserted column."""

    kind: str
    original: Original
    sheet: SheetEdit
    cells: tuple[str, ...]
    told_as: str
    column: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a fault: harmless, unrevealable, cell, named, elsewhere or missed."""

    fault: Fault
    verdict: str
    findings: list[Finding]


def originals(paths: list[Path], of: type[Original] = Original) -> list[Original]:
    """Every form of the workbooks; the reader has no error to tell of them."""
    found = []
    for path in paths:
        data = path.read_bytes()
        found += [
            of(path.name, data, form, SheetEdit(data, form.sheet))
            for form in read_workbook(path.name, data).forms
        ]
    return found


# Changes the sheet; returns the cells it changed, and what it did. None: not possible here.
Change = Callable[[random.Random, Original, SheetEdit], tuple[tuple[str, ...], str] | None]


def _digits(rng: random.Random, value: Value) -> Value:
    """Another digit in one place."""
    shown = str(value)
    places = [i for i, c in enumerate(shown) if c.isdecimal()]
    i = rng.choice(places)
    others = [d for d in "0123456789" if int(d) != int(shown[i])]
    changed = shown[:i] + rng.choice(others) + shown[i + 1 :]
    return changed if isinstance(value, str) else type(value)(changed)


def digit_changed(rng: random.Random, original: Original, sheet: SheetEdit):
    cell = rng.choice(original.typed)
    before = sheet.value(cell)
    sheet.set(cell, _digits(rng, before))
    return (cell,), f"{before} → {sheet.value(cell)}"


def unit_changed(rng: random.Random, original: Original, sheet: SheetEdit):
    cell = rng.choice(original.typed)
    before = sheet.value(cell)
    number = text.number(before)
    assert number is not None
    after = rng.choice([number.value * 1000, f"{number.value * 1000:,}円", f"{number.value}円"])
    sheet.set(cell, after)
    return (cell,), f"{before} → {after}"


def sign_changed(rng: random.Random, original: Original, sheet: SheetEdit):
    shown = [*original.typed, *original.form.computed]
    cell = rng.choice([c for c in shown if _plain(sheet.value(c))])
    number = _plain(sheet.value(cell))
    marks = ["▲{}", "△ {}", "-{}", "({})"] if number > 0 else ["{}"]
    sheet.set(cell, rng.choice([-number, rng.choice(marks).format(abs(number))]))
    return (cell,), f"{number} → {sheet.value(cell)}"


def _plain(value: Value) -> int:
    try:
        number = text.number(value)
    except text.Unreadable:
        return 0
    return number.value if number else 0


def text_in_number(rng: random.Random, original: Original, sheet: SheetEdit):
    cell = rng.choice([*original.typed, *original.form.computed])
    before = sheet.value(cell)
    forms = ["約{}", "{}?", "{}以上", "未定", "{}(見込)", "l{}", "{} 他", "なし", "{}名", "{}.5"]
    sheet.set(cell, rng.choice(forms).format(before or 0))
    return (cell,), f"{before} → {sheet.value(cell)}"


def label_damaged(rng: random.Random, original: Original, sheet: SheetEdit):
    cell = rng.choice(original.labels)
    before = str(sheet.value(cell))
    i = rng.randrange(len(before))
    other = str(sheet.value(rng.choice(original.labels)))
    after = rng.choice(
        [
            before[:i] + before[i + 1 :],
            before[:i] + rng.choice("ハ口二工夕〇額残債") + before[i + 1 :],
            None,
            other,
        ]
    )
    sheet.set(cell, after or None)
    return (cell,), f"{before!r} → {after!r}"


def total_overwritten(rng: random.Random, original: Original, sheet: SheetEdit):
    cell = rng.choice([*original.form.computed, *original.form.rates])
    before = sheet.value(cell)
    if isinstance(before, float):
        after: Value = round(before + rng.choice([-0.2, -0.01, 0.01, 0.1, 0.3]), 4)
    else:
        after = _plain(before) + rng.choice([-1000, -100, -9, -1, 1, 9, 90, 1000])
    sheet.set(cell, after)
    return (cell,), f"{before} → {after}"


def class_moved(rng: random.Random, original: Original, sheet: SheetEdit):
    lines = original.form.classes
    filled = [
        (line, i)
        for line, cells in lines.items()
        for i, cell in enumerate(cells)
        if _plain(sheet.value(cell))
    ]
    if not filled:
        return None
    (part, measure), i = rng.choice(filled)
    targets = [lines[part, measure][j] for j in (i - 1, i + 1) if 0 <= j < 16]
    targets.append(lines["current" if part == "prior" else "prior", measure][i])
    source, target = lines[part, measure][i], rng.choice(targets)
    _move(sheet, source, target)
    return (source, target), f"{source} → {target}"


def value_shifted(rng: random.Random, original: Original, sheet: SheetEdit):
    source = rng.choice(original.typed)
    row, column = place(source)
    steps = [(r, c) for r, c in ((-1, 0), (1, 0), (0, -1), (0, 1)) if column + c >= 0]
    r, c = rng.choice(steps)
    target = address(row + r, column + c)
    if isinstance(sheet.value(target), str) and not _plain(sheet.value(target)):
        return None  # over a label: that is another kind of fault
    _move(sheet, source, target)
    return (source, target), f"{source} → {target}"


def _move(sheet: SheetEdit, source: str, target: str) -> None:
    sheet.set(target, sheet.value(source))
    sheet.set(source, None)


def row_label_changed(rng: random.Random, original: Original, sheet: SheetEdit):
    cell = rng.choice(original.row_labels)
    before = str(sheet.value(cell))
    other = str(sheet.value(rng.choice(original.row_labels)))
    scenario = (
        before.replace("実績", "修正目標") if "実績" in before else before.replace("目標", "")
    )
    after = rng.choice([other, scenario, re.sub(r"\d|元", lambda m: "2", before), "", before[1:]])
    sheet.set(cell, after or None)
    return (cell,), f"{before!r} → {after!r}"


def column_inserted(rng: random.Random, original: Original, sheet: SheetEdit):
    left, right = (place(original.form.rows["A"][i])[1] for i in (0, 18))
    column = rng.randint(left + 1, right)
    top = place(original.form.rows["A"][0])[0]
    return column_inserted_at(rng, sheet, column, range(top, top + 7), heading_row=top - 2)


def column_inserted_at(
    rng: random.Random, sheet: SheetEdit, column: int, rows: range, heading_row: int
):
    """A column of its own, with or without a heading and figures."""
    sheet.insert_column(column)
    heading, figures = rng.choice([(1, 1), (1, 1), (0, 1), (1, 0), (0, 0)])
    if heading:
        sheet.set(
            address(heading_row, column), rng.choice(["延滞金", "うち分納誓約分", "督促手数料"])
        )
    for row in rows if figures else ():
        sheet.set(address(row, column), rng.randint(1, 999))
    letters = re.sub(r"\d", "", address(0, column))
    cells = [address(r, column) for r in range(heading_row, rows.stop)]
    return tuple(cells), f"column {letters} heading {heading} figures {figures}"


KINDS: dict[str, Change] = {
    "digit changed": digit_changed,
    "unit changed": unit_changed,
    "sign lost or added": sign_changed,
    "text in a number": text_in_number,
    "label damaged": label_damaged,
    "row label changed": row_label_changed,
    "column inserted": column_inserted,
    "total overwritten": total_overwritten,
    "class figure moved": class_moved,
    "value shifted one cell": value_shifted,
}
_RANGE = re.compile(r"([A-Z]{1,2})(\d{1,3})～\1(\d{1,3})(?!\d)")  # C5～C80: that part of a column
STRUCTURE = {"label damaged", "row label changed", "column inserted"}


def faults(
    forms: list[Original],
    *,
    recalculated: bool,
    count: int = FAULTS,
    of: Mapping[str, Change] = KINDS,
) -> Iterator[Fault]:
    """Seeded faults, as many of each kind; every one changes what some cell shows."""
    rng = random.Random(SEED)  # noqa: S311 - the same faults on every run
    kinds = list(of)
    made = 0
    while made < count:
        kind = kinds[made % len(kinds)]
        original = rng.choice(forms)
        sheet = original.edit.copy()
        done = of[kind](rng, original, sheet)
        if done is None or (kind != "column inserted" and _is_same(original, sheet, done[0])):
            continue
        cells, told_as = done
        if recalculated and kind not in STRUCTURE:
            sheet.recalculate()
        column = re.sub(r"\d", "", cells[0]) if kind == "column inserted" else None
        made += 1
        yield Fault(kind, original, sheet, cells, told_as, column)


def _is_same(original: Original, sheet: SheetEdit, cells: tuple[str, ...]) -> bool:
    return all(sheet.value(cell) == original.edit.value(cell) for cell in cells)


def judged(fault: Fault) -> Outcome:
    """Read the faulty workbook and say what became of the fault."""
    original = fault.original
    reading = read_workbook(original.file, fault.sheet.saved())
    form = next((f for f in reading.forms if f.sheet == original.reading.sheet), None)
    before = {(f.rule, f.cell, f.message) for f in original.reading.findings}
    found = [
        f
        for f in [*reading.findings, *(form.findings if form else [])]
        if (f.rule, f.cell, f.message) not in before and f.sheet == original.reading.sheet
    ]
    if not _matters(fault, form):
        return Outcome(fault, "harmless", found)
    if any(_is_at(fault, f) for f in found):
        return Outcome(fault, "cell", found)
    if any(_names(fault, f) for f in found):
        return Outcome(fault, "named", found)
    if _cannot_be_told(fault):
        return Outcome(fault, "unrevealable", found)
    return Outcome(fault, "elsewhere" if found else "missed", found)


def _facts(form: FormReading) -> object:
    header = (form.claim_number, form.claim_name, form.claim_classes, form.department)
    cells = sorted((c.block, c.item, c.measure, c.number or 0, c.text or "") for c in form.cells)
    return header, form.section, form.fiscal_year, form.unit_yen, cells


def _matters(fault: Fault, form: FormReading | None) -> bool:
    original = fault.original
    if form is None or _facts(form) != _facts(original.reading):
        return True
    if fault.column:
        return any(isinstance(fault.sheet.value(cell), int) for cell in fault.cells)
    landed = {c.cell for c in original.reading.cells}
    printed = {*original.form.computed, *original.form.rates} - landed
    return any(
        cell in printed and _shown(fault.sheet.value(cell)) != _shown(original.edit.value(cell))
        for cell in fault.cells
    )


def _shown(value: Value) -> object:
    """A printed cell as a reader sees it: a rate to one decimal of a percent."""
    if isinstance(value, float):
        return round(value, 3)
    try:
        number = text.number(value)
    except text.Unreadable:
        return value
    return number.value if number else 0


def _is_at(fault: Fault, finding: Finding) -> bool:
    if fault.column and finding.cell:
        return re.sub(r"\d", "", finding.cell) == fault.column
    return finding.cell in fault.cells


def _names(fault: Fault, finding: Finding) -> bool:
    named = set(re.findall(r"(?<![A-Z0-9])[A-Z]{1,2}\d{1,3}(?!\d)", finding.message))
    for column, top, bottom in _RANGE.findall(finding.message):
        named |= {f"{column}{row}" for row in range(int(top), int(bottom) + 1)}
    return finding.cell is not None and bool(named & set(fault.cells))


def _cannot_be_told(fault: Fault) -> bool:
    return fault.kind not in STRUCTURE and fault.original.form.hold(fault.sheet)


def why_not(fault: Fault) -> str:
    """Why no single form can tell a fault: what stands in the faulty cells."""
    at = {c.cell: c for c in fault.original.reading.cells}
    edit = fault.original.edit
    found = [at[c] for c in fault.cells if c in at and fault.sheet.value(c) != edit.value(c)]
    if any(c.measure == "carried_forward" and c.item == "A" for c in found):
        return "ア of row A: only last year's form has the balance it comes from"
    rows = sorted({c.item for c in found if c.block == "collection"})
    if rows == ["E"] or rows == ["G"]:
        return f"row {rows[0]}: no later row carries its balance over, and its own formulas follow"
    if rows:
        return "two amounts of section 2 changed places, and every balance stays the same"
    if any(c.measure == "debtors" for c in found):
        return "債務者数: in no sum; only its limits 1 to 件数 are known"
    return "section 3: the formulas follow, and 残高 and 件数 still come in pairs"


def table(outcomes: list[Outcome]) -> str:
    """Kinds and what became of them, in Markdown."""
    lines = [
        "| fault | made | matter | told at the cell | told at its identity | told elsewhere"
        " | not told | no form can tell | share told |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    counts = {o.fault.kind: Counter[str]() for o in outcomes}
    for outcome in outcomes:
        counts[outcome.fault.kind][outcome.verdict] += 1
    total = sum(counts.values(), Counter[str]())
    for kind, count in [*counts.items(), ("**all**", total)]:
        made = sum(count.values())
        told, matter = count["cell"] + count["named"], made - count["harmless"]
        could = matter - count["unrevealable"]
        share = f"{100 * told / could:.1f}%" if could else "—"
        lines.append(
            f"| {kind} | {made} | {matter} | {count['cell']} | {count['named']} "
            f"| {count['elsewhere']} | {count['missed']} | {count['unrevealable']} | {share} |"
        )
    return "\n".join(lines)


def share_told(outcomes: list[Outcome]) -> float:
    """The share told in the right place of all that matter and that a form can tell."""
    count = Counter(outcome.verdict for outcome in outcomes)
    told = count["cell"] + count["named"]
    return told / (told + count["elsewhere"] + count["missed"])


def reasons(outcomes: list[Outcome], why: Callable[[Fault], str] = why_not) -> str:
    """The faults that no form can tell, counted by reason, in Markdown."""
    found = Counter(why(o.fault) for o in outcomes if o.verdict == "unrevealable")
    return "\n".join(f"- {count} × {reason}" for reason, count in found.most_common())


def outcomes(
    forms: list[Original],
    *,
    recalculated: bool,
    count: int = FAULTS,
    of: Mapping[str, Change] = KINDS,
) -> list[Outcome]:
    """What becomes of each seeded fault."""
    made = faults(forms, recalculated=recalculated, count=count, of=of)
    return [judged(fault) for fault in made]


def real_forms() -> list[Original]:
    """The annual forms that departments handed in."""
    return originals(sorted(OSAKA.glob("*.xlsx")))


def untold(found: list[Outcome]) -> str:
    """The faults that were told in the wrong place, or not at all; empty when there is none."""
    listed = [
        f"- {o.fault.kind}, {o.fault.original.file}, {o.fault.told_as}: "
        + ("、".join(f"{f.rule} at {f.cell or 'no cell'}" for f in o.findings) or "nothing")
        for o in found
        if o.verdict in ("elsewhere", "missed")
    ]
    return "\n".join(["Told elsewhere, or not at all:\n", *listed]) if listed else ""


PREFACE = f"""# Faults in real forms: which are told, and where

Written by `make bench` (`tests/attack/mutation.py`, also a test). {FAULTS} seeded single-cell
faults in the {{count}} real annual forms under `tests/data/osaka`, of which no untouched one gives
a false alarm.

- **Matter**: the warehouse would hold another figure or row, or a printed amount or rate changes as
  printed, or figures stand in a column that nobody takes. The rest is read as it was meant, e.g.
  `92,000円` where 92 (thousand) stood, or a heading with a character too few; most of it is
  reported all the same.
- **Told at the cell**: a finding stands at the faulty cell (for an inserted column: in it; for a
  figure that moved: where it was or where it is).
- **Told at its identity**: a finding stands at a sum that contains the faulty cell, and its message
  names the faulty cell, or (a 合計 of many lines) the part of the column that was added up.
- **No form can tell**: every identity of domain §2 still holds, as a second, independent statement
  of them says (`tests/attack/annual_identities.py`), so that nothing on the form contradicts the
  figure.
"""


def report() -> str:
    """Both tables in Markdown, with why some faults cannot be told."""
    forms = real_forms()
    parts = [PREFACE.format(count=len(forms))]
    for recalculated, title in (
        (
            False,
            "## The sheet is saved as it was typed over: computed cells keep their old results",
        ),
        (True, "## The sheet is recalculated: computed cells follow the fault"),
    ):
        found = outcomes(forms, recalculated=recalculated)
        parts.append(
            f"{title}\n\n{table(found)}\n\nFaults that no form can tell:\n\n{reasons(found)}\n"
        )
        parts += [f"{untold(found)}\n"] if untold(found) else []
    return "\n".join(parts)
