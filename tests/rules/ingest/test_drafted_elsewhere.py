"""Tables after those that other bodies publish, each drafted, answered by a few words, and read.

Every figure of a table is looked up by what it means.
"""

from collections.abc import Iterator, Sequence

import pytest
import yaml
from support.described import Row, figures, only, reading, typed

from ingest.drafting import draft_workbook
from terms.reading import extend


def read_by_draft(
    rows: Sequence[Row], merge: str = "", file: str = "表.xlsx", **answers: str
) -> set[tuple[object, ...]]:
    """What a table says by its draft, whose questions are answered: measure, year, value, words."""
    data = typed(rows, merge=merge)
    content = draft_workbook(data, file, None).content
    for key, answer in answers.items():
        assert f"{key}: ？" in content
        content = content.replace(f"{key}: ？", f"{key}: {answer}")
    form = only(reading(content, data, file))
    form.findings = [each for each in form.findings if each.rule != "unknown_column"]
    return set(figures(form).values())


def test_claims_by_class_with_subtotals_and_changes() -> None:
    """市債権の収入未済額一覧: sections, 小計 and 合計, 皆増, a number of件 beside each amount."""
    rows = [
        ["市債権の収入未済額一覧"], [None] * 6 + ["（単位：件・円・％）"],
        ["番号", "債権名", "令和４年度末", None, "令和５年度末", None, "増減率"],
        [None, None, "件数", "金額", "件数", "金額", None],
        ["【強制徴収公債権】"],
        [1, "介護保険料", 4, 400, 5, 500, 25.0], [2, "保育料", 2, 200, 1, 100, "△50.0"],
        [None, "小　計", 6, 600, 6, 600, 0.0],
        ["【私債権】"],
        [3, "水道料金", "－", "－", 3, 60, "皆増"],
        [None, "小　計", "－", "－", 3, 60, "皆増"],
        [None, "合　計", 6, 600, 9, 660, 10.0],
        ["※1 件数は調定件数である。"],
    ]  # fmt: skip
    merge = "A3:A4 B3:B4 C3:D3 E3:F3 G3:G4"
    public, private = "claim_classes=enforceable", "claim_classes=private"
    actual = "scenario=actual"
    told = {
        f"{public} claim_name=介護保険料 {actual}": (4, 400, 5, 500, "25"),
        f"{public} claim_name=保育料 {actual}": (2, 200, 1, 100, "-50"),
        f"{public} {actual} total=True": (6, 600, 6, 600, "0"),
        f"{private} claim_name=水道料金 {actual}": (None, None, 3, 60, None),
        f"{private} {actual} total=True": (None, None, 3, 60, None),
        f"{actual} total=True": (6, 600, 9, 660, "10"),
    }
    expected = set[tuple[object, ...]]()
    for words, (*numbers, rate) in told.items():
        heads = ((2022, "件"), (2022, "円"), (2023, "件"), (2023, "円"))
        expected |= {
            ("uncollected", year, f"{number}{unit}", words)
            for (year, unit), number in zip(heads, numbers, strict=True)
            if number is not None
        }
        expected |= {("増減率", 2023, f"{rate}%", words)} if rate is not None else set()
    assert read_by_draft(rows, merge, fiscal_year="令和5年度") == expected


def test_an_audit_s_comparison_of_two_years() -> None:
    """決算審査意見書: measures down, two years, their difference and its rate across."""
    rows = [
        ["第５表　市税の収入状況"], [None] * 4 + ["(単位：円・％)"],
        ["区　　分", "令和５年度", "令和４年度", "比較増減", "増減率"],
        ["調定額", 1_000, 1_250, "△ 250", "△ 20.0"],
        ["収入済額", 900, 1_000, "△ 100", "△ 10.0"],
        ["対調定収入率", 90.0, 80.0, 10.0, "－"],
    ]  # fmt: skip
    actual = "scenario=actual"
    assert read_by_draft(rows, file="令和5年度審査意見書.xlsx") == {
        ("assessed", 2023, "1,000円", actual),
        ("assessed", 2022, "1,250円", actual),
        ("assessed", 2023, "-250円", f"{actual} 比較=比較増減"),
        ("assessed", 2023, "-20%", f"{actual} 比較=増減率"),
        ("collected", 2023, "900円", actual),
        ("collected", 2022, "1,000円", actual),
        ("collected", 2023, "-100円", f"{actual} 比較=比較増減"),
        ("collected", 2023, "-10%", f"{actual} 比較=増減率"),
        ("collection_rate", 2023, "90%", actual),
        ("collection_rate", 2022, "80%", actual),
        ("collection_rate", 2023, "10%", f"{actual} 比較=比較増減"),
    }


