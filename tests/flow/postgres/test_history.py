"""Dagster's run history in PostgreSQL, as a team's deployment keeps it."""

from pathlib import Path

import dagster as dg
import pytest
from dagster_postgres import PostgresRunStorage
from support.postgres import Database

from orchestration.instance import DSN_VARIABLE, open_instance
from services.home import Home


@dg.job
def nothing() -> None:
    """A job without a step."""


def test_runs_are_told_from_postgresql_and_its_address_is_in_no_file(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    address = database.url
    monkeypatch.setenv(DSN_VARIABLE, address)
    for _ in range(2):
        with open_instance(home) as instance:
            assert isinstance(instance.run_storage, PostgresRunStorage)
            assert nothing.execute_in_process(instance=instance).success
    with open_instance(home) as instance:
        assert [run.job_name for run in instance.get_runs()] == ["nothing", "nothing"]
    assert address not in (home.dagster / "dagster.yaml").read_text(encoding="utf-8")
