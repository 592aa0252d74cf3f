"""Blank and filled-in workbooks, drawn from the same layout files that the readers use.

`draw` gives one form as a workbook; `draw_book` puts several sheets together, as departments do.
The same arguments give the same bytes.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from openpyxl import Workbook

from ingest.layout import layout
from ingest.templates import annual, city_target, claim_list, interim, plan, promotion
from ingest.templates.book import Result, save
from ingest.templates.dialect import STANDARD, Dialect
from ingest.templates.pen import Form, Key, Pen, Value, add_styles
from terms.years import fiscal_year_of, japanese_date

__all__ = [
    "FORMS", "STANDARD", "Dialect", "Form", "Instructions", "Key", "Value",
    "draw", "draw_book",
]  # fmt: skip

_DRAWN_BY: Mapping[str, Callable[[Pen], None]] = {
    "annual": annual.draw,
    "interim": interim.draw,
    "plan": plan.draw,
    "claim_list": claim_list.draw,
    "promotion": promotion.draw,
    "city_target": city_target.draw,
}
FORMS = tuple(_DRAWN_BY)


@dataclass(frozen=True)
class Instructions:
    """A sheet of plain lines beside the forms (記入要領)."""

    sheet: str
    lines: tuple[str, ...]


def draw(
    form: str,
    *,
    municipality_code: str,
    fiscal_year: int | None = None,
    as_of: date | None = None,
    header: Mapping[str, str] | None = None,
    values: Mapping[Key, Value] | None = None,
    unit_yen: int | None = None,
    dialect: Dialect = STANDARD,
) -> bytes:
    """A form (one of FORMS) as the bytes of an .xlsx workbook with one sheet.

    `header`: name in the layout → text (claim_number "008"), and what else the form's drawer
    asks for; `values`: (block, item, measure) → amount in the form's unit, or text (a rate as the
    text of a percentage, a date in ISO). The item is a claim number (interim), the number of a row
    from "1" on (plan, claim_list, city_target) or a fiscal year (promotion).
    Of a form's versions, the one valid for the fiscal year is drawn. Text never becomes a formula.
    Raises KeyError for an unknown form, ValueError where the form needs a fiscal year.
    """
    filled = Form(
        layout(form, _year(fiscal_year, as_of)), municipality_code, fiscal_year, as_of,
        header or {}, values or {}, unit_yen=unit_yen,
    )  # fmt: skip
    return draw_book([filled], dialect)


def _year(fiscal_year: int | None, as_of: date | None) -> int | None:
    if fiscal_year is None and as_of is not None:
        return fiscal_year_of(as_of)
    return fiscal_year


def draw_book(sheets: Sequence[Form | Instructions], dialect: Dialect = STANDARD) -> bytes:
    """A workbook of several sheets, in their order. The first visible one is in front."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "mishukin"
    add_styles(book)
    results = [_draw_sheet(book, each, dialect) for each in sheets]
    book.active = next(n for n, each in enumerate(sheets) if not getattr(each, "hidden", False))
    return save(book, results if dialect.computed == "cached" else [])


def _draw_sheet(book: Workbook, sheet: Form | Instructions, dialect: Dialect) -> dict[str, Result]:
    if isinstance(sheet, Instructions):
        page = book.create_sheet(sheet.sheet)
        for row, line in enumerate(sheet.lines, 1):
            page.cell(row, 1, line).style = "本文"
        page.column_dimensions["A"].width = 90
        return {}
    pen = Pen(book.create_sheet(_sheet_name(sheet)), _dated(sheet), dialect)
    _DRAWN_BY[sheet.layout.form](pen)
    return pen.results


def _sheet_name(form: Form) -> str:
    """The name asked for, else the claim's number; without what a spreadsheet forbids in one."""
    number = form.header.get("claim_number", "") if "claim_number" in form.layout.header else ""
    return re.sub(r"[\\/*?:\[\]']", "", form.sheet or number)[:31] or form.layout.title


def _dated(form: Form) -> Form:
    """The form with its reference date in the header, unless the caller wrote it there."""
    if form.as_of is None or "as_of" in form.header:
        return form
    return Form(**(vars(form) | {"header": {**form.header, "as_of": japanese_date(form.as_of)}}))
