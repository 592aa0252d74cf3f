"""What the current generation already knows of a form that is about to be handed out.

Claims, last year's balances and figures go into the blank form; the department only adds to them.
Where nothing is known, or nothing was built yet, the form stays blank.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from math import gcd
from typing import Any

from exports.press.japanese import TARGET_LABELS
from ingest.layout import layout
from ingest.templates import Key, Value
from services.generation import NoGenerationError
from services.home import Home
from services.query import ask
from terms.codes import class_names, labels
from terms.money import UNITS
from terms.years import fiscal_year_of, year_name

Row = Mapping[str, Any]
_SHORT = {"enforceable": "強", "non_enforceable": "非", "private": "私"}
_EVER_SINCE = date(1989, 4, 1)  # dim_claim's first day of a row of the register without a date
_HEARINGS = (6, 1)  # annual forms are handed in from June on: month and day


@dataclass(frozen=True)
class Prefill:
    """What to draw a form with. Amounts are in `unit_yen`; None for the layout's own unit.

    `is_known`: whether the generation knew anything of what was asked for.
    """

    header: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[Key, Value] = field(default_factory=dict)
    unit_yen: int | None = None
    is_known: bool = False


class Known:
    """The marts of one municipality, as far as they exist."""

    def __init__(self, home: Home, municipality_code: str) -> None:
        self._home, self.municipality_code = home, municipality_code

    @cached_property
    def _tables(self) -> frozenset[str]:
        try:
            found = ask(self._home, "select table_name from information_schema.tables")
        except NoGenerationError:
            return frozenset()
        return frozenset(row[0] for row in found.rows)

    def rows(self, table: str, where: str = "true", *parameters: Any) -> list[Row]:  # noqa: ANN401 - values of SQL
        """Rows of a mart that belong to the municipality; none before the mart exists."""
        if table not in self._tables:
            return []
        sql = f"select * from {table} where municipality_code = ? and {where}"  # noqa: S608 - ours
        return [*ask(self._home, sql, [self.municipality_code, *parameters]).records]

    def claim(self, number: str, on: date) -> Row | None:
        """The claim as it is on a day: the last row that begins by then, else the first."""
        history = sorted(self.rows("dim_claim", "claim_number = ?", number), key=_begins)
        begun = [row for row in history if _begins(row) <= on]
        return next(iter([*reversed(begun), *history]), None)

    def claims(self, on: date, department: str | None = None) -> list[Row]:
        """The claims that exist on a day, by number; of one department or of all."""
        rows = self.rows(
            "dim_claim", "claim_number is not null and (valid_to is null or valid_to > ?)", on
        )
        begun = [row for row in rows if _begins(row) <= on]
        latest = {row["claim_number"]: row for row in sorted(begun, key=_begins)}
        return [
            row
            for _, row in sorted(latest.items())
            if department is None or row["department"] == department
        ]

    def settled(self, year: int) -> dict[str, int]:
        """The balance of each claim at a year's settlement, in yen."""
        rows = self.rows(
            "fct_collection",
            "fiscal_year = ? and scenario = 'actual' and stage <> 'interim'",
            year,
        )
        return {row["claim_number"]: row["balance"] for row in rows}

    def section(self, claim: Row) -> str:
        """担当 of a claim: the register's, else the one that its newest form names."""
        if claim.get("section"):
            return str(claim["section"])
        forms = self.rows(
            "mart_submission",
            "form = 'annual' and in_force and claim_number = ? and section is not null",
            claim["claim_number"],
        )
        newest = max(forms, key=lambda row: row["fiscal_year"], default=None)
        return str(newest["section"]) if newest else ""


def annual(known: Known, number: str, year: int) -> Prefill:
    """Rows that last year's form has told already, and ア of the rows that open on them."""
    claim = known.claim(number, date(year + 1, *_HEARINGS))
    header = {"claim_number": number}
    if claim:
        header |= {
            "claim_name": claim["claim_name"],
            "claim_classes": _classes(claim),
            "department": claim["department"],
            "section": known.section(claim),
        }
    found = known.rows(
        "fct_collection", "claim_number = ? and coalesce(stage, '') <> 'interim'", number
    )
    told = {(row["fiscal_year"], row["scenario"]): row for row in found}
    form = layout("annual")
    amounts: dict[Key, int] = {}
    balances: dict[str, int] = {}
    for spec in form.spec["table"]["rows"]:
        letter, when = spec["letter"], year + spec["year_offset"]
        row = told.get((when, spec["scenario"]))
        is_told = when < year or letter in ("C", "E")  # last year's F and G
        if row and is_told:
            amounts |= {("collection", letter, c.name): row[c.name] for c in form.typed}
            balances[letter] = row["balance"]
        elif (opening := balances.get(spec.get("carried_from", ""))) is not None:
            amounts["collection", letter, "carried_forward"] = opening
    unit = _unit(amounts.values(), form.unit_yen, 1)
    return Prefill(header, _in(unit, amounts), unit, is_known=claim is not None)


