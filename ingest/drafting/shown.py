"""A sheet as it lies, each figure with its meaning in words: what a layout makes of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from ingest.addresses import address
from ingest.described import Described, most_likely
from ingest.described.amounts import Read
from ingest.described.blocks import blocks, grids
from ingest.described.figures import is_figure, plain
from ingest.described.layout import DIMENSIONS
from ingest.described.reader import read_figures
from ingest.described.rows import WITHIN
from ingest.drafting.books import sheets_in
from ingest.drafting.vocabulary import label_of
from ingest.findings import Finding, Severity
from ingest.forms.page import Page
from ingest.forms.recognition import candidates
from ingest.personal import masked, shown_sheets
from ingest.quoting import as_written, clean_name
from ingest.workbook import Area, Place, Sheet
from terms.years import fiscal_year_label, japanese_date

_MOST_ROWS, _MOST_COLUMNS = 400, 60
# In which order a meaning is told; the other dimensions follow with their names.
_ORDER = ("municipality", "claim_number", "claim_name", "department", "office", "scenario", "part")
_NAMES = {WITHIN: "上の段"}
_WITH_NAMES = ("claim_number", "municipality")
_ABSENT = "missing_heading"  # which is told at a cell that has no fault
Kind = Literal["figure", "words", "unknown", "blank"]


@dataclass(frozen=True)
class ShownCell:
    """A cell, or merged ones: what stands there, what it means, what was found there."""

    cell: str
    words: str
    kind: Kind
    meaning: str = ""
    severity: Severity | None = None
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class ShownSheet:
    """A sheet by a layout (None: no layout is like it), as far as a page can hold it.

    `rows`: the cells of each row by its number; `figures`: every figure that was understood.
    """

    name: str
    layout: str | None
    title: str
    letters: Sequence[str] = ()
    rows: Sequence[tuple[int, Sequence[ShownCell]]] = ()
    figures: Sequence[ShownCell] = ()
    unknown: Sequence[ShownCell] = ()
    findings: Sequence[Finding] = ()
    is_cut: bool = False


def show_workbook(
    data: bytes, file: str, name: str | None, layouts: Sequence[Described]
) -> list[ShownSheet]:
    """The visible sheets of a workbook that hold figures, or the named one.

    Raises WorkbookRefused.
    """
    sheets = {each.name: each for each in sheets_in(data)}
    shown = shown_sheets(sheets)
    return [
        _shown(each, file, shown[each.name], layouts)
        for each in sheets.values()
        if each.visible and name in (None, each.name, shown[each.name])
    ]


def _shown(sheet: Sheet, file: str, name: str, layouts: Sequence[Described]) -> ShownSheet:
    if refused := sheet.refused:
        cell, rule, why = refused.cell, refused.rule, refused.message
        finding = Finding(file, name, cell, rule, "error", cell, None, why)
        return ShownSheet(name, None, "", findings=[finding])
    likely = most_likely(sheet, layouts)
    if likely is None:
        page = Page(sheet, Described(name="", title="", tables=()).layout, file)
        return _as_page(page, {}, set(), ShownSheet(name, None, _without_layout(sheet)))
    layout = likely.layout
    page = Page(sheet, layout.layout, file)
    read = read_figures(page, layout)
    meanings = {address(*each.place): meaning_of(each) for each in read if not each.is_dash}
    findings = [replace(each, sheet=name) for each in likely.read(sheet, file).findings]
    about = ShownSheet(name, layout.name, layout.title, findings=findings)
    return _as_page(page, meanings, _told(page, layout), about)


def _without_layout(sheet: Sheet) -> str:
    forms = "・".join(dict.fromkeys(each.title for each in candidates(sheet)))
    return f"様式「{forms}」として読むシートです。" if forms else ""


def _told(page: Page, layout: Described) -> set[Place]:
    """The places of a table that hold no figure to be read: headings, and what stands beside."""
    found = set[Place]()
    for block in blocks(grids(page), layout):
        grid, figures = block.grid, block.figure_columns
        found |= {grid.place(r, c) for r in block.lines for c in grid.columns}
        beside = [c for c in grid.columns if c < min(figures, default=0) or c in block.told_columns]
        over = [*beside, *block.passed_over]
        found |= {grid.place(r, c) for r in block.rows for c in over if c not in figures}
    return found


def _as_page(
    page: Page, meanings: Mapping[str, str], told: set[Place], about: ShownSheet
) -> ShownSheet:
    severities = _severities(about.findings)
    cells = {
        place: _cell(page, place, meanings, severities, is_told=place in told)
        for place in page.sheet.filled
    }
    rows = page.rows[:_MOST_ROWS]
    span = page.span[:_MOST_COLUMNS]
    return replace(
        about,
        letters=[address(0, column)[:-1] for column in span],
        rows=[(row + 1, list(_row(page.sheet, cells, row, span))) for row in rows],
        figures=[each for each in cells.values() if each.kind == "figure"],
        unknown=[each for each in cells.values() if each.kind == "unknown"],
        is_cut=len(rows) < len(page.rows) or len(span) < len(page.span),
    )


def _severities(findings: Sequence[Finding]) -> Mapping[str, Severity]:
    found: dict[str, Severity] = {}
    for each in findings:
        if each.cell and each.rule != _ABSENT and found.get(each.cell) != "error":
            found[each.cell] = each.severity
    return found


def _cell(
    page: Page,
    place: Place,
    meanings: Mapping[str, str],
    severities: Mapping[str, Severity],
    *,
    is_told: bool,
) -> ShownCell:
    cell, value = address(*place), page.sheet.filled[place]
    words = masked(clean_name(as_written(value)))
    if isinstance(value, int | float) and not isinstance(value, bool):
        words = _as_seen(value)
    kind: Kind = "words"
    is_wrong = severities.get(cell) == "error"
    if cell in meanings:
        kind = "figure"
    elif is_wrong or (is_figure(page.value(*place)) and not is_told):
        kind = "unknown"
    return ShownCell(cell, words, kind, meanings.get(cell, ""), severities.get(cell))


def _as_seen(value: float) -> str:
    return f"{int(value):,}" if type(value) is float and value.is_integer() else str(value)


def _row(
    sheet: Sheet, cells: Mapping[Place, ShownCell], row: int, span: range
) -> Iterator[ShownCell]:
    areas = [area for area in sheet.merged if area.top <= row <= area.bottom]
    for column in span:
        area = next((a for a in areas if a.holds((row, column))), Area(row, column, row, column))
        first = max(area.top, sheet.top), max(area.left, span.start)
        if first != (row, column):
            continue
        known = cells.get((area.top, area.left)) or ShownCell(address(row, column), "", "blank")
        height = min(area.bottom, sheet.bottom - 1) - row + 1
        yield replace(known, rows=height, columns=min(area.right + 1, span.stop) - column)


# Meanings in words


def meaning_of(read: Read) -> str:
    """What a figure means, and its value: 令和3年度・不動産取得税・滞納繰越分・収入済額 1,000円."""
    item = dict(read.meaning.dimensions)
    is_total, day = item.pop("total", None), item.pop("as_of", None)
    year = read.meaning.fiscal_year
    told = [fiscal_year_label(year)] if year else []
    told += [f"{japanese_date(date.fromisoformat(day))}現在"] if day else []
    told += [_said(d, item.pop(d)) for d in _ORDER if d in item]
    told += [f"{_NAMES.get(d, DIMENSIONS.get(d, d))}「{words}」" for d, words in item.items()]
    told += ["内訳のある計"] if is_total else []
    measure = label_of("measure", read.meaning.measure)
    value = f"{Decimal(plain(read.value)):,f}"
    return "・".join([*told, f"{measure} {value}{read.unit}{read.bound or ''}"])


def _said(dimension: str, words: str) -> str:
    said = label_of(dimension, words)
    return f"{DIMENSIONS[dimension]} {said}" if dimension in _WITH_NAMES else said
