"""正誤表: what a report says otherwise than the revision before it."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from exports.press.japanese import TARGET_LABELS, class_label, fiscal_year_label, grouped
from exports.report.model import (
    MONEY,
    RATES,
    SUPPRESSED,
    ClaimLine,
    Corrected,
    Report,
    TotalLine,
    YearEnd,
)

Value = int | Decimal | str | None
Place = tuple[str, str]

_CLAIMS = "債権数"
_YEAR_END = {
    "balance": "決算残高",
    "balance_current": "決算残高のうち現年度分",
    "balance_prior": "決算残高のうち過年度分",
    "target": "目標残高",
}


def differences(old: Report, new: Report) -> tuple[Corrected, ...]:
    """Every published figure and name that differs, in the order of the page.

    A claim that is only in one of them differs from nothing, None.
    """
    before, after = dict(_said(old)), dict(_said(new))
    names = _names(old) | _names(new)
    return tuple(
        Corrected(names[place], column, before.get((place, column)), after.get((place, column)))
        for place, column in {**after, **before}
        if before.get((place, column)) != after.get((place, column))
    )


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


def _said(report: Report) -> Iterator[tuple[tuple[Place, str], Value]]:
    for total in (report.city, *report.classes, *report.departments):
        place = (total.dimension, total.member)
        yield from (((place, column), value) for column, value in _figures(total))
        yield (place, _CLAIMS), total.claims
    for claim in report.claims:
        place = ("claim", claim.claim_number)
        yield from (((place, column), value) for column, value in _figures(claim))
        yield from (((place, column), value) for column, value in _words(claim))
    for year in report.history:
        for column, title in _YEAR_END.items():
            value: Value = getattr(year, column)
            yield (_year(year), title), SUPPRESSED if column in year.hidden else value
    for target in report.targets:
        yield (("target", f"{target.fiscal_year}-{target.revision_no}"), "目標残高"), target.target
    for share in report.status:
        yield (("status", share.status_code), f"{share.fiscal_year}年度末の残高"), share.balance
    for waived in report.waived:
        yield (("department", waived.department), "未報告の理由"), waived.reason


def _figures(line: ClaimLine | TotalLine) -> Iterator[tuple[str, Value]]:
    for column in MONEY:
        yield column, SUPPRESSED if column in line.hidden else line.figures.money(column)
    for column in RATES:
        yield column, SUPPRESSED if column in line.hidden else line.figures.rate(column)


def _words(claim: ClaimLine) -> Iterator[tuple[str, Value]]:
    yield "債権名", claim.claim_name
    yield "債権区分", class_label(claim.claim_classes)
    yield "所属", claim.department
    yield "目標の種類", TARGET_LABELS.get(claim.target_kind or "")
    yield "注記", claim.note


def _names(report: Report) -> dict[Place, str]:
    totals = (*report.classes, *report.departments)
    return {
        ("city", report.city.member): "市全体",
        **{(total.dimension, total.member): total.label for total in totals},
        **{
            ("claim", claim.claim_number): f"{claim.claim_number} {claim.claim_name}"
            for claim in report.claims
        },
        **{
            _year(year): f"市全体 {fiscal_year_label(year.fiscal_year)}末"
            for year in report.history
        },
        **{
            ("target", f"{target.fiscal_year}-{target.revision_no}"): (
                f"{fiscal_year_label(target.fiscal_year)}末の"
                f"{TARGET_LABELS.get(target.kind, target.kind)}"
            )
            for target in report.targets
        },
        **{("status", share.status_code): share.label for share in report.status},
        **{("department", waived.department): waived.department for waived in report.waived},
    }


def _year(year: YearEnd) -> Place:
    return ("year", str(year.fiscal_year))
