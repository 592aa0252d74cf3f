"""Bar charts as SVG by Vega-Lite: accessible, in the shipped font, the same bytes every time.

Drawn for a phone's width, to be enlarged on wider screens. Every bar has its name and its amount
beside it, so nothing is told by colour alone. No script, no reference to anything outside.
"""

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, register_namespace, tostring

from defusedxml.ElementTree import fromstring

from exports.press.apart import run_apart
from exports.press.typesetting import FONTS

WIDTH = 360

# Each at least 3:1 against white, and DARK against LIGHT, so that grey prints tell them apart.
DARK, LIGHT, OTHER, GREY, TARGET = "#0b3d6e", "#5f93c9", "#a85100", "#6b7280", "#c2185b"

Channel = dict[str, object]

_FAMILIES = "'BIZ UDPGothic', 'Hiragino Sans', 'Yu Gothic', Meiryo, 'Noto Sans CJK JP', sans-serif"
_FONT = "BIZ UDPGothic"
_SVG = "http://www.w3.org/2000/svg"
# Vega's own names and roles of the parts; the drawing is told as a whole.
_NOTHING_TOLD = ("class", "role", "aria-roledescription", "aria-hidden", "pointer-events")
_INK = "#1a1a1c"
_MARGIN = 8
_HEAD = 76
_NOT_IN_XML = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]")


@dataclass(frozen=True)
class Bar:
    """One row: ``parts`` are (series, yen) from left to right; ``shown`` stands at their end.

    A row without parts is a heading. ``name``: its lines.
    """

    name: tuple[str, ...]
    parts: tuple[tuple[str, int], ...]
    shown: str
    target: int | None = None

    @property
    def is_heading(self) -> bool:
        """Whether it only names the rows below."""
        return not self.parts and self.target is None


@dataclass(frozen=True)
class Drawing:
    """A bar chart; ``colours`` by series, in the order of the legend; sizes in pixels."""

    name: str
    title: str
    unit: str
    description: str
    bars: Sequence[Bar]
    colours: dict[str, str]
    names_width: int
    pitch: int
    shown_width: int


def svgs(drawings: Sequence[Drawing]) -> list[bytes]:
    """Each chart as one ``svg`` element with title and description, its ids from its name.

    Vega's engine keeps its memory until its process ends, so it has one of its own.
    """
    given = json.dumps([_spec(drawing) for drawing in drawings]).encode()
    drawn = json.loads(run_apart("exports.press.drawing", given))
    return [_told(drawing, svg) for drawing, svg in zip(drawings, drawn, strict=True)]


def _told(drawing: Drawing, svg: str) -> bytes:
    root = fromstring(svg)
    for element in root.iter():
        for attribute in _NOTHING_TOLD:
            element.attrib.pop(attribute, None)
        if element.get("font-family"):
            element.set("font-family", _FAMILIES)
    for at, (tag, told) in enumerate((("title", drawing.title), ("desc", drawing.description))):
        element = Element(f"{{{_SVG}}}{tag}", id=f"{drawing.name}-{tag}")
        element.text = _plain(told)
        root.insert(at, element)
    root.set("role", "img")
    root.set("aria-labelledby", f"{drawing.name}-title")
    root.set("aria-describedby", f"{drawing.name}-desc")
    register_namespace("", _SVG)
    return f"{tostring(root, encoding='unicode')}\n".encode()


def _drawn(specs: Sequence[dict[str, object]]) -> list[str]:
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    return [
        vl_convert.vegalite_to_svg(spec, vl_version="5.20", allowed_base_urls=[]) for spec in specs
    ]


