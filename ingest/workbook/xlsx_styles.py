"""Styles and shared strings of an .xlsx."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from ingest.workbook.container import is_true, parsed
from ingest.workbook.formats import BUILT_IN, GENERAL
from ingest.workbook.looks import BLACK, WHITE, Look, Run

# 「ゴールド」 of the Office theme; its light tints are what Excel offers as yellow
_ACCENT4 = 7
_INDEXED_YELLOWS = {"5", "13", "26", "34", "43"}  # the yellows of the palette of old Excel
# The palette of old Excel, as far as letters and grounds are often painted with it.
_INDEXED = {
    0: BLACK, 1: WHITE, 2: "FF0000", 5: "FFFF00", 8: BLACK, 9: WHITE, 10: "FF0000", 13: "FFFF00",
    22: "C0C0C0", 23: "808080", 64: BLACK, 65: WHITE,
}  # fmt: skip
_THEME = {"0": WHITE, "1": BLACK}
_UNKNOWN = "?"  # a ground of several colours


class Styles(NamedTuple):
    """The looks of cells, in their order; and those that conditions give them, as far as told."""

    looks: Sequence[Look]
    conditional: Sequence[Look]


@lru_cache(maxsize=64)
def read_styles(styles: bytes) -> Styles:
    """The styles of a workbook. Raises WorkbookRefused."""
    root = parsed(styles)
    codes = dict(BUILT_IN)
    for each in root.iterfind("{*}numFmts/{*}numFmt"):
        codes[_number(each, "numFmtId")] = each.get("formatCode") or GENERAL
    fonts = root.findall("{*}fonts/{*}font")
    fills = root.findall("{*}fills/{*}fill")
    looks = [
        _look(codes, _at(fonts, _number(form, "fontId")), _at(fills, _number(form, "fillId")), form)
        for form in root.iterfind("{*}cellXfs/{*}xf")
    ]
    return Styles(looks, [conditional(each) for each in root.iterfind("{*}dxfs/{*}dxf")])


def conditional(look: Element) -> Look:
    """The look that a condition gives (dxf): without a code, cells keep their own."""
    number, font, fill = (look.find(f"{{*}}{name}") for name in ("numFmt", "font", "fill"))
    ink = None if font is None else font.find("{*}color")
    # In a pattern that conditions give, what fills it is the colour of its background.
    ground = None if fill is None else fill.find("{*}patternFill/{*}bgColor")
    return Look(
        (number.get("formatCode") if number is not None else None) or "",
        is_struck=is_struck(font) is True,
        ink="" if ink is None else _shade(ink, BLACK),
        ground="" if ground is None else _shade(ground, WHITE),
    )


def _look(
    codes: Mapping[int, str], font: Element | None, fill: Element | None, form: Element
) -> Look:
    ground = None if fill is None else fill.find("{*}patternFill[@patternType='solid']/{*}fgColor")
    ink = None if font is None else font.find("{*}color")
    return Look(
        codes.get(_number(form, "numFmtId"), GENERAL),
        is_struck=is_struck(font) is True,
        ink=_shade(ink, BLACK),
        ground=_ground(fill),
        is_yellow=ground is not None and is_yellow_colour(dict(ground.items())),
    )


def _ground(fill: Element | None) -> str:
    pattern = None if fill is None else fill.find("{*}patternFill")
    kind = "none" if pattern is None else pattern.get("patternType") or "none"
    if fill is not None and len(fill) and kind not in ("none", "solid"):
        return _UNKNOWN
    if fill is not None and fill.find("{*}gradientFill") is not None:
        return _UNKNOWN
    colour = None if pattern is None or kind == "none" else pattern.find("{*}fgColor")
    return _shade(colour, WHITE)


def _number(element: Element, attribute: str) -> int:
    value = element.get(attribute) or "0"
    return int(value) if value.isdecimal() else 0


def _at(elements: Sequence[Element], number: int) -> Element | None:
    return elements[number] if number < len(elements) else None


def is_struck(font: Element | None) -> bool | None:
    """Whether a font strikes out; None where there is no font."""
    if font is None:
        return None
    strike = font.find("{*}strike")
    return strike is not None and is_true(strike.get("val", "1"))


def _shade(colour: Element | None, automatic: str) -> str:
    """A colour by a name that is equal for equal colours."""
    if colour is None or is_true(colour.get("auto")):
        return automatic
    if rgb := colour.get("rgb"):
        return rgb[-6:].upper()
    if colour.get("indexed"):
        number = _number(colour, "indexed")
        return _INDEXED.get(number, f"indexed {number}")
    theme, tint = colour.get("theme") or "", _tint(colour)
    if theme in _THEME and (tint == 0 or (theme == "0" and tint > 0)):
        return _THEME[theme]
    return f"theme {theme} {tint}"


def _tint(colour: Element | Mapping[str, str]) -> float:
    try:
        return float(colour.get("tint") or 0)
    except ValueError:
        return 0


def is_yellow_colour(colour: Mapping[str, str]) -> bool:
    """Whether a colour of an .xlsx (its attributes: theme and tint, indexed, or rgb) is yellow."""
    if "theme" in colour:
        return colour["theme"] == str(_ACCENT4) and _tint(colour) > 0
    if "indexed" in colour:
        return colour["indexed"] in _INDEXED_YELLOWS
    return yellowish(colour.get("rgb", "")[-6:])


def yellowish(rgb: str) -> bool:
    """Whether six hexadecimal digits are a shade of yellow."""
    if len(rgb) != 6 or not all(c in "0123456789ABCDEFabcdef" for c in rgb):
        return False
    red, green, blue = bytes.fromhex(rgb)
    return red >= 0xE0 and green >= 0xD8 and min(red, green) - blue >= 0x18


def rewritten_strings(content: bytes) -> bytes:
    """Shared strings as plain XML: each with its whole text. Raises WorkbookRefused."""
    source = parsed(content)
    root = Element("sst", {"xmlns": source.tag.partition("}")[0][1:]})
    for each in source.iterfind("{*}si"):
        text = SubElement(SubElement(root, "si"), "t", {"xml:space": "preserve"})
        text.text = "".join(run.text for run in runs(each))
    plain: bytes = tostring(root, encoding="utf-8")
    return plain


def runs(text: Element) -> list[Run]:
    """The parts of a text element (si or is), without what only says how it is read aloud."""
    found = []
    for part in text:
        name = part.tag.rpartition("}")[2]
        if name == "t":
            found.append(Run(part.text or ""))
        elif name == "r":
            look = part.find("{*}rPr")
            raised = None if look is None else look.find("{*}vertAlign")
            is_raised = raised is not None and raised.get("val") in ("superscript", "subscript")
            words = "".join(t.text or "" for t in part.iterfind("{*}t"))
            found.append(Run(words, is_struck(look), is_raised))
    return found
