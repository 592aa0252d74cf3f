"""What the words beside a row say: the stub of a table, of one or several columns."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.described.blocks import Block
from ingest.described.levels import Level, levels
from ingest.described.words import Dictionary, name

# Dimensions of which the layout tells each word; of others any word is a value.
CLOSED = ("part", "scenario", "measure", "unit", "total")
_TOTAL = re.compile(r"(?:合|総|小|中|大)?計|.*[^会統家設]計")


class Word(NamedTuple):
    """A word beside a row: its cell, the dimension of its column, what the layout says of it."""

    row: int
    column: int
    words: str
    dimension: str
    told: Mapping[str, str] | None
    level: Level | None = None

    @property
    def looks_like_total(self) -> bool:
        """Whether it may be the heading of a total that the layout does not name."""
        return self.told is None and _TOTAL.fullmatch(name(self.words)) is not None


@dataclass
class Stub:
    """The columns beside the figures, by the dimension that each tells, from the left."""

    block: Block
    columns: Mapping[int, str]
    _now: dict[int, Word] = field(default_factory=dict)

    def rows(self) -> Iterator[tuple[int, Sequence[Word]]]:
        """Each row and the words beside it: its own, merged ones, and those carried down.

        A blank cell stands for the word above it, unless one further left began anew.
        """
        words = Dictionary(self.block.table.rows, self.block.table.era)
        levels = self._levels()
        for row in self.block.rows:
            is_new = False
            for column, dimension in self.columns.items():
                found = self._word(row, column, dimension, words)
                if found and column == self.leftmost:
                    found = found._replace(level=levels.get(found.row))
                if found is None and is_new:
                    self._now.pop(column, None)
                elif found is not None:
                    is_new |= found.row == row
                    self._now[column] = found
            yield row, [self._now[c] for c in self.columns if c in self._now]

    @property
    def leftmost(self) -> int | None:
        """The column whose rows may have levels."""
        return next(iter(self.columns), None)

    def _levels(self) -> Mapping[int, Level]:
        column, grid = self.leftmost, self.block.grid
        if column is None or not self.block.table.levels:
            return {}
        return levels({row: words for row in self.block.rows if (words := grid.words(row, column))})

    def _word(self, row: int, column: int, dimension: str, words: Dictionary) -> Word | None:
        area = self.block.grid.area(row, column)
        text = self.block.grid.heading(area.top, column)
        if not text or area.top not in self.block.rows:
            return None
        entry = words.look_up(text)
        return Word(area.top, column, text, dimension, entry[1] if entry else None)
