"""What calamine does not give: fills, and lost values of .ods and .xls, where a rule needs them."""

import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from ingest.addresses import address
from ingest.workbook.container import Package, parsed

# 「ゴールド」 of the Office theme; its light tints are what Excel offers as yellow
_XLSX_ACCENT4 = 7
_INDEXED_YELLOWS = {5, 13, 26, 34, 43}  # the yellows of the palette of old Excel
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_NAME = f"{_TABLE}name"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"


def lost_values(data: bytes, sheet: str) -> dict[str, str | None]:
    """Cells that look blank to calamine but are not: address → error value, or None.

    None stands for a formula that was saved without its result.
    """
    if data.startswith(b"PK"):
        content = Package(data).read("content.xml")
        return dict(_ods_lost(content, sheet))
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
        package = Package(data)
        if "content.xml" in package:
            return _ods_is_yellow(package.read("content.xml"), sheet, row, column)
        return _xlsx_is_yellow(package, sheet, address(row, column))
    return _xls_is_yellow(data, sheet, row, column)


def _xlsx_is_yellow(package: Package, sheet: str, cell: str) -> bool:
    part = package.xml(package.worksheets[sheet])
    style = next((c.get("s") or "0" for c in part.iterfind(".//{*}c") if c.get("r") == cell), "0")
    styles = package.xml("xl/styles.xml")
    formats = styles.findall("{*}cellXfs/{*}xf")
    fill = styles.findall("{*}fills/{*}fill")[int(formats[int(style)].get("fillId") or 0)]
    colour = fill.find("{*}patternFill[@patternType='solid']/{*}fgColor")
    return colour is not None and is_yellow_colour(dict(colour.items()))


def is_yellow_colour(colour: Mapping[str, str]) -> bool:
    """Whether a colour of an .xlsx (its attributes: theme and tint, indexed, or rgb) is yellow."""
    if "theme" in colour:
        return int(colour["theme"]) == _XLSX_ACCENT4 and float(colour.get("tint", 0)) > 0
    if "indexed" in colour:
        return int(colour["indexed"]) in _INDEXED_YELLOWS
    return _yellowish(colour.get("rgb", "")[-6:])


def _xls_is_yellow(data: bytes, sheet: str, row: int, column: int) -> bool:
    import xlrd

    book = xlrd.open_workbook(file_contents=data, formatting_info=True)
    pattern = book.xf_list[book.sheet_by_name(sheet).cell_xf_index(row, column)].background
    colour = book.colour_map.get(pattern.pattern_colour_index)
    return pattern.fill_pattern == 1 and colour is not None and _yellowish(bytes(colour).hex())


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
    for rows, columns, cell in _ods_cells(parsed(content), sheet):
        if cell.get(f"{_CALCEXT}value-type") == "error":
            yield address(rows.start, columns.start), "".join(cell.itertext()) or "#ERR"
        elif cell.get(f"{_TABLE}formula") and not cell.get(f"{_OFFICE}value-type"):
            yield address(rows.start, columns.start), None


def _ods_is_yellow(content: bytes, sheet: str, row: int, column: int) -> bool:
    root = parsed(content)
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
