"""What the headings over figures mean: known words, years and formulas; the rest is asked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from ingest.described.figures import figure
from ingest.described.layout import UNKNOWN, Meaning
from ingest.described.meaning import FRACTION
from ingest.described.words import heading, is_symbol, unit_alone
from ingest.described.years import bare_years
from ingest.drafting.tables import Found
from ingest.drafting.vocabulary import (
    Vocabulary,
    compared,
    dated,
    dimension_of_names,
    own_unit,
    without_long_numbers,
)
from ingest.quoting import quoted
from ingest.text import Unreadable
from terms.money import EVERY_UNIT

BASIS, COMPARED, KIND = "basis", "比較", "区分"  # free dimensions that drafts name
AMOUNT, PERCENT = "円", "%"
ASKS_UNIT = "問: 単位は何ですか(件、人、% など。金額なら unit を消す)"
_LETTER = re.compile(r"\(?([A-Z]'*|[ア-ン]'*|[①-⑳])\)?")
_LETTERS = re.compile(r"[A-Z]'*|[ア-ン]'*")
_DIVIDES = re.compile(r"[÷/─―]|×100")
_BEHIND = re.compile(r"(?<=[^A-Zァ-ヶー(])\(?([A-Z])\)?$")
_MONTH = re.compile(r"\d+月分?")
_BY = re.compile(r"(.+?)別(?:の?内訳)?")
_AGAINST = "対"  # what a rate is measured against
_YEAR = "<fiscal_year>"
_SEVERAL = 2  # years, or values of a dimension, side by side
_HIGHEST_FRACTION = 2


@dataclass
class Entry:
    """Words of headings as they stand in the layout; `told`: what they mean, where it is known."""

    words: str
    told: dict[str, str] | None
    note: str = ""

    @property
    def meaning(self) -> Meaning:
        """As the layout tells it: a measure in short."""
        told = self.told or {}
        return told["measure"] if list(told) == ["measure"] else told

    def tell(self, **more: str) -> None:
        """Let it tell more, and nothing that is still asked in its place."""
        self.told = {**more, **{d: v for d, v in (self.told or {}).items() if d != UNKNOWN}}

    def ask_measure(self) -> None:
        """Ask what it is the number of."""
        self.tell(measure=UNKNOWN)
        self.note = f"問: 「{quoted(self.words)}」は何の数値ですか(uncollected、処理額 など)"


@dataclass
class Column:
    """A column of figures: the entries over it from the top, its unit, its letter and formula."""

    number: int
    entries: list[Entry] = field(default_factory=list)
    unit: str | None = None
    letter: str | None = None
    formula: Sequence[str] = ()

    @property
    def told(self) -> Mapping[str, str]:
        """What its entries tell together: a lower one counts."""
        found: dict[str, str] = {}
        for entry in self.entries:
            found |= entry.told or {}
        return found


@dataclass
class Columns:
    """The columns of figures of a table. `given`: what all of them tell; `bare`: years that have
    no era.
    """

    found: Found
    known: Vocabulary
    columns: list[Column] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)
    given_note: str = ""
    bare: list[str] = field(default_factory=list)
    _entries: dict[str, Entry] = field(default_factory=dict)

    @property
    def entries(self) -> list[Entry]:
        """Every entry, from the left and from the top."""
        return list({e.words: e for column in self.columns for e in column.entries}.values())

    # Words

    def read(self, numbers: Sequence[int]) -> None:
        """Read the lines over columns; words that are known only together are one entry."""
        for number in numbers:
            column, lines = Column(number), self.found.heads[number]
            while lines:
                lines = lines[self._add_entry(column, lines) :]
            self.columns.append(column)
        self._settle_bare_years()
        self._settle_formulas()

    def _add_entry(self, column: Column, lines: Sequence[str]) -> int:
        """Read the first lines that are known, or the first one; returns how many."""
        count, several = 1, reversed(range(_SEVERAL, len(lines) + 1))
        for count in (1, *several, 1):
            entry = self._entry("\n".join(lines[:count]), column)
            if entry is None or entry.told is not None or column.formula:
                break
        if entry:
            column.entries.append(self._entries.setdefault(entry.words, entry))
        return count

    def _entry(self, said: str, column: Column) -> Entry | None:
        """What one line says; None of a letter or a unit."""
        column.unit = heading(said).unit or column.unit
        parts = [part for part in said.split("\n") if heading(part).words]
        words = "".join(part for part in parts if not is_symbol(part) or dated(part).told)
        whole = compared(said)
        letters = _LETTERS.findall(whole)
        if not words and len(letters) > 1 and _DIVIDES.search(whole):
            column.formula = letters[:2]
            return Entry(whole, None)
        for part in parts:
            if letter := _LETTER.fullmatch(compared(part)):
                column.letter = letter[1]
        if not words or (unit_alone(said) and not heading(said).unit):
            column.unit = unit_alone(said) or column.unit
            return None
        if (behind := _BEHIND.search(compared(words))) and self.known.meaning(words) is None:
            bare = compared(words)[: behind.start()]
            if self.known.meaning(bare) is not None:
                column.letter, words = behind[1], bare
        day = dated(words)
        if day.told:
            rest = day.rest.replace("()", "")
            told = self.known.meaning(rest) or self.known.partly(rest)[0]
            return Entry(without_long_numbers(day.pattern), dict(told))
        meaning = self.known.meaning(words)
        return Entry(compared(words), None if meaning is None else dict(meaning))

    def _settle_bare_years(self) -> None:
        """Years that are only numbers: a person says of which era."""
        last = {column.number: self.found.heads[column.number][-1] for column in self.columns}
        bare = [column for column in self.columns if bare_years([last[column.number]])]
        if len(bare) < _SEVERAL or any(last[column.number] == "1" for column in bare):
            return  # the numbers of columns begin with one
        self.bare = [last[column.number] for column in bare]
        for column in bare:
            told = [entry for entry in column.entries if entry.words != last[column.number]]
            column.entries = [*told, self._entries.setdefault(_YEAR, Entry(_YEAR, {}))]

    def _settle_formulas(self) -> None:
        """A quotient of two columns is the rate of what both of them speak of."""
        by_letter = {each.letter: each for each in self.columns if each.letter}
        for column in self.columns:
            over, under = (by_letter.get(letter) for letter in column.formula or ("", ""))
            unknown = next((entry for entry in column.entries if entry.told is None), None)
            if not (over and under and unknown):
                continue
            part = over.told.get("part")
            unknown.told = {"part": part} if part and part == under.told.get("part") else {}
            rate = (over.told.get("measure"), under.told.get("measure"))
            if "measure" not in column.told and rate == ("collected", "assessed"):
                unknown.told |= {"measure": "collection_rate", "unit": PERCENT}

    # What is not known

    def settle(self, title: str, *, by_rows: bool) -> None:
        """Let all entries tell something. `title`: the words over the table; `by_rows`: whether
        the rows tell what is measured.
        """
        unknown = [entry for entry in self.entries if entry.told is None]
        values = [entry for entry in unknown if not self._is_own_measure(entry)]
        if by_rows or any(dimension_of_names([entry.words]) for entry in values):
            # 返還金 beside 使用料, or over what rows measure, is a name and no amount
            values = [e for e in unknown if e in values or dimension_of_names([e.words])]
        for entry in values:
            entry.told, entry.note = self._as_value(entry, values)
        for entry in (each for each in unknown if each not in values):
            self._settle_own(entry, own_unit(entry.words) or AMOUNT, by_rows=by_rows)
        for column in self.columns:
            _settle_unit(column, self.found)
        parts = {column.told.get("part") for column in self.columns}
        for entry in self.entries:
            if entry.told == {"part": "total"} and not parts & {"current", "prior"}:
                entry.told = {"total": "true"}
        if not by_rows:
            self._settle_counts()
            self._settle_measures(title)

    def _having(self, entry: Entry) -> list[Column]:
        return [column for column in self.columns if entry in column.entries]

    def _is_basis(self, entry: Entry) -> bool:
        units = {column.told.get("unit") for column in self._having(entry)}
        return entry.words.startswith(_AGAINST) and bool(units & {PERCENT, FRACTION})

    def _is_own_measure(self, entry: Entry) -> bool:
        mine = self._having(entry)
        is_last = all(column.entries[-1] is entry for column in mine)
        is_free = is_last or not any("measure" in column.told for column in mine)
        return own_unit(entry.words) is not None and is_free and not self._is_basis(entry)

    def _as_value(self, entry: Entry, values: Sequence[Entry]) -> tuple[dict[str, str], str]:
        """Unknown words are values of a dimension: several of one that is named, one is asked."""
        words = entry.words
        is_over = any(column.entries[-1] is not entry for column in self._having(entry))
        partly = {d: v for d, v in self.known.partly(words)[0].items() if d != "unit"}
        if self._is_basis(entry):
            return {BASIS: words.removeprefix(_AGAINST)}, ""
        if is_over and own_unit(words) and not dimension_of_names([words]):
            return {COMPARED: words}, "推定: 下の項目を比べたもの"
        if partly or (is_over and _BY.fullmatch(words)):
            return partly, ""
        if len(values) >= _SEVERAL:
            return {self._dimension(entry, values): words}, "推定: 並んだ語を一つの次元の値とみて"
        asks = (
            f"問: 「{words}」は何の区分ですか。{UNKNOWN}に次元の名(区分、種別など)を"
            "書いてください。項目なら {measure: 項目の名} に直してください"
        )
        named = dimension_of_names([words])
        return {named or UNKNOWN: words}, "" if named else asks

    def _dimension(self, entry: Entry, values: Sequence[Entry]) -> str:
        over = (_BY.fullmatch(e.words) for c in self._having(entry) for e in c.entries)
        by = next((found[1] for found in over if found), None)
        by_name = dimension_of_names([entry.words])
        by_names = by_name or dimension_of_names([each.words for each in values])
        return by or by_names or ("月" if _MONTH.fullmatch(entry.words) else KIND)

    def _settle_own(self, entry: Entry, unit: str, *, by_rows: bool) -> None:
        """A measure of its own; beside rows that tell one, a comparison of these."""
        told, words = {}, re.sub(r"\([^()]*\)$", "", entry.words)
        if by_rows:
            entry.told = {COMPARED: words, **({"unit": unit} if unit == PERCENT else {})}
            entry.note = "推定: 行の項目を比べたもの"
            return
        if unit == AMOUNT:
            partly, rest = self.known.partly(entry.words)
            if partly and len(rest) > len("金額") and own_unit(rest) == unit:
                told, words = dict(partly), rest.removeprefix("末")
        entry.told = {"measure": words, **told, **({"unit": unit} if unit != AMOUNT else {})}
        entry.note = "語のままの項目として読みます"

    # Measures

    def _settle_counts(self) -> None:
        """件数 counts what the amount beside it tells; of several, their groups tell it."""
        counts = [c for c in self.columns if "measure" not in c.told and "unit" in c.told]
        beside = {column.number: self._measure_beside(column) for column in counts}
        for column in counts:
            alike = {beside[c.number] for c in counts if c.entries[-1] is column.entries[-1]}
            measure = beside[column.number]
            if measure and alike == {measure}:
                column.entries[-1].tell(measure=measure)
            elif measure and len(column.entries) > 1:
                column.entries[0].tell(measure=measure)

    def _measure_beside(self, column: Column) -> str | None:
        at = self.columns.index(column)
        near = [*self.columns[at + 1 : at + 2], *self.columns[max(at - 1, 0) : at]]
        amounts = [
            c for c in near if c.entries[:-1] == column.entries[:-1] and "unit" not in c.told
        ]
        return amounts[0].told.get("measure") if amounts else None

    def _settle_measures(self, title: str) -> None:
        """What has no measure has that of the title; else a person is asked."""
        lacking = [c for c in self.columns if "measure" not in c.told and c.entries]
        named = self.known.told_in(title, "measure")
        measure = next(iter(named)) if len(named) == 1 else UNKNOWN
        told = {"measure": measure} | ({"unit": PERCENT} if measure == "collection_rate" else {})
        note = "推定: 表題から"
        if lacking and len(lacking) == len(self.columns):
            self.given = told
            asks = "問: この表は何の数値ですか(uncollected など)"
            self.given_note = asks if measure == UNKNOWN else note
            return
        for column in lacking:
            first, last = column.entries[0], column.entries[-1]
            if first is last and "unit" in column.told and own_unit(last.words):
                last.tell(measure=last.words)
                continue
            group = self._having(first)
            of_group = 2 * sum(each in lacking for each in group) >= len(group)
            entry = first if of_group else last
            if measure == UNKNOWN:
                entry.ask_measure()
            elif "measure" not in (entry.told or {}):
                entry.tell(**{d: v for d, v in told.items() if d not in column.told})
                entry.note = note

    @property
    def needs_unit(self) -> bool:
        """Whether amounts tell their unit neither in their headings nor in their cells."""
        return any(
            {**self.given, **column.told}.get("unit") in (None, *EVERY_UNIT)
            and column.unit not in EVERY_UNIT
            and None in _units(column, self.found)
            for column in self.columns
        )


def _settle_unit(column: Column, found: Found) -> None:
    """The unit of a measure as its heading and its cells show it; else a person is asked."""
    told = next((e for e in reversed(column.entries) if "measure" in (e.told or {})), Entry("", {}))
    meaning = told.told or {}
    units = set(_units(column, found))
    unit = column.unit or (units.pop() if len(units) == 1 else None)
    if meaning.get("unit") == UNKNOWN:
        meaning["unit"] = unit or UNKNOWN
        told.note = told.note if unit else ASKS_UNIT
    elif unit and meaning:
        meaning.setdefault("unit", unit)
    if meaning.get("unit") in EVERY_UNIT:
        del meaning["unit"]
    cells = (found.grid.value(row, column.number) for row, _ in found.cells(column.number))
    sizes = [abs(each) for each in cells if isinstance(each, int | float)]
    is_fraction = any(each % 1 for each in sizes) and max(sizes) <= _HIGHEST_FRACTION
    if meaning.get("unit") == PERCENT != unit and is_fraction:
        meaning["unit"] = FRACTION
        told.note = "推定: 0.985のように書かれた率"


def _units(column: Column, found: Found) -> Iterator[str | None]:
    """The units behind figures."""
    for row, _ in found.cells(column.number):
        with suppress(Unreadable):
            read = figure(found.grid.value(row, column.number))
            yield read.unit if read else None
