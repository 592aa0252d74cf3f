"""The landing zone made again from the archive: every receipt once more, in its order."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from exports.press.files import move_folder
from ingest import landing, versions
from ingest.landing import Batch, batches
from ingest.load import SourceFile, load
from services.city import CitySettings
from services.exits import Exit, Stop
from services.home import Home
from services.intake.receipts import NOTHING_LEFT, arrival_of, every_receipt, settings_file
from services.intake.register import rules_of
from services.records import audit, tombstones, truth
from services.settings import without_unknown


def land_again(home: Home, at: datetime) -> int:
    """Put a landing zone made from archive and receipts in place; returns how many batches.

    Which loads came to an end the audit log tells. A landing zone that is there stays, and Stop
    is raised, where the new one lacks or contradicts one of its batches, or where the archive is
    not as it was kept. What has other bytes than before (of another version of a library) is noted.
    From the first load on of which something was expunged, batches that are whole are taken over:
    what came beside the expunged was judged beside it.
    """
    with home.alone():
        tombstones.settle(home)
        truth.hold(home, truth.ARCHIVE, deep=True)
        with tempfile.TemporaryDirectory(prefix=".again-", dir=home.root) as name:
            folder = Path(name)
            again = _landed_again(home, Home(folder / "home"))
            if home.landing.exists():
                home.landing.rename(folder / "before")
            move_folder(again.landing, home.landing)
        truth.record(home, at, truth.present(home, truth.LANDING).values())
    return len(_batches(home))


def _landed_again(home: Home, again: Home) -> Home:
    """The landing zone of another home, made of what this one's archive holds, and compared."""
    landing.prepare(again.landing)
    expunged = {name for stone in tombstones.every(home) for name in stone.files}
    whole, is_later = _whole(home), False
    for receipt, told in _completed(home):
        is_later = is_later or receipt in expunged
        if is_later:
            _take_over(home, again, told, whole, is_expunged=receipt in expunged)
        else:
            _take_again(home, again, told)
    _compare(home, again, whole)
    return again


def _completed(home: Home) -> Iterator[tuple[str, dict[str, Any]]]:
    """The receipts (by their place in the home) whose batch landed, as far as the log knows.

    Raises Stop for one of them that is not in the log itself: who wrote it, nobody knows.
    """
    kept = truth.noted(audit.read(home))
    stamps = {Batch(home.landing, each).stamp for each in _noted(home)}
    for path, told in every_receipt(home):
        if landing.stamp_of(datetime.fromisoformat(told["at"])) in stamps:
            name = path.relative_to(home.root).as_posix()
            if name not in kept:
                raise Stop(str(truth.Fault(name, None, is_there=True)), Exit.CHECK_FAILED)
            yield name, told


@contextmanager
def _settings_of(home: Home, again: Home, told: dict[str, Any]) -> Iterator[None]:
    """config/ as it was when that load came."""
    again.config.mkdir(parents=True)
    for name, digest in told.get("settings", {}).items():
        (again.config / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(settings_file(home, digest), again.config / name)
    if (city := again.config / CitySettings.FILE).exists():
        city.write_text(without_unknown(CitySettings, city.read_text("utf-8-sig")), "utf-8")
    try:
        yield
    finally:
        shutil.rmtree(again.config)


def _take_over(
    home: Home, again: Home, told: dict[str, Any], whole: Mapping[str, Path], *, is_expunged: bool
) -> None:
    """The batch of a receipt where it is whole, else made again under its id."""
    at = datetime.fromisoformat(told["at"])
    ids = [each for each in _noted(home) if Batch(home.landing, each).stamp == landing.stamp_of(at)]
    if whole.keys() >= set(ids):
        for each in ids:
            shutil.copytree(whole[each], Batch(again.landing, each).folder, dirs_exist_ok=True)
        return
    batch_id = ids[0] if len(ids) == 1 else None
    _take_again(home, again, told, batch_id)
    if batch_id and is_expunged and batch_id not in _batches(again):
        landing.write_batch(again.landing, at, {}, batch_id=batch_id)


def _take_again(home: Home, again: Home, told: dict[str, Any], batch_id: str | None = None) -> None:
    if told["kind"] == NOTHING_LEFT:
        return
    if told["kind"] == "withdraw":
        given, by, reason = told["submission_id"], told["by"], told["reason"]
        at = datetime.fromisoformat(told["at"])
        # Given twice where a kill came between; whether a batch is missing is seen in the end.
        with suppress(versions.VersionError):
            versions.withdraw(again.landing, given, by, reason, at)
        return
    files = [_source(home, book) for book in told["workbooks"]]
    with _settings_of(home, again, told):
        load(
            files,
            arrival_of(told),
            landing=again.landing,
            archive=None,
            rules=rules_of(again),
            batch_id=batch_id,
        )


def _source(home: Home, book: dict[str, Any]) -> SourceFile:
    rule, message = book.get("refused") or (None, None)
    refused = (rule, message) if rule and message else None
    return SourceFile(_archived(home, book), book["municipality_code"], book["file"], refused)


def _archived(home: Home, book: dict[str, Any]) -> Path:
    found = next(home.archive.glob(f"{book['sha256']}*"), None)
    if found is None:
        raise Stop(f"保管したブックがありません: {book['sha256']}", Exit.UNEXPECTED)
    return found


def _compare(home: Home, again: Home, whole: Mapping[str, Path]) -> None:
    """What has landed once must come out the same."""
    before, after = _batches(home), _batches(again)
    for name in sorted({*before, *_noted(home)}):
        if name not in after:
            raise Stop(
                f"取込データ batch={name} を保管したブックから作れません。"
                "landing/ は前のままです。",
                Exit.CHECK_FAILED,
            )
        # A damaged batch has nothing to say; the same id says that its rows were the same.
        if name in whole and not _is_same(whole[name], after[name]):
            raise Stop(
                f"取込データ batch={name} が、保管したブックから作ったものと違います。"
                "landing/ は前のままです。控えと比べてください。",
                Exit.CHECK_FAILED,
            )


def _batches(home: Home) -> dict[str, Path]:
    return {batch.id: batch.folder for batch in batches(home.landing)}


def _whole(home: Home) -> dict[str, Path]:
    damaged = {
        (home.root / each.name).parent for each in truth.faults(home, truth.LANDING, deep=True)
    }
    return {name: path for name, path in _batches(home).items() if path not in damaged}


def _noted(home: Home) -> list[str]:
    """The batches of which the audit log tells."""
    told = (line["batch_id"] for line in audit.read(home) if line.get("batch_id"))
    return list(dict.fromkeys(told))


def _is_same(one: Path, other: Path) -> bool:
    import pyarrow.parquet as pq

    tables = ((pq.ParquetFile(f / f"{name}.parquet").read() for f in (one, other))
              for name in landing.SCHEMAS)  # fmt: skip
    return all(left.equals(right) for left, right in tables)
