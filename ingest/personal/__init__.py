"""Tells text that looks like a person's data, and keeps it out of everything that quotes text.

Free text stays in the raw zone (archive, `narrative`). What leaves it as a name or a quotation
passes here: names of forms, files and sheets, and findings. What is masked is told by its place,
never by its words.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePath
from unicodedata import normalize

from ingest.addresses import address
from ingest.archive import SUFFIXES
from ingest.findings import Finding
from terms.legible import legible

MASK = "（個人情報のおそれがあるため伏せました）"
NAME = "氏名"
TOLD_PER_SHEET = 10
LONGEST_SHEET_NAME = 60

_DASH = re.compile(r"(?<=\d)\s?[-－−—–―ー‐‑‒─ｰ﹣~]\s?(?=\d)")
_MOBILE = re.compile(r"(?<![\d-])(?:\+81[- ]?|0)[5789]0[-( )]{0,2}\d{4}[-) ]?\d{4}(?!\d)")
_LANDLINE = re.compile(
    r"(?<![\d-])\(?0[1-9]\d{0,3}(?:[-( )]{1,2}\d{1,4}[-) ]{1,2}\d{4}|\d{6,9})(?![\d-])"
)
_LABELLED_PHONE = re.compile(
    r"(?:電話(?:番号)?|TEL\.?|携帯(?:番号|電話)?)[^\d]{0,4}(?:\d{1,4}-)?\d{2,4}-\d{4}(?!\d)", re.I
)
_OFFICE = re.compile(r"問合|問い合|内線|代表(?:電話|番号)|FAX|提出先|送付先|役所|庁舎", re.I)
_STAFF = re.compile(r"担当者?[\s::　]|(?:作成|記入)者[\s::　]|[局部課室係]長|主査|主任|内線")
# Lengths as RFC 5321 bounds them: a longest one keeps a long text from being read again and again.
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,}")
_OFFICE_DOMAIN = re.compile(r"(?:\.lg|\.go|^city\.[\w.-]+|^pref\.[\w.-]+)\.jp$", re.I)
_ACCOUNT = re.compile(
    r"(?:口座番号|口座No\.?)[^\d]{0,6}\d{4,8}(?!\d)"
    r"|(?:普通|当座|貯蓄)(?:預金|貯金|口座|・)*(?:番号|No\.?)?[\s::]*\d{6,8}(?![\d,.円])"
    r"|(?:銀行|信金|信用金庫|農協|支店)[^\d。]{0,10}\d{7}(?![\d,.円])"
    r"|記号[\s::]*\d{5}[^\d]{1,8}番号[\s::]*\d{2,8}(?!\d)",
    re.I,
)
_TWELVE = re.compile(r"(?<![\d,.-])(\d{4})[- ]?(\d{4})[- ]?(\d{4})(?![\d,.-])(?!\s?(?:千|百万)?円)")
_ANY_DATE = (
    r"(?:明治|大正|昭和|平成|令和|[明大昭平令MTSHR]|\d{2})\.?\d{1,2}[年./-]\d{1,2}[月./-]\d{1,2}日?"
)
_BIRTH = re.compile(
    rf"(?:生年月日|誕生日)[^\d]{{0,6}}(?:\d{{8}}|{_ANY_DATE})|{_ANY_DATE}\s*(?:生(?!活|産)|うまれ)"
)
_HOUSE = re.compile(
    r"[都道府県市区町村郡字][^\s\d、。]{0,12}\d{1,4}"
    r"(?:丁目\s?\d|番地|番\d{1,4}号|-\d{1,4})"
)
_POSTCODE = re.compile(r"〒\s?\d{3}-?\d{4}|住所[\s::]+\S")

# The families most people belong to; a name that no list knows is not recognised.
_SURNAMES = """
佐藤 鈴木 高橋 髙橋 田中 伊藤 渡辺 渡邊 渡邉 山本 中村 小林 加藤 吉田 山田
佐々木 山口 松本 井上 木村 斎藤 斉藤 齋藤 清水 山崎 山﨑 阿部 池田 橋本 山下
石川 中島 前田 藤田 後藤 小川 岡田 村上 長谷川 近藤 石井 坂本 遠藤 青木
藤井 西村 福田 太田 三浦 藤原 岡本 松田 中川 中野 原田 小野 田村 竹内 金子
和田 中山 石田 上田 森田 柴田 酒井 工藤 横山 宮崎 宮本 内田 高木 安藤 谷口
大野 丸山 今井 高田 藤本 河野 小島 武田 村田 上野 杉山 増田 平野 大塚 千葉
久保 松井 菅原 小山 木下 野口 岩崎 松尾 野村 佐野 菊地 菊池 渡部 杉本 市川
古川 新井 大西 小松 水野 島田 浜田 桜井 大久保 熊谷 五十嵐
"""
_FAMILY = f"(?:{'|'.join(_SURNAMES.split())})"
_GIVEN_ENDS = (
    "郎朗子美雄夫男一二三太介助樹也哉斗人恵江代香奈菜花織絵枝里紀幸司史志治弘博広明昭和彦之行"
    "正隆孝実勝清進誠豊茂修浩輔平吉作造蔵真智翔陽結愛葵翼健剛誠仁敏哲光裕宏"
)
_KANJI = "一-龥々"
_LABEL = "債務者|滞納者|世帯主|保証人|相続人|名義人|申請者|納付者|氏名|故"
_PERSON = re.compile(
    rf"{_FAMILY}\s?[{_KANJI}ぁ-んァ-ヶー]{{0,4}}?\s?(?:様|さん|さま|氏|殿)(?![{_KANJI}])"
    rf"|(?:(?<![{_KANJI}])|(?<={_LABEL.replace('|', ')|(?<=')}))"
    rf"{_FAMILY}\s?[{_KANJI}]{{0,2}}[{_GIVEN_ENDS}](?![{_KANJI}])"
    rf"|(?:氏名|名義人)[\s::]+{_FAMILY}"
)
_SOMETHING = re.compile(rf"(?:\d\D*){{3}}\d|@|{_FAMILY}")


@lru_cache(maxsize=16_384)
def looks_personal(text: str) -> str | None:
    """What kind of personal data a text seems to hold, in Japanese; None for none."""
    plain = _DASH.sub("-", normalize("NFKC", text))
    if not _SOMETHING.search(plain):
        return None
    return next((kind for kind, sign in _SIGNS.items() if sign(plain)), None)


def masked(text: str) -> str:
    """The text, or a remark in its place where it looks personal."""
    return MASK if looks_personal(text) else text


def shown_file(name: str) -> str:
    """A file's name as it may be shown; of one that looks personal only a known suffix.

    Names may be any bytes: what is no character, or would act on the reader's screen, is "�".
    """
    if looks_personal(name):
        suffix = PurePath(name).suffix.lower()
        return f"{MASK}{suffix if suffix in SUFFIXES else ''}"
    return legible(name)


def shown_sheets(names: Iterable[str]) -> dict[str, str]:
    """Each sheet's name, in workbook order, and the name it may be shown by: no two are alike."""
    shown: dict[str, str] = {}
    for n, name in enumerate(names, 1):
        plain = MASK if looks_personal(name) else legible(name)[:LONGEST_SHEET_NAME]
        alike = plain == MASK or plain in shown.values() or not plain.strip()
        shown[name] = f"シート{n}{plain}" if alike else plain
    return shown


