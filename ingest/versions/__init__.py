"""Versions of what was handed in: finding one, comparing two, withdrawing one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from ingest import landing as zone
from ingest.forms.reading import show
from ingest.submission import claim_of
from ingest.versions.known import Known
from ingest.versions.naming import HEADER, cell_title, is_money, narrative_title

UNTOLD = "(本文は示しません)"


class VersionError(ValueError):
    """No such submission, or nothing that can be done with it; the message says so."""


class Change(NamedTuple):
    """One difference. `cell`: D17, or D17 → D18 where it moved; None in the header.

    `kind`: changed, added or removed. `old`, `new`: as the form shows them; None for nothing.
    """

    sheet: str
    cell: str | None
    title: str
    kind: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Withdrawn:
    """What was withdrawn, and the submission that counts again, if there is one."""

    submission: Mapping[str, Any]
    back: Mapping[str, Any] | None


def find(landing: Path, given: str) -> dict[str, Any]:
    """The landed submission of an id, or of the beginning of one. Raises VersionError."""
    rows = {row["submission_id"]: row for row in zone.table(landing, "submission")}
    if given in rows:
        return rows[given]
    found = sorted(each for each in rows if given and each.startswith(given))
    if not found:
        raise VersionError(
            f"提出番号「{given}」の提出はありません。"
            "mishukin submissions で番号を確かめてください。"
        )
    if len(found) > 1:
        raise VersionError(
            f"提出番号「{given}」で始まる提出が{len(found)}件あります({'、'.join(found[:5])}"
            f"{' ほか' if len(found) > 5 else ''})。もう少し長く指定してください。"
        )
    return rows[found[0]]


def diff(landing: Path, older: str, newer: str) -> list[Change]:
    """What differs between two accepted submissions: header, cells in the sheet's order, text.

    Each is given as for `find`. Of free text only that it changed. Raises VersionError.
    """
    rows = [find(landing, older), find(landing, newer)]
    for row in rows:
        if row["status"] != "accepted":
            raise VersionError(
                f"提出番号{row['submission_id']}は返却した提出のため、セルの値がありません。"
                "受理した提出どうしを指定してください。"
            )
    if rows[0]["form"] != rows[1]["form"]:
        raise VersionError("様式の違う提出は比べられません。同じ様式の提出を指定してください。")
    return [*_header(*rows), *_cells(landing, *rows), *_narrative(landing, *rows)]


def withdraw(landing: Path, given: str, by: str, reason: str, at: datetime) -> Withdrawn:
    """Withdraw an accepted submission: the version before it counts again. Raises VersionError.

    `at` must carry a time zone. Nothing is deleted: the withdrawal is landed as a batch.
    """
    row = find(landing, given)
    known = Known(landing)
    if row["status"] != "accepted":
        raise VersionError(
            f"提出番号{row['submission_id']}は返却した提出です。取り下げは要りません。"
        )
    if row["submission_id"] in known.withdrawn:
        raise VersionError(f"提出番号{row['submission_id']}は、すでに取り下げられています。")
    if at <= row["received_at"]:
        raise VersionError(
            f"取下げの日時が受付({row['received_at'].astimezone(at.tzinfo):%Y-%m-%d %H:%M})より"
            "前です。--at を確かめてください。"
        )
    withdrawal = {
        "submission_id": row["submission_id"], "withdrawn_by": by, "reason": reason,
    }  # fmt: skip
    zone.write_batch(landing, at, {"withdrawal": [withdrawal]})
    counted = known.in_force.get(claim_of(row))
    was_in_force = counted is not None and counted["submission_id"] == row["submission_id"]
    back = Known(landing).in_force.get(claim_of(row)) if was_in_force else None
    return Withdrawn(row, back)


def cells_of(landing: Path, row: Mapping[str, Any], table: str = "cell") -> list[dict[str, Any]]:
    """The typed cells of a submission, in the order in which they were landed.

    `row`: with submission_id and batch_id, as in the landing zone and mart_submission.
    """
    wanted = [("submission_id", "=", row["submission_id"])]
    return zone.Batch(landing, row["batch_id"]).rows(table, wanted=wanted)


def _header(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name, title in HEADER.items():
        if old[name] != new[name]:
            values = (_plain(row[name]) for row in (old, new))
            yield Change(new["sheet"], None, title, "changed", *values)


def _cells(landing: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for was, now in _pairs(landing, "cell", _CELL_KEY, old, new):
        shown = _shown(was, old), _shown(now, new)
        if shown[0] != shown[1] or (was is None) != (now is None):
            row, cell = (new, now) if now else (old, was or {})
            title = cell_title(row["form"], row["layout_version"], row["fiscal_year"], cell)
            yield Change(row["sheet"], _place(was, now), title, _kind(was, now), *shown)


def _narrative(landing: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for was, now in _pairs(landing, "narrative", ("part", "item"), old, new):
        if was and now and was["text"] == now["text"]:
            continue
        row, said = (new, now) if now else (old, was or {})
        told = (UNTOLD if was else None, UNTOLD if now else None)
        title = narrative_title(said["part"], said["item"])
        yield Change(row["sheet"], _place(was, now), title, _kind(was, now), *told)


_CELL_KEY = ("block", "item", "measure", "fiscal_year")


def _pairs(
    landing: Path,
    table: str,
    key: Sequence[str],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
) -> Iterator[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
    """What two submissions say in one place, in the order of the new one.

    What it no longer has comes last.
    """
    before, after = (
        {tuple(each[name] for name in key): each for each in cells_of(landing, row, table)}
        for row in (old, new)
    )
    for place in [*after, *(each for each in before if each not in after)]:
        yield before.get(place), after.get(place)


def _shown(cell: Mapping[str, Any] | None, row: Mapping[str, Any]) -> str | None:
    """A value as the form shows it: money in its unit."""
    if cell is None or cell["number"] is None:
        return cell["text"] if cell else None
    if is_money(cell["measure"]):
        return show(cell["number"], row["unit_yen"])
    return f"{cell['number']:,}"


def _place(was: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> str:
    places = [each["cell"] for each in (was, now) if each]
    return " → ".join(dict.fromkeys(places))


def _plain(value: object) -> str | None:
    return None if value is None else str(value)


def _kind(was: object, now: object) -> str:
    """A blank cell is there and holds nothing; what is not there at all was added or removed."""
    if was is None:
        return "added"
    return "removed" if now is None else "changed"
