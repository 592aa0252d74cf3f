"""The macro that prints every rate, against exact fractions."""

import random
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import duckdb

from .conftest import Workshop
from .warehouse import Landing

LARGEST = Decimal("999999.9")
SOME = random.Random(20200531)  # noqa: S311 - figures, not secrets


def printed(numerator: int, denominator: int) -> Decimal | None:
    """Percent with one decimal, half away from zero, from the exact fraction."""
    if denominator == 0:
        return None
    tenths = abs(Fraction(numerator, denominator)) * 1000
    whole, rest = divmod(tenths.numerator, tenths.denominator)
    whole += 2 * rest >= tenths.denominator
    sign = -1 if numerator * denominator < 0 else 1
    with localcontext(rounding=ROUND_HALF_UP, prec=60):
        value = Decimal(sign * whole) / 10
    return value if abs(value) <= LARGEST else None


def pairs() -> list[tuple[int, int]]:
    """Halves, signs, zero divisors, the ends of BIGINT, and amounts as cities have them."""
    halves = [(k, 2000) for k in range(-41, 42)] + [(k, -2000) for k in range(-5, 6)]
    ends = [2**63 - 1, -(2**63) + 1, 1, -1, 0]
    amounts = [
        (SOME.randint(-(10**12), 10**12), SOME.choice([1, 957, 2000, SOME.randint(1, 10**12)]))
        for _ in range(2000)
    ]
    return halves + [(n, d) for n in ends for d in ends] + [(-158, 957), (7, 2000)] + amounts


def test_percent_is_exact(workshop: Workshop, landing: Landing) -> None:
    compiled = workshop.dbt("compile", "--inline", "select {{ percent('n', 'd') }} from pair")
    sql = compiled.results[0].node.compiled_code.removeprefix("select ").removesuffix(" from pair")
    with duckdb.connect() as connection:
        connection.execute("create table pair (n bigint, d bigint)")
        connection.executemany("insert into pair values (?, ?)", pairs())
        rows = connection.execute(f"select n, d, {sql}, typeof({sql}) from pair").fetchall()  # noqa: S608
    assert {kind for *_, kind in rows} == {"DECIMAL(7,1)"}
    assert [(n, d, pct) for n, d, pct, _ in rows if pct != printed(n, d)] == []
