"""A piece of a sheet around some of its cells, as a person sees it."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from ingest.addresses import address, place
from ingest.answers import GivenUp
from ingest.drafting.books import sheets_in
from ingest.personal import shown_sheets
from ingest.quoting import quoted
from ingest.values import Shown
from ingest.workbook import Area, Place, Sheet, WorkbookRefused

# At least so many rows and columns are shown, so many before and behind; and never more.
LEAST, BESIDE, MOST = (9, 7), ((4, 2), (3, 1)), (18, 16)


@dataclass(frozen=True)
class PieceCell:
    """A cell, or merged ones. `is_marked`: it is one of those asked for."""

    cell: str
    words: str
    is_figure: bool = False
    is_marked: bool = False
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class Piece:
    """Rows of a sheet by their numbers, under the letters of its columns."""

    sheet: str
    letters: Sequence[str]
    rows: Sequence[tuple[int, Sequence[PieceCell]]]


def piece_of(data: bytes, sheet: str, cells: Sequence[str]) -> Piece | GivenUp:
    """What stands around cells of a sheet, which is named as findings name it."""
    try:
        sheets = list(sheets_in(data))
    except WorkbookRefused as refused:
        return GivenUp(refused.message)
    shown = shown_sheets(each.name for each in sheets)
    for each in sheets:
        if sheet in (each.name, shown[each.name]):
            return _around(each, shown[each.name], [place(cell) for cell in cells])
    return GivenUp("ブックに、このシートがありません。")


def _around(sheet: Sheet, name: str, marked: Sequence[Place]) -> Piece:
    seen_rows = [r for r in range(sheet.bottom) if r not in sheet.hidden_rows]
    seen_columns = [c for c in range(sheet.right) if c not in sheet.hidden_columns]
    rows = _window(sorted(r for r, _ in marked), seen_rows, 0)
    columns = _window(sorted(c for _, c in marked), seen_columns, 1)
    rows = [*_headings(sheet, seen_rows, rows[0], {c for _, c in marked}, 1)[-3:], *rows]
    columns = [*_headings(sheet, seen_columns, columns[0], {r for r, _ in marked}, 0)[:2], *columns]
    lines = [(row + 1, list(_line(sheet, row, rows, columns, marked))) for row in rows]
    return Piece(name, [address(0, column)[:-1] for column in columns], lines)


def _window(marked: Sequence[int], seen: Sequence[int], which: int) -> list[int]:
    """What is marked and its neighbours; of too much the beginning."""
    there = sorted({*seen, *marked})
    before, behind = BESIDE[which]
    begin = max(0, there.index(marked[0]) - before)
    end = max(there.index(marked[-1]) + 1 + behind, begin + LEAST[which])
    begin = max(0, min(begin, len(there) - LEAST[which]))
    return there[begin : min(end, begin + MOST[which])]


def _headings(
    sheet: Sheet, seen: Sequence[int], before: int, marked: Set[int], across: int
) -> list[int]:
    """The rows (or columns) before the piece in which words stand over (or beside) the cells."""
    words = {
        place[1 - across] for place, value in sheet.filled.items()
        if isinstance(value, str) and place[across] in marked
    }  # fmt: skip
    return [each for each in seen if each < before and each in words]


def _line(
    sheet: Sheet, row: int, rows: Sequence[int], columns: Sequence[int], marked: Sequence[Place]
) -> Iterator[PieceCell]:
    for column in columns:
        own = Area(row, column, row, column)
        area = next((each for each in sheet.merged if each.holds((row, column))), own)
        high = [each for each in rows if area.top <= each <= area.bottom]
        wide = [each for each in columns if area.left <= each <= area.right]
        if (row, column) != (high[0], wide[0]):
            continue
        value = sheet.filled.get((area.top, area.left))
        yield PieceCell(
            address(area.top, area.left),
            "" if value is None else _words(value),
            isinstance(value, int | float | Shown) and not isinstance(value, bool),
            any(area.holds(each) for each in marked),
            len(high),
            len(wide),
        )


def _words(value: object) -> str:
    if type(value) is float and value.is_integer():
        return f"{int(value):,}"
    return quoted(value)  # type: ignore[arg-type]
