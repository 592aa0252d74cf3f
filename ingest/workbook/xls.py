"""Reads an .xls (Excel 95 to 2003) by xlrd, and beside it which formulas have no result."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from io import BytesIO, StringIO
from struct import unpack_from

import olefile
import xlrd
from xlrd.sheet import Sheet as Page

from ingest.addresses import address
from ingest.values import Value
from ingest.workbook import seen
from ingest.workbook.bounds import FAR_ROW, too_far
from ingest.workbook.container import refuse_password, whatever_breaks
from ingest.workbook.looks import BLACK, WHITE, Look, Run, day_zero, struck_out, visible
from ingest.workbook.sheet import Area, Book, Place, Remark, Sheet
from ingest.workbook.xlsx_styles import yellowish

_STREAMS = ("Workbook", "Book")
_BOUND_SHEET, _FORMULA, _UNCALCULATED, _BEGIN = 0x85, 0x06, 0x5E, 0x809
_EMPTY_TEXT = b"\x03"
_ZERO = bytes(8)
_SOLID = 1
_ON_LOAD = 0x02  # of a formula's flags: to be reckoned as the book is opened


class Xls(Book):
    """An .xls. Raises WorkbookRefused when it cannot be read."""

    def __init__(self, data: bytes) -> None:
        with whatever_breaks():
            try:
                # xlrd speaks of oddities on the screen
                self._book = xlrd.open_workbook(
                    file_contents=data, formatting_info=True, ragged_rows=True, logfile=StringIO()
                )
            except xlrd.XLRDError as refused:
                if "encrypted" in str(refused):
                    refuse_password()
                raise
            self._formulas = _Formulas.of(data)
            self._looks = [self._look(number) for number in range(len(self._book.xf_list))]

    def _pages(self) -> Iterator[tuple[str, bool, Callable[[], Sheet]]]:
        for number, page in enumerate(self._book.sheets()):
            is_visible = bool(page.visibility == 0)
            yield page.name, is_visible, partial(self._sheet, number, page, is_visible)

    def _is_yellow(self, page: Page, place: Place) -> bool:
        number: int = page.cell_xf_index(*place)
        return self._looks[number].is_yellow

    def _sheet(self, number: int, page: Page, is_visible: bool) -> Sheet:
        filled: dict[Place, Value] = {}
        remarks: dict[Place, Remark] = {}
        for row in range(page.nrows):
            for column, cell in enumerate(page.row(row)):
                place = (row, column)
                value = self._value(page, place, cell, remarks)
                if place in self._formulas.without_result(number):
                    value = seen.uncached(value)
                if value is None:
                    continue
                if row >= FAR_ROW:
                    raise too_far(address(row, column))
                filled[place] = value
        merged = tuple(
            Area(r, c, rows - 1, columns - 1) for r, rows, c, columns in page.merged_cells
        )
        seen.cover(filled, merged)
        return Sheet(
            page.name,
            is_visible,
            filled,
            remarks,
            frozenset(row for row, info in page.rowinfo_map.items() if info.hidden),
            frozenset(column for column, info in page.colinfo_map.items() if info.hidden),
            merged,
            partial(self._is_yellow, page),
        )

    def _value(
        self, page: Page, place: Place, cell: xlrd.sheet.Cell, remarks: dict[Place, Remark]
    ) -> Value:
        """What a person sees in a cell; None for nothing."""
        look = self._looks[cell.xf_index or 0]
        match cell.ctype:
            case xlrd.XL_CELL_ERROR:
                return seen.error(xlrd.error_text_from_code.get(cell.value, "#ERR"))
            case xlrd.XL_CELL_BOOLEAN:
                return bool(cell.value)
            case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
                number = float(cell.value)
                return struck_out(number) if look.is_struck else look.seen(number, self._zero)
            case xlrd.XL_CELL_TEXT if cell.value.strip():
                text = list(self._runs(page, place, cell.value))
                value, remark = visible(text, is_struck=look.is_struck)
                if remark:
                    remarks[place] = remark
                shown = seen.words(value) if isinstance(value, str) else value
                return look.seen(shown, self._zero) or None
        return None

    def _runs(self, page: Page, place: Place, text: str) -> Iterator[Run]:
        """The parts of a text: each begins with a font of its own, the first with the cell's."""
        starts = page.rich_text_runlist_map.get(place, [])
        bounds = [*(start for start, _ in starts), len(text)]
        yield Run(text[: bounds[0]])
        for (start, font), end in zip(starts, bounds[1:], strict=True):
            look = self._book.font_list[font]
            yield Run(text[start:end], bool(look.struck_out), look.escapement != 0)

    def _look(self, number: int) -> Look:
        form = self._book.xf_list[number]
        font = self._book.font_list[form.font_index]
        ground = form.background
        colours = self._book.colour_map
        fill = colours.get(ground.pattern_colour_index) if ground.fill_pattern == _SOLID else None
        ink = colours.get(font.colour_index)
        is_mixed = ground.fill_pattern not in (0, _SOLID)
        return Look(
            self._book.format_map[form.format_key].format_str,
            is_struck=bool(font.struck_out),
            ink=bytes(ink).hex().upper() if ink else BLACK,
            ground="?" if is_mixed else bytes(fill).hex().upper() if fill else WHITE,
            is_yellow=fill is not None and yellowish(bytes(fill).hex()),
        )

    @property
    def _zero(self) -> datetime:
        """The day that the number 0 stands for."""
        return day_zero(of_mac=bool(self._book.datemode))


