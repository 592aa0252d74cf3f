"""Tables that a home describes as data: what a figure means is told by the headings beside it."""

from collections.abc import Iterable, Sequence

from ingest.described.blocks import blocks
from ingest.described.landing import land
from ingest.described.layout import Described
from ingest.described.reader import read_figures
from ingest.forms.page import Page
from ingest.forms.reading import FormReading
from ingest.text import bare, key
from ingest.workbook import Sheet

__all__ = ["Described", "best", "read"]

WHOLE = 1.0


def best(sheet: Sheet, layouts: Iterable[Described]) -> tuple[float, Described] | None:
    """The layout whose headings a sheet shows best, and what share of them; the newest of equals.

    None where no layout has all of a table and one of its titles.
    """
    scored = [(_share(sheet, each), each) for each in layouts]
    return max(scored, key=lambda pair: pair[0], default=None) if scored else None


def _share(sheet: Sheet, layout: Described) -> float:
    titles = {bare(key(words)) for words in layout.titles}
    shown = "\n".join(bare(key(words)) for _, _, words in sheet.texts)
    if titles and not any(title in shown for title in titles):
        return 0.0
    found = blocks(Page(sheet, layout.layout, ""), layout)
    wanted = [table for table in layout.tables if not table.may_lack]
    fits = [max((b.fit.share for b in found if b.table is table), default=0.0) for table in wanted]
    return sum(fits) / len(fits) if fits else 0.0


def read(sheet: Sheet, file: str, layout: Described) -> FormReading:
    """The figures of a sheet as a layout describes them."""
    page = Page(sheet, layout.layout, file)
    land(page, layout, read_figures(page, layout))
    return page.form
