"""What happened in a home, told by what lies there, so that a kill leaves no act un-noted.

Loads, rejections, waivers and withdrawals are read off the landing zone, drafts off drafts/,
publications off the site, changes of settings off config/. `catch_up` notes those that the log does
not hold yet. An approval is read off nothing: it is what the log says (`approvals.py`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from exports.errors import PublicationError
from exports.press.files import sha256
from exports.release import kept, site
from exports.release.records import Draft, read_draft
from ingest.landing import Batch, batches, stamp_of
from services.home import Home
from services.intake.receipts import every_receipt
from services.records import audit, truth
from services.records.audit import Act, Line

Rows = list[dict[str, Any]]
DRAFTED = ("draft", "correct")
# Every command notes what there is before it adds a batch, or a draft or a revision, and again
# after; a build and a load may be at work at once.
LEFT_BY_A_KILL = 1


@dataclass(frozen=True, slots=True)
class Missing:
    """What lies in the home and the log does not tell."""

    batches: Sequence[Batch]
    drafts: Sequence[Act]
    publications: Sequence[Act]

    @property
    def beyond_a_kill(self) -> str | None:
        """That a kill cannot have left so much un-noted; None where it can."""
        loads, drafts, published = map(len, (self.batches, self.drafts, self.publications))
        if max(loads, drafts + published) <= LEFT_BY_A_KILL:
            return None
        return (
            f"監査記録に、受付{loads}回・下書き{drafts}件・公表{published}件がありません。"
            "記録の終わりが失われています。"
        )


def catch_up(home: Home, at: datetime) -> None:
    """Note what happened and is not noted. Drafts and settings are noted as seen `at`.

    Raises LostError where the log is lost, or lacks more than a kill can have left un-noted.
    """
    audit.begin(home)
    with home.receiving():
        missing = missing_in(home, at)
        if lacks := missing.beyond_a_kill:
            raise audit.LostError(lacks)
        note_all(home, missing, at)


def note_all(home: Home, missing: Missing, at: datetime) -> None:
    """Note what is missing, however much that is, and the settings that changed."""
    noted = audit.read(home)
    acts = [
        *_kept(home, noted, missing.batches, at),
        *(act for batch in missing.batches for act in _acts_of(batch)),
        *missing.drafts,
        *missing.publications,
        *_settings(home, noted, at),
    ]
    if acts:
        audit.note_missing(home, acts)


def missing_in(home: Home, at: datetime) -> Missing:
    """What the log does not tell.

    The log is read last: what comes while it is looked at is either not seen or noted.
    """
    landed, made, published = batches(home.landing), list(_made(home)), list(_published(home))
    noted = audit.read(home)
    return Missing(
        list(_new_batches(home, landed, noted)),
        list(_drafts(made, noted, at)),
        list(_publications(home, published, noted)),
    )


def _new_batches(home: Home, landed: Iterable[Batch], noted: Iterable[Line]) -> Iterator[Batch]:
    """The batches whose last act is not noted, oldest first; none that came without a receipt."""
    known = {line.get("batch_id") for line in noted if line.get("action") in ("load", "withdraw")}
    unknown = [batch for batch in landed if batch.id not in known]
    if unknown:
        stamps = {stamp_of(datetime.fromisoformat(each["at"])) for _, each in every_receipt(home)}
        yield from (batch for batch in unknown if batch.stamp in stamps)


def _kept(
    home: Home, noted: Iterable[Line], landed: Sequence[Batch], at: datetime
) -> Iterator[Act]:
    """With a batch the bytes that came with it; before its load is noted, or never."""
    if landed and (files := truth.new(home, noted, landed)):
        yield Act(at, truth.ACTION, {truth.FILES: files})


def _acts_of(batch: Batch) -> Iterator[Act]:
    submissions, findings, withdrawals = map(batch.rows, ("submission", "finding", "withdrawal"))
    for row in withdrawals:
        yield Act(
            row["received_at"],
            "withdraw",
            {"by": row["withdrawn_by"], **_facts(row, "submission_id", "reason", "batch_id")},
        )
    yield from _rejections(findings)
    for row in findings:
        if row["waiver"]:
            facts = _facts(row, "file", "sheet", "cell", "rule", "waiver", "batch_id")
            yield Act(row["received_at"], "waive", facts)
    # Last, since it says that the batch is noted.
    for row in (*submissions, *findings)[:1]:
        statuses = Counter(each["status"] for each in submissions)
        yield Act(
            row["received_at"],
            "load",
            {
                "by": row.get("received_from"),
                "reason": row.get("reason"),
                "accepted": statuses["accepted"],
                "rejected": statuses["rejected"],
                "batch_id": row["batch_id"],
            },
        )


def _rejections(findings: Rows) -> Iterator[Act]:
    """One for each sheet, or workbook, with an error."""
    errors: dict[tuple[str, str, str | None], Rows] = {}
    for row in findings:
        if row["severity"] == "error":
            place = (row["file"], row["file_sha256"], row["sheet"])
            errors.setdefault(place, []).append(row)
    for first, *others in errors.values():
        rules = "、".join(sorted({row["rule"] for row in (first, *others)}))
        facts = _facts(first, "file", "file_sha256", "sheet", "batch_id")
        facts |= {"errors": 1 + len(others), "rules": rules}
        yield Act(first["received_at"], "reject", facts)


def _facts(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """What the log takes over of a row."""
    return {name: row[name] for name in names}


def _drafts(there: Iterable[Draft], noted: Iterable[Line], at: datetime) -> Iterator[Act]:
    # The last line about a day counts: the figures may be again what they were before. A draft of
    # what is published may name the approval or, as it was approved, not yet.
    known = {
        line.get("as_of"): {line.get("content_hash"), line.get("approved")}
        for line in noted
        if line.get("action") in (*DRAFTED, "publish")
    }
    for made in there:
        if made.content_hash not in known.get(made.as_of.isoformat(), ()):
            yield Act(
                at,
                "correct" if made.reason else "draft",
                {
                    "as_of": made.as_of.isoformat(),
                    **_facts(vars(made), "revision", "generation", "content_hash"),
                    **({"reason": made.reason, "by": made.asked_by} if made.reason else {}),
                },
            )


def _made(home: Home) -> Iterator[Draft]:
    """The drafts that lie there and can be read."""
    for day in site.dates_in(home.drafts):
        with suppress(PublicationError):
            yield read_draft(home.drafts, day)


def _published(home: Home) -> Iterator[site.Revision]:
    for day in site.dates_in(home.public):
        yield from site.revisions(home.public, day)


def _publications(
    home: Home, there: Iterable[site.Revision], noted: Iterable[Line]
) -> Iterator[Act]:
    known = {
        (line.get("as_of"), line.get("revision"))
        for line in noted
        if line.get("action") == "publish"
    }
    for revision in there:
        as_of = revision.as_of.isoformat()
        if (as_of, revision.number) not in known:
            yield Act(
                revision.published_at,
                "publish",
                {
                    "as_of": as_of,
                    "revision": revision.number,
                    "content_hash": revision.content_hash,
                    "approved": revision.approved,
                    **_early(home, revision),
                },
            )


def _early(home: Home, revision: site.Revision) -> Mapping[str, str]:
    """Why and by whom it was published before its day, where it was."""
    record = kept.read(home.releases, revision.as_of, revision.number)
    return {"early": record.early, "by": record.early_by} if record and record.early else {}


def _settings(home: Home, noted: Iterable[Line], at: datetime) -> Iterator[Act]:
    # The last line about a file counts; a file that is gone has no hash.
    before = {
        str(line.get("file")): line.get("sha256")
        for line in noted
        if line.get("action") == "configure"
    }
    now = _hashes(home.config)
    for file in sorted(before.keys() | now.keys()):
        if before.get(file) != now.get(file):
            yield Act(at, "configure", {"file": file, "sha256": now.get(file)})


def _hashes(folder: Path) -> Mapping[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith((".", "~$"))
    }
