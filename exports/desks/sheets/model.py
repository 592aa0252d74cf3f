"""A document is sheets, a sheet is tables, a table is rows of cells, placed as in HTML.

A cell that reaches over places to its right or below takes them; its rows leave them out.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeVar

from exports.press.drawing import Drawing
from exports.press.japanese import grouped
from terms.money import displayed

Kind = Literal["heading", "label", "text", "code", "money", "count", "percent", "number"]
Listed = TypeVar("Listed")
Value = str | int | Decimal | None

WORDS = frozenset({"heading", "label", "text", "code"})
MISSING = "—"


@dataclass(frozen=True)
class Cell:
    """What stands at a place, and over how many columns and rows.

    ``money`` is in yen; ``percent`` and ``number`` are printed with the decimals they have.
    None is a figure that there is not, and a blank among the words.
    """

    value: Value
    kind: Kind = "text"
    across: int = 1
    down: int = 1
    strong: bool = False


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """``unit``: a key of ``UNITS``, in which its money is printed, rounded once.

    ``head`` is repeated on every page; ``lines``: how many lines high a row is at least.
    """

    caption: str
    head: tuple[Row, ...]
    body: tuple[Row, ...]
    unit: str = "円"
    note: str = ""
    lines: int = 1

    @property
    def rows(self) -> tuple[Row, ...]:
        """All of its rows, the headings first."""
        return self.head + self.body

    @property
    def says_unit(self) -> str:
        """``（単位：千円）`` where it has money."""
        has_money = any(cell.kind == "money" for row in self.body for cell in row)
        return f"（単位：{self.unit}）" if has_money else ""


@dataclass(frozen=True)
class Sheet:
    """Tables that share their columns. ``widths``: of each column, in characters.

    ``pages``: how many it may fill in a printed workbook; 0 for as many as it takes. ``chart``
    shows on page and paper what a table says.
    """

    name: str
    title: str
    widths: tuple[float, ...]
    tables: tuple[Table, ...]
    lead: tuple[str, ...] = ()
    pages: int = 0
    chart: Drawing | None = None


@dataclass(frozen=True)
class Document:
    """``running`` stands at the foot of each page; ``issued`` dates the files.

    ``flows``: sheets follow each other on a page of the PDF instead of beginning a new one.
    """

    title: str
    author: str
    running: str
    issued: date
    sheets: tuple[Sheet, ...]
    paper: Literal["a3", "a4"] = "a4"
    flows: bool = False
    minus_sign: str = "△"


def heading(words: str, across: int = 1, down: int = 1) -> Cell:
    """A heading of columns."""
    return Cell(words, "heading", across, down)


def label(words: str, across: int = 1, down: int = 1) -> Cell:
    """A heading of a row."""
    return Cell(words, "label", across, down)


def figure(value: object, kind: Kind, *, strong: bool = False) -> Cell:
    """A figure of a mart; none where it tells no number."""
    return Cell(value if isinstance(value, int | Decimal) else None, kind, strong=strong)


def words(value: object, kind: Kind = "text") -> Cell:
    """What a mart tells in words, blank where it tells nothing."""
    return Cell(str(value or ""), kind)


def listed(
    columns: Sequence[tuple[str, Callable[[Listed], Cell]]],
    rows: Iterable[Listed],
    caption: str = "",
    *,
    unit: str = "円",
    note: str = "",
) -> Table:
    """A table with a row for each of ``rows``: of each column its heading, and its cell."""
    head = tuple(heading(name) for name, _ in columns)
    body = tuple(tuple(cell(row) for _, cell in columns) for row in rows)
    return Table(caption, (head,), body, unit, note)


def in_unit(cell: Cell, unit: str) -> Value:
    """The value as it is printed: money in ``unit``, everything else as it is."""
    if cell.kind == "money" and isinstance(cell.value, int):
        return displayed(cell.value, unit)
    return cell.value


def shown(cell: Cell, unit: str, minus_sign: str) -> str:
    """The cell as text: ``△1,234``, ``16.5%``; ``—`` where there is no figure."""
    value = in_unit(cell, unit)
    if cell.kind in WORDS or isinstance(value, str):
        return "" if value is None else str(value)
    if value is None:
        return MISSING
    sign = minus_sign if value < 0 else ""
    return f"{sign}{grouped(value)}{'%' if cell.kind == 'percent' else ''}"


def placed(rows: Sequence[Row]) -> Iterator[tuple[int, int, Cell]]:
    """Each cell with its row and column from 0, after those that reach over its row."""
    taken: set[tuple[int, int]] = set()
    for r, row in enumerate(rows):
        c = 0
        for cell in row:
            while (r, c) in taken:
                c += 1
            yield r, c, cell
            taken |= {(r + i, c + j) for i in range(cell.down) for j in range(cell.across)}
            c += cell.across
