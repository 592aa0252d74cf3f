"""Draws the empty form of a table that a home describes (`config/layouts/*.yml`).

A layout tells what words mean, not where they stand: the headings stand in one or two lines in the
order in which the layout tells them, and words of the first line stand over all of the second.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from openpyxl import Workbook

from ingest.described.figures import PERCENT
from ingest.described.layout import DIMENSIONS, Described, Meaning, Table
from ingest.described.meaning import FRACTION, is_money
from ingest.described.stub import CLOSED
from ingest.described.words import EACH, Dimensions, Pattern, dimensions_of, heading
from ingest.templates.book import save
from ingest.templates.dialect import STANDARD
from ingest.templates.pen import Form, Pen, add_styles

SPARE = 6  # rows for the claims, offices … that a layout does not name
_PLACEHOLDER = re.compile(r"<([^<>]*)>")
_MOST_LINES = 2  # of headings: of more, nobody knows which stand over which
_NAME_WIDTH, _FIGURE_WIDTH, _HEIGHT = 18.0, 15.0, 22.0
_KINDS = {PERCENT: "points", FRACTION: "rate"}


class UndrawableError(Exception):
    """A layout that does not tell enough for a form; the reason, for the data team."""


class Entry(NamedTuple):
    """Words as they are printed, and what they tell. `told`: with the dimensions of its places."""

    words: str
    dimensions: Dimensions
    told: frozenset[str]


class Name(NamedTuple):
    """A column of names: its place, its dimension, its heading, and the words known for it.

    `is_open`: other names are filled in.
    """

    column: int
    dimension: str
    heading: str | None
    words: Sequence[Entry]

    @property
    def is_open(self) -> bool:
        """Whether other names are filled in."""
        return self.dimension not in CLOSED and all(
            self.dimension in each.dimensions for each in self.words
        )


class Cell(NamedTuple):
    """A cell beside the figures, over so many columns and rows; `is_open`: to be filled in."""

    column: int
    words: str | None
    across: int = 1
    down: int = 1
    is_open: bool = False


_Headed = tuple[str, str | None]  # a dimension, and the heading over its values
Row = tuple[Sequence[Cell], Dimensions]  # the cells beside the figures of a row; what they tell


@dataclass(frozen=True)
class Plan:
    """Which headings and rows a table has. Raises UndrawableError where that is not told.

    `known`: dimension → words, for the places of headings.
    """

    table: Table
    layout: Described
    known: Mapping[str, str]

    @cached_property
    def figures(self) -> Sequence[Sequence[Entry]]:
        """The columns of figures, each by its headings from the first line to the last."""
        over, *below = self._groups
        under = below[0] if below else []
        columns: list[Sequence[Entry]] = []
        for entry in over:
            mine = [each for each in under if not entry.told & each.told]
            columns += [(entry, each) for each in mine] or [(entry,)]
        stands_alone = [each for each in under if all(each not in column for column in columns)]
        return [*columns, *((each,) for each in stands_alone)]

    @cached_property
    def _groups(self) -> Sequence[Sequence[Entry]]:
        """Headings that tell alike: measures, or the same dimensions."""
        groups: dict[object, list[Entry]] = {}
        for words, meaning in self.table.columns.items():
            entry = self._entry(words, meaning)
            if EACH not in entry.dimensions:
                alike = "measure" if "measure" in entry.told else entry.told
                groups.setdefault(alike, []).append(entry)
        for group in groups.values():
            self._check_different(group)
        if not groups:
            raise UndrawableError("数値の列の見出しが、定義の columns にありません。")
        if len(groups) > _MOST_LINES:
            firsts = "・".join(f"「{group[0].words}」" for group in groups.values())
            raise UndrawableError(
                f"見出し{firsts}のどれがどれの上に立つかが、定義から決まりません。"
            )
        return list(groups.values())

    def _check_different(self, entries: Sequence[Entry]) -> None:
        first: dict[object, Entry] = {}
        for each in entries:
            meaning = frozenset(each.dimensions.items()) | each.told
            other = first.setdefault(meaning, each)
            if other is not each:
                raise UndrawableError(
                    f"見出し「{other.words}」と「{each.words}」は同じ意味で、どちらをどの列に付けるかが"
                    "定義から決まりません。"
                )

    @cached_property
    def names(self) -> Sequence[Name]:
        """The columns of names: those with a heading, and those of the stub left of the figures."""
        left, right = self._sides
        after = self.first_figure + len(self.figures)
        places = [*range(1, self.first_figure), *range(after, after + len(right))]
        names, rest = [], list(self._rows)
        for place, (dimension, words) in zip(places, [*left, *right], strict=True):
            mine = [each for each in rest if dimension in each.told and "total" not in each.told]
            rest = [each for each in rest if each not in mine]
            if dimension in CLOSED and not mine:
                label = DIMENSIONS.get(dimension, dimension)
                raise UndrawableError(f"{label}の列に並べる語が、定義の rows にありません。")
            names.append(Name(place, dimension, words or self._label(dimension), mine))
        if lost := [each for each in rest if "total" not in each.told]:
            raise UndrawableError(
                f"行の見出し「{lost[0].words}」の立つ列が、定義から決まりません。"
            )
        return names

    def _label(self, dimension: str) -> str | None:
        """A heading for a column that needs none, where it is no word of the layout."""
        label = DIMENSIONS.get(dimension, dimension)
        words = heading(label).words
        known = {heading(each).words for each in (*self.table.columns, *self.layout.beside)}
        return None if label.isascii() or words in known else label

    @cached_property
    def first_figure(self) -> int:
        """The column of the first figure."""
        return len(self._sides[0]) + 1

    @cached_property
    def _sides(self) -> tuple[Sequence[_Headed], Sequence[_Headed]]:
        """The columns of names left of the figures, and those right of them."""
        entries = [self._entry(words, meaning) for words, meaning in self.table.columns.items()]
        is_name = [EACH in each.dimensions for each in entries]
        headed = [(e.dimensions[EACH], e.words) for e in entries if EACH in e.dimensions]
        before = is_name.index(False) if False in is_name else len(headed)
        stub = [(dimension, None) for dimension in self.table.stub]
        return [*headed[:before], *stub], headed[before:]

    @cached_property
    def _rows(self) -> Sequence[Entry]:
        return [self._entry(words, meaning) for words, meaning in self.table.rows.items()]

    @cached_property
    def rows(self) -> Sequence[Row]:
        """Every row, from the first to the last."""
        return self._beside(self.names, frozenset(), SPARE)

    def _beside(self, names: Sequence[Name], told: frozenset[str], spare: int) -> Sequence[Row]:
        """The cells of the columns `names`, row by row. `told`: by the columns before them."""
        if not names:
            return [((), {})]
        name, *rest = names
        if "total" in told and (name.is_open or name.dimension in told):
            # The words of the total stand over it; behind the figures it stays blank.
            blank = [] if name.column < self.first_figure else [Cell(name.column, None)]
            below = self._beside(rest, told, spare)
            return [((*blank, *cells), said) for cells, said in below]
        rows: list[Row] = []
        for entry, across in self._choices(name, rest, spare):
            below = self._beside(
                rest,
                told | (entry.told if entry else {name.dimension}),
                1 if name.is_open else spare,
            )
            words = entry.words if entry else None
            first = Cell(name.column, words, across, len(below), is_open=entry is None)
            said = entry.dimensions if entry else {}
            rows += [
                ((*([first] if at == 0 else []), *cells), {**said, **more})
                for at, (cells, more) in enumerate(below)
            ]
        return rows

    def _choices(
        self, name: Name, rest: Sequence[Name], spare: int
    ) -> Iterator[tuple[Entry | None, int]]:
        """What stands in a column, and over how many: names to fill in, known ones, totals."""
        if not name.is_open:
            yield from ((each, 1) for each in name.words)
            return
        yield from [(None, 1)] * spare
        yield from ((each, 1) for each in name.words)
        if spare > 1 or name is self.names[0]:
            for total in (each for each in self._rows if "total" in each.told):
                covered = 0
                while (
                    covered < len(rest)
                    and rest[covered].column < self.first_figure
                    and (rest[covered].is_open or rest[covered].dimension in total.told)
                ):
                    covered += 1
                yield total, 1 + covered

    def kind(self, entries: Sequence[Entry], said: Dimensions) -> str:
        """How a figure is shown, by its unit."""
        unit = self._unit_of(entries, said)
        return _KINDS.get(unit or "", "money" if is_money(unit) else "count")

    @cached_property
    def unit(self) -> str | None:
        """The unit of its amounts of money; None where it has none."""
        every = (self._unit_of(entries, said) for entries in self.figures for _, said in self.rows)
        return self.table.unit or self.layout.unit or "円" if any(map(is_money, every)) else None

    def _unit_of(self, entries: Sequence[Entry], said: Dimensions) -> str | None:
        meanings = (self.layout.given, self.table.given, said, *(e.dimensions for e in entries))
        return next((m["unit"] for m in reversed(meanings) if "unit" in m), None)

    def _entry(self, words: str, meaning: Meaning) -> Entry:
        told, places = dimensions_of(meaning), frozenset(Pattern(words).dimensions)
        return Entry(printed(words, self.known), told, frozenset({*places, *told} - {EACH, "*"}))


def draw(layout: Described, known: Mapping[str, str]) -> bytes:
    """An .xlsx workbook with one sheet, with cells for all that the layout's tables may hold.

    `known`: dimension → words, for the places of titles and headings and for the entries beside
    labels (fiscal_year: 令和5年度); what is not known stays open, for whoever fills the form in.
    Raises UndrawableError.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "mishukin"
    add_styles(book)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]']", "", layout.title)[:31])
    values = {("header", "", dimension): words for dimension, words in known.items()}
    form = Form(layout.layout, "", values=values)
    _Drawing(Pen(sheet, form, STANDARD), layout, known).draw()
    return save(book, [])


