"""Notes appear where the displayed figures call for them, and only there."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from exports.report.model import Figures, Report, Waived
from exports.report.notes import (
    flag_notes,
    general_notes,
    points,
    rounding_note,
    summary,
    target_note,
)

MakeReport = Callable[..., Report]


def note(report: Report, unit: str) -> str | None:
    printed = replace(report, settings=replace(report.settings, unit=unit))
    return rounding_note(printed, printed.claims)


def test_rounding_is_noted_only_where_displayed_parts_differ(make_report: MakeReport) -> None:
    report = make_report()
    assert note(report, "円") is None
    assert "千円未満を四捨五入" in (note(report, "千円") or "")


def test_whole_thousands_need_no_note(make_report: MakeReport) -> None:
    whole = make_report().claims[0].figures
    even = replace(
        whole,
        balance_current=1_000_000,
        balance_prior=2_000_000,
        balance=3_000_000,
        balance_last_year=3_000_000,
        change=0,
        previous_settlement_balance=3_000_000,
        target_balance=3_000_000,
    )
    report = make_report(even)
    alone = replace(report, city=replace(report.city, figures=even))
    assert rounding_note(alone, alone.claims[:1]) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (-1_500, "2千円減少しました。"),
        (1_499, "1千円増加しました。"),
        (0, "前年同月末と同額です。"),
        (-499, "前年同月末との差は1千円未満です。"),
    ],
)
def test_summary_says_how_the_balance_moved(
    make_report: MakeReport, change: int, said: str
) -> None:
    report = make_report()
    moved = replace(
        report, city=replace(report.city, figures=replace(report.city.figures, change=change))
    )
    assert summary(moved).endswith(said)


def test_missing_figures_are_counted(make_report: MakeReport) -> None:
    report = make_report()
    assert flag_notes(report) == ()
    lacking = replace(
        report,
        city=replace(
            report.city,
            claims_without_settlement=1,
            claims_without_target=2,
            claims_without_last_year=3,
        ),
    )
    settlement, target, last_year = flag_notes(lacking)
    assert "1件" in settlement
    assert "2件" in target
    assert "令和6年7月31日" in last_year
    assert "3件" in last_year


def test_mixed_targets_are_explained(make_report: MakeReport) -> None:
    report = make_report()
    assert target_note(report) == "目標残高は、すべて当初目標です。"
    first, second = report.claims
    mixed = replace(report, claims=(first, replace(second, target_kind="revised_target")))
    assert "修正した債権は修正目標" in (target_note(mixed) or "")


def test_no_summary_of_a_change_that_is_not_known(make_report: MakeReport) -> None:
    report = make_report()
    figures: Figures = replace(report.city.figures, change=None, balance_last_year=None)
    unknown = replace(report, city=replace(report.city, figures=figures))
    assert "前年" not in summary(unknown)


def test_points_are_read_off_the_figures(make_report: MakeReport) -> None:
    report = make_report(unit="円")
    assert points(report) == (
        "残高のうち、現年度分は6,000,400円、過年度分は1,999,800円です。",
        "令和6年度の決算における残高（8,000,200円）とほぼ同額です。",
        "令和7年度末の目標（8,000,200円）とほぼ同額です。",
        "徴収率は、現年度分が31.3%、全体でマイナス1.5%です。",
        "前年同月末から増加した額の大きい債権は、奨学金（999,400円）、市税（800円）です。",
    )


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (9_000_000, "令和7年度末の目標（9,000千円）を1,000千円下回り、目標の水準に達しています。"),
        (
            7_000_000,
            "令和7年度末の目標（7,000千円）に達するには、年度末までにあと1,000千円の縮減が必要です。",
        ),
    ],
)
def test_the_balance_is_held_against_its_target(
    make_report: MakeReport, target: int, said: str
) -> None:
    report = make_report()
    assert said in points(of_city(report, target_balance=target))


def test_the_balance_is_held_against_the_settlement(make_report: MakeReport) -> None:
    report = make_report()
    more = of_city(report, previous_settlement_balance=9_000_000)
    assert "令和6年度の決算における残高（9,000千円）より1,000千円少なくなっています。" in points(
        more
    )
    fewer = of_city(report, previous_settlement_balance=7_000_000)
    assert "令和6年度の決算における残高（7,000千円）より1,000千円多くなっています。" in points(
        fewer
    )


def of_city(report: Report, **figures: int) -> Report:
    city = report.city
    return replace(report, city=replace(city, figures=replace(city.figures, **figures)))


def test_nothing_suppressed_is_named(make_report: MakeReport) -> None:
    report = make_report()
    first, second = report.claims
    hidden = replace(
        second, figures=replace(second.figures, change=None), hidden=frozenset({"change"})
    )
    kept = replace(report, claims=(first, hidden))
    assert not any("奨学金" in point for point in points(kept))
    assert any("「x」は" in note for note in general_notes(kept))
    assert not any("「x」は" in note for note in general_notes(report))


def test_basis_breaks_and_waivers_are_told(make_report: MakeReport) -> None:
    report = make_report()
    first, second = report.claims
    broken = replace(
        report,
        claims=(replace(first, is_basis_break=True), second),
        waived=(Waived("建設局", "災害対応のため"),),
    )
    told = "".join(general_notes(broken))
    assert "市税は、残高の締め" in told
    assert "建設局" in told
    assert "災害対応のため" in told
