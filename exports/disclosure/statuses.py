"""The mix of statuses: classes of few debtors are shown as one with others of their group."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby

from exports.disclosure.few import hide_each_other, is_of_few
from exports.report.model import StatusShare


def merged(
    shares: Sequence[StatusShare], threshold: int, earlier: Iterable[StatusShare] = ()
) -> tuple[StatusShare, ...]:
    """``shares``, in the order of their codes, with none of fewer debtors than ``threshold``.

    A class without debtors is no person and stays. Where even a whole group (回収債権, 整理債権) is
    of few, nothing is left: the other group would give it away. What ``earlier`` publications of
    the same year showed as one is shown as one again.
    """
    joined = _joined(shares, earlier)
    groups = [_merged_in(list(group), threshold) for _, group in groupby(joined, lambda s: s.group)]
    if not all(groups):
        return ()
    return tuple(share for group in groups for share in group)


def _joined(shares: Sequence[StatusShare], earlier: Iterable[StatusShare]) -> list[StatusShare]:
    parts = [[share] for share in shares]
    for before in earlier:
        together = before.status_code.split("+")
        same = [part for part in parts if any(share.status_code in together for share in part)]
        parts = [part for part in parts if part not in same]
        parts += [[share for part in same for share in part]] if same else []
    return _in_order(map(_sum, parts))


def _merged_in(shares: list[StatusShare], threshold: int) -> list[StatusShare]:
    few = [share for share in shares if is_of_few(share, threshold)]
    if not few:
        return shares
    others = sorted(
        (share for share in shares if share.debtors and share not in few),
        key=lambda share: (share.debtors or 0, share.status_code),
    )
    while others and not hide_each_other(few, threshold):
        few.append(others.pop(0))
    if not hide_each_other(few, threshold):
        return []
    return _in_order([*(share for share in shares if share not in few), _sum(few)])


def _in_order(shares: Iterable[StatusShare]) -> list[StatusShare]:
    return sorted(shares, key=lambda share: share.status_code)


def _sum(shares: Sequence[StatusShare]) -> StatusShare:
    parts = _in_order(shares)
    percents = [share.share_pct for share in parts if share.share_pct is not None]
    return StatusShare(
        status_code="+".join(share.status_code for share in parts),
        label="・".join(share.label for share in parts),
        group=parts[0].group,
        balance=sum(share.balance for share in parts),
        fiscal_year=parts[0].fiscal_year,
        share_pct=sum(percents, Decimal(0)) if len(percents) == len(parts) else None,
        debtors=sum(share.debtors or 0 for share in parts),
    )