def test_repayments_of_a_loan_by_part_and_kind() -> None:
    """償還金収納状況の推移: three columns of names under one heading, years across."""
    rows = [
        ["償還金収納状況の推移"], [None] * 4 + ["(円)"],
        ["区　分", None, None, "平成30年度", "元年度"],
        ["過年度分", "調定額A", None, 30, 40], [None, None, "元　金", 20, 30],
        [None, None, "利子・その他", 10, 10], [None, "収入済額B", None, 15, 10],
        [None, "償還率 B/A", None, 50.0, 25.0],
    ]  # fmt: skip
    prior = "part=prior scenario=actual"
    assert read_by_draft(rows, "A3:C3 A4:A8") == {
        ("assessed", 2018, "30円", f"{prior} total=True"),
        ("assessed", 2019, "40円", f"{prior} total=True"),
        ("assessed", 2018, "20円", f"{prior} 区分=元金"),
        ("assessed", 2019, "30円", f"{prior} 区分=元金"),
        ("assessed", 2018, "10円", f"{prior} 区分=利子・その他"),
        ("assessed", 2019, "10円", f"{prior} 区分=利子・その他"),
        ("collected", 2018, "15円", f"{prior} 区分=計"),
        ("collected", 2019, "10円", f"{prior} 区分=計"),
        ("collection_rate", 2018, "50%", f"{prior} 区分=計"),
        ("collection_rate", 2019, "25%", f"{prior} 区分=計"),
    }


def test_a_plan_with_a_column_of_units_and_bare_years() -> None:
    """債権管理計画: two rows a claim, 実績 and 目標 over years of which the last is 平成32."""
    rows = [
        ["債権管理計画　目標値一覧表"],
        ["債権名", "指標", "単位", "実績", "目標", None],
        [None, None, None, "30", "31", "32"],
        ["保育料", "収納率", "％", 95.1, 95.5, 96.0],
        [None, "収入未済額", "千円", 30, 25, 20],
    ]
    merge = "A2:A3 B2:B3 C2:C3 E2:F2 A4:A5"
    actual, target = (f"claim_name=保育料 scenario={each}" for each in ("actual", "target"))
    assert read_by_draft(rows, merge, era="平成") == {
        ("collection_rate", 2018, "95.1%", actual),
        ("collection_rate", 2019, "95.5%", target),
        ("collection_rate", 2020, "96%", target),
        ("uncollected", 2018, "30,000円", actual),
        ("uncollected", 2019, "25,000円", target),
        ("uncollected", 2020, "20,000円", target),
    }


def test_arrears_by_months_with_wards_and_a_total_of_another_name() -> None:
    """市営住宅使用料の滞納状況: months as values of what their heading says; 全市 is a sum."""
    rows = [
        ["市営住宅使用料の滞納状況（令和５年３月31日現在）"],
        ["区", "滞納月数別内訳", None, None, None],
        [None, "３か月未満", None, "３か月以上", None],
        [None, *["世帯数", "滞納額\n(千円)"] * 2],
        ["中央区", 4, 40, 1, 10], ["北区", 2, 25, 3, 30], ["全市", 6, 65, 4, 40],
    ]  # fmt: skip
    told = {
        "区=中央区 滞納月数=3か月未満": (4, 40), "区=中央区 滞納月数=3か月以上": (1, 10),
        "区=北区 滞納月数=3か月未満": (2, 25), "区=北区 滞納月数=3か月以上": (3, 30),
        "total=True 滞納月数=3か月未満": (6, 65), "total=True 滞納月数=3か月以上": (4, 40),
    }  # fmt: skip
    assert read_by_draft(rows, "A2:A4 B2:E2 B3:C3 D3:E3") == {
        ("uncollected", None, value, f"as_of=2023-03-31 scenario=actual {words}")
        for words, (count, amount) in told.items()
        for value in (f"{count}世帯", f"{amount},000円")
    }


