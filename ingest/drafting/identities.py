"""Which of the usual identities hold between the figures of a sheet as its draft reads them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ingest.described.identities import check_identities
from ingest.described.layout import Identity
from ingest.described.reader import read_figures
from ingest.described.rows import WITHIN, Read
from ingest.drafting.sheet import Draft
from ingest.drafting.vocabulary import UNKNOWN
from ingest.forms.page import Page
from ingest.workbook import Sheet

_FORMULAS = (
    "collection_rate = collected / assessed",
    "uncollected = assessed - collected - written_off",
)
_NOT_SUMMED = ("measure", "part", "scenario", "fiscal_year", "as_of", "unit", "total", UNKNOWN)
Told = Mapping[str, object]


def add_identities(draft: Draft, sheet: Sheet, file: str) -> list[Read]:
    """Let the draft tell what holds on its sheet without exception; returns what it reads there."""
    layout = draft.described
    read = read_figures(Page(sheet, layout.layout, file), layout)
    for each in _candidates(draft):
        page = Page(sheet, layout.layout, file)
        identity = Identity(**each)  # type: ignore[arg-type]
        check_identities(page, replace(layout, identities=(identity,)), read)
        if not page.form.findings and each.get("sum") not in [i.get("sum", "") for i in draft.identities]:
            draft.identities.append(dict(each))
    return read


def _candidates(draft: Draft) -> Iterator[Told]:
    yield {"sum": ["part"], "total": "total", "of": ["current", "prior"]}
    yield {"sum": ["part"], "total": "total"}
    for table in draft.tables:
        told = [each[1:-1] for each in table.columns.values() if isinstance(each, str) and "<" in each]
        if table.levels:
            yield {"sum": [WITHIN]}
        for dimension in dict.fromkeys([*table.stub, *told]):
            if dimension not in _NOT_SUMMED:
                yield {"sum": [dimension]}
    yield from ({"formula": each} for each in _FORMULAS)
