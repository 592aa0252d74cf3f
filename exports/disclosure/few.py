"""What counts as few debtors, and how many others hide them."""

from collections.abc import Sequence

from exports.report.model import Settled, StatusShare

ROOM = 10  # percent that a hidden figure could as well be more or less


def is_few(debtors: int | None, threshold: int, *, owed: bool) -> bool:
    """Whether a figure of so many debtors shows a person.

    Debtors nobody counted are few; none at all are no person, as long as nothing is ``owed``.
    """
    if threshold <= 0:
        return False
    return debtors is None or 0 < debtors < threshold or (debtors == 0 and owed)


def is_of_few(part: Settled | StatusShare, threshold: int) -> bool:
    """Whether what is owed in a part shows a person."""
    return is_few(part.debtors, threshold, owed=part.balance != 0)


def hide_each_other(parts: Sequence[Settled | StatusShare], threshold: int) -> bool:
    """Whether the sum of these may be shown: of debtors enough, and with room for those of few."""
    few = [part for part in parts if is_of_few(part, threshold)]
    whole = sum(part.balance for part in parts)
    return not few or (
        sum(part.debtors or 0 for part in parts) >= threshold
        and all((whole - part.balance) * 100 >= part.balance * ROOM for part in few)
    )
