"""What the words beside a row say: the stub of a table, of one or several columns."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from ingest.described.blocks import Block
from ingest.described.levels import Level, Listed
from ingest.described.words import Dictionary
from ingest.described.years import with_eras
from ingest.text import is_ditto

# Dimensions of which the layout tells each word; of others any word is a value.
CLOSED = ("part", "scenario", "measure", "total")
_TOTAL = re.compile(
    r"(?:合|総|小|中|大)?計(?:[\s\d].*)?|.*[^会統家設]計|総[額数]|合計[額数]|全体|.*の合計額?"
)
_NOTE = re.compile(r"[※＊*]|[(（]?注|.*。")
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]$")


def looks_like_total(name: str) -> bool:
    """Whether a name may be that of a total: 総計, 計(A), 計 6債権."""
    return _TOTAL.fullmatch(_BRACKETED.sub("", name)) is not None


class Word(NamedTuple):
    """A word beside a row: its cell, the dimension of its column, what the layout says of it.

    `name`: the words without the number that a list puts before them.
    """

    row: int
    column: int
    words: str
    name: str
    dimension: str
    told: Mapping[str, str] | None
    level: Level | None = None

    @property
    def looks_like_note(self) -> bool:
        """Whether it is a note below the figures, where none stand beside it."""
        return self.told is None and _NOTE.match(self.name) is not None

    @property
    def looks_like_total(self) -> bool:
        """Whether it may be the heading of a total that the layout does not name."""
        return self.told is None and looks_like_total(self.name)


_OF_CLAIM = ("claim_number", "claim_name")
_OWNERS = ("bureau", "department", "section", "office")


@dataclass
class Stub:
    """The columns beside the figures, by the dimension that each tells, from the left."""

    block: Block
    columns: Mapping[int, str]
    _now: dict[int, Word] = field(default_factory=dict)
    _alone: set[tuple[int, int]] = field(default_factory=set)  # words that no nearer name follows

    def rows(self) -> Iterator[tuple[int, Sequence[Word]]]:
        """Each row and the words beside it: its own, merged ones, and those carried down.

        A blank cell, or one that says 〃, stands for the word above it, unless one further left
        began anew.
        """
        for row in self.block.rows:
            is_new = False
            is_anothers = self._names_owner(row)
            for column, dimension in self.columns.items():
                found = self._word(row, column, dimension)
                ends = self._ends(row, column) or (is_anothers and dimension in _OF_CLAIM)
                if found is None and (is_new or ends):
                    self._now.pop(column, None)
                elif found is not None and not (found.looks_like_note and self._is_empty(row)):
                    is_new |= found.row == row
                    self._now[column] = found
            words = [self._now[c] for c in self.columns if c in self._now]
            if any(each.row == row and "total" in (each.told or {}) for each in words):
                words = [each for each in words if not self._is_of_rows_above(each, row)]
            yield row, [self._carried(each, words[at + 1 :], row) for at, each in enumerate(words)]

    def _is_of_rows_above(self, word: Word, row: int) -> bool:
        """Whether a word is that of the last row above a total, in a column that names each row."""
        grid, column = self.block.grid, word.column
        said = self._listed[column].words
        if grid.area(row, column).top == word.row or is_ditto(grid.heading(row, column)):
            return False
        above = (r for r in range(self.block.rows.start, word.row) if not self._is_empty(r))
        return word.row == max(said) and all(grid.area(r, column).top in said for r in above)

    def _carried(self, word: Word, nearer: Sequence[Word], row: int) -> Word:
        """A word beside a row: the total of rows that are named below it is no total there."""
        names = [each for each in nearer if each.dimension not in CLOSED]
        if word.row == row and not names:
            self._alone.add((word.row, word.column))
        if (word.row, word.column) not in self._alone or not names or not word.told:
            return word
        return word._replace(told={d: v for d, v in word.told.items() if d != "total"})

    def _ends(self, row: int, column: int) -> bool:
        """Whether a blank cell stands for nothing: below merged cells, and in a text."""
        word, grid = self._now.get(column), self.block.grid
        if word is None or is_ditto(grid.heading(row, column)):
            return False
        area = grid.area(word.row, column)
        return grid.is_text or area.top < area.bottom < row

    def _names_owner(self, row: int) -> bool:
        """Whether a row begins with its owner: it is hardly of the claim above."""
        return any(
            d in _OWNERS and (word := self._word(row, c, d)) and word.row == row
            for c, d in self.columns.items()
        )

    def spans(self, row: int, column: int) -> bool:
        """Whether a cell is merged into a word further left, which stands for both."""
        area = self.block.grid.area(row, column)
        return area.left < column and area.left in self.columns

    def _is_empty(self, row: int) -> bool:
        return not self.block.holds_figures(row)

    @cached_property
    def words(self) -> Dictionary:
        """What the layout says that words beside rows mean."""
        return Dictionary(self.block.table.rows, self.block.table.era)

    @cached_property
    def _listed(self) -> Mapping[int, Listed]:
        return {column: Listed(self._said(column)) for column in self.columns}

    def _said(self, column: int) -> Mapping[int, str]:
        """What stands in a column, by its rows; a bare year with its era."""
        grid, rows = self.block.grid, self.block.rows
        said = {row: words for row in rows if (words := grid.heading(row, column))}
        if self.columns[column] != "fiscal_year":
            return said
        return dict(zip(said, with_eras(said.values(), self.block.table.era), strict=True))

    @cached_property
    def _levels(self) -> Mapping[int, Level]:
        """The levels of the rows, by the column furthest left; totals that are told stand alone."""
        first = next(iter(self._listed.values()), None)
        if first is None or not self.block.table.levels:
            return {}
        told = ((row, self.words.look_up(said)) for row, said in first.words.items())
        return first.levels({row for row, entry in told if entry and "total" in entry[1]})

    def _word(self, row: int, column: int, dimension: str) -> Word | None:
        top = self.block.grid.area(row, column).top
        text = self._listed[column].words.get(top, "")
        if not text or is_ditto(text):
            return None
        entry = self.words.look_up(text)
        level = self._levels.get(top) if column == next(iter(self.columns)) else None
        name = self._listed[column].name(top)
        return Word(top, column, text, name, dimension, entry[1] if entry else None, level)
