"""Random tables are read back whole by the layout that describes them; a fault is told."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from support.described import told
from support.workbooks import saved

from ingest.addresses import address
from ingest.described import Described
from ingest.forms.reading import FormReading
from ingest.worker import read_workbook
from services.layouts import read_layout

SOME = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
# What a dimension may say: words of a heading, and their meaning.
MEASURES = {"調定済額": "assessed", "収入済額": "collected", "過誤納額": "過誤納額"}
PARTS = {"現年課税分": "current", "滞納繰越分": "prior", "計": "total"}
SCENARIOS = {"予算額": "budget", "決算額": "actual"}
YEARS = {"平成30年度": "2018", "令和元年度": "2019", "R2": "2020"}
CLOSED = {"measure": MEASURES, "part": PARTS, "scenario": SCENARIOS, "fiscal_year": YEARS}
OPEN = {
    "claim_name": ("市税", "国民健康保険料", "一　般　貸　付", "3号給付"),
    "office": ("東部", "西 部", "南部"),
    "kind": ("その他", "不明分"),
}
UNITS = {"千円": 1_000, "円": 1, "百万円": 1_000_000}
Meaning = tuple[tuple[str, str], ...]
Place = tuple[int, int]
Cells = dict[Place, object]


@dataclass(frozen=True)
class Table:
    """A table as drawn: what its rows and its columns say, how it is printed, its amounts."""

    rows: dict[str, Sequence[str]]
    columns: dict[str, Sequence[str]]
    amounts: dict[tuple[str, ...], int]
    unit: str
    unit_line: str
    joined: bool
    transposed: bool
    symbols: bool
    total: bool
    gap: int
    top: int
    left: int
    unit_words: str = "（単位：{}）"

    @property
    def row_names(self) -> list[tuple[str, ...]]:
        """Every row by its names."""
        return list(product(*self.rows.values()))

    @property
    def column_names(self) -> list[tuple[str, ...]]:
        """Every column by its headings."""
        return list(product(*self.columns.values()))

    @property
    def layout(self) -> Described:
        """What describes it."""
        return read_layout("hyo", "\n".join(self._yaml()).encode())

    def _yaml(self) -> list[str]:
        told = {"measure": "assessed", "fiscal_year": "令和3年度"}
        given_ = {d: v for d, v in told.items() if d not in {*self.rows, *self.columns}}
        lines = ["title: 無作為", "tables:", f"  - stub: [{', '.join(self.rows)}]"]
        lines += [f"    transposed: {str(self.transposed).lower()}"]
        lines += [f"    given: {{{', '.join(f'{d}: {v}' for d, v in given_.items())}}}"]
        for key, dimensions in (("columns", self.columns), ("rows", self.rows)):
            lines += [f"    {key}:"]
            for dimension in dimensions:
                entries = CLOSED.get(dimension, {})
                lines += [f"      {w}: {{{dimension}: {_said(dimension, w)}}}" for w in entries]
            if key == "rows":
                lines += ["      合　計: {total: true}"]
        words = [w for d in self.columns for w in CLOSED[d]]
        shown = {w for names in self.columns.values() for w in names}
        lines += [f"    optional: [{', '.join(w for w in words if w not in shown)}]"]
        return lines

    def cells(self) -> Cells:
        """What is typed, by row and column of the table as it is described."""
        depth, stub = len(self.columns), len(self.rows)
        cells: Cells = {(0, 0): "区分"}
        for at, names in enumerate(self.column_names):
            before = self.column_names[at - 1] if at else ()
            for line, word in enumerate(names):
                if names[: line + 1] != before[: line + 1]:
                    cells[line, stub + at] = word
            if self.symbols:
                cells[depth, stub + at] = f"({'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[at % 26]})"
            if self.unit_line == "below":
                cells[depth + self.symbols, stub + at] = self.unit
        row = self.first_row
        for at, names in enumerate(self.row_names):
            before = self.row_names[at - 1] if at else ()
            for column, word in enumerate(names):
                if names[: column + 1] != before[: column + 1]:
                    cells[row, column] = word
            for column, over in enumerate(self.column_names):
                cells[row, stub + column] = self.amounts[(*names, *over)]
            row += 1 + (self.gap if at % 2 else 0)
        if self.total:
            cells[row, 0] = "合計"
            for column, over in enumerate(self.column_names):
                cells[row, stub + column] = self.sum(over)
        cells[row + 2, 0] = "※端数は切り捨てた。"
        return cells

    @property
    def first_row(self) -> int:
        """The row below the headings."""
        return len(self.columns) + self.symbols + (self.unit_line == "below")

    def sum(self, over: tuple[str, ...]) -> int:
        """What its row of totals says."""
        return sum(self.amounts[(*names, *over)] for names in self.row_names)

    def meant(self) -> set[tuple[Meaning, int]]:
        """What every figure means, and its yen."""
        dimensions = [*self.rows, *self.columns]
        factor = UNITS[self.unit]
        found = {
            (_meaning(zip(dimensions, names, strict=True)), amount * factor)
            for names, amount in self.amounts.items()
        }
        if self.total:
            for over in self.column_names:
                said = [*zip(self.columns, over, strict=True), ("total", "True")]
                found.add((_meaning(said), self.sum(over) * factor))
        return found

    def place(self, row: int, column: int) -> tuple[int, int]:
        """Where on the sheet a cell is typed, from one."""
        row, column = (column, row) if self.transposed else (row, column)
        return row + self.top, column + self.left

    def typed(self, cells: Cells) -> bytes:
        """The workbook."""
        book = Workbook()
        sheet = book.worksheets[0]
        sheet.cell(1, 1, "令和3年度の状況")
        if self.unit_line == "above":
            sheet.cell(2, self.left + 1, self.unit_words.format(self.unit))
        for place, value in cells.items():
            sheet.cell(*self.place(*place), value)  # type: ignore[arg-type]
        if self.joined:
            self._join(sheet, cells)
        return saved(book)

    def _join(self, sheet: Worksheet, cells: Cells) -> None:
        """Merge the headings over the columns that they head, and names over their rows."""
        stub, last = len(self.rows), len(self.rows) + len(self.column_names) - 1
        for line in range(len(self.columns) - 1):
            starts = [c for c in range(stub, last + 1) if (line, c) in cells]
            for start, following in zip(starts, [*starts[1:], last + 1], strict=True):
                self._merge(sheet, (line, start), (line, following - 1))

    def _merge(self, sheet: Worksheet, first: tuple[int, int], last: tuple[int, int]) -> None:
        top, left = self.place(*first)
        bottom, right = self.place(*last)
        if first != last:
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)


def _said(dimension: str, words: str) -> str:
    if dimension in CLOSED:
        said = CLOSED[dimension][words]
        return words if dimension == "fiscal_year" else said
    return "".join(words.split())


def _meaning(words: Iterable[tuple[str, str]]) -> Meaning:
    said = {d: CLOSED[d][w] if d in CLOSED else "".join(w.split()) for d, w in words}
    return tuple(sorted({"measure": "assessed", "fiscal_year": "2021", **said}.items()))


def _some(words: Sequence[str], least: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), min_size=least, max_size=3, unique=True)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Tables of one to three dimensions beside, and one to three over the figures."""
    closed = draw(st.permutations(sorted(CLOSED)))
    over = draw(st.integers(1, 3))
    beside = draw(st.integers(0, 1))
    columns = {d: draw(_some(list(CLOSED[d]), 2)) for d in closed[:over]}
    names = draw(st.permutations(sorted(OPEN)))[: draw(st.integers(1, 3 - beside))]
    rows: dict[str, Sequence[str]] = {d: draw(_some(OPEN[d], 2)) for d in names}
    rows |= {d: draw(_some(list(CLOSED[d]), 2)) for d in closed[over : over + beside]}
    keys = list(product(*rows.values(), *columns.values()))
    assume(len(keys) <= 60)
    start = draw(st.integers(3_000, 900_000))
    amounts = {key: start + 97 * number for number, key in enumerate(draw(st.permutations(keys)))}
    return Table(
        rows, columns, amounts,
        unit=draw(st.sampled_from(sorted(UNITS))),
        unit_line=draw(st.sampled_from(["above", "below"])),
        joined=draw(st.booleans()),
        transposed=draw(st.booleans()),
        symbols=draw(st.booleans()),
        total=draw(st.booleans()) and not rows.keys() & {"measure", "fiscal_year"},
        gap=draw(st.integers(0, 1)),
        top=draw(st.integers(3, 5)),
        left=draw(st.integers(1, 3)),
    )  # fmt: skip


