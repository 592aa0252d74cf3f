"""The Ministry of Internal Affairs' rules for machine-readable tables, walked one by one.

統計表における機械判読可能なデータの表記方法の統一ルール (2020-12-18), check items 1-1 to 1-15,
and what this project adds to them for CSV (encoding, line ends) and for figures that are missing.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import openpyxl
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

Datum = str | int | float | date | None
Breach = tuple[str, str]  # the rule's number, and where

NUMBER = re.compile(r"-?\d+(\.\d+)?")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
UNITS = ("_円", "_パーセント")
COUNTS = ("数",)
REASON = "_欠測理由"
CODES = {
    "債権区分": "債権区分コード",
    "目標の種類": "目標の種類コード",
    "集計区分": "集計区分コード",
}
# circled and Roman numerals, units and eras in one character, half-width kana, private use
MACHINE_DEPENDENT = re.compile(
    r"[\u2160-\u217f\u2460-\u24ff\u3200-\u33ff\uff61-\uff9f\ue000-\uf8ff]"
)
DESCRIPTION = "説明"


@dataclass(frozen=True)
class Table:
    """What stands in a file or sheet; the first row has the headings."""

    name: str
    cells: Sequence[Sequence[Datum]]

    @property
    def headings(self) -> list[str]:
        return [str(cell or "") for cell in self.cells[0]]

    def columns(self) -> Iterator[tuple[str, list[Datum]]]:
        for at, heading in enumerate(self.headings):
            yield heading, [row[at] for row in self.cells[1:] if at < len(row)]


def is_figure(heading: str) -> bool:
    """Whether a column holds numbers."""
    return heading == "年度" or heading.endswith((*UNITS, *COUNTS))


def check_csv(content: bytes) -> list[Breach]:
    """Every rule that a CSV file breaks."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        return [("csv-encoding", f"byte {wrong.start}")]
    broken = []
    if not content.startswith(b"\xef\xbb\xbf"):
        broken.append(("csv-encoding", "no BOM"))
    if content.count(b"\n") != content.count(b"\r\n") or not content.endswith(b"\r\n"):
        broken.append(("csv-line-ends", "not CRLF"))
    table = Table("csv", list(csv.reader(io.StringIO(text, newline=""))))
    return [*broken, *check_table(table), *_as_text(table)]


def _as_text(table: Table) -> Iterator[Breach]:
    """In CSV everything is text, so a number and a date must be written as such."""
    for heading, values in table.columns():
        for value in filter(None, values):
            if is_figure(heading) and not NUMBER.fullmatch(str(value)):
                yield "1-3", f"{heading}: {value}"
            if heading == "基準日" and not DATE.fullmatch(str(value)):
                yield "1-11", str(value)


