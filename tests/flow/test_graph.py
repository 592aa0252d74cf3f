"""The graph reads as the flow: inbox, landing, layers, generation, drafts, website."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from flow.graph import GOLDEN, graph_lines

from orchestration.definitions import build_defs
from services.home import Home

ROOT = Path(__file__).parents[2]


def test_the_asset_graph_is_the_one_that_was_agreed(built_once: Home) -> None:
    lines = list(graph_lines(build_defs(built_once)))
    assert lines == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_the_ui_tells_in_japanese_what_everything_is_and_whose(built_once: Home) -> None:
    definitions = build_defs(built_once)
    graph = definitions.resolve_asset_graph()
    told = {
        key.to_user_string(): graph.get(key).description for key in graph.materializable_asset_keys
    }
    told |= {
        check.to_user_string(): graph.get_check_spec(check).description
        for check in graph.asset_check_keys
    }
    repository = definitions.get_repository_def()
    runs = [*repository.schedule_defs, *repository.sensor_defs, *repository.get_all_jobs()]
    told |= {each.name: each.description for each in runs if each.name != "__ASSET_JOB"}
    # kana or kanji: a formula of a form's own symbols is Japanese as well
    assert [name for name, text in told.items() if not re.search("[ぁ-ヿ一-鿿]", text or "")] == []
    assert {tuple(graph.get(key).owners) for key in graph.get_all_asset_keys()} == {
        ("team:zaisei",)
    }


def test_overrides_replace_resources(built_once: Home) -> None:
    definitions = build_defs(built_once, clock="another clock")
    assert definitions.resources is not None
    assert definitions.resources["clock"] == "another clock"
    assert definitions.resources["home"] == built_once


@pytest.mark.parametrize("told", [True, False])
def test_the_workspace_validates_with_and_without_a_home(
    built_once: Home, tmp_path: Path, told: bool
) -> None:
    environ = {name: value for name, value in os.environ.items() if name != "MISHUKIN_HOME"}
    home = tmp_path / ("told" if told else "var")
    if told:
        environ["MISHUKIN_HOME"] = str(home)
    # In any other home dbt would parse its project anew, and leave a folder.
    shutil.copytree(built_once.dagster / "dbt", home / "dagster" / "dbt")
    workspace = tmp_path / "workspace.yaml"
    workspace.write_bytes((ROOT / "workspace.yaml").read_bytes())
    done = subprocess.run(
        [sys.executable, "-m", "dagster", "definitions", "validate", "-w", str(workspace)],
        cwd=tmp_path, env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert set(tmp_path.iterdir()) == {home, workspace}


def test_telemetry_is_off_everywhere(built_once: Home) -> None:
    config = yaml.safe_load((built_once.dagster / "dagster.yaml").read_text(encoding="utf-8"))
    assert config["telemetry"] == {"enabled": False}
    assert config["concurrency"] == {"runs": {"max_concurrent_runs": 1}}
    assert os.environ["DO_NOT_TRACK"] == "1"
    assert os.environ["DAGSTER_DISABLE_TELEMETRY"] == "1"
    assert os.environ["SODA_CORE_TELEMETRY_ENABLED"] == "false"
    assert os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] == "false"
