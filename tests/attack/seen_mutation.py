"""Faults in what is seen: figures in disguise, headings and rows that only nearly fit.

A fault is well read where the form is accepted and says just what the screen shows; else it must
be told at the faulty cell, or at a cell of an identity whose message names it.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from attack.mutation import OSAKA
from support.filled_in import FILLED
from support.sheet_edits import SheetEdit

from ingest.addresses import address, place
from ingest.findings import Finding
from ingest.forms.reading import CellValue, FormReading
from ingest.layout import layout
from ingest.templates import Dialect, draw
from ingest.worker import read_workbook

SEED, PER_KIND = 20260331, 30
DATA = Path(__file__).parents[1] / "data"
ORDINARY = {"claim_list", "plan", "interim"}  # lists of claims, a line each


@dataclass
class Original:
    """An untouched form of a workbook."""

    file: str
    data: bytes
    reading: FormReading
    edit: SheetEdit

    @property
    def figures(self) -> list[CellValue]:
        """The landed figures that are numbers in their cells, and not zero."""
        return [
            c
            for c in self.reading.cells
            if c.number and isinstance(self.edit.value(c.cell), int) and c.measure != "footnoted"
        ]

    def unit(self, cell: CellValue) -> int:
        """How many yen a figure's one is; 0 for counts."""
        known = {c.name: c.kind for c in layout(self.reading.form).columns}
        is_count = "cases" in cell.measure or "debtors" in cell.measure
        return 0 if is_count or known.get(cell.measure) == "count" else self.reading.unit_yen

    @property
    def lines(self) -> range:
        """The rows of claims, or of the years A–G, in which figures stand."""
        rows = [place(c.cell)[0] for c in self.figures if c.block not in ("total", "status")]
        return range(min(rows), max(rows) + 1)


@dataclass(frozen=True)
class Fault:
    """A sheet with a fault. `cells`: where it may be told; `seen`: cell → what is seen there."""

    kind: str
    original: Original
    sheet: SheetEdit
    cells: tuple[str, ...]
    told_as: str
    seen: dict[str, int] = field(default_factory=dict)  # yen, or a count
    moved: bool = False  # rows or columns were inserted: cells are not where they were


@dataclass(frozen=True)
class Outcome:
    """What became of a fault: well read, cell, named, elsewhere or missed."""

    fault: Fault
    verdict: str
    findings: list[Finding]


Change = Callable[[random.Random, Original, SheetEdit], Fault | None]
KINDS: dict[str, Change] = {}


def kind(name: str) -> Callable[[Change], Change]:
    """Collect a kind of fault."""

    def keep(change: Change) -> Change:
        KINDS[name] = change
        return change

    return keep


def _restyled(name: str, codes: tuple[str, ...], seen: Callable[[int, int], int | None]) -> None:
    @kind(name)
    def change(rng: random.Random, original: Original, sheet: SheetEdit) -> Fault | None:
        figure, code = rng.choice(original.figures), rng.choice(codes)
        sheet.restyle(figure.cell, code)
        shown = seen(int(sheet.value(figure.cell)), original.unit(figure))
        told = f"{sheet.value(figure.cell)} as {code}"
        expected = {} if shown is None else {figure.cell: shown}
        return Fault(name, original, sheet, (figure.cell,), told, expected)


_restyled(
    "format: scale", ("#,##0,", "#,##0,;▲#,##0,", "0.0,"),
    lambda value, unit: value * unit // 1000 if unit >= 1000 else None,
)  # fmt: skip
_restyled("format: unit", ('#,##0"円"', '0"円"'), lambda value, unit: value if unit else None)
_restyled("format: hidden", (";;;", '""', "[White]0", '"—"'), lambda value, unit: None)
_restyled("format: another number", ('"999"', "0%", '0"0"', "0.0%"), lambda value, unit: None)
_restyled(
    "format: date", ("yyyy/m/d", 'ggge"年"m"月"d"日"', 'ggge"年度"'), lambda value, unit: None
)


