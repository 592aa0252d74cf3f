"""Approvals: who vouched for all of a draft, and whether that still holds."""

from datetime import datetime

from exports.errors import DraftChanged, NotSeen, Unreported
from exports.release.records import (
    Approval,
    Approvals,
    Draft,
    binding,
    changed_file,
    mark_of,
)
from terms.people import person
from terms.years import TOKYO


def approve(
    made: Draft, approvals: Approvals, by: str, at: datetime, *, seen: str = ""
) -> Approval | None:
    """The approval of a draft as it lies there, to be noted; None of whoever approved it before.

    ``at`` has a time zone. ``seen`` is the mark of the notable changes that were seen, which must
    be all. Raises ValueError without a name, DraftChanged when its files are not as drafted,
    Unreported, NotSeen.
    """
    if not person(by):
        raise ValueError("an approval names who approved")
    changed = changed_file(made)
    if changed is not None:
        raise DraftChanged(made.as_of, changed)
    if made.unreported:
        raise Unreported(made.as_of, made.unreported)
    if seen.strip() != mark_of(made.notable):
        raise NotSeen(made.as_of, made.notable, mark_of(made.notable))
    if person(by) in {person(each.approved_by) for each in valid_approvals(made, approvals)}:
        return None
    return Approval(binding(made), by.strip(), in_tokyo(at), seen=made.notable)


def why_not_approved(made: Draft, approvals: Approvals) -> str | None:
    """What is missing until enough people have approved the draft; None where nothing is."""
    valid = valid_approvals(made, approvals)
    if not approvals.given:
        return "まだ承認されていません。report approve で承認してください。"
    last = approvals.given[-1]
    is_changed = changed_file(made) is not None
    is_of_it = not last.void and last.binding == binding(made) and not is_changed
    if not valid and is_of_it:
        return "承認の後に、確かめる大きな変化が増えました。確かめて、あらためて承認してください。"
    if is_changed or (not valid and not last.void):
        return (
            "承認の後に下書きの内容か設定が変わりました。内容を確認し、あらためて承認してください。"
        )
    if not valid:
        return (
            "承認の後に下書きが作り直されたか、差し戻されました。"
            "内容を確認し、あらためて承認してください。"
        )
    if len(valid) < approvals.needed:
        names = "、".join(each.approved_by for each in valid)
        return (
            f"承認は{approvals.needed}人必要です（承認済み: {names}）。"
            "別の人の承認を受けてください。"
        )
    return None


def valid_approvals(made: Draft, approvals: Approvals) -> tuple[Approval, ...]:
    """The approvals of what the draft says now, all that is notable seen; a person once."""
    now = binding(made)
    holding = [
        each
        for each in approvals.given
        if not each.void and each.binding == now and set(made.notable) <= set(each.seen)
    ]
    return tuple({person(each.approved_by): each for each in holding}.values())


def in_tokyo(at: datetime) -> datetime:
    """The moment as Japan's clocks tell it. Raises ValueError for one without a time zone."""
    if at.tzinfo is None:
        raise ValueError("a time needs its time zone")
    return at.astimezone(TOKYO)
