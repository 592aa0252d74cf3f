"""Described tables that land as a form: in its columns, and what it has none for beside them."""

from support.described import Row, faults, figures, read, told

from ingest.forms.reading import FormReading

Landed = set[tuple[object, ...]]


def landed(form: FormReading, block: str) -> Landed:
    assert [f.message for f in form.findings] == []
    return {
        (c.item, c.measure, c.number if c.text is None else c.text, c.fiscal_year)
        for c in form.cells
        if c.block == block
    }


def beside(form: FormReading) -> list[tuple[object, ...]]:
    return [told(cell) for cell in form.cells if cell.block == "figure"]


CLAIMS = """
title: 債権別残高
lands_as: claim_list
given: {fiscal_year: 令和3年度}
unit: 千円
tables:
  - columns:
      債権名: <claim_name>
      局: <bureau>
      課: <section>
      種別: <claim_classes>
      未済額: uncollected
      欠損額: written_off
      目標: {measure: uncollected, scenario: target}
    optional: [目標]
    rows: {合計: {total: true}}
"""
LIST: list[Row] = [
    ["債権名", "種別", "局", "課", "未済額", "欠損額"],
    ["市税", "強", "財政局", "収納課", 5, 1],
    ["貸付金", "私", "福祉局", "福祉課", 7, 2],
    ["合計", None, None, None, 12, 3],
]


def test_a_list_of_claims() -> None:
    form = read(CLAIMS, LIST)
    assert (form.form, form.subject, form.fiscal_year) == ("claim_list", "全市", 2021)
    assert landed(form, "claim_list") == {
        ("1", "uncollected", 5_000, 2021), ("1", "claim_name", "市税", 2021),
        ("1", "claim_classes", "enforceable", 2021), ("1", "bureau", "財政局", 2021),
        ("1", "section", "収納課", 2021),
        ("2", "uncollected", 7_000, 2021), ("2", "claim_name", "貸付金", 2021),
        ("2", "claim_classes", "private", 2021), ("2", "bureau", "福祉局", 2021),
        ("2", "section", "福祉課", 2021),
    }  # fmt: skip
    assert [(measure, value) for measure, _, value, _ in beside(form)] == [
        ("written_off", "1,000円"), ("written_off", "2,000円"),
        ("uncollected", "12,000円"), ("written_off", "3,000円"),
    ]  # fmt: skip


def test_a_target_is_no_balance() -> None:
    rows = [[*LIST[0], "目標"], [*LIST[1], 4]]
    form = read(CLAIMS, rows)
    assert {row for row in landed(form, "claim_list") if row[1] == "uncollected"} == {
        ("1", "uncollected", 5_000, 2021)
    }
    assert ("uncollected", 2021, "4,000円") in {row[:3] for row in beside(form)}


def test_two_figures_for_one_column_of_the_form() -> None:
    layout = CLAIMS.replace("scenario: target", "part: total")
    message = faults(read(layout, [[*LIST[0], "目標"], [*LIST[1], 4]]))["same_meaning", "G2"]
    assert "セルE2の数値と同じ欄に入ります" in message


SETTLEMENT = """
title: 決算の推移
lands_as: settlement
given: {claim_name: 市税, department: 収納課}
unit: 千円
tables:
  - stub: [measure, part]
    columns: {<fiscal_year>: {}}
    rows:
      調定額: {measure: assessed}
      収納率: {measure: collection_rate, unit: "%"}
      不納欠損額: {measure: written_off, part: total}
      減免額: {measure: waived, part: total}
      滞納者数: {measure: debtors, unit: 人, part: total}
      現年: {part: current}
      滞繰: {part: prior}
      計: {part: total}
"""


def test_years_of_one_claim() -> None:
    rows = [
        ["区分", None, "令和2年度", "令和3年度"], ["調定額", "現年", 1, 2], [None, "滞繰", 3, 4],
        [None, "計", 4, 6], ["収納率", "計", 98.5, "97.25%"], ["不納欠損額", None, 5, 6],
        ["減免額", None, 9, "-"], ["滞納者数", None, 7, 8],
    ]  # fmt: skip
    form = read(SETTLEMENT, rows)
    assert (form.form, form.subject) == ("promotion", "市税／収納課")
    assert landed(form, "settlement") == {
        ("", measure, value, year)
        for year, values in {
            2020: (1_000, 3_000, 4_000, "98.5", 5_000, 7),
            2021: (2_000, 4_000, 6_000, "97.25", 6_000, 8),
        }.items()
        for measure, value in zip(
            ("assessed_current", "assessed_prior", "assessed", "rate", "written_off", "debtors"),
            values, strict=True,
        )
    }  # fmt: skip
    assert beside(form) == [
        ("waived", 2020, "9,000円", "claim_name=市税 department=収納課 part=total")
    ]


