"""Whether a regular expression can take more than linear time, told from its structure alone.

A pattern is made into a nondeterministic automaton over a few characters that stand for all. It
backtracks without end where some text leads from a state back to it in two ways (exponential), or
goes round in one loop, leads from it to another and goes round there, too (quadratic or worse):
Weber and Seidl, On the degree of ambiguity of finite automata (1991). A search, which begins anew
at each character, is a loop before the pattern.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Literal

# Beside what the pattern names: a character of each category, and one that nobody names.
USUAL = "a0\u0663 _\n漢\x01"
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
ASSERTIONS = (op.ASSERT, op.ASSERT_NOT)
CHARACTERS = (op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY)
ENDS = (op.AT_END, op.AT_END_STRING, op.AT_BOUNDARY, op.AT_NON_BOUNDARY)
ORDER = ["linear", "polynomial", "exponential"]
How = Literal["search", "match", "fullmatch"]


class Automaton:
    """A pattern as it is used; `steps`: state → character → next state → in how many ways."""

    def __init__(self, tree: list[Any], flags: int, how: How) -> None:
        self.flags = flags
        self.alphabet = sorted({*self._named(tree), *USUAL})
        self.moves: dict[int, list[tuple[Any, int]]] = defaultdict(list)
        self.free: dict[int, list[int]] = defaultdict(list)
        self.count = 0
        self.is_search = how == "search"
        self.may_fail_at_its_end = how == "fullmatch"
        self.asserted: list[Any] = []
        self.refused: dict[tuple[int, int], Any] = {}  # what may not follow on a free move
        start = self._new()
        self.end = self._build(tree, start)
        self.alphabet = self._told_apart()
        self.steps = {state: self._steps_of(state) for state in range(self.count)}
        if self.is_search:
            self._search(tree, start)

    def _new(self) -> int:
        self.count += 1
        return self.count - 1

    def _named(self, tree: Any) -> Iterator[str]:
        for code, value in tree:
            if code in (op.LITERAL, op.NOT_LITERAL):
                yield from _cases(chr(value))
            elif code is op.IN:
                for kind, each in value:
                    if kind is op.LITERAL:
                        yield from _cases(chr(each))
                    elif kind is op.RANGE:
                        yield from map(chr, each)
            elif code is op.BRANCH:
                for branch in value[1]:
                    yield from self._named(branch)
            elif code is op.SUBPATTERN or code in ASSERTIONS or code in REPEATS:
                yield from self._named(value[-1])
            elif code is op.ATOMIC_GROUP:
                yield from self._named(value)

    def _build(self, tree: Any, at: int) -> int:
        for code, value in tree:
            at = self._item(code, value, at)
        return at

    def _item(self, code: Any, value: Any, at: int) -> int:
        if code in REPEATS:
            return self._repeat(*value, at, gives_back=code is not op.POSSESSIVE_REPEAT)
        if code in (op.SUBPATTERN, op.ATOMIC_GROUP):
            return self._build(value[-1] if code is op.SUBPATTERN else value, at)
        if code in ASSERTIONS:
            self.asserted.append(list(value[1]))
            self.may_fail_at_its_end |= value[0] > 0 or at > 0
            return at
        if code is op.AT and value is not op.AT_BEGINNING:
            self.may_fail_at_its_end |= value in ENDS and at > 0
            return at
        to = self._new()
        if code is op.AT:  # a search from anywhere else ends here
            self.free[at] += [to] * (not self.is_search)
            return to
        if code is op.BRANCH:
            for branch in value[1]:
                self.free[self._build(branch, at)].append(to)
        else:
            self.moves[at].append(((code, value), to))
        return to

    def _repeat(self, least: int, most: Any, body: Any, at: int, *, gives_back: bool) -> int:
        """A bounded repetition costs a factor: two copies show what it is ambiguous with."""
        for _ in range(min(least, 2)):
            at = self._build(body, at)
        to = self._new()
        if most is op.MAXREPEAT:
            loop = self._new()
            self.free[at].append(loop)
            self.free[self._build(body, loop)].append(loop)
            self.free[loop].append(to)
            if not gives_back and len(body) == 1 and body[0][0] in CHARACTERS:
                self.refused[loop, to] = body[0]
            return to
        for _ in range(min(most - least, 2)):
            self.free[at].append(to)
            at = self._build(body, at)
        self.free[at].append(to)
        return to

    def _told_apart(self) -> list[str]:
        """One character of all that no part of the pattern tells apart."""
        items = [item for moves in self.moves.values() for item, _ in moves]
        items += [each for tree in self.asserted for each in tree if each[0] in CHARACTERS]
        kinds = {
            (*(self._takes(item, each) for item in items), bool(re.match(r"\w", each))): each
            for each in self.alphabet
        }
        return list(kinds.values())

    def _freely(
        self, state: int, on: tuple[int, ...] = (), refused: tuple[Any, ...] = ()
    ) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """States that are reached without a character, once for every way; what may not follow."""
        yield state, refused
        for to in self.free[state]:
            if on.count(to) < 2:  # a free way round is a second way
                more = (self.refused[state, to],) if (state, to) in self.refused else ()
                yield from self._freely(to, (*on, state), refused + more)

    def _steps_of(self, state: int) -> dict[str, Counter[int]]:
        steps: dict[str, Counter[int]] = {}
        for near, refused in self._freely(state):
            for item, to in self.moves[near]:
                for character in self.alphabet:
                    is_refused = any(self._takes(each, character) for each in refused)
                    if self._takes(item, character) and not is_refused:
                        steps.setdefault(character, Counter())[to] += 1
        return steps

    def _search(self, tree: Any, start: int) -> None:
        """States before the pattern, one for each character that may stand there."""
        before = {character: -1 - n for n, character in enumerate(self.alphabet)}
        for last, state in before.items():
            self.steps[state] = {
                character: Counter([at])
                + (
                    self.steps[start].get(character, Counter())
                    if self._may_begin(tree, last, character)
                    else Counter()
                )
                for character, at in before.items()
            }

    def _may_begin(self, tree: Any, last: str, character: str) -> bool:
        for code, value in tree:
            if (
                code in ASSERTIONS
                and value[0] < 0
                and [c in CHARACTERS for c, _ in value[1]] == [True]
            ):
                if self._takes(value[1][0], last) != (code is op.ASSERT):
                    return False
            elif (code, value) == (op.AT, op.AT_BOUNDARY):
                if bool(re.match(r"\w", last)) == bool(re.match(r"\w", character)):
                    return False
            else:
                break
        return True

    def _takes(self, item: tuple[Any, Any], character: str) -> bool:
        code, value = item
        if code is op.ANY:
            return character != "\n" or bool(self.flags & re.DOTALL)
        if code in (op.LITERAL, op.NOT_LITERAL):
            return (code is op.LITERAL) == self._is(op.LITERAL, value, character)
        if code is op.IN:
            is_other = value[0][0] is op.NEGATE
            return is_other != any(self._is(kind, each, character) for kind, each in value)
        raise TypeError(f"{code} is no single character")

    def _is(self, kind: Any, value: Any, character: str) -> bool:
        if kind is op.CATEGORY:
            letter = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}[str(value).rpartition("_")[2]]
            letter = letter.upper() if "NOT" in str(value) else letter
            return bool(re.match(f"\\{letter}", character, self.flags & re.ASCII))
        cases = _cases(character) if self.flags & re.IGNORECASE else {character}
        if kind is op.LITERAL:
            return chr(value) in cases
        return kind is op.RANGE and any(value[0] <= ord(each) <= value[1] for each in cases)

    @cached_property
    def _succeeds(self) -> set[int]:
        """States from which nothing can fail: there is nothing to go back for."""
        if self.may_fail_at_its_end:
            return set()
        return {
            state
            for state in range(self.count)
            if any(near == self.end for near, _ in self._freely(state))
        }

    @cached_property
    def _leads(self) -> dict[int, set[int]]:
        """State → the states that any text leads to."""
        found = {}
        for state in self.steps:
            seen: set[int] = set()
            waiting = [state]
            while waiting:
                for ways in self.steps[waiting.pop()].values():
                    fresh = set(ways) - seen
                    seen |= fresh
                    waiting += fresh
            found[state] = seen
        return found

    @property
    def loops(self) -> list[int]:
        """States that some text leads back to, and from which a match can fail."""
        return [s for s in self.steps if s in self._leads[s] and s not in self._succeeds]

    def growth(self) -> Literal["linear", "polynomial", "exponential"]:
        """How the time grows with the length of the text, at worst."""
        loops = self.loops
        if any(self._two_ways_round(state) for state in loops if state >= 0):
            return "exponential"
        leads = self._leads  # within one loop, two ways would have been found
        pairs = [(p, q) for p in loops for q in loops if q in leads[p] and p not in leads[q]]
        return "polynomial" if any(self._overlap(p, q) for p, q in pairs) else "linear"

    def _two_ways_round(self, state: int) -> bool:
        """Whether a text leads from a state back to it in two ways."""
        first = (state, state, False)
        seen, waiting = {first}, [first]
        while waiting:
            one, other, differ = waiting.pop()
            for character, ways in self.steps[one].items():
                for a, count in ways.items():
                    for b in self.steps[other].get(character, ()):
                        if state not in self._leads[a] or state not in self._leads[b]:
                            continue
                        now = (a, b, differ or a != b or count > 1)
                        if now == (state, state, True):
                            return True
                        if now not in seen:
                            seen.add(now)
                            waiting.append(now)
        return False

    def _overlap(self, p: int, q: int) -> bool:
        """Whether some text leads from p to p, from p to q, and from q to q."""
        seen, waiting = {(p, p, q)}, [(p, p, q)]
        while waiting:
            one, two, three = waiting.pop()
            for character, ways in self.steps[one].items():
                for a in ways:
                    if p not in self._leads[a]:
                        continue
                    for b in self.steps[two].get(character, ()):
                        if b != q and q not in self._leads[b]:
                            continue
                        for c in self.steps[three].get(character, ()):
                            if q in self._leads[c] and (a, b, c) not in seen:
                                if (a, b, c) == (p, q, q):
                                    return True
                                seen.add((a, b, c))
                                waiting.append((a, b, c))
        return False


def _cases(character: str) -> set[str]:
    return {c for c in (character, character.lower(), character.upper()) if len(c) == 1}


def growth(pattern: re.Pattern[Any], how: How = "search") -> str:
    """How the time of a pattern grows with the text: linear, polynomial or exponential."""
    tree = list(_parser.parse(pattern.pattern, pattern.flags))
    first, *rest = [
        Automaton(tree, pattern.flags, each)
        for each in ({how, "match"} if how == "search" else {how})
    ]
    inner = [Automaton(each, pattern.flags, "match") for each in first.asserted]
    return max((each.growth() for each in (first, *rest, *inner)), key=ORDER.index)
