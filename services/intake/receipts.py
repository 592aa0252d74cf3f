"""How each batch came to be, kept with the archive: from both the landing zone is made again.

`archive/receipts/<number>.json` says which workbooks were loaded together, when, from whom and
under which settings; `archive/settings/` keeps those settings by their SHA-256. A receipt is
written before its batch; one whose batch never landed was interrupted: the load came again.
"""

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from exports.press.files import as_json, sha256, write_file
from ingest.load import Arrival, SourceFile
from ingest.register.table import FILES
from ingest.reports import WorkbookReport
from services.city import CitySettings
from services.home import Home
from services.intake.waivers import ErrorWaivers
from services.layouts import FOLDER

# The kind of a receipt of which everything was expunged.
NOTHING_LEFT = "expunged"
# What decides, beside the workbooks, how a load judges.
SETTINGS = (CitySettings.FILE, ErrorWaivers.FILE, *FILES)


def keep_receipt(
    home: Home, files: Sequence[SourceFile], arrival: Arrival, books: Sequence[WorkbookReport]
) -> None:
    """Keep how workbooks came in, with the hashes of what was read."""
    workbooks = [
        {
            "file": source.name,
            "sha256": book.sha256,
            "municipality_code": source.municipality_code,
            **({"refused": source.refused} if source.refused else {}),
        }
        for source, book in zip(files, books, strict=True)
    ]
    told = {"kind": "load", **asdict(arrival), "settings": _settings(home)}
    _keep(home, told | {"workbooks": workbooks})


def arrival_of(told: Mapping[str, Any]) -> Arrival:
    """How the workbooks of a receipt came in."""
    at = datetime.fromisoformat(told["at"])
    return Arrival(at, told["by"], told["reason"], told["again"])


def keep_withdrawal(home: Home, given: str, by: str, reason: str, at: datetime) -> None:
    """Keep what is withdrawn."""
    told = {"submission_id": given, "by": by, "reason": reason, "at": at.isoformat()}
    _keep(home, {"kind": "withdraw", **told})


def without(told: Mapping[str, Any], workbooks: Container[str]) -> dict[str, Any]:
    """What a receipt tells but for some workbooks; of one that told nothing else, only when."""
    left = [book for book in told.get("workbooks", ()) if book["sha256"] not in workbooks]
    return {**told, "workbooks": left} if left else {"kind": NOTHING_LEFT, "at": told["at"]}


def every_receipt(home: Home) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each file and what it tells, in the order in which they were kept."""
    for path in sorted(_folder(home).glob("*.json")):
        yield path, json.loads(path.read_bytes())


def settings_file(home: Home, digest: str) -> Path:
    """Where the bytes of a setting are kept."""
    return home.archive / "settings" / digest


def _keep(home: Home, told: dict[str, Any]) -> None:
    folder = _folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    number = max((int(path.stem) for path in folder.glob("*.json")), default=0) + 1
    write_file(folder / f"{number:08d}.json", as_json(told))


def _settings(home: Home) -> dict[str, str]:
    kept: dict[str, str] = {}
    layouts = (f"{FOLDER}/{path.name}" for path in (home.config / FOLDER).glob("*.yml"))
    for name in (*SETTINGS, *sorted(layouts)):
        if (home.config / name).is_file():
            content = (home.config / name).read_bytes()
            place = settings_file(home, sha256(content))
            place.parent.mkdir(parents=True, exist_ok=True)
            write_file(place, content)
            kept[name] = place.name
    return kept


def _folder(home: Home) -> Path:
    return home.archive / "receipts"
