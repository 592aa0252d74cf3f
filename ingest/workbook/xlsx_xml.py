"""What the XML of a worksheet says and calamine does not: looks, merges, lost values, far cells.

Programs write worksheets as plain XML, whose bytes mean what they look like; whatever does not is
written anew as plain XML first, by a parser. So there is one way to look things up, and calamine
sees what a spreadsheet program would see.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from xml.etree.ElementTree import Element, SubElement, tostring

from ingest.addresses import address, place
from ingest.workbook.bounds import FAR_COLUMN, FAR_ROW
from ingest.workbook.container import WorkbookRefused, parsed, refuse_broken
from ingest.workbook.sheet import Area, Place

_NAMESPACES = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
}
_FAR = re.compile(rb'<c r="([A-Z]{3}\d+|[A-Z]{1,2}\d{5,})"[^<>]*(?<!/)>')
_PREFIX = re.compile(rb"\bxmlns:([^\s=]+)")
# comments, CDATA, UTF-16, other quotes; cells without attributes, or with a line break in them
_ODD = (b"<!", b"\0", b"='", b"<c>", b"<c\n", b"<c\r", b"<c\t")
# A character by its number is plain in a text or formula (as some programs write all Japanese),
# but not in a tag or a value.
_ODD_CHARACTER = re.compile(rb"<[^<>]*&#|<v\b[^<>]*>[^<]*&#")
_HOLLOW = re.compile(rb"<v>[<\s]")
_CELL = re.compile(rb'<c r="([A-Z]{1,3}[1-9][0-9]{0,6})"([^<>]*)>')
_FORMULA = re.compile(rb'<c r="([A-Z]{1,3}[0-9]+)"[^<>]*><f')
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]+\d+)(?::([A-Z]+\d+))?"')
_HIDDEN_ROW = re.compile(rb'<row\b(?=[^<>]*\bhidden="(?:1|true)")[^<>]*\br="(\d+)"')
_HIDDEN_COLUMNS = re.compile(rb'<col\b(?=[^<>]*\bhidden="(?:1|true)")[^<>]*>')
_VALUE = re.compile(rb"<v\b[^<>]*>([^<]*)<")
_TYPE = re.compile(rb'\bt="(\w*)"')
_TEXT_TYPES = (b"s", b"str", b"inlineStr")
# The error values that calamine knows; another one makes it give up the sheet.
_ERROR = re.compile(
    rb'(<c\b(?=[^<>]*\bt="e")[^<>]*>(?:<f\b[^<>]*(?:/>|>[^<]*</f>))?<v>)([^<]*)(</v>)'
)
_KNOWN_ERRORS = (b"#NULL!", b"#DIV/0!", b"#VALUE!", b"#REF!", b"#NAME?", b"#NUM!", b"#N/A")


@lru_cache(maxsize=8192)
def place_of(cell: bytes) -> Place:
    """The zero-based (row, column) of an address."""
    return place(cell.decode())


class WorksheetXml:
    """One worksheet part. Raises WorkbookRefused where readers would not agree on what it says."""

    def __init__(self, content: bytes) -> None:
        plain = _Plain(content)
        self.source = content
        self.content = content if plain.is_plain else _rewritten(content)
        self._plain = plain if plain.is_plain else _Plain(self.content)

    @cached_property
    def cells(self) -> Mapping[bytes, bytes]:
        """Address → the attributes of every cell element, in their order."""
        if not self._plain.is_plain:
            refuse_broken()
        found = dict(self._plain.listed)
        if len(found) < len(self._plain.listed):
            self._refuse_repeated()
        return found

    def _refuse_repeated(self) -> None:
        """Programs do not agree on which of two cells of one address counts."""
        counts = Counter(cell for cell, _, _ in self._contents())
        if twice := next((cell.decode() for cell, count in counts.items() if count > 1), None):
            raise WorkbookRefused(
                "unreadable_file",
                f"セル{twice}が2回書かれており、どちらが正しいか決められません。"
                "Excelで開いて確かめ、.xlsx形式で保存し直してください。",
                twice,
            )

    def for_calamine(self) -> bytes:
        """The part as calamine can read it: error values that it does not know become #N/A."""
        if not self._plain.may_hold_errors:
            return self.content
        return _ERROR.sub(
            lambda m: m[0] if m[2] in _KNOWN_ERRORS else m[1] + b"#N/A" + m[3], self.content
        )

    @property
    def far_cell(self) -> str | None:
        """A value so far out that the sheet must not be laid out."""
        for found in _FAR.finditer(self._plain.cells):
            row, column = place_of(found[1])
            is_empty = self._plain.cells.startswith(b"</c", found.end())
            if (row >= FAR_ROW or column >= FAR_COLUMN) and not is_empty:
                return found[1].decode()
        return None

    def lost(self, *, is_recalculated: bool) -> Iterator[tuple[Place, str | None]]:
        """Cells that hold what calamine does not tell: an error value, or None for a formula that
        was saved without its result (`is_recalculated`: with one that nobody reckoned).
        """
        if is_recalculated and not self._plain.may_hold_errors:
            yield from ((place_of(cell), None) for cell in _FORMULA.findall(self._plain.cells))
            return
        if self._is_complete and not is_recalculated:
            return
        for cell, kind, content in self._contents((b"<f", b'"e"')):
            if kind == b"e":
                yield place_of(cell), _value(content)
            elif is_recalculated or not (
                _value(content) or (kind in _TEXT_TYPES and b"<v" in content)
            ):
                yield place_of(cell), None

    def shared(self) -> Iterator[tuple[Place, int]]:
        """Cells whose text is a shared one, and its number."""
        for cell, kind, content in self._contents((b't="s"',)):
            if kind == b"s" and _value(content).isdecimal():
                yield place_of(cell), int(_value(content))

    def written(self) -> Iterator[tuple[Place, bytes]]:
        """Cells whose text stands in the sheet itself, as XML."""
        for cell, kind, content in self._contents((b't="inlineStr"',)):
            if kind == b"inlineStr":
                yield place_of(cell), content

    def _contents(self, marks: Sequence[bytes] = (b"",)) -> Iterator[tuple[bytes, bytes, bytes]]:
        """Address, type and content of every cell that has any and holds one of the marks."""
        for piece in self._plain.cells.split(b'<c r="')[1:]:
            if not any(mark in piece for mark in marks):
                continue
            head, _, rest = piece.partition(b">")
            if head.endswith(b"/"):
                continue
            cell, _, attributes = head.partition(b'"')
            kind = _TYPE.search(attributes)
            yield cell, kind[1] if kind else b"n", rest.partition(b"</c")[0]

    @cached_property
    def _is_complete(self) -> bool:
        """Whether every formula is directly followed by a result, and no value is an error."""
        xml = self._plain.cells
        results = xml.count(b"</f><v>") + xml.count(b"/><v>")
        return (
            xml.count(b"<f") == results
            and _HOLLOW.search(xml) is None
            and b"<v/>" not in xml
            and not self._plain.may_hold_errors
        )

    @cached_property
    def merged(self) -> tuple[Area, ...]:
        """The merged cells."""
        corners = _MERGED.findall(self._plain.tail)
        return tuple(Area(*place_of(first), *place_of(last or first)) for first, last in corners)

    @property
    def has_conditions(self) -> bool:
        """Whether cells are formatted by conditions."""
        return b"conditionalFormatting" in self.source

    @cached_property
    def hidden_rows(self) -> frozenset[int]:
        """Rows that are hidden, or filtered out."""
        if b"hidden=" not in self._plain.cells:
            return frozenset()
        return frozenset(int(row) - 1 for row in _HIDDEN_ROW.findall(self._plain.cells))

    @cached_property
    def hidden_columns(self) -> frozenset[int]:
        """Columns that are hidden; of those beyond any table only the first."""
        if b"hidden=" not in self._plain.cells:
            return frozenset()
        found: set[int] = set()
        for column in _HIDDEN_COLUMNS.findall(self._plain.cells):
            bounds = [int(n) for n in re.findall(rb'\b(?:min|max)="(\d+)"', column)] or [0]
            found |= set(range(min(bounds) - 1, min(max(bounds), FAR_COLUMN)))
        return frozenset(found)


