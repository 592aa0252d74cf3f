"""What is derived from several facts: the mix of statuses, the ageing of targets, openings."""

from datetime import date
from typing import Any

import pytest

from .conftest import Workshop
from .test_dbt_rules import at, owed
from .warehouse import Built, Landing

# Two claims over three years; the second is new in 2019, and its books close otherwise from 2020.
TARGETS = {
    2018: {"C": owed(95_000), "E": owed(80_000), "F": owed(90_000), "G": owed(70_000)},
    2019: {"C": owed(90_000), "E": owed(75_000), "F": owed(72_000), "G": owed(60_000)},
    2020: {"C": owed(74_000), "E": owed(60_000), "F": owed(65_000), "G": owed(50_000)},
}
HERE, ELSEWHERE = "999999", "271004"
CLOSED = {2016: 110_000, 2017: 105_000, 2018: 100_000, 2019: 88_000, 2020: 74_500}


def closed(opening: int, balance: int) -> dict[str, int]:
    """A row that brings `opening` in and collects what is missing from `balance`."""
    return owed(opening) | {"collected_prior": opening - balance}


def land(landing: Landing) -> None:
    landing.register("003", claim_name="使用料", valid_from=None)
    landing.register("004", claim_name="下水道使用料", valid_to=date(2020, 3, 31))
    landing.register(
        "004", claim_name="下水道使用料", basis="year_end", valid_from=date(2020, 4, 1)
    )
    for year, rows in TARGETS.items():
        landing.annual(
            f"003 of {year}",
            rows
            | {
                "A": owed(CLOSED[year - 2]),
                "B": closed(CLOSED[year - 2], CLOSED[year - 1]),
                "D": closed(CLOSED[year - 1], CLOSED[year]),
            },
            fiscal_year=year,
            received_at=at(f"{year + 1}-07-01"),
            by_class={
                "prior/02": {"cases": 2, "balance": CLOSED[year] - 30_000},
                "prior/16": {"cases": 1, "balance": 30_000},
            },
        )
    landing.annual(
        "004 of 2019",
        {"D": {"assessed_current": 10_000}, "F": owed(9_000), "G": owed(8_000)},
        claim_number="004",
        received_at=at("2020-07-01"),
        by_class={"current/02": {"cases": 1, "balance": 10_000}},
    )
    landing.annual(
        "004 of 2020",
        {"B": {"assessed_current": 10_000}, "C": owed(9_000), "D": owed(20_000)},
        claim_number="004",
        fiscal_year=2020,
        received_at=at("2021-07-01"),
        by_class={"prior/02": {"cases": 1, "balance": 20_000}},
    )


def land_openings(landing: Landing) -> None:
    """Forms of another city that bring something else in than the year before closed with."""
    for number in ("005", "006", "007", "008", "009"):
        landing.annual(
            f"{number} of 2019",
            {"D": owed(10_000)},
            claim_number=number,
            municipality_code=ELSEWHERE,
        )
    landing.annual(
        "mistyped",
        {"D": {"assessed_current": 1_000, "collected_current": 5_000_000}},
        claim_number="010",
        municipality_code=ELSEWHERE,
    )
    landing.annual(
        "009 of 2019 again",
        {"D": owed(11_000)},
        claim_number="009",
        municipality_code=ELSEWHERE,
        received_at=at("2020-09-01"),
    )
    brought_in = {"005": 13_000, "006": 7_000, "007": 9_600, "008": 12_345, "009": 10_000}
    landing.interim(
        "report",
        {number: owed(opening) for number, opening in brought_in.items()},
        as_of=date(2020, 7, 31),
        fiscal_year=2020,
        received_at=at("2020-08-20"),
        municipality_code=ELSEWHERE,
    )
    landing.promotion(
        "sheet",
        {
            year: dict.fromkeys(("assessed_current", "collected_current", "written_off"), 0)
            | {"assessed_prior": prior, "assessed": prior, "uncollected": prior - 50}
            | {"collected_prior": 50, "collected": 50}
            for year, prior in ((2020, 120), (2021, 70), (2022, 60))
        },
        municipality_code=ELSEWHERE,
    )


