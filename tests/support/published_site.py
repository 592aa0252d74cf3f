"""A whole site as it is published: two days, one corrected, with all that a page can have."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from exports.press import files
from exports.release import site, site_pages
from exports.report.model import (
    CityTarget,
    ClaimLine,
    Corrected,
    Correction,
    Figures,
    Report,
    StatusShare,
    TotalLine,
    Waived,
    YearEnd,
)
from exports.report.rendering import report_files
from exports.report.settings import ReportSettings

SETTINGS = ReportSettings(
    "見本市", "見本市 債権管理課", "電話 00-0000-0000", site_url="https://example.lg.jp/mishukin/"
)


def _figures(current: int, prior: int, last_year: int | None) -> Figures:
    balance = current + prior
    return Figures(
        previous_settlement_balance=balance + 2_400_000,
        target_balance=balance - 1_300_000,
        balance_current=current,
        balance_prior=prior,
        balance=balance,
        balance_last_year=last_year,
        change=None if last_year is None else balance - last_year,
        collection_rate_current_pct=Decimal("31.3"),
        collection_rate_prior_pct=None,
        collection_rate_pct=Decimal("-1.5"),
    )


def _total(dimension: str, member: str, *lines: ClaimLine) -> TotalLine:
    def total(column: str) -> int:
        return sum(line.figures.money(column) or 0 for line in lines)

    figures = _figures(total("balance_current"), total("balance_prior"), total("balance_last_year"))
    return TotalLine(dimension, member, len(lines), 0, 0, 0, figures)


def report(as_of: date, issued: date) -> Report:
    """Three claims, one of them suppressed, years, statuses and a department let pass."""
    tax = ClaimLine(
        "001", "市税", "enforceable", "税務部", "initial_target", None,
        _figures(1_000_400_000, 2_000_400_000, 3_000_000_000), debtors=2_000, cases=3_000,
    )  # fmt: skip
    loan = replace(
        tax, claim_number="002", claim_name="<script>奨学金</script>", claim_classes="private",
        department="教育委員会", note="前年と締めが異なる",
        figures=_figures(5_000_000, -600_000, 4_000_000),
    )  # fmt: skip
    few = replace(loan, claim_number="003", claim_name="立替金", debtors=2, cases=2)
    claims = (tax, loan, few)
    nothing = replace(
        few.figures, balance_current=None, balance_prior=None, balance=None, change=None
    )
    hidden = frozenset(
        {"balance_current", "balance_prior", "balance", "change", "debtors", "cases"}
    )
    return Report(
        settings=SETTINGS,
        municipality_code="999999",
        as_of=as_of,
        issued=issued,
        fiscal_year=2025,
        claims=(tax, loan, replace(few, figures=nothing, hidden=hidden)),
        classes=(_total("class", "enforceable", tax), _total("class", "private", loan, few)),
        departments=(
            _total("department", "税務部", tax),
            _total("department", "教育委員会", loan, few),
        ),
        city=_total("city", "合計", *claims),
        history=tuple(
            YearEnd(
                year, 3_400_000_000, 1_100_000_000, 2_300_000_000, 3_300_000_000, "initial_target"
            )
            for year in range(2020, 2026)
        ),
        targets=(
            CityTarget(
                2025, "initial_target", 0, 3_300_000_000, 1_000_000_000, 2_300_000_000, None,
                date(2024, 8, 20), "債権回収対策会議", "",
            ),
            CityTarget(
                2025, "revised_target", 1, 3_250_000_000, None, None, -50_000_000,
                date(2025, 8, 19), "債権回収対策会議", "徴収の見通しによる",
            ),
        ),
        status=tuple(
            StatusShare(code, label, group, balance, 2024)
            for code, label, group, balance in (
                ("02", "催告・納付交渉中", "recovery", 2_100_000_000),
                ("13", "破産免責", "disposal", 900_000_000),
            )
        ),
        waived=(Waived("消防局", "年度内に組織を再編するため"),),
        audit_head=files.sha256(as_of.isoformat().encode()),
    )  # fmt: skip


def publish(public: Path) -> None:
    """Write the site into ``public``: 2025-07-31 with one correction, and 2025-10-31."""
    public.mkdir()
    first = report(date(2025, 7, 31), date(2025, 10, 10))
    item = Corrected("債権001 市税", "balance", 3_000_900_000, 3_000_800_000)
    corrected = replace(
        first, revision=2, issued=date(2025, 11, 4), correction=Correction(1, "転記の誤り", (item,))
    )
    second = report(date(2025, 10, 31), date(2026, 1, 20))
    for each in (first, corrected, second):
        content = report_files(each)
        at = datetime(each.issued.year, each.issued.month, each.issued.day, 1, tzinfo=UTC)
        added = site.add_revision(
            public, each.as_of, content, files.sha256(content[files.SUMS]), at
        )
        site_pages.lead_to(public, added)
