"""What the landing zone already knows about a form that comes in."""

from collections import Counter
from collections.abc import Container
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from ingest import landing as zone
from ingest.submission import Submission, claim_of, source_of

_COLUMNS = (
    "submission_id", "batch_id", "received_at", "municipality_code", "file", "file_sha256",
    "sheet", "form", "status", "subject", "period", "claim_number", "claim_name", "department",
    "fiscal_year", "as_of", "unit_yen", "content_hash",
)  # fmt: skip


class Known:
    """The submissions of a landing zone, and which of them count."""

    def __init__(self, landing: Path) -> None:
        self.landing = landing
        rows = zone.table(landing, "submission", _COLUMNS)
        self.rows = sorted(rows, key=lambda row: (row["received_at"], row["submission_id"]))
        gone = zone.table(landing, "withdrawal", ("submission_id", "received_at"))
        self.withdrawn: dict[str, datetime] = {
            row["submission_id"]: row["received_at"] for row in gone
        }

    @cached_property
    def ids(self) -> frozenset[str]:
        """Every submission ever landed."""
        return frozenset(row["submission_id"] for row in self.rows)

    @cached_property
    def in_force(self) -> dict[tuple[object, ...], dict[str, Any]]:
        """The newest accepted submission of each claim that was not withdrawn."""
        return self.in_force_without(frozenset())

    def in_force_without(self, ids: Container[str]) -> dict[tuple[object, ...], dict[str, Any]]:
        """The same, as if some submissions had never come."""
        return {claim_of(row): row for row in self._accepted if row["submission_id"] not in ids}

    def accepted_before(self, submission: Submission) -> bool:
        """These very bytes were accepted once and not withdrawn since."""
        return submission.source in self._accepted_sources

    def says_the_same(self, submission: Submission) -> bool:
        """The rows in force say the same already."""
        row = self.in_force.get(submission.claim)
        return row is not None and row["content_hash"] == submission.content_hash

    def was_withdrawn(self, submission: Submission) -> bool:
        """These bytes, or the same rows in other bytes, were withdrawn."""
        return (
            submission.source in self._withdrawn_sources
            or (submission.claim, submission.content_hash) in self._withdrawn_contents
        )

    def times_withdrawn(self, submission: Submission) -> int:
        """How often these bytes were taken and withdrawn."""
        return self._withdrawn_sources[submission.source]

    def first_received(self, submission: Submission) -> datetime | None:
        """When these very bytes came first, whatever became of them; None where they are new."""
        return self._first_received.get(submission.source)

    def is_settled(self, submission: Submission) -> bool:
        """These bytes were turned away before, and the claim has been accepted since.

        An inbox keeps its old files: what a resubmission has answered is not asked, or taken,
        again.
        """
        turned_away = self._turned_away.get(submission.source)
        accepted = self.in_force.get(submission.claim)
        return bool(turned_away and accepted and accepted["received_at"] > turned_away)

    @cached_property
    def _accepted(self) -> list[dict[str, Any]]:
        return [
            row
            for row in self.rows
            if row["status"] == "accepted" and row["submission_id"] not in self.withdrawn
        ]

    @cached_property
    def _accepted_sources(self) -> frozenset[tuple[str, str, str | None]]:
        return frozenset(map(source_of, self._accepted))

    @cached_property
    def _first_received(self) -> dict[tuple[str, str, str | None], datetime]:
        return {source_of(row): row["received_at"] for row in reversed(self.rows)}

    @cached_property
    def _turned_away(self) -> dict[tuple[str, str, str | None], datetime]:
        return {
            source_of(row): row["received_at"] for row in self.rows if row["status"] == "rejected"
        }

    @cached_property
    def _gone(self) -> list[dict[str, Any]]:
        return [row for row in self.rows if row["submission_id"] in self.withdrawn]

    @cached_property
    def _withdrawn_sources(self) -> Counter[tuple[str, str, str | None]]:
        return Counter(map(source_of, self._gone))

    @cached_property
    def _withdrawn_contents(self) -> frozenset[tuple[tuple[object, ...], str]]:
        return frozenset((claim_of(row), row["content_hash"]) for row in self._gone)
