"""Reads the rows of one table: what stands beside and over each figure, and the figure itself."""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

from ingest.described.amounts import Amounts, Read
from ingest.described.blocks import Block
from ingest.described.layout import DIMENSIONS, Described
from ingest.described.levels import is_of_which
from ingest.described.meaning import TRUE, parsed
from ingest.described.stub import CLOSED, Stub, Word
from ingest.described.words import Dictionary, Dimensions, unit_alone
from ingest.forms.page import Page
from ingest.quoting import quoted
from ingest.workbook import Place

_SEVERAL = 2  # sections, of which a total may be
WITHIN = "within"  # the dimension of the rows that a row stands under


@dataclass
class Rows:
    """The rows of a table.

    `units`: of money, where the sheet says them. `told`: cells that hold no figure to be read, or
    were noted.
    """

    page: Page
    layout: Described
    block: Block
    base: Dimensions
    units: Sequence[tuple[Place, Set[str]]]
    told: set[Place] = field(default_factory=set)
    _section: Dimensions = field(default_factory=dict)
    _section_unit: str | None = None
    _sections: int = 0
    _wholes: dict[int, Word] = field(default_factory=dict)  # by column, the last that is no part

    def read(self) -> Iterator[Read]:
        """Every figure that is understood; what is wrong is noted."""
        self._take_headings()
        stub = self._stub
        self.told |= {self.block.grid.place(r, c) for r in self.block.rows for c in stub.columns}
        rows = list(stub.rows())
        self._count(rows)
        for row, words in rows:
            if self._is_passed_over(row, words):
                self._take(row)
            elif not self._holds_figures(row):
                self._begin_section(row)
            elif self._is_note(row, words):
                self._take(row)
            else:
                yield from self._row(row, words)

    @cached_property
    def _amounts(self) -> Amounts:
        return Amounts(self.page, self.layout, self.block, self.base, self.units)

    # Columns

    def _take_headings(self) -> None:
        """Note headings that nobody knows over figures; years among the headings are no figures."""
        block, grid = self.block, self.block.grid
        lines = [grid.place(r, c) for r in block.lines for c in block.columns]
        self.told |= set(lines)
        for place in lines:
            self.page.note_doubt(place, "見出し", "見出し")
        for column in block.passed_over:
            self.page.note_unknown_column(
                grid.place(self._line_of(column), column), "・".join(block.headings[column].entries)
            )
            self.told |= {grid.place(r, column) for r in block.rows}
        for column, said in block.headings.items():
            if column in self._beside or not said.unknown or column in block.passed_over:
                continue
            figures = [r for r in block.rows if grid.counts(r, column)]
            if figures:
                self._note_unknown_heading(column, said.unknown)
                self.told |= {grid.place(r, column) for r in figures}

    def _note_unknown_heading(self, column: int, unknown: Sequence[str]) -> None:
        grid = self.block.grid
        lines = self.block.lines
        said = (r for r in lines if grid.heading(r, column) in unknown)
        row = next(said, next((r for r in lines if not grid.heading(r, column)), lines[0]))
        self.page.error(
            "no_meaning",
            grid.place(row, column),
            f"列の見出し「{quoted('・'.join(unknown))}」の意味が様式の定義にありません。"
            "定義の columns に加えるか、読まない列なら pass_over に書いてください。"
            if any(unknown)
            else "列の見出しが空欄です。上の見出しのどの欄か分かるように、記入してください。",
            found="・".join(unknown),
            expected="定義にある見出し",
        )

    def _line_of(self, column: int) -> int:
        lines = (r for r in self.block.lines if self.block.grid.heading(r, column))
        return next(lines, self.block.lines[0])

    @cached_property
    def _beside(self) -> list[int]:
        """The columns left of the figures that hold anything and have no heading of their own.

        Over a transposed table these are the rows above it: one of only a title or a unit is none.
        """
        block, grid = self.block, self.block.grid
        first = min(block.figure_columns, default=grid.columns.stop)
        held = {
            column: sum(bool(grid.heading(row, column)) for row in block.rows)
            for column in range(block.columns.start, first)
            if column not in block.told_columns and column not in block.passed_over
        }
        beside = [column for column, words in held.items() if words]
        above = beside[: -len(block.table.stub) or None] if grid.transposed else []
        return [column for column in beside if column not in above or held[column] > 1]

    @cached_property
    def _stub(self) -> Stub:
        """The columns beside the figures, and the dimension that each tells, from the left."""
        told, block = self.block.told_columns, self.block
        stub = block.table.stub
        if len(stub) != len(self._beside):
            self.page.error(
                "missing_heading",
                block.first_place,
                f"数値の左にある列は{len(self._beside)}列ですが、様式の定義(stub)は{len(stub)}列です。"
                "定義をシートに合わせてください。",
                expected=f"{len(stub)}列",
            )
        columns = {**told, **dict(zip(self._beside, stub, strict=False))}
        return Stub(block, {column: columns[column] for column in sorted(columns)})

    # Rows

    @cached_property
    def _passed_over(self) -> Dictionary:
        return Dictionary(dict.fromkeys(self.block.table.pass_over.rows, ""))

    def _is_passed_over(self, row: int, words: Sequence[Word]) -> bool:
        if row in self.page.withdrawn_rows and not self.block.grid.transposed:
            self.page.note_withdrawn(row)
            return True
        hit = next((w for w in words if self._passed_over.look_up(w.words)), None)
        if not self._is_named(row, words):
            return False
        if hit and hit.row == row:
            place = self.block.grid.place(row, hit.column)
            message = f"行「{quoted(hit.words)}」は、様式の定義により読み込みません。"
            self.page.note("info", "unknown_row_label", place, message)
        return hit is not None

    def _take(self, row: int) -> None:
        self.told |= {self.block.grid.place(row, column) for column in self.block.columns}

    def _holds_figures(self, row: int) -> bool:
        """Whether anything stands below the headings, or a figure is merged over it."""
        grid = self.block.grid
        return any(
            not self.page.says_nothing(*grid.place(row, c)) or self._is_covered(row, c)
            for c in self.block.figure_columns
        )

    def _is_covered(self, row: int, column: int) -> bool:
        """Whether a figure further up or left is merged over a cell."""
        area = self.block.grid.area(row, column)
        is_first = (row, column) == (area.top, area.left)
        return not is_first and self.block.grid.is_figure(area.top, area.left)

    def _is_note(self, row: int, words: Sequence[Word]) -> bool:
        """Whether a row is a note below the figures: words without a name, or with its mark."""
        return not self.block.holds_figures(row) and not self._is_named(row, words)

    def _is_named(self, row: int, words: Sequence[Word]) -> bool:
        """Whether a word stands beside a row, or is merged over it, and is not only carried."""
        return any(self.block.grid.area(row, w.column).top == w.row for w in words)

    def _count(self, rows: Sequence[tuple[int, Sequence[Word]]]) -> None:
        """How many sections the table has, and how often each total stands in it."""
        self._totals = Counter(
            each.name for row, words in rows for each in words if _is_own_total(each, row)
        )
        without = [row for row, _ in rows if not self._holds_figures(row)]
        self._sections = sum(bool(self._section_of(row)) for row in without)

    def _section_of(self, row: int) -> Dimensions:
        """What a row of nothing but a word that the layout knows tells of the rows below it."""
        words = self._alone(row)
        entry = self._stub.words.look_up(words) if words else None
        return entry[1] if entry else {}

    def _alone(self, row: int) -> str | None:
        said = [said for c in self.block.columns if (said := self.block.grid.heading(row, c))]
        return said[0] if len(said) == 1 else None

    def _begin_section(self, row: int) -> None:
        """Take what a row says of those below it.

        In a text it may be a row of figures of which a field was lost.
        """
        for column in self._stub.columns if self.block.grid.is_text else ():
            self.page.note_doubt(self.block.grid.place(row, column), "行の見出し", "行の見出し")
        if section := self._section_of(row):
            self._section = {**self._section, **section}
            self._section_unit = unit_alone(self._alone(row) or "")

    def _row(self, row: int, words: Sequence[Word]) -> Iterator[Read]:
        before = len(self.page.form.findings)
        said = self._said_beside(words)
        self._note_unnamed(row, words, {**self._section, **said})
        said = self._with_section(row, words, said)
        if any(f.severity == "error" for f in self.page.form.findings[before:]):
            self._take(row)
            return
        units = [unit for each in words if (unit := unit_alone(each.words))]
        beside = units[-1] if units else self._section_unit
        name = "・".join(each.name for each in words) or f"{row + 1}行目"
        for column in self.block.figure_columns:
            if self._is_covered(row, column):
                self.page.note_merged(*self.block.grid.place(row, column), name)
            elif not self.page.is_blank(*self.block.grid.place(row, column)):
                self.told.add(self.block.grid.place(row, column))
                yield from self._amounts.at(row, column, said, beside, name)

    def _note_unnamed(self, row: int, words: Sequence[Word], said: Dimensions) -> None:
        """Note what a row of figures does not say of itself: a total says less than its parts."""
        grid, told = self.block.grid, {each.column for each in words}
        if not self._is_named(row, words):
            told, said = set(), {}
        for column, dimension in self._stub.columns.items():
            if self.page.note_doubt(grid.place(row, column), "行の見出し", "行の見出し"):
                continue
            is_free = dimension not in DIMENSIONS and column in self.block.told_columns
            if column in told or dimension in said or "total" in said or is_free:
                continue
            if not self._stub.spans(row, column):
                label = DIMENSIONS.get(dimension, dimension)
                self.page.error(
                    "no_meaning",
                    grid.place(row, column),
                    f"{row + 1}行目の数値には、見出し({label})がありません。見出しを記入するか、"
                    "左の見出しだけで決まるなら、その意味を定義の rows に書いてください。",
                    expected=label,
                )

    def _with_section(self, row: int, words: Sequence[Word], said: Dimensions) -> Dimensions:
        """What a row says with its section; a total that may be of several sections is noted.

        One below sections of which each has a total of another name is of all of them.
        """
        whole = {**self._section, **said}
        for each in (word for word in words if _is_own_total(word, row)):
            count = self._totals[each.name]
            is_told = all(said.get(d, v) != v for d, v in self._section.items())
            if self._sections < _SEVERAL or is_told or count == self._sections:
                continue
            if count == 1 and self._sections in self._totals.values():
                return said
            self.page.error(
                "no_meaning",
                self.block.grid.place(row, each.column),
                f"「{quoted(each.words)}」が、すぐ上の区分だけの合計か、すべての区分の合計かが"
                f"決まりません。定義の rows に{'・'.join(self._section)}の値も書いてください。",
                expected="どの区分の合計か",
            )
        return whole

    def _said_beside(self, words: Sequence[Word]) -> Dimensions:
        """The dimensions that the words beside a row tell; what is not understood is noted."""
        said: dict[str, str] = {}
        for at, each in enumerate(words):
            of_whole = self._of_whole(each)
            if any(nearer.dimension == each.dimension for nearer in words[at + 1 :]):
                said[WITHIN] = each.name
            elif each.told is not None:
                said |= {**of_whole, **each.told}
            elif each.looks_like_total or each.dimension in CLOSED:
                self._note_unknown_row(each)
            else:
                said[each.dimension] = each.name
                self._check_value(each, said[each.dimension])
                if is_of_which(each.words):
                    said["total"] = TRUE  # what it tells, the row above it tells, too
            said = {**_of_level(each), **said} if each.told else {**said, **_of_level(each)}
        return said

    def _of_whole(self, word: Word) -> Dimensions:
        """What a row that tells only a part says with the row above that it is a part of.

        A row of うち is part of the last one without; a part beside measures is of the last one
        of them, where nothing else tells its measure.
        """
        is_which, whole = is_of_which(word.words), self._wholes.get(word.column)
        told = word.told or {}
        is_part = word.dimension == "measure" not in {*told, *self.base}
        if not is_which and not is_part:
            self._wholes[word.column] = word
        if whole is None or word.level or not (is_which or is_part):
            return {}
        said = whole.told or {whole.dimension: whole.name}
        if word.dimension in CLOSED:
            return {d: v for d, v in said.items() if d in ("measure", "unit")}
        return {**said, "total": TRUE}

    def _check_value(self, word: Word, value: str) -> None:
        place = self.block.grid.place(word.row, word.column)
        label = DIMENSIONS.get(word.dimension, word.dimension)
        self.page.understood(label, place, lambda v: parsed(word.dimension, v), value)

    def _note_unknown_row(self, word: Word) -> None:
        what = (
            "合計の行なら定義の rows に {total: true} と、そうでなければその意味を書いてください。"
            if word.looks_like_total
            else "意味を定義の rows に書くか、読まない行なら pass_over に書いてください。"
        )
        self.page.error(
            "unknown_row_label",
            self.block.grid.place(word.row, word.column),
            f"行の見出し「{quoted(word.words)}」が様式の定義にありません。{what}",
            expected="定義にある見出し",
        )


def _is_own_total(word: Word, row: int) -> bool:
    """Whether a word of a row says that it is a total."""
    return word.row == row and "total" in (word.told or {})


def _of_level(word: Word) -> Dimensions:
    """What the level of a row tells: the rows above it, and that others stand under it."""
    level = word.level
    if level is None:
        return {}
    within = {WITHIN: "/".join(level.parents)} if level.parents else {}
    return {**within, "total": TRUE} if level.has_parts else within
