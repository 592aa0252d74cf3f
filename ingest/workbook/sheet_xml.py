"""What the XML of a worksheet says and calamine does not: values that look blank, far cells.

Nearly every sheet is plain XML in which a few byte counts prove that nothing can be lost; only
the others are parsed, and nothing but the parser decides what stands in a cell.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from ingest.addresses import address, place
from ingest.workbook.container import refuse_broken

# calamine lays a sheet out from its first to its last value: one stray value far out fills memory.
FAR_ROW, FAR_COLUMN = 10_000, 702
_FAR = re.compile(rb'<c r="(?:[A-Z]{3}\d|[A-Z]{1,2}\d{5})[^>]*(?<!/)>')
_PREFIX = re.compile(rb"\bxmlns:([^\s=]+)")
_ODD = (b"<!", b"\0", b"='")  # comments, CDATA, UTF-16, other quotes
# A character by its number is plain in a text or formula (as some programs write all Japanese),
# but not in a tag or a value.
_ODD_CHARACTER = re.compile(rb"<[^>]*&#|<v\b[^>]*>[^<]*&#")
_INCOMPLETE = (b'"e"', b"<v/>", b"</v><f")
_HOLLOW = re.compile(rb"<v>[<\s]")
_TEXT_TYPES = {"s", "str", "inlineStr"}


@dataclass(frozen=True)
class SheetXml:
    """One worksheet part."""

    content: bytes

    @property
    def far_cell(self) -> str | None:
        """A value so far out that the sheet must not be laid out."""
        return self._scanned.far if not self._is_plain or _FAR.search(self._cells) else None

    @property
    def lost_values(self) -> Mapping[str, str | None]:
        """Cells that hold something calamine may show as blank: address → what stands there.

        None stands for a formula that was saved without its result.
        """
        if not self._is_plain:
            return self._scanned.lost
        return {} if self._is_complete else _scan(self._incomplete_cells()).lost

    @property
    def holds_values(self) -> bool:
        """Whether any cell holds anything at all."""
        return bool(self._scanned.filled)

    @cached_property
    def _scanned(self) -> "_Scan":
        return _scan(self.content)

    @cached_property
    def _cells(self) -> bytes:
        """From the root element to the end of the cells; what follows is not read."""
        end = self.content.rfind(b"</sheetData>")
        return self.content if end < 0 else self.content[:end]

    @cached_property
    def _root(self) -> bytes:
        """The start of the root element; empty when it has another name or another encoding."""
        start = self._cells.find(b"<worksheet", 0, 1000)
        return self._cells[: self._cells.find(b">", start)] if start >= 0 else b""

    @cached_property
    def _is_plain(self) -> bool:
        """Whether the bytes mean what they look like: no prefixes, comments, other quotes …"""
        xml = self._cells
        prefixes = _PREFIX.findall(self._root)
        return (
            bool(self._root)
            and xml.count(b"<?") == xml.startswith((b"<?", b"\xef\xbb\xbf<?"))
            and xml.count(b"xmlns:") == len(prefixes)
            and xml.count(b"<c") == xml.count(b'<c r="') + xml.count(b"<col")
            and not any(b"<" + prefix + b":" in xml for prefix in prefixes)
            and not any(each in xml for each in _ODD)
            and not (b"&#" in xml and _ODD_CHARACTER.search(xml))
        )

    @cached_property
    def _is_complete(self) -> bool:
        """Whether every formula is directly followed by a result, and no value is an error."""
        xml = self._cells
        results = xml.count(b"</f><v>") + xml.count(b"/><v>")
        return xml.count(b"<f") == results and not _may_be_incomplete(xml)

    def _incomplete_cells(self) -> bytes:
        """Plain XML with only those cells that are an error or may lack a result."""
        cells = [
            b"<c " + cell.partition(b"</c")[0] + b"</c>"
            for cell in self._cells.split(b"<c ")[1:]
            if _may_be_incomplete(cell) or (b"<f" in cell and b"<v>" not in cell)
        ]
        return b"".join([self._root, b"><sheetData>", *cells, b"</sheetData></worksheet>"])


def _may_be_incomplete(xml: bytes) -> bool:
    return _HOLLOW.search(xml) is not None or any(each in xml for each in _INCOMPLETE)


def _scan(content: bytes) -> "_Scan":
    scan = _Scan()
    parser = DefusedXMLParser(target=scan, forbid_dtd=True)
    try:
        parser.feed(content)
        parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as broken:
        refuse_broken(broken)
    return scan


@dataclass
class _Scan:
    """Receives the elements of a worksheet in their order."""

    lost: dict[str, str | None] = field(default_factory=dict)
    far: str | None = None
    filled: int = 0
    row: int = -1
    column: int = -1
    kind: str = ""
    formula: bool = False
    value: list[str] | None = None
    inside: bool = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "row":
            self.row = int(attributes.get("r", self.row + 2)) - 1
            self.column = -1
        elif name == "c":
            self.kind, self.formula, self.value = attributes.get("t", "n"), False, None
            self.column += 1
            if "r" in attributes:
                self.row, self.column = place(attributes["r"])
        elif name == "f":
            self.formula = True
        elif name in ("v", "is"):
            self.value, self.inside = self.value or [], True

    def data(self, text: str) -> None:
        if self.inside and self.value is not None:
            self.value.append(text)

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if name in ("v", "is"):
            self.inside = False
        elif name == "c":
            self._close_cell()

    def close(self) -> None:
        """Nothing is left to do."""

    def _close_cell(self) -> None:
        shown = "".join(self.value or ()).strip()
        if not shown and not self.formula:
            return
        self.filled += 1
        if self.far is None and (self.row >= FAR_ROW or self.column >= FAR_COLUMN):
            self.far = address(self.row, self.column)
        is_text = self.kind in _TEXT_TYPES and self.value is not None
        if not is_text:
            self.lost[address(self.row, self.column)] = shown or None
