"""The words of headings: as they are compared, and what a layout says that they mean."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import repeat
from typing import NamedTuple

from ingest import text
from ingest.described.figures import UNITS
from ingest.described.layout import Meaning
from ingest.quoting import clean_name

Dimensions = Mapping[str, str]

_MOST_LINES = 6  # of one heading
_LONGEST_BEGINNING = 40
_LONGEST = 1_000  # characters of a heading or a title; whatever is longer is a text
_UNIT = re.compile(rf"\((?:単位:?)?({'|'.join(UNITS)})\)$")
_PLACEHOLDER = re.compile(r"<([^<>]*)>")
_LETTERED = re.compile(r"(?:\(?[①-⑳A-Zア-ン\d][)']?\)?)$")
# A letter, a number or a formula of them that a sheet gives to its columns: A, (ウ), E÷B×100.
_SYMBOL = re.compile(r"(?:[A-Z\d①-⑳'\"()+\-×÷=/*%・.,:─―]|[ア-ン](?![ァ-ヶー]))+")
_WESTERN = re.compile(r"\s*(?:19|20|１９|２０)[\d]{2}")
_BARE_YEAR = re.compile(r"(?:元|\d{1,2})年?度?")
_BETWEEN_JAPANESE = re.compile(r"(?<=[^\x00-\xff])\s+(?=[^\x00-\xff])")


class Heading(NamedTuple):
    """Words as they are compared, and the unit behind them."""

    words: str
    unit: str | None = None


@lru_cache(maxsize=8192)
def heading(words: str) -> Heading:
    """調定額 (千円) → (調定額, 千円)."""
    compared = _compared(words[:_LONGEST]).rstrip(":")
    unit = _UNIT.search(compared)
    return Heading(compared[: unit.start()], unit[1]) if unit else Heading(compared)


def unit_alone(words: str) -> str | None:
    """The unit that a line below the headings gives to its column: 千円, (千円)."""
    compared = heading(words)
    return compared.words if compared.words in UNITS else compared.unit


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
    def begins(self) -> str:
        """The compared words before its first place."""
        return _compared(_PLACEHOLDER.split(self.words)[0])

    @cached_property
    def first_value(self) -> re.Pattern[str] | None:
        """How the value is written with which it begins, where that is a year or a day."""
        form = text.written(self.dimensions[0], self.era) if self.dimensions else ""
        return re.compile(form) if form and self.words.startswith("<") else None

    @cached_property
    def needs(self) -> str:
        """Words without which no text matches."""
        return max(map(_compared, _PLACEHOLDER.split(self.words)[::2]), key=len)

    @cached_property
    def _written(self) -> re.Pattern[str]:
        """As a regular expression that no text keeps busy.

        What may be anything ends where what follows it stands first: nothing is tried twice.
        """
        parts = _PLACEHOLDER.split(self.words)
        segments = [""]
        for at, each in enumerate(parts):
            if at % 2 == 0:
                segments[-1] += re.escape(_compared(each))
            elif form := text.written(each, self.era):
                segments[-1] += f"({form})"
            else:
                segments.append(".*?" if each == "*" else "(.+?)")
        first, *free = segments
        return re.compile(first + "".join(f"(?>{each})" for each in free[:-1]) + "".join(free[-1:]))

    def told(self, words: str) -> dict[str, str] | None:
        """The value of each place, as the words tell it; None where they do not match."""
        if len(words) > _LONGEST or self.needs not in (compared := _compared(words)):
            return None
        length = len(heading(words).words)
        found = self._written.fullmatch(compared, 0, length) or self._written.fullmatch(compared)
        if not found:
            return None
        characters = list(_characters(words))
        if len(characters) != len(compared):  # half-width kana, of which two are one
            words, characters = compared, list(_characters(compared))
        values: dict[str, str] = {}
        for number, dimension in enumerate(self.dimensions, 1):
            first, last = found.start(number), found.end(number) - 1
            values[dimension] = name(words[characters[first] : characters[last] + 1])
        return self._with_era(values)

    def _with_era(self, values: dict[str, str]) -> dict[str, str]:
        year = values.get("fiscal_year")
        if self.era and year and _BARE_YEAR.fullmatch(heading(year).words):
            return {**values, "fiscal_year": f"{self.era}{year}"}
        return values


def _compared(words: str) -> str:
    plain = unicodedata.normalize("NFKC", words).translate(text.BRACKETS).upper()
    return "".join(plain.split())


def _characters(words: str) -> Iterator[int]:
    """Of each character of the compared words, where it stands in the words."""
    for at, each in enumerate(words):
        yield from repeat(at, len(_compared(each)))


@dataclass(frozen=True)
class Dictionary:
    """What the words of a table's headings mean. A slash joins the lines of a heading."""

    meanings: Mapping[str, Meaning]
    era: str | None = None

    @cached_property
    def _exact(self) -> Mapping[str, tuple[str, Dimensions]]:
        plain = ((w, m) for w, m in self.meanings.items() if not is_pattern(w))
        return {heading(w.replace("/", "")).words: (w, dimensions_of(m)) for w, m in plain}

    @cached_property
    def _without_letters(self) -> Mapping[str, tuple[str, Dimensions]]:
        found: dict[str, list[tuple[str, Dimensions]]] = {}
        for words, meaning in self._exact.items():
            found.setdefault(without_letter(words), []).append(meaning)
        return {words: each[0] for words, each in found.items() if words and len(each) == 1}

    @cached_property
    def _patterns(self) -> Sequence[tuple[str, Pattern, Dimensions]]:
        return [
            (words, Pattern(words.replace("/", ""), self.era), dimensions_of(meaning))
            for words, meaning in self.meanings.items()
            if is_pattern(words)
        ]

    @cached_property
    def _beginnings(self) -> Set[str]:
        """What words begin with, where something follows."""
        patterns = {pattern.begins for _, pattern, _ in self._patterns} - {""}
        words = [each[:_LONGEST_BEGINNING] for each in (*self._exact, *patterns)]
        return patterns.union(each[:end] for each in words for end in range(1, len(each)))

    @cached_property
    def _first_values(self) -> Set[re.Pattern[str]]:
        values = {pattern.first_value for _, pattern, _ in self._patterns}
        return {each for each in values if each}

    @cached_property
    def reads_numbers(self) -> bool:
        """Whether a number may be one of its words: a year, or a month."""
        years = any("fiscal_year" in pattern.dimensions for _, pattern, _ in self._patterns)
        return years or any(words.isdecimal() for words in self._exact)

    def begins(self, words: str) -> bool:
        """Whether words may be the first lines of a heading that goes on below."""
        compared = _compared(words)
        return compared.replace("/", "") in self._beginnings or any(
            written.fullmatch(compared) for written in self._first_values
        )

    @cached_property
    def look_up(self) -> Callable[[str], tuple[str, Dimensions] | None]:
        """The entry for words, and the dimensions that they tell; None for unknown words."""
        return lru_cache(maxsize=8192)(self._look_up)

    def _look_up(self, words: str) -> tuple[str, Dimensions] | None:
        compared = heading(words).words
        if found := self._exact.get(compared.replace("/", "")):
            return found
        whole = _compared(words[:_LONGEST])
        for entry, pattern, meaning in self._patterns:
            if pattern.needs in whole and (values := pattern.told(words)) is not None:
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
        taken, entry = _longest(lines[at : at + _MOST_LINES], dictionary)
        if entry:
            entries.append(entry[0])
            dimensions |= _with_era_year(dimensions, entry[1])
        elif not is_beside_words(lines[at]):
            unknown.append(lines[at])
        at += taken
    units = [unit for line in lines if (unit := unit_alone(line))]
    return Said(tuple(entries), dimensions, units[-1] if units else None, tuple(unknown))


