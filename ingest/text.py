"""Numbers, dashes, eras, codes and headings as people write them (domain: how departments write).

Numbers, codes and headings are normalised with NFKC; names never are (NFKC turns ① into 1).
Everything here either reads a value for certain or raises `Unreadable`; nothing is guessed.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

from ingest.values import Shown, Value
from terms.codes import CLAIM_CLASS, class_words, labels
from terms.reading import remembered
from terms.years import eras

_PRIMES = str.maketrans(dict.fromkeys("’‘′´`ʹʼ＇", "'") | dict.fromkeys('″”“ʺ"', "''"))
_DASHES = "-－−—–―ー‐‑‒─ｰ﹣"
_DASH_ONLY = re.compile(f"[{_DASHES}]+")
_DITTO = frozenset({"〃", "''", '"', "々", "同上", "仝", "〃〃"})
_NEGATIVE = re.compile(rf"[{_DASHES}▲△▴▵](.+)|\((.+)\)")
# A blank or a line break between digits: two numbers, for nobody here groups digits by blanks.
_TORN = re.compile(r"\d\s+\d")
_LONGEST_NUMBER = 40
_HIGHEST_RATE = 10**6
_UNIT = re.compile(r"(千円|百万円|億円|円|人|件|世帯)$")
_UNIT_BEHIND = re.compile(r"\((?:百万円|千円|円|件|人|世帯|%)\)$")
_MONEY = r"(?:十億|百億|百万|千万|十万|兆|億|万|千|百|十)?円"
_MONEY_WORD = re.compile(_MONEY)
_UNIT_SAID = re.compile(rf"単位\D{{0,10}}?1?({_MONEY})")
_AMOUNT_SAID = re.compile(rf"金額:({_MONEY})(?![未以])")
_UNIT_OF = re.compile(rf"(?<!\d)({_MONEY})単位")
_OTHER_SIGNS = str.maketrans("¥仟阡", "円千千")
# One kind of bracket for every kind.
BRACKETS = str.maketrans("[]{}<>【】〔〕『』「」〈〉《》", "()" * 9)
_BEHIND_A_HEADING = re.compile(r"(?:^|[額高分計値績算標度])\(([^()]*)\)$")
# What may stand beside a unit in words that say nothing else: ※金額の単位は円です。
_BESIDE_A_UNIT = re.compile(
    r"[※*・、,。./:()%]|金額|額|単位|表示|表記|記入|記載|入力|税込み?|税抜き?|すべて|全て|です|してください"
    r"|して下さい|しています|[はのでにも各]|件数?|人数?|世帯数?"
)
_NOTES = re.compile("[²³¹⁰⁴-⁹₀-₉①-⒛⓪-⓿❶-➓㉈-㉟㊱-㊿]")
_PLAIN = re.compile(r"\d+(\.0+)?|\d{1,3}(,\d{3})+(\.0+)?")
_DOTTED = re.compile(r"[1-9]\d{0,2}(\.\d{3})+")
_RATE = re.compile(r"(\d+(?:\.\d+)?)(%?)")


_WESTERN_YEAR = re.compile(r"(?<!\d)(19\d\d|20\d\d)(?!\d)(?:年度?)?")
# What may stand around the year in a heading that names nothing else: 令和3年度決算(2021年度)
_AROUND_A_YEAR = re.compile(
    r"年度末?|[年度末分()/・.]|決算見込額?|決算額?|実績値?|見込額?|目標値?|計画"
)
_CLAIM_NUMBER = re.compile(r"(?:第|NO\.?)?([\dO]{1,3})[号番]?")


class _Years(NamedTuple):
    """How years are written: the year of an era, years that a heading names, and days."""

    era_year: re.Pattern[str]
    named: re.Pattern[str]
    day: re.Pattern[str]


@remembered
def _years() -> _Years:
    names, shorts, letters = zip(*((e.name, e.name[0], e.letter) for e in eras()), strict=True)
    written = rf"{'|'.join(names)}|[{''.join(shorts)}]|(?<![A-Z])[{''.join(letters)}]"
    era = rf"({written})\.?(元|\d{{1,2}})"
    return _Years(
        re.compile(rf"{era}(?!\d)"),
        re.compile(rf"\(?(?:{era}(?!\d)(?:年度?)?|(?<!\d)(?:19|20)\d\d年度?)末?\)?の?"),
        re.compile(
            rf"(?:{era}|(\d{{4}}))(?:年|[./-])(\d{{1,2}})(?:月|[./-])(?:(\d{{1,2}})日?|(末))"
        ),
    )


class Unreadable(ValueError):
    """The cell cannot be read for certain; the message says in Japanese what was expected."""


class Number(NamedTuple):
    """`value` as written, in the written unit; `unit` 円, 千円, 人 … or None; `dotted`: 26.325.

    `scale`: 1,000 where the screen shows thousands of it.
    """

    value: int
    unit: str | None = None
    dotted: bool = False
    scale: int = 1


@lru_cache(maxsize=8192)
def key(text: str) -> str:
    """A heading as it is compared: no spaces or line breaks, one kind of prime, NFKC, capitals."""
    plain = unicodedata.normalize("NFKC", text.translate(_PRIMES)).translate(_PRIMES)
    return "".join(plain.split()).rstrip(":").upper()


def bare(heading: str) -> str:
    """A compared heading without the unit that some add to it: 調定額(千円) → 調定額."""
    return _UNIT_BEHIND.sub("", heading)


def without_years(heading: str) -> str:
    """A compared heading without the years it names: 平成28年度(2016年度)決算値 → 決算値."""
    return _years().named.sub("", heading)


def money_units(heading: str) -> set[str]:
    """The units of money that a compared heading names: 円 of (単位:円), 調定額【円】 or (¥)."""
    if "円" not in heading and "¥" not in heading:
        return set()
    plain = heading.translate(BRACKETS).translate(_OTHER_SIGNS).replace("1,000円", "千円")
    said = set(_UNIT_SAID.findall(plain))
    said |= set(_AMOUNT_SAID.findall(plain))
    said |= set(_UNIT_OF.findall(plain)) - {"百円", "十円"}  # to which amounts are rounded
    return said.union(*map(stated_units, _BEHIND_A_HEADING.findall(plain)), stated_units(plain))


def stated_units(words: str) -> set[str]:
    """The units of money of words that say nothing else: ※金額の単位は円です。"""
    plain = words.translate(BRACKETS).translate(_OTHER_SIGNS)
    return (
        set()
        if _BESIDE_A_UNIT.sub("", _MONEY_WORD.sub("", plain))
        else set(_MONEY_WORD.findall(plain))
    )


def is_blank(value: Value) -> bool:
    """True for an empty cell and for a dash that stands for nothing."""
    if isinstance(value, str):
        stripped = "".join(value.split())
        return not stripped or _DASH_ONLY.fullmatch(stripped) is not None
    return value is None


def is_ditto(value: Value) -> bool:
    """True for 〃 and 同上: what stands above."""
    return isinstance(value, str) and key(value) in _DITTO


def number(value: Value) -> Number | None:
    """Read a typed amount or count; None when blank.

    Raises `Unreadable` for dates, error values, fractions and anything ambiguous.
    """
    if isinstance(value, Shown) and value.is_percent:
        raise Unreadable("整数(率ではありません)")
    if isinstance(value, float | int) and not isinstance(value, bool):
        return Number(_whole(value), scale=getattr(value, "scale", 1))
    if is_blank(value):
        return None
    if not isinstance(value, str):
        raise Unreadable("整数")
    plain = plain_number(value)
    if plain is None:
        raise Unreadable("整数(例 1,517 ／ 減は ▲628)")
    if _TORN.search(plain):
        raise Unreadable("一つの整数(例 1,517)")
    return _written_number("".join(plain.split()))


def plain_number(written: str) -> str | None:
    """A written number in plain characters; None for what is too long, or bears a mark.

    ² and ① are notes, not digits, though NFKC makes digits of them.
    """
    if len(written) > _LONGEST_NUMBER or _NOTES.search(written):
        return None
    return unicodedata.normalize("NFKC", written).strip()


def _whole(value: float) -> int:
    nearest = round(value) if abs(value) < 1e15 else None
    # 1e-6 forgives the noise of a formula such as =0.1*30, not a real fraction.
    if nearest is None or abs(value - nearest) > 1e-6:
        raise Unreadable("整数(小数や桁あふれは不可)")
    return nearest


def _written_number(text: str) -> Number:
    unit = _UNIT.search(text)
    body = text[: unit.start()] if unit else text
    negative = _NEGATIVE.fullmatch(body)
    if negative:
        body = negative[1] or negative[2]
    body = body.removeprefix("¥").removeprefix("\\").removeprefix("+")
    dotted = _DOTTED.fullmatch(body) is not None
    if not dotted and not _PLAIN.fullmatch(body):
        raise Unreadable("整数(例 1,517 ／ 減は ▲628)")
    digits = body.replace(".", "") if dotted else body.partition(".")[0].replace(",", "")
    if len(digits) > 15:
        raise Unreadable("15桁以内の整数")
    value = -int(digits) if negative else int(digits)
    return Number(value, unit[1] if unit else None, dotted)


def rate(value: Value) -> Fraction | None:
    """Read a printed rate (0.5, 50.0%, ▲1.1%) as a fraction of one; None for a dash or blank.

    A bare number is a fraction of one (0.5 is 50%), as Excel stores a percentage. Raises
    Unreadable.
    """
    if isinstance(value, float | int) and not isinstance(value, bool) and isfinite(value):
        return Fraction(Decimal(repr(value)))
    written = written_percent(value)
    if written is None:
        return None
    size, is_percent = written
    return Fraction(size) / (100 if is_percent else 1)


def written_percent(value: Value) -> tuple[Decimal, bool] | None:
    """Read a rate as written: (97.87, True) of 97.87% and (0.9787, False) of a bare 0.9787.

    True: certainly a percentage. None for a dash or blank. Raises Unreadable.
    """
    if isinstance(value, Shown) and value.scale == 1:
        return value.shown, value.is_percent
    if isinstance(value, float | int) and not isinstance(value, bool) and isfinite(value):
        return Decimal(f"{value:.15g}"), False  # what a program shows of a double
    if is_blank(value):
        return None
    body = "".join((plain_number(value) or "?").split()) if isinstance(value, str) else "?"
    negative = _NEGATIVE.fullmatch(body)
    found = _RATE.fullmatch((negative[1] or negative[2]) if negative else body)
    if not found:
        raise Unreadable("率(例 97.87%)")
    return Decimal(f"{'-' if negative else ''}{found[1]}"), bool(found[2])


def percent(value: Decimal) -> str:
    """A percentage as the landing zone keeps it: exact, without needless zeros (98.9)."""
    plain = f"{value:f}"
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain) or "0"


def percentage(value: Value, *, is_fraction: bool = False) -> Decimal | None:
    """Read a percentage as printed (73.6, 73.6%, ▲72.1) exactly; None for a dash or blank.

    A bare number is in percent, or a fraction of one where `is_fraction`. What a double adds
    (12.900000000000002) is dropped; a quotient with many digits is rounded to one decimal, half
    away from zero. Raises `Unreadable`.
    """
    written = written_percent(value)
    if written is None:
        return None
    size, is_percent = written
    if is_fraction and not is_percent and isinstance(value, Shown):
        raise Unreadable("画面で下の桁まで見える率(例 73.6%)")
    if abs(size) > _HIGHEST_RATE:
        raise Unreadable("率(例 73.6)")
    return _printed(size if is_percent or not is_fraction else size * 100)


def _printed(percent: Decimal) -> Decimal:
    for places in range(5):
        rounded = percent.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if abs(percent - rounded) < Decimal("1e-9"):
            return rounded
    return percent.quantize(Decimal("0.1"), ROUND_HALF_UP)


@remembered
def fiscal_year(text: str) -> int | None:
    """The first year named in a heading (令和元年度, 平29, H29年度, R1, 2019年度), or None."""
    plain = key(text)
    era = _years().era_year.search(plain)
    if era:
        return _western(era[1], era[2])
    western = _WESTERN_YEAR.search(plain)
    return int(western[1]) if western else None


@remembered
def heading_years(heading: str) -> frozenset[int]:
    """The fiscal years that a heading of years names; empty for any other heading.

    和暦 and 西暦 in one heading are one year where they agree: 平成29年度(2017年度) is {2017}.
    """
    plain = key(heading)
    written = _years().era_year
    named = {_western(m[1], m[2]) for m in written.finditer(plain)}
    rest = written.sub("", plain)
    western = {int(m[1]) for m in _WESTERN_YEAR.finditer(rest)}
    rest = _AROUND_A_YEAR.sub("", _WESTERN_YEAR.sub("", rest))
    return frozenset((named | western) - {None}) if not rest else frozenset()  # type: ignore[arg-type]


def written(dimension: str, era: str | None = None) -> str:
    """How a compared heading tells a fiscal year, or a day, as a regular expression; else nothing.

    `era`: of a year that is only a number.
    """
    names, shorts, letters = zip(*((e.name, e.name[0], e.letter) for e in eras()), strict=True)
    of_era = rf"(?:{'|'.join(names)}|[{''.join(shorts)}{''.join(letters)}])\.?(?:元|\d{{1,2}})"
    if dimension == "as_of":
        return rf"(?:{of_era}|\d{{4}})(?:年|[./-])\d{{1,2}}(?:月|[./-])?(?:\d{{1,2}}日?|末日?)?"
    if dimension != "fiscal_year":
        return ""
    year = rf"(?:{of_era}(?!\d)|(?:19|20)\d\d)年?度?"
    bare = r"|(?:元|\d{1,2})年?度?" if era else ""
    return rf"{year}(?:\({year}\))?{bare}"


def names_an_era(text: str) -> bool:
    """Whether a heading names a year, or an era whose year was left out (令和 修正目標)."""
    return fiscal_year(text) is not None or any(era.name in key(text) for era in eras())


def day(value: Value) -> date:
    """Read a date cell or a written date (令和7年7月31日, R7.7.31). Raises Unreadable."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = _years().day.search(key(value)) if isinstance(value, str) else None
    year = found and (int(found[3]) if found[3] else _western(found[1], found[2]))
    if not found or not year:
        raise Unreadable("日付(例 令和7年7月31日)")
    month = int(found[4])
    try:
        return date(year, month, int(found[5]) if found[5] else monthrange(year, month)[1])
    except ValueError as impossible:  # also a month 13
        raise Unreadable("実在する日付(例 令和7年7月31日)") from impossible


