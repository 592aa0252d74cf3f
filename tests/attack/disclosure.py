"""An attacker who has all that a city ever published, and what he gets of it.

``python -m attack.disclosure 2000`` (``tests`` and the project on the path) draws so many small
cities, publishes three years of each as a city would, and tells what he got.

He has the figures of every report and revision as the model holds them, which every format is
rendered from: to the yen, where a page rounds. He knows what each sum counts in, also where no
report tells; that rates are rounded; and that nobody owes, pays or is let off less than nothing.
What was corrected to another amount is another amount.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing import Pool
from time import monotonic

from scipy.optimize import linprog
from scipy.sparse import csr_array
from support.attack import Cell, Equation, Public, computable
from support.cities import some_city
from support.publications import RATES_OF

from exports.disclosure import ROOM, protect
from exports.errors import GivesAway
from exports.report.model import MONEY, RATES, ClaimLine, Report, TotalLine, members_of
from terms.years import year_earlier

SLACK = 0.01  # yen that the solver may be out
NARROWED_OF_A_CITY = 4  # figures of few debtors that he tries to narrow down


@dataclass
class Got:
    """What the attacker has of a city and makes of it; ``few``: figures of few debtors, in yen."""

    shown: dict[Cell, int] = field(default_factory=dict)
    hidden: set[Cell] = field(default_factory=set)
    equations: list[Equation] = field(default_factory=list)
    bounds: list[dict[Cell, float]] = field(default_factory=list)  # sums that are not negative
    few: dict[Cell, int] = field(default_factory=dict)
    judged: set[Cell] = field(default_factory=set)
    corrected: set[object] = field(default_factory=set)  # days

    def tell(self, cell: Cell, value: int | None, *, is_hidden: bool) -> None:
        if value is not None:
            self.shown[cell] = value
        elif is_hidden:
            self.hidden.add(cell)

    def judge(self, cell: Cell, yen: int, *, is_few: bool) -> bool:
        """Whether a figure is of few debtors, as they were when it was first told or counted in."""
        if is_few and cell not in self.judged:
            self.few[cell] = yen
        self.judged.add(cell)
        return cell in self.few

    @property
    def public(self) -> Public:
        return Public(self.shown, frozenset(self.hidden) - self.shown.keys(), self.equations)


@dataclass(frozen=True)
class Narrowed:
    """A figure of few debtors that is known better than it should be, in yen.

    A hidden figure that is corrected (``is_corrected``) is told by how much, where one knows which
    it was: docs/disclosure.md.
    """

    cell: Cell
    yen: int
    least: float
    most: float
    is_corrected: bool


@dataclass(frozen=True)
class Outcome:
    """What came of a city; ``tried`` figures he tried to narrow down."""

    seed: int
    figures: int
    recovered: tuple[Cell, ...]
    tried: int
    narrowed: tuple[Narrowed, ...]
    refused: int


def attacked(seed: int) -> Outcome:
    """Publish a city and attack it."""
    exact, published, refused = [], [], 0
    for report in some_city(seed):
        try:
            published.append(protect(report, published))
            exact.append(report)
        except GivesAway:
            refused += 1
    got = read(exact, published)
    hidden = got.public.hidden
    few = sorted(((c, yen) for c, yen in got.few.items() if c in hidden and yen), key=repr)
    chosen = few[:: max(1, len(few) // NARROWED_OF_A_CITY)][:NARROWED_OF_A_CITY]
    return Outcome(
        seed,
        len(hidden),
        tuple(sorted(computable(got.public) & hidden, key=repr)),
        len(chosen),
        tuple(narrowed(got, chosen)),
        refused,
    )


def read(exact: Sequence[Report], published: Sequence[Report]) -> Got:
    """All that was published, and how it hangs together."""
    got = Got()
    for number, (truth, report) in enumerate(zip(exact, published, strict=True)):
        if report.revision > 1:
            got.corrected.add(report.as_of)
        _lines(got, number, truth, report)
        _city(got, truth, report)
        _rates(got, number, truth, report)
    return got


def _lines(got: Got, number: int, truth: Report, report: Report) -> None:
    for line, known in zip(report.claims, truth.claims, strict=True):
        for column in MONEY:
            cell, yen = _cell(truth, known, column), known.figures.money(column)
            if yen is not None and column != "change":
                got.judge(cell, yen, is_few=_is_few(known, column))
            got.tell(cell, line.figures.money(column), is_hidden=column in line.hidden)
        there = (column for column in MONEY if known.figures.money(column) is not None)
        got.equations += _along({column: _cell(truth, known, column) for column in there})
    for total in report.totals:
        members = members_of(truth.claims, total.dimension, total.member)
        cells: dict[str, Cell] = {}
        for column in MONEY:
            yen, is_hidden = total.figures.money(column), column in total.hidden
            if yen is not None or is_hidden:
                cell = cells[column] = (number, total.dimension, total.member, column)
                got.tell(cell, yen, is_hidden=is_hidden)
                parts = Counter(_cell(truth, each, column) for each in members)
                got.equations.append({**parts, cell: -1})
        got.equations += _along(cells)


def _cell(report: Report, line: ClaimLine, column: str) -> Cell:
    """A claim's figure, the same in whichever publication as long as it is the same amount."""
    number, yen = line.claim_number, line.figures.money(column)
    if column == "previous_settlement_balance":
        return _settlement(number, report.fiscal_year - 1)
    if column == "target_balance":
        return (number, "target", report.fiscal_year, line.target_kind)
    if column == "balance_last_year":
        return (number, "balance", year_earlier(report.as_of), yen)
    return (number, column, report.as_of, yen)