def is_beside_words(line: str) -> bool:
    """Whether a line of a heading is no word of it: a letter, a formula of letters, a unit."""
    words = heading(line).words
    return not words or words in UNITS or is_symbol(line)


def _with_era_year(above: Dimensions, told: Dimensions) -> Dimensions:
    """Of a year in both calendars the era's counts: 平成28年度 over 2017年 is 2016 (domain §3)."""
    first, second = above.get("fiscal_year", ""), told.get("fiscal_year", "")
    of_era = None if _WESTERN.match(first) else text.fiscal_year(first)
    western = text.fiscal_year(second) if _WESTERN.match(second) else None
    is_one = of_era is not None and western is not None and abs(of_era - western) <= 1
    return {**told, "fiscal_year": first} if is_one else told


def _longest(
    lines: Sequence[str], dictionary: Dictionary
) -> tuple[int, tuple[str, Dimensions] | None]:
    for count in range(len(lines), 0, -1):
        if entry := dictionary.look_up("".join(lines[:count])):
            return count, entry
    return 1, None


def dimensions_of(meaning: Meaning) -> Dimensions:
    """A meaning that is only a word is a measure, or the dimension whose values stand below."""
    if isinstance(meaning, str):
        place = _PLACEHOLDER.fullmatch(meaning)
        return {EACH: place[1]} if place else {"measure": meaning}
    return meaning


EACH = "<each>"  # of a column whose cells are values of a dimension
