"""What the columns beside the figures tell: the dimension of each, and what its words mean."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.described.layout import UNKNOWN
from ingest.described.levels import is_of_which, kind_of, without_number
from ingest.described.stub import CLOSED, looks_like_total
from ingest.described.words import name, unit_alone, without_letter
from ingest.described.years import bare_years
from ingest.drafting.columns import AMOUNT, ASKS_UNIT, KIND, Entry
from ingest.drafting.tables import Found
from ingest.drafting.vocabulary import (
    MUNICIPALITY,
    Vocabulary,
    are_registered,
    compared,
    dated,
    dimension_of,
    dimension_of_names,
    own_unit,
)
from ingest.quoting import quoted
from ingest.text import Unreadable, claim_classes
from terms import reading
from terms.codes import class_words

_BETWEEN = re.compile(r"[・、,/\s]")
_TOTAL_OF_SOME = re.compile(r"(?:合|総|小)?計\d.*")
_FORMULA = re.compile(r"\(?[A-Z\d][/÷][A-Z\d](?:[×X]100)?\)?$")
_DIGITS = re.compile(r"\d+")
_SHOWN = 4
_TOTAL = {"total": "true"}
_PLAIN_TOTAL = re.compile(r"(?:合|総|小|中|大)?計")
GUESSED = "推定: 語の終わりから"


@dataclass
class Beside:
    """A column beside the figures: its dimension, and the words that the layout must name.

    `heading`: that of it alone, which the layout may name it by.
    """

    column: int
    dimension: str
    heading: str | None = None
    rows: dict[str, Entry] = field(default_factory=dict)
    note: str = ""

    def add(self, words: str, told: Mapping[str, str], note: str = "") -> None:
        """Let the layout name a word."""
        self.rows[entry_of(words)] = Entry(entry_of(words), dict(told), note)


def beside(found: Found, column: int, known: Vocabulary, heading: str, *, is_own: bool) -> Beside:
    """Describe a column by its words and its heading; `is_own`: the heading is over it alone."""
    words = list(dict.fromkeys(name(each) for _, each in found.cells(column)))
    dimension, note = _dimension(words, known, heading)
    of_heading = dimension_of(heading) if heading else None
    is_its = is_own and heading and of_heading in (None, dimension, MUNICIPALITY)
    result = Beside(column, dimension, heading if is_its else None, note=note)
    _add_rows(result, words, known)
    if dimension == "measure":
        _add_wholes(result, [words for _, words in found.cells(column)])
    _add_subtotals(result, found)
    return result


def _dimension(words: Sequence[str], known: Vocabulary, heading: str) -> tuple[str, str]:
    """The dimension of a column, and what a person should know of it."""
    names = [each for each in words if not _is_total(each)]
    told, note = _by_words(words, known), ""
    if told == "fiscal_year" and compared(heading).endswith("年度"):
        told = None  # 年度 itself, or another one: 発生年度
    if told is None and heading:
        told = dimension_of(heading)
        if told == "fiscal_year" and not any(dated(w).told or bare_years([w]) for w in names):
            told = None  # of the years across, beside its own
    if told is None and (told := dimension_of_names(names)):
        note = GUESSED
    if told == MUNICIPALITY and not are_registered(names):
        told = compared(heading)
        note = "団体コードを config/terms.yml に加えれば municipality とも書けます"
    if told is None and heading:
        told = compared(heading).partition("(")[0]
    if told is None:
        shown = "、".join(quoted(each) for each in words[:_SHOWN])
        note = f"問: 「{shown}」の列は何を表しますか。次元の名(office、department、種別など)を"
    return told or UNKNOWN, note


def _by_words(words: Sequence[str], known: Vocabulary) -> str | None:
    """The dimension that most of the words are values of."""
    if not words:
        return None
    told = [_told(each, known) or {} for each in words]
    plain = [w for w, t in zip(words, told, strict=True) if t != {"part": "total"}]
    counts = Counter(d for each in told if each != {"part": "total"} for d in each)
    are_measures = all(
        own_unit(each) or t or is_of_which(each) for each, t in zip(words, told, strict=True)
    )
    are_most = (counts["measure"] + counts["part"]) * 2 > len(words)
    if counts["measure"] and (are_measures or are_most):
        return "measure"
    for dimension in ("part", "scenario"):
        if counts[dimension] * 2 >= len(plain) > 0:
            return dimension
    if plain and all(map(_is_class, plain)):
        return "claim_classes"
    if all(map(unit_alone, words)) or _are_kinds_of_numbers(words, known):
        return "unit"
    years = sum("fiscal_year" in {*dated(w).told, *t} for w, t in zip(words, told, strict=True))
    return "fiscal_year" if years * 2 > len(words) else None


def _are_kinds_of_numbers(words: Sequence[str], known: Vocabulary) -> bool:
    """Whether words tell nothing but in what is counted: 件数, 金額."""
    told = [_told(each, known) for each in words]
    return any(told) and all(each is not None and each.keys() <= {"unit"} for each in told)


def _is_class(words: str) -> bool:
    """Whether words are classes of claims and nothing else: 強・非, 私債権."""
    try:
        claim_classes(words)
    except Unreadable:
        return False
    rest = _BETWEEN.sub("", compared(words)).strip("()")
    for word, _ in class_words():
        rest = rest.replace(word, "")
    return not rest.replace("公債権", "").replace("債権", "")


def _told(words: str, known: Vocabulary) -> Mapping[str, str] | None:
    plain = compared(without_number(words)).lstrip("(").removeprefix("うち")
    forms = (plain, plain.rstrip(")"), without_letter(plain), _FORMULA.sub("", plain))
    return next((told for each in forms if (told := known.meaning(each)) is not None), None)


def _is_total(words: str) -> bool:
    return looks_like_total(name(words)) or _TOTAL_OF_SOME.fullmatch(compared(words)) is not None


def entry_of(words: str) -> str:
    """A word beside rows as the layout names it: without the letter of its row."""
    plain = compared(without_number(words))
    if _FORMULA.search(plain):
        return plain
    bare = without_letter(plain)
    return _DIGITS.sub("<*>", bare if len(bare) > 1 and not bare[-1].isdecimal() else plain)


def _add_rows(of: Beside, words: Sequence[str], known: Vocabulary) -> None:
    for each in words:
        told = _told(each, known)
        if of.dimension == "fiscal_year":
            _add_year(of, each, known)
        elif of.dimension == "measure":
            _add_measure(of, each, told)
        elif of.dimension in CLOSED:
            asks = f"問: 「{each}」は{of.dimension}の何ですか。自由な語でもかまいません"
            of.add(each, told or {of.dimension: UNKNOWN}, "" if told else asks)
        elif told is not None and (is_of_which(each) or of.dimension == "unit"):
            of.add(each, told)
        elif _is_total(each):
            for smaller, entry in of.rows.items():
                if entry.told == _TOTAL and not _PLAIN_TOTAL.fullmatch(smaller):
                    entry.told = {_scope(of.dimension): smaller, **_TOTAL}
            of.add(each, _total(of.dimension, each))


def _add_wholes(of: Beside, words: Sequence[str]) -> None:
    """A measure of which parts follow is their total. `words`: those of all rows."""
    for above, below in pairwise(of.rows[entry_of(each)].told or {} for each in words):
        if "measure" in above and "part" in below and "measure" not in below:
            above.setdefault("part", "total")


def _add_measure(of: Beside, words: str, told: Mapping[str, str] | None) -> None:
    """A row that is a measure, or a part of the one above it."""
    plain = without_letter(_FORMULA.sub("", compared(without_number(words))))
    unit = own_unit(plain)
    if not told and is_of_which(words):
        name = plain.lstrip("(").removeprefix("うち").rstrip(")")
        told = {dimension_of_names([name]) or KIND: name}
    if told or unit is None:
        asks = "" if told else f"問: 「{quoted(words)}」は何の数値ですか"
        of.add(words, told or {"measure": UNKNOWN}, asks)
    else:
        counted = {} if unit == AMOUNT else {"unit": unit}
        of.add(words, {"measure": plain, **counted}, ASKS_UNIT if unit == UNKNOWN else "")


def _add_year(of: Beside, words: str, known: Vocabulary) -> None:
    day = dated(words)
    told = known.meaning(day.rest) if day.rest else None
    if told:
        of.rows[day.pattern] = Entry(day.pattern, dict(told))
    elif not day.told and _is_total(words):
        of.add(words, _TOTAL)


def _total(dimension: str, words: str) -> dict[str, str]:
    """A total: of all, or of what its name says (普通税計)."""
    of_what = compared(words).removesuffix("計").removesuffix("合").removesuffix("小")
    is_filler = of_what in reading.told("headings")["fillers"]  # 年度計
    is_named = len(of_what) > 1 and compared(words).endswith("計") and "総" not in of_what
    is_named &= not is_filler
    return {**({_scope(dimension): of_what} if is_named else {}), **_TOTAL}


def _scope(dimension: str) -> str:
    """Where a total says what it is of: 町村計 is the total of some, and no municipality."""
    return "範囲" if dimension == MUNICIPALITY else dimension


def _add_subtotals(of: Beside, found: Found) -> None:
    """Words over several rows, of which only some are told apart by the next column: a subtotal.

    A measure that no row tells apart is one of all kinds.
    """
    grid, following = found.grid, of.column + 1
    is_measure = of.dimension == "measure"
    if following not in found.columns or found.is_of_figures(following):
        return
    if (of.dimension in CLOSED and not is_measure) or not found.cells(following):
        return
    rows: dict[str, list[bool]] = {}
    now = ""
    for row in found.figure_rows:
        top = grid.area(row, of.column).top
        if said := grid.heading(top, of.column):
            now = name(said)
        area = grid.area(row, following)
        is_told = area.left <= of.column or bool(grid.heading(area.top, following))
        rows.setdefault(now, []).append(is_told)
    for words, parts in rows.items():
        if not words or parts[0] or _is_total(words):
            continue
        told = of.rows[entry_of(words)].told if is_measure else {of.dimension: words}
        if any(parts):
            of.add(words, {**(told or {}), **_TOTAL}, "推定: 内訳が続くので計")
        elif is_measure:
            of.add(words, {**(told or {}), KIND: "計"})


def has_levels(found: Found, column: int) -> bool:
    """Whether the rows are numbered or indented in several ways, or are parts of others."""
    words = [words for _, words in found.cells(column)]
    kinds = {kind_of(each) for each in words}
    return len(kinds) > 1 or any(map(is_of_which, words))


def sections(found: Found, known: Vocabulary, taken: Sequence[str]) -> Beside:
    """What rows of nothing but a word tell of those below them; `taken`: dimensions of columns."""
    words = list(dict.fromkeys(found.sections))
    by_words, told = _by_words(words, known), {each: _told(each, known) for each in words}
    dimension = by_words or dimension_of_names([each.strip("()【】") for each in words]) or KIND
    if dimension in taken:
        dimension = "種別" if dimension == KIND else KIND
    result = Beside(-1, dimension)
    for each in words:
        own = told[each] if dimension in CLOSED else None
        result.add(each, own or {dimension: compared(each).strip("()")}, "推定: 下の行の区分")
    return result
