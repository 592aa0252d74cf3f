"""Approvals: who vouched for the very bytes of a draft, and whether that still holds."""

import unicodedata
from datetime import date, datetime
from pathlib import Path

from exports.errors import DraftChanged, NotSeen, Unreported
from exports.press import files
from exports.release.records import (
    APPROVALS,
    Approval,
    Draft,
    approvals_json,
    changed_file,
    mark_of,
    read_approvals,
    read_draft,
)
from terms.years import TOKYO


def approve(
    drafts: Path, as_of: date, by: str, at: datetime, *, seen: str = ""
) -> tuple[Approval, ...]:
    """Approve the draft as it lies there; the approvals that hold now. ``at`` has a time zone.

    ``seen`` is the mark of the notable changes that were seen, which must be all. Whoever approved
    it before is not counted twice. Raises NothingToPublish without a draft, DraftChanged when its
    files are not as drafted, Unreported, NotSeen.
    """
    if not by.strip():
        raise ValueError("an approval names who approved")
    made = read_draft(drafts, as_of)
    changed = changed_file(made)
    if changed is not None:
        raise DraftChanged(as_of, changed)
    if made.unreported:
        raise Unreported(as_of, made.unreported)
    if seen.strip() != mark_of(made.notable):
        raise NotSeen(as_of, made.notable, mark_of(made.notable))
    valid = valid_approvals(made)
    if _same_person(by) in {_same_person(each.approved_by) for each in valid}:
        return valid
    given = Approval(made.content_hash, by.strip(), in_tokyo(at), seen=made.notable)
    approvals = (*valid, given)
    files.write_file(made.folder / APPROVALS, approvals_json(approvals))
    return approvals


def why_not_approved(made: Draft, needed: int) -> str | None:
    """What is missing until ``needed`` people have approved the draft; None where nothing is."""
    valid, ever = valid_approvals(made), read_approvals(made.folder)
    if not ever:
        return "まだ承認されていません。report approve で承認してください。"
    last = ever[-1]
    is_changed = changed_file(made) is not None
    is_of_it = not last.void and last.content_hash == made.content_hash and not is_changed
    if not valid and is_of_it:
        return "承認の後に、確かめる大きな変化が増えました。確かめて、あらためて承認してください。"
    if is_changed or (not valid and not last.void):
        return "承認の後に下書きの内容が変わりました。内容を確認し、あらためて承認してください。"
    if not valid:
        return "承認の後に下書きが作り直されました。内容を確認し、あらためて承認してください。"
    if len(valid) < needed:
        names = "、".join(each.approved_by for each in valid)
        return f"承認は{needed}人必要です（承認済み: {names}）。別の人の承認を受けてください。"
    return None


def valid_approvals(made: Draft) -> tuple[Approval, ...]:
    """The approvals of what the draft says now, all that is notable seen; a person once."""
    approvals = [
        each
        for each in read_approvals(made.folder)
        if not each.void
        and each.content_hash == made.content_hash
        and set(made.notable) <= set(each.seen)
    ]
    return tuple({_same_person(each.approved_by): each for each in approvals}.values())


def _same_person(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def in_tokyo(at: datetime) -> datetime:
    """The moment as Japan's clocks tell it. Raises ValueError for one without a time zone."""
    if at.tzinfo is None:
        raise ValueError("a time needs its time zone")
    return at.astimezone(TOKYO)