def test_amounts_in_words_down_the_years() -> None:
    rows = [
        ["滞納整理機構　徴収額の推移"], ["年度", "引受件数", "徴収額", "徴収の割合"],
        ["令和５年度", "1,204件", "4億5,670万円", "45.5％"],
        ["令和４年度", "98件", "8,900万円", "40.0％"],
    ]  # fmt: skip
    actual = "scenario=actual"
    assert read_by_draft(rows) == {
        ("引受件数", 2023, "1,204件", actual), ("引受件数", 2022, "98件", actual),
        ("collected", 2023, "456,700,000円", actual), ("collected", 2022, "89,000,000円", actual),
        ("徴収の割合", 2023, "45.5%", actual), ("徴収の割合", 2022, "40%", actual),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["収入割合", "率"])
def test_a_rate_is_known_by_arithmetic(name: str) -> None:
    rows = [["令和5年度(単位:円)"], ["税目", "調定額", "収入済額", name],
            ["市民税", 200, 150, 75.0], ["軽自動車税", 80, 20, 25.0]]  # fmt: skip
    assert {said[0] for said in read_by_draft(rows)} == {
        "assessed", "collected", "collection_rate",
    }  # fmt: skip


def test_claims_and_their_owners_across_with_measures_down() -> None:
    rows = [
        ["令和4年度 税外債権の状況"], [None, None, None, "単位:円"],
        ["債権の名称", "貸付金返還金", "災害援護資金", "合計"],
        ["所管課", "住宅課", "福祉課", None],
        ["収入未済額", 3, 4, 7], ["滞納者数（人）", 1, 2, 3],
    ]  # fmt: skip
    names = {"claim_name=貸付金返還金 department=住宅課 scenario=actual": (3, 1),
             "claim_name=災害援護資金 department=福祉課 scenario=actual": (4, 2),
             "scenario=actual total=True": (7, 3)}  # fmt: skip
    assert read_by_draft(rows) == {
        said
        for words, (amount, count) in names.items()
        for said in (
            ("uncollected", 2022, f"{amount}円", words),
            ("debtors", 2022, f"{count}人", words),
        )
    }


def test_a_ledger_of_one_department_with_balances_of_two_days() -> None:
    rows = [
        ["債権管理台帳（令和６年３月31日現在）"], ["所属名", "こども未来部保育課"], [],
        ["債権コード", "債権名", "前年度末残高(千円)", "当年度末残高(千円)"],
        ["012", "保育料", 5, 4], ["013", "給食費", 3, 3], [None, "合計", 8, 7],
    ]  # fmt: skip
    days = ("as_of=2023-03-31", "as_of=2024-03-31")
    rest = "department=こども未来部保育課 scenario=actual"
    told = {
        "claim_name=保育料 {} 債権コード=012": (5, 4),
        "claim_name=給食費 {} 債権コード=013": (3, 3),
        "{} total=True": (8, 7),
    }
    assert read_by_draft(rows) == {
        ("残高", None, f"{amount},000円", f"{day} {words.format(rest)}")
        for words, amounts in told.items()
        for day, amount in zip(days, amounts, strict=True)
    }


@pytest.fixture
def registered() -> Iterator[None]:
    extend({"municipalities": {"192015": "甲府市", "193640": "早川町"}})
    yield
    extend({})


@pytest.mark.usefixtures("registered")
def test_municipalities_whose_codes_are_known() -> None:
    rows: list[Row] = [
        ["令和5年度 市町村別収納状況(単位:円)"], ["市町村名", "調定額", "収納額"],
        ["甲府市", 1000, 900], ["市計", 1000, 900], ["早川町", 100, 90], ["町村計", 100, 90],
        ["県計", 1100, 990],
    ]  # fmt: skip
    table = yaml.safe_load(draft_workbook(typed(rows), "表.xlsx", None).content)["tables"][0]
    assert table["rows"] == {
        "市計": {"範囲": "市計", "total": "true"},
        "町村計": {"範囲": "町村", "total": "true"},
        "県計": {"total": "true"},
    }
    assert table["columns"]["市町村名"] == "<municipality>"
