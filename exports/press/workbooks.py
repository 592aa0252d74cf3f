"""Workbooks for anybody: no text of theirs is a formula, and the same book is the same bytes."""

import io
import re
import zipfile
from datetime import date, datetime, time

from openpyxl import Workbook
from openpyxl.xml.functions import tostring

from terms.legible import FORMULA_STARTS

_NOT_IN_A_CELL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_PROPERTIES = "docProps/core.xml"


def safe_text(text: str) -> str:
    """Text for a cell: on one line, no blanks around it, and never taken for a formula."""
    line = _NOT_IN_A_CELL.sub(" ", text).strip()
    return f"'{line}" if line.startswith(FORMULA_STARTS) else line


def packed(book: Workbook, title: str, creator: str, issued: date) -> bytes:
    """The file of a workbook, the same bytes every time it is ``issued``."""
    book.properties.title, book.properties.creator = title, creator
    book.properties.language = "ja"
    written = io.BytesIO()
    book.save(written)
    book.properties.created = book.properties.modified = datetime.combine(issued, time())
    return _repacked(written, tostring(book.properties.to_tree()), issued)


def _repacked(written: io.BytesIO, properties: bytes, issued: date) -> bytes:
    """The same parts, dated ``issued``, uncompressed: no two zlibs compress alike."""
    packed = io.BytesIO()
    stamp = (issued.year, issued.month, issued.day, 0, 0, 0)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, date_time=stamp)
            part.create_system = 0
            part.external_attr = 0o600 << 16
            target.writestr(part, properties if name == _PROPERTIES else source.read(name))
    return packed.getvalue()
