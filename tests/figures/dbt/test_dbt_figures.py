"""Tables that layouts describe as data: each figure with what it means, and who counts on them."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from services.home import Home
from services.trace import Filter, Tracer, lines

from .conftest import Workshop
from .warehouse import Built, Landing

Build = Callable[..., Built]
YEN = {"unit": "円"}
PREFECTURE, TOWN = "999999", "271004"
OTHERS = (
    "fct_collection", "fct_claim_status", "mart_target_attainment", "mart_plan_progress",
    "mart_settlement", "mart_claim_list", "mart_city_target", "mart_balance_report",
    "mart_balance_total", "mart_opening_balance", "mart_status_mix", "mart_outlook",
)  # fmt: skip


def test_a_figure_is_kept_to_its_last_digit_with_all_it_means(
    landing: Landing, build: Build
) -> None:
    said = {
        "as_of": "2023-05-31", "bound": "以下", "claim_classes": "enforceable",
        "claim_number": "007",
        "claim_name": "不動産取得税", "department": "税務課", "office": "徳島", "part": "prior",
        "scenario": "forecast", "unit": "円", "理由": "「時効」の'完成'\"援用\"\\", "total": True,
    }  # fmt: skip
    landing.table(
        "table",
        [
            ("written_off", "-1420722700", 2022, said),
            ("collection_rate", "98.98214479152054", 2022, {"unit": "%", "part": "その他"}),
            ("過誤納額", "0", None, {"municipality": TOWN, "unit": "円"}),
        ],
    )
    built = build("zaisei_figure", "money_is_never_a_float", "mart_submission")
    assert built.wrong() == {}
    rows = built.rows("select * from marts.mart_figure order by value")
    told = [
        [row[name] for name in ("municipality_code", "fiscal_year", "measure", "value", "is_total")]
        for row in rows
    ]
    assert told == [
        [PREFECTURE, 2022, "written_off", Decimal(-1420722700), True],
        [TOWN, None, "過誤納額", Decimal(0), False],
        [PREFECTURE, 2022, "collection_rate", Decimal("98.98214479152054"), False],
    ]
    first = rows[0]
    keys = ("layout", "claim_key", "claim_number", "claim_name", "department", "as_of", "scenario")
    assert [first[key] for key in (*keys, "part", "unit", "sheet", "submission_id")] == [
        "kenzei", "007", "007", "不動産取得税", "税務課", date(2023, 5, 31), "forecast",
        "prior", "円", "調書", "table",
    ]  # fmt: skip
    others = {key: said[key] for key in ("bound", "claim_classes", "office", "理由")}
    assert first["dimensions"] == json.dumps(others, ensure_ascii=False, separators=(",", ":"))
    assert [row["dimensions"] for row in rows[1:]] == ["{}", "{}"]
    shown = built.rows(
        'select "項目", "年度区分", "値の種別" from "財政"."その他の数値" order by "値"'
    )
    assert [tuple(row.values()) for row in shown] == [
        ("不納欠損額", "過年度", "見込"),
        ("過誤納額", None, None),
        ("収納率", "その他", None),
    ]


def test_what_cannot_be_kept_is_told_at_its_cell(landing: Landing, build: Build) -> None:
    landing.table(
        "table",
        [
            ("collection_rate", "0.12345678901234567", 2022, {"unit": "%"}),
            ("collected", "備考", 2022, YEN),
            ("assessed", "5", 2022, YEN),
            ("assessed", "6", 2022, YEN),
        ],
    )
    built = build("int_figure")
    assert {name: str(status) for name, status in built.wrong().items()} == {
        "int_figure_is_exact": "warn",
        "int_figure_is_a_number": "fail",
        "int_figure_is_unique": "fail",
    }
    assert [row["text"] for row in built.found("int_figure_is_a_number")] == ["備考"]


def test_a_table_without_a_year_replaces_the_one_before_and_is_withdrawn(
    landing: Landing, build: Build
) -> None:
    for name, value, day in (("first", "1", 1), ("second", "2", 2), ("third", "3", 3)):
        figures = [("過誤納額", value, None, YEN)]
        landing.table(name, figures, received_at=f"2023-09-0{day}T09:00:00+09:00")
    landing.table("another", [("過誤納額", "9", None, YEN)], layout="kokuho")
    landing.withdraw("third", at="2023-09-04T09:00:00+09:00", by="財政 花子", reason="控え")
    built = build("mart_figure", "mart_figure_history", "mart_submission")
    assert built.wrong() == {}
    now = built.rows("select submission_id, value from marts.mart_figure order by 1")
    assert [tuple(row.values()) for row in now] == [("another", 9), ("second", 2)]
    known = built.rows("""
        select submission_id, day(known_from) as since, day(known_to) as until
        from marts.mart_figure_history where layout = 'kenzei' order by known_from
    """)
    assert [tuple(row.values()) for row in known] == [
        ("first", 1, 2),
        ("second", 2, 3),
        ("third", 3, 4),
        ("second", 4, None),
    ]


def test_of_sheets_that_tell_of_the_same_year_the_newest_counts(
    landing: Landing, build: Build
) -> None:
    for year, value, day in ((2023, "20", 1), (2022, "10", 2)):
        figures = [("過誤納額", value, 2022, YEN), ("過誤納額", "7", year, YEN | {"表": "別"})]
        at = f"2024-09-0{day}T09:00:00+09:00"
        landing.table(f"of{year}", figures, fiscal_year=year, received_at=at)
    landing.withdraw("of2023", at="2024-09-03T09:00:00+09:00", by="財政 花子", reason="控え")
    built = build("mart_figure", "mart_figure_history")
    assert built.wrong() == {}
    known = built.rows("""
        select submission_id, value, day(known_from) as since, day(known_to) as until
        from marts.mart_figure_history where dimensions = '{}' order by known_from
    """)
    assert [tuple(row.values()) for row in known] == [("of2023", 20, 1, 3), ("of2022", 10, 3, None)]


def test_inhabitants_are_those_of_a_municipality_as_a_whole(landing: Landing, build: Build) -> None:
    people = {"unit": "人"}
    day = {"as_of": "2023-01-01"}
    town = people | day | {"municipality": TOWN}
    landing.table(
        "towns",
        [
            ("inhabitants", "300", None, town | {"total": True}),
            ("inhabitants", "140", None, town | {"sex": "男"}),
            ("inhabitants", "700", None, people | day | {"total": True}),  # 町村計, or the 県計?
            ("inhabitants", "3", None, town | {"unit": "千人"}),
        ],
    )
    city = [
        ("inhabitants", "500", None, people | {"total": True}),
        ("inhabitants", "260", None, people | {"sex": "女"}),
    ]
    landing.table("city", city, layout="juki", as_of=date(2023, 4, 1), file="人口.xlsx")
    newer = [("inhabitants", "301", None, town)]
    landing.table("newer", newer, layout="juki", received_at="2023-10-01T09:00:00+09:00")
    landing.table("undated", [("inhabitants", "1", 2022, people)], layout="nendo")
    rows = build("zaisei_inhabitants").rows("""
        select "自治体コード", "基準日", "人口", "出所", "提出番号" from "財政"."人口" order by all
    """)
    assert [tuple(row.values()) for row in rows] == [
        (TOWN, date(2023, 1, 1), 301, "newer.xlsx", "newer"),
        (PREFECTURE, date(2023, 4, 1), 500, "人口.xlsx", "city"),
    ]


def uncollected(claim: str | None, value: str, **said: Any) -> tuple[str, str, int, dict[str, Any]]:
    named = {"claim_name": claim} if claim else {}
    return ("uncollected", value, said.pop("year", 2021), YEN | named | said)


def test_what_is_uncollected_of_a_claim_counts_where_no_form_tells_it(
    landing: Landing, build: Build
) -> None:
    landing.register("003", claim_name="自動車税", department="税務課")
    owed = {"carried_forward": 5_000, "assessed_prior": 5_000}
    landing.annual("form", {"D": owed}, fiscal_year=2021, claim_name="自動車税")
    landing.table(
        "table",
        [
            uncollected("自動車税", "4000", part="total"),
            uncollected("鉱区税", "70", claim_classes="enforceable", as_of="2022-05-31"),
            uncollected("鉱区税", "60", year=2020, scenario="actual"),
            uncollected("鉱区税", "50", year=2019, as_of="2019-10-31"),
            uncollected("鉱区税", "40", year=2022, scenario="target"),
            uncollected("事業税", "10", part="prior"),
            uncollected("事業税", "30", part="total", total=True),
            uncollected("軽油引取税", "8", office="徳島"),
            uncollected("軽油引取税", "9", office="徳島", ground="倒産"),
            uncollected("軽油引取税", "17", total=True),
            uncollected("貸付金", "5", department="福祉課", claim_number="009"),
            uncollected("貸付金", "6", department="商工課", claim_number="009"),
            # Which of the two is the whole, nobody can tell.
            uncollected("採石税", "1"),
            uncollected("採石税", "2", part="total"),
            uncollected("県税計", "9999", total=True),
            uncollected(None, "9999", total=True),
            uncollected("町民税", "7", municipality=TOWN),
        ],
    )
    older = [uncollected("鉱区税", "71")]
    landing.table("older", older, layout="old", received_at="2022-09-01T09:00:00+09:00")
    built = build("mart_uncollected_by_year", "mart_claim_to_register", "dim_claim", *OTHERS)
    assert {name: str(status) for name, status in built.wrong().items()} == {}
    answers = built.rows("""
        select fiscal_year, claim_key, claim_classes, balance, is_chosen, submission_id
        from marts.mart_uncollected_by_year where form = 'figure' order by 1, 2
    """)
    assert [tuple(row.values()) for row in answers] == [
        (2020, "鉱区税", None, 60, True, "table"),
        (2021, "003", None, 4000, False, "table"),
        (2021, "009", None, 11, True, "table"),
        (2021, "事業税", None, 30, True, "table"),
        (2021, "軽油引取税", None, 17, True, "table"),
        (2021, "鉱区税", "enforceable", 70, True, "table"),
    ]
    to_register = built.rows("select claim_key from marts.mart_claim_to_register order by 1")
    assert [row["claim_key"] for row in to_register] == [
        "009",
        "事業税",
        "採石税",
        "軽油引取税",
        "鉱区税",
    ]


def test_what_the_forms_call_their_claims_depends_on_no_other_table(
    landing: Landing, build: Build
) -> None:
    row = {"claim_name": "鉱区税", "figures": (9_000, 8_000, 7_000, 6_000)}
    early = {"received_at": "2019-01-01T09:00:00+09:00", "layout": "old"}
    landing.table("older", [uncollected("鉱 区 税", "1", department="管理課")], **early)
    owners = [uncollected("鉱区税", n, department=d) for n, d in (("2", "商工課"), ("3", "農林課"))]
    landing.table("table", [*owners, uncollected("狩猟税", "4", department="農林課")])
    landing.plan("plan", [row | {"department": "税務課"}])
    listed = {"claim_name": "鉱区税", "uncollected": 7_000, "section": None}
    landing.claim_list("list", [listed], total=7_000, fiscal_year=2019)
    built = build("mart_uncollected_by_year", "mart_claim_to_register", "dim_claim")
    assert built.wrong() == {}
    chosen = built.rows("""
        select fiscal_year, claim_key, form, balance from marts.mart_uncollected_by_year
        where is_chosen and balance is not null order by 1, 2
    """)
    assert [tuple(row.values()) for row in chosen] == [
        (2016, "鉱区税／税務課", "plan", 9_000),
        (2019, "鉱区税／税務課", "plan", 7_000),
        (2021, "狩猟税／農林課", "figure", 4),
        (2021, "鉱区税／税務課", "figure", 5),
    ]
    for mart in ("dim_claim", "mart_claim_to_register"):
        claims = built.rows(f"select claim_key from marts.{mart} order by all")  # noqa: S608
        assert [row["claim_key"] for row in claims] == ["狩猟税／農林課", "鉱区税／税務課"], mart


def test_the_marts_of_the_forms_hold_nothing_of_other_tables(
    landing: Landing, build: Build
) -> None:
    names = ("assessed_prior", "balance", "cases", "uncollected", "target", "value")
    figures = [
        (name, "1", 2021, YEN | {"claim_number": "003", "claim_name": "税"}) for name in names
    ]
    landing.table("table", figures, fiscal_year=2021)
    built = build(*OTHERS)
    assert built.wrong() == {}
    assert [name for name in OTHERS if built.rows(f"from marts.{name}")] == []


def test_figures_lead_to_their_cells(workshop: Workshop, landing: Landing, build: Build) -> None:
    said = {"claim_number": "009", "unit": "円"}
    people = {"as_of": "2023-01-01", "unit": "人"}
    landing.table(
        "table",
        [
            # The same dimensions with a year and without: only the cell tells them apart.
            ("uncollected", "9000", None, said | {"claim_name": "貸付金", "department": "商工課"}),
            ("uncollected", "5", 2021, said | {"claim_name": "貸付金", "department": "商工課"}),
            ("uncollected", "6", 2021, said | {"claim_name": "貸付金", "department": "福祉課"}),
            ("collection_rate", "98.98214479152054", 2021, {"unit": "%"}),
            ("inhabitants", "300", None, people),
        ],
        unit_yen=1000,
    )
    built = build("mart_uncollected_by_year", "dim_inhabitants", "dim_measure", "zaisei_figure")
    asked = {
        ("その他の数値", "値", "項目=収入未済額", "年度="): ("9,000円", {"B1"}),
        ("mart_figure", "value", "measure=collection_rate"): ("98.98214479152054%", {"B4"}),
        ("dim_inhabitants", "inhabitants"): ("300人", {"B5"}),
        ("mart_uncollected_by_year", "balance"): ("11円", {"B2", "B3"}),
    }
    with duckdb.connect(built.path, read_only=True) as connection:
        connection.execute("set schema = 'marts'")
        tracer = Tracer(Home(workshop.folder), connection)
        for (mart, column, *where), (shown, cells) in asked.items():
            filters = [
                Filter("--where", (name,), value)
                for name, _, value in (w.partition("=") for w in where)
            ]
            found = tracer.ask(mart, column, filters)
            assert {cell.address for cell in found.figure.cells} == cells, mart
            assert found.wrong == []
            assert shown in "\n".join(lines(found))
