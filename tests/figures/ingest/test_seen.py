"""What is read of a number is what LibreOffice shows of it, in every file format (domain §4)."""

import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from openpyxl import Workbook as NewWorkbook
from support.office import as_shown, convert

from ingest.values import Doubt, Shown, Value
from ingest.workbook import Sheet, sheets_of

# What offices use every day: never a reason to ask back, whatever stands in the cell.
ORDINARY = [
    "General", "0", "#,##0", "#,##0.0", "0.00", "#,##0;▲#,##0", '#,##0;"▲"#,##0;0', "#,##0;△ #,##0",
    "#,##0;(#,##0)", "#,##0_);(#,##0)", "#,##0;[Red]-#,##0", "0%", "0.0%", "0.00%", "000", "@",
    "¥#,##0", "[$¥-411]#,##0", "\\¥#,##0;\\¥-#,##0", '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
    "[DBNum3]0", "0.###", "[Color10]0", "0_-", "#,##0;▲#,##0;－",
]  # fmt: skip
ODD = [
    "#,##0,", "#,##0,,", "#,##0.0,", "#,##0;[Red]#,##0", "#,##0;#,##0", ";;;", "0;;", "#", '0.0"%"',
    '"999"', '"約"#,##0', '#,##0"円"', '#,##0"千円"', '#,##0,"千円"', '#,##0,,"百万円"', '0"人"',
    '#,##0 "件"', '"令和"0"年度"', '0"年度"', '"第"0"号"', '0"-"00', "# ?/?", "0.00E+00",
    '[<1000]0;[>=1000]#,##0,"千"', '[=0]"-";#,##0', "[DBNum1]General", '@"円"', 'General"円"',
    '"▲"#,##0', "0!人", "0\\ 0", '"ア"', "0,000.0", "[White]0",
    '#,##0;-#,##0;"未定"', '0.0;-0.0;"未定"', "[$¥-ja-JP]#,##0",
]  # fmt: skip
MOMENTS = [
    "yyyy/m/d", 'ggge"年度"', '[$-411]ggge"年"m"月"d"日"', "[$-411]ge.m.d", 'yyyy"年度"',
    'yyyy"年"m"月"', "m/d", "h:mm", "yyyy/m/d h:mm", "aaa", '[h]"時間"',
]  # fmt: skip
NUMBERS = [0, 3, 8, 92, 143, 1000, 92234, -5, -92234, 0.5, 0.352345, 92.4, 1234567.89, 123456789012]
DAYS = [44286, 44287, 45869]
FORMATS = [*ORDINARY, *ODD, *MOMENTS]
VALUES = [*NUMBERS, *DAYS]


@pytest.fixture(scope="module", name="shown", params=["xlsx", "xls", "ods"])
def _shown(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[list[str]], Sheet]:
    """What the screen shows, and what is read."""
    folder = tmp_path_factory.mktemp("seen")
    book = NewWorkbook()
    for row, code in enumerate(FORMATS, 1):
        for column, value in enumerate(VALUES, 1):
            book.active.cell(row, column, value).number_format = code
    path = folder / "書式.xlsx"
    book.save(path)
    if request.param != "xlsx":
        (path,) = convert([path], request.param, folder)
    (screen,) = as_shown([path], folder)
    return screen, next(sheets_of(path.read_bytes()))


def test_a_number_is_read_as_it_is_shown(shown: tuple[list[list[str]], Sheet]) -> None:
    screen, sheet = shown
    wrong = []
    for row, code in enumerate(FORMATS):
        for column, stored in enumerate(VALUES):
            if code in MOMENTS and stored not in DAYS:
                continue  # a day that no calendar has
            read = sheet.filled.get((row, column))
            if not _agree(read, stored, screen[row][column]):
                wrong.append((code, stored, screen[row][column], read))
    assert wrong == []


def test_an_ordinary_format_is_no_reason_to_ask_back(
    shown: tuple[list[list[str]], Sheet],
) -> None:
    read = shown[1].filled
    doubts = {
        (code, value)
        for row, code in enumerate(ORDINARY)
        for column, value in enumerate(VALUES)
        if isinstance(read.get((row, column)), Doubt)
    }
    assert doubts == set()


def _agree(read: Value, stored: float, screen: str) -> bool:
    """Whether what was read is what the screen says; a cell that is asked back says nothing."""
    if isinstance(read, Doubt):
        return True
    if isinstance(read, str):
        return read == screen.strip()
    if isinstance(read, date):
        numbers = set(map(int, re.findall(r"\d+", screen)))
        return {read.month, read.day} <= numbers
    number = _number(screen)
    if number is None:
        return stored == 0 and not re.search(r"\w", screen)
    if isinstance(read, Shown):
        exact = Decimal(repr(stored)) / read.scale * (100 if read.is_percent else 1)
        decimals = -int(number.as_tuple().exponent)
        return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) == number and (
            read.is_percent == ("%" in screen)
        )
    return isinstance(read, int | float) and read == stored and number == Decimal(repr(stored))


def _number(screen: str) -> Decimal | None:
    """The number on the screen, if there is one and nothing else; independent of what is tested."""
    plain = unicodedata.normalize("NFKC", screen).replace(",", "").replace("¥", "").strip()
    found = re.fullmatch(r"(?P<minus>[-▲△(]?)\s*-?(?P<size>\d+(\.\d+)?)\D*", plain)
    if not found:
        return None
    return Decimal(found["size"]) * (-1 if found["minus"] or "-" in plain else 1)
