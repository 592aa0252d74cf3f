"""The report on paper can be read by everybody: by eye, by ear and by a search."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

import pikepdf
import pypdfium2
import pytest
from rules.exports.conftest import MakeReport
from rules.exports.test_charts import HISTORY, STATUSES

from exports.report.charts import charts
from exports.report.model import MONEY, RATES, Corrected, Correction, Figures, Report, Waived
from exports.report.pdf import document_data, pdf_bytes

HOSTILE = '#panic("x")*強調*$1$<a>[b]\\'
NOTHING = Figures(*[None] * (len(MONEY) + len(RATES)))
MANY = 70  # claims: more than a page

typeset_once = cache(lambda report: pdf_bytes(report, charts(report)))


@pytest.fixture
def report(make_report: MakeReport) -> Report:
    """A corrected report of more claims than a page holds, one of them suppressed."""
    small = make_report()
    first, second = small.claims
    lines = [
        replace(first, claim_number=f"{number:03}", claim_name=f"{HOSTILE}{number}")
        for number in range(1, MANY)
    ]
    hidden = replace(second, figures=NOTHING, hidden=frozenset({*MONEY, *RATES}))
    return replace(
        small,
        claims=(*lines, hidden),
        history=HISTORY,
        status=STATUSES,
        waived=(Waived("環境局", "報告が遅れているため"),),
        revision=2,
        correction=Correction(
            1,
            "再提出による",
            (
                Corrected("市全体", "balance", 8_000_400, None),
                Corrected("市税", "collection_rate_pct", Decimal("-1.5"), "x"),
            ),
        ),
    )


@pytest.fixture
def content(report: Report) -> bytes:
    return typeset_once(report)


@pytest.fixture
def pdf(content: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(content)) as opened:
        yield opened


def written(content: bytes) -> str:
    """The text of a PDF as a search finds it, without spaces and line ends."""
    pages = pypdfium2.PdfDocument(content)
    return "".join(re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in pages)


def structure(element: object) -> Iterator[pikepdf.Dictionary]:
    """An element of the structure tree and all within it, in the order of reading."""
    if isinstance(element, pikepdf.Array):
        for part in element:
            yield from structure(part)
    elif isinstance(element, pikepdf.Dictionary):
        if "/S" in element:
            yield element
        yield from structure(element.get("/K"))


def test_every_figure_of_the_report_is_found(report: Report, content: bytes) -> None:
    found = written(content)
    data = document_data(report, {})
    tables = [data["classes"], data["departments"], data["claims"]]
    rows = [row for table in tables for row in (*table["rows"], *table["total"])]  # type: ignore[index]
    rows += [*data["history"], *data["status"], *data["correction"]["rows"]]  # type: ignore[misc,index]
    assert len(rows) > MANY
    assert [row for row in rows if "".join(row).replace(" ", "") not in found] == []


def test_what_a_reader_must_know_is_told(report: Report, content: bytes) -> None:
    found = written(content)
    for said in (
        "見本市",
        "令和7年7月31日（2025年）現在",
        "公表日：令和7年10月10日（2025年）",
        "第1版の数値を訂正しました。理由：再提出による",
        "市全体残高8,000,400円なし",
        "市税徴収率マイナス1.5%秘匿（x）",
        "環境局の一部又は全部の債権は",
        "「x」は、",
        "徴収率納付をお願いした額",
        "電話00-0000-0000",
    ):
        assert said in found, said


def test_it_is_tagged_and_says_its_language_and_title(report: Report, pdf: pikepdf.Pdf) -> None:
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang).startswith("ja")
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    with pdf.open_metadata() as about:
        assert about["pdfuaid:part"] == "1"
        assert about["dc:title"] == f"{report.settings.title} 令和7年7月31日（2025年）現在"
    assert str(pdf.docinfo["/CreationDate"]).startswith("D:20251010")


def test_tables_have_header_cells_and_charts_have_words(report: Report, pdf: pikepdf.Pdf) -> None:
    elements = list(structure(pdf.Root.StructTreeRoot))
    kinds = [str(element.S) for element in elements]
    assert kinds.count("/Table") == kinds.count("/THead") == 8
    assert kinds.count("/Caption") == 8
    assert kinds.count("/H1") == 1
    cells = kinds.count("/TH") + kinds.count("/TD")
    assert kinds.count("/TH") > 50
    assert cells > MANY * 14
    told = [str(element.Alt) for element in elements if element.S == "/Figure"]
    assert [text.partition("。")[0] for text in told] == [
        "未収金残高と目標の推移",
        "未収債権の状況（令和6年度末）",
        "残高の大きい債権（令和7年7月31日現在）",
    ]


def test_headings_are_repeated_and_pages_numbered(content: bytes) -> None:
    pages = [
        re.sub(r"\s", "", page.get_textpage().get_text_range())
        for page in pypdfium2.PdfDocument(content)
    ]
    with_claims = [page for page in pages if re.search(rf"\d{{3}}{re.escape(HOSTILE)}", page)]
    assert len(with_claims) > 1
    assert all("番号債権名債権区分所属" in page for page in with_claims)
    assert all(f"{number}/{len(pages)}" in page for number, page in enumerate(pages, start=1))


def test_fonts_are_embedded_and_can_be_searched(pdf: pikepdf.Pdf) -> None:
    fonts = [
        found
        for found in pdf.objects
        if isinstance(found, pikepdf.Dictionary) and found.get("/Type") == "/Font"
    ]
    whole = [font for font in fonts if font.Subtype == "/Type0"]
    names = {str(font.BaseFont).partition("+")[2] for font in whole}
    assert names == {"BIZUDPGothic-Regular", "BIZUDPGothic-Bold"}
    for font in whole:
        assert "/ToUnicode" in font
        assert {"/FontFile2", "/FontFile3"} & set(font.DescendantFonts[0].FontDescriptor.keys())


def test_equal_reports_give_equal_bytes(report: Report, content: bytes) -> None:
    assert pdf_bytes(report, charts(report)) == content
    later = replace(report, issued=date(2025, 10, 11))
    assert pdf_bytes(later, charts(later)) != content


def test_what_the_font_lacks_is_a_geta(make_report: MakeReport) -> None:
    """PDF/UA-1 has no glyph that stands for nothing; 葛 keeps its shape without its selector."""
    odd = make_report(name="𠮷野家😀\x00髙﨑葛\U000e0100飾\u200b㈱")
    assert "〓野家〓〓髙﨑葛飾㈱" in written(pdf_bytes(odd, charts(odd)))
