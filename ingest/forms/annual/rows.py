"""Section 2: the rows A–G, known by letter, else by year and scenario."""

import re
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass

from ingest import text
from ingest.forms.page import Page
from ingest.forms.tables.columns import Table, note_untaken
from ingest.layout import Layout
from ingest.quoting import as_written
from ingest.text import key
from ingest.workbook import Place
from terms.years import year_name

# A, (A), A. or A平29実績; not the A of a word, but AH29年度 is row A of H29 and A29 of 29
_LETTER = re.compile(r"\(?([A-Z])\)?[.:]?(?=$|[^A-Z0-9]|[MTSHR](?:\d|元))")
_LETTER_AND_DIGITS = re.compile(r"([A-G])[.:]?(?=\d)")

Spec = Mapping[str, object]  # of a row, in the layout


@dataclass(frozen=True)
class Row:
    """One of the rows A–G: where it stands, and its typed amounts in yen.

    `legible` is false when an amount could not be read; such a row proves nothing about others.
    """

    letter: str
    place: int
    amounts: Mapping[str, int]
    legible: bool = True


@dataclass(frozen=True)
class Label:
    """The words left of a row's figures, and what they say of it.

    `places`: their cells; the letter stands in the first, year and scenario in the last.
    """

    places: tuple[Place, ...]
    words: str
    letter: str | None
    year: int | None
    scenario: str | None


def _label(page: Page, table: Table, row: int) -> Label:
    """The label of a row: words, and years typed as numbers, in the cells left of the table."""
    cells = {
        (row, c): key(as_written(value))
        for c in range(page.sheet.left, table.left)
        if isinstance(value := page.value(row, c), str)
        or (isinstance(value, int | float) and 1900 < value < 2100)
    }
    first, *others = [*cells.values()] or [""]
    # A letter in a cell of its own stays apart from the words.
    words = first + (":" if others and len(first) == 1 else "") + "".join(others)
    marked = _LETTER.match(words) or _LETTER_AND_DIGITS.match(words)
    year = text.fiscal_year(words[marked.end() :] if marked else words)
    letter = marked[1] if marked else None
    return Label(tuple(cells), words, letter, year, _scenario(page.layout, words))


def _scenario(layout: Layout, label: str) -> str | None:
    names: Mapping[str, list[str]] = layout.spec["table"]["scenarios"]
    found = [name for name, words in names.items() if any(key(w) in label for w in words)]
    return found[0] if len(found) == 1 else None


def implied_years(page: Page, table: Table, end: int) -> Counter[int]:
    """Y as it follows from the rows that show both a letter and a year: Y → number of rows."""
    offsets = {s["letter"]: s["year_offset"] for s in page.layout.spec["table"]["rows"]}
    labels = (_label(page, table, r) for r in range(table.first_row, end))
    return Counter(
        label.year - offsets[label.letter]
        for label in labels
        if label.letter in offsets and label.year is not None
    )


def read_rows(page: Page, table: Table, end: int, year: int | None) -> dict[str, Row]:
    """Rows A–G by letter, else by year and scenario; every other row with figures is a fault."""
    return _Rows(page, table, year).read(range(table.first_row, end))


