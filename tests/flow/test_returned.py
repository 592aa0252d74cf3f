"""What goes back to a department: marks at the right cells, links, and nothing that could harm."""

import json
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from defusedxml import ElementTree
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from support.rearranged import LARGE
from support.workbooks import BAD_FILES, GOOD, OSAKA, edited, saved, with_cell

from ingest import returned
from ingest.load import Arrival, SourceFile, load
from ingest.returned.cover import FILLS
from ingest.worker import read_workbook

DAY = datetime(2020, 7, 1, 16, 0, tzinfo=UTC)  # the 2nd in Japan
CANARY = "かなりや町一丁目9番9号"
TWO_FORMS = OSAKA / "教委_給与システム・英語.xlsx"


def give_back(
    home: Path, files: dict[str, bytes], code: str | None = "271004", day: datetime = DAY
) -> list[returned.Returned]:
    """Load files and return what is faulty."""
    (home / "inbox").mkdir(exist_ok=True)
    sources = []
    for name, data in files.items():
        (home / "inbox" / name).write_bytes(data)
        sources.append(SourceFile(home / "inbox" / name, code))
    archive = home / "archive"
    report = load(sources, Arrival(day), landing=home / "landing", archive=archive)
    return returned.write(
        report.workbooks, sources, archive=archive, folder=home / "returned", received_at=day
    )


def copy_of(home: Path, data: bytes) -> Workbook:
    (copy,) = give_back(home, {"提出.xlsx": data})
    return load_workbook(copy.path)


def table(book: Workbook) -> list[tuple[Cell, ...]]:
    """The findings on the first sheet, as rows of cells."""
    rows = list(book.worksheets[0].iter_rows(max_col=7))
    start = next(n for n, row in enumerate(rows) if row[0].value == "重大度")
    return rows[start + 1 :]


def texts(book: Workbook) -> str:
    return "\n".join(str(c.value) for row in book.worksheets[0] for c in row if c.value is not None)


def test_each_fault_is_marked_at_its_cell_and_listed_with_a_link(tmp_path: Path) -> None:
    def spoil(book: Workbook) -> None:
        book["006"]["E13"].value = 5  # two findings: carried over, and computed from it
        book["006"]["C14"].value = "約千"
        book["006"]["C24"].value = "べつの見出し"

    data = edited(spoil, TWO_FORMS)
    before = read_workbook("提出.xlsx", data)
    findings = [f for form in before.forms for f in form.findings]
    book = copy_of(tmp_path, data)
    assert book.sheetnames == ["確認結果", *load_workbook(TWO_FORMS).sheetnames]
    assert "一部受理" in str(book.worksheets[0]["A1"].value)
    marked = {
        (sheet.title, cell.coordinate)
        for sheet in book.worksheets[1:]
        for row in sheet
        for cell in row
        if cell.comment
    }
    assert marked == {(f.sheet, f.cell) for f in findings if f.severity != "info"}
    for finding in findings:
        cell = book[finding.sheet][finding.cell]
        assert finding.message in cell.comment.text
        worst = min(
            (f.severity for f in findings if (f.sheet, f.cell) == (finding.sheet, finding.cell)),
            key=["error", "warning"].index,
        )
        assert cell.fill.fgColor.rgb[-6:] == FILLS[worst]
        assert cell.border.left.style == {"error": "medium", "warning": "mediumDashed"}[worst]
    listed = {(row[2].hyperlink.location, row[6].value) for row in table(book) if row[2].hyperlink}
    for finding in findings:
        said = "".join(line.strip() for line in finding.message.splitlines())
        assert (f"'{finding.sheet}'!{finding.cell}", said) in listed


def test_what_was_not_faulty_looks_and_reckons_as_before(tmp_path: Path) -> None:
    source = load_workbook(LARGE)
    source.worksheets[0]["E13"].value = "約千"
    book = copy_of(tmp_path, saved(source))
    for sheet in source.worksheets:
        copy = book[sheet.title]
        assert copy.sheet_state == sheet.sheet_state
        assert copy.merged_cells.ranges == sheet.merged_cells.ranges
        assert {k: d.width for k, d in copy.column_dimensions.items()} == {
            k: d.width for k, d in sheet.column_dimensions.items()
        }
        for row in sheet:
            for cell in row:
                twin = copy[cell.coordinate]
                assert twin.value == cell.value
                if not twin.comment:
                    assert twin.fill.fgColor.rgb == cell.fill.fgColor.rgb


