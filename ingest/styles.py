"""What calamine does not give: fills and uncached formulas, for the few cells that need them."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from ingest.addresses import address

_ACCENT4 = 7  # 「ゴールド」 of the Office theme; Excel offers its light tints as yellow
_YELLOW_INDEXES = frozenset({5, 13, 26, 34, 43})  # the yellows of the old 64-colour palette
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_NAME = f"{_TABLE}name"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_ODS_LOST = re.compile(
    rb'calcext:value-type="error"|table:formula="[^"]*"(?![^>]*office:value-type)'
)
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
        content = _open_document(data)
        if content is not None:
            return dict(_ods_lost(content, sheet)) if _ODS_LOST.search(content) else {}
        part = sheet_parts(data).get(sheet, b"")
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
        content = _open_document(data)
        if content is not None:
            return _ods_is_yellow(content, sheet, row, column)
        return _xlsx_is_yellow(data, sheet, row, column)
    return _xls_is_yellow(data, sheet, row, column)


def _xlsx_is_yellow(data: bytes, sheet: str, row: int, column: int) -> bool:
    """Follows a cell's style number through styles.xml to its fill.

    openpyxl would do the same, but takes 0.2 s to import and reads the whole workbook.
    """
    place = address(row, column)
    page = fromstring(sheet_parts(data).get(sheet, b"<none/>"))
    cell = next((c for c in page.iterfind(".//{*}c") if c.get("r") == place), None)
    with zipfile.ZipFile(BytesIO(data)) as container:
        if cell is None or "xl/styles.xml" not in container.namelist():
            return False
        styles = fromstring(container.read("xl/styles.xml"))
    formats = styles.findall("./{*}cellXfs/{*}xf")
    fills = styles.findall("./{*}fills/{*}fill/{*}patternFill")
    number = int(cell.get("s") or 0)
    fill = int(formats[number].get("fillId") or 0) if number < len(formats) else 0
    if fill >= len(fills) or fills[fill].get("patternType") != "solid":
        return False
    colour = fills[fill].find("./{*}fgColor")
    return colour is not None and _yellow_colour(colour)


def _yellow_colour(colour: Element) -> bool:
    if colour.get("theme"):
        return int(colour.get("theme") or 0) == _ACCENT4 and float(colour.get("tint") or 0) > 0
    if colour.get("indexed"):
        return int(colour.get("indexed") or 0) in _YELLOW_INDEXES
    return _yellowish((colour.get("rgb") or "")[-6:])


def _xls_is_yellow(data: bytes, sheet: str, row: int, column: int) -> bool:
    import xlrd

    book = xlrd.open_workbook(file_contents=data, formatting_info=True)
    pattern = book.xf_list[book.sheet_by_name(sheet).cell_xf_index(row, column)].background
    colour = book.colour_map.get(pattern.pattern_colour_index)
    return pattern.fill_pattern == 1 and colour is not None and _yellowish(bytes(colour).hex())


def _open_document(data: bytes) -> bytes | None:
    """The content.xml of an .ods; None for an .xlsx."""
    with zipfile.ZipFile(BytesIO(data)) as container:
        return container.read("content.xml") if "content.xml" in container.namelist() else None


def _ods_cells(root: Element, sheet: str) -> Iterator[tuple[range, range, Element]]:
    """Rows and columns that each cell element of a sheet stands for (they may be repeated)."""
    for table in root.iter(f"{_TABLE}table"):
        row = 0
        for line in table.iter(f"{_TABLE}table-row") if table.get(_NAME) == sheet else ():
            rows = range(row, row + int(line.get(f"{_TABLE}number-rows-repeated") or 1))
            row, column = rows.stop, 0
            for cell in line:
                count = int(cell.get(f"{_TABLE}number-columns-repeated") or 1)
                yield rows, range(column, column + count), cell
                column += count


def _ods_lost(content: bytes, sheet: str) -> Iterator[tuple[str, str | None]]:
    for rows, columns, cell in _ods_cells(fromstring(content), sheet):
        if cell.get(f"{_CALCEXT}value-type") == "error":
            yield address(rows.start, columns.start), "".join(cell.itertext()) or "#ERR"
        elif cell.get(f"{_TABLE}formula") and not cell.get(f"{_OFFICE}value-type"):
            yield address(rows.start, columns.start), None


def _ods_is_yellow(content: bytes, sheet: str, row: int, column: int) -> bool:
    root = fromstring(content)
    name = next(
        (
            cell.get(f"{_TABLE}style-name")
            for rows, columns, cell in _ods_cells(root, sheet)
            if row in rows and column in columns
        ),
        None,
    )
    return any(
        _yellowish((properties.get(f"{_FO}background-color") or "").lstrip("#"))
        for style in root.iter(f"{_STYLE}style")
        if name and style.get(f"{_STYLE}name") == name
        for properties in style.iter(f"{_STYLE}table-cell-properties")
    )


def _yellowish(rgb: str) -> bool:
    if not re.fullmatch("[0-9A-Fa-f]{6}", rgb):
        return False
    red, green, blue = bytes.fromhex(rgb)
    return red >= 0xE0 and green >= 0xD8 and min(red, green) - blue >= 0x18