def _value(content: bytes) -> str:
    found = _VALUE.search(content)
    return found[1].decode().strip() if found else ""


@dataclass(frozen=True)
class _Plain:
    """The bytes of a worksheet part, and whether they mean what they look like."""

    content: bytes

    @cached_property
    def cells(self) -> bytes:
        """From the root element to the end of the cells."""
        end = self.content.rfind(b"</sheetData>")
        return self.content if end < 0 else self.content[:end]

    @cached_property
    def tail(self) -> bytes:
        """What follows the cells."""
        return self.content[len(self.cells) :]

    @cached_property
    def listed(self) -> list[tuple[bytes, bytes]]:
        """Address and attributes of every cell element."""
        return _CELL.findall(self.cells)

    @cached_property
    def may_hold_errors(self) -> bool:
        """Whether any cell may be of the type of errors."""
        return b'"e"' in self.cells

    @cached_property
    def is_plain(self) -> bool:
        """No prefixes, comments, other quotes, blanks in tags, cells without an address …"""
        xml = self.cells
        start = xml.find(b"<worksheet", 0, 1000)
        root = xml[: xml.find(b">", start)] if start >= 0 else b""
        prefixes = _PREFIX.findall(root)
        return (
            any(f'xmlns="{each}"'.encode() in root for each in _NAMESPACES)
            and xml.count(b"<?") == xml.startswith((b"<?", b"\xef\xbb\xbf<?"))
            and xml.count(b"xmlns") == len(prefixes) + 1
            and xml.count(b"<c ") == len(self.listed)
            and b'ref="$' not in xml
            and b"</v><f" not in xml
            and b"</v><v" not in xml
            and xml.count(b"<sheetData") == 1
            and not any(b"<" + prefix + b":" in xml for prefix in prefixes)
            and not any(each in xml for each in _ODD)
            and not (b"&#" in xml and _ODD_CHARACTER.search(xml))
            and self.tail.count(b"mergeCell ") == len(_MERGED.findall(self.tail))
        )


