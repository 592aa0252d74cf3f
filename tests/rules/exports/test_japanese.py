"""Amounts, dates and codes as Japanese readers see them."""

import math
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exports.press.japanese import wareki
from terms.codes import class_label, class_rank
from terms.money import UNITS, displayed
from terms.years import fiscal_year_label, year_earlier


@given(yen=st.integers(-(10**18), 10**18), unit=st.sampled_from(sorted(UNITS)))
@example(yen=500, unit="千円")
@example(yen=-500, unit="千円")
@example(yen=-499, unit="千円")
def test_displayed_rounds_half_away_from_zero(yen: int, unit: str) -> None:
    exact = Fraction(abs(yen), UNITS[unit])
    expected = math.floor(exact + Fraction(1, 2))
    assert displayed(yen, unit) == (expected if yen >= 0 else -expected)


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2025, 7, 31), "令和7年7月31日（2025年）"),
        (date(2019, 5, 1), "令和元年5月1日（2019年）"),
        (date(2019, 4, 30), "平成31年4月30日（2019年）"),
        (date(1989, 1, 7), "昭和64年1月7日（1989年）"),
    ],
)
def test_wareki(day: date, written: str) -> None:
    assert wareki(day) == written


def test_fiscal_year_of_the_new_era_is_its_first() -> None:
    assert fiscal_year_label(2019) == "令和元年度"
    assert fiscal_year_label(2018) == "平成30年度"
    assert fiscal_year_label(2025) == "令和7年度"


def test_a_leap_day_has_a_day_a_year_earlier() -> None:
    assert year_earlier(date(2024, 2, 29)) == date(2023, 2, 28)
    assert year_earlier(date(2025, 7, 31)) == date(2024, 7, 31)


def test_classes_are_named_and_ordered() -> None:
    assert class_label("enforceable,private") == "強制徴収公債権・私債権"
    assert class_label("") == "区分未登録"
    members = ["private", "enforceable,non_enforceable", "non_enforceable", "enforceable"]
    assert sorted(members, key=class_rank) == [
        "enforceable",
        "non_enforceable",
        "private",
        "enforceable,non_enforceable",
    ]
