"""Whether the audit log is whole: its chain, what lies there, and how to go on after a loss."""

from datetime import datetime

from services.clock import now
from services.exits import Exit, Stop
from services.home import Home
from services.records import acts, audit
from services.records.audit import Verdict


def verify(home: Home, known: str | None = None) -> Verdict:
    """Hold the chain against what lies in the home, and the hash `known` from elsewhere."""
    verdict = audit.verify(home, {known: "控え"} if known else {})
    lacks = acts.missing_in(home, audit.read(home), now()).beyond_a_kill
    if lacks is None or audit.is_lost(home):
        return verdict
    return Verdict(verdict.lines, verdict.head, (*verdict.faults, lacks), verdict.notes)


def refuse_faulty(home: Home) -> None:
    """Raise Stop (CHECK_FAILED) where nobody can be sure of who approved what."""
    if faults := verify(home).faults:
        raise Stop(
            f"監査記録が変えられているため、承認も公表もできません: {faults[0]}"
            "mishukin audit verify で確かめてください。" + audit.REMEDY,
            Exit.CHECK_FAILED,
        )


def resume(home: Home, at: datetime, by: str, reason: str) -> None:
    """Go on with a log that was lost or altered: who, why, and all that lies there is noted."""
    with home.writer():
        audit.resume(home, at, by, reason, ())
        noted = audit.read(home)
        acts.note_all(home, noted, acts.missing_in(home, noted, at), at)
