"""Which row counts, what was known when, and what a balance report sets beside a balance."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from .warehouse import Built, Landing

TOKYO = ZoneInfo("Asia/Tokyo")
Build = Callable[..., Built]


def owed(prior: int, current: int = 0, collected: int = 0) -> dict[str, int]:
    """A row that carries `prior` over, assesses `current` and collects `collected` of it."""
    return {
        "carried_forward": prior,
        "assessed_prior": prior,
        "assessed_current": current,
        "collected_current": collected,
    }


def tokyo(day: str) -> datetime:
    """Nine o'clock of a day in Tokyo."""
    return datetime.fromisoformat(f"{day}T09:00:00").replace(tzinfo=TOKYO)


def at(day: str) -> str:
    """The same as text."""
    return tokyo(day).isoformat()


def test_newest_form_wins_and_the_older_values_stay_known(landing: Landing, build: Build) -> None:
    landing.annual("f2019", {"D": owed(5000)}, received_at=at("2020-07-01"), debtors=2)
    landing.annual("f2019 again", {"D": owed(6000)}, received_at=at("2020-07-20"), debtors=3)
    landing.annual(
        "f2020", {"B": owed(7000), "D": owed(8000)}, fiscal_year=2020, received_at=at("2021-07-01")
    )
    landing.annual("f2019 late", {"D": owed(9000)}, received_at=at("2021-08-01"))
    built = build("fct_collection", "fct_collection_history")
    blocking = {name for name, status in built.wrong().items() if status != "warn"}
    assert blocking == set()
    won = built.rows("""
        select * from marts.fct_collection where fiscal_year = 2019 and scenario = 'actual'
    """)
    assert [(r["balance"], r["stage"], r["submission_id"], r["debtors"]) for r in won] == [
        (7000, "final", "f2020", None)
    ]
    history = built.rows("""
        select * from marts.fct_collection_history
        where fiscal_year = 2019 and scenario = 'actual' order by known_from
    """)
    assert [(r["balance"], r["known_from"], r["known_to"]) for r in history] == [
        (5000, tokyo("2020-07-01"), tokyo("2020-07-20")),
        (6000, tokyo("2020-07-20"), tokyo("2021-07-01")),
        (7000, tokyo("2021-07-01"), None),
    ]


def test_submissions_say_which_one_is_in_force(landing: Landing, build: Build) -> None:
    landing.annual("first", {}, received_at=at("2020-07-01"))
    landing.annual("second", {}, received_at=at("2020-07-02"))
    landing.returned("returned", received_at=at("2020-07-03"))
    landing.finding(submission_id="second", rule="carry_over", severity="warning")
    landing.finding(submission_id="returned", rule="unreadable_number", severity="error")
    landing.finding(submission_id=None, rule="unknown_form", severity="info")
    built = build("mart_finding", "mart_submission")
    said = built.rows("select * from marts.mart_submission order by received_at")
    assert [
        (r["submission_id"], r["version_no"], r["in_force"], r["superseded_by"]) for r in said
    ] == [("first", 1, False, "second"), ("second", 2, True, None), ("returned", None, False, None)]
    assert [(r["errors"], r["warnings"], r["infos"]) for r in said] == [
        (0, 0, 0),
        (0, 1, 0),
        (1, 0, 0),
    ]
    findings = built.rows("select * from marts.mart_finding order by finding_no")
    assert {r["rule"]: r["in_force"] for r in findings} == {
        "carry_over": True,
        "unreadable_number": False,
        "unknown_form": False,
    }


def test_a_departments_next_report_replaces_all_its_claims(landing: Landing, build: Build) -> None:
    report = {"as_of": date(2020, 7, 31), "fiscal_year": 2020}
    landing.interim(
        "one", {"003": owed(100), "004": owed(200)}, received_at=at("2020-08-20"), **report
    )
    landing.interim("two", {"003": owed(150)}, received_at=at("2020-08-25"), **report)
    landing.interim(
        "other", {"005": owed(10)}, received_at=at("2020-08-21"), department="水道局", **report
    )
    built = build("fct_collection", "fct_collection_history")
    assert built.wrong() == {}
    rows = built.rows("select * from marts.fct_collection order by claim_number")
    assert [(r["claim_number"], r["balance"], r["stage"]) for r in rows] == [
        ("003", 150, "interim"),
        ("005", 10, "interim"),
    ]
    replaced = built.rows("""
        select * from marts.fct_collection_history where known_to is not null order by claim_number
    """)
    assert [(r["claim_number"], r["known_to"]) for r in replaced] == [
        ("003", tokyo("2020-08-25")),
        ("004", tokyo("2020-08-25")),
    ]


