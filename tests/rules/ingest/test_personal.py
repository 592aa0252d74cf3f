"""What looks like a person's data is told by its place and quoted nowhere; little else does."""

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font
from support.workbooks import GOOD, OSAKA, edited, saved, with_cell

from ingest.answers import Reading
from ingest.personal import MASK, looks_personal, shown_file
from ingest.workbook import sheets_of
from ingest.worker import read_workbook

PERSONAL = {
    "電話番号": (
        "06-6208-0000", "０６－６２０８－００００", "(06)6208-0000", "06(6208)0000",
        "０６（６２０８）００００",
        "090-1234-5678", "09012345678", "０８０ １２３４ ５６７８", "+81-90-1234-5678",
        "0720ー12ー3456",
        "電話1234-5678", "自宅TEL:0612345678", "℡ 03 1234 5678", "090−1234−5678に架電済み",
    ),
    "メールアドレス": ("taro@example.com", "連絡はｔａｒｏ＠ｅｘａｍｐｌｅ．ｃｏ．ｊｐまで"),
    "口座番号": (
        "普通 1234567", "普通預金１２３４５６７", "口座番号：1234567", "〇〇銀行△△支店 1234567",
        "ゆうちょ 記号12345 番号1234567",
    ),
    "個人番号": (
        "1234 5678 9018", "マイナンバー：１２３４－５６７８－９０１８", "123456789018",
        "234567890180", "2345 6789 0130",  # the check digit of rests 0 and 1 is 0
    ),
    "生年月日": (
        "生年月日 昭和50年1月2日", "S50.1.2生", "(1975年1月2日生まれ)", "生年月日：19750102",
    ),
    "住所": (
        "〒530-0001 大阪市北区梅田1丁目2番3号", "山田花子 北区中之島1-3-20",
        "住所：美咲町原田123番地",
    ),
    "氏名": (
        "山田花子", "滞納者山田太郎は行方不明", "佐々木 一郎", "鈴木さんに催告", "髙橋様・高橋様",
        "約120(佐藤花子さん分)", "氏名：田中", "相続人渡邊　幸恵",
    ),
}  # fmt: skip
HARMLESS = (
    "", "－", "ー", "0", "1,234,567", "１２３，４５６", "743123456789", "123,456,789,018円",
    "123456789018円",
    "△ 628", "0123", "008", "債権整理番号008", "003-0001", "2024-07-31", "令和7年7月31日現在",
    "R7.7.31",
    "平成31年4月1日～令和2年3月31日", "様式1-2-3", "(1)-2-1", "第15条の7第1項", "50.0%",
    "2019年度",
    "内線1234", "内線06-1234", "【問合せ先】財政局財務部 電話06-6208-7771 内線 7771",
    "提出先 〒530-8201 大阪市北区中之島1-3-20 財政局", "zaimu@city.example.lg.jp",
    "同様の取組", "お客様対応", "仕様書", "各位殿", "模様", "皆さんへ", "催告書を送付した。",
    "個人市民税", "市税（個人市民税・固定資産税ほか）", "母子父子寡婦福祉資金貸付金償還金",
    "普通徴収 1,234,567千円", "普通交付税", "口座振替の勧奨", "口座番号の記入は不要", "生年月日",
    "住所・氏名",
    "氏名 不明", "前田川", "中村区役所", "石川県", "山口市民税", "上田市", "金子・小山地区",
    "松本一丁目駐車場",
    "本町1丁目駐車場使用料", "住宅資金貸付金", "大阪市北区役所", "令和2年生活保護費",
    "昭和63年産業廃棄物",
    "相続人未確定", "連帯保証人へ催告", "時効援用", "前年度10件、今年度12件(1人あたり2.5件)",
)  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, texts in PERSONAL.items() for t in texts])
def test_it_is_recognised_in_any_writing(kind: str, text: str) -> None:
    assert looks_personal(text) is not None, kind


@pytest.mark.parametrize("text", HARMLESS)
def test_what_forms_are_full_of_is_not(text: str) -> None:
    assert looks_personal(text) is None


def test_no_real_workbook_is_flagged() -> None:
    for path in OSAKA.iterdir():
        data = path.read_bytes()
        assert looks_personal(path.name) is None
        if data.startswith(b"PK"):
            for sheet in sheets_of(data):
                words = [sheet.name, *(text for _, _, text in sheet.texts)]
                assert not [text for text in words if looks_personal(text)], path.name


CANARY = "佐藤花子 090-1234-5678"


