"""The words of headings: as they are compared, and what a layout says that they mean."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from ingest import text
from ingest.described.layout import Meaning
from ingest.quoting import clean_name

Dimensions = Mapping[str, str]

_UNIT = re.compile(r"\((?:単位:?)?(億円|百万円|千円|円|件|人|世帯|%)\)$")
_PLACEHOLDER = re.compile(r"<([^<>]*)>")
_LETTERED = re.compile(r"(?:\(?[①-⑳A-Zア-ン\d][)']?\)?)$")
# A letter, a number or a formula of them that a sheet gives to its columns: A, (ウ), E÷B×100.
_SYMBOL = re.compile(r"(?:[A-Z\d①-⑳'\"()+\-×÷=/*%・.,:─―]|[ア-ン](?![ァ-ヶー]))+")
_BETWEEN_JAPANESE = re.compile(r"(?<=[^\x00-\xff])\s+(?=[^\x00-\xff])")


class Heading(NamedTuple):
    """Words as they are compared, and the unit behind them."""

    words: str
    unit: str | None = None


@lru_cache(maxsize=8192)
def heading(words: str) -> Heading:
    """調定額 (千円) → (調定額, 千円)."""
    compared = "".join(character for character, _ in _characters(words)).rstrip(":")
    unit = _UNIT.search(compared)
    return Heading(compared[: unit.start()], unit[1]) if unit else Heading(compared)


def without_letter(compared: str) -> str:
    """Compared words without the letter that a sheet gives to its columns: 調定額A → 調定額."""
    return _LETTERED.sub("", compared)


def name(words: str) -> str:
    """A name on one line, without the spaces that stretch it: 東　部 → 東部."""
    return _BETWEEN_JAPANESE.sub("", clean_name(words))


def is_symbol(words: str) -> bool:
    """Whether a heading only gives its column a letter, or the formula of it."""
    return _SYMBOL.fullmatch(heading(words).words) is not None


def is_pattern(words: str) -> bool:
    """Whether a word of a layout has places for values: <fiscal_year>決算."""
    return "<" in words and _PLACEHOLDER.search(words) is not None


@dataclass(frozen=True)
class Pattern:
    """A word of a layout with places for values. `era`: of a year that is only a number."""

    words: str
    era: str | None = None

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """What its places tell."""
        return tuple(each for each in _PLACEHOLDER.findall(self.words) if each != "*")

    @cached_property
    def _written(self) -> re.Pattern[str]:
        literals = _PLACEHOLDER.split(self.words)
        source = ""
        for at, each in enumerate(literals):
            if at % 2 == 0:
                source += re.escape("".join(character for character, _ in _characters(each)))
            elif each == "*":
                source += ".*?"
            else:
                source += f"({text.written(each, self.era) or '.+?'})"
        return re.compile(source)

    def told(self, words: str) -> dict[str, str] | None:
        """The value of each place, as the words tell it; None where they do not match."""
        characters = list(_characters(words))
        length = len(heading(words).words)
        compared = "".join(character for character, _ in characters)
        found = self._written.fullmatch(compared, 0, length) or self._written.fullmatch(compared)
        if not found:
            return None
        values: dict[str, str] = {}
        for number, dimension in enumerate(self.dimensions, 1):
            first, last = found.start(number), found.end(number) - 1
            said = name(words[characters[first][1] : characters[last][1] + 1])
            values[dimension] = self._with_era(said) if dimension == "fiscal_year" else said
        return values

    def _with_era(self, year: str) -> str:
        """A year that is only a number, as one of the era: 18 → 平成18年度."""
        number = unicodedata.normalize("NFKC", year)
        is_bare = number == "元" or (number.isdecimal() and len(number) < len("2000"))
        return f"{self.era}{number}年度" if self.era and is_bare else year


def _characters(words: str) -> Iterator[tuple[str, int]]:
    """Each character as it is compared, and where it stands in the words."""
    for at, each in enumerate(words):
        if not each.isspace():
            for plain in unicodedata.normalize("NFKC", each).translate(text.BRACKETS).upper():
                yield plain, at


@dataclass(frozen=True)
class Dictionary:
    """What the words of a table's headings mean. A slash joins the lines of a heading."""

    meanings: Mapping[str, Meaning]
    era: str | None = None

    @cached_property
    def _exact(self) -> Mapping[str, tuple[str, Dimensions]]:
        plain = ((w, m) for w, m in self.meanings.items() if not is_pattern(w))
        return {heading(w.replace("/", "")).words: (w, _dimensions(m)) for w, m in plain}

    @cached_property
    def _without_letters(self) -> Mapping[str, tuple[str, Dimensions]]:
        found: dict[str, list[tuple[str, Dimensions]]] = {}
        for words, meaning in self._exact.items():
            found.setdefault(without_letter(words), []).append(meaning)
        return {words: each[0] for words, each in found.items() if words and len(each) == 1}

    @cached_property
    def _patterns(self) -> Sequence[tuple[str, Pattern, Dimensions]]:
        return [
            (words, Pattern(words.replace("/", ""), self.era), _dimensions(meaning))
            for words, meaning in self.meanings.items()
            if is_pattern(words)
        ]

    def look_up(self, words: str) -> tuple[str, Dimensions] | None:
        """The entry for words, and the dimensions that they tell; None for unknown words."""
        compared = heading(words).words
        if found := self._exact.get(compared):
            return found
        for entry, pattern, meaning in self._patterns:
            if (values := pattern.told(words)) is not None:
                return entry, {**values, **meaning}
        return self._without_letters.get(without_letter(compared))


class Said(NamedTuple):
    """What the lines of a heading say together: entries, dimensions, a unit, unknown words."""

    entries: tuple[str, ...]
    dimensions: Dimensions
    unit: str | None
    unknown: tuple[str, ...]


def understood(lines: Sequence[str], dictionary: Dictionary) -> Said:
    """Read a heading from its first line to its last; a later line is the nearer one, and counts.

    Lines that are one heading only together are joined, the most of them first.
    """
    entries: list[str] = []
    dimensions: dict[str, str] = {}
    unknown: list[str] = []
    at = 0
    while at < len(lines):
        taken, entry = _longest(lines[at:], dictionary)
        if entry:
            entries.append(entry[0])
            dimensions |= entry[1]
        elif not is_symbol(lines[at]) and heading(lines[at]).words:
            unknown.append(lines[at])
        at += taken
    units = [unit for line in lines if (unit := heading(line).unit)]
    return Said(tuple(entries), dimensions, units[-1] if units else None, tuple(unknown))


def _longest(
    lines: Sequence[str], dictionary: Dictionary
) -> tuple[int, tuple[str, Dimensions] | None]:
    for count in range(len(lines), 0, -1):
        if entry := dictionary.look_up("".join(lines[:count])):
            return count, entry
    return 1, None


def _dimensions(meaning: Meaning) -> Dimensions:
    """A meaning that is only a word is a measure, or the dimension whose values stand below."""
    if isinstance(meaning, str):
        place = _PLACEHOLDER.fullmatch(meaning)
        return {EACH: place[1]} if place else {"measure": meaning}
    return meaning


EACH = "<each>"  # of a column whose cells are values of a dimension
