"""PDF by Typst: a document of ``typst/`` over data, tagged (PDF/UA-1), the same bytes every time.

Only the fonts of this package are used, whatever the machine has.
"""

import json
import struct
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

from exports.press.apart import run_apart

FONTS = Path(__file__).parent / "fonts"

_DOCUMENTS = Path(__file__).parent / "typst"
_REGULAR = FONTS / "BIZUDPGothic-Regular.ttf"
_GETA = "〓"  # what Japanese type sets for a character it has not
_SEGMENTED_COVERAGE = 12  # of the formats of a `cmap` table, the one that reaches all of Unicode


def typeset(document: str, data: Mapping[str, object], issued: date) -> bytes:
    """The PDF of ``typst/<document>.typ``, which finds ``data`` as JSON; dated ``issued``.

    Texts in ``data`` are never markup; a character that the font lacks becomes 〓. Typst keeps
    what it laid out in memory until its process ends, so it has one of its own.
    """
    given = json.dumps(_printable(data), ensure_ascii=False).encode()
    return run_apart("exports.press.typesetting", given, document, issued.isoformat())


def _typeset(document: str, data: str, issued: date) -> bytes:
    import typst

    return typst.compile(
        _DOCUMENTS / f"{document}.typ",
        root=_DOCUMENTS,
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
        ),
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"data": data},
        timestamp=datetime.combine(issued, time(), UTC),
    )


def _printable(value: object) -> object:
    if isinstance(value, str):
        return "".join(map(_printed, value))
    if isinstance(value, Mapping):
        return {key: _printable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(part) for part in value]
    return value


@cache
def _printed(character: str) -> str:
    if character == "\n" or character in _covered():
        return character
    invisible = unicodedata.category(character) == "Cf" or "VARIATION SELECTOR" in (
        unicodedata.name(character, "")
    )
    return "" if invisible else _GETA


@cache
def _covered() -> frozenset[str]:
    """The characters the font has, from its table ``cmap``."""
    font = _REGULAR.read_bytes()
    (tables,) = struct.unpack_from(">H", font, 4)
    places = {
        font[at : at + 4]: struct.unpack_from(">I", font, at + 8)[0]
        for at in range(12, 12 + 16 * tables, 16)
    }
    return frozenset(map(chr, _code_points(font, places[b"cmap"])))


def _code_points(font: bytes, cmap: int) -> Iterator[int]:
    (encodings,) = struct.unpack_from(">H", font, cmap + 2)
    for at in range(cmap + 4, cmap + 4 + 8 * encodings, 8):
        table = cmap + struct.unpack_from(">I", font, at + 4)[0]
        if struct.unpack_from(">H", font, table)[0] == _SEGMENTED_COVERAGE:
            (groups,) = struct.unpack_from(">I", font, table + 12)
            for group in range(table + 16, table + 16 + 12 * groups, 12):
                first, last = struct.unpack_from(">II", font, group)
                yield from range(first, last + 1)


if __name__ == "__main__":
    _, _document, _issued = sys.argv
    sys.stdout.buffer.write(_typeset(_document, sys.stdin.read(), date.fromisoformat(_issued)))
