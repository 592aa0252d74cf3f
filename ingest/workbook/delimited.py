"""A table as an accounting system exports it: text with commas, tabs or semicolons.

Nothing is guessed that the text does not say: 008 stays as it is written, and what begins with a
sign of a formula is only text.
"""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from io import StringIO

from ingest.values import Doubt, Value
from ingest.workbook.bounds import FAR_COLUMN, FAR_ROW
from ingest.workbook.container import MAX_UNPACKED_BYTES
from ingest.workbook.sheet import Place, Sheet

NAME = "CSV"
_MARKS = ",\t;"
_LOOKED_AT = 20  # lines that tell which mark stands between columns
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,14})")


def sheet_of_text(data: bytes) -> Sheet | None:
    """The table of a text in UTF-8, UTF-16 or code page 932; None where it is none."""
    text = _decoded(data)
    lines = [line for line in text.splitlines()[:_LOOKED_AT] if line.strip()]
    marks = Counter(mark for line in lines for mark in _MARKS if mark in line)
    mark, lines_with = next(iter(marks.most_common(1)), ("", 0))
    if 2 * lines_with <= len(lines):
        return None
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error:
        return None
    if len(rows) > FAR_ROW or max(map(len, rows)) > FAR_COLUMN:
        return None
    return Sheet(NAME, visible=True, filled=_filled(rows), is_text=True)


def _filled(rows: Sequence[Sequence[str]]) -> dict[Place, Value]:
    """The cells; those of a row that has more or fewer fields than most are doubtful."""
    usual = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    cells: dict[Place, Value] = {}
    for r, row in enumerate(rows):
        told = {(r, c): _value(text) for c, text in enumerate(row) if text.strip()}
        is_odd = len(row) != usual and len(told) > 1
        cells |= {p: _doubt(v, len(row), usual) if is_odd else v for p, v in told.items()}
    return cells


def _doubt(value: Value, fields: int, usual: int) -> Doubt:
    seen = str(value)
    return Doubt(
        "not_as_seen",
        seen,
        f"「{seen}」は、欄が{fields}個の行にあります。ほかの行は{usual}個なので、どの列の値か決められません。"
        "区切りの数をそろえて出力し直してください。",
        value,
    )


def _value(text: str) -> Value:
    """A whole number, or the text: a program that reads 008 as a number would lose its zeros."""
    stripped = text.strip()
    return int(stripped) if _INTEGER.fullmatch(stripped) and stripped != "-0" else text


def _decoded(data: bytes) -> str:
    if len(data) > MAX_UNPACKED_BYTES or (b"\0" in data[:2] and not data.startswith(b"\xff\xfe")):
        return ""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""
