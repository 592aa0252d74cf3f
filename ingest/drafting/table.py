"""Describes one table: what its columns and its rows mean, as far as known words tell."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.described.layout import UNKNOWN, Meaning
from ingest.described.years import bare_years, era_near, fiscal_year
from ingest.drafting.columns import Columns, Entry
from ingest.drafting.rows import Beside, beside, has_levels, sections
from ingest.drafting.tables import Found
from ingest.drafting.vocabulary import (
    Vocabulary,
    compared,
    dimension_of,
    is_code,
    is_passed_over,
)

_CLAIM_NUMBER = re.compile(r"0\d\d")
_LONGEST_VALUE = 20
_NEAR = 12  # years that a table may reach from that of its title


@dataclass
class TableDraft:
    """A table as the layout will tell it. `notes`: a comment by key and entry."""

    figures: Columns
    columns: dict[str, Meaning] = field(default_factory=dict)
    rows: dict[str, Meaning] = field(default_factory=dict)
    stub: list[str] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)
    above: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    levels: bool = False
    era: str | None = None
    notes: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def content(self) -> dict[str, Any]:
        """What it tells, by the keys of a layout; first of all its columns."""
        told = {
            "columns": self.columns,
            "rows": self.rows,
            "stub": self.stub,
            "above": self.above,
            "levels": self.levels,
            "given": self.given,
            "era": self.era,
            "pass_over": {"columns": self.passed_over} if self.passed_over else None,
        }
        return {key: value for key, value in told.items() if value}

    @property
    def is_like(self) -> object:
        """What two tables of one description have in common."""
        return repr((list(self.columns.items()), self.stub, self.passed_over))

    @property
    def names(self) -> list[str]:
        """The dimensions that its rows tell, from the left."""
        columns = [each for each in self.columns.values() if isinstance(each, str)]
        return [*(each[1:-1] for each in columns if each.startswith("<")), *self.stub]

    @property
    def told(self) -> list[Mapping[str, str]]:
        """What its headings and the words beside its rows mean, but for measures."""
        meanings = [*self.columns.values(), *self.rows.values()]
        return [dict.fromkeys(self.names, ""), *(m for m in meanings if isinstance(m, Mapping))]

    def lacks(self, *times: str) -> bool:
        """Whether some figures tell no time of some kinds, or a year that is seen from another."""
        if any(each.get("fiscal_year", "").startswith(("+", "-", "0")) for each in self.told):
            return True
        places = [f"<{each}>" for each in times]
        beside = {*times} & {*self.names}
        if beside or any(p in words for p in places for words in (*self.rows, *self.above)):
            return False
        columns = self.figures.columns
        return not all(any(p in e.words for p in places for e in c.entries) for c in columns)

    def name(self, key: str, entries: Iterable[Entry]) -> None:
        """Let headings (columns) or words beside rows (rows) mean something."""
        for entry in entries:
            is_row = key == "rows"  # whose meaning is told in full
            getattr(self, key)[entry.words] = (entry.told or {}) if is_row else entry.meaning
            self.notes[key, entry.words] = entry.note


def drafted(found: Found, known: Vocabulary, title: str) -> TableDraft:
    """Describe a table; `title`: all words over it."""
    columns = Columns(found, known)
    draft = TableDraft(columns)
    first = next((c for c in found.columns if _is_figures(found, c)), found.grid.columns.stop)
    sides = list(_sides(found, first, known, draft))
    columns.read(
        [c for c in found.columns if c >= first and c in found.heads and _is_figures(found, c)]
    )
    by_rows = any(side.dimension == "measure" for side in sides)
    columns.settle(title, by_rows=by_rows)
    draft.name("columns", columns.entries)
    for side in [*sides, sections(found, known, draft.names)]:
        draft.name("rows", side.rows.values())
    draft.given = columns.given
    if columns.given_note:
        draft.notes["given", "measure"] = columns.given_note
    for side in (each for each in sides if each.dimension == "fiscal_year"):
        columns.bare += bare_years(words for _, words in found.cells(side.column))
    _settle_era(draft, columns.bare, title)
    not_levelled = ("measure", "part", "fiscal_year")
    draft.levels = (
        bool(sides)
        and sides[0].dimension not in not_levelled
        and has_levels(found, sides[0].column)
    )
    return draft


def _is_figures(found: Found, column: int) -> bool:
    said = found.heads.get(column, [])[-1:]
    is_told = any(dimension_of(w) or is_passed_over(w) or is_code(w) for w in said)
    return found.is_of_figures(column) and not is_told


def _sides(found: Found, first: int, known: Vocabulary, draft: TableDraft) -> Iterator[Beside]:
    """The columns of names."""
    over = Counter("".join(found.heads.get(column, [])[-1:]) for column in found.columns)
    for column in (c for c in found.columns if found.cells(c) and not _is_figures(found, c)):
        said = "".join(found.heads.get(column, [])[-1:])
        is_own, is_left = over[said] == 1, column < first
        is_text = any(len(words) > _LONGEST_VALUE for _, words in found.cells(column))
        if compared(said).endswith("番号") and _are_claim_numbers(found, column):
            draft.columns[compared(said)] = "<claim_number>"
        elif said and (is_passed_over(said) or (is_text and not is_left)):
            draft.passed_over.append(compared(said))
        elif is_left or (said and is_own):
            side = beside(found, column, known, said, is_own=is_own)
            if side.heading:
                draft.columns[compared(said)] = f"<{side.dimension}>"
                draft.notes["columns", compared(said)] = side.note
            else:
                draft.stub.append(side.dimension)
                draft.notes["stub", str(len(draft.stub))] = side.note
            yield side


def _are_claim_numbers(found: Found, column: int) -> bool:
    """Whether a column holds numbers of three digits that are no running ones: 021, 022."""
    written = [words for _, words in found.cells(column)]
    return bool(written) and all(_CLAIM_NUMBER.fullmatch(each) for each in written)


def _settle_era(draft: TableDraft, bare: Sequence[str], title: str) -> None:
    """The era of years that are only numbers: of one near the year of a title, else it is asked."""
    eras = {era_near(each, fiscal_year(title), _NEAR) for each in bare}
    if bare:
        known = eras.pop() if len(eras) == 1 else None
        draft.era = known or UNKNOWN
        asks = "問: 見出しの数だけの年は、どの元号ですか(平成、令和 など)"
        draft.notes["era", ""] = "推定: 表題の年度から" if known else asks
