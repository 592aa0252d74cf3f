"""正誤表: what a report says otherwise than the revision before it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from exports.press.japanese import TARGET_LABELS, grouped
from exports.report.model import (
    MONEY,
    RATES,
    SUPPRESSED,
    ClaimLine,
    Corrected,
    Report,
    TotalLine,
)
from terms.codes import class_label
from terms.years import fiscal_year_label

Value = int | Decimal | str | None

_CLAIMS = "債権数"
_YEAR_END = {
    "balance": "決算残高",
    "balance_current": "決算残高のうち現年度分",
    "balance_prior": "決算残高のうち過年度分",
    "target": "目標残高",
}


@dataclass(frozen=True)
class _Said:
    """What a report says of something (a total, a claim, a year, …) that readers know by name."""

    about: tuple[str, str]
    name: str
    column: str
    value: Value


def differences(old: Report, new: Report) -> tuple[Corrected, ...]:
    """Every published figure and name that differs, in the order of the page.

    A claim that is only in one of them differs from nothing, None.
    """
    before, after = (
        {(said.about, said.column): said for said in _said(report)} for report in (old, new)
    )
    found = []
    for item in {**after, **before}:
        was, now = before.get(item), after.get(item)
        said = now or before[item]
        old_value, new_value = was.value if was else None, now.value if now else None
        if old_value != new_value:
            found.append(Corrected(said.name, said.column, old_value, new_value))
    return tuple(found)


def heading(column: str) -> str:
    """The column of a ``Corrected`` as readers see it."""
    return MONEY.get(column) or RATES.get(column) or column


def shown(corrected: Corrected, value: Value) -> str:
    """Exact yen, percent or words; a minus is spelled out."""
    if value is None:
        return "なし"
    if isinstance(value, str):
        return "秘匿（x）" if value == SUPPRESSED else value
    unit = "%" if corrected.column in RATES else "件" if corrected.column == _CLAIMS else "円"
    return f"{'マイナス' if value < 0 else ''}{grouped(value)}{unit}"


def compared_rows(items: Iterable[Corrected]) -> list[tuple[str, str, str, str]]:
    """Place, item, published and new, in words."""
    return [
        (item.place, heading(item.column), shown(item, item.old), shown(item, item.new))
        for item in items
    ]


def _said(report: Report) -> Iterator[_Said]:
    for total in (report.city, *report.classes, *report.departments):
        about = (total.dimension, total.member)
        name = "市全体" if total.dimension == "city" else total.label
        for column, value in _figures(total):
            yield _Said(about, name, column, value)
        yield _Said(about, name, _CLAIMS, total.claims)
    for claim in report.claims:
        name = f"{claim.claim_number} {claim.claim_name}"
        for column, value in (*_figures(claim), *_words(claim)):
            yield _Said(("claim", claim.claim_number), name, column, value)
    for year in report.history:
        name = f"市全体 {fiscal_year_label(year.fiscal_year)}末"
        for column, title in _YEAR_END.items():
            value = SUPPRESSED if column in year.hidden else getattr(year, column)
            yield _Said(("year", str(year.fiscal_year)), name, title, value)
    for target in report.targets:
        about = ("target", f"{target.fiscal_year}-{target.revision_no}")
        kind = TARGET_LABELS.get(target.kind, target.kind)
        name = f"{fiscal_year_label(target.fiscal_year)}末の{kind}"
        value = SUPPRESSED if "target" in target.hidden else target.target
        yield _Said(about, name, "目標残高", value)
    for share in report.status:
        about, column = ("status", share.status_code), f"{share.fiscal_year}年度末の残高"
        yield _Said(about, share.label, column, share.balance)
    for waived in report.waived:
        about = ("department", waived.department)
        yield _Said(about, waived.department, "未報告の理由", waived.reason)


def _figures(line: ClaimLine | TotalLine) -> Iterator[tuple[str, Value]]:
    for column in (*MONEY, *RATES):
        yield column, SUPPRESSED if column in line.hidden else getattr(line.figures, column)


def _words(claim: ClaimLine) -> Iterator[tuple[str, Value]]:
    yield "債権名", claim.claim_name
    yield "債権区分", class_label(claim.claim_classes)
    yield "所属", claim.department
    yield "目標の種類", TARGET_LABELS.get(claim.target_kind or "")
    yield "注記", claim.note