def _rewritten(content: bytes) -> bytes:
    """A worksheet part as plain XML: what a spreadsheet program sees of it, and nothing else.

    A cell without an address stands behind the one before it. Raises WorkbookRefused.
    """
    source = parsed(content)
    namespace, _, name = source.tag.rpartition("}")
    if name != "worksheet" or namespace[1:] not in _NAMESPACES:
        refuse_broken()
    root = Element("worksheet", {"xmlns": namespace[1:]})
    for part in source:
        if part.tag in (f"{namespace}}}{each}" for each in ("cols", "sheetData", "mergeCells")):
            _copy(part, SubElement(root, part.tag.rpartition("}")[2], _own(part)), namespace)
    _place_cells(root)
    plain: bytes = tostring(root, encoding="utf-8", short_empty_elements=False)
    return plain.replace(b"'", b"&apos;")  # attributes have other quotes, words may look like some


def _copy(source: Element, target: Element, namespace: str) -> None:
    """Copy what belongs to the namespace: text and elements."""
    target.text = source.text
    for child in source:
        if child.tag.startswith(f"{namespace}}}"):
            _copy(child, SubElement(target, child.tag.rpartition("}")[2], _own(child)), namespace)
        elif any(each.tag.startswith(f"{namespace}}}") for each in child.iter()):
            refuse_broken()  # one of several contents: programs do not agree on which counts
    if len(source):
        target.text = None  # blanks between elements


def _own(element: Element) -> dict[str, str]:
    return {name: value for name, value in element.items() if not name.startswith("{")}


def _place_cells(root: Element) -> None:
    row = -1
    for line in root.iterfind("sheetData/row"):
        try:
            row = int(line.get("r") or row + 2) - 1
            line.set("r", f"{row + 1}")
            _place_cells_of(line, row)
        except ValueError as broken:  # a row or cell that says it is at no place
            refuse_broken(broken)


def _place_cells_of(line: Element, row: int) -> None:
    column = -1
    for cell in line.iterfind("c"):
        at = place(cell.get("r") or address(row, column + 1))
        column = at[1]
        cell[:] = sorted(cell, key=lambda part: part.tag)  # f, is, v
        attributes = {"r": address(*at), **{k: v for k, v in cell.items() if k != "r"}}
        cell.attrib.clear()
        cell.attrib.update(attributes)
