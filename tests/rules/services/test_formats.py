"""Every value that DuckDB has can be written in every format, and none of them does anything."""

import csv
import json
from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from services.exits import Stop
from services.formats import FORMATS, to_csv, to_json, to_text, to_xlsx, write
from services.query import Table

# As SQL, and what a program reads of it.
VALUES: Mapping[str, Any] = {
    "null": None,
    "true": True,
    "'=1+1'": "=1+1",
    "'\uff1d1+1'": "\uff1d1+1",
    "'a' || chr(0) || chr(27) || '[2J' || chr(10) || 'b'": "a\x00\x1b[2J\nb",
    "'\u202e逆'": "\u202e逆",
    "9007199254740993": 9007199254740993,
    "170141183460469231731687303715884105727::hugeint": 2**127 - 1,
    "12345678901234567890123::bignum": "12345678901234567890123",
    "0.4::decimal(7, 1)": 0.4,
    "'0.12345678901234567890123456789012345678'::decimal(38, 38)": (
        "0.12345678901234567890123456789012345678"
    ),
    "'nan'::double": "nan",
    "'-inf'::double": "-inf",
    "[1, null]": [1, None],
    "[1, 2]::int[2]": [1, 2],
    "{'a': [1.5], 'b': {'c': date '2026-10-30'}}": {"a": [1.5], "b": {"c": "2026-10-30"}},
    "map {date '2026-10-30': 1.50::decimal(5, 2)}": {"2026-10-30": 1.5},
    "map {[1]: 'x'}": {"key": [[1]], "value": ["x"]},
    "'\\x00\\xff'::blob": "00ff",
    "interval '-5 days'": "-5 days, 0:00:00",
    "'101'::bit": "101",
    "union_value(a := 1)": 1,
    "'x'::enum('x', 'y')": "x",
    "date '0001-01-01'": "0001-01-01",
    "date '294247-01-01'": "294247-01-01",
    "timestamp 'infinity'": "9999-12-31T23:59:59.999999",
    "timestamptz '2026-10-30 00:00:00+09'": "2026-10-30T00:00:00+09:00",
    "time '12:00:00'": "12:00:00",
    "timetz '12:00:00+09'": "12:00:00+09:00",
    "'a1b2c3d4-0000-4000-8000-000000000000'::uuid": "a1b2c3d4-0000-4000-8000-000000000000",
}
COLUMNS = ("a", "a", "a_2", "", "=名\x1b", "\n")
Cells = list[tuple[object, ...]]


def of(sql: str) -> Table:
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'Asia/Tokyo'")
    return Table.of(connection.execute(f"select {sql} as v"))


def sheet_of(table: Table) -> Cells:
    return list(load_workbook(BytesIO(to_xlsx(table))).worksheets[0].iter_rows(values_only=True))


@pytest.mark.parametrize("sql", VALUES)
def test_every_value_can_be_written_in_every_format(sql: str, tmp_path: Path) -> None:
    table = of(sql)
    for form in FORMATS:
        write(table, form, tmp_path / form)
        assert (tmp_path / form).stat().st_size
    assert json.loads(to_json(table)) == [{"v": VALUES[sql]}]


texts = st.text(st.characters(codec="utf-8"))
numbers = st.one_of(
    st.integers(-(2**127), 2**127),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.floats(),
    st.booleans(),
)
moments = st.one_of(st.dates(), st.datetimes(), st.times(), st.timedeltas())
plain = st.one_of(st.none(), texts, numbers, moments, st.binary(), st.uuids())
values = st.recursive(
    plain, lambda inner: st.one_of(st.lists(inner), st.dictionaries(plain, inner)), max_leaves=8
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(*[values] * len(COLUMNS)), max_size=4))
def test_whatever_the_values_are_each_format_holds_one_of_each(rows: Cells) -> None:
    table = Table(COLUMNS, rows)
    sheet = load_workbook(BytesIO(to_xlsx(table))).worksheets[0]
    assert sheet.max_column == len(COLUMNS)
    assert sheet.max_row <= len(rows) + 1
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    told = list(csv.reader(StringIO(to_csv(table), newline="")))
    assert [len(row) for row in told] == [len(COLUMNS)] * (len(rows) + 1)
    assert not any(text.lstrip().startswith(tuple("=+@")) for row in told for text in row)
    records = json.loads(to_json(table), parse_constant=pytest.fail)
    assert [len(record) for record in records] == [len(COLUMNS)] * len(rows)
    lines = to_text(table).splitlines()
    assert len(lines) == len(rows) + 3
    assert all(c.isprintable() or c.isspace() or ord(c) > 0x9F for line in lines for c in line)


def test_a_formula_stays_a_text_and_a_number_a_number() -> None:
    table = Table(("v", "w"), [("=1+1", -5), ("\t=1+1", Decimal("-0.5")), (" +1", 1.5)])
    rows = list(csv.reader(StringIO(to_csv(table), newline="")))
    assert rows[1:] == [["'=1+1", "-5"], ["'\t=1+1", "-0.5"], ["' +1", "1.5"]]
    assert sheet_of(table)[1] == ("=1+1", -5)


def test_excel_gets_as_a_text_what_it_would_round() -> None:
    table = Table(("v",), [(10**15,), (2**53 + 1,), (Decimal("0.1234567890123456"),), (0.1,)])
    assert [row[0] for row in sheet_of(table)[1:]] == [
        10**15, "9007199254740993", "0.1234567890123456", 0.1,
    ]  # fmt: skip


def test_what_no_sheet_can_hold_is_refused_and_not_cut_off() -> None:
    with pytest.raises(Stop, match="32,767文字まで"):
        to_xlsx(Table(("v",), [("あ" * 40_000,)]))
    with pytest.raises(Stop, match="1,048,576行"):
        to_xlsx(Table(("v",), [(1,)] * 1_048_576))


def test_a_file_of_csv_is_known_as_japanese_by_a_spreadsheet(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    table = Table(("名",), [("松",)])
    write(table, "csv", tmp_path / "a.csv")
    write(table, "csv", None)
    assert (tmp_path / "a.csv").read_bytes() == b"\xef\xbb\xbf" + capsysbinary.readouterr().out
