"""Decides what a cell says: what is stored and what is seen agree, or the cell is in doubt.

The one place that does (domain §4): readers of forms get nothing but its answers.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from unicodedata import normalize

from ingest.addresses import address
from ingest.quoting import quoted
from ingest.values import Doubt, Shown, Value, rounded
from ingest.workbook.formats import Format
from ingest.workbook.sheet import Area, Place

SCALES = (1, 1_000, 1_000_000, 1_000_000_000)
_UNITS_OF_SCALES = {"千円": 1_000, "百万円": 1_000_000}
_SHOWN = re.compile(r"([^\d.]*)(\d[\d,]*+(?:\.\d*)?|\.\d+)(\D*)")
_FIGURE = re.compile(r"[^\d\s]{0,2}\d[\d,.\s]*\D{0,3}")
_NEGATIVE = re.compile(r"[-−▲△▼]")
_NOTHING_SAID = re.compile(r"[-−▲△▼()¥\\$+\s]")
_DASHES = re.compile(r"[-−—–―ー\s¥\\$]+")
_LONGEST = 32_767
_CHECK = "正しい値になっているか確かめて保存し直してください。"
_AS_IT_IS = f"表示形式を「標準」か「#,##0」にし、{_CHECK}"
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_UNSEEN = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def number(stored: float, shown: str | None, code: str = "") -> Value:
    """A number that the screen shows as `shown` (None: nobody can tell) by the format `code`."""
    if shown is None:
        return _otherwise(stored, None, code)
    plain = normalize("NFKC", shown).strip()
    if not plain or _DASHES.fullmatch(plain):
        return stored if stored == 0 else _otherwise(stored, plain, code)
    found = _SHOWN.fullmatch(plain)
    if found is None:
        return _otherwise(stored, plain, code)
    before, digits, after = found.groups()
    decimals = len(digits.partition(".")[2])
    size = Decimal(digits.replace(",", "").rstrip(".") or "0")
    signs = len(_NEGATIVE.findall(before)) + ("(" in before and ")" in after)
    is_percent = "%" in after
    words = _NOTHING_SAID.sub("", before + after.replace("%", ""))
    exact = Decimal(repr(float(stored))) * (100 if is_percent else 1)
    wanted = -size if signs else size
    scale = next((s for s in SCALES if rounded(exact / s, decimals) == wanted), 0)
    is_whole = scale == 1 and exact == wanted
    if words and is_whole and not is_percent and signs < 2:
        return shown.strip()
    if not scale or signs > 1 or (words and _UNITS_OF_SCALES.get(words) != scale):
        return _otherwise(stored, plain, code)
    if is_whole and not is_percent:
        return stored
    return Shown(stored, decimals, is_percent=is_percent, scale=scale)


def _otherwise(stored: float, shown: str | None, code: str) -> Doubt:
    """A number of which the screen shows something else."""
    because = f"表示形式「{quoted(code)}」のため" if code else "表示形式のため"
    what = "別の形で表示されます" if shown is None else f"「{quoted(shown)}」と表示されます"
    if shown == "":
        what = "何も表示されません"
    return _doubt(stored, shown or "", f"{because}画面には{what}。{_AS_IT_IS}")


def untold(stored: float) -> Doubt:
    """A number of which the file does not say how it is shown, though it has a format."""
    return _doubt(
        stored,
        "",
        "画面に表示される文字がファイルに保存されていません。ExcelかLibreOfficeで開き、"
        "正しい値になっているか確かめて上書き保存してください。",
    )


def invisible(stored: float | str) -> Doubt:
    """A figure in letters of the colour of their ground."""
    because = "文字が背景と同じ色のため画面には見えません。"
    return _doubt(stored, "", f"{because}文字の色を黒に戻し、{_CHECK}")


def is_figure(stored: str) -> bool:
    """Whether a text is a figure that somebody typed as text."""
    return _FIGURE.fullmatch(normalize("NFKC", stored).strip()) is not None


def _doubt(stored: float | str, shown: str, but: str) -> Doubt:
    is_text = isinstance(stored, str)
    value = quoted(stored) if is_text else f"{Decimal(repr(float(stored))):,f}".removesuffix(".0")
    return Doubt("not_as_seen", shown, f"セルに入っている値は「{value}」ですが、{but}", stored)


def _other_words(stored: str, shown: str, code: str) -> Doubt:
    what = f"「{quoted(shown)}」と表示されます" if shown else "何も表示されません"
    return Doubt(
        "not_as_seen",
        shown,
        f"セルには「{quoted(stored)}」と入っていますが、表示形式「{quoted(code)}」のため画面には{what}。"
        f"表示形式を「標準」にし、{_CHECK}",
        stored,
    )


def error(shown: str) -> Doubt:
    """A cell that shows an error value."""
    return Doubt(
        "unreadable_number",
        shown,
        f"「{shown}」はエラー値です。数式や参照先を直すか、値を直接記入してください。",
        shown,
    )


def uncached(stored: Value = None) -> Doubt:
    """A formula without a result, or with one that nobody reckoned."""
    return Doubt(
        "uncached_formula",
        "計算結果のない数式",
        "セルは数式ですが計算結果が保存されていません。"
        "Excelで開いて上書き保存するか、値を直接入力してください。",
        stored,
    )


def cover(filled: dict[Place, Value], merged: Sequence[Area]) -> None:
    """Take away what lies unseen below merged cells; a figure there is a doubt."""
    for area in merged:
        first = (area.top, area.left)
        for place in area.among(filled):
            value = filled[place]
            if place == first:
                continue
            if isinstance(value, str) and (
                value == filled.get(first) or not re.search(r"\d", value)
            ):
                del filled[place]
            elif not isinstance(value, Doubt) or value.seen:
                filled[place] = _covered(value, area)


def _covered(value: Value, area: Area) -> Doubt:
    cells = f"{address(area.top, area.left)}:{address(area.bottom, area.right)}"
    return Doubt(
        "not_as_seen",
        "",
        f"セルに入っている「{quoted(value)}」は、結合されたセル({cells})に隠れて画面に見えません。"
        f"結合を解除し、{_CHECK}",
        value,
    )


def content(stored: Value) -> Value:
    """What a file holds: a text without what is unseen, and an error for a number out of range."""
    if isinstance(stored, str):
        return words(stored)
    return error("#NUM!") if isinstance(stored, float) and not isfinite(stored) else stored


def words(stored: str) -> Value:
    """A text without the characters that nobody sees; "" for nothing but blanks.

    Of a length that a cell can hold.
    """
    if len(stored) > _LONGEST:
        return Doubt(
            "not_as_seen",
            f"{stored[:20]}…",
            f"文字が長すぎます({len(stored):,}文字。Excelのセルに入るのは{_LONGEST:,}文字まで)。"
            "短くして記入し直してください。",
        )
    shown = _UNSEEN.sub("", stored) if _UNSEEN.search(stored) else stored
    if shown.isspace():
        return ""
    if not _TURNING.search(stored):
        return shown
    return Doubt(
        "not_as_seen",
        shown,
        "セルに文字の並ぶ向きを変える制御文字が入っており、画面の表示と値が違うおそれがあります。"
        "セルを消してから記入し直してください。",
        stored,
    )


def moment(stored: datetime | None, shown: str | None, code: str = "") -> Value:
    """A date or a time: the date where the screen shows all of it, else the words on the screen.

    `stored` None: no day of a calendar. `shown` None: nobody can tell.
    """
    if shown is None or stored is None:
        because = f"(表示形式「{quoted(code)}」)" if code else ""
        return Doubt(
            "not_as_seen",
            shown or "",
            f"セルの日付を読み取れません{because}。令和7年7月31日のように記入してください。",
        )
    numbers = [int(n) for n in re.findall(r"\d+", normalize("NFKC", shown))]
    if len(numbers) > 2 and {stored.month, stored.day} <= set(numbers):
        return stored.date() if stored.time() == time() else stored
    return shown.strip()


def formatted(stored: Value, form: Format, zero: datetime) -> Value:
    """A stored value as a number format shows it. `zero`: the day that number 0 stands for."""
    if isinstance(stored, str):
        shown = form.words(stored)
        if shown == stored:
            return stored
        return shown.strip() if stored in shown else _other_words(stored, shown, form.code)
    if isinstance(stored, date):
        at = stored if isinstance(stored, datetime) else datetime.combine(stored, time())
        return moment(at, form.moment(at), form.code) if form.is_moment else stored
    if isinstance(stored, bool) or not isinstance(stored, int | float):
        return stored
    if form.is_moment:
        day = day_of(stored, zero)
        if day is None:
            return _otherwise(stored, None, form.code)
        return moment(day, form.moment(day), form.code)
    return number(stored, form.number(stored), form.code)


def day_of(number: float, zero: datetime) -> datetime | None:
    """The moment that a number stands for; None for one that no program shows as a date."""
    try:
        return zero + timedelta(days=number) if number >= 0 else None
    except OverflowError:
        return None