COLLECTION = """
title: 残高
lands_as: collection
given: {department: 福祉局}
texts: ["<as_of>現在"]
unit: 円
tables:
  - columns:
      番号: <claim_number>
      債権名: <claim_name>
      繰越額: carried_forward
      調定額: assessed
      収入額: collected
      欠損額: written_off
      過: {part: prior}
      現: {part: current}
      件数: {measure: cases, unit: 件}
"""
REPORT: list[Row] = [
    ["令和7年7月31日現在"],
    ["番号", "債権名", "繰越額", "調定額", None, "収入額", None, "欠損額", None, "件数"],
    [None, None, None, *["過", "現"] * 3, None],
    ["008", "貸付金", 1, 2, 3, 4, 5, 6, 7, 8],
]


def test_balances_of_a_day() -> None:
    form = read(COLLECTION, REPORT)
    assert (form.form, form.subject, str(form.as_of)) == ("interim", "福祉局", "2025-07-31")
    assert form.fiscal_year == 2025
    assert landed(form, "collection") == {
        ("008", "carried_forward", 1, None), ("008", "claim_name", "貸付金", None),
        ("008", "assessed_prior", 2, None), ("008", "assessed_current", 3, None),
        ("008", "collected_prior", 4, None), ("008", "collected_current", 5, None),
        ("008", "written_off_prior", 6, None), ("008", "written_off_current", 7, None),
        ("008", "cases", 8, None),
    }  # fmt: skip


def test_balances_without_a_column_that_the_form_needs() -> None:
    layout = COLLECTION.replace("繰越額: carried_forward", "繰越額: 前期繰越")
    message = faults(read(layout, REPORT))["missing_heading", None]
    assert message.startswith("collection には")


def test_a_dash_is_nought_and_a_blank_is_asked_about() -> None:
    form = read(COLLECTION, [*REPORT, ["009", "家賃", 1, 2, 3, 4, 5, 6, "-", 8]])
    assert ("009", "written_off_current", 0, None) in landed(form, "collection")
    told = faults(read(COLLECTION, [*REPORT, ["009", "家賃", 1, 2, 3, 4, 5, 6, None, 8]]))
    assert told == {
        ("not_filled_in", "C5"): "債権009にオ' 不納欠損額がありません。空欄を0とは読めないので、"
        "記入してください(ないときは0か「-」)。"
    }


ANNUAL = """
title: 目標と実績
lands_as: annual
given: {claim_number: "031", claim_name: 貸付金, claim_classes: 私, department: 住宅課}
unit: 千円
tables:
  - columns:
      年度: <fiscal_year>
      別: <scenario>
      繰越: carried_forward
      調定: assessed
      徴収: collected
      欠損: written_off
      過: {part: prior}
      現: {part: current}
    rows:
      実績: {scenario: actual}
      修正: {scenario: revised_target}
      当初: {scenario: initial_target}
"""
ROWS: list[Row] = [
    ["年度", "別", "繰越", "調定", None, "徴収", None, "欠損", None],
    [None, None, None, *["過", "現"] * 3],
    ["R3", "実績", 9, 9, 5, 3, 4, 0, 0],
    ["R4", "実績", 7, 7, 5, 3, 4, 1, 0],
    ["R5", "修正", 4, 4, 5, 3, 4, 0, 0],
    ["R5", "実績", 4, 4, 5, 2, 4, 0, 0],
    ["R6", "当初", 2, 2, 5, 2, 4, 0, 0],
    ["R6", "修正", 3, 3, 5, 2, 4, 0, 0],
    ["R7", "当初", 2, 2, 5, 2, 5, 0, 0],
]


def with_row(number: int, *cells: object) -> list[Row]:
    """The rows of the annual form but for one of them."""
    return [*ROWS[:number], [*ROWS[number][:2], *cells], *ROWS[number + 1 :]]


