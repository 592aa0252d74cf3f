"""dbt in this process: the parsed project, and the build of the warehouse file.

Heavy: importing this imports dbt. The one that builds must be the home's writer.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest

import terms
from ingest import landing
from services.home import Home
from terms.reading import columns

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
SOURCE_SUFFIXES = {".sql", ".yml", ".csv", ".md"}
OUTPUT_FOLDERS = {"target", "logs", "dbt_packages"}
FAILED_STATUSES = {"fail", "error", "runtime error"}

# The folder in which several homes share what dbt made of the project.
SHARED = "MISHUKIN_PARSED"
# The schema of the views that show marts in Japanese.
VIEWS = "財政"

QUIETLY = (
    "--quiet",
    "--no-print",
    "--log-level=none",
    "--log-level-file=none",
    "--no-use-colors",
    "--no-send-anonymous-usage-stats",
    "--no-version-check",
)


class BuildError(Exception):
    """dbt could not read the project, or a model could not be built."""


@dataclass(frozen=True, slots=True)
class NodeResult:
    """What became of one model, seed, test or hook. `failures` counts a test's rows."""

    unique_id: str
    status: str
    failures: int
    message: str
    seconds: float
    compiled_code: str

    @property
    def failed(self) -> bool:
        """A model that could not be built, or a test that found rows (or could not look)."""
        return self.status in FAILED_STATUSES

    @property
    def is_test(self) -> bool:
        """Whether this is a data test."""
        return self.unique_id.startswith("test.")

    @property
    def is_hook(self) -> bool:
        """What dbt does after all of them: no asset, but it may fail."""
        return self.unique_id.startswith("operation.")

    @property
    def found_rows(self) -> bool:
        """A test that did not pass, as an error or as a warning."""
        return self.is_test and (self.failed or self.status == "warn")


def project_files(project: Path) -> list[Path]:
    """The project's own files, sorted, without what dbt itself writes."""
    return sorted(
        path
        for path in project.rglob("*")
        if path.suffix in SOURCE_SUFFIXES
        and not OUTPUT_FOLDERS & set(path.relative_to(project).parts)
    )


class Warehouse:
    """The dbt project over one home."""

    def __init__(self, home: Home, project: Path = PROJECT) -> None:
        self.home = home
        self.project = project

    def manifest(self) -> dict[str, Any]:
        """The parsed project; parsed only when a file of the project changed."""
        manifest: dict[str, Any] = json.loads(self._stored(".json"))
        return manifest

    def parsed(self) -> Manifest:
        """The same as dbt itself holds it."""
        parsed = Manifest.from_msgpack(self._stored(".msgpack"))
        parsed.build_flat_graph()  # type: ignore[no-untyped-call]  # `graph` of the macros
        return parsed

    def take_in(self) -> Path:
        """What has landed by now, as links: what lands during a build is of the next one."""
        landing.prepare(self.home.landing)
        taken = self.home.dagster / "landed"
        shutil.rmtree(taken, ignore_errors=True)
        landing.link(self.home.landing, taken)
        (taken / landing.REGISTER).symlink_to(self.home.landing / landing.REGISTER)
        return taken

    def build(self, landed: Path) -> list[NodeResult]:
        """Seeds, models and tests in one run, and the file closed again.

        Raises BuildError where dbt could not even begin; a failing model or test is a result.
        """
        # From an empty file: a model that is gone leaves nothing behind, and the file is small.
        self.home.warehouse.unlink(missing_ok=True)
        # Unit tests are about the code, not about the data: they run in the test suite.
        options = ("--exclude-resource-type", "unit_test", "--no-write-json")
        outcome = self._invoke("build", *options, project=self.parsed(), landed=landed)
        if not isinstance(outcome.result, RunExecutionResult):
            raise BuildError(str(outcome.exception))
        return [_node_result(result) for result in outcome.result.results]

    def _state(self) -> str:
        digest = hashlib.sha256()
        digest.update(f"{version('dbt-core')} {version('dbt-duckdb')} {terms.variables()}".encode())
        for path in project_files(self.project):
            digest.update(path.relative_to(self.project).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()[:16]

    def _stored(self, kind: str) -> bytes:
        """What dbt made of the project: `.msgpack` as itself reads it, `.json` for others.

        It is the same for every home: several may share a folder of it.
        """
        folder = Path(os.environ.get(SHARED) or self.home.dagster / "dbt")
        folder.mkdir(parents=True, exist_ok=True)
        cached = folder / f"project-{self._state()}{kind}"
        if not cached.exists():
            self._parse_into(folder, cached.stem)
        return cached.read_bytes()

    def _parse_into(self, folder: Path, name: str) -> None:
        # Anew: from its notes of the project of before, dbt forgets what YAML says of the tests.
        outcome = self._invoke("parse", "--no-partial-parse")
        if not outcome.success:
            raise BuildError(str(outcome.exception))
        for stale in folder.glob("project-*"):
            if not stale.name.startswith(name):
                stale.unlink(missing_ok=True)
        target = self.home.dagster / "dbt" / "target"
        manifest = completed(json.loads((target / "manifest.json").read_bytes()))
        parsed = {
            ".msgpack": (target / "partial_parse.msgpack").read_bytes(),
            ".json": json.dumps(manifest).encode(),
        }
        for kind, content in parsed.items():
            aside = folder / f"{name}{kind}.{os.getpid()}.tmp"
            aside.write_bytes(content)
            aside.replace(folder / f"{name}{kind}")

    def _invoke(
        self,
        command: str,
        *arguments: str,
        project: Manifest | None = None,
        landed: Path | None = None,
    ) -> dbtRunnerResult:
        folder = self.home.create().dagster / "dbt"
        paths = {
            "--project-dir": self.project,
            "--profiles-dir": self.project,
            "--target-path": folder / "target",
            "--log-path": folder / "logs",
        }
        options = [part for option, path in paths.items() for part in (option, str(path))]
        try:
            with environment(self._variables(landed or self.home.landing)):
                return dbtRunner(project).invoke([*QUIETLY, command, *options, *arguments])
        finally:
            # dbt-duckdb keeps the file open for the life of the process; readers need it closed.
            DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]

    def _variables(self, landed: Path) -> dict[str, str]:
        return {
            "MISHUKIN_LANDING": str(landed),
            "MISHUKIN_WAREHOUSE": str(self.home.warehouse),
            **terms.variables(),
        }


def completed(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest with what the YAML leaves to be known.

    A column without a description means what every column of its name does; a view has the columns
    that the YAML of its mart says it shows.
    """
    nodes = manifest["nodes"]
    for node in nodes.values():
        for name, column in node.get("columns", {}).items():
            column["description"] = column["description"] or columns().get(name, "")
    for view in nodes.values():
        for parent in view["depends_on"].get("nodes", []) if view["schema"] == VIEWS else []:
            for column in nodes[parent]["columns"].values():
                if name := column["config"]["meta"].get("view"):
                    view["columns"].setdefault(name, column | {"name": name, "description": ""})
    return manifest


def _node_result(result: Any) -> NodeResult:  # noqa: ANN401 - dbt's results are untyped
    return NodeResult(
        unique_id=result.node.unique_id,
        status=str(getattr(result.status, "value", result.status)),
        failures=result.failures or 0,
        message=result.message or "",
        seconds=result.execution_time,
        compiled_code=getattr(result.node, "compiled_code", None) or "",
    )


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Environment variables for the length of a call, then as they were."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
