"""Number formats: the text that a person sees of a number or a date (ECMA-376 part 1, §18.8.31).

Digits with separators and scaling commas, percent, literals, sections with conditions, dates and
times with eras. Of what is not among them (fractions, exponents, letters between digits) nothing
is said: None.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import takewhile
from typing import NamedTuple

from ingest.values import rounded
from terms.years import era_of

GENERAL = "General"
# What a file does not spell out: formats by their number, as a Japanese program shows them.
BUILT_IN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: "¥#,##0;¥-#,##0", 6: "¥#,##0;[Red]¥-#,##0", 7: "¥#,##0.00;¥-#,##0.00",
    8: "¥#,##0.00;[Red]¥-#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: "[$-411]ge.m.d",
    28: '[$-411]ggge"年"m"月"d"日"', 29: '[$-411]ggge"年"m"月"d"日"', 30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"', 32: 'h"時"mm"分"', 33: 'h"時"mm"分"ss"秒"', 34: 'yyyy"年"m"月"',
    35: 'm"月"d"日"', 36: "[$-411]ge.m.d", 37: "#,##0;-#,##0", 38: "#,##0;[Red]-#,##0",
    39: "#,##0.00;-#,##0.00", 40: "#,##0.00;[Red]-#,##0.00",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
    42: '_ ¥* #,##0_ ;_ ¥* -#,##0_ ;_ ¥* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss.0", 48: "##0.0E+0", 49: "@", 50: "[$-411]ge.m.d", 51: '[$-411]ggge"年"m"月"d"日"',
    52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: '[$-411]ggge"年"m"月"d"日"', 55: 'yyyy"年"m"月"',
    56: 'm"月"d"日"', 57: "[$-411]ge.m.d", 58: '[$-411]ggge"年"m"月"d"日"',
}  # fmt: skip

_TOKEN = re.compile(
    r"""
      (?P<end>;)
    | "(?P<quoted>[^"]*)"? | \\(?P<escaped>.?)
    | (?P<width>_.?) | (?P<fill>\*.?) | \[(?P<bracket>[^\]]*)\]?
    | (?P<general>general|g/標準) | (?P<noon>am/pm|a/p)
    | (?P<exponent>e[+-]) | (?P<digit>[0\#?]) | (?P<point>\.) | (?P<comma>,) | (?P<percent>%)
    | (?P<at>@) | (?P<slash>/)
    | (?P<moment>y+|m+|d+|h+|s+|g+|e+|a{3,4}|b+|r+)
    | (?P<plain>.)
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_CURRENCY = re.compile(r"\$([^-]+)(?:-[\w-]+)?")
_WITHOUT_EFFECT = re.compile(
    r"black|blue|cyan|green|magenta|red|yellow|color\s?\d+|[黒青水緑紫赤黄]|色\d+"
    r"|dbnum3|\$-[0-9A-Fa-f]+(?:,\d+)?|\$-[a-z]{2}-.*",
    re.IGNORECASE,
)
# A date as each machine writes it in full: here, as ours do.
_OF_THE_SYSTEM = re.compile(r"\[\$-(?:F800|x-sysdate)\]", re.IGNORECASE)
_LONG_DATE = 'yyyy"年"m"月"d"日"'
_LITERAL = {"quoted", "escaped", "plain", "slash"}
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905
_DAYS = "月火水木金土日"
_MOST_DIGITS = 27  # that are rounded exactly


class Token(NamedTuple):
    """One piece of a format: its kind, as the pattern above names it, and its text."""

    kind: str
    text: str


@dataclass(frozen=True)
class Section:
    """One of up to four parts of a format, for some of the values."""

    tokens: tuple[Token, ...]
    condition: tuple[str, Decimal] | None = None

    @cached_property
    def kinds(self) -> frozenset[str]:
        """What it is made of."""
        return frozenset(token.kind for token in self.tokens)

    @property
    def is_moment(self) -> bool:
        """Whether it shows a date or a time."""
        return "moment" in self.kinds and not self.kinds & {"digit", "general"}

    def holds(self, value: Decimal) -> bool:
        """Whether its condition is true of a value."""
        if self.condition is None:
            return True
        sign, bound = self.condition
        return {
            "<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound,
            "=": value == bound, "<>": value != bound,
        }[sign]  # fmt: skip


@dataclass(frozen=True)
class Format:
    """A number format, read once."""

    code: str
    sections: tuple[Section, ...]

    @property
    def is_moment(self) -> bool:
        """Whether numbers are shown as dates or times."""
        return self.sections[0].is_moment

    def number(self, value: float) -> str | None:
        """How a number is shown."""
        exact = Decimal(repr(value))
        section, is_signed = self._section(exact)
        if section is None:
            return None
        shown = _number(section, abs(exact))
        return shown if shown is None or not is_signed else f"-{shown}"

    def _section(self, value: Decimal) -> tuple[Section | None, bool]:
        """The section for a number, and whether a minus sign is added to it."""
        numeric = self.sections[:3]
        if any(section.condition for section in numeric):
            chosen = next((each for each in numeric if each.holds(value)), None)
            return (None if value < 0 else chosen), False  # programs differ in its sign
        if value < 0 and len(numeric) > 1:
            return numeric[1], False
        if value == 0 and len(numeric) > 2:
            return numeric[2], False
        return numeric[0], value < 0

    def words(self, text: str) -> str:
        """How a text is shown."""
        fourth = self.sections[3:4]
        section = next((s for s in fourth or self.sections if fourth or "at" in s.kinds), None)
        if section is None:
            return text
        return "".join(
            text if kind == "at" else literal
            for kind, literal in section.tokens
            if kind == "at" or kind in _LITERAL
        )

    def moment(self, value: datetime) -> str | None:
        """How a date is shown."""
        return _moment(self.sections[0].tokens, value)


@lru_cache(maxsize=1024)
def read(code: str) -> Format:
    """The format that a code spells."""
    sections = tuple(_sections(_LONG_DATE if _OF_THE_SYSTEM.match(code) else code))
    return Format(code, sections or (Section((Token("general", GENERAL),)),))


def _sections(code: str) -> Iterator[Section]:
    tokens: list[Token] = []
    condition = None
    for found in _TOKEN.finditer(code):
        kind = found.lastgroup or ""
        words = found[kind]
        if kind == "end":
            yield Section(tuple(tokens), condition)
            tokens, condition = [], None
        elif kind == "bracket":
            if bound := _CONDITION.fullmatch(words):
                condition = (bound[1], Decimal(bound[2]))
            elif currency := _CURRENCY.fullmatch(words):
                tokens.append(Token("plain", currency[1]))
            elif re.fullmatch("white|白", words, re.IGNORECASE):
                tokens.append(Token("unseen", words))
            elif not _WITHOUT_EFFECT.fullmatch(words):
                tokens.append(Token("other", words))  # [h], or what nobody knows
        elif kind == "width":
            tokens.append(Token("plain", " "))
        elif kind != "fill":
            tokens.append(Token(kind, words))
    if tokens or condition or code.endswith(";"):
        yield Section(tuple(tokens), condition)


def _number(section: Section, size: Decimal) -> str | None:
    """A number without its sign in one section."""
    tokens = section.tokens
    if section.kinds & {"exponent", "moment", "other"}:
        return None
    if "unseen" in section.kinds:
        return ""
    if section.kinds == {"at"}:
        return _number(Section((Token("general", GENERAL),)), size)
    if "general" in section.kinds:
        plain = f"{size.normalize():f}"
        return "".join(plain if t.kind == "general" else _literal(t) for t in tokens)
    places = [n for n, token in enumerate(tokens) if token.kind == "digit"]
    if not places:
        return "".join(map(_literal, tokens))
    first, last = places[0], places[-1]
    point = next((n for n in range(first, last + 1) if tokens[n].kind == "point"), None)
    if point is None and last + 1 < len(tokens) and tokens[last + 1].kind == "point":
        point = last + 1  # 0. shows 5.
    if any(tokens[n].kind not in ("digit", "comma", "point") for n in range(first, last + 1)):
        return None  # a fraction, or letters between the digits
    whole = [tokens[n].text for n in places if point is None or n < point]
    decimals = [tokens[n].text for n in places if point is not None and n > point]
    end = last if point is None or decimals else point
    scaling = _commas(tokens[end + 1 :])
    if decimals:
        scaling += _commas(reversed(tokens[:point]))
    last_whole = max((n for n in places if point is None or n < point), default=first)
    is_grouped = any(tokens[n].kind == "comma" for n in range(first, last_whole))
    percents = sum(token.kind == "percent" for token in tokens)
    scaled = size.scaleb(2 * percents - 3 * scaling)
    if scaled.adjusted() + len(decimals) > _MOST_DIGITS:
        return None
    scaled = rounded(scaled, len(decimals))
    shown = _digits(scaled, whole, decimals, is_grouped=is_grouped)
    shown += "." if point == end and not decimals else ""
    before = "".join(map(_literal, tokens[:first]))
    return before + shown + "".join(map(_literal, tokens[end + 1 :]))


def _commas(tokens: Iterable[Token]) -> int:
    """How many there are in one run from the beginning."""
    return sum(1 for _ in takewhile(lambda token: token.kind == "comma", tokens))


def _literal(token: Token) -> str:
    if token.kind in _LITERAL:
        return token.text
    return "%" if token.kind == "percent" else ""


def _digits(
    value: Decimal, whole: Sequence[str], decimals: Sequence[str], *, is_grouped: bool
) -> str:
    number, _, fraction = f"{value:f}".partition(".")
    number = number.lstrip("0").rjust(whole.count("0"), "0")
    if is_grouped:
        number = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", number)
    needed = max((n + 1 for n, kind in enumerate(decimals) if kind == "0"), default=0)
    fraction = fraction[:needed] + fraction[needed:].rstrip("0")
    return f"{number}.{fraction}" if decimals else number


def _moment(tokens: Sequence[Token], value: datetime) -> str | None:
    """A date or a time; m is a minute where h stands before it, or s behind it."""
    moments = [t.text.lower() for t in tokens if t.kind == "moment"]
    has_noon = any(token.kind == "noon" for token in tokens)
    shown: list[str | None] = []
    done = 0
    for token in tokens:
        if token.kind == "moment":
            before, after = moments[:done][-1:], moments[done + 1 : done + 2]
            is_minute = before in (["h"], ["hh"]) or after in (["s"], ["ss"])
            shown.append(_piece(moments[done], value, is_minute=is_minute, has_noon=has_noon))
            done += 1
        elif token.kind == "noon":
            shown.append("AM" if value.hour < 12 else "PM")
        elif token.kind in _LITERAL or token.kind in ("point", "comma"):
            shown.append(token.text)
        elif token.kind != "at":
            return None
    return "".join(each or "" for each in shown) if None not in shown else None


def _piece(words: str, value: datetime, *, is_minute: bool, has_noon: bool) -> str | None:
    """One part of a date or a time."""
    era, year = era_of(value.date())
    letter, name = era.letter, era.name
    hour = (value.hour % 12 or 12) if has_noon else value.hour
    pieces = {
        "y": f"{value.year % 100:02d}", "e": f"{year}", "ee": f"{year:02d}",
        "g": letter, "gg": name[0], "ggg": name,
        "d": f"{value.day}", "dd": f"{value.day:02d}", "h": f"{hour}", "hh": f"{hour:02d}",
        "s": f"{value.second}", "ss": f"{value.second:02d}",
        "aaa": _DAYS[value.weekday()], "aaaa": f"{_DAYS[value.weekday()]}曜日",
        "mmm": _MONTHS[value.month - 1],
    }  # fmt: skip
    if words in ("m", "mm"):
        number = value.minute if is_minute else value.month
        return f"{number:02d}" if words == "mm" else f"{number}"
    if words in ("yy", "yyy", "yyyy"):
        return pieces["y"] if words == "yy" else f"{value.year}"
    return pieces.get(words)
