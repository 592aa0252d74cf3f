"""The levels of a stub: which rows stand under which, by their numbers or their indent."""

import re
import unicodedata
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from ingest.described.words import name

_OF_WHICH = re.compile(r"[(（]*(?:上記の|上の)?(?:うち(?![わぬ])|再掲)")
_DIGITS = 2
_KANJI, _ROMAN, _KATAKANA = "一二三四五六七八九十", "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ", "アイウエオカキクケコ"
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_BEHIND = r"(?:[.．、]|\s+(?=\S))"
_NUMBERS = (
    re.compile(rf"([{_KANJI}]+){_BEHIND}"),
    re.compile(rf"[(（]([{_KANJI}]+)[)）]"),
    re.compile(rf"([IVX{_ROMAN}]+){_BEHIND}"),
    re.compile(rf"([\d０-９]+){_BEHIND}"),
    re.compile(r"[(（]([\d０-９]+)[)）]"),
    re.compile(r"([①-⑳])"),
    re.compile(r"([⑴-⒇])"),
    re.compile(rf"([ア-ン]){_BEHIND}"),
    re.compile(r"[(（]([ア-ン])[)）]"),
    re.compile(rf"([a-zａ-ｚ]){_BEHIND}"),
    re.compile(r"[(（]([a-zａ-ｚ])[)）]"),
)


@dataclass(frozen=True)
class Level:
    """Where a row stands: the names of those above it, and whether others stand under it."""

    parents: tuple[str, ...]
    has_parts: bool


def is_of_which(words: str) -> bool:
    """Whether a row tells a part of the one above it: うち現年度分."""
    return _OF_WHICH.match(name(words)) is not None


def without_number(words: str) -> str:
    """A name without what may be a number before it, whatever else the column lists."""
    stripped = words.strip()
    found = _number(stripped)
    return name(stripped[found.end() :] if found else stripped) or name(stripped)


def kind_of(words: str) -> Sequence[object]:
    """How a row may be numbered, and how far it is indented."""
    return _kind(words, _number(words.strip()))


class Listed:
    """The words of the rows of a column, some of which lists have put numbers before.

    A number with no more than a blank behind it is one where the column counts from one up to it,
    or a list of another kind begins below: 一　市民税 and 二　資産税, or 一　普通税 and (1) 市民税,
    but not 一　般　税 or 三　重　県.
    """

    def __init__(self, words: Mapping[int, str]) -> None:
        self.words = words
        numbers = [_number(said.strip()) for said in words.values()]
        self._counted = {(each.re, _count(each[1])) for each in numbers if each}
        for above, below in pairwise(numbers):
            if above and below and below.re != above.re and _count(below[1]) == 1:
                self._counted.add((above.re, _count(above[1]) + 1))

    def name(self, row: int) -> str:
        """A name without the number that lists put before it: (1) 市町村民税 → 市町村民税."""
        stripped = self.words[row].strip()
        found = self._number(stripped)
        return name(stripped[found.end() :] if found else stripped) or name(stripped)

    def levels(self, but_for: Set[int]) -> Mapping[int, Level]:
        """The level of each row, by its words. A kind of number that comes first stands higher."""
        kinds: list[object] = []
        path: list[tuple[int, str]] = []
        parents: dict[int, tuple[str, ...]] = {}
        whole: set[int] = set()  # rows whose parts follow
        for row, said in self.words.items():
            if row in but_for:
                continue
            if is_of_which(said):
                parents[row] = tuple(each for _, each in path)
                continue
            kind = _kind(said, self._number(said.strip()))
            depth = kinds.index(kind) if kind in kinds else len(kinds)
            kinds[depth:] = [kind]
            del path[depth:]
            whole.update(above for above, _ in path[-1:])
            parents[row] = tuple(each for _, each in path)
            path.append((row, self.name(row)))
        return {row: Level(above, row in whole) for row, above in parents.items()}

    def _number(self, words: str) -> re.Match[str] | None:
        found = _number(words)
        if found is None or not found[0][-1].isspace():
            return found
        count = _count(found[1])
        before = {(found.re, each) for each in range(1, max(count, 2) + 1)}
        return found if count and before <= self._counted else None


def _kind(words: str, found: re.Match[str] | None) -> Sequence[object]:
    number = found.re.pattern if found else None
    return number, 0 if number else len(words) - len(words.lstrip())


def _number(words: str) -> re.Match[str] | None:
    return next((found for each in _NUMBERS if (found := each.match(words))), None)


def _count(number: str) -> int:
    """三, Ⅲ, 3, ウ or c → 3; 0 of what does not count up to ten (or as far as digits go)."""
    plain = unicodedata.normalize("NFKC", number)
    if plain.isdecimal():
        return int(plain) if len(plain) <= _DIGITS else 0
    kinds: tuple[Sequence[str], ...] = (_KANJI, _ROMANS, _KATAKANA, _LATIN)
    return next((kind.index(plain) + 1 for kind in kinds if plain in kind), 0)
