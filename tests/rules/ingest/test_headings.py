"""A heading over several columns, and a claim on several rows, is never taken for the nearest."""

from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from support.edits import Edit, errors, nothing
from support.filled_in import FILLED
from support.splits import split
from support.workbooks import AMAGASAKI, OSAKA, TSUYAMA, saved

from ingest.forms.reading import FormReading
from ingest.forms.tables.headings import is_silent, meaning
from ingest.templates import Dialect, draw
from ingest.worker import read_workbook


def _drawn(form: str) -> bytes:
    return draw(municipality_code="999999", dialect=Dialect(computed="typed"), **FILLED[form])


FORMS = {
    "annual": (OSAKA / "003_就学援助費.xlsx").read_bytes(),
    "interim": _drawn("interim"),
    "plan": (TSUYAMA / "第1次計画_収入未済額.xlsx").read_bytes(),
    "claim_list": (AMAGASAKI / "債権一覧_令和3年度決算.xlsx").read_bytes(),
    "city_target": _drawn("city_target"),
}
SPLITS: dict[str, tuple[int, range, range]] = {  # a column of amounts, its heading, its figures
    "annual": (5, range(10, 12), range(13, 20)),
    "interim": (5, range(6, 8), range(9, 11)),
    "plan": (4, range(3, 6), range(7, 48)),
    "claim_list": (3, range(4, 5), range(6, 83)),
    "city_target": (5, range(5, 6), range(7, 10)),
}


def read(form: str, edit: Edit) -> FormReading:
    book = load_workbook(BytesIO(FORMS[form]), data_only=True)
    sheet = book.worksheets[0]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    edit(sheet)
    (found,) = read_workbook("提出.xlsx", saved(book)).forms
    return found


def said(form: FormReading) -> list[tuple[object, ...]]:
    return sorted((c.block, c.item, c.measure, c.number or 0, c.text or "") for c in form.cells)


AS_IT_IS = {form: said(read(form, nothing)) for form in FORMS}


def splitting(form: str, words: tuple[str | None, ...], meant: int, *, merged: bool = True) -> Edit:
    column, heading, figures = SPLITS[form]
    return lambda s: split(
        s, column, heading, words, meant, lambda row: 3 * row, merged=merged, figures=figures
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        *(
            (words, True)
            for words in (
                "ア〜エ",
                "コ",
                "(決算)",
                "年度末",
                "千円単位",
                "(税込)",
                "令和3年度末現在",
                "①",
                "ア－エ",
                "※1",
            )
        ),
        *((words, False) for words in ("うち滞納繰越分", "前年度末", "(見込)", "計画", "現年のみ")),
    ],
)
def test_what_a_second_line_says_of_its_figures(words: str, expected: bool) -> None:
    assert is_silent(words) is expected


@pytest.mark.parametrize("form", [form for form in FORMS if form != "city_target"])
def test_cells_merged_two_by_two_are_read_as_one(form: str) -> None:
    """方眼紙: every cell of the table is two columns wide."""
    column, heading, figures = SPLITS[form]

    def edit(sheet: Worksheet) -> None:
        sheet.insert_cols(column + 1)
        for row in (heading.start, *figures):
            sheet.merge_cells(
                start_row=row, end_row=row, start_column=column, end_column=column + 1
            )

    found = read(form, edit)
    assert (errors(found), said(found)) == (set(), AS_IT_IS[form])


@pytest.mark.parametrize("merged", [True, False], ids=["merged", "not merged"])
@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("件数", "金額"), 1),
        (("金額", "件数(件)"), 0),
        (("人数", "件数", "金額"), 2),
        (("件　数", "金\n額"), 1),
        (("構成比", "金額"), 1),
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_the_amounts_are_read_beside_their_cases(
    form: str, words: tuple[str, ...], meant: int, *, merged: bool
) -> None:
    found = read(form, splitting(form, words, meant, merged=merged))
    assert errors(found) == set()
    assert said(found) == AS_IT_IS[form]
    assert "unknown_column" in {f.rule for f in found.findings}


PARTS = ("現年度分", "滞納繰越分", "計")


@pytest.mark.parametrize("form", ["plan", "claim_list"])
def test_the_total_is_read_beside_its_parts(form: str) -> None:
    found = read(form, splitting(form, PARTS, 2))
    assert errors(found) == set()
    assert said(found) == AS_IT_IS[form]


def test_parts_without_their_total_are_asked_back() -> None:
    for form, cell in (("plan", "D3"), ("claim_list", "C4")):
        found = read(form, splitting(form, PARTS[:2], 0))
        assert ("ambiguous_heading", cell) in errors(found)


