"""The main job: what it leaves, what stops it, and what it leaves alone then."""

from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import duckdb
from flow.city import (
    CODE,
    IN_NOVEMBER,
    RECEIVED,
    balance_report,
    fingerprint,
    land,
    land_broken,
    mishukin,
)

from orchestration import runs
from orchestration.definitions import build_defs
from orchestration.instance import open_instance
from services.clock import stopped_at
from services.exits import Exit
from services.home import Home
from services.query import ask
from services.warehouse import quality, seal
from services.warehouse.build import Warehouse
from services.warehouse.contracts import contracts

KEPT = ("landing", "returned", "marts", "extracts", "drafts")
LATER = stopped_at(RECEIVED + timedelta(days=2))


def test_the_inbox_becomes_a_generation_and_drafts(built_once: Home) -> None:
    assert ask(built_once, "select count(distinct claim_number) from fct_collection").rows == [(7,)]
    assert ask(built_once, 'select count(*) from "未収金の推移"').rows[0][0] > 40
    assert sorted(path.name for path in built_once.drafts.iterdir()) == [
        "2020-07-31",
        "2020-10-31",
    ]
    with duckdb.connect(built_once.current.resolve(), read_only=True) as connection:
        undocumented = connection.execute(
            "select table_name, column_name from duckdb_columns() "
            "where schema_name = 'marts' and comment is null"
        ).fetchall()
    assert undocumented == []


def test_what_is_faulty_goes_back_once_and_running_again_changes_nothing(built: Home) -> None:
    (built.inbox / CODE / "文字.xlsx").write_text("text")
    outcome = runs.run(built, LATER)
    assert outcome.code is Exit.REJECTED
    assert any(message.startswith("文字.xlsx") for message in outcome.messages)
    assert ask(built, "select count(*) from mart_finding where file = '文字.xlsx'").rows[0][0]
    (copy,) = (built.returned / CODE).glob("*.xlsx")
    told = f"返却するブックを作りました: returned/{CODE}/{copy.name} (元: 文字.xlsx)"
    assert told in outcome.messages
    before = {name: fingerprint(built.root / name) for name in KEPT}
    assert told not in runs.run(built, LATER).messages
    assert {name: fingerprint(built.root / name) for name in KEPT} == before


def test_changed_figures_change_their_own_draft_only(built: Home, tmp_path: Path) -> None:
    before = fingerprint(built.drafts)
    path = tmp_path / "october.xlsx"
    path.write_bytes(balance_report(date(2020, 10, 31), 1200))
    land(built, [path], IN_NOVEMBER + timedelta(days=1))
    outcome = runs.run(built, LATER)
    assert outcome.code is Exit.DONE, outcome.messages
    after = fingerprint(built.drafts)
    sums = {day: f"{day}/SHA256SUMS" for day in ("2020-07-31", "2020-10-31")}
    assert after[sums["2020-07-31"]] == before[sums["2020-07-31"]]
    assert after[sums["2020-10-31"]] != before[sums["2020-10-31"]]


def test_a_build_says_where_its_generation_is_and_nothing_else(built: Home) -> None:
    ended = mishukin(built, "build")
    assert ended.code == Exit.DONE
    assert ended.out == f"marts/{built.current.resolve().name}\n"
    assert ended.err == ""


def test_a_failing_check_leaves_everything_in_place_and_names_the_cell(built: Home) -> None:
    """Nor is a generation made afterwards, asked for on its own."""
    before = {name: fingerprint(built.root / name) for name in ("marts", "drafts", "public")}
    sheet, cell = land_broken(built)
    ended = mishukin(built, "build")
    assert (ended.code, ended.out) == (Exit.CHECK_FAILED, "")
    line = next(line for line in ended.err.splitlines() if "status_adds_up_to_balance" in line)
    assert f"こわれた.xlsx › {sheet}!" in line
    assert cell in line
    after = {name: fingerprint(built.root / name) for name in ("marts", "drafts", "public")}
    assert after == before
    assert not seal.is_sealed(built)

    with open_instance(built) as instance:
        job = build_defs(built).resolve_job_def("build")
        result = job.execute_in_process(
            instance=instance,
            asset_selection=[dg.AssetKey("generation")],
            raise_on_error=False,
        )
    assert not result.success
    assert "検査に合格していない" in runs.stopped(result).messages[0]
    assert fingerprint(built.marts) == before["marts"]


def test_a_contract_that_evaluates_nothing_has_failed(built_once: Home) -> None:
    promised = contracts(Warehouse(built_once).manifest())
    promised["fct_collection"]["dataset"] = "warehouse/elsewhere/fct_collection"
    results = quality.verify(built_once, promised)
    assert [result.mart for result in results if not result.passed] == ["fct_collection"]


def test_the_ui_sees_the_runs_of_the_command_line(built: Home) -> None:
    with open_instance(built) as instance:
        jobs = {run.job_name for run in instance.get_runs()}
        assert {"main", "balance_report_july", "balance_report_october"} <= jobs
        keys = {key.to_user_string() for key in instance.all_asset_keys()}
    assert {"landing", "marts/fct_collection", "generation", "balance_report_draft"} <= keys
