"""What the same place of a form said in each version that was handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingest.forms.reading import show
from ingest.personal import shown_file
from ingest.submission import claim_of
from ingest.versions import cells_of
from ingest.versions.known import Known
from services.home import Home
from services.trace.landed import is_amount
from terms.money import UNIT_NAMES

_SAME = ("block", "item", "measure", "fiscal_year")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a cell: what it said, where, and what became of the form."""

    submission_id: str
    received_at: datetime
    file: str
    sheet: str
    cell: str
    value: str
    state: str
    is_this: bool


def versions_of(home: Home, submission_id: str, cells: Sequence[str]) -> list[list[Version]]:
    """For each cell of a form what every accepted version of it said, the newest first."""
    known = Known(home.landing)
    rows = {row["submission_id"]: row for row in known.rows}
    counting = {row["submission_id"] for row in known.in_force.values()}
    read: dict[str, list[dict[str, Any]]] = {}

    def landed(row: dict[str, Any]) -> list[dict[str, Any]]:
        if row["submission_id"] not in read:
            read[row["submission_id"]] = cells_of(home.landing, row)
        return read[row["submission_id"]]

    found, own = [], rows[submission_id]
    for address in cells:
        here = next((c for c in landed(own) if c["cell"] == address), None)
        said = []
        for row in reversed(known.rows):
            if here is None or row["status"] != "accepted" or claim_of(row) != claim_of(own):
                continue
            there = next((c for c in landed(row) if _key(c) == _key(here)), None)
            if there is not None:
                said.append(_version(row, there, own, counting, known.withdrawn))
        found.append(said)
    return found


def _key(cell: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(cell[name] for name in _SAME)


def _version(
    row: dict[str, Any],
    there: dict[str, Any],
    own: dict[str, Any],
    counting: set[str],
    withdrawn: dict[str, datetime],
) -> Version:
    name = row["submission_id"]
    state = "有効" if name in counting else "取下げ" if name in withdrawn else "差し替え済み"
    return Version(
        name,
        row["received_at"],
        shown_file(row["file"]),
        row["sheet"],
        there["cell"],
        _value(there, row["unit_yen"]),
        state,
        name == own["submission_id"],
    )


def _value(cell: dict[str, Any], unit: int) -> str:
    if cell["number"] is None:
        return cell["text"] or "空欄"
    if is_amount(cell):
        return f"{show(cell['number'], unit)}{UNIT_NAMES.get(unit, '')}"
    return f"{cell['number']:,}"