def land_plans(landing: Landing) -> None:
    """A first plan, and a second one that counts otherwise."""
    row = {"department": "税制課", "claim_name": "市税"}
    landing.plan(
        "first plan",
        [row | {"figures": (50_000, 40_000, 45_000, 30_000)}],
        years=(2016, 2019, 2019, 2020),
        municipality_code=ELSEWHERE,
    )
    landing.plan(
        "second plan",
        [row | {"figures": (None, 28_000, 30_000, 15_000), "footnoted": True}],
        plan="第2次計画",
        years=(2018, 2020, 2020, 2021),
        received_at=at("2021-09-01"),
        municipality_code=ELSEWHERE,
    )


@pytest.fixture(scope="module")
def built(workshop: Workshop) -> Built:
    landing = workshop.landing()
    land(landing)
    land_openings(landing)
    land_plans(landing)
    landing.write()
    built = workshop.build()
    assert {name for name, status in built.wrong().items() if status != "warn"} == set()
    return built


def mix(built: Built, condition: str, *columns: str) -> list[tuple[Any, ...]]:
    """Rows of the status mix, both parts together, by year and group."""
    rows = built.rows(f"""
        select {", ".join(columns)} from marts.mart_status_mix
        where municipality_code = '{HERE}' and part = 'total' and {condition}
        order by fiscal_year, status_group, status_code
    """)  # noqa: S608
    return [tuple(row.values()) for row in rows]


def test_status_mix_of_a_claim_over_the_years(built: Built) -> None:
    columns = ("fiscal_year", "status_group", "cases", "balance", "share_pct", "change")
    rows = mix(built, "member = '003' and status_code = 'all'", *columns)
    assert [(*row[:4], str(row[4]), row[5]) for row in rows] == [
        (2018, "all", 3, 100_000, "100.0", None),
        (2018, "disposal", 1, 30_000, "30.0", None),
        (2018, "recovery", 2, 70_000, "70.0", None),
        (2019, "all", 3, 88_000, "100.0", -12_000),
        (2019, "disposal", 1, 30_000, "34.1", 0),
        (2019, "recovery", 2, 58_000, "65.9", -12_000),
        (2020, "all", 3, 74_500, "100.0", -13_500),
        (2020, "disposal", 1, 30_000, "40.3", 0),
        (2020, "recovery", 2, 44_500, "59.7", -13_500),
    ]


def test_status_mix_of_the_city_compares_what_is_comparable(built: Built) -> None:
    columns = ("fiscal_year", "claims", "balance", "change", "note")
    rows = mix(built, "dimension = 'city' and status_group = 'all'", *columns)
    assert rows == [
        (2018, 1, 100_000, None, "前年度と当年度の一方の調書がない債権1件"),
        # Claim 004 is new: it owed nothing a year ago.
        (2019, 2, 98_000, -2_000, None),
        (2020, 2, 94_500, None, "残高の締めが変わった債権1件"),
    ]


def test_a_claim_that_no_longer_reports_leaves_a_gap(workshop: Workshop) -> None:
    landing = workshop.landing()
    for number in ("003", "004"):
        landing.annual(f"{number} of 2019", {"D": owed(5_000)}, claim_number=number)
    landing.annual(
        "003 of 2020",
        {"B": owed(5_000), "D": closed(5_000, 4_000)},
        fiscal_year=2020,
        received_at=at("2021-07-01"),
    )
    landing.write()
    columns = ("member", "claims", "balance", "balance_last_year", "change", "note")
    rows = mix(
        workshop.build("mart_status_mix"),
        "fiscal_year = 2020 and status_group = 'all' and dimension in ('claim', 'city')",
        *columns,
    )
    assert sorted(rows) == [
        ("003", 1, 4_000, 5_000, -1_000, None),
        ("合計", 1, 4_000, None, None, "前年度と当年度の一方の調書がない債権1件"),
    ]


