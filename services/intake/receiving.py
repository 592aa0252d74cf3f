"""What is done with workbooks that arrive, however they arrive: keep, read, land, answer, note."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ingest import returned
from ingest.landing import batches
from ingest.load import Arrival, Progress, SourceFile, load
from ingest.reports import LoadReport, WorkbookReport
from ingest.returned import Returned
from ingest.submission import Check
from services.home import Home
from services.intake.receipts import keep_receipt
from services.intake.register import rules_of
from services.records import acts, tombstones, truth


@dataclass(frozen=True, slots=True)
class Received:
    """What was read, and the copies that go back."""

    report: LoadReport
    copies: Sequence[Returned]


def receive(
    home: Home,
    files: Sequence[SourceFile],
    arrival: Arrival,
    progress: Progress | None = None,
    checks: Sequence[Check] = (),
    before_landing: Callable[[Sequence[WorkbookReport]], None] | None = None,
) -> Received:
    """Load workbooks; others that come at the same moment wait for each other, not for a build.

    `checks`: what is asked beside the rules of the house. `before_landing` is told what was read,
    and may raise: then nothing has come. Whatever moment a kill comes at: the next call lands what
    was not landed, returns what was not returned, and notes what was not noted. Raises Stop where
    config/ cannot be read, or what landed before is no longer as it was.
    """
    at = arrival.at

    def keep(books: Sequence[WorkbookReport]) -> None:
        if before_landing:
            before_landing(books)
        keep_receipt(home, files, arrival, books)

    tombstones.settle(home)
    with home.receiving():
        rules = rules_of(home, checks)
        acts.catch_up(home, at)
        files = tombstones.refusing(home, files)
        truth.hold(home, truth.LANDING, deep=False)
        report = load(
            files,
            arrival,
            landing=home.landing,
            archive=home.archive,
            rules=rules,
            progress=progress,
            before_landing=keep,
        )
        copies = returned.write(
            report.workbooks, files, archive=home.archive, folder=home.returned, received_at=at
        )
        report.notes += _clock_notes(home, at)
        acts.catch_up(home, at)
        truth.record_archive(home, at)
    return Received(report, copies)


def _clock_notes(home: Home, at: datetime) -> Iterator[str]:
    """A clock that was put back makes what came today older than what came before."""
    landed = batches(home.landing)
    if landed and at < landed[-1].received_at:
        before = landed[-1].received_at.astimezone(at.tzinfo)
        yield (
            f"受付の日時({at:%Y-%m-%d %H:%M})が、前回の受付({before:%Y-%m-%d %H:%M})より前です。"
            "同じ債権は後の日時の提出が有効です。時計か --received-at を確かめてください。"
        )
