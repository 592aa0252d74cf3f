"""Reports of a made-up city over some years, exact and whole, as the marts would give them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random

from exports.report.model import MONEY, ClaimLine, Figures, Report, TotalLine, members_of
from exports.report.settings import ReportSettings
from terms.money import percentage
from terms.years import year_earlier

SETTINGS = ReportSettings("見本市", "見本市 債権管理課", "電話 00-0000-0000")
SUMMER = 7
DAYS = (date(2024, 7, 31), date(2024, 10, 31), date(2025, 7, 31), date(2025, 10, 31))


RATES_OF = {
    "collection_rate_current_pct": ("current",),
    "collection_rate_prior_pct": ("prior",),
    "collection_rate_pct": ("current", "prior"),
}


@dataclass(frozen=True)
class Owed:
    """What is owed of a claim on a day, yen, and by how many; and what was collected of it."""

    current: int
    prior: int
    debtors: int | None
    collected_current: int = 4_000
    collected_prior: int = 1_000

    @property
    def balance(self) -> int:
        return self.current + self.prior


@dataclass(frozen=True)
class ExactLine(ClaimLine):
    """A claim of a report that also knows what its rates are made of."""

    owed: Owed = Owed(0, 0, 0, 0, 0)


def rates(owed: Sequence[Owed]) -> dict[str, Decimal | None]:
    """The collection rates of some claims together, where nothing was written off."""
    told: dict[str, Decimal | None] = {}
    for rate, parts in RATES_OF.items():
        collected = sum(getattr(each, f"collected_{part}") for each in owed for part in parts)
        assessed = collected + sum(getattr(each, part) for each in owed for part in parts)
        told[rate] = percentage(Fraction(collected, assessed), 1) if assessed else None
    return told


def line(
    number: str,
    claim_classes: str,
    department: str,
    now: Owed,
    *,
    last_year: Owed | None = None,
    settlement: Owed | None = None,
    target: int | None = None,
    target_kind: str = "initial_target",
) -> ExactLine:
    """A claim of a report."""
    return ExactLine(
        owed=now,
        claim_number=number,
        claim_name=f"債権{number}",
        claim_classes=claim_classes,
        department=department,
        target_kind=None if target is None else target_kind,
        note=None,
        debtors=now.debtors,
        debtors_last_year=last_year and last_year.debtors,
        debtors_settlement=settlement and settlement.debtors,
        figures=Figures(
            previous_settlement_balance=settlement and settlement.balance,
            target_balance=target,
            balance_current=now.current,
            balance_prior=now.prior,
            balance=now.balance,
            balance_last_year=last_year and last_year.balance,
            change=last_year and now.balance - last_year.balance,
            **rates([now]),
        ),
    )


def report_of(
    day: date, claims: Sequence[ClaimLine], settings: ReportSettings = SETTINGS
) -> Report:
    """The report of these claims, with its totals."""
    lines = tuple(sorted(claims, key=lambda each: each.claim_number))

    def total(dimension: str, member: str) -> TotalLine:
        parts = members_of(lines, dimension, member)
        sums = {column: _complete_sum(parts, column) for column in MONEY}
        owed = [each.owed for each in parts if isinstance(each, ExactLine)]
        return TotalLine(
            dimension,
            member,
            claims=len(parts),
            claims_without_settlement=_without(parts, "previous_settlement_balance"),
            claims_without_last_year=_without(parts, "balance_last_year"),
            claims_without_target=_without(parts, "target_balance"),
            figures=Figures(**sums, **rates(owed)),  # type: ignore[arg-type]
        )

    return Report(
        settings=settings,
        municipality_code="999999",
        as_of=day,
        issued=day,
        fiscal_year=day.year if day.month > 3 else day.year - 1,
        claims=lines,
        classes=tuple(total("class", each) for each in sorted({c.claim_classes for c in lines})),
        departments=tuple(
            total("department", each) for each in sorted({c.department for c in lines})
        ),
        city=total("city", "合計"),
    )


def some_years(seed: int) -> list[Report]:
    """Four reports of a small city: claims come and go, move, gain and lose debtors."""
    random = Random(seed)  # noqa: S311 - a made-up city keeps no secret
    numbers = [f"{number:03}" for number in range(1, random.randint(2, 12))]
    classes = ["enforceable", "non_enforceable", "private"][: random.randint(1, 3)]
    departments = ["財政局", "環境局", "教育委員会", "都市整備局"][: random.randint(1, 4)]
    owed = {
        (number, day): _owed(random)
        for number in numbers
        for each in DAYS
        for day in (each, year_earlier(each), date(each.year, 3, 31))
    }
    targets = {
        (number, year): random.choice((None, *[random.randint(0, 10**6)] * 9))
        for number in numbers
        for year in (2024, 2025)
    }

    def revise(targets: dict[tuple[str, int], int | None], year: int) -> set[str]:
        """The claims whose targets are revised in autumn, to other amounts."""
        some = {n for n in numbers if random.random() < 0.2 and targets[n, year] is not None}
        targets |= {(number, year): random.randint(0, 10**6) for number in some}
        return some

    home = {number: (random.choice(classes), random.choice(departments)) for number in numbers}
    reports = []
    for day in DAYS:
        reported = [number for number in numbers if random.random() < 0.97] or numbers
        if random.random() < 0.15:  # a claim moves
            home[random.choice(numbers)] = (random.choice(classes), random.choice(departments))
        revised = set() if day.month == SUMMER else revise(targets, day.year)
        lines = [
            line(
                number,
                *home[number],
                owed[number, day],
                last_year=owed[number, year_earlier(day)],
                settlement=owed[number, date(day.year, 3, 31)],
                target=targets[number, day.year],
                target_kind="revised_target" if number in revised else "initial_target",
            )
            for number in reported
        ]
        reports.append(report_of(day, lines))
    return reports


def _owed(random: Random) -> Owed:
    def amount() -> int:
        return random.choice((0, random.randint(1, 10**4), random.randint(1, 10**6)))

    debtors = random.choice((None, 0, 1, 3, 9, *[10, 40, 900] * 7))
    return Owed(amount(), amount(), debtors) if debtors != 0 else Owed(0, 0, 0)


def _complete_sum(parts: Sequence[ClaimLine], column: str) -> int | None:
    amounts = [part.figures.money(column) for part in parts]
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None


def _without(parts: Sequence[ClaimLine], column: str) -> int:
    return sum(part.figures.money(column) is None for part in parts)
