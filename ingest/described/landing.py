"""How the figures of described tables land: one cell a figure, its dimensions as JSON in `item`."""

import json
from collections.abc import Sequence
from datetime import date

from ingest.addresses import address
from ingest.described.figures import BOUND, PERCENT, plain
from ingest.described.layout import Described
from ingest.described.rows import Read
from ingest.described.words import Dimensions
from ingest.forms.page import Page
from ingest.forms.reading import CellValue

BLOCK = "figure"
# What a submission tells of itself; the same for all of its figures.
_OF_SUBMISSION = ("claim_number", "claim_name", "claim_classes", "department")
_SUBJECT = ("municipality", *_OF_SUBMISSION, "office")


def land(page: Page, layout: Described, read: Sequence[Read]) -> None:
    """Take figures as cells of the page's form, and what is common to all of them as its header."""
    form = page.form
    common = _common(read)
    for name in _OF_SUBMISSION:
        setattr(form, name, common.get(name))
    form.subject = "・".join([layout.name, *(common[d] for d in _SUBJECT if d in common)])
    years = [each.meaning.fiscal_year for each in read if each.meaning.fiscal_year]
    form.fiscal_year = max(years, default=None)
    form.as_of = date.fromisoformat(common["as_of"]) if not years and "as_of" in common else None
    form.cells += map(_cell, read)


def _common(read: Sequence[Read]) -> Dimensions:
    """The dimensions that have one value for all figures."""
    told = [set(each.meaning.dimensions.items()) for each in read]
    return dict(set.intersection(*told)) if told else {}


def _cell(read: Read) -> CellValue:
    dimensions: dict[str, str | bool] = {**read.meaning.dimensions, "unit": read.unit}
    if read.bound:
        dimensions[BOUND] = read.bound
    if "total" in dimensions:
        dimensions["total"] = True
    item = json.dumps(dimensions, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    is_whole = read.unit != PERCENT and read.value == read.value.to_integral_value()
    return CellValue(
        BLOCK,
        item,
        read.meaning.measure,
        address(*read.place),
        int(read.value) if is_whole else None,
        plain(read.value),
        read.meaning.fiscal_year,
    )