def test_targets_age_from_the_initial_one_to_the_result(built: Built) -> None:
    rows = built.rows("""
        select
            fiscal_year, initial_target, revised_target, target_change_kind, actual_balance,
            above_initial_target, above_target, attained_initially, attained
        from marts.mart_target_ageing where claim_key = '003' and part = 'total'
        order by fiscal_year
    """)
    assert [tuple(row.values()) for row in rows] == [
        (2018, None, 95_000, None, 100_000, None, 5_000, None, False),
        # The year's own form revises what the year before had revised already.
        (2019, 80_000, 90_000, "looser", 88_000, 8_000, -2_000, False, True),
        (2020, 75_000, 74_000, "stricter", 74_500, -500, 500, True, False),
        (2021, 60_000, 65_000, "looser", None, None, None, None, None),
        (2022, 50_000, None, None, None, None, None, None, None),
    ]


def test_each_step_of_a_target_names_its_form(built: Built) -> None:
    (row,) = built.rows("""
        select columns('_submission_id') from marts.mart_target_ageing
        where claim_key = '003' and part = 'total' and fiscal_year = 2019
    """)
    assert list(row.values()) == ["003 of 2018", "003 of 2019", "003 of 2020"]


def test_a_new_claims_blank_rows_are_no_targets(built: Built) -> None:
    rows = built.rows("""
        select fiscal_year, initial_target, revised_target from marts.mart_target_ageing
        where claim_key = '004' and part = 'total' and fiscal_year <= 2020 order by fiscal_year
    """)
    assert [tuple(row.values()) for row in rows] == [(2020, None, 9_000)]


def test_every_opening_says_why_it_differs(built: Built) -> None:
    rows = built.rows(f"""
        select claim_key, fiscal_year, opening_residual, explanation
        from marts.mart_opening_balance
        where municipality_code = '{ELSEWHERE}' and form <> 'annual'
        order by claim_key, fiscal_year
    """)  # noqa: S608
    assert [tuple(row.values()) for row in rows] == [
        ("005", 2020, 3_000, "transferred"),
        ("006", 2020, -3_000, "transferred"),
        ("007", 2020, -400, "rounding"),
        ("008", 2020, 2_345, "unexplained"),
        ("009", 2020, -1_000, "restated"),
        ("住宅家賃／住宅管理担当", 2020, None, "first_year"),
        ("住宅家賃／住宅管理担当", 2021, 0, "agrees"),
        ("住宅家賃／住宅管理担当", 2022, 40, "reduction"),
    ]


def test_openings_of_annual_forms_follow_the_rows_of_the_form(built: Built) -> None:
    rows = built.rows(f"""
        select fiscal_year, scenario, closing_balance, explanation
        from marts.mart_opening_balance
        where municipality_code = '{HERE}' and claim_key = '004' and fiscal_year in (2020, 2021)
        order by fiscal_year, scenario
    """)  # noqa: S608
    assert [tuple(row.values()) for row in rows] == [
        # The books of 2019 closed on 31 May, those of 2020 on 31 March.
        (2020, "actual", 10_000, "basis_break"),
        (2020, "initial_target", 0, "agrees"),
        (2020, "revised_target", 10_000, "basis_break"),
        (2021, "initial_target", 9_000, "unexplained"),
        (2021, "revised_target", 20_000, "unexplained"),
    ]


def test_a_balance_speaks_of_the_day_on_which_the_register_has_the_books_close(
    built: Built,
) -> None:
    rows = built.rows(f"""
        select claim_number, fiscal_year, scenario, as_of from marts.fct_collection
        where municipality_code = '{HERE}' and fiscal_year in (2019, 2020, 2021)
        order by all
    """)  # noqa: S608
    may, march = {year: date(year + 1, 5, 31) for year in range(2019, 2022)}, date(2021, 3, 31)
    days = {(row["claim_number"], row["fiscal_year"]): row["as_of"] for row in rows}
    assert days == {
        **{("003", year): day for year, day in may.items()},
        ("004", 2019): may[2019],
        ("004", 2020): march,
        ("004", 2021): date(2022, 3, 31),
    }
    # Results and targets of one year speak of one day.
    every = {(row["claim_number"], row["fiscal_year"], row["as_of"]) for row in rows}
    assert len(every) == len(days)


def test_only_a_claim_that_is_owed_and_not_reported_is_asked_for(built: Built) -> None:
    """Claim 010 is missing in the report of July; 004 is in its form, though it closes in March."""
    missing = built.found("claim_owed_is_reported")
    assert [(row["claim_number"], row["missing_form"]) for row in missing] == [("010", "interim")]


