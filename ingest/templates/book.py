"""Saves a drawn workbook as the same bytes every time, with the results of formulas if asked."""

import re
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from xml.sax.saxutils import escape

from openpyxl import Workbook

Result = int | float | str

_EPOCH = (1980, 1, 1, 0, 0, 0)
_WRITTEN_AT = re.compile(rb"(<dcterms:\w[^<>]*>)[^<]*(</dcterms:\w+>)")
_FORMULA = re.compile(r'<c r="([A-Z]+\d+)"([^<>]*)><f>([^<]*)</f><v\s*(?:/>|></v>)</c>')


def save(book: Workbook, results: Sequence[Mapping[str, Result]]) -> bytes:
    """Bytes of the workbook. `results`: for each sheet, A1 address → the result of its formula.

    openpyxl stamps the time of day into the file and writes formulas without results; a workbook
    that Excel saved has the results, and readers rely on them.
    """
    book.calculation.fullCalcOnLoad = False  # the results are there already
    drawn = BytesIO()
    book.save(drawn)
    return settled(drawn, results)


def settled(drawn: BytesIO, results: Sequence[Mapping[str, Result]]) -> bytes:
    """What openpyxl wrote, without the time of day and with the results of formulas."""
    saved = BytesIO()
    parts = {f"xl/worksheets/sheet{n}.xml": each for n, each in enumerate(results, 1)}
    with zipfile.ZipFile(drawn) as source, zipfile.ZipFile(saved, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _WRITTEN_AT.sub(rb"\g<1>2020-01-01T00:00:00Z\g<2>", content)
            elif parts.get(name):
                content = _with_results(content.decode(), parts[name]).encode()
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, content)
    return saved.getvalue()


def _with_results(xml: str, results: Mapping[str, Result]) -> str:
    def cell(found: re.Match[str]) -> str:
        address, attributes, formula = found.groups()
        if address not in results:
            return found[0]
        result = results[address]
        kind = ' t="str"' if isinstance(result, str) else ""
        shown = escape(result) if isinstance(result, str) else repr(result)
        return f'<c r="{address}"{attributes}{kind}><f>{formula}</f><v>{shown}</v></c>'

    return _FORMULA.sub(cell, xml)
