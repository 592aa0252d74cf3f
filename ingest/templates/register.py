"""Draws the register of claims: the city fills it in and keeps it as config/claims.xlsx."""

from collections.abc import Mapping, Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from ingest.register import HEADINGS
from ingest.templates.answers import ANSWERS
from ingest.templates.book import save
from ingest.templates.pen import add_styles, set_page

Row = Mapping[str, str | int | date | None]

_SPARE, _FEWEST = 20, 60
_WIDTHS = {"claim_name": 36, "aliases": 36, "claim_classes": 34, "department": 22, "section": 22}
_KINDS = {"limitation_years": "number", "valid_from": "day", "valid_to": "day"}
_REQUIRED = ("municipality_code", "claim_number", "claim_name", "claim_classes", "department")
_HOW_TO = (
    "債権台帳の書き方",
    "",
    "1行に1つの債権を記入し、config/claims.xlsx として置いてください。次の取込みから使われます。",
    "団体コード・債権整理番号・債権名・債権区分・所属は必ず記入してください。",
    "別名: 調書や計画表での別の書き方。いくつもあるときは「、」で区切ります。",
    "所属や名称が変わったとき: 古い行に適用終了日を書き、新しい行を適用開始日とともに加えます。",
    "時効期間(年): 債権ごとの年数(2・5・10など)。債権区分からは決まりません。",
    "出納: 公営企業など出納整理期間のない債権は「出納整理期間なし」。空欄は「あり」とみなします。",
)


def draw(rows: Sequence[Row] = ()) -> bytes:
    """The workbook: `rows` (column of HEADINGS → value), blank rows behind them, and a guide."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "債権台帳"
    add_styles(book)
    last = 1 + max(len(rows) + _SPARE, _FEWEST)
    for place, (name, heading) in enumerate(HEADINGS.items(), 1):
        letter, kind = get_column_letter(place), _KINDS.get(name, "text")
        sheet.column_dimensions[letter].width = _WIDTHS.get(name, 15)
        sheet[f"{letter}1"].value = heading
        sheet[f"{letter}1"].style = "見出し" if name in _REQUIRED else "見出し_任意"
        for r in range(2, last + 1):
            cell = sheet[f"{letter}{r}"]
            cell.style = f"記入欄_{kind}"
            if r - 2 < len(rows) and (value := rows[r - 2].get(name)) is not None:
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"  # never a formula
        answer = ANSWERS.get(f"register_{name}", ANSWERS.get(name, ANSWERS.get(kind)))
        if answer:
            sheet.add_data_validation(answer.on([f"{letter}2:{letter}{last}"], ""))
    sheet.row_dimensions[1].height = 26
    sheet.freeze_panes = "D2"
    sheet.print_title_rows = "1:1"
    set_page(sheet)
    guide = book.create_sheet("書き方")
    for r, line in enumerate(_HOW_TO, 1):
        guide.cell(r, 1, line).style = "表題" if r == 1 else "本文"
    guide.column_dimensions["A"].width = 110
    set_page(guide)
    return save(book, [])
