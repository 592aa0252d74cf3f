"""Simulates the city's receivables: 千円 integers that carry over exactly, year after year.

Chance comes from hashes of what a figure is about, so a figure never depends on the order of
simulation, on the Python version or on another claim.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from ingest.sample.city import Claim, city
from terms.years import fiscal_year_of

# Share (‰) of a year's figures that has happened by each reference date. Written off in March.
_BY_DATE = {7: (330, 316, 0), 10: (580, 561, 180), 1: (830, 812, 350)}
# What a department hopes for beyond what it manages of earlier years (‰), so that about half of
# targets are met.
_HOPE = 2
_CODES_PRIOR = {"02": 21, "03": 9, "04": 8, "05": 3, "06": 24, "07": 6, "08": 4, "09": 7, "10": 5,
                "11": 6, "12": 3, "13": 2, "14": 9, "15": 4, "16": 2}  # fmt: skip
_CODES_CURRENT = {"01": 9, "02": 52, "03": 8, "06": 22, "08": 5, "09": 3, "12": 1}


@dataclass(frozen=True)
class Amounts:
    """The typed amounts of one claim, in 千円."""

    carried_forward: int = 0
    assessed_prior: int = 0
    collected_prior: int = 0
    written_off_prior: int = 0
    assessed_current: int = 0
    collected_current: int = 0
    written_off_current: int = 0

    @property
    def balance_prior(self) -> int:
        """ケ."""
        return self.assessed_prior - self.collected_prior - self.written_off_prior

    @property
    def balance_current(self) -> int:
        """ケ'."""
        return self.assessed_current - self.collected_current - self.written_off_current

    @property
    def balance(self) -> int:
        """ケ''."""
        return self.balance_prior + self.balance_current

    @property
    def nothing(self) -> bool:
        """Whether every amount is zero."""
        return not any(vars(self).values())


def chance(*about: object, spread: int) -> int:
    """An integer in −spread … +spread that depends on nothing but what it is about."""
    digest = hashlib.sha256("|".join(map(str, about)).encode()).digest()
    return int.from_bytes(digest[:8], "big") % (2 * spread + 1) - spread


@lru_cache(maxsize=4096)
def actual(claim: Claim, year: int) -> Amounts:
    """What came of a fiscal year."""
    if year < claim.starts:
        return Amounts()
    opening = claim.opening if year == city().first_year else actual(claim, year - 1).balance
    return _year(claim, year, opening, "actual", 0)


@lru_cache(maxsize=4096)
def revised_target(claim: Claim, year: int) -> Amounts:
    """The target set after the previous year closed."""
    if year <= claim.starts:
        return Amounts()
    opening = actual(claim, year - 1).balance
    return _year(claim, year, opening, "revised", _HOPE)


@lru_cache(maxsize=4096)
def initial_target(claim: Claim, year: int) -> Amounts:
    """The target set a year earlier, on top of that year's revised target."""
    opening = revised_target(claim, year - 1)
    if opening.nothing:
        return Amounts()
    return _year(claim, year, opening.balance, "initial", _HOPE + 6)


def interim(claim: Claim, as_of: date) -> Amounts:
    """The state of a fiscal year at one of its reference dates; it grows towards `actual`."""
    year = fiscal_year_of(as_of)
    closing = actual(claim, year)
    due, paid, written_off = _BY_DATE[as_of.month]
    drift = chance(claim.number, as_of, spread=12)
    # Reductions are decided early in the year, so the assessment of earlier years is final.
    return Amounts(
        carried_forward=closing.carried_forward,
        assessed_prior=closing.assessed_prior,
        collected_prior=closing.collected_prior * (paid + drift) // 1000,
        written_off_prior=closing.written_off_prior * written_off // 1000,
        assessed_current=closing.assessed_current * (due + drift) // 1000,
        collected_current=closing.collected_current * (paid + drift) // 1000,
    )


def _year(claim: Claim, year: int, opening: int, scenario: str, hope: int) -> Amounts:
    def around(rate: int, what: str, spread: int) -> int:
        return max(0, min(rate + chance(claim.number, year, scenario, what, spread=spread), 1000))

    slack = (1000 - claim.current) // 12
    assessed = claim.assessed
    for passed in range(city().first_year + 1, year + 1):
        assessed += assessed * (claim.growth + chance(claim.number, passed, spread=4)) // 1000
    assessed_prior = opening - opening * claim.reduction // 1000
    collected_prior = assessed_prior * around(claim.prior + hope, "prior", 14) // 1000
    if not claim.prior:
        collected_prior = 0
    written_off = assessed_prior * around(claim.written_off, "written_off", 9) // 1000
    if not claim.written_off:
        written_off = 0
    current = around(claim.current, "current", slack)
    return Amounts(
        carried_forward=opening,
        assessed_prior=assessed_prior,
        collected_prior=min(collected_prior, assessed_prior - written_off),
        written_off_prior=written_off,
        assessed_current=assessed,
        collected_current=assessed * current // 1000,
    )


def restated(amounts: Amounts, moved: int) -> Amounts:
    """The same year after `moved` 千円 proved to be a payment of earlier years' receivables.

    ケ'' stays, so the next year's ア does too.
    """
    return replace(
        amounts,
        collected_prior=amounts.collected_prior + moved,
        collected_current=amounts.collected_current - moved,
    )


def cases(claim: Claim, balance: int) -> int:
    """How many receivables make up a balance; at least one when anything is owed."""
    return max(1, balance // claim.per_case) if balance else 0


def debtors(number_of_cases: int) -> int:
    """How many people owe them."""
    return (number_of_cases * 7 + 9) // 10


def status(claim: Claim, year: int, part: str) -> dict[str, tuple[int, int]]:
    """Section 3 at the close of a year: code → (cases, balance); they add up exactly."""
    closing = actual(claim, year)
    balance = closing.balance_prior if part == "prior" else closing.balance_current
    weights = _CODES_PRIOR if part == "prior" else _CODES_CURRENT
    codes = tuple(weights)
    counts = _shares(
        cases(claim, balance),
        [weights[c] * 10 + chance(claim.number, part, c, spread=9) for c in codes],
    )
    used = [(c, n) for c, n in zip(codes, counts, strict=True) if n]
    sizes = _shares(
        balance,
        [n * (100 + chance(claim.number, part, c, "size", spread=30)) for c, n in used],
    )
    return {c: (n, size) for (c, n), size in zip(used, sizes, strict=True)}


def _shares(total: int, weights: Sequence[int]) -> list[int]:
    """Split a total in proportion to weights, by largest remainder."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights] if whole else []
    by_remainder = sorted(range(len(parts)), key=lambda n: (-(total * weights[n] % whole), n))
    for n in by_remainder[: total - sum(parts)]:
        parts[n] += 1
    return parts
