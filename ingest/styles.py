"""What calamine does not give: fills and uncached formulas, for the few cells that need them."""

import re
import zipfile
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

_XLSX_ACCENT4 = (
    7  # 「ゴールド」 of the Office theme; its light tints are what Excel offers as yellow
)
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_LOST = re.compile(
    rb'<c r="([A-Z]+\d+)"[^>]*>\s*(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?\s*'
    rb"(?:(?<=f>|/>)(?:</c>|<v\s*/>|<v></v>)|<v>(#[^<]+)</v>)"
)
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"


def sheet_parts(data: bytes) -> dict[str, bytes]:
    """XML of each worksheet of an .xlsx, by sheet name."""
    with zipfile.ZipFile(BytesIO(data)) as container:
        relations = fromstring(container.read("xl/_rels/workbook.xml.rels"))
        targets = {r.get("Id"): (r.get("Target") or "").lstrip("/") for r in relations}
        book = fromstring(container.read("xl/workbook.xml"))
        parts = {}
        for sheet in book.findall(".//{*}sheet"):
            target = targets.get(sheet.get(f"{_REL}id"), "")
            path = target if target.startswith("xl/") else f"xl/{target}"
            if path in container.namelist():
                parts[sheet.get("name") or ""] = container.read(path)
        return parts


def lost_values(data: bytes, sheet: str) -> dict[str, str | None]:
    """Cells that look blank to calamine but are not: address → error value, or None.

    None stands for a formula that was saved without its result.
    """
    if data.startswith(b"PK"):
        part = sheet_parts(data).get(sheet, b"")  # an .ods keeps its error values as text
        return {f[1].decode(): (f[2] or b"").decode() or None for f in _LOST.finditer(part)}
    import xlrd

    page = xlrd.open_workbook(file_contents=data).sheet_by_name(sheet)
    return {
        xlrd.formula.cellname(r, c): xlrd.error_text_from_code.get(page.cell_value(r, c), "#ERR")
        for r in range(page.nrows)
        for c in range(page.ncols)
        if page.cell_type(r, c) == xlrd.XL_CELL_ERROR
    }


def is_yellow(data: bytes, sheet: str, row: int, column: int) -> bool:
    """Whether the zero-based cell of an .xlsx, .xls or .ods is filled with a shade of yellow."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(data)) as container:
            if "content.xml" in container.namelist():
                return _ods_is_yellow(container.read("content.xml"), sheet, row, column)
        return _xlsx_is_yellow(data, sheet, row, column)
    return _xls_is_yellow(data, sheet, row, column)


def _xlsx_is_yellow(data: bytes, sheet: str, row: int, column: int) -> bool:
    from openpyxl import load_workbook
    from openpyxl.styles.colors import COLOR_INDEX

    fill: Any = load_workbook(BytesIO(data))[sheet].cell(row + 1, column + 1).fill
    colour = fill.fgColor if fill.fill_type == "solid" else None
    if colour is None:
        return False
    if colour.type == "theme":
        return bool(colour.theme == _XLSX_ACCENT4 and colour.tint > 0)
    if colour.type == "indexed":
        return colour.indexed < len(COLOR_INDEX) and _yellowish(COLOR_INDEX[colour.indexed][-6:])
    return _yellowish(str(colour.rgb)[-6:])


def _xls_is_yellow(data: bytes, sheet: str, row: int, column: int) -> bool:
    import xlrd

    book = xlrd.open_workbook(file_contents=data, formatting_info=True)
    pattern = book.xf_list[book.sheet_by_name(sheet).cell_xf_index(row, column)].background
    colour = book.colour_map.get(pattern.pattern_colour_index)
    return pattern.fill_pattern == 1 and colour is not None and _yellowish(bytes(colour).hex())


def _ods_is_yellow(content: bytes, sheet: str, row: int, column: int) -> bool:
    root = fromstring(content)
    table = next((t for t in root.iter(f"{_TABLE}table") if t.get(f"{_TABLE}name") == sheet), None)
    line = table is not None and _nth(table, "table-row", row + 1)
    cell = line is not False and line is not None and _nth(line, "table-cell", column + 1)
    name = cell.get(f"{_TABLE}style-name") if isinstance(cell, Element) else None
    for style in root.iter(f"{_STYLE}style"):
        if name and style.get(f"{_STYLE}name") == name:
            for properties in style.iter(f"{_STYLE}table-cell-properties"):
                return _yellowish((properties.get(f"{_FO}background-color") or "").lstrip("#"))
    return False


def _nth(parent: Element, kind: str, number: int) -> Element | None:
    """The number-th (from 1) row or cell, honouring OpenDocument's repeat counts."""
    seen = 0
    for child in parent.iter():
        if child.tag in (f"{_TABLE}{kind}", f"{_TABLE}covered-{kind}"):
            attribute = "rows" if kind == "table-row" else "columns"
            seen += int(child.get(f"{_TABLE}number-{attribute}-repeated") or 1)
            if seen >= number:
                return child
    return None


def _yellowish(rgb: str) -> bool:
    if not re.fullmatch("[0-9A-Fa-f]{6}", rgb):
        return False
    red, green, blue = bytes.fromhex(rgb)
    return red >= 0xE0 and green >= 0xD8 and min(red, green) - blue >= 0x18
