"""Reads an .xlsx: values by calamine, and beside them from the XML what a person sees of them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial
from io import BytesIO

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from ingest.addresses import address
from ingest.values import Value
from ingest.workbook import seen
from ingest.workbook.bounds import refuse_many_cells, too_far
from ingest.workbook.conditions import NOTHING, conditions
from ingest.workbook.container import (
    Package,
    WorkbookRefused,
    is_true,
    parsed,
    whatever_breaks,
)
from ingest.workbook.looks import Look, Run, day_zero, struck_out, visible
from ingest.workbook.sheet import Book, Place, Remark, Sheet
from ingest.workbook.xlsx_styles import Styles, read_styles, rewritten_strings, runs
from ingest.workbook.xlsx_xml import WorksheetXml, place_of

_STYLE = re.compile(rb'\bs="(\d+)"')
_PLAIN = Look()
_CONDITIONAL = Remark(
    "not_as_seen",
    "条件付き書式で、画面の表示が変わることがあります。見えている値と同じか確かめてください。",
)
_STRINGS = "xl/sharedStrings.xml"
_NO_STYLES = (
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"></styleSheet>'
)


class Xlsx(Book):
    """An .xlsx. Raises WorkbookRefused when it cannot or must not be read."""

    def __init__(self, package: Package, data: bytes) -> None:
        self._package, self._data = package, data
        self._xml: dict[str, WorksheetXml] = {}
        self._refused: dict[str, WorkbookRefused] = {}
        self._changed: dict[str, bytes] = {}
        cells = 0
        for name, part in package.worksheets.items():
            try:
                content = package.read(part)
                cells += content.count(b"<c ")
                refuse_many_cells(cells)
                self._xml[name] = xml = WorksheetXml(content)
            except WorkbookRefused as refused:
                self._refused[name] = refused
                continue
            legible = xml.for_calamine()
            if legible is not content:
                self._changed[part] = legible
        if _is_odd(self._strings):
            self._changed[_STRINGS] = rewritten_strings(self._strings)
        with whatever_breaks():
            self._book = self._opened(self._changed)

    def _pages(self) -> Iterator[tuple[str, bool, Callable[[], Sheet]]]:
        for metadata in self._book.sheets_metadata:
            if metadata.typ is SheetTypeEnum.WorkSheet:
                is_visible = metadata.visible is SheetVisibleEnum.Visible
                yield metadata.name, is_visible, partial(self._sheet, metadata.name, is_visible)

    def _is_yellow(self, xml: WorksheetXml, place: Place) -> bool:
        attributes = xml.cells.get(address(*place).encode(), b"")
        return self._look(attributes).is_yellow

    def _sheet(self, name: str, is_visible: bool) -> Sheet:
        if name in self._refused:
            raise self._refused[name]
        xml = self._xml[name]
        if far := xml.far_cell:
            raise too_far(far)
        filled = self._filled(name)
        remarks = self._look_at(xml, filled)
        for place, error in xml.lost(is_recalculated=self._package.is_recalculated):
            filled[place] = seen.error(error) if error else seen.uncached(filled.get(place))
        seen.cover(filled, xml.merged)
        return Sheet(
            name, is_visible, dict(sorted(filled.items())), remarks,
            xml.hidden_rows, xml.hidden_columns, xml.merged, partial(self._is_yellow, xml),
        )  # fmt: skip

    def _opened(self, changed: Mapping[str, bytes]) -> CalamineWorkbook:
        data = self._package.with_parts(changed) if changed else self._data
        return CalamineWorkbook.from_filelike(BytesIO(data))

    def _filled(self, name: str) -> dict[Place, Value]:
        """The values of a sheet; without styles where calamine gives up on a day of no calendar."""
        try:
            with whatever_breaks():
                return _filled(self._book.get_sheet_by_name(name))
        except WorkbookRefused:
            with whatever_breaks():
                return _filled(self._without_styles.get_sheet_by_name(name))

    @cached_property
    def _without_styles(self) -> CalamineWorkbook:
        return self._opened({**self._changed, "xl/styles.xml": _NO_STYLES})

    def _look_at(self, xml: WorksheetXml, filled: dict[Place, Value]) -> dict[Place, Remark]:
        """Put in place of each value what a person sees of it; returns what is to be told."""
        of_values = {each for each in xml.cells.values() if not each.endswith(b"/")}
        odd = {each: look for each in of_values if not (look := self._look(each)).is_plain}
        looks = {place_of(cell): odd[a] for cell, a in xml.cells.items() if a in odd}
        remarks: dict[Place, Remark] = {}
        self._apply_conditions(xml, filled, looks, remarks)
        struck = {place for place, look in looks.items() if look.is_struck}
        for place, text in self._rich_texts(xml, has_struck=bool(struck)):
            filled[place], remark = visible(text, is_struck=place in struck)
            struck.discard(place)
            if remark:
                remarks[place] = remark
            if filled[place] == "":
                del filled[place]
        for place, look in looks.items():
            if (value := filled.get(place)) is not None:
                is_struck = place in struck
                filled[place] = struck_out(value) if is_struck else look.seen(value, self._zero)
        return remarks

    def _apply_conditions(
        self,
        xml: WorksheetXml,
        filled: Mapping[Place, Value],
        looks: dict[Place, Look],
        remarks: dict[Place, Remark],
    ) -> None:
        """Figures to which a condition gives another look; where nobody can say, it is told."""
        if not xml.has_conditions:
            return
        figures = {
            place: value
            for place, value in filled.items()
            if type(value) is float or (isinstance(value, str) and seen.is_figure(value))
        }
        given: dict[Place, Look] = {}
        for condition in conditions(xml.source, self._styles.conditional):
            for place in condition.covered(figures):
                if (holds := condition.holds(figures[place])) is None:
                    if condition.look != NOTHING:
                        remarks[place] = _CONDITIONAL
                    continue
                if holds:
                    given[place] = given.get(place, NOTHING).on(condition.look)
                    if condition.is_last:
                        del figures[place]
        for place, look in given.items():
            looks[place] = look.on(looks.get(place, _PLAIN))

    def _rich_texts(
        self, xml: WorksheetXml, *, has_struck: bool
    ) -> Iterator[tuple[Place, Sequence[Run]]]:
        """Texts of which parts may be struck out, or not be, or be raised."""
        rich = self._rich_strings
        if rich:
            yield from ((place, rich[n]) for place, n in xml.shared() if n in rich)
        if has_struck or _is_rich(xml.content):
            for place, content in xml.written():
                text = runs(
                    parsed(
                        b"<is>" + content.partition(b"<is>")[2].rpartition(b"</is>")[0] + b"</is>"
                    )
                )
                if len(text) > 1:
                    yield place, text

    @cached_property
    def _rich_strings(self) -> Mapping[int, Sequence[Run]]:
        """Number of a shared string → its parts, for those with a part struck out or raised."""
        if not _is_rich(self._strings):
            return {}
        texts = (runs(each) for each in parsed(self._strings).iterfind("{*}si"))
        return {n: text for n, text in enumerate(texts) if _has_parts(text)}

    @cached_property
    def _strings(self) -> bytes:
        return self._package.read(_STRINGS)

    def _look(self, attributes: bytes) -> Look:
        style = _STYLE.search(attributes)
        number = int(style[1]) if style else 0
        looks = self._styles.looks
        return looks[number] if number < len(looks) else _PLAIN

    @cached_property
    def _styles(self) -> Styles:
        return read_styles(self._package.read("xl/styles.xml") or _NO_STYLES)

    @cached_property
    def _zero(self) -> datetime:
        """The day that the number 0 stands for."""
        properties = self._package.workbook.find("{*}workbookPr")
        of_mac = properties is not None and is_true(properties.get("date1904"))
        return day_zero(of_mac=of_mac)


def _filled(sheet: CalamineSheet) -> dict[Place, Value]:
    top, left = sheet.start or (0, 0)
    return {
        (r, c): shown
        for r, row in enumerate(sheet.to_python(), top)
        for c, value in enumerate(row, left)
        if (shown := seen.content(value)) != ""
    }


def _is_rich(xml: bytes) -> bool:
    """Whether any part of a text may be struck out or raised."""
    return b"strike" in xml or b"vertAlign" in xml


def _is_odd(xml: bytes) -> bool:
    """Whether shared strings hold comments, CDATA or the like, which calamine reads in its way."""
    return b"<!" in xml or b"\0" in xml or xml.count(b"<?") > xml.startswith((b"<?", b"\xef"))


def _has_parts(text: Sequence[Run]) -> bool:
    return any(run.is_struck is not None or run.is_raised for run in text)
