"""A landing zone written by hand, and what dbt built from it."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.landing import write_current
from services.calendar import Calendar
from services.desks.collection import due_dates

TYPED = (
    "carried_forward",
    "assessed_prior",
    "collected_prior",
    "written_off_prior",
    "assessed_current",
    "collected_current",
    "written_off_current",
)
PLAN_COLUMNS = (
    "baseline_actual",
    "target",
    "actual",
    "next_target",
    "reported_vs_baseline",
    "reported_vs_target",
    "reported_vs_next_target",
)
CITY_TARGET_COLUMNS = (
    "target_kind",
    "target",
    "target_current",
    "target_prior",
    "actual",
    "actual_current",
    "actual_prior",
    "decided_on",
    "meeting",
    "reason",
)
TEXT, WHOLE, MOMENT = pa.string(), pa.int32(), pa.timestamp("us", tz="UTC")
SCHEMAS = {
    "submission": pa.schema(
        {
            "submission_id": TEXT,
            "batch_id": TEXT,
            "received_at": MOMENT,
            "received_from": TEXT,
            "reason": TEXT,
            "municipality_code": TEXT,
            "file": TEXT,
            "file_sha256": TEXT,
            "sheet": TEXT,
            "form": TEXT,
            "layout_version": TEXT,
            "status": TEXT,
            "subject": TEXT,
            "period": TEXT,
            "claim_number": TEXT,
            "claim_name": TEXT,
            "claim_classes": TEXT,
            "department": TEXT,
            "section": TEXT,
            "fiscal_year": WHOLE,
            "as_of": pa.date32(),
            "unit_yen": WHOLE,
            "content_hash": TEXT,
        }
    ),
    "cell": pa.schema(
        {
            "submission_id": TEXT,
            "block": TEXT,
            "item": TEXT,
            "measure": TEXT,
            "cell": TEXT,
            "number": pa.int64(),
            "text": TEXT,
            "fiscal_year": WHOLE,
        }
    ),
    "finding": pa.schema(
        {
            "batch_id": TEXT,
            "received_at": MOMENT,
            "submission_id": TEXT,
            "municipality_code": TEXT,
            "file": TEXT,
            "sheet": TEXT,
            "cell": TEXT,
            "rule": TEXT,
            "severity": TEXT,
            "found": TEXT,
            "expected": TEXT,
            "message": TEXT,
            "waiver": TEXT,
        }
    ),
    "withdrawal": pa.schema(
        {
            "batch_id": TEXT,
            "received_at": MOMENT,
            "submission_id": TEXT,
            "withdrawn_by": TEXT,
            "reason": TEXT,
        }
    ),
}
REGISTER = pa.schema(
    {
        "municipality_code": TEXT,
        "claim_number": TEXT,
        "claim_name": TEXT,
        "aliases": TEXT,
        "claim_classes": TEXT,
        "department": TEXT,
        "section": TEXT,
        "limitation_years": WHOLE,
        "basis": TEXT,
        "valid_from": pa.date32(),
        "valid_to": pa.date32(),
    }
)
# Yen, or a percentage as the exact text of it; None where the cell is blank.
Figure = int | str | None


class Landing:
    """Submissions in the landing zone's schema, one batch a call. Amounts in yen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
        self.claims: list[dict[str, Any]] = []

    def annual(
        self,
        submission_id: str,
        rows: Mapping[str, Mapping[str, int]],
        *,
        received_at: str = "2020-07-10T09:00:00+09:00",
        claim_number: str = "003",
        fiscal_year: int = 2019,
        by_class: Mapping[str, Mapping[str, int]] | None = None,
        attainment: Mapping[str, str] | None = None,
        debtors: int = 0,
        **header: Any,
    ) -> None:
        """An annual form: amounts of its rows by letter; what is not given is 0.

        `by_class` gives cases and balance by class, e.g. {"prior/02": {...}}; without it all of
        row D stands in class 02.
        """
        full = {
            letter: dict.fromkeys(TYPED, 0) | dict(rows.get(letter, {})) for letter in "ABCDEFG"
        }
        self._submission(
            submission_id,
            received_at=received_at,
            form="annual",
            claim_number=claim_number,
            fiscal_year=fiscal_year,
            **{"claim_name": f"債権{claim_number}", "claim_classes": "private"} | header,
        )
        for letter, amounts in full.items():
            self._cells(submission_id, "collection", letter, amounts)
        closing = full["D"]
        balance = {
            part: closing[f"assessed_{part}"]
            - closing[f"collected_{part}"]
            - closing[f"written_off_{part}"]
            for part in ("prior", "current")
        }
        classes = by_class or {
            f"{part}/02": {"cases": 1 if balance[part] else 0, "balance": balance[part]}
            for part in balance
        }
        for part in balance:
            for code in range(1, 17):
                item = f"{part}/{code:02d}"
                blank = {"cases": 0, "balance": 0}
                self._cells(submission_id, "status", item, blank | dict(classes.get(item, {})))
        cases = sum(figures["cases"] for figures in classes.values())
        total = {"debtors": debtors, "cases": cases, "balance": sum(balance.values())}
        self._cells(submission_id, "total", "", total)
        for part, text in (attainment or {}).items():
            self._cells(submission_id, "attainment", part, {}, {"reported": text})

    def interim(
        self,
        submission_id: str,
        claims: Mapping[str, Mapping[str, int]],
        *,
        as_of: date,
        fiscal_year: int,
        received_at: str,
        classes: str = "private",
        **header: Any,
    ) -> None:
        """A department's balance report: amounts, cases and debtors by claim number."""
        self._submission(
            submission_id,
            received_at=received_at,
            form="interim",
            fiscal_year=fiscal_year,
            as_of=as_of,
            **{"unit_yen": 1} | header,
        )
        for claim_number, amounts in claims.items():
            full = dict.fromkeys((*TYPED, "cases", "debtors"), 0) | dict(amounts)
            described = {"claim_name": f"債権{claim_number}", "claim_classes": classes}
            self._cells(submission_id, "collection", claim_number, full, described)

    def plan(
        self,
        submission_id: str,
        rows: Sequence[Mapping[str, Any]],
        *,
        years: tuple[int, int, int, int] = (2016, 2019, 2019, 2020),
        plan: str = "第1次計画",
        measure: str = "uncollected",
        received_at: str = "2020-09-01T09:00:00+09:00",
        total: Sequence[Figure] = (),
        **header: Any,
    ) -> None:
        """A plan table: per row `department`, `claim_name`, `footnoted`, `figures` and `others`.

        `others`: (kind, year) → figure of further years. Figures are ① to ④ (of `years`), then
        the printed differences.
        """
        self._submission(
            submission_id,
            received_at=received_at,
            form="plan",
            subject=f"{plan}／{measure}",
            fiscal_year=years[2],
            **{"department": None} | header,
        )
        self._cells(submission_id, "plan", "", {}, {"plan": plan, "measure": measure})
        named = {str(number): row for number, row in enumerate(rows, 1)}
        if total:
            named["total"] = {"department": "合計", "claim_name": "合計", "figures": total}
        for item, row in named.items():
            texts = {"department": row["department"], "claim_name": row["claim_name"]}
            self._cells(submission_id, "plan", item, {}, texts)
            for (kind, year), figure in row.get("others", {}).items():
                self._figure(submission_id, "plan", item, f"other_{kind}", figure, year)
            if row.get("footnoted"):
                self._cells(submission_id, "plan", item, {"footnoted": 1})
            every = zip(PLAN_COLUMNS, (*years, None, None, None), row["figures"], strict=False)
            for column, year, figure in every:
                self._figure(submission_id, "plan", item, column, figure, year)

    def claim_list(
        self, submission_id: str, claims: Sequence[Mapping[str, Any]], *, total: int, **header: Any
    ) -> None:
        """A claim list: per claim name, uncollected, classes, bureau and section by measure."""
        self._submission(
            submission_id,
            form="claim_list",
            subject="全市",
            **{
                "department": None,
                "fiscal_year": 2021,
                "received_at": "2022-09-01T09:00:00+09:00",
            }
            | header,
        )
        for number, claim in enumerate(claims, 1):
            texts = {name: text for name, text in claim.items() if name != "uncollected"}
            amount = {"uncollected": claim["uncollected"]}
            self._cells(submission_id, "claim_list", str(number), amount, texts)
        self._cells(submission_id, "total", "", {"uncollected": total})

    def promotion(
        self,
        submission_id: str,
        years: Mapping[int, Mapping[str, Figure]],
        *,
        targets: Mapping[int, Mapping[str, Figure]] | None = None,
        scope_note: str | None = None,
        debtor_unit: str = "人",
        **header: Any,
    ) -> None:
        """A promotion sheet: figures of each year by measure; `targets` the same."""
        described = {
            "received_at": "2023-09-01T09:00:00+09:00",
            "claim_name": "住宅家賃",
            "department": "住宅管理担当",
            "unit_yen": 1,
        } | header
        self._submission(
            submission_id,
            form="promotion",
            fiscal_year=max(years),
            subject=f"{described['claim_name']}／{described['department']}",
            **described,
        )
        texts = {"debtor_unit": debtor_unit} | ({"scope_note": scope_note} if scope_note else {})
        self._cells(submission_id, "settlement", "", {}, texts)
        for block, stated in (("settlement", years), ("settlement_target", targets or {})):
            for year, figures in stated.items():
                for measure, figure in figures.items():
                    self._figure(submission_id, block, "", measure, figure, year)

    def city_target(
        self, submission_id: str, targets: Sequence[Mapping[str, Any]], **header: Any
    ) -> None:
        """A list of city targets: per row `fiscal_year` and measures; what is missing is blank."""
        self._submission(
            submission_id,
            form="city_target",
            subject="全市",
            fiscal_year=max(target["fiscal_year"] for target in targets),
            **{
                "department": None,
                "unit_yen": 100_000_000,
                "received_at": "2023-09-01T09:00:00+09:00",
            }
            | header,
        )
        for number, target in enumerate(targets, 1):
            year = target["fiscal_year"]
            for measure in CITY_TARGET_COLUMNS:
                figure = target.get(measure)
                self._figure(submission_id, "city_target", str(number), measure, figure, year)

    def table(
        self,
        submission_id: str,
        figures: Sequence[tuple[str, str, int | None, Mapping[str, Any]]],
        *,
        layout: str = "kenzei",
        fiscal_year: int | None = None,
        as_of: date | None = None,
        **header: Any,
    ) -> None:
        """A table that a layout describes: per figure measure, exact text, year and dimensions."""
        self._submission(
            submission_id,
            form="figure",
            layout_version=f"{layout}-1",
            fiscal_year=fiscal_year,
            as_of=as_of,
            **{
                "subject": layout,
                "period": str(as_of or fiscal_year) if as_of or fiscal_year else None,
                "department": None,
                "unit_yen": 1,
                "received_at": "2023-09-01T09:00:00+09:00",
            }
            | header,
        )
        for measure, text, year, dimensions in figures:
            item = json.dumps(dimensions, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            is_whole = text.lstrip("-").isdigit()
            numbers = {measure: int(text)} if is_whole else {}
            self._cells(submission_id, "figure", item, numbers, {} if is_whole else {measure: text})
            self.rows["cell"][-1]["fiscal_year"] = year

    def register(self, claim_number: str | None, **columns: Any) -> None:
        """A row of the register of claims; it replaces the whole register at the next `write`."""
        self.claims.append(
            dict.fromkeys(REGISTER.names)
            | {
                "municipality_code": "999999",
                "claim_number": claim_number,
                "claim_name": f"債権{claim_number}",
                "aliases": "[]",
                "claim_classes": "private",
                "department": "財政局",
                "basis": "closing_period",
            }
            | columns
        )

    def withdraw(self, submission_id: str, *, at: str, by: str, reason: str) -> None:
        """Somebody takes a submission back."""
        self.rows["withdrawal"].append(
            {
                "batch_id": "1",
                "received_at": datetime.fromisoformat(at),
                "submission_id": submission_id,
                "withdrawn_by": by,
                "reason": reason,
            }
        )

    def returned(self, submission_id: str, *, received_at: str) -> None:
        """A rejected annual form, of which no cell is landed."""
        self._submission(
            submission_id,
            received_at=received_at,
            form="annual",
            status="rejected",
            claim_number="003",
            fiscal_year=2019,
        )

    def finding(self, **columns: Any) -> None:
        """A finding of the checks."""
        self.rows["finding"].append(
            dict.fromkeys(SCHEMAS["finding"].names)
            | {
                "batch_id": "1",
                "received_at": datetime(2020, 7, 10, tzinfo=UTC),
                "file": "調書.xlsx",
                "message": "点検の結果",
            }
            | columns
        )

    def write(self) -> None:
        """Write what was added as the next batch."""
        batch = self.folder / f"batch={len(list(self.folder.glob('batch=*')))}"
        batch.mkdir(parents=True)
        for name, schema in SCHEMAS.items():
            pq.write_table(pa.Table.from_pylist(self.rows[name], schema), batch / f"{name}.parquet")
            self.rows[name] = []
        register = self.folder / "register"
        register.mkdir(exist_ok=True)
        claims = pa.Table.from_pylist(self.claims, REGISTER)
        pq.write_table(claims, register / "claim.parquet")
        write_current(self.folder, "due_date", list(due_dates(Calendar({}))))

    def _submission(self, submission_id: str, *, received_at: str, **columns: Any) -> None:
        period = columns.get("as_of") or columns["fiscal_year"]
        subject = columns.get("claim_number") or columns.get("department", "財政局")
        self.rows["submission"].append(
            dict.fromkeys(SCHEMAS["submission"].names)
            | {"subject": subject, "period": str(period)}
            | {
                "submission_id": submission_id,
                "batch_id": "1",
                "received_at": datetime.fromisoformat(received_at),
                "municipality_code": "999999",
                "file": f"{submission_id}.xlsx",
                "file_sha256": "0" * 64,
                "sheet": "調書",
                "layout_version": "1",
                "status": "accepted",
                "department": "財政局",
                "unit_yen": 1000,
                "content_hash": submission_id,
            }
            | columns
        )

    def _cells(
        self,
        submission_id: str,
        block: str,
        item: str,
        numbers: Mapping[str, int | None],
        texts: Mapping[str, str] | None = None,
    ) -> None:
        for measure in dict.fromkeys([*numbers, *(texts or {})]):
            self.rows["cell"].append(
                {
                    "submission_id": submission_id,
                    "block": block,
                    "item": item,
                    "measure": measure,
                    "cell": f"B{len(self.rows['cell']) + 1}",
                    "number": numbers.get(measure),
                    "text": (texts or {}).get(measure),
                }
            )

    def _figure(
        self,
        submission_id: str,
        block: str,
        item: str,
        measure: str,
        figure: Figure,
        fiscal_year: int | None,
    ) -> None:
        self._cells(
            submission_id,
            block,
            item,
            {measure: figure if isinstance(figure, int) else None},
            {measure: figure} if isinstance(figure, str) else {},
        )
        self.rows["cell"][-1]["fiscal_year"] = fiscal_year


class Built:
    """A built warehouse: the outcome of each node by name, and a reading connection."""

    def __init__(self, path: Path, outcomes: Mapping[str, Any]) -> None:
        self.path = path
        self.outcomes = outcomes

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a query, as dictionaries."""
        with duckdb.connect(self.path, read_only=True) as connection:
            connection.execute("set TimeZone = 'Asia/Tokyo'")
            cursor = connection.execute(sql)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def found(self, test: str) -> list[dict[str, Any]]:
        """The rows that a test finds."""
        return self.rows(self.outcomes[test].node.compiled_code)

    def wrong(self) -> dict[str, str]:
        """The nodes that did not succeed, without those skipped for them: name → status."""
        return {
            name: result.status
            for name, result in self.outcomes.items()
            if result.status not in ("success", "pass", "skipped")
        }
