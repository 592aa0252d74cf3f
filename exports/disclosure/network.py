"""The sums of a report as a network, and the cheapest cycle that frees a hidden figure.

A claim counts once in its class and once in its department, and those once each in the city, so
every figure is an arc between two sums: a claim between its department and its class, a class or
department between itself and the city's sum over them. What may be hidden and moved along a cycle
of hidden arcs leaves every printed sum as it is, so no reader can tell how far it was moved.
L. H. Cox, Network models for complementary cell suppression, JASA 90 (1995) 1453-1462.
"""

import heapq
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from operator import add, ge

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
        return self.room is None or all(map(ge, self.room, level))

    def other(self, end: Hashable) -> Hashable:
        """The end that is not ``end``."""
        return self.ends[1] if end == self.ends[0] else self.ends[0]


Ends = defaultdict[Hashable, list[Arc]]


class Network:
    """Arcs, some of them ``hidden`` already and so free of cost."""

    def __init__(self, arcs: Iterable[Arc], hidden: Iterable[Hashable]) -> None:
        self.hidden = set(hidden)
        self._arcs = {arc.name: arc for arc in arcs}
        self._at: Ends = defaultdict(list)
        self._hidden_at: Ends = defaultdict(list)
        for arc in self._arcs.values():
            self._add(arc, self._at)
            if arc.name in self.hidden:
                self._add(arc, self._hidden_at)

    def free(self, name: Hashable, level: Sequence[int]) -> None:
        """Hide what closes the cheapest cycle through ``name`` along which ``level`` can move.

        Raises LookupError where there is none.
        """
        bound = self._arcs[name]
        # What costs nothing is cheapest, and soon looked through.
        path = self._path(bound, level, self._hidden_at) or self._path(bound, level, self._at)
        if not path:
            raise LookupError(name)
        for arc in path:
            if arc.name not in self.hidden:
                self.hidden.add(arc.name)
                self._add(arc, self._hidden_at)

    def _path(self, bound: Arc, level: Sequence[int], arcs_at: Ends) -> list[Arc]:
        """The cheapest way from one end of ``bound`` to the other; empty where there is none."""
        start, goal = bound.ends
        came_by: dict[Hashable, Arc] = {}
        for node, arc in self._by_cost(start, arcs_at, level, without=bound):
            came_by[node] = arc
            if node == goal:
                return _back(came_by, goal, start)
        return []

    def _by_cost(
        self, start: Hashable, arcs_at: Ends, level: Sequence[int], *, without: Arc
    ) -> Iterator[tuple[Hashable, Arc]]:
        """Dijkstra: each node that can be reached and the arc to it, the cheapest first.

        Of paths at equal cost the one found first counts, in the order of the arcs.
        """
        reached = {start}
        order = count()
        waiting: list[tuple[Cost, int, Hashable, Arc]] = []

        def look_around(node: Hashable, spent: Cost) -> None:
            for arc in arcs_at[node]:
                there = arc.other(node)
                if there not in reached and arc is not without and arc.gives(level):
                    cost = spent if arc.name in self.hidden else _sum(spent, arc.cost)
                    heapq.heappush(waiting, (cost, next(order), there, arc))

        look_around(start, (0,) * len(without.cost))
        while waiting:
            spent, _, node, arc = heapq.heappop(waiting)
            if node not in reached:
                reached.add(node)
                yield node, arc
                look_around(node, spent)

    @staticmethod
    def _add(arc: Arc, arcs_at: Ends) -> None:
        for end in arc.ends:
            arcs_at[end].append(arc)


def _back(came_by: Mapping[Hashable, Arc], goal: Hashable, start: Hashable) -> list[Arc]:
    path = []
    while goal != start:
        path.append(came_by[goal])
        goal = came_by[goal].other(goal)
    return path


def _sum(spent: Cost, cost: Cost) -> Cost:
    return tuple(map(add, spent, cost))
