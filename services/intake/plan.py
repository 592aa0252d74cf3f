"""`mishukin load --plan`: what a load would change, found out on a copy; the home stays as it is.

The landing zone is copied (links), the load and the build run on the copy, and the marts are
compared with the current generation, the reports with what was published. Heavy: imports dbt.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from exports.errors import PublicationError
from exports.marts import attach
from exports.press.files import plain
from exports.press.quoting import quoted
from exports.release import site
from exports.release.drafting import Compared
from exports.report.corrections import compared_rows
from ingest import landing
from ingest.load import Arrival, Progress, SourceFile, load
from ingest.reports import LoadReport
from ingest.submission import claim_of
from ingest.versions.known import Known
from services import releases
from services.desks.collection import land_due_dates
from services.exits import Exit, Stop
from services.formats import short
from services.generation import compared, current_generation
from services.home import Home
from services.intake.register import land_register, rules_of
from services.query import Table
from services.records import tombstones
from services.warehouse.build import BuildError, Warehouse
from services.warehouse.failures import tested_model, title

# What they say of a load is told as submissions and findings.
NOT_COMPARED = frozenset({"mart_submission", "mart_finding", "mart_collection_status"})
# Where a figure comes from is no figure.
NOT_FIGURES = frozenset({"submission_id", "received_at", "known_from", "batch_id"})
SHOWN = 50
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PlannedSubmission:
    """A sheet that would be landed. `outcome`: new, replaces, older or returned."""

    file: str
    sheet: str
    form: str
    subject: str | None
    period: str | None
    outcome: str
    replaces: str | None


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A figure that would be another one; `column` is None for a row that comes or goes."""

    mart: str
    key: Mapping[str, Any]
    kind: str
    column: str | None
    old: Any
    new: Any


@dataclass(frozen=True)
class Plan:
    """Everything a load would change; `failures` are the checks that would keep it from readers."""

    report: LoadReport
    submissions: Sequence[PlannedSubmission]
    claims: Sequence[str]
    marts: Sequence[PlannedChange]
    published: Mapping[date, Compared]
    failures: Sequence[str]

    @property
    def code(self) -> Exit:
        """How the command ends: as the load and the build would."""
        if self.failures:
            return Exit.CHECK_FAILED
        return Exit.REJECTED if self.report.rejected else Exit.DONE

    def to_json(self) -> str:
        """The plan for programs; amounts in yen."""
        parts = {
            "submissions": [asdict(each) for each in self.submissions],
            "claims": list(self.claims),
            "marts": [asdict(each) for each in self.marts],
            "published": [
                {"as_of": as_of, "revision": would.revision, **asdict(item)}
                for as_of, would in self.published.items()
                for item in would.items
            ],
            "failures": list(self.failures),
        }
        return json.dumps(parts, ensure_ascii=False, indent=1, default=plain) + "\n"


def plan(
    home: Home,
    files: Sequence[SourceFile],
    arrival: Arrival,
    progress: Progress | None = None,
) -> Plan:
    """What a load of the files would change.

    Raises Stop where the copy cannot be built, UnusableError.
    """
    before = compared(home) if current_generation(home) else None
    with TemporaryDirectory(prefix="mishukin-plan-") as folder:
        copy = _copy(home, Path(folder) / "home")
        rules = rules_of(home)
        report = load(
            tombstones.refusing(home, files),
            arrival,
            landing=copy.landing,
            archive=None,
            rules=rules,
            progress=progress,
        )
        land_register(copy)
        land_due_dates(copy)
        warehouse = Warehouse(copy)
        manifest = warehouse.manifest()
        failures = _build(warehouse, manifest)
        marts = list(_mart_changes(before, copy.warehouse, _keys(manifest)))
        published = _published_changes(home, copy, failures)
        return Plan(
            report,
            list(_submissions(home, copy, report)),
            sorted({str(each.key["claim_number"]) for each in marts if "claim_number" in each.key}),
            marts,
            published,
            failures,
        )