def read(table: Table, cells: Cells) -> FormReading | None:
    forms = read_workbook("提出.xlsx", table.typed(cells), [table.layout]).forms
    return forms[0] if forms else None


def meanings(form: FormReading) -> set[tuple[Meaning, int]]:
    found = set()
    for cell in form.cells:
        measure, year, _, words = told(cell)
        pairs = dict(pair.split("=", 1) for pair in str(words).split(" ") if pair)
        said = {"measure": str(measure), "fiscal_year": str(year), **pairs}
        found.add((tuple(sorted(said.items())), cell.number or 0))
    return found


def errors(form: FormReading | None) -> list[str]:
    """Messages of what goes back; a sheet that is not known as a table goes back, too."""
    if form is None:
        return ["様式が見当たらない"]
    return [f.message for f in form.findings if f.severity == "error"]


@SOME
@given(tables())
def test_a_table_is_read_back_whole(table: Table) -> None:
    form = read(table, table.cells())
    assert form is not None
    assert [f.message for f in form.findings] == []
    assert meanings(form) == table.meant()
    assert len(form.cells) == len(table.meant())


@SOME
@given(tables(), st.data())
def test_a_figure_out_of_its_place_is_told(table: Table, data: st.DataObject) -> None:
    cells = table.cells()
    figures = [place for place, value in cells.items() if isinstance(value, int)]
    row, column = data.draw(st.sampled_from(figures))
    far = max(c for _, c in cells) + data.draw(st.integers(1, 2))
    low = max(r for r, _ in cells) + data.draw(st.integers(1, 2))
    cells[data.draw(st.sampled_from([(row, far), (low, column)]))] = cells.pop((row, column))
    assert errors(read(table, cells))


