"""Reads 未収金目標及び具体取組内容調書: one claim, one fiscal year Y (domain §2)."""

from ingest import text
from ingest.forms.annual import rules
from ingest.forms.annual.attainment import read_attainment
from ingest.forms.annual.narrative import read_narrative
from ingest.forms.annual.rows import implied_years, land_rows, read_rows
from ingest.forms.annual.sections import Sections, fiscal_year
from ingest.forms.annual.status import find_code_row, land_status, read_status
from ingest.forms.annual.totals import read_totals
from ingest.forms.columns import Table, find_table, header_rows
from ingest.forms.header import note_several_forms, read_entries, required
from ingest.forms.reading import FormReading, Page
from ingest.text import Unreadable


def read(page: Page) -> FormReading:
    """Read the form on a page. The reading's findings say all that is wrong with it."""
    form = FormReading(page.sheet.name, page.layout.form, page.layout.version, page.unit_yen)
    form.findings = page.findings
    sections = Sections(page)
    if note_several_forms(page, "claim_number"):
        return form
    table = _find_collection(page, sections)
    end = sections.after(table.label_row) if table else page.sheet.bottom
    code_row = find_code_row(page, range(table.first_row if table else 0, page.sheet.bottom))
    end = min(end, code_row or end)
    year = fiscal_year(page, sections, implied_years(page, table, end) if table else {})
    _read_header(page, form, min(sections.first, table.label_row if table else sections.first))
    form.fiscal_year = year
    if table is None:
        page.note(
            "error",
            "missing_heading",
            None,
            "「２．未収金の推移」の表の見出し(調定額・徴収額・ア・ウなど)が見当たりません。"
            "元の様式の見出しを残して記入してください。",
            expected="ア 調定繰越額 ～ ケ'' 未収金残高",
        )
        return form
    if any(column.name not in table.columns for column in page.layout.typed):
        return form  # what stands under a missing heading would only be guessed at
    page.read_unit(sections.start("review", page.sheet.bottom) - 1)
    form.unit_yen = page.unit_yen
    rows = read_rows(page, table, end, year)
    status = read_status(page, sections)
    reported = read_attainment(page, sections, form, table)
    totals = read_totals(page, sections, form, status)
    land_rows(page, form, table, rows)
    land_status(form, status)
    read_narrative(page, sections, form)
    rules.check(page, table, rows, status, totals, reported)
    return form


def _find_collection(page: Page, sections: Sections) -> Table | None:
    symbol_row = next(iter(header_rows(page.sheet, page.layout.columns, least=8)), None)
    start = sections.start("collection", 0)
    if symbol_row is not None:
        start = min(start, symbol_row)
    end = page.sheet.bottom if symbol_row is not None else sections.after(start)
    return find_table(page, page.layout.columns, page.layout.groups, symbol_row, range(start, end))


def _read_header(page: Page, form: FormReading, last_row: int) -> None:
    labels = {k: name for name, keys in page.layout.header.items() for k in keys}
    entries = read_entries(page, labels, range(last_row or page.sheet.bottom))
    form.department = required(page, entries, "department")
    if "section" in entries and not page.note_doubt(*entries["section"].place, "担当", "担当"):
        form.section = entries["section"].text or None
    form.claim_name = required(page, entries, "claim_name")
    number = required(page, entries, "claim_number")
    classes = required(page, entries, "claim_classes")
    if number:
        try:
            form.claim_number = form.subject = text.claim_number(number)
        except Unreadable as problem:
            page.note_entry("債権整理番号", entries["claim_number"].place, str(problem))
    if classes:
        try:
            form.claim_classes = ",".join(text.claim_classes(classes))
        except Unreadable as problem:
            page.note_entry("債権区分", entries["claim_classes"].place, str(problem))
