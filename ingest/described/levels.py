"""The levels of a stub: which rows stand under which, by their numbers or their indent."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.described.words import name

OF_WHICH = "うち"
_NUMBERS = (
    re.compile(r"[一二三四五六七八九十]+(?:[.．、]|\s+(?=\S))"),
    re.compile(r"[(（][一二三四五六七八九十]+[)）]"),
    re.compile(r"[IVXⅠ-Ⅻ]+(?:[.．、]|\s+(?=\S))"),
    re.compile(r"[\d０-９]+(?:[.．、]|\s+(?=\S))"),
    re.compile(r"[(（][\d０-９]+[)）]"),
    re.compile(r"[①-⑳]"),
    re.compile(r"[ア-ン](?:[.．、]|\s+(?=\S))"),
    re.compile(r"[(（][ア-ン][)）]"),
    re.compile(r"[a-zａ-ｚ](?:[.．、]|\s+(?=\S))"),
    re.compile(r"[(（][a-zａ-ｚ][)）]"),
)


@dataclass(frozen=True)
class Level:
    """Where a row stands: the names of those above it, and whether others stand under it."""

    parents: tuple[str, ...]
    has_parts: bool


def without_number(words: str) -> str:
    """A name without the number that lists put before it: (1) 市町村民税 → 市町村民税."""
    stripped = words.strip()
    found = _number(stripped)
    return name(stripped[found.end() :] if found else stripped) or name(words)


def is_of_which(words: str) -> bool:
    """Whether a row tells a part of the one above it: うち現年度分."""
    return name(words).lstrip("(（").startswith(OF_WHICH)


def levels(words: Mapping[int, str]) -> Mapping[int, Level]:
    """The level of each row, by its words. A kind of number that comes first stands higher."""
    kinds: list[object] = []
    path: list[tuple[int, str]] = []
    parents: dict[int, tuple[str, ...]] = {}
    whole: set[int] = set()  # rows whose parts follow
    for row, said in words.items():
        if is_of_which(said):
            parents[row] = tuple(each for _, each in path)
            continue
        kind = kind_of(said)
        depth = kinds.index(kind) if kind in kinds else len(kinds)
        kinds[depth:] = [kind]
        del path[depth:]
        whole.update(above for above, _ in path[-1:])
        parents[row] = tuple(each for _, each in path)
        path.append((row, without_number(said)))
    return {row: Level(above, row in whole) for row, above in parents.items()}


def kind_of(words: str) -> Sequence[object]:
    """How a row is numbered, and how far it is indented."""
    stripped = words.strip()
    found = _number(stripped)
    number = found.re.pattern if found else None
    return number, 0 if number else len(words) - len(words.lstrip())


def _number(words: str) -> re.Match[str] | None:
    return next((found for each in _NUMBERS if (found := each.match(words))), None)
