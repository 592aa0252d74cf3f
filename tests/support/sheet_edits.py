"""Changes single cells in the XML of an .xlsx, so that everything else stays as it was saved.

openpyxl would drop the cached values of formulas; here they stay, as in a tool that does not
recalculate, unless `recalculate` is asked for.
"""

import copy
import re
import zipfile
from io import BytesIO
from xml.etree import ElementTree

from defusedxml.ElementTree import fromstring

from ingest.addresses import address, place
from ingest.workbook.container import Package

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REF = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)")
_GUARDED = re.compile(r'IF\(\(?([^=]+?)\)?=0,"—",(.+)\)')
_SUM = re.compile(r"SUM\(([A-Z]+\d+):([A-Z]+\d+)\)")
Value = int | float | str | None


class SheetEdit:
    """One worksheet of a workbook, to be changed and saved."""

    def __init__(self, data: bytes, sheet: str) -> None:
        self._data, package = data, Package(data)
        self._part_name = package.worksheets[sheet]
        ElementTree.register_namespace("", _MAIN)
        self._root = fromstring(package.read(self._part_name))
        shared = package.read("xl/sharedStrings.xml")
        self._shared = (
            ["".join(t.text or "" for t in si.iter(f"{{{_MAIN}}}t")) for si in fromstring(shared)]
            if shared
            else []
        )
        self.cells = {c.get("r", ""): c for c in self._root.iter(f"{{{_MAIN}}}c")}
        self._styles = fromstring(package.read("xl/styles.xml"))
        self._wants_reckoning = False

    def copy(self) -> "SheetEdit":
        """An independent copy."""
        other = copy.copy(self)
        other._root = copy.deepcopy(self._root)
        other._styles = copy.deepcopy(self._styles)
        other.cells = {c.get("r", ""): c for c in other._root.iter(f"{{{_MAIN}}}c")}
        return other

    def value(self, cell: str) -> Value:
        """The saved value; None when blank."""
        element = self.cells.get(cell)
        if element is None:
            return None
        kind = element.get("t", "n")
        if kind == "inlineStr":
            return "".join(t.text or "" for t in element.iter(f"{{{_MAIN}}}t")) or None
        shown = element.findtext(f"{{{_MAIN}}}v")
        if not shown:
            return None
        if kind == "s":
            return self._shared[int(shown)] or None
        if kind != "n":
            return shown
        number = float(shown)
        return int(number) if number.is_integer() else number

    def formula(self, cell: str) -> str | None:
        """The formula of a cell, without =."""
        return self.cells[cell].findtext(f"{{{_MAIN}}}f") if cell in self.cells else None

    def set(self, cell: str, value: Value) -> None:
        """Type something over a cell, also over a formula."""
        element = self._element(cell)
        for child in list(element):
            element.remove(child)
        element.attrib.pop("t", None)
        if isinstance(value, str):
            element.set("t", "inlineStr")
            inline = ElementTree.SubElement(element, f"{{{_MAIN}}}is")
            ElementTree.SubElement(inline, f"{{{_MAIN}}}t").text = value
        elif value is not None:
            ElementTree.SubElement(element, f"{{{_MAIN}}}v").text = repr(value)

    def _element(self, cell: str) -> ElementTree.Element:
        if cell not in self.cells:
            row, column = place(cell)
            line = self._row(row + 1)
            before = sum(place(c.get("r", ""))[1] < column for c in line)
            self.cells[cell] = ElementTree.Element(f"{{{_MAIN}}}c", {"r": cell})
            line.insert(before, self.cells[cell])
        return self.cells[cell]

    def _row(self, number: int) -> ElementTree.Element:
        data = next(self._root.iter(f"{{{_MAIN}}}sheetData"))
        rows = {int(row.get("r", "0")): row for row in data}
        if number not in rows:
            rows[number] = ElementTree.Element(f"{{{_MAIN}}}row", {"r": str(number)})
            data.insert(sum(n < number for n in rows), rows[number])
        return rows[number]

    def restyle(self, cell: str, code: str | None = None, *, strike: bool = False) -> None:
        """Give a cell another number format, or strike it out; all else of its look stays."""
        element = self._element(cell)
        forms = next(self._styles.iter(f"{{{_MAIN}}}cellXfs"))
        form = copy.deepcopy(forms[int(element.get("s", "0"))])
        if code is not None:
            formats = self._part("numFmts", 0)
            number = str(900 + len(formats))
            attributes = {"numFmtId": number, "formatCode": code}
            ElementTree.SubElement(formats, f"{{{_MAIN}}}numFmt", attributes)
            form.set("numFmtId", number)
            form.set("applyNumberFormat", "1")
        if strike:
            fonts = self._part("fonts", 1)
            font = copy.deepcopy(fonts[int(form.get("fontId", "0"))])
            font.insert(0, ElementTree.Element(f"{{{_MAIN}}}strike"))
            fonts.append(font)
            form.set("fontId", str(len(fonts) - 1))
        forms.append(form)
        element.set("s", str(len(forms) - 1))

    def _part(self, name: str, place: int) -> ElementTree.Element:
        found = self._styles.find(f"{{{_MAIN}}}{name}")
        if found is None:
            found = ElementTree.Element(f"{{{_MAIN}}}{name}")
            self._styles.insert(place, found)
        return found

    def half_strike(self, cell: str, gone: str, left: str) -> None:
        """Type two texts into a cell, the first struck out."""
        self.set(cell, None)
        element = self.cells[cell]
        element.set("t", "inlineStr")
        inline = ElementTree.SubElement(element, f"{{{_MAIN}}}is")
        for words, struck in ((gone, True), (left, False)):
            run = ElementTree.SubElement(inline, f"{{{_MAIN}}}r")
            look = ElementTree.SubElement(run, f"{{{_MAIN}}}rPr")
            if struck:
                ElementTree.SubElement(look, f"{{{_MAIN}}}strike")
            ElementTree.SubElement(run, f"{{{_MAIN}}}t").text = words

    def reckon(self, cell: str, formula: str, result: str | None) -> None:
        """Put a formula in a cell, with a result or none ("": an empty one, "0": as XlsxWriter)."""
        self.set(cell, None)
        element = self.cells[cell]
        ElementTree.SubElement(element, f"{{{_MAIN}}}f").text = formula
        if result is not None:
            ElementTree.SubElement(element, f"{{{_MAIN}}}v").text = result
        self._wants_reckoning |= bool(result)

    def merge(self, first: str, last: str) -> None:
        """Merge cells."""
        merged = self._root.find(f"{{{_MAIN}}}mergeCells")
        if merged is None:
            merged = ElementTree.Element(f"{{{_MAIN}}}mergeCells")
            data = next(self._root.iter(f"{{{_MAIN}}}sheetData"))
            self._root.insert(list(self._root).index(data) + 1, merged)
        ElementTree.SubElement(merged, f"{{{_MAIN}}}mergeCell", {"ref": f"{first}:{last}"})

    def insert_row(self, row: int) -> None:
        """Move everything from a zero-based row on one row down."""
        for line in self._root.iter(f"{{{_MAIN}}}row"):
            number = int(line.get("r", "0"))
            if number > row:
                line.set("r", str(number + 1))
        for element in self.cells.values():
            r, c = place(element.get("r", ""))
            if r >= row:
                element.set("r", address(r + 1, c))
        self.cells = {c.get("r", ""): c for c in self._root.iter(f"{{{_MAIN}}}c")}
        for merged in self._root.iter(f"{{{_MAIN}}}mergeCell"):
            ends = [place(each) for each in merged.get("ref", "").split(":")]
            merged.set("ref", ":".join(address(r + (r >= row), c) for r, c in ends))

    def insert_column(self, column: int) -> None:
        """Move everything from a zero-based column on one column to the right."""
        for element in self.cells.values():
            row, c = place(element.get("r", ""))
            if c >= column:
                element.set("r", address(row, c + 1))
        self.cells = {c.get("r", ""): c for c in self._root.iter(f"{{{_MAIN}}}c")}
        for merged in self._root.iter(f"{{{_MAIN}}}mergeCell"):
            ends = [place(each) for each in merged.get("ref", "").split(":")]
            merged.set("ref", ":".join(address(r, c + (c >= column)) for r, c in ends))

    def recalculate(self) -> None:
        """Give every formula the result that a spreadsheet program would show."""
        results: dict[str, Value] = {}
        for cell in self.cells:
            if self.formula(cell) is not None:
                self._keep_result(cell, self._result(cell, results))

    def _result(self, cell: str, results: dict[str, Value]) -> Value:
        formula = self.formula(cell)
        if formula is None:
            return self.value(cell)
        if cell not in results:
            try:
                results[cell] = self._evaluated(formula, results)
            except ZeroDivisionError:
                results[cell] = "#DIV/0!"
            except TypeError:
                results[cell] = "#VALUE!"
        return results[cell]

    def _evaluated(self, formula: str, results: dict[str, Value]) -> Value:
        guarded = _GUARDED.fullmatch(formula)
        if guarded:
            divisor, formula = guarded[1], guarded[2]
            if self._evaluated(divisor, results) == 0:
                return "—"

        def numbers(match: re.Match[str]) -> str:
            (top, left), (bottom, right) = place(match[1]), place(match[2])
            area = [address(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
            values = [self._result(each, results) for each in area]
            return repr(sum(v for v in values if isinstance(v, int | float)))

        def number(match: re.Match[str]) -> str:
            value = self._result(match[0], results)
            if isinstance(value, str):
                raise TypeError(value)
            return repr(value or 0)

        shown = eval(_REF.sub(number, _SUM.sub(numbers, formula)))  # noqa: S307 - our own forms
        return int(shown) if float(shown).is_integer() else float(shown)

    def _keep_result(self, cell: str, value: Value) -> None:
        element = self.cells[cell]
        for old in element.findall(f"{{{_MAIN}}}v"):
            element.remove(old)
        element.attrib.pop("t", None)
        if isinstance(value, str):
            element.set("t", "e" if value.startswith("#") else "str")
        shown = value if isinstance(value, str) else repr(value)
        ElementTree.SubElement(element, f"{{{_MAIN}}}v").text = shown

    def saved(self) -> bytes:
        """The workbook with the changed sheet."""
        buffer = BytesIO()
        changed = {
            self._part_name: ElementTree.tostring(self._root, encoding="utf-8"),
            "xl/styles.xml": ElementTree.tostring(self._styles, encoding="utf-8"),
        }
        with (
            zipfile.ZipFile(BytesIO(self._data)) as source,
            zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as target,
        ):
            for name in source.namelist():
                content = changed.get(name) or source.read(name)
                if name == "xl/workbook.xml" and self._wants_reckoning:
                    content = re.sub(rb"<calcPr[^>]*>", b'<calcPr fullCalcOnLoad="1"/>', content)
                target.writestr(name, content)
        return buffer.getvalue()
