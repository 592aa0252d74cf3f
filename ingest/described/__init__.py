"""Tables that a home describes as data: what a figure means is told by the headings beside it."""

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.described.blocks import blocks, grids
from ingest.described.identities import check_identities
from ingest.described.landing import land
from ingest.described.layout import Described
from ingest.described.reader import read_figures
from ingest.forms.as_shown import note_as_shown
from ingest.forms.cells import Cells
from ingest.forms.page import Page
from ingest.forms.reading import FormReading
from ingest.text import bare, key
from ingest.workbook import Sheet

__all__ = ["Described", "Likely", "most_likely"]

_ENOUGH = 0.6  # the share of a layout's headings that makes a sheet one of its kind


@dataclass(frozen=True)
class Likely:
    """The layout that a sheet seems to be of, and what share of its headings the sheet shows."""

    share: float
    layout: Described

    @property
    def is_whole(self) -> bool:
        """Whether no heading is missing."""
        return self.share == 1

    def read(self, sheet: Sheet, file: str) -> FormReading:
        """The figures of the sheet as the layout describes them."""
        page = Page(sheet, self.layout.layout, file)
        read = read_figures(page, self.layout)
        check_identities(page, self.layout, read)
        land(page, self.layout, [each for each in read if not each.is_dash])
        note_as_shown(page)
        return page.form


def most_likely(sheet: Sheet, layouts: Iterable[Described]) -> Likely | None:
    """The layout whose headings a sheet shows best; None where it shows too few of each."""
    scored = [Likely(_share(sheet, each), each) for each in layouts]
    likely = max(scored, key=lambda each: each.share, default=None)
    return likely if likely and likely.share >= _ENOUGH else None


def _share(sheet: Sheet, layout: Described) -> float:
    titles = {bare(key(words)) for words in layout.titles}
    shown = "\n".join(bare(key(words)) for _, _, words in sheet.texts)
    if titles and not any(title in shown for title in titles):
        return 0.0
    found = blocks(grids(Cells(sheet, 1)), layout)
    wanted = [table for table in layout.tables if not table.may_lack]
    fits = [max((b.fit.share for b in found if b.table is table), default=0.0) for table in wanted]
    return sum(fits) / len(fits) if fits else 0.0
