"""Reads an .ods: each cell holds its value, and beside it the text that was on the screen."""

from bisect import bisect
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from itertools import accumulate
from math import isfinite
from xml.etree.ElementTree import Element

from ingest.addresses import address
from ingest.values import Value
from ingest.workbook import seen
from ingest.workbook.bounds import FAR_COLUMN, FAR_ROW, refuse_many_cells, too_far
from ingest.workbook.container import Package, parsed
from ingest.workbook.looks import Run, struck_out, visible
from ingest.workbook.sheet import Area, Book, Place, Remark, Sheet
from ingest.workbook.xlsx_styles import yellowish

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_NUMBERS = {"float", "currency", "percentage"}
_ERRORS = ("#", "Err:")
_BLACK, _WHITE = "#000000", "#ffffff"
_WIDEST_GAP = 100  # blanks that one element may stand for


class Ods(Book):
    """An .ods. Raises WorkbookRefused when it cannot be read."""

    def __init__(self, package: Package) -> None:
        self._content = parsed(package.read("content.xml"))
        styles = package.read("styles.xml")
        roots = [parsed(styles), self._content] if styles else [self._content]
        self._styles = {
            (style.get(f"{_STYLE}family"), style.get(f"{_STYLE}name")): style
            for root in roots
            for style in root.iter(f"{_STYLE}style")
        }

    def _pages(self) -> Iterator[tuple[str, bool, Callable[[], Sheet]]]:
        tables = self._content.iterfind(f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table")
        for name, table in {each.get(f"{_TABLE}name") or "": each for each in tables}.items():
            is_visible = self._property("table", table, f"{_TABLE}display") != "false"
            yield name, is_visible, partial(self._sheet, name, table, is_visible)

    def _is_yellow(self, table: Element, place: Place) -> bool:
        for rows, columns, cell in _cells(table):
            if place[0] in rows and place[1] in columns:
                colour = self._property("table-cell", cell, f"{_FO}background-color") or ""
                return yellowish(colour.lstrip("#"))
        return False

    def _sheet(self, name: str, table: Element, is_visible: bool) -> Sheet:
        filled: dict[Place, Value] = {}
        remarks: dict[Place, Remark] = {}
        merged: list[Area] = []
        for rows, columns, cell in _cells(table):
            value, remark = self._value(cell)
            place = (rows.start, columns.start)
            if (area := _area(cell, place)).size > 1:
                merged.append(area)
            if value is None:
                continue
            if rows.stop > FAR_ROW or columns.stop > FAR_COLUMN:
                raise too_far(address(*place))
            repeated = Area(*place, rows.stop - 1, columns.stop - 1)
            refuse_many_cells(len(filled) + repeated.size)
            for each in repeated.places():
                filled[each] = value
                if remark:
                    remarks[each] = remark
        seen.cover(filled, merged)
        return Sheet(
            name, is_visible, dict(sorted(filled.items())), remarks,
            _hidden(table, "table-row"), _hidden(table, "table-column"), tuple(merged),
            partial(self._is_yellow, table),
        )  # fmt: skip

    def _value(self, cell: Element) -> tuple[Value, Remark | None]:
        """What a person sees in a cell, None for nothing; and a remark."""
        kind = cell.get(f"{_OFFICE}value-type")
        is_struck = self._is_struck("table-cell", cell) is True
        paragraphs = [p for p in cell if p.tag in (f"{_TEXT}p", f"{_TEXT}h")]
        text = [run for n, p in enumerate(paragraphs) for run in (*_BREAK[: n > 0], *self._runs(p))]
        shown = "".join(run.text for run in text)
        is_formula = cell.get(f"{_TABLE}formula") is not None
        if cell.get(f"{_CALCEXT}value-type") == "error" or (
            is_formula and shown.startswith(_ERRORS) and kind in _NUMBERS
        ):
            return seen.error(shown or "#ERR"), None
        if is_formula and not shown and (kind is None or not paragraphs):
            return seen.uncached(), None
        stored = self._stored(cell, kind, shown if paragraphs else None)
        if stored is not None:
            return (struck_out(shown) if is_struck and shown else stored), None
        said = cell.get(f"{_OFFICE}string-value")
        if said is not None and said != shown:
            text = [Run(said)]
        value, remark = visible(text, is_struck=is_struck)
        if isinstance(value, str) and seen.is_figure(value) and self._is_unseen(cell):
            value = seen.invisible(value)
        return (seen.words(value) or None if isinstance(value, str) else value), remark

    def _stored(self, cell: Element, kind: str | None, shown: str | None) -> Value:
        """A number, a date or a truth value as a person sees it; None for a text.

        `shown` None: the file does not say, so that only what no style changes is certain.
        """
        if kind in _NUMBERS:
            number = float(cell.get(f"{_OFFICE}value") or "")
            if not isfinite(number):
                return seen.error(shown or "#NUM!")
            if number and self._is_unseen(cell):
                return seen.invisible(number)
            is_plain = self._property("table-cell", cell, f"{_STYLE}data-style-name") is None
            if shown is None and is_plain and number.is_integer():
                return number
            return seen.untold(number) if shown is None else seen.number(number, shown)
        if kind == "date":
            return seen.moment(_moment(cell.get(f"{_OFFICE}date-value") or ""), shown)
        if kind == "boolean":
            return cell.get(f"{_OFFICE}boolean-value") == "true"
        return None

    def _runs(
        self, element: Element, *, is_struck: bool | None = None, is_raised: bool = False
    ) -> Iterator[Run]:
        """The parts of a paragraph."""
        yield Run(element.text or "", is_struck, is_raised)
        for part in element:
            if part.tag == f"{_TEXT}s":
                count = min(int(part.get(f"{_TEXT}c") or 1), _WIDEST_GAP)
                yield Run(" " * count, is_struck, is_raised)
            elif part.tag in (f"{_TEXT}line-break", f"{_TEXT}tab"):
                yield Run("\n", is_struck, is_raised)
            elif part.tag in (f"{_TEXT}span", f"{_TEXT}a", f"{_TEXT}ruby", f"{_TEXT}ruby-base"):
                position = self._property("text", part, f"{_STYLE}text-position") or "0%"
                struck = self._is_struck("text", part)
                yield from self._runs(
                    part,
                    is_struck=is_struck if struck is None else struck,
                    is_raised=is_raised or not position.startswith("0%"),
                )
            yield Run(part.tail or "", is_struck, is_raised)

    def _is_unseen(self, cell: Element) -> bool:
        """Whether a cell is written in the colour of its ground, as white on white."""
        ground = self._property("table-cell", cell, f"{_FO}background-color") or _WHITE
        paint = (f"{_FO}color", f"{_STYLE}use-window-font-color")
        ink = self._property("table-cell", cell, *paint) or _BLACK
        return ink.lower() == ground.lower().replace("transparent", _WHITE)

    def _is_struck(self, family: str, element: Element) -> bool | None:
        for name in ("text-line-through-style", "text-line-through-type"):
            line = self._property(family, element, f"{_STYLE}{name}")
            if line is not None:
                return line != "none"
        return None

    def _property(self, family: str, element: Element, *names: str) -> str | None:
        """A property of an element's style, or of the one that it is derived from.

        The first of several names of one property.
        """
        prefix = _TEXT if family == "text" else _TABLE
        style = self._styles.get((family, element.get(f"{prefix}style-name")))
        for _ in range(len(self._styles)):
            if style is None:
                break
            found: list[str | None] = [each.get(n) for n in names for each in (style, *style)]
            if told := next((each for each in found if each is not None), None):
                return told
            style = self._styles.get((family, style.get(f"{_STYLE}parent-style-name")))
        return None


_BREAK = (Run("\n"),)


def _cells(table: Element) -> Iterator[tuple[range, range, Element]]:
    """Rows and columns that each cell element of a table stands for (they may be repeated).

    A cell without a style gets that of its row, else of its (first) column.
    """
    of_columns = [
        (_repeated(each, "columns"), each.get(f"{_TABLE}default-cell-style-name"))
        for each in table.iter(f"{_TABLE}table-column")
    ]
    bounds = list(accumulate(count for count, _ in of_columns))
    row = 0
    for line in table.iter(f"{_TABLE}table-row"):
        rows = range(row, row + _repeated(line, "rows"))
        row, column = rows.stop, 0
        of_row = line.get(f"{_TABLE}default-cell-style-name")
        for cell in line:
            if cell.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                columns = range(column, column + _repeated(cell, "columns"))
                column = columns.stop
                nth = bisect(bounds, columns.start)
                style = of_row or (of_columns[nth][1] if nth < len(bounds) else None)
                if style and cell.get(f"{_TABLE}style-name") is None:
                    cell.set(f"{_TABLE}style-name", style)
                yield rows, columns, cell


def _moment(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:  # the year 32768
        return None


def _repeated(element: Element, what: str) -> int:
    return int(element.get(f"{_TABLE}number-{what}-repeated") or 1)


def _area(cell: Element, place: Place) -> Area:
    rows = int(cell.get(f"{_TABLE}number-rows-spanned") or 1)
    columns = int(cell.get(f"{_TABLE}number-columns-spanned") or 1)
    return Area(*place, place[0] + rows - 1, place[1] + columns - 1)


def _hidden(table: Element, kind: str) -> frozenset[int]:
    """Rows or columns that are hidden or filtered out, as far as any table reaches."""
    found: set[int] = set()
    place = 0
    for element in table.iter(f"{_TABLE}{kind}"):
        count = _repeated(element, "rows" if kind == "table-row" else "columns")
        if element.get(f"{_TABLE}visibility") in ("collapse", "filter"):
            found |= set(range(place, min(place + count, FAR_ROW)))
        place += count
    return frozenset(found)