def test_the_rows_of_an_annual_form() -> None:
    form = read(ANNUAL, ROWS)
    assert (form.form, form.subject, form.fiscal_year, form.unit_yen) == (
        "annual",
        "031",
        2023,
        1000,
    )
    cells = landed(form, "collection")
    assert len(cells) == 7 * 7
    assert {row for row in cells if row[1] == "carried_forward"} == {
        (letter, "carried_forward", thousands * 1_000, None)
        for letter, thousands in zip("ABCDEFG", (9, 7, 4, 4, 2, 3, 2), strict=True)
    }
    assert beside(form) == []


def test_a_row_that_does_not_carry_over_what_was_left() -> None:
    told = faults(read(ANNUAL, with_row(5, 5, 4, 5, 2, 4, 0, 0)))
    assert told == {
        (
            "carry_over",
            "C6",
        ): "令和5年度 実績の行(D)の調定繰越額は、令和4年度 実績の行(B)の未収金残高"
        "(セルD4・F4・H4・E4・G4など6か所から計算)によれば4ですが「5」となっています。"
        "どちらが正しいか確かめ、訂正してください。"
    }


def test_an_annual_form_without_one_of_its_rows() -> None:
    message = faults(read(ANNUAL, [*ROWS[:7], ROWS[8]]))["missing_row", None]
    assert message.startswith("annual には令和6年度 修正目標の行(F)も要ります。")


def test_an_annual_form_whose_title_is_of_another_year_than_its_rows() -> None:
    layout = f'{ANNUAL}texts: ["<fiscal_year>調書"]\n'
    assert faults(read(layout, [["令和5年度調書"], *ROWS])) == {}
    told = faults(read(layout, [["令和6年度調書"], *ROWS]))
    assert "令和6年度 実績の行(D)" in told["missing_row", None]


def test_targets_of_a_city() -> None:
    layout = """
title: 目標
lands_as: city_target
unit: 億円
tables:
  - columns:
      年度: <fiscal_year>
      当初: {measure: uncollected, scenario: initial_target}
      修正: {measure: uncollected, scenario: revised_target}
      実績: {measure: uncollected, scenario: actual}
      見込: {measure: uncollected, scenario: forecast}
"""
    rows = [["年度", "当初", "修正", "実績", "見込"], ["令和2年度", 386, 635, 479, 480]]
    form = read(layout, rows)
    assert {row for row in landed(form, "city_target") if row[1] != "target_kind"} == {
        ("1", "target", 386 * 10**8, 2020), ("1", "actual", 479 * 10**8, 2020),
        ("2", "target", 635 * 10**8, 2020),
    }  # fmt: skip
    assert beside(form) == [("uncollected", 2020, "48,000,000,000円", "scenario=forecast")]


PLAN = """
title: 計画
lands_as: plan
given: {plan: 第2次計画, scenario: target}
tables:
  - stub: [department, claim_name]
    columns: {<fiscal_year>: {measure: collection_rate, unit: "%"}}
    rows: {合計: {total: true}}
"""


def test_a_plan_of_targets_only() -> None:
    rows = [["所管", "債権", "H30", "R1"], ["収納課", "市税", 98.1, 98.2], [None, "国保", 90, 91]]
    form = read(PLAN, [["目標値"], *rows, ["合計", None, 95, 96]])
    assert form.subject == "第2次計画／collection_rate"
    assert landed(form, "plan") == {
        ("", "plan", "第2次計画", None), ("", "measure", "collection_rate", None),
        ("1", "department", "収納課", 2018), ("1", "claim_name", "市税", 2018),
        ("1", "other_target", "98.1", 2018), ("1", "other_target", "98.2", 2019),
        ("2", "department", "収納課", 2018), ("2", "claim_name", "国保", 2018),
        ("2", "other_target", "90", 2018), ("2", "other_target", "91", 2019),
        ("total", "other_target", "95", 2018), ("total", "other_target", "96", 2019),
    }  # fmt: skip


def test_nothing_that_the_form_has_a_column_for() -> None:
    layout = CLAIMS.replace("未済額: uncollected", "未済額: 残額")
    told = faults(read(layout, LIST))
    assert set(told) == {("no_meaning", None)}
    assert "lands_as を figure に" in told["no_meaning", None]


def test_as_figures_nothing_is_lost() -> None:
    layout = CLAIMS.replace("claim_list", "figure")
    found = figures(read(layout, LIST))
    assert found["E2"][3] == (
        "bureau=財政局 claim_classes=enforceable claim_name=市税 section=収納課"
    )
    assert found["E4"] == ("uncollected", 2021, "12,000円", "total=True")
    assert len(found) == 6
