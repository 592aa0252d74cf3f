"""A report whose exact yen contradict each other is refused, and says where."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from exports.errors import ReportRefused
from exports.report.identities import check_parts
from exports.report.model import Figures, Report, TotalLine
from exports.report.notes import flag_notes

MakeReport = Callable[..., Report]


def with_city(report: Report, **changed: int | None) -> Report:
    figures = replace(report.city.figures, **changed)  # type: ignore[arg-type]
    return replace(report, city=replace(report.city, figures=figures))


def with_claim(report: Report, **changed: int | None) -> Report:
    first, *others = report.claims
    figures = replace(first.figures, **changed)  # type: ignore[arg-type]
    return replace(report, claims=(replace(first, figures=figures), *others))


def reasons(report: Report) -> str:
    with pytest.raises(ReportRefused) as refused:
        check_parts(report)
    assert "令和7年7月31日（2025年）" in str(refused.value)
    return "\n".join(refused.value.reasons)


def test_parts_that_add_up_pass(make_report: MakeReport) -> None:
    check_parts(make_report())


def test_a_claim_whose_parts_do_not_add_up_is_named(make_report: MakeReport) -> None:
    found = reasons(with_claim(make_report(), balance_prior=2_000_401))
    assert "債権001（市税）: 現年度分と過年度分の計は3,000,801円" in found


def test_a_change_that_is_no_difference_is_named(make_report: MakeReport) -> None:
    assert "増減額は1円" in reasons(with_claim(make_report(), change=1))


@pytest.mark.parametrize("column", ["previous_settlement_balance", "target_balance"])
def test_a_city_total_one_yen_off_is_refused(make_report: MakeReport, column: str) -> None:
    report = make_report()
    off = (report.city.figures.money(column) or 0) + 1
    assert "市全体: 各債権の" in reasons(with_city(report, **{column: off}))


def test_a_total_over_missing_parts_is_refused(make_report: MakeReport) -> None:
    claim = with_claim(make_report(), target_balance=None)
    found = reasons(claim)
    assert "市全体: 目標残高のない債権があるのに、合計があります。" in found
    assert "所属「税務部」" in found


def test_books_that_close_otherwise_than_a_year_ago_are_not_compared(
    make_report: MakeReport,
) -> None:
    report = with_claim(make_report(), change=None)
    assert "前年同月末残高があるのに増減額がありません" in reasons(report)
    first, *others = report.claims
    broken = replace(report, claims=(replace(first, is_basis_break=True), *others))
    assert "残高の締めの変わった債権は1件ですが、合計では0件です" in reasons(broken)

    def without_change(total: TotalLine) -> TotalLine:
        figures = replace(total.figures, change=None)
        return replace(total, figures=figures, claims_with_basis_break=1)

    told = replace(
        broken,
        classes=tuple(
            without_change(line) if line.member == first.claim_classes else line
            for line in broken.classes
        ),
        departments=tuple(
            without_change(line) if line.member == first.department else line
            for line in broken.departments
        ),
        city=without_change(broken.city),
    )
    check_parts(told)
    assert told.city.since_settlement is None
    assert any("残高の締めが前年から変わった債権が1件" in note for note in flag_notes(told))


def test_a_total_withheld_without_reason_is_refused(make_report: MakeReport) -> None:
    assert "目標残高の内訳はすべてあります" in reasons(
        with_city(make_report(), target_balance=None)
    )


def test_a_missing_department_is_refused(make_report: MakeReport) -> None:
    report = make_report()
    assert "所属「教育委員会」の合計がありません。" in reasons(
        replace(report, departments=report.departments[:1])
    )


def test_a_claim_twice_is_refused(make_report: MakeReport) -> None:
    report = make_report()
    assert "債権001が2回" in reasons(replace(report, claims=(report.claims[0], *report.claims)))


def test_a_total_for_nobody_is_refused(make_report: MakeReport) -> None:
    report = make_report()
    ghost = TotalLine(
        "department", "廃止課", 0, 0, 0, 0, Figures(5, 0, 5, 0, 5, 0, 5, None, None, None)
    )
    assert "所属「廃止課」" in reasons(replace(report, departments=(*report.departments, ghost)))
