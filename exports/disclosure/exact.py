"""What follows from sums that are known: exact elimination over the rationals."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

Amount = tuple[object, ...]
Sum = Mapping[Amount, int | Fraction]  # how often each amount is counted in


class Known:
    """Sums of amounts that readers know, and all that can be computed from them."""

    def __init__(self, sums: Iterable[Sum] = ()) -> None:
        self._amounts: set[Amount] = set()
        # Amounts that others would give, by the latter; none stands in what was added after it.
        self._solved: dict[Amount, Sum] = {}
        for known in sums:
            self.add(known)

    def add(self, known: Sum) -> None:
        """Readers know this sum, too."""
        rest = self.rest(known)
        if len(rest) == 1:
            self._amounts.update(rest)
        elif rest:
            solved, times = rest.popitem()
            self._solved[solved] = {amount: -factor / times for amount, factor in rest.items()}

    def rest(self, asked: Sum) -> dict[Amount, Fraction]:
        """What of a sum cannot be computed; nothing where all of it can."""
        rest = defaultdict(
            Fraction, {a: Fraction(f) for a, f in asked.items() if a not in self._amounts}
        )
        for solved, others in self._solved.items() if rest.keys() & self._solved.keys() else ():
            if solved in rest:
                times = rest.pop(solved)
                for amount, factor in others.items():
                    rest[amount] += times * factor
        return {a: f for a, f in rest.items() if f and a not in self._amounts}

    def __contains__(self, asked: Sum) -> bool:
        """Whether a sum can be computed."""
        return not self.rest(asked)

    def with_these(self, sums: Iterable[Sum]) -> "Known":
        """What is known where readers know these sums, too."""
        more = Known()
        more._amounts, more._solved = set(self._amounts), dict(self._solved)
        for known in sums:
            more.add(known)
        return more
