"""What holds between the figures of a sheet as its draft reads them: totals, sums and formulas."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from ingest.described.amounts import Read
from ingest.described.figures import PERCENT
from ingest.described.identities import check_identities
from ingest.described.layout import UNKNOWN, Identity, Meaning
from ingest.described.reader import read_figures
from ingest.described.rows import WITHIN
from ingest.drafting.columns import BASIS, COMPARED, Entry
from ingest.drafting.rows import entry_of
from ingest.drafting.sheet import Draft
from ingest.drafting.table import TableDraft
from ingest.forms.page import Page
from ingest.workbook import Sheet

_FORMULAS = (
    "collection_rate = collected / assessed",
    "uncollected = assessed - collected - written_off",
)
_NOT_NAMES = ("measure", "part", "scenario", "fiscal_year", "as_of", "unit", "total", UNKNOWN)
_FEWEST = 3  # rows of which one may be the total
_ENOUGH = 4  # figures that are no total by chance
Told = Mapping[str, object]


def add_identities(draft: Draft, sheet: Sheet, file: str) -> list[Read]:
    """Let the draft tell what holds on its sheet without exception; returns what it reads there."""
    read = _read(draft, sheet, file)
    for table in draft.tables:
        if total := _total_by_sum(table, read):
            table.name(
                "rows", [Entry(entry_of(total), {"total": "true"}, "推定: ほかの行の計と同じ")]
            )
            read = _read(draft, sheet, file)
    page = Page(sheet, draft.described.layout, file)
    for each in _own_rates(draft):
        if _settle_rate(each, draft, page, read):
            read = _read(draft, sheet, file)
    for told in _candidates(draft):
        if not _says_more(told, draft.identities) and _holds(told, draft, page, read):
            draft.identities.append(dict(told))
    return read


def _holds(told: Told, draft: Draft, page: Page, read: Sequence[Read]) -> bool:
    """Whether an identity is held against some figures, and holds for each of them."""
    fresh = Page(page.sheet, page.layout, page.file)
    identity = Identity(**told)  # type: ignore[arg-type]
    check_identities(fresh, replace(draft.described, identities=(identity,)), read)
    return not fresh.form.findings


def _own_rates(draft: Draft) -> list[dict[str, str]]:
    """What is said of rates that have a name of their own."""
    words = [m for t in draft.tables for m in _meanings({**t.columns, **t.rows}) if "measure" in m]
    return [m for m in words if m.get("unit") == PERCENT and m["measure"].isidentifier()]


def _settle_rate(meaning: dict[str, str], draft: Draft, page: Page, read: Sequence[Read]) -> bool:
    """A rate of whatever name that is 収入額÷調定額 in every row is the collection rate."""
    measure, rate = meaning["measure"], _FORMULAS[0].partition(" ")[0]
    formula = _FORMULAS[0].replace(rate, measure, 1)
    if measure == rate or not _holds({"formula": formula}, draft, page, read):
        return False
    meaning["measure"] = rate
    return True


def _read(draft: Draft, sheet: Sheet, file: str) -> list[Read]:
    layout = draft.described
    return read_figures(Page(sheet, layout.layout, file), layout)


def _total_by_sum(table: TableDraft, read: Sequence[Read]) -> str | None:
    """The name of the row that is the sum of all others wherever it stands, if there is just one.

    Its name may sound like that of any other.
    """
    names = _names(table)
    columns: dict[object, list[tuple[str, Decimal]]] = defaultdict(list)
    for each in read:
        told = each.meaning.dimensions
        if each.unit != PERCENT and "total" not in told and names and names[0] in told:
            rest = sorted((d, v) for d, v in told.items() if d not in names)
            meaning = (each.meaning.measure, each.meaning.fiscal_year, each.unit, *rest)
            columns[meaning].append((told[names[0]], each.value))
    figures = [rows for rows in columns.values() if any(value for _, value in rows)]
    if not figures or sum(map(len, figures)) < _ENOUGH or min(map(len, figures)) < _FEWEST:
        return None
    found = set.intersection(*map(_sums, figures))
    return found.pop() if len(found) == 1 else None


def _sums(rows: Sequence[tuple[str, Decimal]]) -> set[str]:
    """The names of the rows of which each is the sum of the others."""
    whole = sum((value for _, value in rows), Decimal(0))
    return {name for name, value in rows if value * 2 == whole}


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
        summed = _names(table)
        main = "claim_name" if "claim_name" in summed else next(iter(summed), None)
        has_subtotals = any({"total", *summed[:1]} <= {*each} for each in _meanings(table.rows))
        inner = summed[1:] if has_subtotals else []
        across = {d for each in _meanings(table.columns) for d in each} - {
            *_NOT_NAMES,
            BASIS,
            COMPARED,
        }
        yield from ({"sum": [each]} for each in (main, *inner, *sorted(across)) if each)
    bases = [each[BASIS] for t in draft.tables for each in _meanings(t.columns) if BASIS in each]
    for formula in _FORMULAS:
        yield {"formula": formula}
        yield from ({"formula": formula, "where": {BASIS: each}} for each in bases)


def _names(table: TableDraft) -> list[str]:
    """The dimensions that tell the rows of a table apart, whose values are names."""
    return [each for each in table.names if each not in _NOT_NAMES]


def _meanings(words: Mapping[str, Meaning]) -> list[dict[str, str]]:
    return [each for each in words.values() if isinstance(each, dict)]
