"""What the dictionary tells, from the generation, the parsed dbt project and the soda contracts.

The generation says which tables and columns there are, what they are called and which measures,
questions and versions it holds; the project says how they are checked and whence they come.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb

from exports.dictionary.checks import Checks
from exports.dictionary.grammar import ColumnText, column_text, model_text
from terms.codes import labels

MARTS, VIEWS = "marts", "財政"
HISTORY = "_history"
FORMS = {**labels("form"), "register": "債権台帳"}
FIGURES, DERIVED, INTAKE, HISTORIES, DEFINITIONS = (
    "様式の数値", "集計と比較", "提出と点検", "移り変わり（いつ、何が分かっていたか）", "分類と定義"
)  # fmt: skip
GROUPS = (FIGURES, DERIVED, INTAKE, HISTORIES, DEFINITIONS)
# What most questions begin with stands first in its group.
FIRST = {"fct_collection", "mart_uncollected_by_year"}
# The longest start of a mart's name that fits decides.
GROUP_OF = {
    "fct_": FIGURES,
    "mart_": DERIVED,
    "mart_plan_": FIGURES,
    "mart_settlement": FIGURES,
    "mart_claim_list": FIGURES,
    "mart_city_target": FIGURES,
    "mart_figure": FIGURES,
    "mart_target_attainment": FIGURES,
    "mart_submission": INTAKE,
    "mart_finding": INTAKE,
    "mart_claim_to_register": INTAKE,
    "mart_duplicate_claim": INTAKE,
    "mart_collection_status": INTAKE,
    "mart_contract_version": DEFINITIONS,
    "dim_": DEFINITIONS,
    "": DEFINITIONS,
}
# From the start of a type as the database names it.
TYPES = {
    "VARCHAR": "文字",
    "BOOLEAN": "はい・いいえ",
    "DATE": "日付",
    "TIMESTAMP": "日時",
    "DOUBLE": "小数",
    "DECIMAL": "小数",
    "BIGINT": "整数",
    "INTEGER": "整数",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: of a mart (`name`), of its Japanese view (`view_name`), or of both."""

    name: str
    view_name: str
    data_type: str
    text: ColumnText
    in_view: str
    checks: tuple[str, ...]

    @property
    def type_label(self) -> str:
        """The type as staff know it."""
        return next((v for k, v in TYPES.items() if self.data_type.startswith(k)), "")


@dataclass(frozen=True, slots=True)
class Table:
    """A mart, with the view that shows it in Japanese where there is one."""

    name: str
    title: str
    view: str
    group: str
    grain: str
    meaning: str
    forms: tuple[str, ...]
    columns: tuple[Column, ...]
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of dim_measure; `formula` is empty where it is typed."""

    name: str
    label: str
    symbol: str
    unit: str
    formula: str
    expression: str


@dataclass(frozen=True, slots=True)
class Question:
    """A saved question."""

    name: str
    title: str
    occasion: str
    sql: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the contract: what it changed."""

    number: int
    changes: str


@dataclass(frozen=True, slots=True)
class Dictionary:
    """All that the dictionary tells, in the order in which it tells it."""

    publisher: str
    tables: tuple[Table, ...]
    measures: tuple[Measure, ...]
    questions: tuple[Question, ...]
    versions: tuple[Version, ...]

    @property
    def groups(self) -> list[tuple[str, list[Table]]]:
        """The tables by group, without empty ones."""
        by_label = [
            (label, [table for table in self.tables if table.group == label]) for label in GROUPS
        ]
        return [(label, tables) for label, tables in by_label if tables]

    @property
    def version(self) -> int:
        """The version of the contract that holds."""
        return max(version.number for version in self.versions)

    @property
    def columns(self) -> int:
        """How many columns the tables have."""
        return sum(len(table.columns) for table in self.tables)


def read_dictionary(
    connection: duckdb.DuckDBPyConnection,
    manifest: Mapping[str, Any],
    contracts: Mapping[str, Any],
    publisher: str,
) -> Dictionary:
    """The dictionary of a generation that is open for reading.

    `manifest` is dbt's parsed project, `contracts` the soda contracts by mart. Raises
    NotInGrammar where a description cannot be taken apart.
    """
    project = _Project(connection, manifest, contracts)
    tables = [project.table(name) for name in project.marts]
    tables += [project.table_of_view(name) for name in project.views_alone]
    return Dictionary(
        publisher,
        tuple(
            sorted(
                tables,
                key=lambda table: (GROUPS.index(table.group), table.name not in FIRST, table.name),
            )
        ),
        tuple(_measures(connection)),
        tuple(
            Question(*row)
            for row in connection.execute(
                "select name, title, occasion, sql from marts.saved_question order by name"
            ).fetchall()
        ),
        tuple(
            Version(*row)
            for row in connection.execute(
                "select version, changes from marts.mart_contract_version order by version desc"
            ).fetchall()
        ),
    )


def _measures(connection: duckdb.DuckDBPyConnection) -> list[Measure]:
    rows = connection.execute(
        "select measure, label, coalesce(symbol, ''), unit, coalesce(formula, ''), "
        "coalesce(expression, '') from marts.dim_measure order by no"
    ).fetchall()
    return [
        Measure(name, label, symbol, labels("measure_unit").get(unit, unit), formula, expression)
        for name, label, symbol, unit, formula, expression in rows
    ]