def protected(finding: Finding, sheets: Mapping[str, str]) -> Finding:
    """A finding that quotes nothing personal. `sheets`: name → the name it may be shown by."""
    found, expected = (text and masked(text) for text in (finding.found, finding.expected))
    message = _QUOTED.sub(lambda quote: f"「{masked(quote[1])}」", finding.message)
    if looks_personal(message):
        message = (
            f"記載の内容に誤りがあります{MASK}。セルの内容を確かめ、様式どおりに記入してください。"
        )
    sheet = sheets.get(finding.sheet, finding.sheet) if finding.sheet else None
    if (found, expected, message, sheet) == (
        finding.found, finding.expected, finding.message, finding.sheet,
    ):  # fmt: skip
        return finding
    return replace(finding, found=found, expected=expected, message=message, sheet=sheet)


def remarks(texts: Iterable[tuple[int, int, str]], file: str, sheet: str) -> list[Finding]:
    """A warning for each cell of a sheet that looks personal, for the first few of them.

    `texts`: zero-based (row, column) and words of every text cell. Who of the staff filled in a
    form is masked like any name, but not worth a warning.
    """
    found = [
        (r, c, kind)
        for r, c, words in texts
        if (kind := looks_personal(words)) and not (kind == NAME and _STAFF.search(words))
    ]
    told = [
        remark(file, sheet, address(r, c), f"セル{address(r, c)}に{kind}のような記載があります。")
        for r, c, kind in found[:TOLD_PER_SHEET]
    ]
    if len(found) > TOLD_PER_SHEET:
        rest = len(found) - TOLD_PER_SHEET
        told.append(
            remark(file, sheet, None, f"このシートのほか{rest}か所にも同様の記載があります。")
        )
    return told


def remark(file: str, sheet: str | None, cell: str | None, what: str) -> Finding:
    """The warning to the data team that something looks personal."""
    return Finding(
        file, sheet, cell, "personal", "warning", None, "個人を特定する情報のない記載",
        f"{what}内容は伏せています。データ担当は原本を確かめ、"
        "不要な個人情報であれば所属に差し替えを依頼してください。",
    )  # fmt: skip


def refused_name(file: str, sheet: str, cell: str | None, what: str) -> Finding:
    """The error that a name which would be published looks personal."""
    return Finding(
        file, sheet, cell, "personal", "error", None, f"{what}だけの記載",
        f"「{what}」の欄に個人情報のような記載があります(内容は伏せています)。"
        f"公表される欄なので、{what}だけを記入して提出し直してください。",
    )  # fmt: skip


_QUOTED = re.compile(r"「([^「」]*)」")


def _phone(plain: str) -> bool:
    if _MOBILE.search(plain):
        return True
    if _OFFICE.search(plain):
        return False
    lines = (m[0] for m in _LANDLINE.finditer(plain))
    return any(sum(c.isdecimal() for c in line) == 10 for line in lines) or bool(
        _LABELLED_PHONE.search(plain)
    )


def _email(plain: str) -> bool:
    domains = (found[0].partition("@")[2] for found in _EMAIL.finditer(plain))
    return any(not _OFFICE_DOMAIN.search(domain) for domain in domains)


def _my_number(plain: str) -> bool:
    return any(_is_my_number("".join(found.groups())) for found in _TWELVE.finditer(plain))


def _is_my_number(digits: str) -> bool:
    """Whether the check digit is right (番号利用法の総務省令第5条)."""
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(int(d) * w for d, w in zip(digits, weights, strict=False)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def _address(plain: str) -> bool:
    whose = _PERSON.search(plain) or (_POSTCODE.search(plain) and not _OFFICE.search(plain))
    return bool(whose and _HOUSE.search(plain))


def _found(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda plain: pattern.search(plain) is not None


_SIGNS: Mapping[str, Callable[[str], bool]] = {
    "電話番号": _phone,
    "メールアドレス": _email,
    "口座番号": _found(_ACCOUNT),
    "個人番号": _my_number,
    "生年月日": _found(_BIRTH),
    "住所": _address,
    NAME: _found(_PERSON),
}