def _western(written: str, year: str) -> int | None:
    era = next(each for each in eras() if written in (each.name, each.name[0], each.letter))
    count = 1 if year == "元" else int(year)
    return era.first_year + count - 1 if 1 <= count <= era.years else None


def claim_number(value: Value) -> str:
    """A 3-digit claim number as text: 8 → 008, "O11" (letter O) → 011. Raises Unreadable."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        text = f"{value:.0f}" if isfinite(value) and value == int(value) else ""
    else:
        text = key(value) if isinstance(value, str) else ""
    found = _CLAIM_NUMBER.fullmatch(text)
    digits = found[1].replace("O", "0") if found else "0"
    if int(digits) == 0:
        raise Unreadable("3桁の債権整理番号(例 008)")
    return digits.zfill(3)


def _ticked(text: str) -> str:
    """Where there are boxes to tick, only what is ticked."""
    if not re.search("[□☐]", text):
        return text
    return "".join(re.findall("[■☑☒✅]([^□☐■☑☒✅]*)", text))


def claim_classes(value: Value) -> tuple[str, ...]:
    """債権区分 as codes in a fixed order; several are allowed (強・非). Raises Unreadable."""
    rest = _ticked(key(value)) if isinstance(value, str) else ""
    found = set()
    for word, code in class_words():  # 非強 is taken out first, so that its 強 is not read again
        if word in rest:
            found.add(code)
            rest = rest.replace(word, "")
    known = labels(CLAIM_CLASS)
    if not found:
        raise Unreadable(f"{'・'.join(known.values())}のいずれか")
    return tuple(code for code in known if code in found)


def plain_dashes(text: str) -> str:
    """A compared heading with one kind of dash: ③－① and ③−① both become 3-1."""
    return re.sub(f"[{_DASHES}]", "-", text)


_ATTAINMENT = {"A": "A", "B1": "B1", "B2": "B2", "B-1": "B1", "B-2": "B2"}


def attainment(value: Value) -> str | None:
    """達成状況 as A, B1, B2 or —; None when the cell is empty. Raises Unreadable."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if is_blank(value):
        return "—"
    answer = _ATTAINMENT.get(plain_dashes(key(value))) if isinstance(value, str) else None
    if answer is None:
        raise Unreadable("A・B1・B2・— のいずれか")
    return answer
