"""The figures a real city printed: 7 forms of 7 rows and 19 columns, equal to the digit."""

import json
import re
import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from .conftest import Workshop
from .warehouse import TYPED, Built, Landing

FORMS = json.loads(
    (Path(__file__).parents[2] / "data" / "golden" / "annual_forms.json").read_text("utf-8")
)
# The form's symbols in printed order, and the columns they are printed from.
COLUMNS = {
    "ア": "carried_forward",
    "イ": "reduction",
    "ウ": "assessed_prior",
    "エ": "collected_prior",
    "オ": "written_off_prior",
    "カ": "settled_prior",
    "キ": "collection_rate_prior_pct",
    "ク": "settlement_rate_prior_pct",
    "ケ": "balance_prior",
    "ウ'": "assessed_current",
    "エ'": "collected_current",
    "オ'": "written_off_current",
    "カ'": "settled_current",
    "キ'": "collection_rate_current_pct",
    "ク'": "settlement_rate_current_pct",
    "ケ'": "balance_current",
    "キ''": "collection_rate_pct",
    "ク''": "settlement_rate_pct",
    "ケ''": "balance",
}
SYMBOLS = {column: symbol for symbol, column in COLUMNS.items()}
YEAR = {"A": -2, "B": -1, "C": 0, "D": 0, "E": 1, "F": 1, "G": 2}
SCENARIO = {
    "A": "actual",
    "B": "actual",
    "C": "revised_target",
    "D": "actual",
    "E": "initial_target",
    "F": "revised_target",
    "G": "initial_target",
}
DASHES = {"-", "－", "—"}


def thousand_yen(printed: str) -> int:
    """Yen of a printed amount in 千円: "1,517", "▲159", "26.325" (a comma mistyped), blank as 0."""
    digits = re.sub(r"[,.]", "", unicodedata.normalize("NFKC", printed)).replace("▲", "-")
    return int(digits or 0) * 1000


def percent(printed: str) -> Decimal | None:
    """A printed rate, None where there is none."""
    return None if printed in DASHES or not printed else Decimal(printed.rstrip("%"))


def land(landing: Landing) -> None:
    """All seven forms as the reader lands them."""
    for form in FORMS:
        rows = {
            letter: {column: thousand_yen(printed[SYMBOLS[column]]) for column in TYPED}
            for letter, printed in form["rows"].items()
        }
        reported = {
            part: "—" if text in DASHES else text for part, text in form["attainment"].items()
        }
        landing.annual(
            f"form {form['claim_number']}",
            rows,
            municipality_code=form["municipality_code"],
            claim_number=form["claim_number"],
            claim_name=form["claim_name"],
            claim_classes="private" if form["claim_class"] == "私債権" else "non_enforceable",
            department=form["department"],
            section=form["section"],
            attainment=reported,
            debtors=3,
        )


@pytest.fixture(scope="module")
def built(workshop: Workshop) -> Built:
    """The warehouse of the seven forms, with all tests and unit tests run."""
    landing = workshop.landing()
    land(landing)
    landing.write()
    return workshop.build(unit_tests=True)


def test_every_printed_figure(built: Built) -> None:
    rows = {
        (row["claim_number"], row["fiscal_year"], row["scenario"]): row
        for row in built.rows("select * from marts.fct_collection")
    }
    assert len(rows) == len(FORMS) * len(YEAR)
    wrong = []
    for form in FORMS:
        for letter, printed in form["rows"].items():
            row = rows[form["claim_number"], form["fiscal_year"] + YEAR[letter], SCENARIO[letter]]
            for symbol, column in COLUMNS.items():
                read = percent if column.endswith("_pct") else thousand_yen
                if row[column] != read(printed[symbol]):
                    wrong.append((form["claim_number"], letter, symbol, row[column]))
    assert wrong == []


def test_every_printed_row_is_reached_by_claim_and_year(built: Built) -> None:
    rows = {
        (row["claim_key"], row["fiscal_year"]): row
        for row in built.rows("select * from marts.mart_uncollected_by_year where is_chosen")
    }
    wrong = []
    for form in FORMS:
        for letter, printed in form["rows"].items():
            scenario = SCENARIO[letter]
            row = rows[form["claim_number"], form["fiscal_year"] + YEAR[letter]]
            balance = row["balance" if scenario == "actual" else scenario]
            if balance is None and form["attainment"]["total"] in DASHES:
                balance = 0  # the form says itself that there is no target
            if balance != thousand_yen(printed["ケ''"]):
                wrong.append((form["claim_number"], letter, scenario, balance))
            for symbol, column in COLUMNS.items() if scenario == "actual" else ():
                if column.endswith("_pct") and row[column] != percent(printed[symbol]):
                    wrong.append((form["claim_number"], letter, symbol, row[column]))
    assert wrong == []
    (beside,) = built.rows("""
        select count(*) as facts from marts.fct_collection as fact
        inner join marts.mart_uncollected_by_year as by_year
            on fact.municipality_code = by_year.municipality_code
            and fact.claim_number = by_year.claim_key
            and fact.fiscal_year = by_year.fiscal_year
    """)
    assert beside == {"facts": len(FORMS) * len(YEAR)}


def test_only_the_known_disagreement_is_warned_of(built: Built) -> None:
    assert built.wrong() == {"attainment_agrees": "warn"}
    found = built.found("attainment_agrees")
    assert [(row["submission_id"], row["source_item"], row["measure"]) for row in found] == [
        ("form 010", "total", "reported")
    ]


def test_attainment_of_each_part(built: Built) -> None:
    computed = {
        (row["claim_number"], row["part"]): row["computed"]
        for row in built.rows("select * from marts.mart_target_attainment")
    }
    reported = {
        (form["claim_number"], part): "—" if text in DASHES else text[0]
        for form in FORMS
        for part, text in form["attainment"].items()
    }
    assert computed == reported | {("010", "total"): "A"}


def test_rows_say_what_they_are(built: Built) -> None:
    rows = built.rows("""
        select * from marts.fct_collection where claim_number = '008' order by source_item
    """)
    said = [
        (row["source_item"], row["stage"], row["as_of"].isoformat(), row["debtors"]) for row in rows
    ]
    assert said == [
        ("A", "final", "2018-05-31", None),
        ("B", "final", "2019-05-31", None),
        ("C", None, "2020-05-31", None),
        ("D", "provisional", "2020-05-31", 3),
        ("E", None, "2021-05-31", None),
        ("F", None, "2021-05-31", None),
        ("G", None, "2022-05-31", None),
    ]


def test_database_explains_itself_in_japanese(built: Built) -> None:
    silent = built.rows("""
        select schema_name, table_name, column_name from duckdb_columns()
        where schema_name in ('staging', 'core', 'marts', '財政') and comment is null
    """)
    assert silent == []
    comments: dict[str, Any] = {
        row["column_name"]: row["comment"]
        for row in built.rows("""
            select column_name, comment from duckdb_columns()
            where schema_name = '財政' and table_name = '未収金の推移'
        """)
    }
    symbols = {comment.split(" ")[0] for comment in comments.values()}
    assert symbols >= set(COLUMNS)