def lines(planned: Plan) -> Iterator[str]:
    """The plan for people."""
    yield f"■ 提出: {len(planned.submissions)}件"
    for each in planned.submissions:
        about = " ".join(word for word in (each.subject, each.period) if word)
        yield f"  {each.file} › {each.sheet} {about}: {_OUTCOMES[each.outcome]}" + (
            f"(提出番号{each.replaces})" if each.replaces else ""
        )
    yield f"■ 数値の変わる債権: {'、'.join(planned.claims) or 'なし'}"
    yield f"■ 公開用データで変わる値: {len(planned.marts):,}件"
    yield from _limited([_mart_line(each) for each in planned.marts])
    republished = list(_published_lines(planned.published))
    yield f"■ 公表済みの数値で変わるもの: {len(republished):,}件"
    yield from _limited(republished)
    if planned.failures:
        yield "■ 不合格になる検査(公開用データは入れ替わりません):"
        yield from (f"  {failure}" for failure in planned.failures)
    yield "計画だけを示しました。何も書き込んでいません。"


_OUTCOMES = {
    "new": "新しく受理",
    "replaces": "受理し、前の版に代わる",
    "older": "受理するが、より新しい版があるため有効にならない",
    "returned": "返却",
}
_KINDS = {"added": "行が増える", "removed": "行がなくなる"}


def _limited(shown: Sequence[str]) -> Iterator[str]:
    yield from shown[:SHOWN]
    if len(shown) > SHOWN:
        yield f"  ほか{len(shown) - SHOWN:,}件(--json ですべて)"


def _mart_line(each: PlannedChange) -> str:
    key = " ".join(str(value) for value in each.key.values() if value is not None)
    if each.column is None:
        return f"  {each.mart} [{key}] {_KINDS[each.kind]}"
    return f"  {each.mart} [{key}] {each.column}: {_value(each.old)} → {_value(each.new)}"


def _published_lines(published: Mapping[date, Compared]) -> Iterator[str]:
    for as_of, would in published.items():
        for place, item, old, new in compared_rows(would.items):
            yield f"  {as_of.isoformat()} 第{would.revision}版 {place} {item}: {old} → {new}"


def _value(value: object) -> str:
    if value is None or value == "":
        return "(なし)"
    if isinstance(value, Decimal):
        return short(value)
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _copy(home: Home, root: Path) -> Home:
    """A home of its own: linked what is never rewritten, copied what might be."""
    copy = Home(root).create()
    landing.link(home.landing, copy.landing)
    for folder in ("config", "dagster/dbt"):
        if (home.root / folder).is_dir():
            shutil.copytree(home.root / folder, root / folder, dirs_exist_ok=True)
    return copy


def _build(warehouse: Warehouse, manifest: Mapping[str, Any]) -> list[str]:
    """Build the copy; returns the blocking checks that failed. Raises Stop for a broken model."""
    try:
        failed = [result for result in warehouse.build(warehouse.take_in()) if result.failed]
    except BuildError as error:
        raise Stop(f"倉庫の写しを作れません: {error}", Exit.UNEXPECTED) from error
    broken = [result for result in failed if not result.is_test]
    if broken:
        said = "\n".join(f"{result.unique_id}: {result.message}" for result in broken)
        raise Stop(f"倉庫の写しを作れません:\n{said}", Exit.UNEXPECTED)
    tests = [manifest["nodes"][result.unique_id] for result in failed]
    return [f"{tested_model(test).rsplit('.', 1)[-1]}: {title(test)}" for test in tests]


