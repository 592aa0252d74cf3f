"""The sample city: figures that carry over, in files as departments send them."""

import hashlib
from collections import Counter
from datetime import UTC, date, datetime, time
from itertools import pairwise

import pytest
from support.truth import truth

from ingest import landing as zone
from ingest import sample, templates
from ingest.layout import layout
from ingest.load import Arrival, Rules, SourceFile, load
from ingest.register.checks import findings_of
from ingest.register.table import read_register
from ingest.sample import citywide, figures, forms

CITY = sample.city()
YEARS = CITY.years


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    written = tmp_path_factory.mktemp("sample")
    sample.write(written)
    return written


@pytest.fixture(scope="module")
def loaded(folder, tmp_path_factory):
    """Every delivery loaded on its day: (landing zone, [(document, report)])."""
    home = tmp_path_factory.mktemp("home")
    (home / "claims.csv").write_bytes(sample.register())
    register = read_register(home)

    def against_the_register(submission):
        return findings_of(submission, register, CITY.code)

    reports = []
    for delivery in sample.deliveries():
        report = load(
            [SourceFile(path, CITY.code) for path in delivery.paths(folder)],
            Arrival(datetime.combine(delivery.received_on, time(9), UTC)),
            landing=home / "landing",
            archive=home / "archive",
            rules=Rules(checks=(against_the_register,)),
        )
        reports += zip(delivery.documents, report.workbooks, strict=True)
    return home / "landing", reports


def test_nothing_in_the_forms_looks_like_a_person_s_data(loaded):
    """Names of files and sheets among it."""
    _, reports = loaded
    assert {f.rule for _, book in reports for f in book.findings} & {"personal"} == set()


def claims(year):
    return [claim for claim in CITY.claims if claim.starts <= year]


def test_the_city_has_departments_claims_and_classes():
    assert len(CITY.departments) == 6
    assert [claim.number for claim in CITY.claims] == [f"{n:03d}" for n in range(1, 25)]
    classes = {claim.classes for claim in CITY.claims}
    assert classes == {
        ("enforceable",), ("non_enforceable",), ("private",), ("enforceable", "non_enforceable"),
    }  # fmt: skip


def test_figures_never_change():
    """Pinned: whoever changes them on purpose changes what documents and examples show."""
    totals = {
        year: sum(figures.actual(claim, year).balance for claim in CITY.claims) for year in YEARS
    }

    assert totals == {2023: 6264034, 2024: 6050072, 2025: 5900234}


@pytest.mark.parametrize("year", YEARS)
def test_forms_carry_over(year):
    rules = layout("annual").spec["table"]["rows"]
    for claim in claims(year):
        rows = forms.rows(claim, year)
        for rule in rules:
            if "carried_from" in rule and not rows[rule["letter"]].nothing:
                source = rows[rule["carried_from"]]
                assert rows[rule["letter"]].carried_forward == source.balance
        if year > YEARS[0] and claim.starts < year:
            before = forms.rows(claim, year - 1)
            assert rows["C"] == before["F"]
            assert rows["E"] == before["G"] or before["F"].nothing
            assert rows["A"].balance == before["B"].balance
            restated = (claim.number, year - 1) in CITY.restatements
            assert (rows["B"] == before["D"]) != restated
            assert rows["B"].balance == before["D"].balance


@pytest.mark.parametrize("year", YEARS)
def test_interim_reports_grow_towards_the_settlement(year):
    for claim in claims(year):
        steps = [figures.interim(claim, as_of) for as_of in sample.reference_dates(year)]
        steps.append(figures.actual(claim, year))
        for earlier, later in pairwise(steps):
            assert all(
                vars(earlier)[measure] <= vars(later)[measure]
                for measure in ("collected_prior", "written_off_prior", "assessed_current",
                                "collected_current")
            )  # fmt: skip
        before = figures.actual(claim, year - 1).balance
        assert {step.carried_forward for step in steps} == {before}
        assert all(step.balance_prior >= 0 and step.balance_current >= 0 for step in steps)


@pytest.mark.parametrize("year", YEARS)
def test_status_adds_up_to_the_balance(year):
    for claim in claims(year):
        closing = figures.actual(claim, year)
        for part in ("prior", "current"):
            classes = figures.status(claim, year, part).values()
            assert sum(balance for _, balance in classes) == vars_of(closing, part)
            assert all(cases > 0 for cases, _ in classes)


