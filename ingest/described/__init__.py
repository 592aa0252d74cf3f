"""Tables that a home describes as data: what a figure means is told by the headings beside it."""

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.described.blocks import Fit, blocks, grids, may_show
from ingest.described.grid import Grid
from ingest.described.identities import check_identities
from ingest.described.landing import land
from ingest.described.layout import Described
from ingest.described.reader import read_figures
from ingest.described.words import heading, without_letter
from ingest.forms.as_shown import note_as_shown
from ingest.forms.cells import Cells
from ingest.forms.page import Page
from ingest.forms.reading import FormReading
from ingest.forms.versions import validity_of
from ingest.text import bare, key
from ingest.workbook import Sheet
from terms.years import year_name

__all__ = ["Described", "Likely", "most_likely"]

_ENOUGH = 0.5  # the share of a layout's headings that makes a sheet one of its kind


@dataclass(frozen=True)
class Likely:
    """The layout that a sheet seems to be of, and what share of its headings the sheet shows.

    `others`: layouts of which it shows as much; which one holds, the year tells.
    """

    share: float
    layout: Described
    others: tuple[Described, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether no heading is missing."""
        return self.share == 1

    def read(self, sheet: Sheet, file: str) -> FormReading:
        """The figures of the sheet as the first layout that is valid for its year describes them.

        Where none is valid for the year, as the first one does; that is noted.
        """
        pages = []
        for each in (self.layout, *self.others):
            page = _read(sheet, each, file)
            pages.append(page)
            if page.form.fiscal_year is not None and _is_valid(page):
                break
        else:
            page = pages[0]
        _note_validity(page)
        note_as_shown(page)
        return page.form


def most_likely(sheet: Sheet, layouts: Iterable[Described]) -> Likely | None:
    """The layout whose headings a sheet shows best; None where it shows too few of each.

    Of layouts that are shown wholly, the one that has most headings.
    """
    shown = {heading(words).words.replace("/", "") for _, _, words in sheet.texts}
    shown |= {without_letter(words) for words in shown}
    possible = [each for each in layouts if _is_titled(sheet, each) and may_show(each, shown)]
    if not possible:
        return None
    on = grids(Cells(sheet, 1))
    scored = [(_fit(on, each), each) for each in possible]
    best = max(fit for fit, _ in scored)
    if best.share < _ENOUGH:
        return None
    first, *others = [each for fit, each in scored if fit == best]
    return Likely(best.share, first, tuple(others))


def _read(sheet: Sheet, layout: Described, file: str) -> Page:
    page = Page(sheet, layout.layout, file)
    read = read_figures(page, layout)
    check_identities(page, layout, read)
    land(page, layout, read)
    return page


def _is_valid(page: Page) -> bool:
    year = page.form.fiscal_year
    return year is None or page.layout.is_valid(year)


def _note_validity(page: Page) -> None:
    """Note a sheet of a year for which its layout is not meant, as of a form (`note_version`)."""
    year = page.form.fiscal_year
    if year is not None and not _is_valid(page):
        validity = validity_of(page.layout)
        page.error(
            "form_version",
            None,
            f"この様式の定義(「{page.layout.title}」{page.layout.version}、{validity})は、"
            f"{year_name(year)}年度には使えません。年度が正しいか確かめ、正しければ、定義の"
            " valid_from・valid_until を直すか、その年度の定義を加えてください。",
            found=year_name(year),
            expected=validity,
        )


def _is_titled(sheet: Sheet, layout: Described) -> bool:
    """Whether a sheet has one of the words by which the layout tells it from others."""
    titles = {bare(key(words)) for words in layout.titles}
    return not titles or any(title in shown for title in titles for shown in sheet.keys)


def _fit(on: tuple[Grid, Grid], layout: Described) -> Fit:
    """How well a sheet shows the tables that a layout always has."""
    found = blocks(on, layout)
    wanted = [table for table in layout.tables if not table.may_lack]
    fits = [
        max((block.fit for block in found if block.table is table), default=Fit(0, 0))
        for table in wanted
    ]
    share = sum(fit.share for fit in fits) / len(fits) if fits else 0.0
    return Fit(share, sum(fit.known for fit in fits))
