"""How the figures of described tables land: as those of a form, or one cell a figure.

Of a figure that no form has a column for, `item` tells the dimensions as JSON.
"""

import json
from collections.abc import Sequence
from datetime import date

from ingest.addresses import address
from ingest.described.amounts import Read
from ingest.described.conformed import KINDS, common, land_as_form
from ingest.described.figures import plain
from ingest.described.layout import Described
from ingest.forms.page import Page
from ingest.forms.reading import FIGURE, CellValue

# What a submission tells of itself; the same for all of its figures.
_OF_SUBMISSION = ("claim_number", "claim_name", "claim_classes", "department")
_SUBJECT = ("municipality", *_OF_SUBMISSION, "office")


def land(page: Page, layout: Described, read: Sequence[Read]) -> None:
    """Take figures as cells of the page's form, and what is common to all of them as its header.

    A dash is no figure, but where a form counts it as nought.
    """
    form, told = page.form, common(read)
    for name in _OF_SUBMISSION:
        setattr(form, name, told.get(name))
    form.subject = "・".join([layout.name, *(told[d] or "" for d in _SUBJECT if d in told)])
    said_year = form.fiscal_year
    years = [each.meaning.fiscal_year for each in read if each.meaning.fiscal_year]
    form.fiscal_year = max(years, default=None)
    as_of = told.get("as_of")
    form.as_of = date.fromisoformat(as_of) if as_of and not years else None
    if layout.lands_as in KINDS:
        read = land_as_form(page, layout, read, said_year)
    form.cells += [_cell(each) for each in read if not each.is_dash]


def _cell(read: Read) -> CellValue:
    dimensions: dict[str, str | bool] = {**read.meaning.dimensions, "unit": read.unit}
    if read.bound:
        dimensions["bound"] = read.bound
    if "total" in dimensions:
        dimensions["total"] = True
    item = json.dumps(dimensions, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # A whole number has no text: twelve digits of it might look like somebody's number.
    is_whole = read.value == read.value.to_integral_value()
    return CellValue(
        FIGURE,
        item,
        read.meaning.measure,
        address(*read.place),
        int(read.value) if is_whole else None,
        None if is_whole else plain(read.value),
        read.meaning.fiscal_year,
    )
