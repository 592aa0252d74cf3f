"""Whether the audit log is whole: its chain, what lies there, and how to go on after a loss."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from services.clock import now
from services.exits import Exit, Stop
from services.home import Home
from services.records import acts, anchors, audit, stamps
from services.records.audit import Verdict


def verify(home: Home, known: Mapping[str, str] | None = None) -> Verdict:
    """Hold the chain against what lies in the home, and against `known` hashes from elsewhere."""
    verdict = audit.verify(home, {**anchors.in_home(home), **(known or {})})
    lacks = acts.missing_in(home, now()).beyond_a_kill
    more = [*([lacks] if lacks and not audit.is_lost(home) else []), *stamps.faults(home)]
    return replace(verdict, faults=(*verdict.faults, *more))


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
    with home.alone():
        audit.resume(home, at, by, reason, anchors.in_home(home))
        acts.note_all(home, acts.missing_in(home, at), at)
