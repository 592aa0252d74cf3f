"""Six forms are told apart by their headings; instructions and other tables are none of them."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook as Book
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from support.workbooks import AMAGASAKI, OSAKA, TSUYAMA, saved

from ingest.forms.recognition import ENOUGH, candidates, ranking
from ingest.layout import layout, layouts
from ingest.templates import FORMS, Instructions, draw, draw_book
from ingest.workbook import Sheet, sheets_of

REAL = {
    **dict.fromkeys(sorted(OSAKA.glob("*.xlsx")), "annual"),
    **dict.fromkeys(sorted(TSUYAMA.glob("*.xlsx")), "plan"),
    AMAGASAKI / "債権一覧_令和3年度決算.xlsx": "claim_list",
    AMAGASAKI / "債権管理推進シート.xlsx": "promotion",
}


def sheets(data: bytes) -> list[Sheet]:
    return list(sheets_of(data))


def form_of(sheet: Sheet) -> str | None:
    found = candidates(sheet)
    return found[0].form if found else None


def blank(form: str) -> bytes:
    header = {"department": "健康福祉局", "claim_number": "008", "claim_name": "返還金"}
    as_of = date(2025, 7, 31) if form == "interim" else None
    return draw(form, municipality_code="999999", fiscal_year=2025, as_of=as_of, header=header)


def changed(form: str, edit: Callable[[Worksheet], object]) -> Sheet:
    book = load_workbook(BytesIO(blank(form)))
    edit(book.worksheets[0])
    return sheets(saved(book))[0]


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_every_real_sheet_is_known_and_no_instruction_sheet_is(path: object) -> None:
    for sheet in sheets(path.read_bytes()):  # type: ignore[attr-defined]
        assert form_of(sheet) == (None if sheet.name == "記入要領" else REAL[path])  # type: ignore[index]


@pytest.mark.parametrize("form", FORMS)
def test_every_blank_template_is_known(form: str) -> None:
    (sheet,) = sheets(blank(form))
    assert form_of(sheet) == form


@pytest.mark.parametrize("form", FORMS)
def test_a_form_needs_no_title(form: str) -> None:
    title = layout(form).title

    def edit(s: Worksheet) -> None:
        for cell in (cell for row in s["A1:Z4"] for cell in row):
            if isinstance(cell.value, str) and title in cell.value:
                cell.value = None

    assert form_of(changed(form, edit)) == form


@pytest.mark.parametrize("form", FORMS)
def test_the_title_alone_makes_no_form(form: str) -> None:
    book = Book()
    book.worksheets[0]["A1"].value = layout(form).title
    for row in range(2, 20):
        book.worksheets[0].append([f"項目{row}", row, row * 2])
    assert form_of(sheets(saved(book))[0]) is None


@pytest.mark.parametrize("form", FORMS)
def test_instructions_that_name_every_heading_are_no_form(form: str) -> None:
    words = [label for column in layout(form).columns for label in column.labels[:1]]
    lines = [
        f"{layout(form).title} 記入要領",
        *(f"{n}. {w}を記入する" for n, w in enumerate(words)),
    ]
    data = draw_book([Instructions("要領", (*lines, *words))])
    assert form_of(sheets(data)[0]) is None


@pytest.mark.parametrize("form", FORMS)
def test_title_sections_and_labels_without_figures_are_no_form(form: str) -> None:
    shape = layout(form)
    sections = [section["words"][0] for section in shape.spec.get("sections", {}).values()]
    labels = [sorted(names)[0] for names in shape.header.values()]
    data = draw_book([Instructions("要領", (shape.title, *sections, *labels))])
    assert form_of(sheets(data)[0]) is None


@pytest.mark.parametrize(
    "rows",
    [
        ["職員番号", "氏名", "所属", "備考"],
        ["月", "収入未済額", "調定額", "収入済額"],
        ["債権名", "担当課", "電話番号"],
        ["年度", "決算額", "増減"],
    ],
    ids=" ".join,
)
def test_other_tables_are_passed_over(rows: list[str]) -> None:
    book = Book()
    book.worksheets[0].append(rows)
    for n in range(30):
        book.worksheets[0].append([n * 7 + k for k in range(len(rows))])
    assert form_of(sheets(saved(book))[0]) is None


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_lost_its_table_s_headings_is_still_nearest_to_itself(form: str) -> None:
    def edit(s: Worksheet) -> None:
        for row in s.iter_rows(3, 12):
            for cell in row:
                if cell.column % 2 and not cell.coordinate.startswith("A"):
                    s.cell(cell.row, cell.column).value = None  # type: ignore[union-attr]

    sheet = changed(form, lambda s: [s.unmerge_cells(str(m)) for m in list(s.merged_cells.ranges)])
    whole = {each.form: score for score, each in ranking(sheet)}
    sheet = changed(
        form,
        lambda s: [[s.unmerge_cells(str(m)) for m in list(s.merged_cells.ranges)], edit(s)],
    )
    damaged = ranking(sheet)
    assert damaged[0][1].form == form
    assert damaged[0][0] <= whole[form]


def test_the_ranking_tells_every_layout_and_how_much_is_enough() -> None:
    (sheet,) = sheets(blank("interim"))
    ranked = ranking(sheet)
    assert {each.mark for _, each in ranked} == {each.mark for each in layouts()}
    assert ranked[0][1].form == "interim"
    assert ranked[0][0] >= ENOUGH
    assert [score for score, _ in ranked] == sorted((s for s, _ in ranked), reverse=True)