def printed(words: str, known: Mapping[str, str]) -> str:
    """Words of a layout with what is known in their places; the others are left open."""
    return _PLACEHOLDER.sub(lambda at: known.get(at[1], "　" if at[1] == "*" else ""), words)


@dataclass(frozen=True)
class _Drawing:
    pen: Pen
    layout: Described
    known: Mapping[str, str]

    def draw(self) -> None:
        if any(table.transposed for table in self.layout.tables):
            raise UndrawableError("行と列が入れ替わった表(transposed)の様式は書き出せません。")
        plans = [Plan(table, self.layout, self.known) for table in self.layout.tables]
        row, widths, units = self._head(), dict[int, float](), set[str | None]()
        freeze = self.pen.at(1, 1)
        for plan in plans:
            for words in plan.table.above:
                if asked := self._title(row, words, "本文"):
                    self.pen.words(row, 2, f"← {asked}を書き入れてください", "本文")
                row += 1
            if plan.unit and plan.unit not in units:
                self.pen.words(row, 1, f"(単位:{plan.unit})", "本文")
                row += 1
            units.add(plan.unit)
            top = row + max(map(len, plan.figures))
            if len(plans) == 1:
                self.pen.repeat(row, top - 1)
                freeze = self.pen.at(top, plan.first_figure)
            row = self._table(row, plan) + 2
            named = {name.column: _NAME_WIDTH for name in plan.names}
            figures = range(plan.first_figure, plan.first_figure + len(plan.figures))
            for column, width in [*named.items(), *((c, _FIGURE_WIDTH) for c in figures)]:
                widths[column] = max(width, widths.get(column, 0))
        self.pen.frame(widths, dict.fromkeys(range(1, row), _HEIGHT), freeze)

    def _head(self) -> int:
        """Titles and entries. Returns the row of what follows."""
        titles = self.layout.texts or self.layout.titles[:1] or (self.layout.title,)
        asked = [
            self._title(row, words, "表題" if row == 1 else "本文")
            for row, words in enumerate(titles, 1)
        ]
        row = len(titles) + 1
        if any(asked):
            words = f"↑ {'・'.join(filter(None, asked))}を書き入れてください"
            self.pen.words(row, 1, words, "本文")
            row += 1
        for label, dimension in self.layout.beside.items():
            self.pen.words(row, 1, label, "行見出し")
            self.pen.entry(row, 2, ("header", "", dimension), "line")
            row += 1
        return row + 1

    def _title(self, row: int, words: str, style: str) -> str:
        """A text of the sheet. Returns what of it is not known, and is to be filled in."""
        asked = [d for d in Pattern(words).dimensions if d not in self.known]
        self.pen.words(row, 1, printed(words, self.known), "表題_記入" if asked else style)
        return _asked(asked) if asked else ""

    def _table(self, row: int, plan: Plan) -> int:
        """Headings and rows. Returns the row below."""
        depth = max(map(len, plan.figures))
        for name in plan.names:
            self.pen.words(row, name.column, name.heading, down=depth)
        column = plan.first_figure
        for over, group in groupby(plan.figures, key=lambda entries: entries[0]):
            columns = list(group)
            down = depth if len(columns[0]) == 1 else 1
            self.pen.words(row, column, over.words, across=len(columns), down=down)
            for at, entries in enumerate(columns, column):
                if len(entries) > 1:
                    self.pen.words(row + 1, at, entries[1].words)
            column += len(columns)
        for at, (cells, said) in enumerate(plan.rows, row + depth):
            for cell in cells:
                self._name(at, cell)
            for column, entries in enumerate(plan.figures, plan.first_figure):
                self.pen.entry(at, column, ("figure", "", ""), plan.kind(entries, said))
        return row + depth + len(plan.rows)

    def _name(self, row: int, cell: Cell) -> None:
        if cell.is_open:
            self.pen.entry(row, cell.column, ("name", "", ""), "line", cell.across, cell.down)
        else:
            self.pen.words(row, cell.column, cell.words, "行見出し", cell.across, cell.down)


def _asked(dimensions: Iterable[str]) -> str:
    """What is to be filled in, in words for whoever does."""
    labels = [DIMENSIONS.get(each, each) for each in dimensions]
    return "・".join(each for each in labels if not each.isascii()) or "空いている所"