def vars_of(closing, part):
    return closing.balance_prior if part == "prior" else closing.balance_current


def test_a_few_balances_rise_and_targets_are_met_and_missed():
    last = YEARS[-1]
    rising = [
        claim for claim in claims(last)
        if figures.actual(claim, last).balance > figures.actual(claim, last - 1).balance
    ]  # fmt: skip
    met = Counter(
        figures.actual(claim, last).balance <= figures.revised_target(claim, last).balance
        for claim in claims(last)
    )

    assert 2 <= len(rising) <= 5
    assert min(met.values()) >= 5


def test_files_are_the_same_at_every_run(folder):
    for delivery in sample.deliveries():
        for document, path in zip(delivery.documents, delivery.paths(folder), strict=True):
            assert document.data == path.read_bytes(), path.name


def test_exactly_the_deliberate_mistakes_are_found(loaded):
    _, reports = loaded
    for document, report in reports:
        found = [(f.rule, f.severity) for f in report.findings if f.severity != "info"]
        wanted = [(m.rule, m.severity) for m in document.mistakes] + restatements(document)
        assert found == wanted, report.file
        refused = any(severity == "error" for _, severity in wanted)
        assert (report.status in ("rejected", "partly")) == refused, report.file


def restatements(document):
    """What moved from one part of last year's collection to the other is told at both cells."""
    return [
        ("restated", "warning")
        for sheet in document.sheets
        if isinstance(sheet, templates.Form) and sheet.layout.form == "annual"
        and (sheet.header["claim_number"], sheet.fiscal_year - 1) in CITY.restatements
        for _ in ("collected_prior", "collected_current")
    ]  # fmt: skip


def test_every_rejected_form_comes_again_and_the_rest_of_its_workbook_is_unchanged(loaded):
    _, reports = loaded
    again = {document.file: report for document, report in reports if "再提出" in document.file}
    rejected = [document for document, report in reports if report.status in ("rejected", "partly")]
    awaited = {forms_of(document) for document in rejected}

    assert len(again) == len(awaited) == sum(m.severity == "error" for m in sample.MISTAKES)
    assert all(report.status == "accepted" for report in again.values())
    bundle = next(report for report in again.values() if len(report.sheets) > 1)
    assert Counter(sheet.status for sheet in bundle.sheets) == {"accepted": 1, "unchanged": 4}


def forms_of(document):
    return document.file.removeprefix("コピー ～ ")


def test_what_is_landed_is_the_truth(loaded):
    landing, _ = loaded
    in_force = {}
    for each in sorted(zone.table(landing, "submission"), key=lambda s: s["received_at"]):
        if each["status"] == "accepted":
            annual = each["form"] == "annual"
            subject = each["claim_number"] if annual else each["department"]
            in_force[subject, each["fiscal_year"], each["as_of"]] = each["submission_id"]
    cells = {
        (cell["submission_id"], cell["block"], cell["item"], cell["measure"]): cell["number"]
        for cell in zone.table(landing, "cell")
    }
    for each in truth():
        annual = each.item in "ABCDEFG"
        subject = each.claim_number if annual else each.department
        as_of = None if annual else each.as_of
        submission = in_force[subject, each.form_fiscal_year, as_of]
        for measure in vars(each.amounts):
            assert cells[submission, "collection", each.item, measure] == each.yen()[measure]
        if each.cases is not None:
            block, item = ("total", "") if annual else ("collection", each.item)
            assert cells[submission, block, item, "cases"] == each.cases
            assert cells[submission, block, item, "debtors"] == each.debtors


def test_the_published_year_can_be_compared():
    known = {(t.claim_number, t.scenario, t.as_of) for t in truth()}
    for as_of in sample.reference_dates(YEARS[-1]):
        for claim in claims(YEARS[-1]):
            assert (claim.number, "actual", as_of) in known
            assert (claim.number, "actual", as_of.replace(year=as_of.year - 1)) in known
            assert (claim.number, "actual", date(YEARS[-1], 5, 31)) in known
            assert (claim.number, "revised_target", date(YEARS[-1] + 1, 5, 31)) in known


