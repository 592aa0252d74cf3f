"""A document as a tagged PDF, by ``typst/sheets.typ``."""

from exports.desks.sheets.model import WORDS, Cell, Document, Sheet, Table, shown
from exports.press.drawing import Drawing, svgs
from exports.press.typesetting import typeset


def pdf_bytes(document: Document) -> bytes:
    """The same document, the same bytes."""
    return typeset(
        "sheets",
        {
            "title": document.title,
            "author": document.author,
            "running": document.running,
            "paper": document.paper,
            "flows": document.flows,
            "sheets": [_sheet(sheet, document.minus_sign) for sheet in document.sheets],
        },
        document.issued,
    )


def _sheet(sheet: Sheet, minus_sign: str) -> dict[str, object]:
    return {
        "title": sheet.title,
        "lead": sheet.lead,
        "widths": sheet.widths,
        "tables": [_table(table, minus_sign) for table in sheet.tables],
        "chart": _chart(sheet.chart) if sheet.chart else None,
    }


def _chart(drawing: Drawing) -> dict[str, str]:
    return {"svg": svgs([drawing])[0].decode(), "alt": f"{drawing.title}。{drawing.description}"}


def _table(table: Table, minus_sign: str) -> dict[str, object]:
    def cells(rows: tuple[tuple[Cell, ...], ...]) -> list[dict[str, object]]:
        return [_cell(cell, table.unit, minus_sign) for row in rows for cell in row]

    return {
        "caption": table.caption,
        "unit": table.says_unit,
        "note": table.note,
        "lines": table.lines,
        "head_rows": len(table.head),
        "body_rows": len(table.body),
        "head": cells(table.head),
        "body": cells(table.body),
    }


def _cell(cell: Cell, unit: str, minus_sign: str) -> dict[str, object]:
    return {
        "text": shown(cell, unit, minus_sign),
        "kind": cell.kind if cell.kind in WORDS else "figure",
        "across": cell.across,
        "down": cell.down,
        "strong": cell.strong,
    }
