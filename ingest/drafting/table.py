"""Describes one table: what its columns and its rows mean, as far as known words tell."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.described.figures import figure
from ingest.described.layout import UNKNOWN, Meaning
from ingest.described.meaning import FRACTION
from ingest.described.words import heading
from ingest.drafting.headings import ASKS_UNIT, Head, Piece, head, settle_formulas, settle_unknown
from ingest.drafting.stubs import Beside, beside, has_levels
from ingest.drafting.tables import Found, are_bare_years
from ingest.drafting.vocabulary import (
    Vocabulary,
    compared,
    dimension_of,
    is_code,
    is_passed_over,
    own_unit,
)
from ingest.quoting import quoted
from ingest.text import Unreadable
from ingest.values import Shown, Value
from terms.money import EVERY_UNIT

_CLAIM_NUMBER = re.compile(r"0\d\d")
_FEWEST = 2  # years side by side
_PERCENT = "%"
_HIGHEST_FRACTION = 2
_LONGEST_VALUE = 20


@dataclass
class Drafted:
    """A table as the layout will tell it. `notes`: a comment by key and entry."""

    columns: dict[str, Meaning] = field(default_factory=dict)
    rows: dict[str, Meaning] = field(default_factory=dict)
    stub: list[str] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)
    above: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    levels: bool = False
    era: str | None = None
    needs_unit: bool = False
    notes: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def is_like(self) -> object:
        """What two tables of one description have in common."""
        return repr((list(self.columns.items()), self.stub, self.passed_over))

    @property
    def is_seen_from_a_year(self) -> bool:
        """Whether a heading tells the year before, or the one after."""
        told = [each for each in self.columns.values() if not isinstance(each, str)]
        return any(each.get("fiscal_year", "").startswith(("+", "-")) for each in told)

    @property
    def tells(self) -> set[str]:
        """The dimensions that its headings tell."""
        meanings = [*self.columns.values(), *self.rows.values()]
        places = " ".join([*self.columns, *map(str, meanings), *self.above])
        named = {d for d in ("fiscal_year", "as_of", "claim_name") if f"<{d}>" in places}
        return {*named, *self.given, *self.stub}


def drafted(found: Found, known: Vocabulary, title: str) -> Drafted:
    """Describe a table; `title`: all words over it."""
    draft = Drafted()
    first = next((c for c in found.columns if _is_figures(found, c)), found.grid.columns.stop)
    sides = list(_beside(found, first, known, draft))
    _add_told_on_the_right(found, first, draft)
    told = _told_on_the_right(found, first)
    heads = [
        head(column, found.heads[column], known)
        for column in found.columns
        if column >= first and column in found.heads and column not in told
    ]
    _add_bare_years(draft, heads, found)
    settle_formulas(heads)
    for each in heads:
        settle_unknown(each, known)
        _settle_unit(each, found)
    _settle_totals(heads)
    tell_measure = any(side.dimension == "measure" for side in sides)
    if not tell_measure:
        _settle_counts(heads)
        _settle_measures(heads, draft, known, title)
    _add_columns(draft, heads)
    for side in sides:
        draft.rows |= side.rows
        draft.notes |= {("rows", entry): note for entry, note in side.notes.items()}
    if sides and sides[0].dimension != "fiscal_year":
        draft.levels = has_levels(found, sides[0].column) and sides[0].dimension not in (
            "measure",
            "part",
        )
    draft.needs_unit = _needs_unit(found, heads, draft)
    return draft


# Beside the figures


def _is_figures(found: Found, column: int) -> bool:
    said = found.heads.get(column, [])[-1:]
    is_told = any(dimension_of(w) or is_passed_over(w) or is_code(w) for w in said)
    return found.is_of_figures(column) and not is_told


def _beside(found: Found, first: int, known: Vocabulary, draft: Drafted) -> Iterator[Beside]:
    for column in found.columns:
        if column >= first:
            return
        said = "".join(found.heads.get(column, [])[-1:])
        if compared(said).endswith("番号") and _are_claim_numbers(found, column):
            draft.columns[compared(said)] = "<claim_number>"
        elif said and is_passed_over(said):
            draft.passed_over.append(compared(said))
        elif found.cells(column):
            is_own = Counter("".join(each[-1:]) for each in found.heads.values())[said] == 1
            side = beside(found, column, known, said, is_own=is_own)
            if side.has_heading:
                draft.columns[compared(said)] = f"<{side.dimension}>"
                draft.notes[("columns", compared(said))] = side.note
            else:
                draft.stub.append(side.dimension)
                if side.note:
                    draft.notes[("stub", str(len(draft.stub)))] = side.note
            yield side


def _are_claim_numbers(found: Found, column: int) -> bool:
    """Whether a column holds numbers of three digits that are no running ones: 021, 022."""
    written = [words for _, words in found.cells(column)]
    return bool(written) and all(_CLAIM_NUMBER.fullmatch(each) for each in written)


def _told_on_the_right(found: Found, first: int) -> list[int]:
    """The columns right of the first figures that hold words."""
    return [
        column
        for column in found.columns
        if column > first and found.cells(column) and not found.is_of_figures(column)
    ]


def _add_told_on_the_right(found: Found, first: int, draft: Drafted) -> None:
    for column in _told_on_the_right(found, first):
        said = "".join(found.heads.get(column, [])[-1:])
        entry = compared(said)
        if not entry:
            continue
        if is_passed_over(said) or any(
            len(words) > _LONGEST_VALUE for _, words in found.cells(column)
        ):
            draft.passed_over.append(entry)
        else:
            draft.columns[entry] = f"<{dimension_of(said) or entry.partition('(')[0]}>"


# Figures


def _settle_unit(each: Head, found: Found) -> None:
    """The unit of a measure as its heading and its cells show it."""
    piece = next((p for p in reversed(each.pieces) if "measure" in (p.told or {})), None)
    if piece is None or piece.told is None:
        return
    cells = [found.grid.value(row, each.column) for row, _ in found.cells(each.column)]
    numbers = [v for v in cells if isinstance(v, int | float)]
    are_percent = bool(numbers) and all(isinstance(v, Shown) and v.is_percent for v in numbers)
    if each.unit and each.unit not in EVERY_UNIT:
        piece.told.setdefault("unit", each.unit)
    if are_percent and piece.told.get("unit", UNKNOWN) == UNKNOWN:
        piece.told["unit"] = _PERCENT
    if piece.told.get("unit") == UNKNOWN:
        _settle_own_unit(piece, piece.told, each, cells)
    is_fraction = any(v % 1 for v in numbers) and all(abs(v) <= _HIGHEST_FRACTION for v in numbers)
    if (
        piece.told.get("unit") == _PERCENT
        and not are_percent
        and is_fraction
        and each.unit != _PERCENT
    ):
        piece.told["unit"] = FRACTION
        piece.note = "推定: 0.985のように書かれた率"


def _settle_own_unit(
    piece: Piece, told: dict[str, str], each: Head, cells: Sequence[Value]
) -> None:
    """A unit that the words leave open, as heading or cells tell it; else a person is asked."""
    if each.unit:
        told["unit"] = each.unit
    elif all(_tells_money(value) for value in cells):
        told["unit"] = "円"
    else:
        piece.note = ASKS_UNIT
    if told["unit"] in EVERY_UNIT:
        del told["unit"]


def _tells_money(value: Value) -> bool:
    try:
        found = figure(value)
    except Unreadable:
        return False
    return found is not None and found.unit in EVERY_UNIT


def _settle_counts(heads: Sequence[Head]) -> None:
    """件数 counts what the amount beside it tells; of several, their groups tell it."""
    counts = [h for h in heads if "measure" not in h.told and "unit" in h.told]
    for each in counts:
        beside_it = _amount_beside(each, heads)
        if beside_it is None:
            continue
        measure = beside_it.told.get("measure", UNKNOWN)
        alike = [h for h in counts if h.pieces[-1].entry == each.pieces[-1].entry]
        if len(alike) > 1 and len(each.pieces) > 1:
            _tell(each.pieces[0], heads, measure)
        else:
            each.pieces[-1].told = {"measure": measure, **(each.pieces[-1].told or {})}


def _amount_beside(each: Head, heads: Sequence[Head]) -> Head | None:
    at = heads.index(each)
    group = [p.entry for p in each.pieces[:-1]]
    near = [*heads[at + 1 : at + 2], *heads[max(at - 1, 0) : at]]
    return next(
        (h for h in near if [p.entry for p in h.pieces[:-1]] == group and "unit" not in h.told),
        None,
    )


def _tell(piece: Piece, heads: Sequence[Head], measure: str) -> None:
    """Let all columns of a group tell a measure."""
    for each in heads:
        for other in each.pieces[:1]:
            if other.entry == piece.entry and other.told is not None:
                other.told = {"measure": measure, **other.told}
                other.told.pop(UNKNOWN, None)
                other.note = _ask_measure(other.entry) if measure == UNKNOWN else ""


def _ask_measure(entry: str) -> str:
    return f"問: 「{quoted(entry)}」は何の数値ですか(uncollected、処理額 など)"


def _settle_measures(heads: Sequence[Head], draft: Drafted, known: Vocabulary, title: str) -> None:
    lacking = [h for h in heads if "measure" not in h.told and h.pieces]
    if not lacking:
        return
    if len(lacking) == len(heads):
        named = known.measures_in(title)
        draft.given["measure"] = named.pop() if len(named) == 1 else UNKNOWN
        asks = draft.given["measure"] == UNKNOWN
        draft.notes[("given", "measure")] = (
            "問: この表は何の数値ですか(uncollected など)" if asks else "推定: 表題から"
        )
        if draft.given["measure"] == "collection_rate":
            draft.given["unit"] = _PERCENT
        return
    for each in lacking:
        piece = each.pieces[-1]
        if "unit" in each.told and own_unit(piece.entry):
            piece.told = {"measure": piece.entry, **(piece.told or {})}
            continue
        piece.told = {"measure": UNKNOWN, **(piece.told or {})}
        piece.note = _ask_measure(piece.entry)


def _add_columns(draft: Drafted, heads: Sequence[Head]) -> None:
    told: dict[str, dict[str, str]] = {}
    for each in heads:
        for piece in each.pieces:
            mine = dict(piece.told or {})
            other = told.get(piece.entry)
            told[piece.entry] = (
                mine if other is None else {d: v for d, v in other.items() if mine.get(d) == v}
            )
            if piece.note:
                draft.notes[("columns", piece.entry)] = piece.note
    for entry, meaning in told.items():
        draft.columns[entry] = meaning["measure"] if list(meaning) == ["measure"] else meaning


def _add_bare_years(draft: Drafted, heads: Sequence[Head], found: Found) -> None:
    """Years that are only numbers: a person says of which era."""
    bare = [each for each in heads if are_bare_years(found.heads[each.column][-1:])]
    if len(bare) < _FEWEST or any(found.heads[each.column][-1] == "1" for each in bare):
        return  # the numbers of columns begin with one
    for each in bare:
        each.pieces.append(Piece("<fiscal_year>", {}))
    draft.era = UNKNOWN
    draft.notes[("era", "")] = "問: 見出しの数だけの年は、どの元号ですか(平成、令和 など)"


def _settle_totals(heads: Sequence[Head]) -> None:
    """合計 beside names is their total; beside 現年度分 and 滞納繰越分 it is that of the parts."""
    parts = {each.told.get("part") for each in heads}
    for each in heads:
        for piece in each.pieces:
            if piece.told == {"part": "total"} and not parts & {"current", "prior"}:
                piece.told = {"total": "true"}


def _needs_unit(found: Found, heads: Sequence[Head], draft: Drafted) -> bool:
    """Whether amounts tell their unit neither in their headings nor in their cells."""
    for each in heads:
        unit = {**draft.given, **each.told}.get("unit")
        if (unit is None or unit in EVERY_UNIT) and each.unit not in EVERY_UNIT:
            cells = [words for _, words in found.cells(each.column)]
            if cells and not all(heading(f"({words})").unit for words in cells):
                return True
    return False