@pytest.mark.parametrize(
    "words",
    [
        ("当初", "補正後"),
        ("金額", "うち督促済"),
        ("金額", "金額"),
        ("金額", None),
        (None, None),
        ("件数", "人数"),
        ("件数",),
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_what_no_second_line_tells_is_asked_back_at_the_heading(
    form: str, words: tuple[str | None, ...]
) -> None:
    column, heading, _ = SPLITS[form]
    found = read(form, splitting(form, words, 0))
    told = {cell for rule, cell in errors(found) if rule == "ambiguous_heading"}
    assert told & {f"{chr(64 + column)}{row}" for row in heading}


def _two_columns_of_one_heading(s: Worksheet) -> None:
    s.insert_cols(4)
    s["D4"].value = "未収金残高"
    for row in range(5, 82):
        s.cell(row, 4).value = row


def _the_year_before_beside_it(s: Worksheet) -> None:
    s.insert_cols(3)
    s["C4"].value, s["D4"].value = "令和2年度収入未済額", "令和3年度収入未済額"
    for row in range(5, 82):
        s.cell(row, 3).value = f"{row}千円"


def _another_year_above_it(s: Worksheet) -> None:
    s["C3"].value = "令和2年度末"


def _a_second_list(s: Worksheet) -> None:
    for row in range(4, 20):
        for column in range(1, 7):
            s.cell(row + 85, column).value = s.cell(row, column).value


def _a_list_beside_it(s: Worksheet) -> None:
    for row in range(4, 20):
        for column in range(2, 7):
            s.cell(row, column + 6).value = s.cell(row, column).value


def _one_claim_on_two_lines(s: Worksheet) -> None:
    s["B8"].value, s["E8"].value, s["F8"].value = "国民健康保険料　", "総務", "国保年金課"


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (_two_columns_of_one_heading, ("ambiguous_heading", "D4")),
        (_the_year_before_beside_it, ("ambiguous_heading", "D4")),
        (_another_year_above_it, ("fiscal_year", "C3")),
        (_a_second_list, ("several_forms", "B89")),
        (_a_list_beside_it, ("ambiguous_heading", "I4")),
        (_one_claim_on_two_lines, ("duplicate_claim", "B8")),
    ],
)
def test_a_list_that_could_be_read_in_two_ways(edit: Edit, told: tuple[str, str]) -> None:
    assert told in errors(read("claim_list", edit))


def _divided(s: Worksheet, column: int, first: int, last: int, *, merged: bool) -> None:
    """Every line of a list three times: 現年度, 滞納繰越 and 計, named in a column of its own."""
    s.insert_cols(column)
    for row in range(last, first - 1, -1):
        s.insert_rows(row + 1, 2)
        for n, part in enumerate(("現年度", "滞納繰越", "計")):
            for c in range(1, s.max_column + 1):
                if c >= column or (n and not merged):
                    s.cell(row + n, c).value = s.cell(row, c).value
            s.cell(row + n, column).value = part


@pytest.mark.parametrize("merged", [True, False], ids=["named once", "named on each line"])
@pytest.mark.parametrize(
    ("form", "column", "first", "last"),
    [("claim_list", 3, 5, 80), ("interim", 4, 8, 9), ("plan", 3, 6, 44)],
)
def test_a_claim_on_several_lines_is_never_several_claims(
    form: str, column: int, first: int, last: int, *, merged: bool
) -> None:
    found = read(form, lambda s: _divided(s, column, first, last, merged=merged))
    assert ("divided_rows", f"{chr(64 + column)}{first}") in errors(found)
    assert len(found.cells) < len(AS_IT_IS[form])


def test_a_stray_column_is_named_where_a_sum_does_not_agree() -> None:
    def edit(s: Worksheet) -> None:
        s.insert_cols(7)
        s["F15"].value = s["F15"].value + 40  # so that 調定額 − 徴収額 needs the column
        for row in range(12, 19):
            s.cell(row, 7).value = 40

    found = read("annual", edit)
    assert any("G15" in f.message for f in found.findings if f.rule == "computed_amount")


def test_a_sheet_full_of_figures_is_no_instruction() -> None:
    book = load_workbook(BytesIO(FORMS["claim_list"]))
    sheet = book.create_sheet("独自の集計")
    for row in range(4):
        sheet.append([f"債権{row}", *range(100, 104)])
    (finding,) = read_workbook("提出.xlsx", saved(book)).findings
    assert (finding.severity, finding.sheet) == ("warning", "独自の集計")
    guide = Workbook()
    guide.active.append(["令和7年度の記入要領", "1から5まで順に記入する。"])
    found = read_workbook("提出.xlsx", saved(guide)).findings
    assert [f.severity for f in found if f.rule == "sheet_passed_over"] == ["info"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("金額(千円)", {"amount"}),
        ("計(金額)", {"total", "amount"}),
        ("滞納繰越分・件数", {"prior", "count"}),
        ("令和3年度 現年課税分", {"current"}),
        ("補正後", set()),
        ("計画", set()),
        ("", set()),
    ],
)
def test_what_a_second_line_says(words: str, told: set[str]) -> None:
    assert meaning(words) == told
