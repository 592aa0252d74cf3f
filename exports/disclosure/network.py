"""The sums of a report as a network, and the cheapest cycle that frees a hidden figure.

A claim counts once in its class and once in its department, and those once each in the city, so
every figure is an arc between two sums: a claim between its department and its class, a class or
department between itself and the city's sum over them. What may be hidden and moved along a cycle
of hidden arcs leaves every printed sum as it is, so no reader can tell how far it was moved.
L. H. Cox, Network models for complementary cell suppression, JASA 90 (1995) 1453-1462.
"""

import heapq
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

Cost = tuple[int, ...]


@dataclass(frozen=True)
class Arc:
    """A figure between two sums; ``cost`` of hiding it, of equal length for all arcs.

    ``room``: how far each of its amounts can be moved down, None where nothing binds it.
    """

    name: Hashable
    ends: tuple[Hashable, Hashable]
    cost: Cost
    room: tuple[int, ...] | None = None

    def gives(self, level: Sequence[int]) -> bool:
        """Whether each amount can be moved by ``level``."""
        return self.room is None or all(
            room >= asked for room, asked in zip(self.room, level, strict=True)
        )

    def other(self, end: Hashable) -> Hashable:
        """The end that is not ``end``."""
        return self.ends[1] if end == self.ends[0] else self.ends[0]


class Network:
    """Arcs, some of them ``hidden`` already and so free of cost."""

    def __init__(self, arcs: Iterable[Arc], hidden: Iterable[Hashable]) -> None:
        self.hidden = set(hidden)
        self._arcs: dict[Hashable, Arc] = {}
        self._at: dict[Hashable, list[Arc]] = defaultdict(list)
        for arc in arcs:
            self._arcs[arc.name] = arc
            for end in arc.ends:
                self._at[end].append(arc)

    def free(self, name: Hashable, level: Sequence[int]) -> None:
        """Hide what closes the cheapest cycle through ``name`` along which ``level`` can move.

        Raises LookupError where there is none.
        """
        start, goal = self._arcs[name].ends
        came_by: dict[Hashable, Arc] = {}
        for node, arc in self._by_cost(start, without=name, level=level):
            came_by[node] = arc
            if node == goal:
                break
        while goal != start:
            arc = came_by[goal]
            self.hidden.add(arc.name)
            goal = arc.other(goal)

    def _by_cost(
        self, start: Hashable, *, without: Hashable, level: Sequence[int]
    ) -> Iterator[tuple[Hashable, Arc]]:
        """Dijkstra: each node that can be reached and the arc to it, the cheapest first.

        Of paths at equal cost the one found first counts, in the order of the arcs.
        """
        reached = {start}
        order = count()
        waiting: list[tuple[Cost, int, Hashable, Arc]] = []

        def look_around(node: Hashable, spent: Cost | None) -> None:
            for arc in self._at[node]:
                if arc.name != without and arc.other(node) not in reached and arc.gives(level):
                    cost = _sum(spent, self._cost(arc))
                    heapq.heappush(waiting, (cost, next(order), arc.other(node), arc))

        look_around(start, None)
        while waiting:
            spent, _, node, arc = heapq.heappop(waiting)
            if node not in reached:
                reached.add(node)
                yield node, arc
                look_around(node, spent)

    def _cost(self, arc: Arc) -> Cost:
        return tuple(0 for _ in arc.cost) if arc.name in self.hidden else arc.cost


def _sum(spent: Cost | None, cost: Cost) -> Cost:
    return cost if spent is None else tuple(a + b for a, b in zip(spent, cost, strict=True))
