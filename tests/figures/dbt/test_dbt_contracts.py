"""The published contract of the marts: it holds on a built warehouse, and notices a breach."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from shutil import copyfile

import duckdb
import pytest

# soda's own package must be imported before its plugins.
import soda_core  # noqa: F401
from soda_core.common.yaml import ContractYamlSource
from soda_core.contracts.contract_verification import CheckOutcome, ContractVerificationSession
from soda_duckdb.common.data_sources.duckdb_data_source import DuckDBDataSourceImpl

from services.warehouse.contracts import Spec

from .conftest import PROJECT, Workshop
from .warehouse import Built

BREACHES = {
    "fct_collection": "update marts.fct_collection set balance = balance + 1",
    "fct_claim_status": "update marts.fct_claim_status set status_code = '①'",
    "mart_balance_report": "update marts.mart_balance_report set change = 1",
    "mart_balance_total": "update marts.mart_balance_total set balance = balance + 1",
    "mart_target_attainment": "update marts.mart_target_attainment set computed = 'A'",
    "mart_submission": "insert into marts.mart_submission from marts.mart_submission",
    "mart_finding": "alter table marts.mart_finding drop column cell",
    "dim_claim": "update marts.dim_claim set limitation_years = 0",
    "mart_plan_progress": "update marts.mart_plan_progress set unit = 'percent'",
    "mart_plan_comparison": "update marts.mart_plan_comparison set vs_target = 0",
    "mart_settlement": "update marts.mart_settlement set uncollected = 1",
    "mart_settlement_target": "alter table marts.mart_settlement_target drop column claim_number",
    "mart_claim_list": "update marts.mart_claim_list set claim_classes = '強・私'",
    "mart_city_target": "update marts.mart_city_target set target_change_kind = 'looser'",
    "mart_figure": "update marts.mart_figure set value = value + 0.5 where unit = '円'",
    "dim_inhabitants": "update marts.dim_inhabitants set inhabitants = -1",
    "mart_restatement": "update marts.mart_restatement set restated_by = -restated_by",
    "mart_contract_version": "update marts.mart_contract_version set version = 0",
    "mart_outlook": "update marts.mart_outlook set expected_balance_low = expected_balance + 1",
    "mart_outlook_course": "update marts.mart_outlook_course set residual = residual + 1",
    "mart_outlook_total": "update marts.mart_outlook_total set expected_balance_high = -1",
    "dim_measure": "update marts.dim_measure set formula = null where measure = 'balance'",
    "mart_status_mix": "update marts.mart_status_mix set change = change + 1",
    "mart_target_ageing": "update marts.mart_target_ageing set attained = not attained",
    "mart_opening_balance": "update marts.mart_opening_balance set opening_residual = 1",
    "mart_uncollected_by_year": "update marts.mart_uncollected_by_year set is_chosen = false",
    "mart_claim_to_register": "update marts.mart_claim_to_register set form = '調書'",
    "mart_duplicate_claim": "alter table marts.mart_duplicate_claim drop column remedy",
    "mart_collection_status": "update marts.mart_collection_status set form = '調書'",
    "saved_question": "insert into marts.saved_question from marts.saved_question",
    "dim_department": "insert into marts.dim_department from marts.dim_department",
    "dim_due_date": "alter table marts.dim_due_date drop column due_on",
    "dim_fiscal_year": "insert into marts.dim_fiscal_year from marts.dim_fiscal_year",
    "dim_municipality": "update marts.dim_municipality set municipality_code = '27100'",
    "dim_status_class": "update marts.dim_status_class set status_code = '1'",
}


@pytest.fixture(scope="module")
def built(workshop: Workshop) -> Built:
    """A small warehouse with a row in every mart."""
    landing = workshop.landing()
    row = {"carried_forward": 5_000, "assessed_prior": 5_000}
    landing.annual("annual", {"D": row}, attainment={"prior": "B1", "current": "—", "total": "B1"})
    for year in range(2018, 2022):  # three of them settled: the least that an outlook needs
        landing.interim(
            f"interim {year}",
            {"003": row},
            as_of=date(year, 7, 31),
            fiscal_year=year,
            received_at=f"{year}-08-20T09:00:00+09:00",
        )
    landing.annual("next year", {"B": row | {"collected_prior": 1_000}, "D": row}, fiscal_year=2020)
    landing.finding(submission_id="annual", rule="attainment", severity="warning")
    claim = {"department": "財政局", "claim_name": "使用料"}
    landing.plan("plan", [claim | {"figures": (1_000, 2_000, 3_000, 4_000)}])
    listed = {"claim_name": "使用料", "uncollected": 1_000, "claim_classes": "private"}
    landing.claim_list("list", [listed], total=1_000)
    landing.promotion(
        "sheet",
        {2022: {"assessed": 9_000, "collected": 7_000, "written_off": 0, "uncollected": 2_000}},
        targets={2023: {"rate_current": "98.5", "uncollected_target": 1_000}},
    )
    landing.city_target(
        "targets",
        [
            {"fiscal_year": 2020, "target_kind": "initial_target", "target": 386},
            {"fiscal_year": 2020, "target_kind": "revised_target", "target": 635, "actual": 479},
        ],
    )
    taxes = {"claim_name": "不動産取得税", "part": "prior", "unit": "円"}
    people = {"as_of": "2020-01-01", "unit": "人"}
    landing.table("table", [("assessed", "9000", 2020, taxes), ("inhabitants", "9", None, people)])
    landing.write()
    return workshop.build()


def breaches(warehouse: Path, contract: Spec) -> Iterator[str]:
    """What of a contract does not hold, or was not evaluated."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        source = DuckDBDataSourceImpl.from_existing_cursor(connection, name="warehouse")
        session = ContractVerificationSession.execute(
            contract_yaml_sources=[ContractYamlSource.from_str(json.dumps(contract))],
            data_source_impls=[source],
        )
    yield from session.get_errors()
    (result,) = session.contract_verification_results
    assert any(check.check.type == "schema" for check in result.check_results)
    for check in result.check_results:
        if check.outcome is not CheckOutcome.PASSED:
            yield f"{check.check.name}: {check.outcome}"


def test_every_contract_has_a_breach(promised: dict[str, Spec]) -> None:
    assert set(promised) == set(BREACHES)


@pytest.mark.parametrize("mart", BREACHES)
def test_contract_holds_and_a_breach_is_noticed(
    built: Built, promised: dict[str, Spec], mart: str, tmp_path: Path
) -> None:
    contract = promised[mart]
    assert list(breaches(built.path, contract)) == []
    broken = tmp_path / "broken.duckdb"
    copyfile(built.path, broken)
    with duckdb.connect(broken) as connection:
        connection.execute(BREACHES[mart])
    assert list(breaches(broken, contract)) != []


def test_dbt_docs_tell_of_every_mart(workshop: Workshop, built: Built, tmp_path: Path) -> None:
    warehouse = workshop.folder / "warehouse.duckdb"
    copyfile(built.path, warehouse)
    workshop.dbt("docs", "generate", "--target-path", str(tmp_path))
    warehouse.unlink()
    catalogue = json.loads((tmp_path / "catalog.json").read_text("utf-8"))
    told = {node["metadata"]["name"] for node in catalogue["nodes"].values()}
    assert {path.stem for path in PROJECT.glob("models/marts/*.sql")} - told == set()
    assert (tmp_path / "index.html").stat().st_size > 0
