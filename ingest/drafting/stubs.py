"""What the columns beside the figures tell: the dimension of each, and what its words mean."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.described.layout import UNKNOWN
from ingest.described.levels import is_of_which, kind_of, without_number
from ingest.described.stub import CLOSED, looks_like_total
from ingest.described.words import name
from ingest.drafting.headings import AMOUNT, ASKS_UNIT
from ingest.drafting.tables import Found
from ingest.drafting.vocabulary import (
    Vocabulary,
    compared,
    dated,
    dimension_of,
    dimension_of_names,
    own_unit,
)
from ingest.quoting import quoted
from ingest.text import Unreadable, claim_classes
from terms.codes import class_words

_BETWEEN = re.compile(r"[・、,/\s]")
_TOTAL_OF_SOME = re.compile(r"(?:合|総|小)?計\d.*")
_DIGITS = re.compile(r"\d+")
_SHOWN = 4


@dataclass
class Beside:
    """A column beside the figures: its dimension, and the words that the layout must name."""

    column: int
    dimension: str
    has_heading: bool  # that tells the dimension by itself
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    note: str = ""


def beside(found: Found, column: int, known: Vocabulary, heading: str, *, is_own: bool) -> Beside:
    """Describe a column by its words and its heading; `is_own`: the heading is over it alone."""
    cells = found.cells(column)
    words = list(dict.fromkeys(name(each) for _, each in cells))
    by_words = _by_words(words, known)
    by_heading = dimension_of(heading) if heading else None
    note = ""
    dimension = by_words or by_heading
    if dimension is None and (ending := dimension_of_names([w for w in words if not _is_total(w)])):
        dimension, note = ending, "推定: 語の終わりから"
    if dimension is None:
        dimension = compared(heading) if heading else UNKNOWN
    if dimension == UNKNOWN:
        shown = "、".join(quoted(each) for each in words[:_SHOWN])
        note = f"問: 「{shown}」の列は何を表しますか。次元の名(office、department、種別など)を"
    is_told = is_own and bool(heading) and dimension == by_heading
    result = Beside(column, dimension, is_told, note=note)
    _add_rows(result, words, known)
    if dimension not in CLOSED:
        _add_subtotals(result, found)
    return result


def _by_words(words: Sequence[str], known: Vocabulary) -> str | None:
    """The dimension that most of the words are values of."""
    if not words:
        return None
    told = [_told(each, known) or {} for each in words]
    plain = [w for w, t in zip(words, told, strict=True) if t != {"part": "total"}]
    counts = {d: sum(d in each for each in told) for d in ("measure", "part", "scenario")}
    counts["part"] -= sum(each == {"part": "total"} for each in told)
    if counts["measure"] and (counts["measure"] + counts["part"]) * 2 > len(words):
        return "measure"
    for dimension in ("part", "scenario"):
        if counts[dimension] * 2 >= len(plain) > 0:
            return dimension
    if plain and all(map(_is_class, plain)):
        return "claim_classes"
    years = sum("fiscal_year" in dated(each).told for each in words)
    return "fiscal_year" if years * 2 > len(words) else None


def _is_class(words: str) -> bool:
    """Whether words are classes of claims and nothing else: 強・非, 私債権."""
    try:
        claim_classes(words)
    except Unreadable:
        return False
    rest = _BETWEEN.sub("", compared(words))
    for word, _ in class_words():
        rest = rest.replace(word, "")
    return not rest.replace("公債権", "").replace("債権", "")


def _told(words: str, known: Vocabulary) -> Mapping[str, str] | None:
    plain = compared(without_number(words)).lstrip("(").removeprefix("うち")
    return known.meaning(plain) or known.meaning(plain.rstrip(")"))


def _is_total(words: str) -> bool:
    return looks_like_total(name(words)) or _TOTAL_OF_SOME.fullmatch(compared(words)) is not None


def _add_rows(of: Beside, words: Sequence[str], known: Vocabulary) -> None:
    measure: dict[str, str] = {}
    for each in words:
        told = _told(each, known)
        if of.dimension == "fiscal_year":
            _add_year(of, each, known)
        elif of.dimension == "measure":
            told, asks = _as_measure(each, dict(told or {}), measure)
            measure = {d: told[d] for d in ("measure", "unit") if d in told}
            _add(of, each, told, asks)
        elif of.dimension in CLOSED:
            asks = f"問: 「{each}」は{of.dimension}の何ですか。自由な語でもかまいません"
            _add(of, each, dict(told or {of.dimension: UNKNOWN}), "" if told else asks)
        elif _is_total(each):
            for smaller in [w for w, m in of.rows.items() if m == {"total": "true"}]:
                of.rows[smaller] = {_scope(of.dimension): smaller, "total": "true"}
            _add(of, each, _total(of.dimension, each))
    if of.dimension == "measure":
        _add_whole(of)


def _add(of: Beside, words: str, told: dict[str, str], note: str = "") -> None:
    entry = _DIGITS.sub("<*>", compared(without_number(words)))
    of.rows[entry] = told
    if note:
        of.notes[entry] = note


def _as_measure(
    words: str, told: dict[str, str], before: dict[str, str]
) -> tuple[dict[str, str], str]:
    """What a row tells as a measure; a part is one of the measure before it."""
    if "measure" in told:
        return told, ""
    if told:
        return {**before, **told}, ""
    unit = own_unit(without_number(words))
    if unit is None:
        return {"measure": UNKNOWN}, f"問: 「{quoted(words)}」は何の数値ですか"
    asks = ASKS_UNIT if unit == UNKNOWN else ""
    named = {"measure": compared(without_number(words))}
    return (named if unit == AMOUNT else {**named, "unit": unit}), asks


def _add_whole(of: Beside) -> None:
    """A measure of which parts follow is their total."""
    entries = list(of.rows.values())
    for whole, part in pairwise(entries):
        if "part" not in whole and "part" in part and whole.get("measure") == part.get("measure"):
            whole["part"] = "total"


def _add_year(of: Beside, words: str, known: Vocabulary) -> None:
    day = dated(words)
    told = known.meaning(day.rest) if day.rest else None
    if day.told and told:
        of.rows[day.pattern] = dict(told)
    elif not day.told and _is_total(words):
        of.rows[compared(words)] = {"total": "true"}


def _total(dimension: str, words: str) -> dict[str, str]:
    """A total: of all, or of what its name says (普通税計)."""
    of_what = compared(words).removesuffix("計").removesuffix("合").removesuffix("小")
    is_named = len(of_what) > 1 and compared(words).endswith("計") and "総" not in of_what
    return {**({_scope(dimension): of_what} if is_named else {}), "total": "true"}


def _scope(dimension: str) -> str:
    """Where a total says what it is of: 町村計 is the total of some, and no municipality."""
    return "範囲" if dimension == "municipality" else dimension


def _add_subtotals(of: Beside, found: Found) -> None:
    """Words over several rows, of which only some are told apart by the next column: a subtotal."""
    grid, following = found.grid, of.column + 1
    if following not in grid.columns or found.is_of_figures(following):
        return
    rows: dict[str, list[bool]] = {}
    now = ""
    for row in found.figure_rows:
        top = grid.area(row, of.column).top
        if said := grid.heading(top, of.column):
            now = name(said)
        beside_it = grid.heading(grid.area(row, following).top, following)
        rows.setdefault(now, []).append(bool(beside_it))
    for words, parts in rows.items():
        if words and any(parts) and not parts[0] and not _is_total(words):
            _add(of, words, {of.dimension: words, "total": "true"})
            of.notes[compared(without_number(words))] = "推定: 内訳が続くので計"


def has_levels(found: Found, column: int) -> bool:
    """Whether the rows are numbered or indented in several ways, or are parts of others."""
    words = [words for _, words in found.cells(column)]
    kinds = {kind_of(each) for each in words}
    return len(kinds) > 1 or any(map(is_of_which, words))
