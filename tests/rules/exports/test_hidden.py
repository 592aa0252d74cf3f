"""A suppressed figure is told as such in every table, and never as a missing one."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import openpyxl
from rules.exports.conftest import MakeReport
from rules.exports.test_disclosure import DAY, FEW, MANY
from support.publications import SETTINGS, line, report_of

from exports.disclosure import protect
from exports.report.corrections import differences
from exports.report.model import MONEY, RATES, CityTarget, Figures, Report, YearEnd
from exports.report.page import render_report, render_targets
from exports.report.pdf import document_data
from exports.report.rendering import report_files
from exports.report.tables import SUPPRESSED_MEANING, SUPPRESSED_REASON, csv_bytes
from exports.report.targets import target_rows

NOTHING = Figures(*[None] * (len(MONEY) + len(RATES)))


def test_a_hidden_claim_is_printed_x_and_given_a_reason(make_report: MakeReport) -> None:
    report = make_report()
    first, second = report.claims
    hidden = replace(second, figures=NOTHING, hidden=frozenset({*MONEY, *RATES}))
    content = report_files(replace(report, claims=(first, hidden)))
    page = content["index.html"].decode()
    assert page.count('<span aria-hidden="true">x</span><span class="vh">秘匿</span>') == 10
    rows = csv.DictReader(io.StringIO(content["report.csv"].decode("utf-8-sig")))
    row = {row["債権番号"]: row for row in rows}["002"]
    assert not any(row[f"{name}_円"] for name in MONEY.values())
    assert {value for name, value in row.items() if name.endswith("_欠測理由")} == {
        SUPPRESSED_REASON
    }


def test_the_reason_is_true_of_a_figure_that_only_protects_another() -> None:
    """Of many debtors or of few: one reason, which tells neither, and what it means beside it."""
    few, many = (replace(line("001", "enforceable", "財政局", owed)) for owed in (FEW, MANY))
    lines = [few, replace(many, claim_number="002"), replace(many, claim_number="003")]
    protected = protect(report_of(DAY, lines))
    hidden = [each for each in protected.claims if each.hidden]
    assert {(each.debtors or 0) < SETTINGS.disclosure_threshold for each in hidden} == {True, False}
    content = report_files(protected)
    rows = csv.DictReader(io.StringIO(content["report.csv"].decode("utf-8-sig")))
    reasons = {row["債権番号"]: row["残高_欠測理由"] for row in rows if row["債権番号"]}
    assert reasons == {
        each.claim_number: SUPPRESSED_REASON if each.hidden else "" for each in protected.claims
    }
    book = openpyxl.load_workbook(io.BytesIO(content["report.xlsx"]))
    told = {cell.value for row in book["債権別"].iter_rows() for cell in row}
    assert SUPPRESSED_REASON in told
    package = json.loads(content["datapackage.json"])
    (table,) = (each for each in package["resources"] if each["name"] == "report.csv")
    fields = {field["name"]: field["description"] for field in table["schema"]["fields"]}
    assert SUPPRESSED_MEANING in fields["残高_欠測理由"]
    assert SUPPRESSED_MEANING in "".join(str(row[2].value) for row in book["説明"].iter_rows())
    for name, text in (
        ("CSV", content["report.csv"].decode("utf-8-sig")),
        ("page", content["index.html"].decode()),
        ("PDF", str(document_data(protected, {})["notes"])),
    ):
        assert "債務者が少ないため" not in text, name
        assert name == "CSV" or "あわせて秘匿した数値" in text


def test_a_hidden_settlement_is_no_year_that_has_not_closed(make_report: MakeReport) -> None:
    """The city's settlement and its year are hidden together, and what is compared with them."""
    report = make_report()
    figures = replace(report.city.figures, previous_settlement_balance=None)
    closed = frozenset({"balance", "above_target"})
    last, this = YearEnd(2024, target=9_000_000, hidden=closed), YearEnd(2025, target=8_000_000)
    target = CityTarget(2024, "initial_target", 1, 9_000_000, None, None, None, None, "会議", "")
    hidden = replace(
        report,
        city=replace(
            report.city, figures=figures, hidden=frozenset({"previous_settlement_balance"})
        ),
        history=(last, this),
        targets=(target, replace(target, fiscal_year=2025)),
    )
    rows = {row["年度"]: row for row in target_rows(hidden)}
    assert [rows[year]["実績残高_欠測理由"] for year in (2024, 2025)] == [
        SUPPRESSED_REASON,
        "決算前",
    ]
    assert rows[2024]["実績残高（現年度分）_欠測理由"] == "内訳なし"
    assert [rows[year]["達成状況"] for year in (2024, 2025)] == ["秘匿", "決算前"]
    data: Any = document_data(hidden, {})
    assert data["history"] == [
        ["令和6年度", "—", "—", "x", "9,000", "x"],
        ["令和7年度", "—", "—", "—", "8,000", "—"],
    ]
    assert data["city"]["comparison"][0] == ["令和6年度決算", "x", "x"]
    spoken = '<span class="vh">秘匿</span>'
    assert render_report(hidden, []).count(spoken) == 2 + 2 + 3  # two tables, and three totals
    assert render_targets(hidden, []).count(spoken) == 1
    shown = replace(hidden, history=(replace(last, balance=7_000_000, hidden=frozenset()), this))
    assert ("x", None) not in {(each.old, each.new) for each in differences(shown, hidden)}
    assert (7_000_000, "x") in {(each.old, each.new) for each in differences(shown, hidden)}


