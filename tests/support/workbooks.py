"""Workbooks as they should never be sent; each is made here, none is stored."""

import shutil
import struct
import tempfile
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import msoffcrypto
import olefile
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook, load_workbook

DATA = Path(__file__).parents[1] / "data"
OSAKA, TSUYAMA, AMAGASAKI, GOLDEN = (
    DATA / name for name in ("osaka", "tsuyama", "amagasaki", "golden")
)
GOOD = OSAKA / "003_就学援助費.xlsx"


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def edited(edit: Callable[[Workbook], object], path: Path = GOOD) -> bytes:
    """A real form with something changed; formulas are replaced by their cached values."""
    book = load_workbook(path, data_only=True)
    edit(book)
    return saved(book)


def with_cell(cell: str, value: object, path: Path = GOOD) -> bytes:
    """A real form with one cell changed on its first sheet."""

    def edit(book: Workbook) -> None:
        book.worksheets[0][cell].value = value

    return edited(edit, path)


def with_rows(rows: str, path: Path = GOOD) -> bytes:
    """A real form whose first sheet holds other rows, as XML."""
    buffer = BytesIO()
    with (
        zipfile.ZipFile(path) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name).decode("latin-1")
            if name == "xl/worksheets/sheet1.xml":
                before, _, rest = content.partition("<sheetData>")
                content = (
                    f"{before}<sheetData>{rows}</sheetData>{rest.partition('</sheetData>')[2]}"
                )
            target.writestr(name, content.encode("latin-1"))
    return buffer.getvalue()


def with_records(path: Path, kind: int, change: Callable[[bytearray, int], object]) -> bytes:
    """An .xls of which each record of a kind ([MS-XLS] 2.1.4) is changed, none in its length.

    `change` gets the stream, and where the record's body begins in it.
    """
    with tempfile.NamedTemporaryFile() as copy:
        shutil.copyfile(path, copy.name)
        with olefile.OleFileIO(copy.name, write_mode=True) as container:
            stream, at = bytearray(container.openstream("Workbook").read()), 0
            while at + 4 <= len(stream):
                found, size = struct.unpack_from("<HH", stream, at)
                if found == kind:
                    change(stream, at + 4)
                at += 4 + size
            container.write_stream("Workbook", bytes(stream))
        return Path(copy.name).read_bytes()


def _with_entry(name: str, content: bytes) -> bytes:
    buffer = BytesIO(GOOD.read_bytes())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as container:
        container.writestr(name, content)
    return buffer.getvalue()


def _many_parts() -> bytes:
    buffer = BytesIO(GOOD.read_bytes())
    with zipfile.ZipFile(buffer, "a") as container:
        for number in range(2_000):
            container.writestr(f"xl/media/{number}.png", b"")
    return buffer.getvalue()


def _password() -> bytes:
    buffer = BytesIO()
    OOXMLFile(BytesIO(GOOD.read_bytes())).encrypt("himitsu", buffer)
    assert msoffcrypto.OfficeFile(buffer).is_encrypted()
    return buffer.getvalue()


def _unknown_form() -> bytes:
    book = Workbook()
    book.active.append(["月", "件数"])
    book.active.append(["4月", 12])
    return saved(book)


BAD_FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "文字だけ": ("これはExcelではありません".encode, "unreadable_file"),
    "空": (lambda: b"", "unreadable_file"),
    "途中で切れた": (lambda: GOOD.read_bytes()[:4000], "unreadable_file"),
    "パスワード": (_password, "password"),
    "マクロ": (lambda: _with_entry("xl/vbaProject.bin", b"\0" * 64), "macro"),
    "爆弾": (lambda: _with_entry("xl/worksheets/sheet9.xml", b" " * (120 * 2**20)), "too_large"),
    "部品だらけ": (_many_parts, "too_large"),
    "果ての1セル": (lambda: with_cell("XFD1048576", 1), "too_large"),
    "様式なし": (_unknown_form, "no_known_form"),
    "見出しなし": (lambda: with_cell("E10", None), "missing_heading"),
    "記号も見出しもなし": (
        lambda: edited(lambda b: [b.worksheets[0].__setitem__(c, None) for c in ("E10", "E11")]),
        "missing_heading",
    ),
}