def test_an_open_year_is_reported_after_five_that_are_settled():
    same_day = [as_of.year for as_of in sample.reported() if as_of.month == 7]
    settled = {t.fiscal_year for t in truth() if t.as_of == date(t.fiscal_year + 1, 5, 31)
               and t.scenario == "actual"}  # fmt: skip

    assert same_day == [*sorted(settled), max(settled) + 1]
    assert len(settled) == 5


def test_files_are_laid_out_by_the_day_they_were_received(folder):
    days = sorted(path.name for path in folder.iterdir())

    assert days == sorted({f"{delivery.received_on}" for delivery in sample.deliveries()})
    received = [delivery.received_on for delivery in sample.deliveries()]
    assert received == sorted(set(received))
    assert max(received) < date(2026, 11, 21)
    digests = [hashlib.sha256(path.read_bytes()).digest() for path in folder.rglob("*.xlsx")]
    assert len(digests) == len(set(digests)) + resubmitted_unchanged(folder)


def resubmitted_unchanged(folder):
    """Of the two copies of one claim, the right one comes again as it was."""
    return sum(1 for path in folder.rglob("コピー*"))


def landed(zone_folder, form):
    """Every figure of a form's submissions: (subject, period, block, item, measure, year)."""
    submissions = {
        each["submission_id"]: (each["subject"], each["period"])
        for each in zone.table(zone_folder, "submission")
        if each["form"] == form and each["status"] == "accepted"
    }
    return {
        (
            *submissions[c["submission_id"]], c["block"], c["item"], c["measure"], c["fiscal_year"],
        ): c["number"] if c["text"] is None else c["text"]
        for c in zone.table(zone_folder, "cell")
        if c["submission_id"] in submissions
    }  # fmt: skip


def test_lists_of_claims_are_the_balances_of_the_settlement(loaded):
    cells = landed(loaded[0], "claim_list")
    for year in YEARS:
        listed = {
            cells["全市", f"{year}", "claim_list", item, "claim_name", None]: amount
            for (_, period, block, item, measure, _), amount in cells.items()
            if (period, block, measure) == (f"{year}", "claim_list", "uncollected")
        }
        balances = {claim.name: figures.actual(claim, year).balance for claim in claims(year)}
        assert listed == {name: balance * 1000 for name, balance in balances.items()}


def test_promotion_sheets_tell_the_years_of_their_claims(loaded):
    cells = landed(loaded[0], "promotion")
    year = YEARS[-1]
    for claim in (c for c in CITY.claims if c.number in citywide.PROMOTED):
        subject = f"{claim.name}／{claim.section}"
        for each in range(CITY.first_year, year + 1):
            told = figures.actual(claim, each)
            wanted = citywide.settled(claim, told) | {"uncollected": told.balance * 1000}
            for measure, amount in wanted.items():
                assert cells[subject, f"{year}", "settlement", "", measure, each] == amount


def test_the_citys_targets_are_the_sums_of_its_claims(loaded):
    cells = landed(loaded[0], "city_target")
    rows = {
        (cells[(*key[:4], "target_kind", key[5])], key[5]): key[:4]
        for key in cells
        if key[4] == "target_kind"
    }
    assert len(rows) == 9  # 2023 to 2026 set and revised, 2027 set
    for (kind, year), row in rows.items():
        set_for = {
            "initial_target": figures.initial_target, "revised_target": figures.revised_target,
        }[kind]  # fmt: skip
        target = sum(set_for(claim, year).balance for claim in CITY.claims)
        assert cells[(*row, "target", year)] == target * 1000
        if year in YEARS and kind == "revised_target":
            actual = sum(figures.actual(claim, year).balance for claim in CITY.claims)
            assert cells[(*row, "actual", year)] == actual * 1000


def test_the_plan_compares_the_last_year_with_its_targets(loaded):
    cells = landed(loaded[0], "plan")
    year = YEARS[-1]
    total = {
        measure: number
        for (subject, _, _, item, measure, _), number in cells.items()
        if item == "total" and subject == f"{citywide.PLAN}／uncollected"
    }
    last, planned = (
        sum(figure(claim, year).balance for claim in CITY.claims) * 1000
        for figure in (figures.actual, figures.revised_target)
    )
    assert (total["actual"], total["target"]) == (last, planned)
    assert total["reported_vs_target"] == last - planned
