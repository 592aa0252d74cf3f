"""Whether two names are of one person, who may write it in another way each time."""

import re
from collections.abc import Mapping
from unicodedata import name as name_of
from unicodedata import normalize

from terms.reading import remembered, told

# What a name is made of here; all else (blanks, signs, the unseen, other scripts) is left out.
_SCRIPTS = ("CJK", "IDEOGRAPHIC", "KATAKANA LETTER", "DIGIT")
# A stroke may be the number, the long vowel or a dash: nobody sees which.
_STROKES = "一ー"
_LATIN = re.compile(r"LATIN .*LETTER (?:DOTLESS |SCRIPT |SMALL CAPITAL )?([A-Z])(?: |$)")
_HONORIFIC = re.compile("(?<=.)(?:様|サマ|サン|氏|殿|ドノ|君|クン|先生)$")
_TO_KATAKANA = ord("ア") - ord("あ")


@remembered
def person(name: str) -> str:
    """The same for all that looks or reads as one person's name; "" where nothing does.

    Widths, blanks, invisible characters, honorifics, old and other forms of kanji, and look-alikes
    of `people.yml` make no other person. To be compared, never to be shown.
    """
    foreign = _alike("latin")  # before as well: ϲ is σ to NFKC, and c to the eye
    latin = normalize("NFKC", name.translate(foreign)).translate(foreign)
    whole = _HONORIFIC.sub("", "".join(map(_folded, latin)))
    return whole.translate(_alike("old_forms", "names", "look_alikes"))


def _folded(character: str) -> str:
    script = name_of(character, "")
    if letter := _LATIN.match(script):
        return letter[1].lower()
    if script.startswith("HIRAGANA LETTER"):
        return chr(ord(character) + _TO_KATAKANA)
    return character if script.startswith(_SCRIPTS) and character not in _STROKES else ""


@remembered
def _alike(*lists: str) -> Mapping[int, str]:
    """Each character that stands in a group, and the one that stands for the group."""
    first: dict[int, str] = {}
    for group in " ".join(told("people")[each] for each in lists).split():
        known = next((first[ord(each)] for each in group if ord(each) in first), group[0])
        first |= dict.fromkeys(map(ord, group), known)
    return first