def test_a_hidden_target_of_the_city_is_told_as_such(make_report: MakeReport) -> None:
    shown = CityTarget(2025, "initial_target", 1, 9_000_000, None, None, None, None, "会議", "")
    hidden = replace(shown, target=None, hidden=frozenset({"target"}))
    report = replace(make_report(), history=(), targets=(hidden,))
    (row,) = target_rows(report)
    assert (row["目標残高_円"], row["目標残高_欠測理由"]) == (None, SUPPRESSED_REASON)
    assert row["達成状況"] == "決算前"
    assert render_targets(report, []).count('<span class="vh">秘匿</span>') == 1
    before = replace(report, targets=(shown,))
    assert (9_000_000, "x") in {(each.old, each.new) for each in differences(before, report)}


def told(report: Report) -> list[dict[str, str]]:
    """The rows of ``report.csv``."""
    return list(csv.DictReader(io.StringIO(csv_bytes(report).decode("utf-8-sig"))))


def test_of_two_causes_a_claim_and_its_total_tell_the_same(make_report: MakeReport) -> None:
    report = make_report()
    first, second = report.claims
    unknown = replace(first.figures, balance_last_year=None, change=None)
    city = replace(
        report.city,
        figures=replace(report.city.figures, balance_last_year=None, change=None),
        claims_without_last_year=1,
        claims_with_basis_break=1,
    )
    lacking = replace(
        report,
        claims=(replace(first, figures=unknown, is_basis_break=True), second),
        city=city,
    )
    rows = {row["集計対象"]: row for row in told(lacking)}
    assert rows["001"]["増減額_欠測理由"] == "前年同月末の報告なし"
    assert rows["合計"]["増減額_欠測理由"].startswith("前年同月末の報告がない債権1件")


def test_a_suppressed_figure_is_no_report_that_is_missing(make_report: MakeReport) -> None:
    report = make_report()
    first, second = report.claims
    hidden = replace(
        first,
        figures=replace(first.figures, balance_last_year=None, change=None),
        hidden=frozenset({"balance_last_year"}),
        is_basis_break=True,
    )
    row = told(replace(report, claims=(hidden, second)))[0]
    assert row["増減額_欠測理由"].startswith("残高の締めが前年から変わった")