@kind("figure struck out")
def _(rng: random.Random, original: Original, sheet: SheetEdit) -> Fault | None:
    figure = rng.choice(original.figures)
    if rng.random() < 0.5:
        sheet.restyle(figure.cell, strike=True)
        return Fault("figure struck out", original, sheet, (figure.cell,), "the whole cell")
    left = rng.randint(1, 99_999)
    sheet.half_strike(figure.cell, str(sheet.value(figure.cell)), str(left))
    seen = {figure.cell: left * (original.unit(figure) or 1)}
    told = f"{figure.cell}: {left} left"
    return Fault("figure struck out", original, sheet, (figure.cell,), told, seen)


@kind("formula uncached")
def _(rng: random.Random, original: Original, sheet: SheetEdit) -> Fault | None:
    figure, result = rng.choice(original.figures), rng.choice([None, "", "0"])
    sheet.reckon(figure.cell, f"{sheet.value(figure.cell)}+0", result)
    computed = {figure.cell: figure.number or 0}  # what the cells around it say of it
    return Fault(
        "formula uncached", original, sheet, (figure.cell,), f"result {result!r}", computed
    )


@kind("heading split in two")
def _(rng: random.Random, original: Original, sheet: SheetEdit) -> Fault | None:
    """件数 beside the amounts, or words that tell nothing, under a heading merged over both."""
    amounts = [c for c in original.figures if c.block not in ("status", "total")]
    amounts = [c for c in amounts if original.unit(c)]
    if original.reading.form not in {*ORDINARY, "annual"} or not amounts:
        return None
    _, column = place(rng.choice(amounts).cell)
    first = original.lines.start
    heading = next(r for r in range(first - 1, 0, -1) if sheet.value(address(r, column)))
    words, meant = rng.choice([(("件数", "金額"), 1), (("当初", "補正"), 0), ((None, None), 0)])
    sheet.insert_column(column + 1)
    sheet.insert_row(first)
    for n, word in enumerate(words):
        sheet.set(address(first, column + n), word)
    bottom = max(place(c)[0] for c in sheet.cells) + 1
    end = original.lines.stop + 2 if original.reading.form == "annual" else bottom
    for r in range(first + 1, end):
        value = sheet.value(address(r, column))
        if isinstance(value, int | float) or (
            isinstance(value, str) and any(map(str.isdecimal, value))
        ):
            sheet.set(address(r, column + 1 - meant), rng.randint(1, 900))
            sheet.set(address(r, column + meant), value)
    tops = [r for r in range(heading + 1) if sheet.value(address(r, column)) and heading - r < 3]
    sheet.merge(address(heading, column), address(heading, column + 1))
    cells = {address(r, c) for r in (*tops, first) for c in (column, column + 1)}
    cells |= {address(r, column + 1) for r in range(first + 1, end)}
    told = f"{words} under {address(heading, column)}"
    return Fault("heading split in two", original, sheet, tuple(cells), told, moved=True)


def _names(original: Original) -> int:
    """The column in which the claims of a list are named."""
    (column, *_) = [place(c.cell)[1] for c in original.reading.cells if c.measure == "claim_name"]
    return column


