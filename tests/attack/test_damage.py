"""However a file is damaged on its way, reading it ends in findings and nothing else."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from support.workbooks import AMAGASAKI, DATA, OSAKA, TSUYAMA, saved, with_records

from ingest.answers import Reading
from ingest.findings import RULES
from ingest.worker import read_workbook

REAL = {
    path.name: path.read_bytes()
    for folder in (OSAKA, TSUYAMA, AMAGASAKI)
    for path in sorted(folder.glob("*.xlsx"))
}
SHEETS = [
    *("003_就学援助費.xlsx", "第1次計画_収入未済額.xlsx", "債権一覧_令和3年度決算.xlsx"),
    "債権管理推進シート.xlsx",
]
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**16), 10**16),
    st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(),
    st.text("０1２9,.-▲△()％%千円令和元平成H2 ①③－合計小〃※課局債権名決算値目標", max_size=12),
)
FORMAT = 0xE0  # of cells: its first two bytes are the number of a font
damage = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=20
)


def damaged(data: bytes, bites: list[tuple[float, int]]) -> bytes:
    out = bytearray(data)
    for where, byte in bites:
        out[int(where * len(out))] = byte
    return bytes(out)


def is_told(reading: Reading) -> None:
    found = [*reading.findings, *(f for form in reading.forms for f in form.findings)]
    assert reading.forms or any(f.severity == "error" for f in found)
    assert all(f.rule in RULES and f.rule != "internal" and f.message for f in found)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(REAL)), damage)
def test_damaged_bytes(name: str, bites: list[tuple[float, int]]) -> None:
    is_told(read_workbook(name, damaged(REAL[name], bites)))


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(sorted(REAL)), st.floats(0, 1))
def test_a_file_cut_short(name: str, length: float) -> None:
    is_told(read_workbook(name, REAL[name][: int(length * len(REAL[name]))]))


@pytest.mark.parametrize("name", SHEETS)
@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), values), min_size=1, max_size=8))
def test_cells_that_hold_anything(name: str, changes: list[tuple[float, object]]) -> None:
    book = load_workbook(BytesIO(REAL[name]), data_only=True)
    sheet = book.worksheets[0]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    cells = [cell for row in sheet["A1:V46"] for cell in row]
    for where, value in changes:
        cells[min(int(where * len(cells)), len(cells) - 1)].value = value
    is_told(read_workbook("提出.xlsx", saved(book)))


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"]
)
@settings(max_examples=50, deadline=None)
@given(damage)
def test_damaged_xml_in_a_sound_container(part: str, bites: list[tuple[float, int]]) -> None:
    buffer = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(REAL["003_就学援助費.xlsx"])) as source,
        zipfile.ZipFile(buffer, "w") as target,
    ):
        for each in source.namelist():
            content = source.read(each)
            target.writestr(each, damaged(content, bites) if each == part else content)
    is_told(read_workbook("提出.xlsx", buffer.getvalue()))


def test_a_format_with_a_font_that_is_not_there() -> None:
    def unknown_font(stream: bytearray, body: int) -> None:
        stream[body : body + 2] = b"\xff\0"

    is_told(
        read_workbook(
            "提出.xls", with_records(DATA / "should_pass" / "xls形式.xls", FORMAT, unknown_font)
        )
    )


@pytest.mark.parametrize("words", ["件数", "督促状未送付", "平成30年度"])
@pytest.mark.parametrize("name", sorted(REAL))
def test_a_row_of_which_every_figure_is_words(name: str, words: str) -> None:
    """Under headings they may be second lines, of which none is certain."""
    book = load_workbook(BytesIO(REAL[name]), data_only=True)
    sheet = book.worksheets[0]
    for row in list(sheet.iter_rows()):
        figures = {cell: cell.value for cell in row if isinstance(cell.value, int | float)}
        for cell in figures:
            cell.value = words
        if figures:
            is_told(read_workbook(name, saved(book)))
        for cell, value in figures.items():
            cell.value = value
