"""What must hold between the figures of a described table, as its layout tells."""

import pytest
from support.described import Row, faults, figures, layout, read

from services.layouts import FaultyLayoutError

BASE = """
title: 徴収実績
given: {{fiscal_year: 令和3年度}}
unit: 千円
tables:
  - stub: [claim_name]
    columns:
      調定額: assessed
      収入額: collected
      未済額: uncollected
      収納率: {{measure: collection_rate, unit: "%"}}
    optional: [収納率]
    rows: {{合計: {{total: true}}}}
identities: [{}]
"""
HEAD = ["区分", "調定額", "収入額", "未済額", "収納率"]


def of(identity: str, *rows: Row) -> dict[tuple[str, str | None], str]:
    return faults(read(BASE.format(identity), [HEAD, *rows]))


@pytest.mark.parametrize(
    ("identity", "rows", "told"),
    [
        ("{sum: [claim_name]}", [["a", 1, 2, 3], ["b", 3, 4, 5], ["合計", 4, 6, 8]], {}),
        (
            "{sum: [claim_name]}",
            [["a", 1, 2, 3], ["b", 3, 4, 5], ["合計", 4, 7, 8]],
            {("parts", "C4"): "セルC2・C3を足すと6ですが「7」となっています。"},
        ),
        ("{sum: [claim_name]}", [["a", 1, "-", 3], ["b", 3, 4, 5], ["合計", 4, 4, 8]], {}),
        (
            "{sum: [claim_name], tolerance: 1}",
            [["a", 1, 2, 3], ["b", 3, 4, 5], ["合計", 4, 7, 8]],
            {},
        ),
        (
            "{sum: [claim_name], tolerance: 1}",
            [["a", 1, 2, 3], ["b", 3, 4, 5], ["合計", 4, 8, 8]],
            {("parts", "C4"): "足すと6ですが「8」"},
        ),
        (
            "{sum: [claim_name], residual: true}",
            [["a", 1, 2, 3], ["b", 3, 4, 5], ["合計", 4, 7, 8]],
            {("residual", "C4"): "そのまま読み込みます"},
        ),
        (
            "{sum: [claim_name], where: {measure: assessed}}",
            [["a", 1, 2, 3], ["b", 3, 4, 5], ["合計", 4, 7, 8]],
            {},
        ),
        (
            "{sum: [claim_name], total: b, of: [a]}",
            [["a", 1, 2, 3], ["b", 1, 2, 4]],
            {("parts", "D3"): "セルD2を足すと3ですが「4」"},
        ),
        ("{formula: uncollected = assessed - collected}", [["a", 3, 1, 2]], {}),
        (
            "{formula: uncollected = assessed - collected}",
            [["a", 3, 1, 1]],
            {("computed_amount", "D2"): "セルB2・C2から計算すると2ですが「1」"},
        ),
        ("{formula: collection_rate = collected / assessed}", [["a", 3, 1, 2, 33.3]], {}),
        ("{formula: collection_rate = collected / assessed}", [["a", 3, 1, 2, "33.33%"]], {}),
        (
            "{formula: collection_rate = collected / assessed}",
            [["a", 0, 0, 0, "-"], ["b", 3, 1, 2, 33.3]],
            {},
        ),
        ("{formula: collection_rate = collected / assessed}", [["a", 0, 0, 0, 0]], {}),
        (
            "{formula: collection_rate = collected / assessed}",
            [["a", 3, 1, 2, 33.4]],
            {("computed_amount", "E2"): "33.3%ですが「33.4」"},
        ),
        (
            "{formula: uncollected = assessed - collected, where: {claim_name: b}}",
            [["a", 3, 1, 1], ["b", 3, 1, 2]],
            {},
        ),
        (
            "{formula: waived = assessed - collected}",
            [["a", 3, 1, 1]],
            {("computed_amount", None): "identities 1件目で調べられる数値がありません"},
        ),
        (
            "{sum: [office]}",
            [["a", 3, 1, 1]],
            {("parts", None): "identities 1件目で調べられる数値がありません"},
        ),
    ],
)
def test_an_identity(
    identity: str, rows: list[Row], told: dict[tuple[str, str | None], str]
) -> None:
    found = of(identity, *rows)
    assert found.keys() == told.keys()
    assert all(words in found[at] for at, words in told.items())


def test_what_is_carried_over_from_the_year_before() -> None:
    layout = """
title: 推移
unit: 円
tables:
  - stub: [claim_name]
    columns: {<fiscal_year>: {}, 繰越: carried_forward, 未済: uncollected}
identities: [{formula: carried_forward = 前年度_uncollected, residual: true}]
"""
    lines = [[None, "平成29年度", None, "平成30年度", None], ["区分", *["繰越", "未済"] * 2]]
    form = read(layout, [*lines, ["a", 1, 2, 2, 3], ["b", 1, 2, 3, 3]], merge="B1:C1 D1:E1")
    told = faults(form)
    assert set(told) == {("residual", "D4")}
    assert not form.rejected


def test_a_difference_of_rates() -> None:
    layout = """
title: 収納率
given: {fiscal_year: 令和3年度}
tables:
  - stub: [claim_name]
    columns:
      現年: {measure: current_rate, unit: "%"}
      滞繰: {measure: prior_rate, unit: "%"}
      差: {measure: difference, unit: "%"}
identities: [{formula: difference = current_rate - prior_rate}]
"""
    rows = [["区分", "現年", "滞繰", "差"], ["a", 98.7, 32.1, 66.6]]
    assert len(figures(read(layout, rows))) == 3
    rows[1][3] = 66.5
    assert "66.6ですが「66.5」" in faults(read(layout, rows))["computed_amount", "D2"]


@pytest.mark.parametrize(
    "identity",
    [
        "{}", "{sum: [claim_name], formula: a = b}", "{formula: a}", "{formula: a = b *}",
        "{formula: a = b * c}", "{formula: a = b / c / d}", "{formula: a b = c}",
        "{formula: a = 1 + b}", "{formula: = b}", "{formula: 'a = __import__(b)'}",
    ],
)  # fmt: skip
def test_an_identity_that_cannot_be(identity: str) -> None:
    with pytest.raises(FaultyLayoutError) as faulty:
        layout(BASE.format(identity))
    (fault,) = faulty.value.faults
    assert fault.startswith("identities 1件目: ")
    assert fault.endswith(("書いてください。", "だけです)。"))


def test_a_validity_without_a_year() -> None:
    with pytest.raises(FaultyLayoutError, match="valid_until は valid_from 以後"):
        layout("valid_from: '2020'\nvalid_until: '2010'\n" + BASE.format("{sum: [claim_name]}"))