def test_balance_report_and_its_totals(landing: Landing, build: Build) -> None:
    landing.annual(
        "settled 003",
        {"C": owed(600_000), "D": owed(500_000), "F": owed(400_000)},
        received_at=at("2020-07-01"),
    )
    landing.annual(
        "settled 004",
        {"C": owed(60_000), "D": owed(50_000), "E": owed(40_000)},
        claim_number="004",
        received_at=at("2020-07-01"),
    )
    landing.interim(
        "last year",
        {"003": owed(510_000)},
        as_of=date(2019, 7, 31),
        fiscal_year=2019,
        received_at=at("2019-08-20"),
    )
    landing.interim(
        "this year",
        {
            "003": owed(500_000, 3_000, 1_000) | {"cases": 4, "debtors": 3},
            "004": owed(50_000, 0) | {"cases": 1, "debtors": 1},
        },
        as_of=date(2020, 7, 31),
        fiscal_year=2020,
        received_at=at("2020-08-20"),
    )
    built = build("zaisei_balance_total")
    assert {name: status for name, status in built.wrong().items() if status != "warn"} == {}
    rows = built.rows("""
        select previous_settlement_balance, target_balance, target_kind, balance,
            balance_last_year, change, note
        from marts.mart_balance_report where as_of = date '2020-07-31' order by claim_number
    """)
    assert [tuple(row.values()) for row in rows] == [
        (500_000, 400_000, "revised_target", 502_000, 510_000, -8_000, None),
        # Row F of the form is blank, which is a revised target of 0 yen.
        (50_000, 0, "revised_target", 50_000, None, None, "前年同月末の報告なし"),
    ]
    totals = built.rows("""
        select member, claims, balance, previous_settlement_balance, balance_last_year, change,
            claims_without_last_year, claims_without_target, debtors, collection_rate_current_pct
        from marts.mart_balance_total
        where as_of = date '2020-07-31' and dimension = 'city'
    """)
    assert [tuple(row.values()) for row in totals] == [
        ("合計", 2, 552_000, 550_000, None, None, 1, 0, 4, Decimal("33.3"))
    ]
    view = built.rows('select * from "財政"."残高報告合計" where "集計単位" = \'債権区分\'')
    assert {row["集計先"] for row in view} == {"私債権"}


def test_on_the_day_of_a_change_a_claim_is_what_it_became(landing: Landing, build: Build) -> None:
    """The day after the last one of a row of the register is that of the next row alone."""
    landing.register("003", valid_to=date(2020, 7, 30))
    landing.register("003", basis="year_end", valid_from=date(2020, 7, 31))
    for year in (2019, 2020):
        report = {"as_of": date(year, 7, 31), "fiscal_year": year}
        landing.interim(f"{year}", {"003": owed(year)}, received_at=at(f"{year}-08-20"), **report)
    built = build("mart_balance_report")
    rows = built.rows("""
        select as_of, balance, contains(note, '残高の締めが変わった') as is_basis_break
        from marts.mart_balance_report order by as_of
    """)
    assert [tuple(row.values()) for row in rows] == [
        (date(2019, 7, 31), 2019, False),
        (date(2020, 7, 31), 2020, True),
    ]


def test_claims_remember_what_they_were_called(landing: Landing, build: Build) -> None:
    landing.annual("a", {"D": owed(1000)}, received_at=at("2020-07-01"), claim_name="旧称")
    landing.annual(
        "b",
        {"B": owed(1000), "D": owed(1000)},
        fiscal_year=2020,
        received_at=at("2021-07-01"),
        claim_name="新称",
        claim_classes="enforceable,non_enforceable",
    )
    built = build("zaisei_claim")
    claims = built.rows('select * from "財政"."債権" order by "適用開始日"')
    assert [(r["債権名"], r["債権区分"], r["適用開始日"], r["適用終了日"]) for r in claims] == [
        ("旧称", "私債権", date(2020, 5, 31), date(2021, 5, 31)),
        ("新称", "強制徴収公債権・非強制徴収公債権", date(2021, 5, 31), None),
    ]