def _keys(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """The key of each mart, as its test of uniqueness names it; a history has none."""
    keys: dict[str, list[str]] = {}
    for node in manifest["nodes"].values():
        about = node.get("test_metadata") or {}
        if about.get("name") not in ("unique", "unique_combination") or not node["attached_node"]:
            continue
        model = manifest["nodes"].get(node["attached_node"])
        if model is None or model["schema"] != "marts":
            continue
        combined = about["kwargs"].get("columns")
        if combined or model["name"] not in keys:
            keys[model["name"]] = combined or [node["column_name"]]
    return {mart: key for mart, key in keys.items() if mart not in NOT_COMPARED}


def _mart_changes(
    generation: Path | None, warehouse: Path, keys: Mapping[str, list[str]]
) -> Iterator[PlannedChange]:
    with duckdb.connect() as connection:
        attach(connection, warehouse, "new")
        if generation is not None:
            attach(connection, generation, "old")
        for mart, key in sorted(keys.items()):
            before, after = (_only_there(connection, side, mart, key) for side in ("old", "new"))
            for each in sorted({**before, **after}, key=str):
                about = dict(zip(key, each, strict=True))
                yield from _row_changes(mart, about, before.get(each), after.get(each))


def _row_changes(
    mart: str, about: Mapping[str, Any], old: Row | None, new: Row | None
) -> Iterator[PlannedChange]:
    if old is None or new is None:
        yield PlannedChange(mart, about, "added" if old is None else "removed", None, None, None)
        return
    for column, value in new.items():
        if old[column] != value:
            yield PlannedChange(mart, about, "changed", column, old[column], value)


def _only_there(
    connection: duckdb.DuckDBPyConnection, side: str, mart: str, key: Sequence[str]
) -> dict[tuple[Any, ...], Row]:
    """The rows, by key, that one side has and the other has not, in the columns of both."""
    other = "new" if side == "old" else "old"
    here, there = (_columns(connection, each, mart) for each in (side, other))
    common = [column for column in here if column in (there or here)]
    if not set(key) <= set(common):
        return {}
    listed = ", ".join(map(quoted, common))
    query = f"select {listed} from {quoted(side, 'marts', mart)}"  # noqa: S608 - of the catalogue
    if there:
        query += f" except all select {listed} from {quoted(other, 'marts', mart)}"  # noqa: S608
    rows = Table.of(connection.execute(query)).records
    return {tuple(row[column] for column in key): row for row in rows}


def _columns(connection: duckdb.DuckDBPyConnection, side: str, mart: str) -> list[str]:
    """The columns that may hold figures; none where there is no such mart."""
    found = connection.execute(
        "select column_name from duckdb_columns()"
        " where database_name = ? and schema_name = 'marts' and table_name = ?",
        [side, mart],
    ).fetchall()
    return [column for (column,) in found if column not in NOT_FIGURES]


def _submissions(home: Home, copy: Home, report: LoadReport) -> Iterator[PlannedSubmission]:
    before, after = Known(home.landing), Known(copy.landing)
    for row in after.rows:
        if row["submission_id"] in before.ids:
            continue
        replaced = before.in_force.get(claim_of(row))
        counts = after.in_force.get(claim_of(row), row)["submission_id"] == row["submission_id"]
        if row["status"] != "accepted":
            outcome, replaced = "returned", None
        elif not counts:
            outcome = "older"
        else:
            outcome = "replaces" if replaced else "new"
        yield PlannedSubmission(
            row["file"],
            row["sheet"],
            row["form"],
            row["subject"],
            row["period"],
            outcome,
            replaced["submission_id"] if replaced else None,
        )
    landed = {(row["file_sha256"], row["sheet"]) for row in after.rows}
    for book in report.workbooks:
        if book.status == "rejected" and not any(
            (book.sha256, s.sheet) in landed for s in book.sheets
        ):
            yield PlannedSubmission(book.file, "", "", None, None, "returned", None)


def _published_changes(home: Home, copy: Home, failures: list[str]) -> dict[date, Compared]:
    """What corrections from the copy would change; a refused report counts as a failure."""
    changes: dict[date, Compared] = {}
    for as_of in site.dates_in(home.public):
        try:
            would = releases.compare(home, as_of, copy.warehouse)
        except PublicationError as refused:
            failures.append(str(refused))
            continue
        if would and would.items:
            changes[as_of] = would
    return changes