def places(reading: Reading) -> list[tuple[str | None, str | None, str]]:
    findings = [*reading.findings, *(f for form in reading.forms for f in form.findings)]
    return [(f.sheet, f.cell, f.severity) for f in findings if f.rule == "personal"]


def said(reading: Reading) -> str:
    """Everything that leaves the raw zone."""
    for form in reading.forms:
        form.narrative = []
    return repr(reading)


@pytest.mark.parametrize("cell", ["B36", "W3", "A60", "D13", "B8"])
def test_a_cell_is_told_by_its_place_and_never_quoted(cell: str) -> None:
    reading = read_workbook("調書.xlsx", with_cell(cell, CANARY))
    assert (reading.forms[0].sheet, cell, "warning") in places(reading)
    assert "佐藤" not in said(reading) and "5678" not in said(reading)


@pytest.mark.parametrize("looks", ["format", "strike", "part", "merged"])
def test_nor_is_what_a_cell_hides(looks: str) -> None:
    amount = "D13"

    def edit(book: Workbook) -> None:
        sheet = book.worksheets[0]
        cell = sheet[amount]
        if looks == "format":
            cell.number_format = f'"{CANARY}"'
        elif looks == "strike":
            cell.value, cell.font = CANARY, Font(strike=True)
        elif looks == "part":
            struck = TextBlock(InlineFont(strike=True), CANARY)
            cell.value = CellRichText(struck, TextBlock(InlineFont(), "17"))
        else:
            cell.value = CANARY
            sheet.merge_cells("C13:D13")
            sheet._cells[13, 4] = cell

    said_of = said(read_workbook("調書.xlsx", edited(edit)))
    assert "佐藤" not in said_of and "5678" not in said_of


def test_a_name_that_would_be_published_comes_back() -> None:
    cells = {"claim_name": "B6", "department": "B4", "section": "D4"}
    form = read_workbook("調書.xlsx", GOOD.read_bytes()).forms[0]
    cells = {name: form.places[name] for name in cells}
    for name, severity in {
        "claim_name": "error",
        "department": "error",
        "section": "warning",
    }.items():
        reading = read_workbook("調書.xlsx", with_cell(cells[name], CANARY))
        assert places(reading) == [(form.sheet, cells[name], severity)]
        assert getattr(reading.forms[0], name) == MASK
        assert "佐藤" not in said(reading)


def test_who_of_the_staff_filled_in_a_form_is_masked_without_a_warning() -> None:
    for cell, words in {"F3": "収納係 山田太郎", "Z2": "作成者：山田太郎(内線1234)"}.items():
        reading = read_workbook("調書.xlsx", with_cell(cell, words))
        assert not places(reading)
        assert "山田太郎" not in said(reading)


def test_sheets_are_named_by_their_place_and_looked_at_also_when_hidden_or_no_form() -> None:
    def edit(book: Workbook) -> None:
        book.worksheets[0].title = CANARY
        hidden = book.create_sheet("名簿")
        for row in range(1, 15):
            hidden.cell(row, 2).value = f"090-1234-56{row:02d}"
        hidden.sheet_state = "hidden"

    reading = read_workbook("調書.xlsx", edited(edit))
    first = f"シート1{MASK}"
    told = places(reading)
    assert (first, None, "warning") in told
    assert reading.forms[0].sheet == first
    assert [cell for sheet, cell, _ in told if sheet == "名簿"] == [
        *(f"B{row}" for row in range(1, 11)), None,
    ]  # fmt: skip
    assert "佐藤" not in said(reading)


def test_comments_and_properties_are_not_read() -> None:
    def edit(book: Workbook) -> None:
        book.worksheets[0]["D13"].comment = Comment(CANARY, CANARY)
        book.properties.creator = book.properties.title = CANARY

    assert "佐藤" not in said(read_workbook("調書.xlsx", edited(edit)))


def test_a_long_text_is_masked_before_it_is_cut() -> None:
    reading = read_workbook("調書.xlsx", with_cell("D13", "あ" * 50 + CANARY))
    assert "090" not in said(reading) and MASK in said(reading)


def test_a_workbook_of_nothing_but_personal_data_is_told_too() -> None:
    book = Workbook()
    assert book.active is not None
    book.active["A1"] = CANARY
    reading = read_workbook("名簿.xlsx", saved(book))
    assert places(reading) == [("Sheet", "A1", "warning")]


def test_of_a_file_only_the_suffix_is_shown() -> None:
    assert shown_file("調書_佐藤花子.xlsx") == f"{MASK}.xlsx"
    assert shown_file("調書.佐藤花子") == MASK
    assert shown_file("調書_最終版(2).xlsx") == "調書_最終版(2).xlsx"