class _Rows:
    def __init__(self, page: Page, table: Table, year: int | None) -> None:
        self.page, self.table, self.year = page, table, year
        self.specs: dict[str, Spec] = {
            spec["letter"]: spec for spec in page.layout.spec["table"]["rows"]
        }
        self.above = ""  # the last label that named a year, which a merged cell shows only once

    def read(self, rows: range) -> dict[str, Row]:
        found: dict[str, Row] = {}
        labels = {r: _label(self.page, self.table, r) for r in rows}
        shown = [label.letter for label in labels.values()]
        unclear = {letter for letter in shown if shown.count(letter) > 1}
        for r, label in labels.items():
            filled = any(self.page.is_figure(r, c) for c in self.table.columns.values())
            if not label.words and not filled:
                continue
            letter = self._letter(label, unclear)
            self.above = label.words if text.fiscal_year(label.words) is not None else self.above
            if letter is not None and letter not in found:
                found[letter] = self._row(letter, r)
            elif filled:
                self._note_label(r, label, letter)
        headed = {c for r, c, _ in self.page.sheet.texts if r == self.table.label_row}
        note_untaken(self.page, self.table, [row.place for row in found.values()], headed)
        left = min((c for r in found.values() for _, c in labels[r.place].places), default=0)
        for letter in self.specs:
            if letter not in found:
                self._note_missing(letter, found, left)
        return found

    def _row(self, letter: str, row: int) -> Row:
        errors = self.page.errors
        amounts = {
            c.name: self.page.amount(row, self.table.columns[c.name], f"{letter} {c.title}")
            for c in self.page.layout.typed
        }
        return Row(letter, row, amounts, self.page.errors == errors)

    def _letter(self, label: Label, unclear: Set[str | None]) -> str | None:
        """The row's letter. `unclear`: those that several rows show; year and name tell there."""
        letter = label.letter if label.letter in self.specs else None
        is_told = label.scenario and label.year and self.year is not None
        if letter in unclear and is_told and letter not in self._matches(label, label.year):
            letter = None
        if letter is None:
            return self._letter_by_name(label)
        self._check_name(letter, label)
        return letter

    def _matches(self, label: Label, named: int | None) -> list[str]:
        """The rows that are of a year and of the scenario of a label."""
        if label.scenario is None or named is None or self.year is None:
            return []
        wanted = (named - self.year, label.scenario)
        return [
            each
            for each, spec in self.specs.items()
            if (spec["year_offset"], spec["scenario"]) == wanted
        ]

    def _letter_by_name(self, label: Label) -> str | None:
        named = label.year
        if named is None and not text.names_an_era(label.words):
            named = text.fiscal_year(self.above)
        matches = self._matches(label, named)
        if matches and label.letter:
            self.page.warn(
                "unknown_row_label",
                label.places[0],
                f"行の記号が「{label.letter}」になっています。年度と名前から{matches[0]}の行として"
                "読みました。記号を戻してください。",
                found=label.letter,
                expected=matches[0],
            )
        return matches[0] if matches else None

    def _check_name(self, letter: str, label: Label) -> None:
        """Note a label that contradicts its letter's year or scenario."""
        spec, place, words = self.specs[letter], label.places[-1], label.words
        right = self._row_name(letter)
        if label.scenario is None:
            self.page.warn(
                "unknown_row_label",
                place,
                f"{letter}の行の名前「{words}」に実績・目標の別がありません。記号{letter}の行として"
                "読みました。",
                found=words,
                expected=right,
            )
        elif label.scenario != spec["scenario"]:
            self.page.error(
                "unknown_row_label",
                place,
                f"{letter}の行の名前が「{words}」になっています。行の記号と名前のどちらが正しいか"
                "確かめてください。",
                found=words,
                expected=right,
            )
        named = label.year
        if named is not None and self.year is not None and named - self.year != spec["year_offset"]:
            self.page.warn(
                "row_year",
                place,
                f"{letter}の行の年度が「{words}」です。{right}として"
                "読みました。違う場合は訂正してください。",
                found=words,
                expected=right,
            )

    def _row_name(self, letter: str) -> str:
        spec = self.specs[letter]
        words = self.page.layout.spec["table"]["scenarios"][spec["scenario"]][0]
        offset = spec["year_offset"]
        if self.year is None or not isinstance(offset, int):
            return str(words)
        return f"{year_name(self.year + offset)}年度 {words}"

    def _note_label(self, row: int, label: Label, repeated: str | None) -> None:
        problem = f"{repeated}の行が2つあります" if repeated else "どの行か読み取れません"
        self.page.error(
            "unknown_row_label",
            label.places[0] if label.places else (row, self.table.left),
            f"金額のある行の名前「{label.words}」は、{problem}。行の先頭に記号A～Gを残してください。",
            found=label.words or None,
            expected="A～G",
        )

    def _note_missing(self, letter: str, found: Mapping[str, Row], left: int) -> None:
        """At the place where the row's label should stand: below the row before it."""
        before = [row.place for each, row in found.items() if each < letter]
        self.page.error(
            "missing_row",
            (max(before) + 1 if before else self.table.first_row, left),
            f"「２．未収金の推移」に{letter}の行がありません。行を削らず、A～Gの7行をそろえて"
            "ください。",
            found=None,
            expected=f"{letter} {self._row_name(letter)}",
        )