def _spec(drawing: Drawing) -> dict[str, object]:
    bars = drawing.bars
    height = len(bars) * drawing.pitch
    left = _MARGIN + drawing.names_width
    right = _MARGIN + drawing.shown_width
    row: Channel = {"field": "row", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0.4}}
    amount: Channel = {"type": "quantitative", "axis": None, "scale": {"nice": False, "zero": True}}
    layers = [
        {
            "data": {"values": _segments(bars)},
            "mark": {"type": "bar", "stroke": "#ffffff", "strokeWidth": 1},
            "encoding": {
                "y": row,
                "x": {"field": "start", **amount},
                "x2": {"field": "end"},
                "color": {
                    "field": "series",
                    "type": "nominal",
                    "scale": {
                        "domain": list(drawing.colours),
                        "range": list(drawing.colours.values()),
                    },
                    "legend": {"orient": "top", "title": None, "offset": 10},
                },
            },
        },
        *(_target_layers(bars, row, amount, drawing.pitch) if has_targets(bars) else []),
        {
            "mark": {"type": "rule", "stroke": "#6b7280"},
            "data": {"values": [{}]},
            "encoding": {"x": {"datum": 0, **amount}},
        },
        {
            "data": {"values": [_name(at, bar) for at, bar in enumerate(bars)]},
            "mark": {**_TEXT, "dy": {"expr": "-7 * (length(datum.name) - 1)"}},
            "encoding": {
                "y": {**row, "bandPosition": 0.5},
                "x": {"value": -drawing.names_width},
                "text": {"field": "name"},
            },
        },
        {
            "data": {"values": [_amount(at, bar) for at, bar in enumerate(bars)]},
            "mark": {**_TEXT, "dx": 7},
            "encoding": {
                "y": {**row, "bandPosition": 0.5},
                "x": {"field": "end", **amount},
                "text": {"field": "shown"},
            },
        },
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": {"text": drawing.title, "subtitle": f"単位：{drawing.unit}"},
        "width": WIDTH - left - right,
        "height": height,
        "autosize": "none",
        "padding": {"left": left, "right": right, "top": _HEAD, "bottom": _MARGIN},
        "layer": layers,
        "config": _CONFIG,
    }


_TEXT = {
    "type": "text",
    "align": "left",
    "lineHeight": 14,
    "fontWeight": {"expr": "datum.heading ? 'bold' : 'normal'"},
}
_CONFIG = {
    "aria": False,  # the drawing as a whole has a title and a description
    "font": _FONT,
    "background": "#ffffff",
    "view": {"stroke": None},
    "title": {
        "anchor": "start",
        "frame": "bounds",
        "color": _INK,
        "fontSize": 15,
        "subtitleColor": "#4d4d55",
        "subtitleFontSize": 12,
        "subtitlePadding": 5,
    },
    "legend": {"labelColor": _INK, "labelFontSize": 12, "symbolType": "square"},
    "text": {"color": _INK, "fontSize": 12, "baseline": "middle"},
}


def _target_layers(
    bars: Sequence[Bar], row: Channel, amount: Channel, pitch: int
) -> list[dict[str, object]]:
    """A thin line across each bar on a white one, so that it is seen on any ground."""
    values = [{"row": at, "target": bar.target} for at, bar in enumerate(bars) if bar.target]
    return [
        {
            "data": {"values": values},
            "mark": {
                "type": "tick",
                "thickness": thickness,
                "size": pitch * 0.75,
                "opacity": 1,
                **colour,
            },
            "encoding": {"y": row, "x": {"field": "target", **amount}},
        }
        for thickness, colour in ((5, {"color": "#ffffff"}), (3, {"color": TARGET}))
    ]


def has_targets(bars: Sequence[Bar]) -> bool:
    """Whether a target is marked in the chart."""
    return any(bar.target for bar in bars)


def _segments(bars: Sequence[Bar]) -> list[dict[str, object]]:
    segments: list[dict[str, object]] = []
    for row, bar in enumerate(bars):
        start = 0
        for series, yen in bar.parts:
            segments.append({"row": row, "series": series, "start": start, "end": start + yen})
            start += yen
        if not bar.parts:
            segments.append({"row": row, "start": 0, "end": 0})
    return segments


def _name(row: int, bar: Bar) -> dict[str, object]:
    return {"row": row, "name": [_plain(line) for line in bar.name], "heading": bar.is_heading}


def _amount(row: int, bar: Bar) -> dict[str, object]:
    ends = [sum(yen for _, yen in bar.parts), bar.target or 0, 0]
    return {"row": row, "end": max(ends), "shown": bar.shown, "heading": bar.is_heading}


def _plain(text: str) -> str:
    return _NOT_IN_XML.sub(" ", text)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_drawn(json.load(sys.stdin))))
