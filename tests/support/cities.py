"""Made-up small cities over three years: all that they would publish, exact and whole.

Claims come and go, move and are reported late; the city's years, statuses and targets say what the
claims add up to, or nearly; what is published is corrected now and then.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from random import Random

from support.publications import ExactLine, Owed, line, report_of

from exports.report.model import CityTarget, Report, Settled, StatusShare, YearEnd
from terms.years import year_earlier

YEARS = (2024, 2025, 2026)
BEFORE = (2021, 2022)  # closed before a claim of theirs was published
CLASSES = ("enforceable", "non_enforceable", "private")
DEPARTMENTS = ("財政局", "環境局", "教育委員会", "都市整備局")
STATUSES = ("01", "02", "07", "10", "16")


@dataclass
class City:
    """What is owed in a city: drawn when it is asked for, and the same wherever it is told."""

    random: Random
    homes: dict[str, tuple[str, str]] = field(default_factory=dict)
    owed: dict[tuple[str, date], Owed] = field(default_factory=dict)
    parted: dict[tuple[str, int], dict[str, Owed]] = field(default_factory=dict)
    settled: dict[int, list[str]] = field(default_factory=dict)
    targets: dict[tuple[str, int, str], int | None] = field(default_factory=dict)
    decided: dict[tuple[int, int], CityTarget] = field(default_factory=dict)

    def on(self, number: str, day: date) -> Owed:
        """What is owed of a claim on a day."""
        if (number, day) not in self.owed:
            self.owed[number, day] = self.draw(10 ** (2 + int(number) % 5))
        return self.owed[number, day]

    def draw(self, most: int) -> Owed:
        """Something that may be owed."""
        debtors = self.random.choice((None, 0, 1, 3, 9, *[10, 40, 900] * 7))
        if debtors == 0:
            return Owed(0, 0, 0, 0, 0)
        current, prior, *collected = (
            self.random.choice((0, *[self.random.randint(1, most)] * 5)) for _ in range(4)
        )
        return Owed(current, prior, debtors, *collected)

    def at_close(self, number: str, year: int) -> Owed:
        """What was owed of a claim when a year closed."""
        return self.on(number, date(year + 1, 5, 31))

    def target(self, number: str, year: int, kind: str) -> int | None:
        """What a claim aims at."""
        key = (number, year, kind)
        if key not in self.targets:
            self.targets[key] = self.random.choice((None, *[self.random.randint(0, 10**5)] * 9))
        return self.targets[key]

    def statuses(self, number: str, year: int) -> dict[str, Owed]:
        """How a claim's balance at the close of a year is parted; not at all now and then."""
        if (number, year) not in self.parted:
            codes = self.random.sample(STATUSES, self.random.randint(1, 3))
            is_told = self.random.random() < 0.95
            self.parted[number, year] = self._parts(number, year, codes) if is_told else {}
        return self.parted[number, year]

    def _parts(self, number: str, year: int, codes: Sequence[str]) -> dict[str, Owed]:
        owed, parts = self.at_close(number, year), {}
        balance, debtors = owed.balance, owed.debtors
        for code in codes:
            part, some = balance, debtors
            if code != codes[-1]:
                part = self.random.randint(0, balance)
                some = debtors and self.random.randint(0, debtors)
            parts[code] = Owed(part, 0, some)
            balance, debtors = balance - part, debtors and debtors - (some or 0)
        return parts


def some_city(seed: int) -> list[Report]:
    """The exact reports of a city in the order of publication."""
    return list(_reports(City(Random(seed))))  # noqa: S311 - it keeps no secret


