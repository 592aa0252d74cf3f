"""Tables that a home describes, all the way: from workbooks to marts, and back to the cell."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from flow.city import mishukin
from openpyxl import Workbook
from support.workbooks import DATA

from exports.marts import opened
from services.exits import Exit
from services.generation import used
from services.home import Home

AT = "2026-11-30T09:00:00+09:00"
CODE = "999999"
Sheet = list[list[object]]

# 収入, 調定, 不納欠損 (円), 差引未収 and 前年度繰越, of 過年度, 現年度 and 計.
GOALS: Sheet = [
    ["令和3年度", "実績", "過年度", 10, 100, 0, 90, 100],
    [None, None, "現年度", 40, 50, 0, 10, "-"],
    [None, None, "計", 50, 150, 0, 100, 100],
    ["令和4年度", "実績", "過年度", 20, 100, 5_000, 75, 100],
    [None, None, "現年度", 44, 50, "-", 6, "-"],
    [None, None, "計", 64, 150, 5_000, 81, 100],
    ["令和5年度", "修正", "過年度", 25, 81, 0, 56, 81],
    [None, None, "現年度", 46, 50, 0, 4, "-"],
    [None, None, "計", 71, 131, 0, 60, 81],
    [None, "実績", "過年度", 30, 80, 0, 50, 81],
    [None, None, "現年度", 45, 50, 0, 5, "-"],
    [None, None, "計", 75, 130, 0, 55, 81, 12],
    ["令和6年度", "当初", "過年度", 20, 60, 0, 40, 60],
    [None, None, "現年度", 45, 50, 0, 5, "-"],
    [None, None, "計", 65, 110, 0, 45, 60],
    [None, "修正", "過年度", 20, 55, 0, 35, 55],
    [None, None, "現年度", 47, 50, 0, 3, "-"],
    [None, None, "計", 67, 105, 0, 38, 55],
    ["令和7年度", "当初", "過年度", 18, 38, 0, 20, 38],
    [None, None, "現年度", 48, 50, 0, 2, "-"],
    [None, None, "計", 66, 88, 0, 22, 38],
]
BOOKS: dict[str, Sheet] = {
    "債権一覧.xlsx": [
        ["令和5年度決算 市の債権"],
        [None, None, None, None, "(単位:円)"],
        ["部", "課", "債権", "区分", "滞納額"],
        ["福祉部", "介護課", "介護保険料", "強", "1,200,000"],
        [None, "国保課", "国保料", "強", 3_400_000],
        ["水道局", "料金課", "水道料金", "私", 560_000],
        ["計", None, None, None, 5_160_000],
    ],
    "目標値だけの計画表.xlsx": [
        ["第3次 見本市債権管理計画 目標値"],
        [None, None, None, None, "(単位:千円)"],
        ["所管課", "債権名", "収入未済額"],
        [None, None, "令和6年度", "令和7年度", "令和8年度"],
        ["介護課", "介護保険料", 1_100, 1_000, 900],
        ["国保課", "国保料", 3_000, 2_800, 2_500],
        ["合計", None, 4_100, 3_800, 3_400],
    ],
    "全市目標.xlsx": [
        ["全市の未収金目標(単位:百万円)"],
        ["区分", "令和5年度", "令和6年度"],
        [None, "実績", "目標"],
        ["現年度分", 1_200, 1_100],
        ["過年度分", 3_000, 2_500],
        ["計", 4_200, 3_600],
    ],
    "決算の推移.xlsx": [
        ["下水道受益者負担金 決算の推移(下水道課)"],
        ["(単位:円)"],
        ["", "年度", "調定額", "収入済額", "不納欠損額", "収入未済額", "収納率"],
        ["現年", "令和5年度", 900_000, 890_000, 0, 10_000, "98.9%"],
        ["滞繰", "令和5年度", 160_000, 60_000, 0, 100_000, "37.5%"],
        ["計", "令和5年度", 1_060_000, 950_000, 0, 110_000, "89.6%"],
    ],
    "残高報告.xlsx": [
        ["令和6年7月31日現在 未収金の状況"],
        ["水道局", "(単位:千円)"],
        ["番号", "債権名", "区分", "", "繰越額", "調定額", "収入額", "欠損額"],
        ["021", "水道料金", "私", "過年度", 500, 480, 100, 5],
        [None, None, None, "現年度", None, 9_000, 7_000, 0],
    ],
    "目標と実績.xlsx": [
        ["未収金の目標と実績(令和5年度)"],
        ["整理番号", "031", "債権", "住宅貸付金"],
        ["種別", "私", "担当", "住宅課"],
        ["年度", "目標・実績", "内訳", "当該年度の状況", None, None, None, "前年度繰越", "件数"],
        [None, None, None, "収入(千円)", "調定(千円)", "不納欠損(円)", "差引未収(千円)", "(千円)"],
        *GOALS,
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("described") / "home").create()
    layouts = home.config / "layouts"
    layouts.mkdir()
    for path in DATA.glob("layouts/**/*.yml"):
        shutil.copy(path, layouts)
    inbox = home.inbox / CODE
    shutil.copytree(DATA / "tables", inbox, ignore=shutil.ignore_patterns("*.json"))
    for name, rows in BOOKS.items():
        _save(inbox / name, rows)
    done = mishukin(home, "load", "--received-at", AT)
    assert done.code == Exit.DONE, done.err
    done = mishukin(home, "build")
    assert done.code == Exit.DONE, done.err
    return home


def _save(path: Path, rows: Sheet) -> None:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(path)


def rows(home: Home, query: str) -> list[tuple[object, ...]]:
    with opened(used(home)) as connection:
        return connection.execute(query).fetchall()


def test_each_figure_of_other_bodies_is_in_the_mart_once(home: Home) -> None:
    (found,) = rows(
        home,
        "select count(*), count(distinct (layout, sheet, cell)) from marts.mart_figure"
        " where layout not in ('list', 'plan', 'target', 'settle', 'balance', 'goal')",
    )
    assert found == (570, 570)
    (waived,) = rows(
        home,
        "select value from marts.mart_figure where claim_name = '水道料金' and unit = '円'"
        " and dimensions like '%第6号%'",
    )
    assert waived == (Decimal(7_337_258),)


def test_a_list_of_claims_in_another_order_is_a_claim_list(home: Home) -> None:
    listed = "select claim_name, bureau, section, claim_classes, uncollected from"
    assert rows(home, f"{listed} marts.mart_claim_list order by no") == [
        ("介護保険料", "福祉部", "介護課", "enforceable", 1_200_000),
        ("国保料", "福祉部", "国保課", "enforceable", 3_400_000),
        ("水道料金", "水道局", "料金課", "private", 560_000),
    ]
    total = "select value, is_total from marts.mart_figure where layout = 'list'"
    assert rows(home, total) == [(Decimal(5_160_000), True)]


def test_a_plan_table_of_targets_only_loads(home: Home) -> None:
    assert rows(
        home,
        "select fiscal_year, kind, value from marts.mart_plan_progress"
        " where claim_name = '介護保険料' order by 1",
    ) == [(2024, "target", 1_100_000), (2025, "target", 1_000_000), (2026, "target", 900_000)]


def test_targets_of_the_city_in_columns_of_years(home: Home) -> None:
    assert rows(
        home,
        "select fiscal_year, target, target_current, actual, actual_prior"
        " from marts.mart_city_target order by 1",
    ) == [
        (2023, None, None, 4_200_000_000, 3_000_000_000),
        (2024, 3_600_000_000, 1_100_000_000, None, None),
    ]
    assert rows(
        home,
        "select fiscal_year, balance, target_balance, is_total from marts.mart_uncollected_by_year"
        " where claim_key = '全市' order by 1",
    ) == [(2023, 4_200_000_000, None, True), (2024, None, 3_600_000_000, True)]


def test_results_with_parts_as_rows_are_a_settlement(home: Home) -> None:
    assert rows(
        home,
        "select claim_name, department, assessed_current, collected_prior, collected, uncollected,"
        " rate_prior_reported from marts.mart_settlement",
    ) == [
        (
            "下水道受益者負担金", "下水道課", 900_000, 60_000, 950_000, 110_000, Decimal("37.50"),
        )
    ]  # fmt: skip


def test_a_balance_report_of_ones_own_layout_is_a_collection(home: Home) -> None:
    assert rows(
        home,
        "select claim_number, department, carried_forward, balance_prior, balance"
        " from marts.fct_collection where form = 'interim'",
    ) == [("021", "水道局", 500_000, 375_000, 2_375_000)]


def test_an_annual_form_of_ones_own_layout_is_rows_of_its_claim(home: Home) -> None:
    """Parts as rows, columns in another order, one more heading line, units in the headings."""
    assert rows(
        home,
        "select fiscal_year, scenario, stage, carried_forward, collected_prior, balance,"
        " written_off_prior from marts.fct_collection where form = 'annual' order by 1, 2",
    ) == [
        (2021, "actual", "final", 100_000, 10_000, 100_000, 0),
        (2022, "actual", "final", 100_000, 20_000, 81_000, 5_000),
        (2023, "actual", "provisional", 81_000, 30_000, 55_000, 0),
        (2023, "revised_target", None, 81_000, 25_000, 60_000, 0),
        (2024, "initial_target", None, 60_000, 20_000, 45_000, 0),
        (2024, "revised_target", None, 55_000, 20_000, 38_000, 0),
        (2025, "initial_target", None, 38_000, 18_000, 22_000, 0),
    ]


def test_an_annual_form_of_ones_own_layout_answers_what_the_annual_form_does(home: Home) -> None:
    assert rows(
        home,
        "select balance, target_balance, cases from marts.mart_uncollected_by_year"
        " where claim_number = '031' and fiscal_year = 2023 and is_chosen",
    ) == [(55_000, 60_000, 12)]
    assert rows(
        home, "select part, computed, agrees from marts.mart_target_attainment order by part"
    ) == [("current", "B", None), ("prior", "A", None), ("total", "A", None)]
    told = mishukin(
        home, "trace", "fct_collection", "--column", "balance", "--where", "claim_number=031",
        "--where", "fiscal_year=2023", "--where", "scenario=actual",
    )  # fmt: skip
    assert told.code == Exit.DONE, told.err
    for words in ("目標と実績.xlsx", "D16", "30,000"):
        assert words in told.out


def test_a_figure_leads_back_to_its_cell(home: Home) -> None:
    told = mishukin(
        home, "trace", "mart_figure", "--column", "value", "--where", "layout=hoki",
        "--where", "cell=D9",
    )  # fmt: skip
    assert told.code == Exit.DONE, told.err
    for words in ("7,337,258円", "平成30年度に放棄した債権.xlsx", "債権放棄", "D9"):
        assert words in told.out
