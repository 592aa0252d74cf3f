"""The landing zone: append-only Parquet batches, each written aside, fsynced and renamed.

A batch is a folder `batch=<id>` with a file for each of `SCHEMAS`.
"""

import hashlib
import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

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

# What `write_batch` adds to the rows of every table that has it.
STAMP = ("batch_id", "received_at")

# What is no submission: only what holds now counts, and it is replaced as a whole.
CURRENT: Mapping[str, Mapping[str, str]] = {
    "claim": {  # the city's register of claims
        "municipality_code": "string",
        "claim_number": "string",
        "claim_name": "string",
        "aliases": "string",
        "claim_classes": "string",
        "department": "string",
        "section": "string",
        "limitation_years": "int32",
        "basis": "string",
        "valid_from": "date32",
        "valid_to": "date32",
    },
    "due_date": {  # when which form is handed out and due, from the city's calendar
        "form": "string",
        "fiscal_year": "int32",
        "as_of": "date32",
        "handed_out_on": "date32",
        "due_on": "date32",
    },
}

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
Columns = Mapping[str, Sequence[Any]]
# Written as they come, never held at once.
Streams = Mapping[str, Iterable[Columns]]
# A column, a comparison and a value: ("measure", "in", [...])
Condition = tuple[str, str, Any]
ROWS_A_GROUP = 8_192
_BATCH, _EMPTY = "batch=", "0"
REGISTER = "register"  # the folder of `CURRENT`
_MOMENT = "%Y%m%dT%H%M%S%fZ"


@dataclass(frozen=True, slots=True)
class Batch:
    """What landed at once: a moment and a hash are its `id`."""

    landing: Path
    id: str

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return self.landing / f"{_BATCH}{self.id}"

    @property
    def stamp(self) -> str:
        """The moment, as `stamp_of` writes it."""
        return self.id.partition("-")[0]

    @property
    def received_at(self) -> datetime:
        """The moment in which it was received."""
        return datetime.strptime(self.stamp, _MOMENT).replace(tzinfo=UTC)

    def rows(
        self,
        name: str,
        columns: Sequence[str] | None = None,
        wanted: Sequence[Condition] | None = None,
    ) -> list[dict[str, Any]]:
        """The rows of one of its tables; as `rows` gives them."""
        return rows(self.folder / f"{name}.parquet", columns, wanted)


def batches(landing: Path) -> list[Batch]:
    """What has landed, oldest first; without the empty batch that `prepare` makes."""
    ids = (folder.name.removeprefix(_BATCH) for folder in landing.glob(f"{_BATCH}*"))
    return [Batch(landing, each) for each in sorted(ids) if each != _EMPTY]


def empty_batch(landing: Path) -> Batch:
    """The one that `prepare` makes, without a row."""
    return Batch(landing, _EMPTY)


def link(landing: Path, place: Path) -> None:
    """Make another landing zone of the same batches: what lands in one is not in the other."""
    place.mkdir(parents=True, exist_ok=True)
    for folder in landing.glob(f"{_BATCH}*"):
        (place / folder.name).symlink_to(folder)


def prepare(landing: Path) -> None:
    """Make an empty landing zone readable: an empty batch gives every file its schema."""
    if not empty_batch(landing).folder.is_dir():
        _write(landing, _EMPTY, {}, {})
    for name in CURRENT:
        if not _place_of(landing, name).exists():
            write_current(landing, name, [])


def write_batch(
    landing: Path,
    received_at: datetime,
    rows: Rows,
    streams: Streams | None = None,
    batch_id: str | None = None,
) -> str:
    """Append one batch and return its id; the whole batch appears at once or not at all.

    The id is the time of receipt and a hash of the rows (a submission's hashes stand for its
    cells, which come as a stream), so equal input gives an equal batch. `batch_id`: the id of the
    batch of which some rows were expunged, and which is made again without them.
    """
    prepare(landing)
    digest = hashlib.sha256(repr(sorted(rows.items())).encode()).hexdigest()[:12]
    batch_id = batch_id or f"{stamp_of(received_at)}-{digest}"
    stamp = dict(zip(STAMP, (batch_id, received_at.astimezone(UTC)), strict=True))
    stamped = {
        name: [dict(row) | stamp if "received_at" in SCHEMAS[name] else row for row in table]
        for name, table in rows.items()
    }
    _write(landing, batch_id, stamped, streams or {})
    return batch_id


