"""A number says what the screen shows of it, or its cell is asked back (domain §4)."""

import pytest

from ingest.values import Doubt, Shown, Value
from ingest.workbook.seen import number


@pytest.mark.parametrize(
    ("stored", "shown"),
    [(628, "628"), (-628, "▲628"), (-628, "(628)"), (-628, "△ 628"), (0, "－"), (1517, "1,517")],
)
def test_what_is_shown_whole_is_what_is_stored(stored: float, shown: str) -> None:
    assert number(stored, shown) == stored
    assert not isinstance(number(stored, shown), Shown)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [(5, "－"), (5, ""), (-628, "628"), (628, "▲628"), (628, "999"), (-628, "▲(628)"), (5, None)],
)
def test_what_is_shown_otherwise_is_asked_back(stored: float, shown: str | None) -> None:
    assert isinstance(number(stored, shown), Doubt)


@pytest.mark.parametrize(
    ("stored", "shown", "expected"),
    [
        (1_234_567, "1,235", Shown(1_234_567, 0, is_percent=False, scale=1_000)),
        (1_234_567, "1,235千円", Shown(1_234_567, 0, is_percent=False, scale=1_000)),
        (0.9787, "97.9%", Shown(0.9787, 1, is_percent=True, scale=1)),
        (92.45, "92.5", Shown(92.45, 1, is_percent=False, scale=1)),
    ],
)
def test_what_is_shown_rounded_is_told_as_such(stored: float, shown: str, expected: Value) -> None:
    read = number(stored, shown)
    assert isinstance(read, Shown)
    assert vars(read) == vars(expected)
