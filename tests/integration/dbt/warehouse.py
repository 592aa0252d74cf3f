"""A landing zone written by hand, and what dbt built from it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

TYPED = (
    "carried_forward",
    "assessed_prior",
    "collected_prior",
    "written_off_prior",
    "assessed_current",
    "collected_current",
    "written_off_current",
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
}


class Landing:
    """Submissions in the landing zone's schema, one batch a call. Amounts in yen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}

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
        numbers: Mapping[str, int],
        texts: Mapping[str, str] | None = None,
    ) -> None:
        for measure in [*numbers, *(texts or {})]:
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

    def wrong(self) -> dict[str, str]:
        """The nodes that did not succeed, without those skipped for them: name → status."""
        return {
            name: result.status
            for name, result in self.outcomes.items()
            if result.status not in ("success", "pass", "skipped")
        }
