"""What a report tells so much otherwise than those before it that whoever approves must see it.

For the city's own staff: the figures are exact, nothing is suppressed, and nothing is published.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from exports.marts import Marts, Row, reading, whole
from terms.years import japanese_date, year_earlier

_CLAIMS = """
select * from marts.mart_balance_report
where municipality_code = $city and as_of <= $as_of
order by claim_number, as_of
"""
_TOTALS = """
select * from marts.mart_balance_total
where municipality_code = $city and as_of <= $as_of and dimension in ('city', 'department')
order by dimension, member, as_of
"""
# Each measure and the columns that it adds up; a generation of before has not all of them.
MEASURES = {
    "残高": ("balance",),
    "調定額": ("assessed_prior", "assessed_current"),
    "徴収額": ("collected_prior", "collected_current"),
}
BALANCE = "残高"
Amounts = Mapping[str, int]  # yen of each measure that is told


@dataclass(frozen=True)
class Bounds:
    """A change counts from ``percent`` of what was there before, and from ``yen`` on."""

    percent: int = 30
    yen: int = 1_000_000

    def passed_by(self, before: int, now: int) -> bool:
        """Whether yen changed by both bounds or more; from nothing, any share is passed."""
        change = abs(now - before)
        return change > 0 and change >= self.yen and 100 * change >= self.percent * abs(before)


@dataclass
class _Subject:
    """A claim, a department or the city; ``told``: each day on which a report speaks of it."""

    name: str
    is_claim: bool
    told: dict[date, Amounts] = field(default_factory=dict)


def notable_changes(
    generation: Path, municipality_code: str, as_of: date, bounds: Bounds
) -> tuple[str, ...]:
    """A line in Japanese for each: first what falls to 0, comes or goes, then what moves.

    Of either the city first, then departments, then claims.

    A balance that falls to 0 and a claim that comes or goes are held against the report before;
    amounts against the same day a year earlier: they have their seasons, and what is assessed and
    collected adds up over a fiscal year. Where nothing was told then, a balance is held against
    the report before. Raises GenerationTooOld.
    """
    with reading(generation, municipality_code) as marts:
        subjects = _subjects(marts, as_of)
    last = max((day for each in subjects for day in each.told if day < as_of), default=None)
    looks: tuple[Callable[[_Subject], Iterator[str]], ...] = (
        lambda each: _falls(each, as_of),
        lambda each: _comes_or_goes(each, as_of, last),
        lambda each: _moves(each, as_of, bounds),
    )
    return tuple(
        f"{each.name}: {change}" for look in looks for each in subjects for change in look(each)
    )


def _subjects(marts: Marts, as_of: date) -> Sequence[_Subject]:
    found: dict[tuple[str, str], _Subject] = {}
    for row in marts.named(_TOTALS, as_of=as_of):
        dimension, member = str(row["dimension"]), str(row["member"] or "")
        name = "市全体" if dimension == "city" else f"所属「{member or '所属未登録'}」"
        subject = found.setdefault((dimension, member), _Subject(name, is_claim=False))
        subject.told[_day(row)] = _amounts(row)
    for row in marts.named(_CLAIMS, as_of=as_of):
        number = str(row["claim_number"])
        subject = found.setdefault(("claim", number), _Subject("", is_claim=True))
        subject.name = f"債権{number}（{row['claim_name'] or ''}）"
        subject.told[_day(row)] = _amounts(row)
    return list(found.values())


def _day(row: Row) -> date:
    day = row["as_of"]
    if not isinstance(day, date):
        raise TypeError(type(day).__name__)
    return day


def _amounts(row: Row) -> Amounts:
    parts = {name: [whole(row.get(each)) for each in of] for name, of in MEASURES.items()}
    return {
        name: sum(told)
        for name, each in parts.items()
        if len(told := [yen for yen in each if yen is not None]) == len(each)
    }


def _comes_or_goes(claim: _Subject, as_of: date, last: date | None) -> Iterator[str]:
    """A claim that only this report, or only the one before it, of the day ``last``, speaks of."""
    if not claim.is_claim or last is None:
        return
    now, before = (claim.told.get(day, {}).get(BALANCE, 0) for day in (as_of, last))
    if now and min(claim.told) == as_of:
        yield f"これまでの報告になかった債権です（残高 {_yen(now)}）"
    elif before and as_of not in claim.told:
        yield f"{_of(last)}にあった債権がありません（残高 {_yen(before)}）"


def _falls(subject: _Subject, as_of: date) -> Iterator[str]:
    """A balance that falls to 0."""
    now, before = subject.told.get(as_of), _before(subject, as_of)
    if now and before and now[BALANCE] == 0 and (balance := subject.told[before][BALANCE]):
        yield f"残高が0になりました（{_of(before)}では {_yen(balance)}）"


def _before(subject: _Subject, as_of: date) -> date | None:
    """The day of the report before that speaks of it."""
    return max((day for day in subject.told if day < as_of), default=None)


def _moves(subject: _Subject, as_of: date, bounds: Bounds) -> Iterator[str]:
    """Amounts that change beyond the bounds."""
    now, before = subject.told.get(as_of), _before(subject, as_of)
    if now is None or before is None:
        return
    falls = any(_falls(subject, as_of))
    year_ago = year_earlier(as_of) if year_earlier(as_of) in subject.told else None
    for measure, new in now.items():
        base = year_ago or (before if measure == BALANCE else None)
        if base is None or (falls and measure == BALANCE):
            continue
        old = subject.told[base].get(measure)
        if old is not None and bounds.passed_by(old, new):
            yield f"{measure} {_yen(old)} → {_yen(new)}（{_of(base)}との差）"


def _of(day: date) -> str:
    return f"{japanese_date(day)}の報告"


def _yen(amount: int) -> str:
    return f"{'△' if amount < 0 else ''}{abs(amount):,}円"