def _reports(city: City) -> Iterator[Report]:
    random = city.random
    numbers = [f"{number:03}" for number in range(1, random.randint(2, 12))]
    classes = CLASSES[: random.randint(1, 3)]
    departments = DEPARTMENTS[: random.randint(1, 4)]

    def move(number: str) -> None:
        city.homes[number] = random.choice(classes), random.choice(departments)

    for number in numbers:
        move(number)
    for year in YEARS:
        city.settled[year - 1] = list(numbers)
        if len(numbers) > 1 and random.random() < 0.3:  # one ends with the year
            numbers.remove(random.choice(numbers))
        if random.random() < 0.2:
            numbers.append(f"{int(max(city.settled[year - 1])) + 1:03}")
            move(numbers[-1])
        for day in (date(year, 7, 31), date(year, 10, 31), date(year + 1, 1, 31)):
            if random.random() < 0.15:
                move(random.choice(numbers))
            reported = [number for number in numbers if random.random() < 0.95] or numbers
            yield _report(city, day, year, reported)
            if random.random() < 0.15:
                reported = random.choice((reported, numbers))
                if random.random() < 0.5:
                    wrong = random.choice(reported)
                    city.owed[wrong, day] = city.draw(10**5)
                yield replace(_report(city, day, year, reported), revision=2)


def _report(city: City, day: date, year: int, numbers: Sequence[str]) -> Report:
    report = report_of(day, [_line(city, number, day, year) for number in numbers])
    settled = city.settled[year - 1]
    targets = _targets(city, report)
    return replace(
        report,
        history=_history(city, year, targets),
        targets=targets,
        status=_status(city, settled, year - 1),
        settled=tuple(
            Settled(
                year - 1, number, owed.balance, owed.debtors, bool(city.statuses(number, year - 1))
            )
            for number in settled
            for owed in [city.at_close(number, year - 1)]
        ),
    )


def _line(city: City, number: str, day: date, year: int) -> ExactLine:
    is_old = number in city.settled[year - 1]
    is_revised = day.month != 7 and int(number) * year % 5 == 0
    kind = "revised_target" if is_revised else "initial_target"
    return line(
        number,
        *city.homes[number],
        city.on(number, day),
        last_year=city.on(number, year_earlier(day)) if is_old else None,
        settlement=city.at_close(number, year - 1) if is_old else None,
        target=city.target(number, year, kind),
        target_kind=kind,
    )


def _targets(city: City, report: Report) -> tuple[CityTarget, ...]:
    """Those of the year, and from autumn on the next one's; often the sum of the claims'."""
    random, year = city.random, report.fiscal_year
    is_summer = report.as_of.month == 7
    wanted = [(year, 1)] if is_summer else [(year, 1), (year, 2), (year + 1, 1)]
    for of_year, number in wanted:
        if (of_year, number) not in city.decided:
            if of_year == year:
                amounts = [each.figures.target_balance for each in report.claims]
            else:
                numbers = [each.claim_number for each in report.claims]
                amounts = [city.target(each, of_year, "initial_target") for each in numbers]
            total = sum(amount or 0 for amount in amounts)
            yen = random.choice((total, total, (total + 500) // 1000 * 1000, total + 1_234))
            city.decided[of_year, number] = CityTarget(
                of_year,
                "initial_target" if number == 1 else "revised_target",
                number, yen, None, None, None, None, "会議", "",
            )  # fmt: skip
    return tuple(target for _, target in sorted(city.decided.items()))


def _history(city: City, year: int, targets: Sequence[CityTarget]) -> tuple[YearEnd, ...]:
    ends = {closed: YearEnd(closed, 10**6 + closed) for closed in BEFORE}
    for closed, numbers in city.settled.items():
        owed = [city.at_close(number, closed) for number in numbers]
        current, prior = sum(each.current for each in owed), sum(each.prior for each in owed)
        ends[closed] = YearEnd(closed, current + prior, current, prior)
    ends[year] = YearEnd(year)
    for target in targets:
        if target.fiscal_year in ends:
            ends[target.fiscal_year] = replace(ends[target.fiscal_year], target=target.target)
    return tuple(ends[each] for each in sorted(ends))


def _status(city: City, numbers: Sequence[str], year: int) -> tuple[StatusShare, ...]:
    shares = []
    for code in STATUSES:
        parts = [city.statuses(number, year).get(code) for number in numbers]
        owed = [part for part in parts if part is not None]
        if owed:
            shares.append(
                StatusShare(
                    code,
                    f"分類{code}",
                    "recovery" if code < "10" else "disposal",
                    sum(part.balance for part in owed),
                    year,
                    Decimal("20.0"),
                    sum(
                        min(1, part.balance) if part.debtors is None else part.debtors
                        for part in owed
                    ),
                )
            )
    return tuple(shares)