def interim(known: Known, department: str | None, number: str | None, as_of: date) -> Prefill:
    """A row for each claim of the department, with its balance at the last settlement as ア.

    `number`: a claim whose department is meant; for one that nobody knows, a row of its own.
    """
    if department is None and number is not None:
        claim = known.claim(number, as_of)
        if claim is None:
            return Prefill(values={("collection", number, "claim_number"): number})
        department = claim["department"]
    if department is None:
        return Prefill()
    claims = known.claims(as_of, department)
    settled = known.settled(fiscal_year_of(as_of) - 1)
    words: dict[Key, Value] = {}
    amounts: dict[Key, int] = {}
    for claim in claims:
        each = claim["claim_number"]
        words["collection", each, "claim_number"] = each
        words["collection", each, "claim_name"] = claim["claim_name"]
        words["collection", each, "claim_classes"] = _classes(claim)
        if each in settled:
            amounts["collection", each, "carried_forward"] = settled[each]
    header = {"department": department}
    sections = {known.section(claim) for claim in claims}
    if len(sections) == 1:
        header["section"] = sections.pop()
    unit = _unit(amounts.values(), layout("interim").unit_yen, 1)
    return Prefill(header, words | _in(unit, amounts), unit, is_known=bool(claims))


def promotion(known: Known, number: str, year: int) -> Prefill:
    """The results and targets of earlier sheets that fall into this sheet's years."""
    claim = known.claim(number, date(year + 1, *_HEARINGS))
    if claim is None:
        return Prefill()
    header = {"claim_name": claim["claim_name"], "department": claim["department"]}
    values: dict[Key, Value] = {("outline", "", "text"): _outline(claim)}
    spec = layout("promotion").spec
    typed = [c.name for c in layout("promotion").typed]
    first = year - spec["years"] + 1
    of_claim = "claim_number = ? and fiscal_year between ? and ?"
    results = known.rows("mart_settlement", f"{of_claim} order by fiscal_year", number, first, year)
    for row in results:
        of_year = str(row["fiscal_year"])
        values |= {("settlement", of_year, name): row[name] for name in typed}
        values["settlement", of_year, "uncollected"] = row["uncollected_reported"]
        header |= {"department": row["department"], "debtor_unit": row["debtor_unit"] or ""}
    first = year + spec["target_offset"]
    targets = known.rows(
        "mart_settlement_target", of_claim, number, first, first + spec["target_years"] - 1
    )
    for row in targets:
        of_year = str(row["fiscal_year"])
        for name in ("rate_current", "rate_prior"):
            values["settlement_target", of_year, name] = _percentage(row[f"{name}_pct"])
        values["settlement_target", of_year, "uncollected_target"] = row["uncollected_target"]
    return Prefill(header, _told(values), is_known=True)


def plan(known: Known, measure: str, year: int, department: str | None) -> Prefill:
    """Claims of the newest plan table; ① and the targets ② and ④ as far as plans name them."""
    compared = known.rows(
        "mart_plan_comparison",
        "measure = ? and not is_total and fiscal_year <= ?"
        " order by fiscal_year desc, plan desc, try_cast(source_item as integer)",
        measure,
        year,
    )
    newest = [
        row for row in compared
        if (row["fiscal_year"], row["plan"]) == (compared[0]["fiscal_year"], compared[0]["plan"])
    ]  # fmt: skip
    header = {"measure": measure}
    if not newest:
        return Prefill(header)
    name, baseline = newest[0]["plan"], newest[0]["baseline_actual_year"]
    header |= {"plan": name, "baseline_year": str(baseline or "")}
    figures = {
        (row["department"], row["claim_name"], row["fiscal_year"], row["kind"]): row["value"]
        for row in known.rows("mart_plan_progress", "measure = ? and plan = ?", measure, name)
    }
    wanted = {
        "baseline_actual": (baseline, "actual"), "target": (year, "target"),
        "actual": (year, "actual"), "next_target": (year + 1, "target"),
    }  # fmt: skip
    values: dict[Key, Value] = {}
    amounts: dict[Key, int] = {}
    rows = [row for row in newest if department in (None, row["department"])]
    for n, row in enumerate(rows, 1):
        whose = (row["department"], row["claim_name"])
        values["plan", str(n), "department"], values["plan", str(n), "claim_name"] = whose
        for column, when in wanted.items():
            figure = figures.get((*whose, *when))
            if figure is None:
                continue
            if measure == "uncollected":
                amounts["plan", str(n), column] = int(figure)
            else:
                values["plan", str(n), column] = _percentage(figure)
    unit = _unit(amounts.values(), layout("plan").unit_yen, 1)
    return Prefill(header, values | _in(unit, amounts), unit, is_known=bool(rows))