def _settlement(number: str, year: int) -> Cell:
    return (number, "settlement", year)


def _is_few(line: ClaimLine, column: str) -> bool:
    on_day = {
        "previous_settlement_balance": line.debtors_settlement,
        "target_balance": line.debtors_settlement,
        "balance_last_year": line.debtors_last_year,
    }.get(column, line.debtors)
    counts = (line.debtors, line.debtors if on_day is None else on_day)
    return any(count is None or 0 < count < 10 for count in counts)


def _along(cells: Mapping[str, Cell]) -> Iterator[Equation]:
    """What adds up within a line that has these figures."""
    for part, other in (("balance_current", "balance_prior"), ("balance_last_year", "change")):
        if cells.keys() >= {part, other}:
            yield {cells[part]: 1, cells[other]: 1, cells["balance"]: -1}


def _city(got: Got, truth: Report, report: Report) -> None:
    last_year = report.fiscal_year - 1
    settled = {_settlement(each.claim_number, last_year): each for each in truth.settled}
    for year in report.history:
        cells = {c: ("year end", year.fiscal_year, c) for c in ("current", "prior", "balance")}
        for column, cell in zip(("_current", "_prior", ""), cells.values(), strict=True):
            name = f"balance{column}"
            got.tell(cell, getattr(year, name), is_hidden=name in year.hidden)
        got.equations.append({cells["current"]: 1, cells["prior"]: 1, cells["balance"]: -1})
        if year.fiscal_year == last_year:
            got.equations.append({**dict.fromkeys(settled, 1), cells["balance"]: -1})
    for cell, each in settled.items():
        is_few = each.debtors is None or 0 < each.debtors < 10
        if got.judge(cell, each.balance, is_few=is_few):
            got.tell(cell, None, is_hidden=True)
    _targets(got, truth, report)
    _statuses(got, truth, report, [cell for cell, each in settled.items() if each.in_status])


def _targets(got: Got, truth: Report, report: Report) -> None:
    """The last target of the year, where it is the sum of the claims', is taken for it."""
    total = truth.city.figures.target_balance
    last = [each for each in report.targets if each.fiscal_year == report.fiscal_year][-1]
    for target, known in zip(report.targets, truth.targets, strict=True):
        cell = ("city target", target.fiscal_year, target.revision_no)
        got.tell(cell, target.target, is_hidden="target" in target.hidden)
        if target is last and total is not None and total == known.target:
            parts = Counter(_cell(truth, each, "target_balance") for each in truth.claims)
            got.equations.append({**parts, cell: -1})


def _statuses(got: Got, truth: Report, report: Report, settled: Sequence[Cell]) -> None:
    codes = {share.status_code: share for share in truth.status}
    cells = {code: ("status", share.fiscal_year, code) for code, share in codes.items()}
    got.equations.append({**dict.fromkeys(settled, 1), **dict.fromkeys(cells.values(), -1)})
    for share in report.status:
        together = share.status_code.split("+")
        parts = {cells[code]: 1 for code in together}
        whole = cells[together[0]] if len(together) == 1 else ("statuses", *parts)
        got.tell(whole, share.balance, is_hidden=False)
        if len(together) > 1:
            got.equations.append({**parts, whole: -1})
            got.hidden |= parts.keys()
        got.few |= {
            cells[code]: codes[code].balance
            for code in together
            if 0 < (codes[code].debtors or 0) < 10
        }


