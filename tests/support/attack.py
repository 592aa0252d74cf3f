"""An attacker who has every ``report.csv`` a city published, a pencil and much time.

He knows that claims add up to classes, departments and the city, that 現年度分 and 過年度分 make
the balance, that a change is a difference, that the same day's balance is printed a year later
again, and that nobody owes less than nothing. He does not know how figures were chosen to be
hidden.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from scipy.optimize import linprog

from exports.report.model import MONEY
from exports.report.tables import SUPPRESSED_REASON
from terms.years import year_earlier

Cell = tuple[object, ...]
Equation = dict[Cell, int]  # the sum of coefficient × cell is nothing

_MEMBERS = {
    "class": ("債権区分コード",),
    "department": ("所属",),
    "city": (),
}


@dataclass(frozen=True)
class Public:
    """All that was published: what each cell says, and how cells hang together."""

    shown: Mapping[Cell, int]
    hidden: frozenset[Cell]
    equations: Sequence[Equation]

    def unknown(self, equation: Equation) -> dict[Cell, int]:
        return {cell: factor for cell, factor in equation.items() if cell not in self.shown}

    def known(self, equation: Equation) -> int:
        return sum(
            factor * self.shown[cell] for cell, factor in equation.items() if cell in self.shown
        )


def read(publications: Sequence[bytes]) -> Public:
    """Every ``report.csv`` as the attacker puts them together."""
    shown: dict[Cell, int] = {}
    hidden: set[Cell] = set()
    equations: list[Equation] = []
    for number, publication in enumerate(publications):
        rows = list(csv.DictReader(io.StringIO(publication.decode("utf-8-sig"))))
        for row in rows:
            for column in MONEY:
                cell = _cell(number, row, column)
                if text := row[f"{MONEY[column]}_円"]:
                    shown[cell] = int(text)
                elif row[f"{MONEY[column]}_欠測理由"] == SUPPRESSED_REASON:
                    hidden.add(cell)
        there = shown.keys() | hidden
        equations += [e for e in _along(number, rows) if e.keys() <= there]
        equations += [
            {cell: factor for cell, factor in equation.items() if cell in there}
            for total, equation in _down(number, rows)
            if total in there
        ]
    return Public(shown, frozenset(hidden) - shown.keys(), equations)


def computable(public: Public) -> set[Cell]:
    """The hidden cells that follow from what is shown: exact elimination over the rationals."""
    solved: dict[Cell, dict[Cell, Fraction]] = {}
    for equation in public.equations:
        row = {cell: Fraction(factor) for cell, factor in public.unknown(equation).items()}
        for cell in [cell for cell in row if cell in solved]:
            _subtract(row, solved[cell], row[cell])
        if row:
            pivot = next(iter(row))
            row = {cell: factor / row[pivot] for cell, factor in row.items()}
            for other in solved.values():
                if pivot in other:
                    _subtract(other, row, other[pivot])
            solved[pivot] = row
    return {cell for cell, row in solved.items() if len(row) == 1} & public.hidden


def interval(public: Public, cell: Cell) -> tuple[float, float]:
    """The least and the most that a hidden cell can be, given that no amount is negative."""
    open_equations = [e for e in public.equations if public.unknown(e)]
    cells = sorted({cell, *(c for e in open_equations for c in public.unknown(e))}, key=repr)
    place = {each: index for index, each in enumerate(cells)}
    matrix = [[0] * len(cells) for _ in open_equations]
    for row, equation in zip(matrix, open_equations, strict=True):
        for each, factor in public.unknown(equation).items():
            row[place[each]] = factor
    sums = [-public.known(equation) for equation in open_equations]
    ends = []
    for sign in (1, -1):
        aim = [0] * len(cells)
        aim[place[cell]] = sign
        free = [(None, None) if _may_be_negative(each) else (0, None) for each in cells]
        found = linprog(aim, A_eq=matrix, b_eq=sums, bounds=free, method="highs")
        ends.append(sign * found.fun if found.status == 0 else -sign * float("inf"))
    return ends[0], ends[1]


def _may_be_negative(cell: Cell) -> bool:
    return "change" in repr(cell)


def _subtract(row: dict[Cell, Fraction], other: dict[Cell, Fraction], times: Fraction) -> None:
    for cell, factor in other.items():
        left = row.get(cell, Fraction(0)) - times * factor
        if left:
            row[cell] = left
        else:
            row.pop(cell, None)


def _cell(number: int, row: Mapping[str, str], column: str) -> Cell:
    """A claim's figure is the same in whichever publication; a total is one publication's."""
    day, year = date.fromisoformat(row["基準日"]), int(row["年度"])
    if row["集計区分コード"] != "claim":
        return (number, row["集計区分コード"], row["集計対象"], column)
    what = {
        "balance_last_year": ("balance", year_earlier(day)),
        "previous_settlement_balance": ("settlement", year - 1),
        "target_balance": ("target", year, row["目標の種類コード"]),
    }.get(column, (column, day))
    return (row["債権番号"], *what)


def _along(number: int, rows: Sequence[Mapping[str, str]]) -> Iterator[Equation]:
    for row in rows:
        yield {
            _cell(number, row, "balance_current"): 1,
            _cell(number, row, "balance_prior"): 1,
            _cell(number, row, "balance"): -1,
        }
        yield {
            _cell(number, row, "balance_last_year"): 1,
            _cell(number, row, "change"): 1,
            _cell(number, row, "balance"): -1,
        }


def _down(number: int, rows: Sequence[Mapping[str, str]]) -> Iterator[tuple[Cell, Equation]]:
    claims = [row for row in rows if row["集計区分コード"] == "claim"]
    for total in rows:
        for column in MONEY if total["集計区分コード"] != "claim" else ():
            alike = _MEMBERS[total["集計区分コード"]]
            cell = _cell(number, total, column)
            members = [row for row in claims if all(row[key] == total[key] for key in alike)]
            yield cell, {**{_cell(number, row, column): 1 for row in members}, cell: -1}
