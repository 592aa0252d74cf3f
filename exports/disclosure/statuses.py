"""The mix of statuses: classes of few cases are shown as one with others of their group."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

from exports.report.model import StatusShare


def merged(shares: Sequence[StatusShare], threshold: int) -> tuple[StatusShare, ...]:
    """``shares``, in the order of their codes, with none of fewer cases than ``threshold``.

    Nobody counts the debtors of a status, so its cases stand for them; unknown ones are few.
    A class without cases is no person and stays. Where even a whole group (回収債権, 整理債権) is
    of few, nothing is left: the other group would give it away.
    """
    groups = [_merged_in(list(group), threshold) for _, group in groupby(shares, lambda s: s.group)]
    if not all(groups):
        return ()
    return tuple(share for group in groups for share in group)


def _merged_in(shares: list[StatusShare], threshold: int) -> list[StatusShare]:
    few = [share for share in shares if _is_few(share, threshold)]
    if not few:
        return shares
    others = sorted(
        (share for share in shares if share.cases and share not in few),
        key=lambda share: (share.cases, share.status_code),
    )
    while others and (len(few) == 1 or _cases(few) < threshold):
        few.append(others.pop(0))
    if len(few) == 1 or _cases(few) < threshold:
        return []
    rest = [share for share in shares if share not in few]
    return sorted([*rest, _sum(few)], key=lambda share: share.status_code)


def _is_few(share: StatusShare, threshold: int) -> bool:
    if share.cases == 0 and share.balance == 0:
        return False
    return threshold > 0 and (share.cases or 0) < threshold


def _cases(shares: Sequence[StatusShare]) -> int:
    return sum(share.cases or 0 for share in shares)


def _sum(shares: Sequence[StatusShare]) -> StatusShare:
    parts = sorted(shares, key=lambda share: share.status_code)
    percents = [share.share_pct for share in parts if share.share_pct is not None]
    return StatusShare(
        status_code="+".join(share.status_code for share in parts),
        label="・".join(share.label for share in parts),
        group=parts[0].group,
        balance=sum(share.balance for share in parts),
        fiscal_year=parts[0].fiscal_year,
        share_pct=sum(percents, Decimal(0)) if len(percents) == len(parts) else None,
        cases=_cases(parts),
    )
