"""The percentiles that the outlook's intervals stand on, against Student's own formula."""

import re
from math import gamma, pi, sqrt
from pathlib import Path

import pytest

MACROS = Path(__file__).parents[3] / "dbt_project" / "macros"
STEPS = 2_000


def share_below(t: float, degrees: int) -> float:
    """The distribution function, by Simpson's rule from 0 to t."""
    height = gamma((degrees + 1) / 2) / (sqrt(degrees * pi) * gamma(degrees / 2))
    density = [
        height * (1 + (t * n / STEPS) ** 2 / degrees) ** (-(degrees + 1) / 2)
        for n in range(STEPS + 1)
    ]
    weighted = density[0] + 4 * sum(density[1::2]) + 2 * sum(density[2:-1:2]) + density[-1]
    return 0.5 + weighted * t / STEPS / 3


def test_four_of_five_balances_lie_inside() -> None:
    macro = (MACROS / "outlook.sql").read_text("utf-8").partition("macro student_t")[2]
    percentiles = [float(number) for number in re.findall(r"\b\d\.\d{4}\b", macro)]
    assert len(percentiles) == 19
    for degrees, percentile in enumerate(percentiles, 2):
        # Two-sided 80 %: a tenth lies above, a tenth below.
        assert share_below(percentile, degrees) == pytest.approx(0.9, abs=1e-5)
