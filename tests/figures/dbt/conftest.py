"""dbt in this process, on a landing zone and a warehouse of the session."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

import terms
from services.home import Home
from services.warehouse.build import QUIETLY, Warehouse
from services.warehouse.contracts import Spec, contracts

from .warehouse import Built, Landing

PROJECT = Path(__file__).parents[3] / "dbt_project"


class Workshop:
    """Builds of the session, of the project as the commands have parsed it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.builds = 0
        self.project = Warehouse(Home(folder / "home"))
        self.parsed = self.project.parsed()

    def landing(self) -> Landing:
        """An empty landing zone in place of the one before."""
        shutil.rmtree(self.folder / "landing", ignore_errors=True)
        zone = Landing(self.folder / "landing")
        zone.write()
        return zone

    def build(self, *models: str, unit_tests: bool = False) -> Built:
        """A warehouse of the landing zone as it is now, in a file of its own.

        With `models` only these, what they read, and the tests that can look then.
        """
        options = () if unit_tests else ("--exclude-resource-type", "unit_test")
        if models:
            options += ("--indirect-selection", "buildable", "--select", *(f"+{m}" for m in models))
        results = self.dbt("build", "--no-write-json", *options)
        self.builds += 1
        # In a folder of its own: the name of the file is the name that queries know it by.
        built = self.folder / f"build-{self.builds}" / "warehouse.duckdb"
        built.parent.mkdir()
        (self.folder / "warehouse.duckdb").rename(built)
        return Built(built, {result.node.name: result for result in results})

    def dbt(self, *arguments: str) -> Any:
        """Run a dbt command; raises what kept it from running."""
        folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
        try:
            outcome = dbtRunner(self.parsed).invoke([*QUIETLY, *arguments, *folders])
        finally:
            # dbt-duckdb keeps the file open for the life of the process.
            DuckDBConnectionManager.close_all_connections()
        if outcome.exception:
            raise outcome.exception
        return outcome.result


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """dbt in this process on the session's landing zone and warehouse."""
    folder = tmp_path_factory.mktemp("dbt")
    variables = {
        "MISHUKIN_LANDING": str(folder / "landing"),
        "MISHUKIN_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DO_NOT_TRACK": "1",
        **terms.variables(),
    }
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    yield Workshop(folder)
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


@pytest.fixture(scope="session")
def promised(workshop: Workshop) -> dict[str, Spec]:
    """The contracts of the marts."""
    return contracts(workshop.project.manifest())


@pytest.fixture
def landing(workshop: Workshop) -> Landing:
    """An empty landing zone."""
    return workshop.landing()


@pytest.fixture
def build(workshop: Workshop, landing: Landing) -> Callable[..., Built]:
    """Writes what the landing zone was given, and builds the warehouse (or `models`) from it."""

    def build_it(*models: str) -> Built:
        landing.write()
        return workshop.build(*models)

    return build_it