def _line_added(
    rng: random.Random, original: Original, sheet: SheetEdit, name: str, words: list[str]
) -> Fault | None:
    """A line of its own after one of the claims, with figures of that claim."""
    if original.reading.form not in ORDINARY:
        return None
    rows = sorted(
        {place(c.cell)[0] for c in original.figures if c.block not in ("total", "plan_total")}
    )
    row = rng.choice(rows[:-1]) if len(rows) > 1 else rows[0]
    sheet.insert_row(row + 1)
    column = _names(original)
    word = rng.choice(words)
    sheet.set(address(row + 1, column), word)
    for c in range(column + 1, column + 20):
        value = sheet.value(address(row, c))
        if isinstance(value, int):
            sheet.set(address(row + 1, c), max(value // 2, 1))
        elif isinstance(value, str) and value[:1].isdecimal():
            sheet.set(address(row + 1, c), value)
    cells = tuple(address(row + 1, c) for c in range(20))
    return Fault(name, original, sheet, cells, f"{word} below row {row + 1}", moved=True)


@kind("row of parts added")
def _(rng: random.Random, original: Original, sheet: SheetEdit) -> Fault | None:
    words = ["うち滞納繰越分", "現年度分", "（滞納繰越）", "内 現年課税分", "過年度"]
    return _line_added(rng, original, sheet, "row of parts added", words)


@kind("total row added")
def _(rng: random.Random, original: Original, sheet: SheetEdit) -> Fault | None:
    return _line_added(rng, original, sheet, "total row added", ["小計", "計", "課計", "合　計"])


@kind("year column doubled")
def _(rng: random.Random, original: Original, sheet: SheetEdit) -> Fault | None:
    if original.reading.form not in ("plan", "promotion"):
        return None
    figure = rng.choice([c for c in original.figures if c.fiscal_year])
    _, column = place(figure.cell)
    sheet.insert_column(column + 1)
    cells = []
    for cell in list(sheet.cells):
        row, c = place(cell)
        value = sheet.value(cell)
        if c == column and value is not None:
            beside = address(row, column + 1)
            sheet.set(beside, value + 1 if isinstance(value, int) else value)
            cells += [beside, cell]
    told = f"column of {figure.fiscal_year}"
    return Fault("year column doubled", original, sheet, tuple(cells), told, moved=True)


@kind("result cells blank")
def _(rng: random.Random, original: Original, sheet: SheetEdit) -> Fault | None:
    """The results of one line, or of the newest year, as nobody filled them in."""
    form, figures = original.reading.form, original.reading.cells
    if form in ("annual", "interim"):
        carried = [c for c in original.figures if c.measure == "carried_forward"]
        if not carried:
            return None
        item = rng.choice(carried).item
        typed = {c.name for c in layout(form).typed} - {"carried_forward"}
        cells = [
            c.cell
            for c in figures
            if c.item == item and c.measure in typed and c.number is not None
        ]
    elif form == "plan":
        cells = [c.cell for c in figures if c.measure == "actual"]
    elif form == "promotion":
        years = [c.fiscal_year for c in figures if c.block == "settlement" and c.fiscal_year]
        cells = [c.cell for c in figures if c.block == "settlement" and c.fiscal_year == max(years)]
    elif form == "claim_list":
        cells = [rng.choice([c.cell for c in figures if c.measure == "uncollected" and c.item])]
    else:
        return None
    for cell in cells:
        sheet.set(cell, None)
    return Fault("result cells blank", original, sheet, tuple(cells), f"{len(cells)} cells")


def originals() -> list[Original]:
    """The real forms of three cities, and the templates as departments fill them in."""
    paths = [
        p for folder in (OSAKA, DATA / "amagasaki", DATA / "tsuyama") for p in folder.glob("*.xlsx")
    ]
    books = [(path.name, path.read_bytes()) for path in sorted(paths)]
    typed = Dialect(computed="typed")
    books += [
        (f"{name}.xlsx", draw(municipality_code="999999", dialect=typed, **told))
        for name, told in FILLED.items()
    ]
    return [
        Original(name, data, form, SheetEdit(data, form.sheet))
        for name, data in books
        for form in read_workbook(name, data).forms
    ]


def faults(forms: list[Original], per_kind: int = PER_KIND) -> Iterator[Fault]:
    """Seeded faults, as many of each kind, over all the forms that can have it."""
    rng = random.Random(SEED)  # noqa: S311 - the same faults on every run
    for change in KINDS.values():
        made = 0
        while made < per_kind:
            original = rng.choice(forms)
            if original.figures and (fault := change(rng, original, original.edit.copy())):
                made += 1
                yield fault


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
    errors = [f for f in found if f.severity == "error"]
    if any(f.cell in fault.cells for f in errors):
        return Outcome(fault, "cell", found)
    if any(_names_a_cell(f, fault) for f in errors):
        return Outcome(fault, "named", found)
    if form and not form.rejected and _facts(form, fault) == _expected(fault):
        return Outcome(fault, "well read", found)
    return Outcome(fault, "elsewhere" if errors else "missed", found)


def _names_a_cell(finding: Finding, fault: Fault) -> bool:
    named = set(re.findall(r"(?<![A-Z0-9])[A-Z]{1,2}\d{1,3}(?!\d)", finding.message))
    for column, top, bottom in re.findall(r"([A-Z]{1,2})(\d+)～\1(\d+)", finding.message):
        named |= {f"{column}{row}" for row in range(int(top), int(bottom) + 1)}
    return bool(named & set(fault.cells))


def _facts(form: FormReading, fault: Fault) -> object:
    """What was landed: of sheets with rows or columns inserted without the addresses."""
    return sorted(
        ("" if fault.moved else c.cell, c.block, c.item, c.measure, c.number or 0, c.text or "")
        for c in form.cells
        if c.number is not None or c.text
    )


def _expected(fault: Fault) -> object:
    cells = [
        c._replace(number=fault.seen.get(c.cell, c.number)) for c in fault.original.reading.cells
    ]
    if not fault.seen and not fault.moved:
        return None  # nothing that is seen could be read
    return sorted(
        ("" if fault.moved else c.cell, c.block, c.item, c.measure, c.number or 0, c.text or "")
        for c in cells
        if c.number is not None or c.text
    )


def share_told(outcomes: list[Outcome]) -> float:
    """The share that was well read, or told in the right place."""
    count = Counter(outcome.verdict for outcome in outcomes)
    return 1 - (count["elsewhere"] + count["missed"]) / len(outcomes)


def table(outcomes: list[Outcome]) -> str:
    """Kinds and what became of them, in Markdown."""
    lines = [
        "| fault | made | told at the cell | named by its identity | read as it is seen"
        " | told elsewhere | not told | share well answered |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    counts = {o.fault.kind: Counter[str]() for o in outcomes}
    for outcome in outcomes:
        counts[outcome.fault.kind][outcome.verdict] += 1
    total = sum(counts.values(), Counter[str]())
    for name, count in [*counts.items(), ("**all**", total)]:
        made = sum(count.values())
        share = 100 * (made - count["elsewhere"] - count["missed"]) / made
        lines.append(
            f"| {name} | {made} | {count['cell']} | {count['named']} | {count['well read']} "
            f"| {count['elsewhere']} | {count['missed']} | {share:.1f}% |"
        )
    return "\n".join(lines)


def untold(outcomes: list[Outcome]) -> str:
    """The faults that were told in the wrong place, or not at all."""
    listed = [
        f"- {o.fault.kind}, {o.fault.original.file}, {o.fault.told_as}: "
        + ("、".join(f"{f.rule} at {f.cell or 'no cell'}" for f in o.findings) or "nothing")
        for o in outcomes
        if o.verdict in ("elsewhere", "missed")
    ]
    return "\n".join(["Told elsewhere, or not at all:\n", *listed, ""]) if listed else ""


PREFACE = """## Faults in what is seen

{count} seeded faults (`tests/attack/seen_mutation.py`, also a test) in the {forms} real forms and
in the six templates as departments fill them in: number formats that show something else, figures
struck out, formulas that nobody reckoned, headings split in two, rows and columns that only nearly
fit, results left blank. A fault is *well answered* where it is told at its cell or heading (or by
an identity that names it), or where the form is accepted and says just what the screen shows.
"""


def report() -> str:
    """The table in Markdown."""
    forms = originals()
    found = [judged(fault) for fault in faults(forms)]
    real = sum(form.file.removesuffix(".xlsx") not in FILLED for form in forms)
    return "\n".join(
        [PREFACE.format(count=len(found), forms=real), table(found), "", untold(found)]
    )