@SOME
@given(tables(), st.data())
def test_a_heading_that_is_gone_or_twice_is_told(table: Table, data: st.DataObject) -> None:
    cells = table.cells()
    depth, stub = len(table.columns), len(table.rows)
    last = [(depth - 1, stub + at) for at in range(len(table.column_names))]
    place = data.draw(st.sampled_from(last))
    other = data.draw(
        st.sampled_from([cells[each] for each in last if cells[each] != cells[place]])
    )
    cells[place] = data.draw(st.sampled_from([None, other, "謎の見出し"]))
    assert errors(read(table, cells))


@SOME
@given(tables(), st.data())
def test_a_name_that_is_gone_is_told(table: Table, data: st.DataObject) -> None:
    cells = table.cells()
    last = len(table.rows) - 1
    names = [(r, c) for r, c in cells if r >= table.first_row and c == last and (r, c + 1) in cells]
    assume(names)
    del cells[data.draw(st.sampled_from(names))]
    assert errors(read(table, cells))


@SOME
@given(tables(), st.data())
def test_another_unit_or_name_lands_as_what_it_says(table: Table, data: st.DataObject) -> None:
    """Nobody can tell a wrong name or unit from a right one; nothing else changes by it."""
    cells = table.cells()
    names = [
        (place, dimension)
        for at, dimension in enumerate(table.rows)
        for place in cells
        if place[0] >= table.first_row and place[1] == at and dimension in CLOSED
    ]
    assume(names)
    place, _ = data.draw(st.sampled_from(names))
    cells[place] = "知らない語"
    assert errors(read(table, cells))


def is_told_or_as_said(table: Table, after: FormReading | None, unit: str, of: Set[Place]) -> None:
    """A sheet goes back, or figures of some places are in another unit, and no others."""
    before = read(table, table.cells())
    assert before is not None
    if errors(after):
        return
    assert after is not None
    mine = {address(*(at - 1 for at in table.place(*place))) for place in of}
    factor = Fraction(UNITS[unit], UNITS[table.unit])
    assert {cell.cell: cell.number for cell in after.cells} == {
        cell.cell: (cell.number or 0) * (factor if cell.cell in mine else 1)
        for cell in before.cells
    }


def figures(cells: Cells) -> set[Place]:
    return {place for place, value in cells.items() if isinstance(value, int)}


@SOME
@given(tables(), st.sampled_from(sorted(UNITS)), st.data())
def test_another_unit_is_read_as_it_says_or_is_told(
    table: Table, unit: str, data: st.DataObject
) -> None:
    """Of the sheet, in the heading of a column, or in a cell."""
    cells = table.cells()
    other = replace(table, unit=unit)
    is_told_or_as_said(table, read(other, other.cells()), unit, figures(cells))
    column = data.draw(st.sampled_from(range(len(table.column_names)))) + len(table.rows)
    line = table.first_row - 1 if table.unit_line == "below" else len(table.columns) - 1
    words = unit if table.unit_line == "below" else f"{cells[line, column]}（{unit}）"
    of_column = {place for place in figures(cells) if place[1] == column}
    is_told_or_as_said(table, read(table, {**cells, (line, column): words}), unit, of_column)
    place = data.draw(st.sampled_from(sorted(figures(cells))))
    words = f"{cells[place]:,}{unit}"
    is_told_or_as_said(table, read(table, {**cells, place: words}), unit, {place})


@SOME
@given(tables(), st.sampled_from(sorted(UNITS)), st.data())
def test_another_unit_of_a_row_is_read_as_it_says_or_is_told(
    table: Table, unit: str, data: st.DataObject
) -> None:
    cells = table.cells()
    words = [(r, c) for r, c in sorted(cells) if r >= table.first_row and c < len(table.rows)]
    known = [CLOSED.get(dimension, {}) for dimension in table.rows]
    names = [(r, c) for r, c in words if cells[r, c] in known[c]]
    assume(names)
    row, column = data.draw(st.sampled_from(names))
    below = (r for r, c in words if r > row and c <= column)
    rows = range(row, next(below, max(words)[0] + 1))
    mine = {place for place in figures(cells) if place[0] in rows}
    changed = {**cells, (row, column): f"{cells[row, column]}({unit})"}
    is_told_or_as_said(table, read(table, changed), unit, mine)


@SOME
@given(tables(), st.sampled_from(["", "（単位：ドル）", "（単位：千円）（単位：円）"]))
def test_a_sheet_without_a_unit_is_told(table: Table, words: str) -> None:
    table = replace(table, unit_line="above", unit_words=words)
    assert errors(read(table, table.cells()))