def check_xlsx(content: bytes) -> list[Breach]:
    """Every rule that a workbook breaks."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return [("1-1", "no .xlsx")]
    book = openpyxl.load_workbook(io.BytesIO(content))
    broken: list[Breach] = []
    for sheet in book.worksheets:
        broken.extend(_of_sheet(sheet))
        table = Table(sheet.title, [list(row) for row in sheet.values])
        broken.extend(check_table(table))
        broken.extend(_as_values(table))
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        objects = [name for name in parts.namelist() if re.search("drawing|media|chart", name)]
    return [*broken, *(("1-8", name) for name in objects)]


def _of_sheet(sheet: Worksheet) -> Iterator[Breach]:
    """What only a spreadsheet can do wrong."""
    for merged in sheet.merged_cells.ranges:
        yield "1-4", f"{sheet.title}!{merged}"
    if sheet.sheet_state != "visible":
        yield "hidden", sheet.title
    for dimensions in (sheet.row_dimensions, sheet.column_dimensions):
        for at, one in dimensions.items():
            if one.hidden:
                yield "hidden", f"{sheet.title}: {at}"
    for cell in (cell for row in sheet.iter_rows() for cell in row):
        if isinstance(cell, Cell):
            yield from _of_cell(sheet, cell)


def _of_cell(sheet: Worksheet, cell: Cell) -> Iterator[Breach]:
    where = f"{sheet.title}!{cell.coordinate}"
    if cell.data_type == "f":
        yield "1-7", where
    if cell.comment is not None:
        yield "1-8", where
    # 1,234円 may be a number whose format adds what is not there
    if cell.data_type == "n" and cell.number_format not in ("General", "0", "0.0", "yyyy-mm-dd"):
        yield "1-3", where


def _as_values(table: Table) -> Iterator[Breach]:
    for heading, values in table.columns():
        for value in values:
            if is_figure(heading) and isinstance(value, str):
                yield "1-3", f"{table.name} {heading}: {value}"
            if heading == "基準日" and not isinstance(value, datetime):
                yield "1-11", f"{table.name} {value}"


def check_table(table: Table) -> list[Breach]:
    """The rules that hold for any table."""
    return [broken for rule in RULES for broken in rule(table)]


def one_datum_a_cell(table: Table) -> Iterator[Breach]:
    """1-2: no lists in a cell; names stand as they are registered, notes and reasons are prose."""
    for heading, values in table.columns():
        if table.name != DESCRIPTION and not heading.endswith((REASON, "注記", "債権名")):
            for value in values:
                if isinstance(value, str) and re.search(r"[、/;,]|\(\d+\)", value):
                    yield "1-2", f"{table.name} {heading}: {value}"


def no_layout_in_text(table: Table) -> Iterator[Breach]:
    """1-5: no blanks in front or behind, no line breaks, no two blanks."""
    for row in table.cells:
        for value in row:
            if isinstance(value, str) and (
                value != value.strip() or re.search(r"[\r\n\t]| {2}|\u3000", value)
            ):
                yield "1-5", f"{table.name}: {value!r}"


def headings_are_whole(table: Table) -> Iterator[Breach]:
    """1-6: every column has a heading of its own, and nothing stands for 'as above'."""
    for heading in table.headings:
        if not heading or table.headings.count(heading) > 1:
            yield "1-6", f"{table.name}: {heading or 'no heading'}"
    for heading, values in table.columns():
        if any(value in ("〃", "同上", "″", '"') for value in values):
            yield "1-6", f"{table.name} {heading}"


def units_are_stated(table: Table) -> Iterator[Breach]:
    """1-9: the heading of a figure names its unit."""
    figures = r"(残高|増減額|率|額)$"
    for heading in table.headings:
        if re.search(figures, heading):
            yield "1-9", f"{table.name}: {heading}"


def no_machine_dependent_characters(table: Table) -> Iterator[Breach]:
    """1-10."""
    for row in table.cells:
        for value in row:
            if isinstance(value, str) and MACHINE_DEPENDENT.search(value):
                yield "1-10", f"{table.name}: {value}"


def years_are_western(table: Table) -> Iterator[Breach]:
    """1-11: the day and the fiscal year stand in each row, and are western."""
    if table.name == DESCRIPTION:
        return
    for heading in {"基準日", "年度"} - set(table.headings):
        yield "1-11", f"{table.name}: no {heading}"
    for heading, values in table.columns():
        for value in values:
            if heading == "年度" and not re.fullmatch(r"\d{4}", str(value)):
                yield "1-11", f"{table.name} {heading}: {value}"


def place_is_coded(table: Table) -> Iterator[Breach]:
    """1-12: the municipality's code and name in each row; other codes beside their names."""
    if table.name == DESCRIPTION:
        return
    for heading in {"団体コード", "団体名"} - set(table.headings):
        yield "1-12", f"{table.name}: no {heading}"
    for heading, values in table.columns():
        if heading == "団体コード":
            for value in values:
                if not re.fullmatch(r"\d{6}", str(value)):
                    yield "1-12", f"{table.name}: {value}"
    for name, code in CODES.items():
        if name in table.headings and code not in table.headings:
            yield "1-12", f"{table.name}: {name} without {code}"


def missing_is_empty_with_a_reason(table: Table) -> Iterator[Breach]:
    """1-13: no sign stands for what is missing; the reason column says why, and only then."""
    columns = dict(table.columns())
    for heading, values in columns.items():
        if is_figure(heading):
            for value in values:
                if isinstance(value, str) and re.fullmatch(r"[*xX\-—－…]+|なし|不明|秘匿", value):
                    yield "1-13", f"{table.name} {heading}: {value}"
        if heading.endswith(UNITS):
            reasons = columns.get(heading.rsplit("_", 1)[0] + REASON)
            if reasons is None:
                yield "1-13", f"{table.name}: no reason for {heading}"
                continue
            for value, reason in zip(values, reasons, strict=True):
                if (value in (None, "")) != bool(reason):
                    yield "1-13", f"{table.name} {heading}: {value} {reason}"


def nothing_is_torn(table: Table) -> Iterator[Breach]:
    """1-14: no empty row or column, and rows as wide as the headings."""
    for at, row in enumerate(table.cells, start=1):
        if not any(value not in (None, "") for value in row) or len(row) != len(table.cells[0]):
            yield "1-14", f"{table.name}: row {at}"


def one_table_a_sheet(table: Table) -> Iterator[Breach]:
    """1-15: one row of headings, never again below."""
    for at, row in enumerate(table.cells[1:], start=2):
        if list(row)[:2] == list(table.cells[0])[:2]:
            yield "1-15", f"{table.name}: row {at}"


def text_is_no_formula(table: Table) -> Iterator[Breach]:
    """1-7: nor does any text become one when it is opened."""
    for heading, values in table.columns():
        for value in values:
            if isinstance(value, str) and re.match(r"[=+@\t\r＝＋－＠]|-(?!\d)", value):
                yield "1-7", f"{table.name} {heading}: {value}"


RULES: tuple[Callable[[Table], Iterator[Breach]], ...] = (
    one_datum_a_cell,
    no_layout_in_text,
    headings_are_whole,
    units_are_stated,
    no_machine_dependent_characters,
    years_are_western,
    place_is_coded,
    missing_is_empty_with_a_reason,
    nothing_is_torn,
    one_table_a_sheet,
    text_is_no_formula,
)
