"""Plans, sheets and targets that speak of the same year twice; names; what was taken back or let
pass; and what never reaches a mart."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from .test_dbt_rules import at, owed, tokyo
from .warehouse import Built, Landing

Build = Callable[..., Built]
CANARY = "連絡先は本人の携帯090-0000-0000"


def test_a_later_table_of_a_plan_speaks_for_its_years(landing: Landing, build: Build) -> None:
    def row(*figures: int, department: str = "税制課", **more: Any) -> dict[str, Any]:
        return {"department": department, "claim_name": "市税", "figures": figures} | more

    landing.plan("2019", [row(50, 40, 45, 30)], received_at=at("2020-09-01"))
    landing.plan(
        "2020",
        [row(50, 30, 33, 25, department="納税課")],
        years=(2016, 2020, 2020, 2021),
        received_at=at("2021-09-01"),
    )
    # A plan that counts otherwise from its own first year on.
    landing.plan(
        "second plan",
        [row(33, 28, 20, 15, footnoted=True)],
        plan="第2次計画",
        years=(2020, 2022, 2022, 2023),
        total=(33, 28, 20, 15),
        received_at=at("2023-09-01"),
    )
    built = build("mart_plan_progress", "mart_plan_comparison")
    assert built.wrong() == {}
    progress = built.rows("""
        select fiscal_year, kind, value, department from marts.mart_plan_progress
        where plan = '第1次計画' order by fiscal_year, kind
    """)
    assert [tuple(row.values()) for row in progress] == [
        (2016, "actual", 50, "納税課"),
        (2019, "actual", 45, "税制課"),
        (2019, "target", 40, "税制課"),
        (2020, "actual", 33, "納税課"),
        (2020, "target", 30, "納税課"),
        (2021, "target", 25, "納税課"),
    ]
    second = built.rows("select * from marts.mart_plan_comparison where plan = '第2次計画'")
    assert {
        (r["is_basis_break"], r["basis"], r["vs_baseline"], r["vs_target"]) for r in second
    } == {
        (True, "footnote", None, Decimal(-8)),
        (True, "plan", None, Decimal(-8)),
    }


def test_one_year_in_two_columns_is_no_silent_choice(landing: Landing, build: Build) -> None:
    # ① and ③ both name 2019, and do not agree.
    row = {"department": "税制課", "claim_name": "市税", "figures": (44, 40, 45, 30)}
    landing.plan("table", [row], years=(2019, 2019, 2019, 2020), total=(44, 40, 46, 30))
    built = build("mart_plan_progress")
    assert {name: str(status) for name, status in built.wrong().items()} == {
        "plan_figures_agree": "warn",
    }
    chosen = built.rows("""
        select value, source_measure from marts.mart_plan_progress
        where kind = 'actual' and not is_total
    """)
    assert [tuple(row.values()) for row in chosen] == [(45, "actual")]


def test_sums_that_fail_block_unless_they_were_let_pass(landing: Landing, build: Build) -> None:
    def sheet(name: str, **more: Any) -> None:
        results = {"assessed": 90, "collected": 70, "written_off": 0, "uncollected": 30}
        landing.promotion(name, {2022: results}, claim_name=name, **more)

    by_class = {"prior/02": {"cases": 1, "balance": 3_000_000}}
    for number, name in (("003", "short"), ("004", "short but known")):
        landing.annual(name, {"D": owed(5_000_000)}, claim_number=number, by_class=by_class)
    for name in ("wrong", "wrong but known"):
        sheet(name)
    sheet("of another scope", scope_note="上の行は範囲が狭い")
    landing.claim_list("list", [{"claim_name": "市税", "uncollected": 5}], total=6, unit_yen=1)
    row = {"department": "税制課", "claim_name": "市税", "figures": (9_000,)}
    landing.plan("plan", [row], total=(20_000,))
    for name, rule in (
        ("short but known", "status_total"),
        ("wrong but known", "computed_amount"),
        ("list", "status_total"),  # let pass for another rule
    ):
        waiver = "承認: 財政 花子(2027-03-31まで) 確認済み"
        landing.finding(submission_id=name, rule=rule, severity="warning", waiver=waiver)
    built = build()
    # The total of a list or a plan is its own figure: nothing else is computed from it.
    assert {test for test, status in built.wrong().items() if status == "fail"} == {
        "status_adds_up_to_balance",
        "settlement_adds_up",
    }
    failing = {
        test: {row["submission_id"] for row in built.found(test)}
        for test, status in built.wrong().items()
        if status in ("fail", "warn")
    }
    assert failing == {
        "status_adds_up_to_balance": {"short"},
        "settlement_adds_up": {"wrong"},
        "claim_list_total_adds_up": {"list"},
        "plan_total_adds_up": {"plan"},
    }
    shown = built.rows('select * from "財政"."指摘事項" where "認めた記録" is not null')
    assert len(shown) == 3


def test_what_is_withdrawn_gives_way_to_the_version_before(landing: Landing, build: Build) -> None:
    landing.annual("first", {"D": owed(5000)}, received_at=at("2020-07-01"))
    landing.annual("second", {"D": owed(6000)}, received_at=at("2020-07-20"))
    landing.annual("only", {"D": owed(10)}, claim_number="004", received_at=at("2020-07-01"))
    listed = [{"claim_name": "市税", "uncollected": 5}]
    landing.claim_list("list", listed, total=5, received_at=at("2020-07-01"))
    for name in ("second", "only", "list"):
        landing.withdraw(name, at=at("2020-08-01"), by="財政 花子", reason="別の年度の控え")
    built = build("fct_collection", "fct_collection_history", "mart_claim_list", "mart_submission")
    assert built.wrong() == {}
    known = built.rows("""
        select submission_id, balance, known_from, known_to from marts.fct_collection_history
        where source_item = 'D' order by claim_number, known_from
    """)
    assert [tuple(row.values()) for row in known] == [
        ("first", 5000, tokyo("2020-07-01"), tokyo("2020-07-20")),
        ("second", 6000, tokyo("2020-07-20"), tokyo("2020-08-01")),
        ("first", 5000, tokyo("2020-08-01"), None),
        ("only", 10, tokyo("2020-07-01"), tokyo("2020-08-01")),
    ]
    now = built.rows("select submission_id, balance from marts.fct_collection where balance > 0")
    assert [tuple(row.values()) for row in now] == [("first", 5000)]
    assert built.rows("select * from marts.mart_claim_list") == []
    said = {
        row["submission_id"]: (row["in_force"], row["superseded_by"], row["withdrawn_by"])
        for row in built.rows("select * from marts.mart_submission")
    }
    assert said == {
        "first": (True, None, None),
        "second": (False, None, "財政 花子"),
        "only": (False, None, "財政 花子"),
        "list": (False, None, "財政 花子"),
    }


def test_a_later_form_restates_a_year(landing: Landing, build: Build) -> None:
    landing.annual("2019", {"D": owed(5_000_000)}, received_at=at("2020-07-01"))
    landing.annual("2019 again", {"D": owed(6_000_000)}, received_at=at("2020-07-20"))
    landing.annual(
        "2020",
        {"B": owed(6_500_000), "D": owed(6_000_400)},
        fiscal_year=2020,
        received_at=at("2021-07-01"),
        unit_yen=1,
    )
    landing.annual(
        "2021",
        # 400 yen less is the rounding of a form in 千円.
        {"A": owed(6_500_000), "B": owed(6_000_000), "D": owed(0)},
        fiscal_year=2021,
        received_at=at("2022-07-01"),
    )
    rows = build("zaisei_restatement").rows("""
        select "年度", "項目", "前の値", "改めた値", "改めた額", "前の提出番号", "提出番号"
        from "財政"."過年度の修正" order by "項目"
    """)
    assert [tuple(row.values()) for row in rows] == [
        (2019, item, 6_000_000, 6_500_000, 500_000, "2019 again", "2020")
        for item in ("ア 調定繰越額", "ウ 過年度調定額", "ケ 過年度未収金残高", "ケ'' 未収金残高")
    ]


def test_names_lead_to_the_registers_claims(landing: Landing, build: Build) -> None:
    landing.register(
        "003",
        claim_name="住宅資金貸付金",
        aliases='["住宅資金（回収金）", "子ども貸付金"]',
        department="住宅課",
        limitation_years=10,
        valid_to=date(2021, 3, 31),
    )
    landing.register(
        "003",
        claim_name="住宅資金貸付金",
        aliases='["住宅資金（回収金）", "子ども貸付金"]',
        department="都市整備局",
        section="住宅課",
        limitation_years=10,
        valid_from=date(2021, 4, 1),
    )
    landing.register("004", claim_name="返納金", department="福祉局", section="介護課")
    landing.register("005", claim_name="返納金", department="福祉局", section="福祉課")
    landing.register(None, claim_name="占用料", department="土木局", claim_classes=None)
    landing.annual("form", {"D": owed(1000)}, claim_number="003", claim_name="住宅資金貸付金")
    landing.annual("unknown", {"D": owed(1000)}, claim_number="009", claim_name="使用料")
    for name in ("住宅資金 (回収金)", "こども貸付金"):
        landing.promotion(name, {2022: {"assessed": 1}}, claim_name=name, department="管理課")
    landing.claim_list(
        "list",
        [
            {"claim_name": "返納金", "uncollected": 5, "section": "介護課"},
            {"claim_name": "返納金", "uncollected": 5, "section": "福祉局福祉課"},
            {"claim_name": "返納金", "uncollected": 5, "section": "水道課"},
            {"claim_name": "使用料", "uncollected": 5, "section": "水道課"},
            {"claim_name": "占用料", "uncollected": 5, "section": "道路課"},
        ],
        total=25,
    )
    built = build(
        "int_settlement", "dim_claim", "dim_department", "mart_claim_list", "mart_claim_to_register"
    )
    # Two sheets of one claim and year: told, and the one received last counts.
    assert {name: str(s) for name, s in built.wrong().items()} == {
        "int_settlement_is_of_one_sheet": "warn"
    }
    sheets = built.rows("select claim_number from core.int_settlement")
    assert {row["claim_number"] for row in sheets} == {"003"}
    listed = built.rows("select claim_number, claim_key from marts.mart_claim_list order by no")
    assert [row["claim_number"] for row in listed] == ["004", "005", None, "009", None]
    assert [row["claim_key"] for row in listed] == [
        "004", "005", "返納金／水道課", "009", "占用料／土木局",
    ]  # fmt: skip
    claims = built.rows("""
        select claim_number, department, limitation_years, valid_from, valid_to, is_registered
        from marts.dim_claim where claim_number in ('003', '009') or claim_name = '占用料'
        order by 1, valid_from
    """)
    assert [tuple(row.values()) for row in claims] == [
        ("003", "住宅課", 10, date(1989, 4, 1), date(2021, 4, 1), True),
        ("003", "都市整備局", 10, date(2021, 4, 1), None, True),
        ("009", "財政局", None, date(2020, 5, 31), None, False),
        (None, "土木局", None, date(1989, 4, 1), None, True),
    ]
    missing = built.rows("""
        select claim_number, claim_name, department from marts.mart_claim_to_register order by 1
    """)
    assert [tuple(row.values()) for row in missing] == [
        ("009", "使用料", "財政局"),
        (None, "返納金", "水道課"),
    ]
    departments = built.rows("""
        select department, registered_from, registered_to from marts.dim_department order by 1
    """)
    assert {tuple(row.values()) for row in departments} >= {
        ("住宅課", date(1989, 4, 1), date(2021, 4, 1)),
        ("都市整備局", date(2021, 4, 1), None),
        ("財政局", None, None),
    }


def test_spellings_of_a_name_without_a_number_are_one_claim(landing: Landing, build: Build) -> None:
    row = {"department": "税制課", "claim_name": "市税（子ども分）", "figures": (50, 40, 45, 30)}
    landing.plan("plan", [row], total=(50, 40, 45, 30), received_at=at("2020-09-01"))
    landing.claim_list(
        "list",
        [
            {
                "claim_name": "市税 (こども分)",
                "uncollected": 5,
                "section": "税制課",
                "claim_classes": "enforceable",
            },
            {"claim_name": "市税（子ども分）", "uncollected": 5, "section": None},
        ],
        total=10,
    )
    built = build("dim_claim", "mart_plan_progress")
    assert built.wrong() == {}
    claims = built.rows("""
        select claim_key, claim_number, claim_name, claim_classes, valid_from, valid_to
        from marts.dim_claim order by claim_key
    """)
    assert [tuple(row.values()) for row in claims] == [
        ("市税（子ども分）", None, "市税（子ども分）", None, date(2022, 5, 31), None),
        (
            "市税（子ども分）／税制課",
            None,
            "市税 (こども分)",
            "enforceable",
            date(2020, 5, 31),
            None,
        ),
    ]
    plan = built.rows("select distinct claim_key from marts.mart_plan_progress order by 1")
    assert [row["claim_key"] for row in plan] == ["合計", "市税（子ども分）／税制課"]


def test_one_claim_told_in_two_ways_is_told_and_where_it_is_certain_counted_once(
    landing: Landing, build: Build
) -> None:
    year = {"fiscal_year": 2021, "received_at": at("2022-07-01")}
    school = {"claim_name": "就学援助費", "department": "教育委員会"}
    for number in ("003", "030"):
        landing.annual(number, {"D": owed(1_000)}, claim_number=number, **school, **year)
    landing.interim(
        "report",
        {"003": owed(900) | {"debtors": 1}},
        as_of=date(2021, 7, 31),
        fiscal_year=2021,
        received_at=at("2021-08-20"),
        department="学校教育局",
    )
    for number in ("050", "051"):
        landing.register(number, claim_name="雑入")
        landing.annual(number, {"D": owed(1_000)}, claim_number=number, claim_name="雑入", **year)
    # Two names of one claim that only the amount gives away; small amounts meet by chance.
    insured = owed(1_482_761_400)
    landing.annual("101", {"D": insured}, claim_number="101", claim_name="国民健康保険料", **year)
    listed = {
        "国保料": "国保年金課",
        "介護保険料": "介護保険事業担当",
        "貸付金": "福祉課",
        "法定外公共物使用料": "管理課",
        "下水道使用料": "下水道課",
    }
    beside = [{"claim_name": "返還金", "section": each, "uncollected": 7} for each in "甲乙"]
    amounts = {"国保料": 1_482_761_000}
    rows = [
        {"claim_name": n, "section": s, "uncollected": amounts.get(n, 10)}
        for n, s in listed.items()
    ]
    landing.claim_list("list", [*rows, *beside], total=1_482_761_054)
    owing = {"assessed": 10, "collected": 0, "written_off": 0, "uncollected": 10}
    for name, section in (
        ("介護保険料", "【健福】介護保険事業担当課"),  # the same office, spelt longer
        ("貸付金", "商工課"),
        ("法定外公物使用料", "管理課"),
        ("下水道 使用料\u200b", "下水道課"),  # looks alike
    ):
        landing.promotion(name, {2021: owing}, claim_name=name, department=section)
    built = build("mart_duplicate_claim", "claim_is_counted_once")
    assert set(built.wrong()) == {"claim_is_counted_once"}
    told = built.rows("""
        select
            reason, claim_key, department, other_claim_key, other_department, is_counted_twice,
            register_claim_number, register_claim_name, register_alias
        from marts.mart_duplicate_claim where fiscal_year = 2021 order by all
    """)
    care = "介護保険料／介護保険事業担当"
    public, short = "法定外公共物使用料／管理課", "法定外公物使用料／管理課"
    assert [tuple(row.values()) for row in told] == [
        ("balance", "国保料／国保年金課", "国保年金課", "101", "財政局", True,
         "101", "国民健康保険料", "国保料"),
        ("department", care, "【健福】介護保険事業担当課", care, "介護保険事業担当", False,
         None, "介護保険料", None),
        ("name", "003", "教育委員会", "030", "教育委員会", True, "003", "就学援助費", None),
        ("name", "貸付金／商工課", "商工課", "貸付金／福祉課", "福祉課", True,
         None, "貸付金", None),
        ("number", "003", "学校教育局", "003", "教育委員会", False, "003", "就学援助費", "債権003"),
        ("spelling", public, "管理課", short, "管理課", True, None, public[:-4], short[:-4]),
    ]  # fmt: skip


def test_targets_are_revised_twice_and_repeated(landing: Landing, build: Build) -> None:
    def target(year: int, amount: int, decided_on: str, **more: Any) -> dict[str, Any]:
        kind = more.pop("kind", "revised_target")
        return {
            "fiscal_year": year, "target_kind": kind, "target": amount, "decided_on": decided_on,
        } | more  # fmt: skip

    first = target(2020, 386, "2019-08-01", kind="initial_target")
    landing.city_target(
        "list of 2020", [first, target(2020, 635, "2020-05-01")], received_at=at("2020-09-01")
    )
    landing.city_target(
        "list of 2021",
        [
            target(2020, 636, "2020-05-01", actual=479),
            target(2020, 600, "2020-08-01", actual=479),
            target(2021, 437, "2020-08-01", kind="initial_target"),
        ],
        received_at=at("2021-09-01"),
    )
    built = build("mart_city_target")
    assert built.wrong() == {}
    rows = built.rows("""
        select fiscal_year, revision_no, target, target_change, target_change_kind, actual,
            attained, submission_id
        from marts.mart_city_target order by fiscal_year, revision_no
    """)
    assert [tuple(row.values()) for row in rows] == [
        (2020, 1, 386, None, None, 479, False, "list of 2020"),
        (2020, 2, 636, 250, "looser", 479, True, "list of 2021"),
        (2020, 3, 600, -36, "stricter", 479, True, "list of 2021"),
        (2021, 1, 437, None, None, None, None, "list of 2021"),
    ]


def test_no_free_text_reaches_a_mart(landing: Landing, build: Build) -> None:
    landing.annual("form", {"D": owed(1000)})
    landing.promotion("sheet", {2022: {"assessed": 1}})
    for nth, cell in enumerate(list(landing.rows["cell"])):
        # Wherever a reader should ever leave a remark.
        landing.rows["cell"].append(
            cell | {"measure": "note", "number": None, "text": CANARY, "cell": f"Z{nth}"}
        )
    built = build()
    relations = built.rows("""
        select
            '"' || schema_name || '"."' || table_name || '"' as name,
            string_agg('"' || column_name || '"', ', ') as texts
        from duckdb_columns()
        where schema_name in ('core', 'marts', '財政') and data_type = 'VARCHAR'
        group by all
    """)
    assert len(relations) > 50
    for relation in relations:
        found = f"contains(concat_ws(' ', {relation['texts']}), '{CANARY}')"
        assert built.rows(f"select 1 from {relation['name']} where {found}") == [], relation  # noqa: S608
