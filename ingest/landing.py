"""The landing zone: append-only Parquet batches, each written aside, fsynced and renamed.

A batch is a folder `batch=<id>` with a file for each of `SCHEMAS`.
"""

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SCHEMAS: Mapping[str, Mapping[str, str]] = {
    "submission": {
        "submission_id": "string",
        "batch_id": "string",
        "received_at": "time",
        "received_from": "string",
        "reason": "string",
        "municipality_code": "string",
        "file": "string",
        "file_sha256": "string",
        "sheet": "string",
        "form": "string",
        "layout_version": "string",
        "status": "string",
        "subject": "string",
        "period": "string",
        "claim_number": "string",
        "claim_name": "string",
        "claim_classes": "string",
        "department": "string",
        "section": "string",
        "fiscal_year": "int32",
        "as_of": "date32",
        "unit_yen": "int32",
        "content_hash": "string",
    },
    "cell": {
        "submission_id": "string",
        "block": "string",
        "item": "string",
        "measure": "string",
        "cell": "string",
        "number": "int64",
        "text": "string",
        "fiscal_year": "int32",
    },
    "narrative": {
        "submission_id": "string",
        "part": "string",
        "item": "string",
        "cell": "string",
        "text": "string",
    },
    "finding": {
        "batch_id": "string",
        "received_at": "time",
        "submission_id": "string",
        "municipality_code": "string",
        "file": "string",
        "file_sha256": "string",
        "sheet": "string",
        "cell": "string",
        "rule": "string",
        "severity": "string",
        "found": "string",
        "expected": "string",
        "message": "string",
        "waiver": "string",
    },
    "withdrawal": {
        "batch_id": "string",
        "received_at": "time",
        "submission_id": "string",
        "withdrawn_by": "string",
        "reason": "string",
    },
}

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def prepare(landing: Path) -> None:
    """Make an empty landing zone readable: an empty `batch=0` gives every file its schema."""
    if not (landing / "batch=0").is_dir():
        _write(landing, "0", {})


def write_batch(landing: Path, received_at: datetime, rows: Rows) -> str:
    """Append one batch and return its id; the whole batch appears at once or not at all.

    The id is the time of receipt and a hash of the rows, so equal input gives an equal batch.
    """
    prepare(landing)
    digest = hashlib.sha256(repr(sorted(rows.items())).encode()).hexdigest()[:12]
    batch_id = f"{received_at.astimezone(UTC):%Y%m%dT%H%M%S%fZ}-{digest}"
    stamp = {"batch_id": batch_id, "received_at": received_at.astimezone(UTC)}
    stamped = {
        name: [stamp | dict(row) if "received_at" in SCHEMAS[name] else row for row in table]
        for name, table in rows.items()
    }
    _write(landing, batch_id, stamped)
    return batch_id


def table(landing: Path, name: str) -> list[dict[str, Any]]:
    """All rows ever landed in one of the tables, oldest batch first."""
    import pyarrow.parquet as pq

    paths = sorted(landing.glob(f"batch=*/{name}.parquet"))
    return [row for path in paths for row in pq.ParquetFile(path).read().to_pylist()]


def _write(landing: Path, batch_id: str, rows: Rows) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        "string": pa.string(),
        "int32": pa.int32(),
        "int64": pa.int64(),
        "date32": pa.date32(),
        "time": pa.timestamp("us", tz="UTC"),
    }
    aside = landing / f".{batch_id}.tmp"
    shutil.rmtree(aside, ignore_errors=True)  # what a killed load left behind
    aside.mkdir(parents=True)
    for name, columns in SCHEMAS.items():
        schema = pa.schema([(column, types[kind]) for column, kind in columns.items()])
        path = aside / f"{name}.parquet"
        pq.write_table(pa.Table.from_pylist(list(rows.get(name, [])), schema), path)
        fsync(path)
    fsync(aside)
    aside.rename(landing / f"batch={batch_id}")
    fsync(landing)


def fsync(path: Path) -> None:
    """Make a file, or the names in a folder, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
