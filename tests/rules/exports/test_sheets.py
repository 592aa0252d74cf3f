"""Documents for the desks: the same cells in workbook, PDF and page, and text stays text."""

import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pikepdf
import pypdfium2
import pytest
from support.desk_document import document

from exports.desks.sheets import paper_files, web_files
from exports.desks.sheets.model import Cell, heading, placed, shown
from exports.desks.sheets.pdf import pdf_bytes
from exports.desks.sheets.workbook import xlsx_bytes

HOSTILE = ("<script>alert(1)</script>", '=HYPERLINK("http://x")', '#panic("x") $x$ *b*', "@SUM(A1)")


def text_of(pdf: bytes) -> str:
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_a_cell_that_reaches_over_others_takes_their_places() -> None:
    rows = ((heading("a", down=2), heading("b", across=2)), (heading("c"), heading("d")))
    assert [(r, c, cell.value) for r, c, cell in placed(rows)] == [
        (0, 0, "a"), (0, 1, "b"), (1, 1, "c"), (1, 2, "d"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Cell(1_500, "money"), "2"),
        (Cell(-1_499, "money"), "△1"),
        (Cell(0, "money"), "0"),
        (Cell(None, "money"), "—"),
        (Cell(None, "text"), ""),
        (Cell(Decimal("-16.5"), "percent"), "△16.5%"),
        (Cell("008", "code"), "008"),
    ],
)
def test_a_cell_is_printed_in_its_unit_rounded_half_away_from_zero(cell: Cell, text: str) -> None:
    assert shown(cell, "千円", "△") == text


def test_a_workbook_holds_numbers_as_they_are_printed_and_is_ready_to_print() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(document("市税")))).worksheets[0]
    assert [cell.value for cell in sheet[6]] == ["市税", 1_234_568, -1, 12, -0.165, "—"]
    assert sheet["C6"].number_format == '#,##0;"△"#,##0;#,##0'
    assert sheet["E6"].number_format == '#,##0.0%;"△"#,##0.0%;#,##0.0%'
    assert (sheet.print_title_rows, sheet.print_area) == ("$4:$5", "'表'!$A$1:$F$7")
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)


def test_hostile_text_is_shown_as_it_was_written() -> None:
    made = web_files(document(*HOSTILE), "d")
    sheet = openpyxl.load_workbook(io.BytesIO(made["d.xlsx"])).worksheets[0]
    assert [(c.value, c.data_type) for c in sheet["A"][5:9]] == [(each, "s") for each in HOSTILE]
    printed = text_of(made["d.pdf"]).replace("\r\n", "")
    assert all(each.replace(" ", "") in printed.replace(" ", "") for each in HOSTILE)
    assert b"<script" not in made["index.html"]
    assert b"&lt;script&gt;alert(1)" in made["index.html"]


def test_a_name_that_no_sheet_can_have_is_mended() -> None:
    whole = document("市税")
    sheets = tuple(
        replace(whole.sheets[0], name=name) for name in ("a/b[c]", "abc", "ABC", "長" * 40)
    )
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(replace(whole, sheets=sheets))))
    assert book.sheetnames == ["abc", "2 abc", "3 ABC", "長" * 31]


def test_the_same_document_gives_the_same_bytes() -> None:
    assert paper_files(document("市税"), "d") == paper_files(document("市税"), "d")


def test_the_pdf_is_tagged_japanese_with_its_fonts_and_can_be_searched() -> None:
    made = pdf_bytes(document("市税"))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("ja")
        assert str(pdf.docinfo["/Title"]) == "文書"
        fonts = [font.DescendantFonts[0] for font in pdf.pages[0].Resources.Font.values()]
        assert fonts
        assert all("/FontFile2" in font.FontDescriptor for font in fonts)
    printed = text_of(made)
    assert all(
        text in printed for text in ("題名", "市税", "1,234,568", "△16.5%", "（単位：千円）")
    )


def test_a_chart_is_shown_on_page_and_paper_and_told_in_words() -> None:
    made = web_files(document("市税"), "d")
    assert '<title id="chart-title">図の題名</title>' in made["index.html"].decode()
    with pikepdf.open(io.BytesIO(made["d.pdf"])) as pdf:
        told = [
            str(each.Alt)
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and "/Alt" in each
        ]
    assert told == ["図の題名。市税は10千円。"]


def test_minus_and_missing_are_spoken_on_the_page() -> None:
    page = web_files(document("市税"), "d")["index.html"].decode()
    assert '<span aria-hidden="true">△</span><span class="vh">マイナス</span>16.5%' in page
    assert '<span aria-hidden="true">—</span><span class="vh">なし</span>' in page
    assert '<th scope="col" rowspan="2">債権</th>' in page
    assert '<th scope="row">市税</th>' in page
