"""What must hold between exact yen before anything is published.

Rounding happens only when a figure is displayed, so here every sum holds to the yen or the
report is refused, with the claim or department and both amounts named.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from exports.errors import ReportRefused
from exports.report.model import FLAGS, MONEY, ClaimLine, Figures, Report, TotalLine, members_of
from terms.codes import class_label


def check_parts(report: Report) -> None:
    """Raise ReportRefused unless claims, classes, departments and the city agree to the yen.

    To be asked before anything is suppressed.
    """
    if reasons := list(_faults(report)):
        raise ReportRefused(report.as_of, reasons)


def _faults(report: Report) -> Iterator[str]:
    yield from _duplicates(report.claims)
    for line in report.claims:
        name = f"債権{line.claim_number}（{line.claim_name}）"
        yield from _inside(name, line.figures, is_basis_break=line.is_basis_break)
    yield from _missing_totals(report)
    for total in report.totals:
        yield from _total_against_parts(total, report.claims)


def _duplicates(claims: Sequence[ClaimLine]) -> Iterator[str]:
    for number, times in Counter(line.claim_number for line in claims).items():
        if times > 1:
            yield f"債権{number}が{times}回含まれています。"


def _inside(name: str, figures: Figures, *, is_basis_break: bool) -> Iterator[str]:
    balance = figures.balance
    if figures.balance_current is None or figures.balance_prior is None or balance is None:
        yield f"{name}: 残高がありません。"
        return
    parts = figures.balance_current + figures.balance_prior
    if parts != balance:
        yield f"{name}: 現年度分と過年度分の計は{parts:,}円ですが、残高は{balance:,}円です。"
    if figures.change is not None and is_basis_break:
        yield f"{name}: 残高の締めが前年から変わったのに増減額があります。"
    if figures.balance_last_year is None or figures.change is None:
        if figures.change is not None:
            yield f"{name}: 前年同月末残高がないのに増減額があります。"
        elif figures.balance_last_year is not None and not is_basis_break:
            yield f"{name}: 前年同月末残高があるのに増減額がありません。"
        return
    difference = balance - figures.balance_last_year
    if difference != figures.change:
        yield (
            f"{name}: 残高と前年同月末残高の差は{difference:,}円ですが、"
            f"増減額は{figures.change:,}円です。"
        )


def _missing_totals(report: Report) -> Iterator[str]:
    classes = {line.claim_classes for line in report.claims}
    for member in sorted(classes - {total.member for total in report.classes}):
        yield f"債権区分「{class_label(member)}」の合計がありません。"
    departments = {line.department for line in report.claims}
    for member in sorted(departments - {total.member for total in report.departments}):
        yield f"所属「{member}」の合計がありません。"


def _total_against_parts(total: TotalLine, claims: tuple[ClaimLine, ...]) -> Iterator[str]:
    name = _total_name(total)
    lines = members_of(claims, total.dimension, total.member)
    parts = [line.figures for line in lines]
    if total.claims != len(parts):
        yield f"{name}: 債権は{len(parts)}件ですが、合計では{total.claims}件です。"
    yield from _inside(name, total.figures, is_basis_break=total.claims_with_basis_break > 0)
    for column, label in MONEY.items():
        yield from _column_sum(name, column, label, total.figures, parts)
    for flag in FLAGS:
        counted, stated = sum(map(flag.of, lines)), flag.counted(total)
        if counted != stated:
            yield f"{name}: {flag.claims}は{counted}件ですが、合計では{stated}件です。"


def _column_sum(
    name: str, column: str, label: str, total: Figures, parts: Sequence[Figures]
) -> Iterator[str]:
    amounts = [part.money(column) for part in parts]
    there = [amount for amount in amounts if amount is not None]
    stated = total.money(column)
    # a sum over missing parts must never pass for a full one
    complete = len(there) == len(amounts)
    if stated is None:
        if complete:
            yield f"{name}: {label}の内訳はすべてありますが、合計がありません。"
    elif not complete:
        yield f"{name}: {label}のない債権があるのに、合計があります。"
    elif stated != sum(there):
        yield f"{name}: 各債権の{label}の計は{sum(there):,}円ですが、合計は{stated:,}円です。"


def _total_name(total: TotalLine) -> str:
    if total.dimension == "class":
        return f"債権区分「{total.label}」"
    if total.dimension == "department":
        return f"所属「{total.label}」"
    return "市全体"