@dataclass
class _Formulas:
    """The formulas of the worksheets, as far as their results go.

    `blank`: of each sheet, those whose result is an empty text; `zero`: those that are to be
    reckoned as the book is opened, and hold 0 until then (Apache POI); `uncalculated`: sheets that
    were saved before they were reckoned.
    """

    places: dict[int, set[Place]] = field(default_factory=dict)
    blank: dict[int, set[Place]] = field(default_factory=dict)
    zero: dict[int, set[Place]] = field(default_factory=dict)
    uncalculated: set[int] = field(default_factory=set)
    some_have_results: bool = False
    some_were_reckoned: bool = False

    @classmethod
    def of(cls, data: bytes) -> "_Formulas":
        """Look through the records of the workbook stream ([MS-XLS] 2.4.127)."""
        container = olefile.OleFileIO(BytesIO(data))
        name = next(each for each in _STREAMS if container.exists(each))
        stream = container.openstream(name).read()
        found = cls()
        starts: dict[int, int] = {}
        sheet, at = -1, 0
        while at + 4 <= len(stream):
            kind, size = unpack_from("<HH", stream, at)
            body = stream[at + 4 : at + 4 + size]
            if kind == _BOUND_SHEET and body[5:6] == b"\0":  # a worksheet
                starts[unpack_from("<I", body)[0]] = len(starts)
            elif kind == _BEGIN:
                sheet = starts.get(at, sheet)
            elif kind == _UNCALCULATED:
                found.uncalculated.add(sheet)
            elif kind == _FORMULA and size >= 14:
                is_open = bool(unpack_from("<H", body.ljust(16, b"\0"), 14)[0] & _ON_LOAD)
                found._add(sheet, unpack_from("<HH", body), body[6:14], is_open=is_open)
            at += 4 + size
        return found

    def _add(self, sheet: int, place: Place, result: bytes, *, is_open: bool) -> None:
        self.places.setdefault(sheet, set()).add(place)
        self.some_were_reckoned |= is_open and result != _ZERO
        if is_open and result == _ZERO:
            self.zero.setdefault(sheet, set()).add(place)
        elif result[:1] == _EMPTY_TEXT and result[6:] == b"\xff\xff":
            self.blank.setdefault(sheet, set()).add(place)
        else:
            self.some_have_results = True

    def without_result(self, sheet: int) -> set[Place]:
        """Formulas that nobody reckoned: xlwt gives an empty text to all there are."""
        if sheet in self.uncalculated:
            return self.places.get(sheet, set())
        blank = set() if self.some_have_results else self.blank.get(sheet, set())
        zero = set() if self.some_were_reckoned else self.zero.get(sheet, set())
        return blank | zero
