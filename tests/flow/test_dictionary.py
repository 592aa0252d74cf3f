"""The data dictionary of a real generation: nothing is missing, and all has its source."""

from io import BytesIO
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from exports.dictionary import PAGE, WORKBOOK, Dictionary, files, read_dictionary
from exports.dictionary.catalogue import FORMS
from services.desks import dictionary as dictionaries
from services.generation import NoGenerationError
from services.home import Home
from services.query import ask
from services.warehouse.build import PROJECT, Warehouse
from services.warehouse.contracts import contracts


@pytest.fixture(scope="module")
def dictionary(built_once: Home) -> Dictionary:
    with duckdb.connect(built_once.current.resolve(), read_only=True) as connection:
        manifest = Warehouse(built_once).manifest()
        return read_dictionary(connection, manifest, contracts(manifest), "見本市")


def test_every_table_view_and_column_is_told(built_once: Home, dictionary: Dictionary) -> None:
    columns = ask(
        built_once,
        "select schema_name, table_name, column_name from duckdb_columns() "
        "where schema_name in ('marts', '財政')",
    ).rows
    told = {("marts", table.name, c.name) for table in dictionary.tables for c in table.columns}
    told |= {
        ("財政", table.view, c.view_name) for table in dictionary.tables for c in table.columns
    }
    assert set(columns) - told == set()


def test_every_table_and_column_is_told_in_japanese(dictionary: Dictionary) -> None:
    tables = [t.name for t in dictionary.tables if t.title.isascii() or t.grain.isascii()]
    columns = [
        f"{table.name}.{column.name}"
        for table in dictionary.tables
        for column in table.columns
        if column.text.name.isascii() or not (column.text.meaning or column.text.formula)
    ]
    assert (tables, columns) == ([], [])


def test_every_mart_has_checks(dictionary: Dictionary) -> None:
    assert [table.name for table in dictionary.tables if table.name and not table.checks] == []


def test_questions_measures_and_version_are_told(built_once: Home, dictionary: Dictionary) -> None:
    assert [q.name for q in dictionary.questions] == [
        path.stem for path in sorted((PROJECT / "analyses").glob("*.sql"))
    ]
    balance = next(m for m in dictionary.measures if m.name == "balance")
    assert (balance.symbol, balance.formula) == ("ケ''", "ケ＋ケ'")
    assert ask(built_once, "select max(version) from mart_contract_version").rows == [
        (dictionary.version,)
    ]


def test_figures_come_from_the_forms_that_the_dictionary_names(
    built_once: Home, dictionary: Dictionary
) -> None:
    strangers = {}
    for table in dictionary.tables:
        if table.name and any(column.name == "submission_id" for column in table.columns):
            submitted = f"(select submission_id from {table.name})"  # noqa: S608
            forms = ask(
                built_once,
                f"select distinct form from mart_submission where submission_id in {submitted}",  # noqa: S608
            ).rows
            strangers[table.name] = {FORMS[form] for (form,) in forms} - set(table.forms)
    assert strangers["fct_collection"] == set()
    assert [name for name, forms in strangers.items() if forms] == []


def test_same_generation_same_bytes(dictionary: Dictionary) -> None:
    assert files(dictionary) == files(dictionary)


def test_the_workbook_has_a_row_for_every_column_and_no_formula(dictionary: Dictionary) -> None:
    book = load_workbook(BytesIO(files(dictionary)[WORKBOOK]))
    assert book.sheetnames == ["目次", "表", "列", "指標", "問い合わせ集", "データ契約"]
    assert book["列"].max_row == dictionary.columns + 1
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_the_dictionary_lies_beside_the_extracts(built_once: Home) -> None:
    current = built_once.extracts / "current"
    assert (current / PAGE).read_bytes() == dictionaries.files_of(built_once)[PAGE]
    assert (current / WORKBOOK).exists()


def test_without_a_generation_there_is_no_dictionary(tmp_path: Path) -> None:
    with pytest.raises(NoGenerationError):
        dictionaries.files_of(Home(tmp_path / "home").create())
