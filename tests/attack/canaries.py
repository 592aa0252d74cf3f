"""Canaries: words that look like a person's data, in every kind of place of a workbook."""

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

from flow.city import CODE, OSAKA, balance_report
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from support.workbooks import edited, saved

NAME, PHONE = "佐藤花子", "090-5555-00"
# As text, as UTF-16, and as JSON writes what is not ASCII.
NEEDLES = [
    needle
    for word in (NAME, PHONE)
    for needle in (word.encode(), word.encode("utf-16-le"), json.dumps(word)[1:-1].encode())
]
REGISTER = f"団体コード,債権整理番号,債権名,債権区分,所属\n{CODE},003,就学援助費,私,総務局\n"
PLACES = {  # cells of every kind on an annual form; each is on a workbook and a claim of its own
    "自由記述": "B36",
    "数値": "D13",
    "表の外": "Z70",
    "債権名": "R3",
    "所属": "B3",
    "担当": "F3",
    "債権区分": "N3",
    "達成状況": "B6",
    "見出し": "E10",
}


def canary(n: int) -> str:
    return f"{NAME} {PHONE}{n:02d}"


def of_claim(n: int, cell: str) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        book.worksheets[0]["J3"].value = str(100 + n)
        book.worksheets[0][cell].value = canary(n)

    return edit


def around_the_cells(book: Workbook) -> None:
    sheet = book.worksheets[0]
    sheet["D13"].comment = Comment(canary(21), canary(22))
    book.properties.creator = book.properties.title = book.properties.description = canary(23)
    sheet.oddHeader.center.text = canary(24)
    sheet.title = canary(25)
    hidden = book.create_sheet("名簿")
    hidden["A1"] = canary(26)
    hidden.sheet_state = "hidden"
    book.create_sheet("連絡")["B2"] = canary(27)


def report_with_a_note() -> bytes:
    book = load_workbook(io.BytesIO(balance_report(date(2020, 7, 31), 1000)))
    sheet = book.worksheets[0]
    (note,) = [c for row in sheet.iter_rows() for c in row if c.value == "備考"]
    rows = [c.row for column in sheet.iter_cols() for c in column if c.value == "奨学金"]
    sheet.cell(rows[0], note.column).value = canary(31)
    return saved(book)


def hand_in(inbox: Path) -> None:
    """Workbooks with a canary each, and files that are none; their names have some, too."""
    (inbox / canary(41)).mkdir(parents=True)
    (inbox / f"{canary(42)}.xlsx").write_bytes((OSAKA / "010.xlsx").read_bytes())
    (inbox / canary(41) / "壊れた.xlsx").write_bytes(b"not a workbook")
    (inbox / f"{canary(43)}.xlsx").write_bytes(canary(43).encode())
    (inbox / f"{canary(44)}.ods").write_bytes(b"")
    (inbox / "周り.xlsx").write_bytes(edited(around_the_cells, next(OSAKA.glob("013*"))))
    (inbox / "残高.xlsx").write_bytes(report_with_a_note())
    for n, (place, cell) in enumerate(PLACES.items()):
        (inbox / f"{place}.xlsx").write_bytes(edited(of_claim(n, cell)))
