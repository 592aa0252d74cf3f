"""Reads 未収金目標及び具体取組内容調書: one claim, one fiscal year Y (domain §2)."""

from ingest import text
from ingest.forms.annual.attainment import read_attainment
from ingest.forms.annual.classes import find_code_row
from ingest.forms.annual.rows import implied_years, read_rows
from ingest.forms.annual.rules import CHECKS, Facts
from ingest.forms.annual.sections import Sections, fiscal_year, part_labels
from ingest.forms.annual.status import read_status
from ingest.forms.annual.totals import read_totals
from ingest.forms.header import note_several_forms, read_header, read_owner, required
from ingest.forms.page import Page
from ingest.forms.reading import class_codes
from ingest.forms.tables.columns import Table, find_table
from ingest.forms.tables.vocabulary import symbol_row
from ingest.forms.units import read_unit
from ingest.text import key


def read(page: Page) -> None:
    """Read the form on a page. The reading's findings say all that is wrong with it."""
    sections = Sections(page)
    if note_several_forms(page, "claim_number"):
        return
    table = _find_collection(page, sections)
    end = sections.after(table.label_row) if table else page.sheet.bottom
    code_row = find_code_row(page, range(table.first_row if table else 0, page.sheet.bottom))
    end = min(end, code_row or end)
    year = fiscal_year(page, sections, implied_years(page, table, end) if table else {})
    _read_header(page, min(sections.first, table.label_row if table else sections.first))
    page.form.fiscal_year = year
    if table is None:
        page.note_missing_table(
            "「２．未収金の推移」の表の見出し(調定額・徴収額・ア・ウなど)",
            "ア 調定繰越額 ～ ケ'' 未収金残高",
        )
        return
    if table.lacks:
        return
    read_unit(page, sections.start("review", page.sheet.bottom) - 1)
    rows = read_rows(page, table, end, year)
    status = read_status(page, sections)
    reported = read_attainment(page, sections, table)
    totals = read_totals(page, sections, status)
    for row in rows.values():
        for name, yen in row.amounts.items():
            place = (row.place, table.columns[name])
            page.land("collection", row.letter, name, place, yen)
    if status:
        status.land()
    _read_narrative(page, sections)
    legible = {letter: row for letter, row in rows.items() if row.legible}
    page.check(CHECKS, Facts(table, legible, status, totals, reported))


def _find_collection(page: Page, sections: Sections) -> Table | None:
    symbols = symbol_row(page.sheet, page.layout.columns, least=8)
    start = sections.start("collection", 0)
    if symbols is not None:
        start = min(start, symbols)
    end = page.sheet.bottom if symbols is not None else sections.after(start)
    return find_table(page, symbols, range(start, end))


def _read_header(page: Page, last_row: int) -> None:
    form, entries = page.form, read_header(page, last_row or page.sheet.bottom)
    read_owner(page, entries)
    form.claim_name = required(page, entries, "claim_name")
    number = required(page, entries, "claim_number")
    classes = required(page, entries, "claim_classes")
    if number:
        place = entries["claim_number"].place
        form.claim_number = page.understood("債権整理番号", place, text.claim_number, number)
        form.subject = form.claim_number
    if classes:
        place = entries["claim_classes"].place
        form.claim_classes = page.understood("債権区分", place, class_codes, classes)


def _read_narrative(page: Page, sections: Sections) -> None:
    """Sections 4 and 5 are free text: kept in the raw zone, never published."""
    labels = part_labels(page)
    for name, items in page.layout.spec["narrative"].items():
        rows = sections.rows(name)
        wanted = set(map(key, items))
        starts: dict[int, str] = {}
        item = None
        for r, c, words in page.sheet.texts:
            if r not in rows or r == rows.start:
                continue
            k = key(words)
            if k in labels:
                starts[c] = labels[k]
            elif k in wanted:
                item = (r, words)
            elif item and item[0] == r:
                part = [starts[s] for s in sorted(starts) if s <= c]
                page.keep(item[1], (r, c), name, part[-1] if part else "")
