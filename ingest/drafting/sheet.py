"""Describes a sheet: its tables, and what is told once for all of them."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from string import ascii_uppercase, digits
from typing import Any

from ingest.described.grid import Grid
from ingest.described.layout import UNKNOWN, Described, Identity, PassedOver, Table
from ingest.described.levels import without_number
from ingest.described.words import name
from ingest.drafting.rows import GUESSED
from ingest.drafting.table import TableDraft, drafted
from ingest.drafting.tables import Found, is_unit, tables
from ingest.drafting.vocabulary import (
    MUNICIPALITY,
    Vocabulary,
    are_registered,
    compared,
    dated,
    dimension_of,
    dimension_of_names,
    without_long_numbers,
)
from ingest.forms.page import Page
from ingest.personal import looks_personal
from ingest.text import key, money_units
from ingest.workbook import Sheet

# What titles say that figures are, unless these say otherwise.
_SCENARIOS = {
    "target": re.compile(r"目標(?:値|額)?(?:一覧|表)?$|計画(?:値|額)$|目標値"),
    "forecast": re.compile(r"決算見込(?!と)"),
}
_NO_NAME = re.compile(
    r"<[^<>]*>(?:において|における|末|分|の|現在)*|\(\)|^\W+(?=\w)|[-・]?(?<!\d)\d{4,}(?=\(|$)|\(\s*<[^<>]*>\s*\)"
)
_CLAIM_AT_MOST = 20
_ANY_YEAR = "2000"  # stands for the year that is asked
_ANY_ERA = "平成"
_TABLE = "表"  # the dimension that tells the tables of a sheet apart
_NAME_OF_NONE = "表"


@dataclass
class Draft:
    """A layout in the making. `notes`: a comment by key and entry.

    `lands_as`: the form that has a column for every figure but for totals.
    """

    title: str
    tables: list[TableDraft]
    titles: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)
    file: str | None = None
    given: dict[str, str] = field(default_factory=dict)
    unit: str | None = None
    identities: list[dict[str, object]] = field(default_factory=list)
    notes: dict[tuple[str, str], str] = field(default_factory=dict)
    lands_as: str | None = None

    @property
    def content(self) -> dict[str, Any]:
        """What it tells beside its tables and identities, by the keys of a layout."""
        keys = ("title", "titles", "texts", "beside", "file", "unit", "given")
        return {key: value for key in keys if (value := getattr(self, key))}

    @property
    def described(self) -> Described:
        """The layout as it would read, its questions open: in some year, in yen."""
        told = {
            **self.content,
            "given": {d: _ANY_YEAR if v == UNKNOWN else v for d, v in self.given.items()},
            "unit": self.unit if self.unit != UNKNOWN else "円",
        }
        identities = tuple(Identity(**each) for each in self.identities)  # type: ignore[arg-type]
        tables = tuple(map(_table, self.tables))
        return Described(name="draft", tables=tables, identities=identities, **told)


def _table(draft: TableDraft) -> Table:
    passed_over = PassedOver(columns=tuple(draft.passed_over))
    era = _ANY_ERA if draft.era == UNKNOWN else draft.era
    return Table(**{**draft.content, "pass_over": passed_over, "era": era})


def describe(sheet: Sheet, file: str, known: Vocabulary) -> Draft | None:
    """A draft of the layout of a sheet; None where no table of figures is found."""
    none = Described(name="draft", title="", tables=())
    grid = Grid(Page(sheet, none.layout, file))
    found = tables(grid)
    if not found:
        return None
    beside = _beside(grid, found[0].lines.start)
    titles = list(_titles(grid, found, beside))
    words = " ".join([file, *titles])
    made = [drafted(each, known, words) for each in found]
    draft = Draft(_title_of(titles, file, sheet.name), _alike(found, made, titles), beside=beside)
    _add_time(draft, titles, sheet.name, file)
    _add_claim(draft, titles)
    _add_scenario(draft, titles)
    _add_part(draft, titles, known)
    _add_unit(draft, sheet)
    if not draft.texts and titles:
        draft.titles = [name(titles[0])]
    return draft


def _beside(grid: Grid, end: int) -> dict[str, str]:
    """The labels above the tables that tell a dimension, whose value stands right of them."""
    found = {}
    for row in range(grid.rows.start, end):
        filled = [c for c in grid.columns if grid.heading(row, c)]
        for column, right in pairwise(filled):
            dimension = dimension_of(grid.words(row, column))
            is_known = dimension != MUNICIPALITY or are_registered([grid.words(row, right)])
            if dimension and is_known and not dimension_of(grid.words(row, right)):
                found[compared(grid.words(row, column))] = dimension
    return found


def _titles(grid: Grid, found: Sequence[Found], beside: Collection[str]) -> Iterator[str]:
    """The words outside the tables that stand above one, from the top."""
    for row in range(grid.rows.start, found[0].lines.start):
        said = [words for c in grid.columns if (words := grid.words(row, c)) and not is_unit(words)]
        if not any(compared(each) in beside for each in said):
            yield from (each for each in said if not looks_personal(each))


def _title_of(titles: Sequence[str], file: str, sheet: str) -> str:
    """The first title without its year."""
    patterns = [dated(without_number(each)).pattern for each in [*titles, file.rpartition(".")[0]]]
    named = [_NO_NAME.sub("", each).replace("()", "") for each in patterns]
    return next((each for each in named if len(each) > 1), compared(sheet) or _NAME_OF_NONE)


def _alike(
    found: Sequence[Found], made: Sequence[TableDraft], titles: Sequence[str]
) -> list[TableDraft]:
    """The tables, those of one kind described once; words over each tell them apart."""
    kinds: dict[object, list[int]] = {}
    for at, each in enumerate(made):
        kinds.setdefault(each.is_like, []).append(at)
    several = []
    for numbers in kinds.values():
        first = made[numbers[0]]
        for at in numbers[1:]:
            first.rows |= {w: m for w, m in made[at].rows.items() if w not in first.rows}
            first.notes |= {n: w for n, w in made[at].notes.items() if n not in first.notes}
        over = [found[at].above for at in numbers]
        if len(numbers) > 1 and all(over):
            pattern, note = _pattern([each for each in over if each])
            first.above = [pattern]
            if note:
                first.notes[("above", "")] = note
        elif numbers[0] and not dated(over[0] or "").told:
            beside = found[numbers[0]].lines == found[numbers[0] - 1].lines
            named = compared(over[0] or "") or "・".join(first.names[:1] if beside else [])
            first.given |= {_TABLE: named} if named else {}
        several.append(first)
    return several


def _pattern(words: Sequence[str]) -> tuple[str, str]:
    """Words that stand over tables of one kind, with a place for what they tell."""
    said = [compared(each) for each in words]
    if all(dated(each).told for each in said):
        return without_long_numbers(dated(said[0]).pattern), ""
    dimension = dimension_of_names(
        [each.strip("()").rstrip(ascii_uppercase + digits) for each in said]
    )
    asks = f"問: 表の上の「{said[0]}」は何ですか(department、office、claim_name など)"
    place = f"<{dimension or UNKNOWN}>"
    are_bracketed = all(each.startswith("(") and each.endswith(")") for each in said)
    return f"({place})" if are_bracketed else place, GUESSED if dimension else asks


def _add_time(draft: Draft, titles: Sequence[str], sheet: str, file: str) -> None:
    """The year or the day that all figures speak of: of a title, else of the sheet's name, or of
    the file's.
    """
    if not any(each.lacks("fiscal_year") for each in draft.tables):
        return
    needs_time = any(each.lacks("fiscal_year", "as_of") for each in draft.tables)
    told = [dated(each) for each in titles]
    days = [each for each in told if "fiscal_year" in each.told]
    days += [each for each in told if "as_of" in each.told] if needs_time else []
    if days:
        draft.texts.append(without_long_numbers(days[0].pattern))
    elif not needs_time:
        return
    elif "fiscal_year" in dated(sheet).told:
        draft.texts.append(dated(sheet).pattern)
    elif dated(file.rpartition(".")[0]).told:
        place = "<fiscal_year>" if "fiscal_year" in dated(file).told else "<as_of>"
        draft.file = (
            f"<*>{place}<*>" if not dated(file).pattern.startswith(place) else f"{place}<*>"
        )
        draft.notes[("file", "")] = "推定: 年度はファイルの名前から"
    else:
        draft.given["fiscal_year"] = UNKNOWN
        draft.notes[("given", "fiscal_year")] = "問: どの年度の表ですか(例 令和5年度)"


def _add_claim(draft: Draft, titles: Sequence[str]) -> None:
    """A title that is the name of a claim."""
    if any("claim_name" in each.names for each in draft.tables):
        return
    for each in titles:
        name = compared(without_number(each))
        is_claim = dimension_of_names([name]) == "claim_name" and "の" not in name
        if is_claim and len(name) <= _CLAIM_AT_MOST and not dated(each).told:
            draft.texts.append(compared(each).replace(name, "<claim_name>"))
            return


def _add_scenario(draft: Draft, titles: Sequence[str]) -> None:
    """Figures are what came of it, unless something says otherwise."""
    said = [compared(each) for each in titles]
    found = (s for s, words in _SCENARIOS.items() if any(map(words.search, said)))
    draft.given["scenario"] = next(found, "actual")


def _add_part(draft: Draft, titles: Sequence[str], known: Vocabulary) -> None:
    """A title tells the part of all figures where nothing else does: (現年分)."""
    if any("part" in each for table in draft.tables for each in table.told):
        return
    parts = set[str]().union(*(known.told_in(each, "part") for each in titles))
    if len(parts) == 1:
        draft.given["part"] = parts.pop()
        draft.notes["given", "part"] = "推定: 表題から"


def _add_unit(draft: Draft, sheet: Sheet) -> None:
    if any(each.figures.needs_unit for each in draft.tables):
        said = set[str]().union(*(money_units(key(words)) for _, _, words in sheet.texts))
        if not said:
            draft.unit = UNKNOWN
            draft.notes[("unit", "")] = "問: 金額の単位(円、千円、百万円、億円)がシートにありません"