def test_formulas_keep_the_results_they_were_saved_with(tmp_path: Path) -> None:
    with zipfile.ZipFile(GOOD) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    typed = re.compile(rb'(<c r="E13"[^>]*?)( t="n")?(>)<v>[^<]*</v>')
    assert typed.search(parts[sheet])
    parts[sheet] = typed.sub(rb"\1\3<v>5</v>", parts[sheet])
    faulty = BytesIO()
    with zipfile.ZipFile(faulty, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    (copy,) = give_back(tmp_path, {"a.xlsx": faulty.getvalue()})
    formulas, results = load_workbook(copy.path), load_workbook(copy.path, data_only=True)
    was = load_workbook(BytesIO(faulty.getvalue()), data_only=True)
    title = was.sheetnames[0]
    cells = [c for row in formulas[title] for c in row if c.data_type == "f"]
    assert cells
    for cell in cells:
        assert results[title][cell.coordinate].value == was[title][cell.coordinate].value


def test_a_yellow_total_stays_yellow(tmp_path: Path) -> None:
    def spoil(sheet: Worksheet) -> None:
        sheet["U25"].fill = PatternFill("solid", fgColor="FFFFFF00")
        sheet["U25"].value = 5

    book = copy_of(tmp_path, edited(lambda b: spoil(b.worksheets[0]), LARGE))
    cell = book.worksheets[1]["U25"]
    assert cell.fill.fgColor.rgb == "FFFFFF00"
    assert cell.comment
    assert cell.border.left.style == "medium"


def test_a_corrected_copy_is_accepted_and_an_uncorrected_one_is_cleaned(tmp_path: Path) -> None:
    (copy,) = give_back(tmp_path, {"a.xlsx": with_cell("E13", "約千")})
    book = load_workbook(copy.path)
    (again,) = give_back(tmp_path, {"b.xlsx": with_cell("E14", "千", copy.path)})
    second = load_workbook(again.path)
    assert second.sheetnames == book.sheetnames
    assert "約千" in second.worksheets[1]["E13"].comment.text
    corrected = load_workbook(again.path)
    form = corrected.worksheets[1]
    form["E13"].value, form["E14"].value = (
        load_workbook(GOOD, data_only=True).worksheets[0][c].value for c in ("E13", "E14")
    )
    for row in form.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                cell.value = (
                    load_workbook(GOOD, data_only=True).worksheets[0][cell.coordinate].value
                )
    reading = read_workbook("c.xlsx", saved(corrected))
    assert [form.claim_number for form in reading.forms] == ["003"]
    assert not reading.forms[0].rejected


def test_the_findings_of_a_form_are_not_taken_for_the_form(tmp_path: Path) -> None:
    """The first sheet may quote every heading of a form, and many figures."""

    def quote(book: Workbook) -> None:
        form = book.worksheets[0]
        words = [c.value for row in form["A1:U33"] for c in row if isinstance(c.value, str)]
        first = book.create_sheet("確認結果", 0)
        copied = load_workbook(copy.path).worksheets[0]
        first["A1"], first["A2"] = copied["A1"].value, copied["A2"].value
        for n, word in enumerate(words):
            first.cell(5 + n // 20, 1 + n % 20).value = word
        for n in range(30):
            first.cell(60, n + 1).value = n

    (copy,) = give_back(tmp_path, {"a.xlsx": with_cell("E13", "約千")})
    reading = read_workbook("b.xlsx", edited(quote))
    assert [form.sheet for form in reading.forms] == ["003"]
    assert not reading.forms[0].rejected
    assert [(f.rule, f.severity) for f in reading.findings] == [("sheet_passed_over", "info")]


def test_marks_of_an_earlier_return_do_not_stay(tmp_path: Path) -> None:
    (copy,) = give_back(tmp_path, {"a.xlsx": with_cell("E13", "約千")})
    book = load_workbook(copy.path)
    form = book.worksheets[1]
    form["E13"].value, form["G16"].value = 92, "約百"
    (again,) = give_back(tmp_path, {"b.xlsx": saved(book)})
    second = load_workbook(again.path).worksheets[1]
    assert second["G16"].comment
    assert not second["E13"].comment or "約千" not in second["E13"].comment.text


@pytest.mark.parametrize("name", BAD_FILES)
def test_every_refusal_has_an_answer(tmp_path: Path, name: str) -> None:
    make, rule = BAD_FILES[name]
    (copy,) = give_back(tmp_path, {f"{name}.xlsx": make()})
    book = load_workbook(copy.path)
    rows = table(book)
    assert rows
    assert rows[0][0].value == "エラー"
    assert all(row[6].value for row in rows)
    assert f"{name}.xlsx" in texts(book)
    assert "次にすること" in texts(book)
    assert rule


def test_names_come_from_nothing_that_was_submitted(tmp_path: Path) -> None:
    hostile = "..‥; rm -rf ~ `x`.xlsx"
    (copy,) = give_back(tmp_path, {hostile: b"text"}, code="../../etc")
    assert copy.path.parent == tmp_path / "returned" / "unknown"
    assert re.fullmatch(r"20200702-[0-9a-f]{12}\.xlsx", copy.path.name)
    (copy,) = give_back(tmp_path, {"a.xlsx": b"other text"}, code=None)
    assert copy.path.parent == tmp_path / "returned" / "unknown"


@pytest.mark.parametrize("title", ["年'度\"別", "'", "=1+1", "#REF!", "<b>&", "確認結果", "a!b"])
def test_any_sheet_name_can_be_linked_to(tmp_path: Path, title: str) -> None:
    def rename(book: Workbook) -> None:
        book.worksheets[0]["E13"].value = "約千"
        book.worksheets[0].title = title

    if title == "'":
        title = "あ'い"  # a spreadsheet forbids an apostrophe at either end
    book = copy_of(tmp_path, edited(rename))
    assert book.sheetnames[1] == title
    first = book.worksheets[0]
    assert first.title == ("確認結果(2)" if title == "確認結果" else "確認結果")
    links = {row[2].hyperlink.location for row in table(book)}
    quoted = title.replace("'", "''")
    assert f"'{quoted}'!E13" in links
    assert book[title]["E13"].comment


def test_a_sheet_that_may_not_be_named_is_marked_all_the_same(tmp_path: Path) -> None:
    def rename(book: Workbook) -> None:
        book.worksheets[0]["E13"].value = "約千"
        book.worksheets[0].title = "山田太郎 090-1234-5678"

    book = copy_of(tmp_path, edited(rename))
    assert book.worksheets[1]["E13"].comment
    assert "090-1234-5678" not in texts(book)


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x")', "+1+cmd|' /C calc'!A0", "@SUM(1)", "-1x"]
)
def test_text_never_becomes_a_formula(tmp_path: Path, text: str) -> None:
    def spoil(book: Workbook) -> None:
        for at in ("E13", "R3", "B36"):
            book.worksheets[0][at].value = text
            book.worksheets[0][at].data_type = "s"

    (copy,) = give_back(tmp_path, {"=cmd|'!A0.xlsx": edited(spoil)})
    book = load_workbook(copy.path)
    assert not [c for row in book.worksheets[0] for c in row if c.data_type == "f"]
    assert any(text in str(row[4].value) for row in table(book))
    for at in ("E13", "R3", "B36"):
        assert book.worksheets[1][at].data_type == "s"
        assert book.worksheets[1][at].value == text


def _with_everything_that_acts() -> bytes:
    def arm(book: Workbook) -> None:
        sheet = book.worksheets[0]
        sheet["E13"].value = "約千"
        for row, formula in enumerate(
            [
                '=WEBSERVICE("http://evil.example/")',
                '=HYPERLINK("http://evil.example/","押す")',
                "=cmd|' /C calc'!A0",
                "=[1]Sheet1!A1",
                "='http://evil.example/[x.xlsx]S'!A1",
                "=秘密",
                "=SUM(A1:[1]evil!B2)",
                "=SUM(E13:E14)",
            ],
            59,
        ):
            sheet.cell(row, 30).value = formula
        sheet["A70"].value = "押す"
        sheet["A70"].hyperlink = "file://evil.example/share"
        sheet["A71"].comment = Comment("担当の覚え", "担当")
        book.defined_names["秘密"] = DefinedName("秘密", attr_text="'[evil.xlsx]S'!$A$1")
        rule = DataValidation("list", formula1="[1]evil!$A$1:$A$9")
        rule.add("A72")
        sheet.add_data_validation(rule)
        plain = DataValidation("list", formula1='"A,B1"')
        plain.add("A73")
        sheet.add_data_validation(plain)
        colour = PatternFill("solid", bgColor="FFFFFF")
        sheet.conditional_formatting.add("A1:Z99", FormulaRule(["[1]evil!$A$1=1"], fill=colour))
        book.properties.creator = CANARY
        book.custom_doc_props.append(_property())

    with_links = BytesIO(edited(arm))
    with zipfile.ZipFile(with_links, "a") as package:
        package.writestr("xl/connections.xml", f"<connections>{CANARY}</connections>")
        package.writestr("xl/externalLinks/externalLink1.xml", "<externalLink>evil</externalLink>")
        package.writestr("customXml/item1.xml", f"<x>{CANARY}</x>")
    return with_links.getvalue()


def _property() -> object:
    from openpyxl.packaging.custom import StringProperty

    return StringProperty(name="秘", value=CANARY)


def test_nothing_that_acts_or_leads_outside_is_carried_over(tmp_path: Path) -> None:
    (copy,) = give_back(tmp_path, {"a.xlsx": _with_everything_that_acts()})
    with zipfile.ZipFile(copy.path) as package:
        names = package.namelist()
        whole = b"\n".join(map(package.read, names)).decode()
    assert not [n for n in names if "external" in n or "connection" in n or "custom" in n.lower()]
    for word in ("evil", "WEBSERVICE", "cmd|", "HYPERLINK(", "TargetMode", CANARY, "秘密"):
        assert word not in whole
    sheet = load_workbook(copy.path).worksheets[1]
    assert sheet["AD66"].value == "=SUM(E13:E14)"
    assert sheet["A71"].comment.text == "担当の覚え"
    assert [each.formula1 for each in sheet.data_validations.dataValidation] == ['"A,B1"']


def test_a_comment_that_was_there_is_kept_behind_ours(tmp_path: Path) -> None:
    def comment(book: Workbook) -> None:
        book.worksheets[0]["E13"].value = "約千"
        book.worksheets[0]["E13"].comment = Comment("担当の覚え", "担当")

    cell = copy_of(tmp_path, edited(comment)).worksheets[1]["E13"]
    assert cell.comment.text.startswith("【エラー】")
    assert cell.comment.text.endswith("担当の覚え")


def test_a_fault_in_merged_cells_is_marked_where_it_shows(tmp_path: Path) -> None:
    def merge(book: Workbook) -> None:
        book.worksheets[0].merge_cells("R3:U3")
        book.worksheets[0]["R3"].value = None

    book = copy_of(tmp_path, edited(merge))
    assert book.worksheets[1]["R3"].comment


def test_the_same_workbook_goes_back_once_and_in_the_same_bytes(tmp_path: Path) -> None:
    data = with_cell("E13", "約千")
    (first,) = give_back(tmp_path, {"a.xlsx": data})
    content = first.path.read_bytes()
    assert give_back(tmp_path, {"a.xlsx": data}, day=DAY.replace(month=8)) == []
    assert give_back(tmp_path, {"別名.xlsx": data}, day=DAY.replace(month=8)) == []
    first.path.unlink()
    (again,) = give_back(tmp_path, {"a.xlsx": data})
    assert (again.path, again.path.read_bytes()) == (first.path, content)
    assert sorted(p.name for p in first.path.parent.iterdir()) == [
        first.path.name, "index.html", "index.json",
    ]  # fmt: skip


def test_what_is_accepted_does_not_go_back(tmp_path: Path) -> None:
    files = {path.name: path.read_bytes() for path in OSAKA.glob("*.xlsx")}
    assert give_back(tmp_path, files) == []
    assert not (tmp_path / "returned").exists()


def test_copies_of_one_workbook_are_answered_together(tmp_path: Path) -> None:
    data = with_cell("E13", "約千")
    (copy,) = give_back(tmp_path, {"a.xlsx": data, "b.xlsx": data})
    assert copy.file == "a.xlsx、b.xlsx"


def test_the_index_leads_from_submitted_names_to_copies(tmp_path: Path) -> None:
    name = "<script>alert(1)</script>&.xlsx".replace("/", "／")
    (one,) = give_back(tmp_path, {name: with_cell("E13", "約千")})
    (two,) = give_back(tmp_path, {"b.xlsx": b"text"}, day=DAY.replace(month=8))
    page = (one.path.parent / "index.html").read_text("utf-8")
    root = ElementTree.fromstring(re.sub("<!DOCTYPE html>|<(meta)[^>]*>", "", page))
    rows = [["".join(cell.itertext()).strip() for cell in row] for row in root.iter("tr")]
    assert rows == [
        ["提出されたブック", "受付", "結果", "指摘"],
        ["b.xlsx", "2020年8月2日 01:00", "返却", "エラー1件"],
        [name, "2020年7月2日 01:00", "返却", rows[2][3]],
    ]
    assert [a.get("href") for a in root.iter("a")][1:] == [two.path.name, one.path.name]
    assert "<script" not in page
    records = json.loads((one.path.parent / "index.json").read_text("utf-8"))
    assert len(records) == 2


def _far_formats() -> bytes:
    def colour(book: Workbook) -> None:
        book.worksheets[0]["E13"].value = "約千"
        for row in range(1, 1_048_576, 500):
            book.worksheets[0].cell(row, 50).fill = PatternFill("solid", fgColor="FF00FF00")

    return edited(colour)


def _a_merge_beyond_measure() -> bytes:
    """Too much for openpyxl, which makes an object of every cell."""
    faulty, made = BytesIO(with_cell("E13", "約千")), BytesIO()
    with zipfile.ZipFile(faulty) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            merge = b'<mergeCells><mergeCell ref="A100:XFD1048576"/>'
            content = re.sub(rb"<mergeCells[^>]*>", merge, content)
            target.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize("make", [_far_formats, _a_merge_beyond_measure])
def test_a_heavy_workbook_still_has_an_answer(tmp_path: Path, make: Callable[[], bytes]) -> None:
    book = copy_of(tmp_path, make())
    assert "E13" in {row[2].value for row in table(book)}
    assert book.worksheets[1]["E13"].comment
