"""The one row that is asked for: by the names of mart and column, and by what narrows it down."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from services.exits import Stop
from services.trace.catalogue import Catalogue, Row, rows_of
from services.trace.lineage import LINEAGE, lineage_of

# What tells the rows of a mart apart, in the order in which staff would say it.
KEYS = (
    "municipality_code", "dimension", "member", "claim_number", "claim_key", "claim_name",
    "department", "section", "plan", "layout", "measure", "no", "form", "form_fiscal_year",
    "fiscal_year", "scenario", "kind", "target_kind", "revision_no", "stage", "as_of", "part",
    "status_group", "status_code", "dimensions", "cell", "known_from",
)  # fmt: skip
# Rows that differ in nothing but one of these, and in what goes with it: the last one answers.
NEWEST = {
    "as_of": ("stage", "form", "form_fiscal_year", "known_from"),
    "known_from": ("stage", "form_fiscal_year"),
    "revision_no": ("target_kind",),
}
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows the rows down: the option, the columns it may be about, and the value."""

    option: str
    columns: tuple[str, ...]
    value: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A row and a column of a mart, and what to say about how the row was chosen."""

    mart: str
    column: str
    row: Row
    note: str | None = None


class Marts:
    """The marts of one generation, row by row; a column may be called as a 財政 view calls it."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, catalogue: Catalogue | None = None
    ) -> None:
        self._connection = connection
        self.catalogue = catalogue or Catalogue(connection)

    def rows(self, sql: str, values: Row | None = None) -> list[dict[str, Any]]:
        """The rows of a query; `$name` in it is the value of that name."""
        return rows_of(self._connection, sql, values)

    def ask(self, name: str, column: str, filters: Sequence[Filter]) -> Asked:
        """The row and column that are meant. Raises Stop saying what there is instead."""
        mart = self.named(name)
        columns = self.catalogue.comments(mart)
        japanese = self.catalogue.columns(mart)
        column = japanese.get(column, column)
        if column not in columns:
            there = japanese if name != mart and japanese else columns
            raise Stop(f"{name} に「{column}」という列はありません。ある列: {'、'.join(there)}")
        rows = self._narrowed(mart, columns, japanese, filters)
        row, note = self._only(mart, rows)
        return Asked(mart, column, row, note)

    def named(self, name: str) -> str:
        """The mart of a name, or behind a view of that name. Raises Stop."""
        schema, _, bare = name.rpartition(".")
        view = self.catalogue.views.get(bare)
        mart = view.mart if view and schema in ("", "財政") else bare
        if (
            schema not in ("", "marts", "財政")
            or not lineage_of(mart)
            or not self.catalogue.comments(mart)
        ):
            views = [v.name for v in self.catalogue.views.values() if lineage_of(v.mart)]
            raise Stop(
                f"「{name}」はたどれません。たどれるもの: {'、'.join(LINEAGE)}、"
                f"財政の {'、'.join(views)}"
            )
        return mart

    def _narrowed(
        self,
        mart: str,
        columns: Iterable[str],
        japanese: Mapping[str, str],
        filters: Sequence[Filter],
    ) -> list[dict[str, Any]]:
        """The rows that pass every filter; at the first that leaves none, what it could be."""
        rows = self.rows(f'select * from marts."{mart}"')  # noqa: S608 - a name of the catalogue
        for each in filters:
            names = [japanese.get(name, name) for name in each.columns]
            names = [name for name in names if name in columns]
            if not names:
                keys = [key for key in KEYS if key in columns]
                raise Stop(f"{mart} は {each.option} では絞れません。絞れる列: {'、'.join(keys)}")
            left = [row for row in rows if self._passes(row, names, each.value)]
            if not left:
                there = self._values(rows, names[0]) or "なし"
                raise Stop(
                    f"{mart} に {each.option} {each.value} の行はありません。あるのは: {there}"
                )
            rows = left
        return rows

    def _passes(self, row: Row, names: Iterable[str], value: str) -> bool:
        return any(
            written(row[name]) in (value, self.catalogue.code(name, value)) for name in names
        )

    def _only(self, mart: str, rows: Sequence[dict[str, Any]]) -> tuple[Row, str | None]:
        """The one row; of several, the chosen or the newest, with a note. Raises Stop."""
        if not rows:
            raise Stop(f"{mart} にはまだ行がありません。")
        if len(rows) == 1:
            return rows[0], None
        chosen = [row for row in rows if row.get("is_chosen")]
        differing = [key for key in KEYS if len({written(row.get(key)) for row in rows}) > 1]
        if len(chosen) == 1:
            others = [row for row in rows if row is not chosen[0]]
            said = self._values(others, "form")
            return chosen[0], f"ほかに {said} の行があります(--where form=… で選べます)。"
        for by, along in NEWEST.items():
            if by in differing and set(differing) <= {by, *along}:
                newest = max(rows, key=lambda row: row[by])
                said = self._values((row for row in rows if row is not newest), by)
                option = "--as-of" if by == "as_of" else f"--where {by}=…"
                return newest, f"ほかに {said} の行があります({option} で選べます)。"
        raise Stop(
            f"{mart} の{len(rows):,}行があてはまります。一つに絞ってください。\n"
            + "\n".join(f"  {key}: {self._values(rows, key)}" for key in differing)
        )

    def _values(self, rows: Iterable[Row], name: str) -> str:
        values = dict.fromkeys(sorted(written(row[name]) for row in rows))
        said = []
        for value in values:
            label = self.catalogue.said(name, value)
            said.append(f"{value}({label})" if label != value else value or "(なし)")
        more = f" ほか{len(said) - SHOWN}" if len(said) > SHOWN else ""
        return "、".join(said[:SHOWN]) + more


def written(value: object) -> str:
    """A value of a row as a filter tells it."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