def by_year(built: Built, claim: str, *columns: str) -> list[tuple[Any, ...]]:
    """The answers about a claim by year, form and plan."""
    rows = built.rows(f"""
        select {", ".join(columns)} from marts.mart_uncollected_by_year
        where claim_key = '{claim}' order by fiscal_year, form, plan
    """)  # noqa: S608
    return [tuple(row.values()) for row in rows]


def test_a_years_answer_sets_target_and_year_before_beside_the_balance(built: Built) -> None:
    columns = ("fiscal_year", "balance", "target_balance", "target_kind", "above_target")
    assert by_year(built, "003", *columns, "attained", "change", "note") == [
        (2016, 110_000, None, None, None, None, None, "目標なし、前年度の残高なし"),
        (2017, 105_000, None, None, None, None, -5_000, "目標なし"),
        (2018, 100_000, 95_000, "revised_target", 5_000, False, -5_000, None),
        (2019, 88_000, 90_000, "revised_target", -2_000, True, -12_000, None),
        (2020, 74_500, 74_000, "revised_target", 500, False, -13_500, None),
        (2021, None, 65_000, "revised_target", None, None, None, "実績の提出なし"),
        (2022, None, 50_000, "initial_target", None, None, None, "実績の提出なし"),
    ]


def test_years_are_never_compared_across_a_change_of_the_books(built: Built) -> None:
    rows = by_year(built, "004", "fiscal_year", "as_of", "basis", "balance", "change", "note")
    assert [row for row in rows if row[0] in (2019, 2020)] == [
        (2019, date(2020, 5, 31), "closing_period", 10_000, 10_000, "目標なし"),
        (
            2020,
            date(2021, 3, 31),
            "year_end",
            20000,
            None,
            "残高の締めが前年度と違うため比較しない",
        ),
    ]


def test_a_plan_of_another_definition_is_not_compared_with_the_one_before(built: Built) -> None:
    rows = by_year(
        built,
        "市税／税制課",
        "fiscal_year",
        "plan",
        "balance",
        "change",
        "is_basis_break",
        "is_chosen",
    )
    assert rows == [
        (2016, "第1次計画", 50_000, None, False, True),
        (2019, "第1次計画", 45_000, None, False, True),
        (2020, "第1次計画", None, None, False, False),
        (2020, "第2次計画", 30_000, None, True, True),
        (2021, "第2次計画", None, None, False, True),
    ]


def test_a_rate_beyond_its_type_is_none(built: Built) -> None:
    rows = by_year(built, "010", "fiscal_year", "balance", "collection_rate_current_pct")
    assert (2019, -4_999_000, None) in rows


def test_a_form_is_expected_of_every_claim_of_the_register_once_it_is_collected(
    built: Built,
) -> None:
    rows = built.rows(f"""
        select fiscal_year, claim_number, due_on, collection_status
        from marts.mart_collection_status
        where municipality_code = '{HERE}' and form = 'annual'
        order by all
    """)  # noqa: S608
    assert [tuple(row.values()) for row in rows] == [
        (2018, "003", date(2019, 7, 1), "on_time"),  # 30 June 2019 is a Sunday
        (2018, "004", date(2019, 7, 1), "missing"),
        (2019, "003", date(2020, 6, 30), "late"),
        (2019, "004", date(2020, 6, 30), "late"),
        (2020, "003", date(2021, 6, 30), "late"),
        (2020, "004", date(2021, 6, 30), "late"),
        (2021, "003", date(2022, 6, 30), "missing"),
        (2021, "004", date(2022, 6, 30), "missing"),
    ]


def test_a_balance_report_counts_for_the_claims_it_has_a_row_for(built: Built) -> None:
    rows = built.rows(f"""
        select claim_number, collection_status, submission_id
        from marts.mart_collection_status
        where municipality_code = '{ELSEWHERE}' and as_of = date '2020-07-31'
        order by all
    """)  # noqa: S608
    reported = [(number, "on_time", "report") for number in ("005", "006", "007", "008", "009")]
    assert [tuple(row.values()) for row in rows] == [*reported, ("010", "missing", None)]