def claim_list(known: Known, year: int) -> Prefill:
    """The claims of the newest list, else of the register; balances as far as they are settled."""
    listed = known.rows("mart_claim_list", "fiscal_year <= ? order by fiscal_year desc, no", year)
    newest = [row for row in listed if row["fiscal_year"] == listed[0]["fiscal_year"]]
    settled = known.settled(year)
    values: dict[Key, Value] = {}
    amounts: dict[Key, int] = {}
    claims = newest or [
        {**row, "bureau": row["department"], "section": known.section(row)}
        for row in known.claims(date(year + 1, *_HEARINGS))
    ]
    for n, row in enumerate(claims, 1):
        words = {
            "claim_name": row["claim_name"],
            "claim_classes": "・".join(_SHORT[each] for each in _codes(row)),
            "bureau": row["bureau"],
            "section": row["section"],
        }
        values |= {("claim_list", str(n), name): word for name, word in words.items()}
        amount = settled.get(row["claim_number"] or "")
        if amount is None and row.get("fiscal_year") == year:
            amount = row["uncollected"]
        if amount is not None:
            amounts["claim_list", str(n), "uncollected"] = amount
    unit = _unit(amounts.values(), layout("claim_list").unit_yen, 1)
    return Prefill({}, _told(values) | _in(unit, amounts), unit, is_known=bool(claims))


def city_target(known: Known) -> Prefill:
    """Every target that was ever set, in the largest unit in which all are whole."""
    form = layout("city_target")
    values: dict[Key, Value] = {}
    amounts: dict[Key, int] = {}
    rows = known.rows("mart_city_target", "true order by fiscal_year, revision_no")
    last_of = {row["fiscal_year"]: n for n, row in enumerate(rows, 1)}
    for n, row in enumerate(rows, 1):
        words = {
            "fiscal_year": f"{year_name(row['fiscal_year'])}年度",
            "target_kind": TARGET_LABELS.get(row["target_kind"], "実績"),
            "decided_on": row["decided_on"] and row["decided_on"].isoformat(),
            "meeting": row["meeting"],
            "reason": row["reason"],
        }
        values |= {("city_target", str(n), name): word for name, word in words.items()}
        amounts |= {
            ("city_target", str(n), c.name): row[c.name]
            for c in form.columns
            if c.kind == "money"
            and row[c.name] is not None
            # A year's result is written once, beside its last target.
            and (c.group == "target" or n == last_of[row["fiscal_year"]])
        }
    unit = _unit(amounts.values(), *sorted(UNITS.values(), reverse=True))
    return Prefill({}, _told(values) | _in(unit, amounts), unit, is_known=bool(rows))


def register(known: Known) -> list[dict[str, str | int | date | None]]:
    """The claims that forms or the register have named so far, as rows of the register."""
    claims = known.rows("dim_claim", "(claim_number is not null or is_registered)")
    rows = sorted(
        claims, key=lambda row: (row["claim_number"] is None, row["claim_key"], _begins(row))
    )
    newest = {row["claim_key"]: row for row in rows}
    return [
        _registered(known, row)
        for row in rows
        if row["is_registered"] or row is newest[row["claim_key"]]
    ]


def _registered(known: Known, row: Row) -> dict[str, str | int | date | None]:
    is_dated = bool(row.get("is_registered"))
    first, end = row["valid_from"], row["valid_to"]  # the register names the last day
    return {
        "municipality_code": row["municipality_code"],
        "claim_number": row["claim_number"],
        "claim_name": row["claim_name"],
        "aliases": "、".join(json.loads(row.get("aliases") or "[]")),
        "claim_classes": _classes(row),
        "department": row["department"],
        "section": known.section(row) or None,
        "limitation_years": row["limitation_years"],
        "basis": labels("basis").get(row.get("basis") or ""),
        "valid_from": first if is_dated and first and first > _EVER_SINCE else None,
        "valid_to": end - timedelta(days=1) if is_dated and end else None,
    }


def _begins(claim: Row) -> date:
    return claim["valid_from"] or date.min


def _codes(row: Row) -> Sequence[str]:
    return [code for code in (row["claim_classes"] or "").split(",") if code]


def _classes(claim: Row) -> str:
    return class_names(_codes(claim))


def _outline(claim: Row) -> str:
    years = claim["limitation_years"]
    return f"【{_classes(claim)}】" + (f"時効期間：{years}年" if years else "")


def _percentage(value: Decimal | None) -> str | None:
    """97.90 → 97.9: as people write it."""
    return None if value is None else f"{value.normalize():f}"


def _told(values: Mapping[Key, Value]) -> dict[Key, Value]:
    """Without the cells that stay blank."""
    return {key: value for key, value in values.items() if value not in (None, "")}


def _unit(amounts: Iterable[int], *units: int) -> int:
    """The first unit in which every amount (yen) is whole; the last one fits any."""
    common = gcd(*amounts)
    return next(unit for unit in units if common % unit == 0)


def _in(unit: int, amounts: Mapping[Key, int]) -> dict[Key, Value]:
    return {key: yen // unit for key, yen in amounts.items()}
