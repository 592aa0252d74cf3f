"""Which of the usual identities hold between the figures of a sheet as its draft reads them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ingest.described.identities import check_identities
from ingest.described.layout import UNKNOWN, Identity
from ingest.described.reader import read_figures
from ingest.described.rows import WITHIN, Read
from ingest.drafting.headings import BASIS
from ingest.drafting.sheet import Draft
from ingest.drafting.table import Drafted
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
        if not each.get("sum", True):
            continue
        page = Page(sheet, layout.layout, file)
        identity = Identity(**each)  # type: ignore[arg-type]
        check_identities(page, replace(layout, identities=(identity,)), read)
        if not page.form.findings and not _says_more(each, draft.identities):
            draft.identities.append(dict(each))
    return read


def _says_more(candidate: Told, told: Sequence[Told]) -> bool:
    """Whether the same sum or formula is told already, of more figures."""
    key = "sum" if "sum" in candidate else "formula"
    return any(candidate[key] == each.get(key) for each in told)


def _candidates(draft: Draft) -> Iterator[Told]:
    yield {"sum": ["part"], "total": "total", "of": ["current", "prior"]}
    yield {"sum": ["part"], "total": "total"}
    for table in draft.tables:
        if table.levels:
            yield {"sum": [WITHIN]}
        # What a total does not tell is summed, whichever of its dimensions is named: one is enough.
        summed = list(dict.fromkeys(_names(table)))
        main = "claim_name" if "claim_name" in summed else next(iter(summed), None)
        yield {"sum": [main] if main else []}
    bases = [each for table in draft.tables for each in _bases(table)]
    for formula in _FORMULAS:
        yield {"formula": formula}
        yield from ({"formula": formula, "where": {BASIS: each}} for each in bases)


def _names(table: Drafted) -> list[str]:
    """The dimensions that tell the rows of a table apart, whose values are names."""
    columns = [each for each in table.columns.values() if isinstance(each, str)]
    told = [*table.stub, *(each[1:-1] for each in columns if each.startswith("<"))]
    return [each for each in told if each not in _NOT_SUMMED]


def _bases(table: Drafted) -> list[str]:
    """What rates of a table are measured against."""
    return [
        each[BASIS]
        for each in table.columns.values()
        if BASIS in each and isinstance(each, Mapping)
    ]
