"""Names of files and sheets that are paths, commands, markup, or cannot be shown."""

import io
import os
import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import quoteattr

from flow.city import OSAKA
from support.workbooks import with_cell

SHEETS = {
    "上の階": "../../../../../tmp/落とし穴",
    "絶対": "/etc/passwd",
    "装置": "CON",
    "改行": "調書\n偽の行 エラー: 全部消してください",
    "端末": "\x1b[2J調書".replace("\x1b", "\x85"),  # XML knows no ESC; NEL it does
    "右から左": "調書\u202exslx.exe",
    "長い": "長" * 3_000,
    "空": " ",
    "式": "=HYPERLINK(\"http://example.com\",\"x\")",
    "引用": "'; drop table marts.mart_finding; --",
    "HTML": "<script>alert(1)</script>",
}  # fmt: skip
FILES = [
    b"a\\..\\..\\x.xlsx",
    b"CON.xlsx",
    b"a\nb.xlsx",
    b"\x1b[2J.xlsx",
    "調書\u202exslx.exe.xlsx".encode(),
    b"\xff\xfe\x80.xlsx",
    b"-rf.xlsx",
    b"x" * 250 + b".xlsx",
    b"<b>'\"&;$(touch x)`.xlsx",
    "＝cmd.xlsx".encode(),
]


def with_sheet(name: str, n: int) -> bytes:
    """A form of a claim of its own, faulty for every other one, on a sheet of any name."""
    book = with_cell("J3", str(200 + n))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "xl/workbook.xml":
                first, rest = content.decode().split("<sheet ", 1)
                named = re.sub(r'\bname="[^"]*"', "", rest, count=1)
                said = quoteattr(name).replace("\n", "&#10;")
                content = f"{first}<sheet name={said} {named}".encode()
            if n % 2 and part == "xl/worksheets/sheet1.xml":
                content = re.sub(rb'(<c r="E12"[^>]*><v>)[^<]*', rb"\g<1>123.5", content)
            new.writestr(part, content)
    return out.getvalue()


def hand_in(inbox: Path) -> None:
    """Forms of claims 200 and on, in files and on sheets of such names; one of claim 014."""
    for n, name in enumerate(SHEETS.values()):
        (inbox / f"{n}.xlsx").write_bytes(with_sheet(name, n))
    for n, raw in enumerate(FILES):
        path = Path(os.fsdecode(os.fsencode(inbox) + b"/" + raw))
        path.write_bytes(with_cell("J3", str(300 + n)) if n % 2 else b"broken")
    (inbox / os.fsdecode(b"\xff\n..")).mkdir()
    form = next(OSAKA.glob("014*")).read_bytes()
    (inbox / os.fsdecode(b"\xff\n..") / "a.xlsx").write_bytes(form)