class _Project:
    """The marts and views of a generation beside the models that made them."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        manifest: Mapping[str, Any],
        contracts: Mapping[str, Any],
    ) -> None:
        nodes = manifest["nodes"].values()
        models = [node for node in nodes if node["resource_type"] == "model"]
        self.models = {node["alias"]: node for node in models if node["schema"] in (MARTS, VIEWS)}
        self.by_id = {node["unique_id"]: node for node in self.models.values()}
        self.checks = Checks(manifest, contracts)
        self.columns: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
        for schema, table, column, kind, comment in connection.execute(
            "select schema_name, table_name, column_name, data_type, coalesce(comment, '') "
            "from duckdb_columns() where schema_name in ($marts, $views) "
            "order by schema_name, table_name, column_index",
            {"marts": MARTS, "views": VIEWS},
        ).fetchall():
            self.columns.setdefault((schema, table), {})[column] = (kind, comment)

    @property
    def marts(self) -> list[str]:
        """The marts of the generation."""
        return [name for schema, name in self.columns if schema == MARTS]

    @property
    def views_alone(self) -> list[str]:
        """The views that show no mart of their own."""
        shown = set(self.view_of.values())
        return [name for schema, name in self.columns if schema == VIEWS and name not in shown]

    @cached_property
    def view_of(self) -> dict[str, str]:
        """The view that shows a mart: the one that names most of its columns."""
        best: dict[str, tuple[int, str]] = {}
        for schema, view in self.columns:
            if schema == VIEWS and (parents := self._parents(view)):
                shown = {mart: len(self._shown(view, mart)) for mart in parents}
                mart = max(parents, key=lambda name: shown[name])
                best[mart] = max(best.get(mart, (0, "")), (shown[mart], view))
        return {mart: view for mart, (_, view) in best.items()}

    def table(self, name: str) -> Table:
        """A mart with its view."""
        view = self.view_of.get(name, "")
        shown = self._shown(view, name) if view else {}
        names = {mart_column: view_column for view_column, mart_column in shown.items()}
        texts = {
            column: column_text(comment)
            for column, (_, comment) in self.columns[MARTS, name].items()
        }
        labels = {column: text.name for column, text in texts.items()}
        columns = [
            Column(
                column,
                names.get(column, ""),
                kind,
                texts[column],
                self._otherwise_in_view(view, names.get(column, ""), texts[column]),
                self.checks.of_column(name, column),
            )
            for column, (kind, _) in self.columns[MARTS, name].items()
        ]
        columns += self._only_in_view(view, set(names.values())) if view else []
        text = model_text(self.models[name]["description"])
        return Table(
            name,
            self.title(name),
            view,
            _group(name),
            text.grain,
            text.meaning,
            tuple(FORMS[form] for form in self._forms(name)),
            tuple(columns),
            self.checks.of_table(name, labels, self.title),
        )

    def table_of_view(self, name: str) -> Table:
        """A view that shows no mart of its own."""
        text = model_text(self.models[name]["description"])
        columns = tuple(self._only_in_view(name, set()))
        forms = {form for mart in self._parents(name) for form in self._forms(mart)}
        known = tuple(label for form, label in FORMS.items() if form in forms)
        return Table("", name, name, DERIVED, text.grain, text.meaning, known, columns, ())

    def title(self, name: str) -> str:
        """What staff call a mart: as its view or its YAML does, or as the history of another."""
        if view := self.view_of.get(name):
            return view
        if title := self.models[name]["config"].get("meta", {}).get("title"):
            return str(title)
        base = name.removesuffix(HISTORY)
        return f"{self.title(base)}の履歴" if base != name and base in self.models else name

    def _forms(self, name: str) -> tuple[str, ...]:
        """The forms a mart's figures come from: its own word, else those of the marts it reads."""
        said = self.models[name]["config"].get("meta", {}).get("forms")
        if said is None:
            said = {
                form
                for mart in self._parents(name)
                if not mart.startswith("dim_")
                for form in self._forms(mart)
            }
        return tuple(form for form in FORMS if form in said)

    def _parents(self, name: str) -> list[str]:
        """The marts that a model reads."""
        ids = self.models[name]["depends_on"]["nodes"]
        read = [self.by_id[each]["alias"] for each in ids if each in self.by_id]
        return [alias for alias in read if (MARTS, alias) in self.columns]

    def _shown(self, view: str, mart: str) -> dict[str, str]:
        """View column → the mart's column that it shows, as the mart's YAML says."""
        in_view = {
            column["config"]["meta"].get("view"): name
            for name, column in self.models[mart]["columns"].items()
        }
        return {name: in_view[name] for name in self.columns[VIEWS, view] if name in in_view}

    def _only_in_view(self, view: str, shown: set[str]) -> list[Column]:
        return [
            Column("", column, kind, column_text(comment), "", ())
            for column, (kind, comment) in self.columns[VIEWS, view].items()
            if column not in shown
        ]

    def _otherwise_in_view(self, view: str, column: str, text: ColumnText) -> str:
        """What the view's description says of a column where it says something else."""
        if not column:
            return ""
        meaning = column_text(self.columns[VIEWS, view][column][1]).meaning
        return "" if meaning == text.meaning else meaning


def _group(name: str) -> str:
    if name.endswith(HISTORY):
        return HISTORIES
    return GROUP_OF[max((start for start in GROUP_OF if name.startswith(start)), key=len)]
