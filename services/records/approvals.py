"""Who approved which draft: what the audit log says, and nothing that lies beside a draft.

A line of the log is noted once and for all; a file could be written by hand, or come back. An
approval is void once another draft was made, or the draft was sent back, or the log was resumed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from exports.release.records import Approval
from services.home import Home
from services.records import acts, audit
from services.records.audit import Line

APPROVE, SEND_BACK = "approve", "send_back"


def read(home: Home) -> Mapping[str, tuple[Approval, ...]]:
    """All approvals of each day (ISO 8601) as they were given, void or not."""
    given: dict[str, tuple[Approval, ...]] = {}
    for line in audit.read(home):
        day, action = str(line.get("as_of")), line.get("action")
        if action == APPROVE and line.get("by"):
            given[day] = (*given.get(day, ()), _approval(line))
        elif action in (*acts.DRAFTED, SEND_BACK):
            given[day] = _void(given.get(day, ()))
        elif action == audit.RESUMED:
            given = {each: _void(approvals) for each, approvals in given.items()}
    return given


def note(
    home: Home, as_of: date, content_hash: str, approval: Approval, acting_for: str = ""
) -> None:
    """Give an approval: from here on it counts. `content_hash` is that of the draft.

    `acting_for` tells whose deputy approved; it makes nobody another person.
    """
    audit.note(
        home,
        approval.approved_at,
        APPROVE,
        as_of=as_of.isoformat(),
        by=approval.approved_by,
        content_hash=content_hash,
        binding=approval.binding,
        **({"seen": approval.seen} if approval.seen else {}),
        **({"acting_for": acting_for} if acting_for else {}),
    )


def _approval(line: Line) -> Approval:
    """As it stands in the log; one of before the log told what it binds is of nothing."""
    seen = line.get("seen", ())
    return Approval(
        line.get("binding", ""),
        line["by"],
        datetime.fromisoformat(line["at"]),
        tuple(seen) if isinstance(seen, list) else (),
        head=line.get("hash", ""),
    )


def _void(approvals: Iterable[Approval]) -> tuple[Approval, ...]:
    return tuple(replace(each, void=True) for each in approvals)
