"""A small document for the city's desks, with every kind of cell and a chart."""

from datetime import date
from decimal import Decimal

from exports.desks.sheets.model import Cell, Document, Sheet, Table, heading, label
from exports.press.drawing import DARK, TARGET, Bar, Drawing

FIGURES = (
    Cell(1_234_567_500, "money"),
    Cell(-1_499, "money"),
    Cell(12, "count"),
    Cell(Decimal("-16.5"), "percent"),
    Cell(None, "money"),
)


def document(*words: str) -> Document:
    """A table of two rows of headings, and a row of figures for each text."""
    names = tuple(heading(name) for name in ("残高", "増減", "件数", "率", "目標"))
    head = ((heading("債権", down=2), heading("数値", across=5)), names)
    table = Table("表", head, tuple((label(each), *FIGURES) for each in words), "千円", note="注記")
    chart = Drawing(
        "chart", "図の題名", "千円", "市税は10千円。",
        [Bar(("市税",), (("残高", 10_000),), "10", 9_000)],
        {"残高": DARK, "目標": TARGET}, names_width=72, pitch=34, shown_width=60,
    )  # fmt: skip
    sheet = Sheet("表", "題名", (20.0, *[12.0] * 5), (table,), lead=("要点です。",), chart=chart)
    return Document("文書", "見本市", "見本市 庁内用", date(2026, 9, 1), (sheet,))
