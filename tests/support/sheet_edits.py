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
        self._part = package.worksheets[sheet]
        ElementTree.register_namespace("", _MAIN)
        self._root = fromstring(package.read(self._part))
        shared = package.read("xl/sharedStrings.xml")
        self._shared = (
            ["".join(t.text or "" for t in si.iter(f"{{{_MAIN}}}t")) for si in fromstring(shared)]
            if shared
            else []
        )
        self.cells = {c.get("r", ""): c for c in self._root.iter(f"{{{_MAIN}}}c")}

    def copy(self) -> "SheetEdit":
        """An independent copy."""
        other = copy.copy(self)
        other._root = copy.deepcopy(self._root)
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
        changed = ElementTree.tostring(self._root, encoding="utf-8", xml_declaration=True)
        with (
            zipfile.ZipFile(BytesIO(self._data)) as source,
            zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as target,
        ):
            for name in source.namelist():
                target.writestr(name, changed if name == self._part else source.read(name))
        return buffer.getvalue()