def _rates(got: Got, number: int, truth: Report, report: Report) -> None:
    """Of each line, that the rate of what was collected lies within its rounding."""
    lines: list[tuple[ClaimLine | TotalLine, Sequence[ClaimLine]]]
    lines = [(each, [known]) for each, known in zip(report.claims, truth.claims, strict=True)]
    lines += [
        (each, members_of(truth.claims, each.dimension, each.member)) for each in report.totals
    ]
    for line, members in lines:
        for rate in RATES:
            percent = line.figures.rate(rate)
            if percent is None:
                continue
            least, most = (float(percent) / 100 + half for half in (-0.00051, 0.00051))
            above: dict[Cell, float] = {}
            below: dict[Cell, float] = {}
            for each in members:
                for part in RATES_OF[rate]:
                    owed = _cell(truth, each, f"balance_{part}")
                    collected, let_off = ("collected", number, owed), ("let off", number, owed)
                    above |= {collected: 1 - least, owed: -least, let_off: -least}
                    below |= {collected: most - 1, owed: most, let_off: most}
            got.bounds += [above, below]


def narrowed(got: Got, cells: Sequence[tuple[Cell, int]]) -> Iterator[Narrowed]:
    """The cells that he knows to less than ``ROOM`` percent up or down, and between what."""
    program = Program(got)
    for cell, yen in cells:
        least, most = program.interval(cell)
        room = yen * ROOM / 100 - 1  # a yen is no room
        if least > yen - room or most < yen + room:
            yield Narrowed(cell, yen, least, most, is_corrected=bool(got.corrected & set(cell)))


class Program:
    """The linear program of all that is open."""

    def __init__(self, got: Got) -> None:
        self._shown = got.shown
        equations = [e for e in got.equations if any(cell not in got.shown for cell in e)]
        bounds = [e for e in got.bounds if any(cell not in got.shown for cell in e)]
        open_cells = (cell for e in (*equations, *bounds) for cell in e if cell not in got.shown)
        self._place = {cell: place for place, cell in enumerate(dict.fromkeys(open_cells))}
        self._equal, self._sums = self._matrix(equations)
        self._least, self._bounds = self._matrix(bounds)
        self._free = [(None, None) if "change" in cell else (0, None) for cell in self._place]

    def _matrix(self, rows: Sequence[dict[Cell, float]]) -> tuple[csr_array, list[float]]:
        entries, sums = [], []
        for at, row in enumerate(rows):
            entries += [(f, at, self._place[c]) for c, f in row.items() if c in self._place]
            sums.append(-sum(f * self._shown[c] for c, f in row.items() if c in self._shown))
        factors, across, down = zip(*entries, strict=True)
        shape = (len(rows), len(self._place))
        return csr_array((factors, (across, down)), shape=shape), sums

    def interval(self, cell: Cell) -> tuple[float, float]:
        """The least and the most that a cell can be."""
        ends: list[float] = []
        if cell not in self._place:
            return 0, float("inf")
        for sign in (1, -1):
            aim = [0] * len(self._place)
            aim[self._place[cell]] = sign
            found = linprog(
                aim,
                A_ub=-self._least,
                b_ub=[SLACK - each for each in self._bounds],
                A_eq=self._equal,
                b_eq=self._sums,
                bounds=self._free,
                method="highs",
            )
            if found.status not in (0, 3):  # solved, or without end
                raise RuntimeError(f"{cell}: {found.message}")
            ends.append(sign * found.fun if found.status == 0 else -sign * float("inf"))
        return ends[0], ends[1]


def main(cities: int) -> None:
    """Tell what was got of so many cities."""
    started = monotonic()
    figures = tried = refused = 0
    counted = Counter[str]()
    with Pool(2) as pool:
        for each in pool.imap(attacked, range(cities), chunksize=4):
            figures, tried, refused = (
                figures + each.figures, tried + each.tried, refused + each.refused
            )  # fmt: skip
            for cell in each.recovered:
                counted["recovered"] += 1
                print(f"city {each.seed}: {cell} recovered", flush=True)
            for one in each.narrowed:
                counted["narrowed by corrections" if one.is_corrected else "narrowed"] += 1
                print(f"city {each.seed}: {one}", flush=True)
    print(
        f"{cities} cities, {figures} hidden figures, {counted['recovered']} recovered; "
        f"{tried} of few debtors, {counted['narrowed']} known to less than {ROOM} %, "
        f"{counted['narrowed by corrections']} by corrections; {refused} reports refused; "
        f"{monotonic() - started:.0f} s"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