def table(
    landing: Path,
    name: str,
    columns: Sequence[str] | None = None,
    wanted: Sequence[Condition] | None = None,
) -> list[dict[str, Any]]:
    """All rows ever landed in one of the tables, oldest batch first; as `rows` gives them."""
    return [row for path in batch_files(landing, name) for row in rows(path, columns, wanted)]


def rows(
    path: Path,
    columns: Sequence[str] | None = None,
    wanted: Sequence[Condition] | None = None,
) -> list[dict[str, Any]]:
    """The rows of one file of a batch; of some columns only, and only those `wanted`."""
    import pyarrow.parquet as pq

    names = list(columns) if columns else None
    if wanted:
        read = pq.read_table(path, columns=names, filters=wanted, partitioning=None)
    else:
        read = pq.ParquetFile(path).read(names)  # in a third of the time
    return read.to_pylist()  # type: ignore[no-any-return]


def file_without(path: Path, gone: Mapping[str, Collection[str]]) -> bytes | None:
    """A file of a batch without the rows that have one of these values in a column.

    None where it has no such row.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    whole = left = pq.ParquetFile(path).read()
    for column in gone.keys() & set(whole.column_names):
        named = pc.is_in(left[column], pa.array(sorted(gone[column]), pa.string()))
        left = left.filter(pc.invert(named))
    if left.num_rows == whole.num_rows:
        return None
    written = pa.BufferOutputStream()
    pq.write_table(left, written)
    return written.getvalue().to_pybytes()  # type: ignore[no-any-return]


def stamp_of(received_at: datetime) -> str:
    """How the id of a batch begins that was received at that moment."""
    return f"{received_at.astimezone(UTC):{_MOMENT}}"


def batch_files(landing: Path, name: str) -> list[Path]:
    """One of the tables' files, oldest batch first."""
    return sorted(landing.glob(f"{_BATCH}*/{name}.parquet"))


def write_current(landing: Path, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Replace one of the tables of `CURRENT`; readers see the old file or the new one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with put_in_place(_place_of(landing, name)) as aside:
        pq.write_table(pa.Table.from_pylist(list(rows), _arrow(CURRENT[name])), aside)


def _place_of(landing: Path, name: str) -> Path:
    return landing / REGISTER / f"{name}.parquet"


def _write(landing: Path, batch_id: str, rows: Rows, streams: Streams) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    aside = landing / f".{batch_id}.tmp"
    shutil.rmtree(aside, ignore_errors=True)  # what a killed load left behind
    aside.mkdir(parents=True)
    for name in SCHEMAS:
        path, columns = aside / f"{name}.parquet", schema(name)
        with pq.ParquetWriter(path, columns) as writer:
            for group in _groups(SCHEMAS[name], streams.get(name, ())):
                writer.write_table(pa.table(group, columns))
            writer.write_table(pa.Table.from_pylist(list(rows.get(name, ())), columns))
        fsync(path)
    fsync(aside)
    aside.rename(Batch(landing, batch_id).folder)
    fsync(landing)


def _groups(names: Iterable[str], stream: Iterable[Columns]) -> Iterator[dict[str, list[Any]]]:
    """A stream in pieces of at least ROWS_A_GROUP rows, the last one shorter."""
    group: dict[str, list[Any]] = {name: [] for name in names}
    first = next(iter(group))
    for columns in stream:
        for name, values in group.items():
            values.extend(columns.get(name, ()))
        if len(group[first]) >= ROWS_A_GROUP:
            yield group
            group = {name: [] for name in group}
    if group[first]:
        yield group


def schema(name: str) -> "pa.Schema":
    """The columns of one of the tables and their Arrow types."""
    return _arrow(SCHEMAS[name])


def _arrow(columns: Mapping[str, str]) -> "pa.Schema":
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "int32": pa.int32(),
        "int64": pa.int64(),
        "date32": pa.date32(),
        "time": pa.timestamp("us", tz="UTC"),
    }
    return pa.schema([(column, types[kind]) for column, kind in columns.items()])


@contextmanager
def put_in_place(place: Path) -> Iterator[Path]:
    """Where to write a file, so that the whole of it appears at once and survives a power cut."""
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_name(f".{place.name}.tmp")
    yield aside
    fsync(aside)
    aside.replace(place)
    fsync(place.parent)


def fsync(path: Path) -> None:
    """Make a file, or the names in a folder, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
