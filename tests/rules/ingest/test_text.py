"""Numbers, eras and codes as people write them come back as what was meant, or are refused."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import text
from ingest.text import Unreadable
from terms.years import year_name

FULL_WIDTH = str.maketrans("0123456789,.-()", "０１２３４５６７８９，．－（）")
amounts = st.integers(-(10**12), 10**12)


def _negative(digits: str, style: str) -> str:
    return {"▲": f"▲{digits}", "△": f"△ {digits}", "-": f"-{digits}", "()": f"({digits})"}[style]


@given(
    amounts,
    st.sampled_from(["▲", "△", "-", "()"]),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", "円", "千円", " 件"]),
)
def test_an_amount_survives_every_way_of_writing_it(
    amount: int, style: str, commas: bool, wide: bool, unit: str
) -> None:
    digits = f"{abs(amount):,}" if commas else str(abs(amount))
    written = _negative(digits, style) if amount < 0 else digits
    if wide:
        written = written.translate(FULL_WIDTH)
    read = text.number(f" {written}{unit}")
    assert read is not None
    assert (read.value, read.unit) == (amount, unit.strip() or None)


@given(st.integers(1, 10**9).filter(lambda n: n >= 1000))
def test_a_period_between_groups_of_three_is_a_thousands_mark(amount: int) -> None:
    read = text.number(f"{amount:,}".replace(",", "."))
    assert read == text.Number(amount, None, dotted=True)


@pytest.mark.parametrize("blank", [None, "", "  ", "－", "-", "ー", "—", "\u3000", "ｰ"])
def test_a_blank_and_a_dash_are_no_number(blank: str | None) -> None:
    assert text.number(blank) is None


@pytest.mark.parametrize(
    "written",
    [
        "1 517",
        "1\u3000517",
        "約100",
        "1,51",
        "12.5",
        12.5,
        "1O0",
        "#REF!",
        True,
        date(2020, 3, 31),
        "1-2",
        "▲",
        "1e5",
        1e20,
        "12 3",
        "12\n345",
        "1234 567",
    ],
)
def test_what_is_not_certain_is_refused(written: text.Value) -> None:
    with pytest.raises(Unreadable):
        text.number(written)


@pytest.mark.parametrize("written", ["1,517\xa0", "1, 517", " 1517 ", "+1517"])
def test_spaces_beside_a_number_are_no_part_of_it(written: str) -> None:
    assert text.number(written) == text.Number(1517)


def test_the_noise_of_a_spreadsheet_formula_is_forgiven() -> None:
    assert text.number(0.1 * 30) == text.Number(3)


@given(st.integers(1912, 2117))
def test_every_fiscal_year_is_read_back_from_its_japanese_name(year: int) -> None:
    assert text.fiscal_year(f"{year_name(year)}年度決算見込") == year


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("平29 実績", 2017),
        ("H29年度\n実績", 2017),
        ("令元 修正目標", 2019),
        ("R1年度", 2019),
        ("令和２年度当初目標", 2020),
        ("１．令和元年度の修正目標", 2019),
        ("平成31年度", 2019),
        ("昭和６３年度", 1988),
        ("2019年度", 2019),
        ("令和 修正目標", None),
        ("平成99年度", None),
    ],
)
def test_years_as_departments_write_them(written: str, year: int | None) -> None:
    assert text.fiscal_year(written) == year


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_a_date_is_read_back_in_either_calendar(day: date) -> None:
    era, start = ("令和", 2019) if day >= date(2019, 5, 1) else ("平成", 1989)
    assert text.day(f"{era}{day.year - start + 1}年{day.month}月{day.day}日現在") == day
    assert text.day(f"{day:%Y/%m/%d}") == day


@pytest.mark.parametrize("written", ["令和7年7月末", "R7.7.31", "令和７年７月末日現在"])
def test_the_end_of_a_month_is_its_last_day(written: str) -> None:
    assert text.day(written) == date(2025, 7, 31)


def test_a_day_that_never_was_is_refused() -> None:
    with pytest.raises(Unreadable):
        text.day("令和7年2月30日")


@given(st.integers(1, 999))
def test_a_claim_number_survives_lost_zeros_and_the_letter_o(number: int) -> None:
    digits = f"{number:03d}"
    for written in (
        digits,
        number,
        float(number),
        digits.replace("0", "O"),
        digits.translate(FULL_WIDTH),
    ):
        assert text.claim_number(written) == digits


@pytest.mark.parametrize("written", ["第008号", "No.8", "８番", 8.0])
def test_claim_numbers_with_words_around_them(written: text.Value) -> None:
    assert text.claim_number(written) == "008"


@pytest.mark.parametrize("written", ["008-1", "1008", "第八号", 8.5, float("inf"), "", None, True])
def test_what_is_no_claim_number_is_refused(written: text.Value) -> None:
    with pytest.raises(Unreadable):
        text.claim_number(written)


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("私債権", ("private",)),
        ("非強制徴収公債権(非強公)", ("non_enforceable",)),
        ("非強制徴収債権(非強公)", ("non_enforceable",)),
        ("強制徴収公債権", ("enforceable",)),
        ("強・非", ("enforceable", "non_enforceable")),
        ("強制徴収公債権・私債権", ("enforceable", "private")),
    ],
)
def test_claim_classes(written: str, codes: tuple[str, ...]) -> None:
    assert text.claim_classes(written) == codes


@given(st.fractions(-10, 10).map(lambda f: Fraction(round(f * 1000), 1000)))
def test_a_rate_is_read_as_a_fraction_of_one(rate: Fraction) -> None:
    assert text.rate(f"{float(rate * 100):.1f}%") == rate


@pytest.mark.parametrize("written", [float("inf"), float("nan"), "半分", "1/2"])
def test_what_is_no_rate_is_refused(written: text.Value) -> None:
    with pytest.raises(Unreadable):
        text.rate(written)


@pytest.mark.parametrize(
    "words",
    [
        "円", "(円)", "[円]", "【円】", "〔円〕", "＜円＞", "『円』", "(¥)", "(単位：¥)", "※円表示",
        "金額は円で記入", "（税込・円）", "※金額の単位は円です。", "調定額(円)", "調定額【円】",
        "単位：円", "円単位", "(単位：件、円)",
    ],
)  # fmt: skip
def test_a_unit_in_any_brackets_and_words(words: str) -> None:
    assert text.money_units(text.key(words)) == {"円"}


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("単位：1円", "円"),
        ("(単位:仟円)", "千円"),
        ("(単位：兆円)", "兆円"),
        ("(単位：十億円)", "十億円"),
        ("(単位：百円)", "百円"),
    ],
)
def test_a_unit_is_taken_whole(words: str, unit: str) -> None:
    assert text.money_units(text.key(words)) == {unit}


@pytest.mark.parametrize(
    "words",
    [
        "貸付金(円)",
        "(千円未満切捨て)",
        "50円",
        "滞納者1人あたり5万円",
        "円山公園使用料",
        "百円単位で四捨五入",
    ],
)
def test_words_that_name_no_unit(words: str) -> None:
    assert text.money_units(text.key(words)) == set()


def test_primes_of_every_kind_are_one() -> None:
    assert {text.key(t) for t in ("ケ''", "ケ’’", "ケ″", "ケ′′", "ｹ''", "ケ ” ")} == {"ケ''"}
