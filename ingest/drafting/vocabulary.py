"""The words whose meaning is known: those of the field, and of a home's layouts."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ingest.described.layout import Described, Meaning
from ingest.described.words import Dictionary, Dimensions, heading, is_pattern
from ingest.names import name_key
from ingest.text import written
from terms.codes import CLAIM_CLASSES, is_list, labels, municipalities
from terms.reading import remembered, told

_YEAR, _DAY = "<fiscal_year>", "<as_of>"
MUNICIPALITY = "municipality"
_DIGITS = re.compile(r"\d{4,}")


class Dated(NamedTuple):
    """Words whose years and days are places: (<fiscal_year>末目標, 末目標, {fiscal_year})."""

    pattern: str
    rest: str
    told: frozenset[str]


def compared(words: str) -> str:
    """Words as headings are compared."""
    return heading(words).words


def dated(words: str) -> Dated:
    """The words with a place for each day and year that they name."""
    pattern = rest = compared(words)
    found = set()
    for dimension, place in (("as_of", _DAY), ("fiscal_year", _YEAR)):
        source = re.compile(rf"(?<!<)(?:(?<!\d)(?=\d)|(?=\D))(?:{written(dimension)})(?!\d)")
        if source.search(rest):
            found.add(dimension)
            pattern, rest = source.sub(place, pattern, count=1), source.sub("", rest, count=1)
    return Dated(pattern, rest, frozenset(found))


def without_long_numbers(pattern: str) -> str:
    """A pattern that fits also where the next edition of a table bears another number."""
    return _DIGITS.sub("<*>", pattern)


@dataclass(frozen=True)
class Vocabulary:
    """What words mean: `exact` as a home's layouts say it, else made of `words` of the field."""

    words: Mapping[str, Dimensions]
    fillers: Sequence[str]
    exact: Dictionary

    def meaning(self, words: str) -> Dimensions | None:
        """The dimensions that words tell as a whole; None where a part of them is not known."""
        if entry := self.exact.look_up(words):
            return entry[1]
        return self._covered(compared(words))

    def partly(self, words: str) -> tuple[dict[str, str], str]:
        """What known words within words tell of scenario, part and year; and the rest of them."""
        found: dict[str, str] = {}
        rest = compared(words)
        for word in self._within(rest):
            if word in rest and not self.words[word].keys() & (found.keys() | {"measure"}):
                rest = rest.replace(word, "", 1)
                found.update(self.words[word])
        return found, rest

    def told_in(self, words: str, dimension: str) -> set[str]:
        """The values of a dimension that words name among others, in more than two letters."""
        found: set[str] = set()
        rest = compared(words)
        for word in (each for each in self._within(rest) if len(each) > len("収入")):
            if word in rest and dimension in self.words[word]:
                rest = rest.replace(word, " ")
                found.add(self.words[word][dimension])
        return found

    def _within(self, words: str) -> list[str]:
        return [each for each in self._longest_first if len(each) > 1 and each in words]

    @cached_property
    def _longest_first(self) -> list[str]:
        return sorted(self.words, key=lambda word: (-len(word), word))

    def _covered(self, words: str) -> Dimensions | None:
        """What the parts of words tell together, where all of them are known and agree."""
        best: list[Dimensions | None] = [None] * len(words) + [{}]
        for start in reversed(range(len(words))):
            for part in [*self._longest_first, *self.fillers]:
                rest = best[start + len(part)] if words.startswith(part, start) else None
                if rest is None:
                    continue
                mine = self.words.get(part, {})
                if all(rest.get(d, v) == v for d, v in mine.items()):
                    best[start] = {**rest, **mine}
                    break
        found = best[0] if words else None
        return found or ({} if words in told("headings")["plain"] else None)


def vocabulary(of_home: Iterable[Described]) -> Vocabulary:
    """The words of the field, and of a home's layouts."""
    meanings: dict[str, Meaning] = {}
    for layout in of_home:
        for table in layout.tables:
            for words, meaning in [*table.columns.items(), *table.rows.items()]:
                if not is_pattern(words) and not is_pattern(str(meaning)):
                    meanings.setdefault(words, meaning)
    fillers = [compared(each) or each for each in told("headings")["fillers"]]
    return Vocabulary(_of_field(), fillers, Dictionary(meanings))


@remembered
def _of_field() -> Mapping[str, Dimensions]:
    words = told("headings")
    units = words["units"]
    found: dict[str, Dimensions] = {}
    for measure, names in words["measures"].items():
        unit = {"unit": units[measure]} if measure in units else {}
        found.update((compared(each), {"measure": measure, **unit}) for each in names)
    for dimension, values in words["values"].items():
        for value, names in values.items():
            found.update((compared(each), {dimension: value}) for each in names)
    return found


@remembered
def dimension_of(words: str) -> str | None:
    """The dimension whose values stand under a heading."""
    said = compared(words)
    for dimension, names in told("headings")["dimensions"].items():
        if said in map(compared, names):
            return str(dimension)
    return None


def is_code(words: str) -> bool:
    """Whether the numbers under a heading are names: 科目コード."""
    return compared(words).endswith(tuple(told("headings")["codes"]))


@remembered
def is_passed_over(words: str) -> bool:
    """Whether a column under a heading tells no figure."""
    return compared(words) in map(compared, told("headings")["passed_over"])


def dimension_of_names(names: Sequence[str]) -> str | None:
    """The dimension whose values end as most of the names do."""
    for dimension, endings in told("headings")["endings"].items():
        ending = re.compile(f"(?:{'|'.join(endings)})$")
        said = (re.sub(r"\([^()]*\)$", "", compared(each)) for each in names)
        fitting = [each for each in said if ending.search(each)]
        if len(fitting) * 2 > len(names):
            return None if dimension == MUNICIPALITY and not are_registered(names) else dimension
    return None


def are_registered(names: Sequence[str]) -> bool:
    """Whether names are those of municipalities whose codes are known."""
    known = {name_key(each) for each in municipalities().values()}
    return {*map(name_key, names)} <= known


def own_unit(words: str) -> str | None:
    """The unit of a number whose heading names a measure of its own; None of other words."""
    said = re.sub(r"\([^()]*\)$", "", compared(words))
    endings = told("headings")["measure_endings"]
    return next((str(unit) for end, unit in endings.items() if said.endswith(end)), None)


def label_of(dimension: str, value: str) -> str:
    """What staff read of a value, as in the marts; a word of a table stands as it is."""
    for name in (f"figure_{dimension}", dimension):
        if is_list(name) and name != CLAIM_CLASSES:
            return labels(name).get(value, value)
    return str(told("headings")["values"].get(dimension, {}).get(value, [value])[0])
