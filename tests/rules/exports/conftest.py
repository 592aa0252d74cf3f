"""Reports made by hand, small enough to check by eye."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from exports.report.model import ClaimLine, Figures, Report, TotalLine
from exports.report.settings import ReportSettings

MakeReport = Callable[..., Report]


def figures(current: int, prior: int, last_year: int | None) -> Figures:
    balance = current + prior
    return Figures(
        previous_settlement_balance=balance,
        target_balance=balance,
        balance_current=current,
        balance_prior=prior,
        balance=balance,
        balance_last_year=last_year,
        change=None if last_year is None else balance - last_year,
        collection_rate_current_pct=Decimal("31.3"),
        collection_rate_prior_pct=None,
        collection_rate_pct=Decimal("-1.5"),
    )


def total(dimension: str, member: str, *parts: Figures) -> TotalLine:
    years = [part.balance_last_year for part in parts]
    known = [year for year in years if year is not None]
    summed = figures(
        sum(part.balance_current for part in parts),
        sum(part.balance_prior for part in parts),
        sum(known) if len(known) == len(years) else None,
    )
    return TotalLine(dimension, member, len(parts), 0, len(years) - len(known), 0, summed)


@pytest.fixture
def make_report() -> MakeReport:
    """A report of two claims; the names and the figures can be given."""

    def make(
        first: Figures | None = None,
        second: Figures | None = None,
        name: str = "市税",
        unit: str = "千円",
    ) -> Report:
        one = first or figures(1_000_400, 2_000_400, 3_000_000)
        two = second or figures(5_000_000, -600, 4_000_000)
        settings = ReportSettings("見本市", "見本市 債権管理課", "電話 00-0000-0000", unit=unit)
        tax = ClaimLine("001", name, "enforceable", "税務部", "initial_target", None, one)
        return Report(
            settings=settings,
            municipality_code="999999",
            as_of=date(2025, 7, 31),
            issued=date(2025, 10, 10),
            fiscal_year=2025,
            claims=(
                tax,
                replace(
                    tax,
                    claim_number="002",
                    claim_name="奨学金",
                    claim_classes="private",
                    department="教育委員会",
                    figures=two,
                ),
            ),
            classes=(total("class", "enforceable", one), total("class", "private", two)),
            departments=(
                total("department", "税務部", one),
                total("department", "教育委員会", two),
            ),
            city=total("city", "合計", one, two),
        )

    return make
