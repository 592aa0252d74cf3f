"""What the heading over a column says, piece by piece: known words, years, letters and formulas."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.described.layout import UNKNOWN
from ingest.described.meaning import FRACTION
from ingest.described.words import heading, is_symbol
from ingest.drafting.vocabulary import (
    Vocabulary,
    compared,
    dated,
    dimension_of_names,
    own_unit,
    without_long_numbers,
)

_LETTER = re.compile(r"\(?([A-Z]'*|[ア-ン]'*|[①-⑳])\)?")
_LETTERS = re.compile(r"[A-Z]'*|[ア-ン]'*")
_DIVIDES = re.compile(r"[÷/─―]|×100")
_BEHIND = re.compile(r"(?<=[^A-Zァ-ヶー(])\(?([A-Z])\)?$")
AMOUNT = "円"
ASKS_UNIT = "問: 単位は何ですか(件、人、% など。金額なら unit を消す)"
_AGAINST, BASIS = "対", "basis"  # what a rate is measured against


@dataclass
class Piece:
    """Words of a heading as they stand in the layout; `told`: what they mean, where it is known.

    `formula`: the letters of the columns that it names. `note`: what a person should know of it.
    """

    entry: str
    told: dict[str, str] | None
    formula: Sequence[str] = ()
    note: str = ""

    @property
    def asks(self) -> bool:
        """Whether a person must say what it means."""
        return self.told is None or UNKNOWN in (*self.told, *self.told.values())


@dataclass
class Head:
    """The heading over a column: its pieces from the top, its letter and its unit."""

    column: int
    pieces: list[Piece] = field(default_factory=list)
    letter: str | None = None
    unit: str | None = None

    @property
    def told(self) -> Mapping[str, str]:
        """What its pieces tell together: a lower one counts."""
        found: dict[str, str] = {}
        for piece in self.pieces:
            found |= piece.told or {}
        return found


def head(column: int, lines: Sequence[str], known: Vocabulary) -> Head:
    """Read the lines over a column; words that are known only together are one piece."""
    found = Head(column)
    at = 0
    while at < len(lines):
        for count in (1, *range(len(lines) - at, 1, -1)):
            piece = _piece("\n".join(lines[at : at + count]), known, found)
            if piece is None or piece.told is not None or piece.formula:
                break
        else:
            count, piece = 1, _piece(lines[at], known, found)
        if piece:
            found.pieces.append(piece)
        at += count
    return found


def _piece(said: str, known: Vocabulary, of: Head) -> Piece | None:
    """What one line says; None of a letter or a unit."""
    of.unit = heading(said).unit or of.unit
    parts = [part for part in said.split("\n") if heading(part).words]
    words = "".join(part for part in parts if not is_symbol(part) or _is_year(part))
    whole = compared(said)
    letters = _LETTERS.findall(whole)
    if not words and len(letters) > 1 and _DIVIDES.search(whole):
        return Piece(whole, None, letters)
    for part in parts:
        if letter := _LETTER.fullmatch(compared(part)):
            of.letter = letter[1]
    if not words:
        return None
    if (behind := _BEHIND.search(compared(words))) and known.meaning(words) is None:
        bare = compared(words)[: behind.start()]
        if known.meaning(bare) is not None:
            of.letter, words = behind[1], bare
    day = dated(words)
    if day.told:
        rest = without_brackets(day.rest)
        told = known.meaning(rest) or known.partly(rest)[0]
        return Piece(without_long_numbers(day.pattern), dict(told))
    meaning = known.meaning(words)
    return Piece(compared(words), None if meaning is None else dict(meaning))


def _is_year(words: str) -> bool:
    return bool(dated(words).told)


def without_brackets(words: str) -> str:
    """Words without brackets that nothing stands in any more."""
    return words.replace("()", "")


def settle_formulas(heads: Sequence[Head]) -> None:
    """A quotient of two columns is the rate of what both of them speak of."""
    by_letter = {each.letter: each for each in heads if each.letter}
    for each in heads:
        for piece in each.pieces:
            if len(piece.formula) < len("E÷") or piece.told is not None:
                continue
            over, under = (by_letter.get(letter) for letter in piece.formula[:2])
            if not over or not under:
                continue
            part = over.told.get("part")
            piece.told = {"part": part} if part and part == under.told.get("part") else {}
            rate = (over.told.get("measure"), under.told.get("measure"))
            if "measure" not in each.told and rate == ("collected", "assessed"):
                piece.told |= {"measure": "collection_rate", "unit": "%"}


def settle_unknown(head: Head, known: Vocabulary) -> None:
    """Unknown words are a measure of their own where they end as one; else a person is asked."""
    for at, piece in enumerate(head.pieces):
        if piece.told is not None:
            continue
        if piece.entry.startswith(_AGAINST) and head.told.get("unit") in ("%", FRACTION):
            piece.told = {BASIS: piece.entry.removeprefix(_AGAINST)}
            continue
        is_last = at == len(head.pieces) - 1
        unit = own_unit(piece.entry)
        if unit is not None and (is_last or "measure" not in head.told):
            piece.told = _own_measure(piece.entry, unit, known)
            piece.note = "語のままの項目として読みます"
            continue
        partly, _ = known.partly(piece.entry)
        partly.pop("unit", None)
        named = dimension_of_names([piece.entry])
        piece.told = dict(partly) or {named or UNKNOWN: piece.entry}
        if UNKNOWN in piece.told:
            piece.note = (
                f"問: 「{piece.entry}」は何の区分ですか。{UNKNOWN}に次元の名(区分、種別など)を"
                "書いてください。項目なら {measure: 項目の名} に直してください"
            )


def _own_measure(words: str, unit: str, known: Vocabulary) -> dict[str, str]:
    told, name = {}, re.sub(r"\([^()]*\)$", "", words)
    if unit == AMOUNT:
        partly, rest = known.partly(words)
        if partly and len(rest) > len("金額") and own_unit(rest) == unit:
            told, name = dict(partly), rest
    return {"measure": name, **told, **({"unit": unit} if unit != AMOUNT else {})}
