"""A document as one accessible HTML page in the site's own style."""

from markupsafe import Markup

from exports.desks.sheets.model import WORDS, Cell, Document, in_unit, shown
from exports.press.drawing import Drawing, svgs
from exports.press.templates import internal_page


def render(document: Document, downloads: tuple[str, ...]) -> str:
    """The page; ``downloads`` are names of files beside it."""
    return internal_page(
        "sheets.html",
        document=document,
        downloads=downloads,
        words=WORDS,
        shown=shown,
        is_negative=_is_negative,
        chart=_chart,
    )


def _is_negative(cell: Cell, unit: str) -> bool:
    value = in_unit(cell, unit)
    return not isinstance(value, str | None) and value < 0


def _chart(drawing: Drawing) -> Markup:
    return Markup(svgs([drawing])[0].decode())  # noqa: S704 - drawn here, every text escaped
