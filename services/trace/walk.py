"""From a figure of a mart to the cells it comes from, as `lineage` declares it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from ingest.layout import layout
from services.exits import Stop
from services.trace.catalogue import Row
from services.trace.figure import Figure, evaluated, operands
from services.trace.landed import Landed
from services.trace.lineage import HISTORY, lineage_of
from services.trace.lineage.sources import (
    Cell,
    Column,
    First,
    FormRow,
    Formula,
    Mart,
    Rows,
    Rule,
    Source,
)
from services.trace.rows import KEYS, Marts

# As every description begins: symbol and name, unit in brackets.
_DESCRIPTION = re.compile(r"(?P<name>[^（＝。]+)(?:（(?P<unit>[^、）]+))?")
_UNITS = {"円": "円", "％": "%", "件": "件", "人": "人", "%": "%", "yen": "円", "percent": "%"}


class Walk:
    """Walks one generation and its landing zone; `known_at`: as it was known at that moment."""

    def __init__(self, marts: Marts, landed: Landed, known_at: datetime | None = None) -> None:
        self._marts = marts
        self._catalogue = marts.catalogue
        self._landed = landed
        self._known_at = known_at
        self._comments: dict[str, dict[str, str]] = {}

    def figure(self, mart: str, column: str, row: Row) -> Figure:
        """A figure and all it is made of. Raises Stop for a column that is no figure."""
        found = self._traced(mart, column, row)
        if found is None:
            raise Stop(
                f"{mart} の {column} は数値として提出・計算された列ではないため、たどれません。"
                f"たどれる列: {'、'.join(self.traceable(mart))}"
            )
        return found

    def traceable(self, mart: str) -> list[str]:
        """The columns of a mart that can be traced, in their order."""
        return [column for column in self._comments_of(mart) if self._source(mart, column)]

    def _source(self, mart: str, column: str) -> Source | None:
        declared = lineage_of(mart) or Mart({})
        source = declared.columns.get(column) or declared.helpers.get(column)
        return source or (Formula() if _expression(self._measure(column)) else None)

    def _traced(self, mart: str, column: str, row: Row) -> Figure | None:
        """The figure; None for a column that is none. What it should come from may be lost."""
        source = self._source(mart, column)
        if source is None:
            return None
        found = self._from(source, mart, column, row)
        return found or self._figure(mart, column, row, how="lost")

    def _from(self, source: Source, mart: str, column: str, row: Row) -> Figure | None:
        """The figure by one of its sources; None where there is none of that kind."""
        match source:
            case Cell():
                return self._of_cell(source, mart, column, row)
            case FormRow():
                return self._of_form(source, mart, column, row)
            case Rows():
                return self._of_rows(source, mart, column, row)
            case Formula():
                return self._of_formula(source, mart, column, row)
            case Column():
                part = self._traced(mart, source.name, row)
                if part and part.value is not None:
                    return self._figure(mart, column, row, how="same", parts=(part,))
                return None
            case Rule():
                parts = [self._traced(mart, each, row) for each in source.columns]
                return self._figure(
                    mart, column, row, how="rule", formula=source.words, parts=_there(parts)
                )
            case First():
                found = (self._from(each, mart, column, row) for each in source.choices)
                return next((each for each in found if each is not None), None)

    def _of_cell(self, source: Cell, mart: str, column: str, row: Row) -> Figure | None:
        words = {**row, "column": column}
        cells = (
            self._landed.find(
                about,
                block=source.block,
                measure=source.measure.format_map(words),
                item=None if source.item == "{any}" else source.item.format_map(words),
                fiscal_year=row[source.fiscal_year] if source.fiscal_year else None,
                address=row[source.address] if source.address else None,
            )
            for about in self._submissions(source, row)
        )
        cell = next((cell for cell in cells if cell is not None), None)
        if cell is None and row.get(column) is not None:
            return None
        given = {**row, column: row.get(column, cell and cell.value)}
        return self._figure(mart, column, given, cell=cell)

    def _submissions(self, source: Cell, row: Row) -> Iterator[Row]:
        """The submissions to look into, newest first."""
        ids = [row["submission_id"]]
        if source.submissions:
            moment = row.get("known_from") or self._known_at
            found = self._catalogue.rows(source.submissions, {**row, "known_at": moment})
            ids = [each["submission_id"] for each in found]
        return (self._catalogue.submission(each) for each in ids)

    def _of_form(self, source: FormRow, mart: str, column: str, row: Row) -> Figure | None:
        submission = self._catalogue.submission(row[source.submission])
        item = source.item.format_map(row) if source.item else _letter(submission, row)
        wanted = source.column.format_map(row).removesuffix("_total")
        form_row = {
            "submission_id": submission["submission_id"],
            "source_item": item,
            "form": "annual",
        }
        part = self._traced("fct_collection", wanted, form_row)
        if part is None:
            return None
        said = f"調書の{item}行" if item else None
        return self._figure(mart, column, row, how="same", parts=(part.part(said),))

    def _of_rows(self, source: Rows, mart: str, column: str, row: Row) -> Figure | None:
        wanted = source.column.format_map({**row, "column": column}).removesuffix("_total")
        others = self._marts.rows(_query(source, mart), row)
        parts = []
        for other in sorted(others, key=self.describe):
            part = self._traced(source.mart + _history(mart), wanted, other)
            if part is not None:
                parts.append(part.part(self.describe(other, beside=row)))
        if not parts and row.get(column):
            return None
        withheld = column in row and row[column] is None and all(p.value is not None for p in parts)
        if withheld or not parts:
            return self._figure(mart, column, row)
        how = "sum" if source.add_up else "same"
        return self._figure(mart, column, row, how=how, parts=tuple(parts))

    def _of_formula(self, source: Formula, mart: str, column: str, row: Row) -> Figure | None:
        measure = self._measure(source.measure or column)
        expression = _renamed(_expression(measure) or column, source.columns)
        parts = _there([self._traced(mart, each, row) for each in operands(expression)])
        if len(parts) < len(operands(expression)):
            return None
        if isinstance(self._source(mart, column), First) and any(p.value is None for p in parts):
            return None
        formula = measure.get("formula")
        if source.unless and row[source.unless]:
            words = f"{formula}。定義の異なる年度とは比べません"
            return self._figure(mart, column, row, how="rule", formula=words, parts=parts)
        values = {part.column: part.value for part in parts}
        given = {column: evaluated(expression, values), **row}
        return self._figure(
            mart,
            column,
            given,
            how="formula",
            formula=formula,
            expression=expression,
            parts=parts,
        )

    def _figure(self, mart: str, column: str, row: Row, **about: Any) -> Figure:  # noqa: ANN401
        told = _DESCRIPTION.match(self._comments_of(mart).get(column, ""))
        parts: Sequence[Figure] = about.get("parts", ())
        figure = Figure(
            mart=mart,
            column=column,
            title=told["name"].strip() if told else _title_of(column, parts),
            value=row.get(column),
            unit=_unit(told["unit"] if told else None, row, parts),
            **about,
        )
        # What is no column of the row has the value that it is computed to be.
        return figure if column in row else replace(figure, value=figure.computed)

    def describe(self, row: Row, beside: Row | None = None) -> str:
        """A row in words; `beside` another one, only what is not the same there."""
        words = []
        for key in KEYS:
            value = row.get(key)
            if value is None or (beside is not None and beside.get(key) == value):
                continue
            words.append(self._word(key, value, row))
        return " ".join(word for word in words if word)

    def _word(self, key: str, value: object, row: Row) -> str:
        match key:
            case "municipality_code":
                return f"団体{value}"
            case "claim_number":
                return f"債権{value}"
            case "claim_key":
                return "" if row.get("claim_number") or row.get("claim_name") else str(value)
            case "fiscal_year":
                return f"{value}年度"
            case "as_of":
                return f"{value}現在"
            case "status_group" | "status_code" if value == "all":
                return ""
            case "status_code":
                return f"区分{value}"
            case "target_kind" if "revision_no" not in row:
                return ""
            case "no" | "revision_no" | "form_fiscal_year" | "known_from":
                return ""
            case "dimensions" if value == "{}":
                return ""
            case "dimension" if value == "claim":
                return ""
            case "member" if row.get("dimension") == "claim":
                return f"債権{value}"
            case "member" if row.get("dimension") == "class":
                return self._catalogue.said("claim_classes", value)
        return self._catalogue.said(key, value)

    def _comments_of(self, mart: str) -> dict[str, str]:
        if mart not in self._comments:
            self._comments[mart] = self._catalogue.comments(mart)
        return self._comments[mart]

    def _measure(self, column: str) -> Mapping[str, Any]:
        measures = self._catalogue.measures
        return measures.get(column) or measures.get(column.removesuffix("_pct"), {})


def _query(source: Rows, mart: str) -> str:
    """The rows meant; from a history, those that were known when the row became known."""
    if not _history(mart):
        return f'select * from marts."{source.mart}" where {source.where}'  # noqa: S608
    return (
        f'select * from marts."{source.mart}{HISTORY}" where {source.where}'  # noqa: S608
        " and known_from <= $known_from and coalesce(known_to > $known_from, true)"
    )


def _history(mart: str) -> str:
    return HISTORY if mart.endswith(HISTORY) else ""


def _expression(measure: Mapping[str, Any]) -> str | None:
    """What a measure is computed by; None where it is typed, or there is no such measure."""
    if measure.get("numerator"):
        return f"({measure['numerator']}) / ({measure['denominator']})"
    return measure.get("expression")


def _there(parts: Sequence[Figure | None]) -> tuple[Figure, ...]:
    return tuple(part for part in parts if part is not None)


def _letter(submission: Row, row: Row) -> str:
    """The row of an annual form that speaks of a year and scenario."""
    offset = row["fiscal_year"] - submission["fiscal_year"]
    lines = layout("annual", submission["fiscal_year"]).spec["table"]["rows"]
    wanted = (offset, row["scenario"])
    return next(
        str(line["letter"]) for line in lines if (line["year_offset"], line["scenario"]) == wanted
    )


def _renamed(expression: str, columns: Mapping[str, str]) -> str:
    """An expression over the columns of another mart."""
    return re.sub(r"\w+", lambda name: columns.get(name.group(), name.group()), expression)


def _title_of(column: str, parts: Sequence[Figure]) -> str:
    return parts[0].title if parts else column


def _unit(said: str | None, row: Row, parts: Sequence[Figure]) -> str | None:
    """The unit of the description; of a plan's figure that of its row, else that of the parts."""
    if said:
        return _UNITS.get(said)
    return _UNITS.get(str(row.get("unit"))) or (parts[0].unit if parts else None)
