"""Reads 未収金目標及び具体取組内容調書: one claim, one fiscal year Y (domain §2)."""

from ingest import text
from ingest.forms.annual import rules
from ingest.forms.annual.attainment import read_attainment
from ingest.forms.annual.narrative import read_narrative
from ingest.forms.annual.rows import land_rows, read_rows
from ingest.forms.annual.sections import Sections, fiscal_year
from ingest.forms.annual.status import land_status, read_status, read_totals
from ingest.forms.columns import find_table, header_rows
from ingest.forms.reading import FormReading, Page
from ingest.text import Unreadable


def read(page: Page) -> FormReading:
    """Read the form on a page. The reading's findings say all that is wrong with it."""
    symbol_rows = header_rows(page.sheet, page.layout.columns, least=8)
    form = FormReading(page.sheet.name, page.layout.form, page.layout.version, page.unit_yen)
    form.findings = page.findings
    if len(symbol_rows) > 1:
        page.note(
            "error",
            "several_forms",
            (symbol_rows[1], page.sheet.left),
            "1枚のシートに調書が2つ以上あります。債権ごとにシートを分けて提出してください。",
            expected="1シートに1債権",
        )
        return form
    sections = Sections(page)
    symbol_row = symbol_rows[0] if symbol_rows else None
    start = sections.start("collection", 0)
    end = sections.rows("collection").stop or page.sheet.bottom
    table = find_table(page, page.layout.columns, page.layout.groups, symbol_row, range(start, end))
    year = fiscal_year(page, sections)
    _read_header(page, form, sections.start("attainment", start))
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
    if len(table.columns) < len(page.layout.columns):
        return form  # what stands under a missing heading would only be guessed at
    form.unit_yen = page.unit_yen = page.unit_above(table.label_row)
    rows = read_rows(page, table, end, year)
    status = read_status(page, sections)
    reported = read_attainment(page, sections, form)
    below = max(status.places.values(), default=0) + 1 if status else page.sheet.bottom
    totals = read_totals(page, sections, form, below)
    land_rows(page, form, table, rows)
    land_status(form, status)
    read_narrative(page, sections, form)
    rules.check(page, table, rows, status, totals, reported)
    return form


def _read_header(page: Page, form: FormReading, last_row: int) -> None:
    entries = page.header(last_row or page.sheet.bottom)
    form.department = page.required(entries, "department")
    form.section = entries.get("section", (None,))[0]
    form.claim_name = page.required(entries, "claim_name")
    if page.required(entries, "claim_number"):
        entry, place = entries["claim_number"]
        try:
            form.claim_number = text.claim_number(entry)
        except Unreadable as problem:
            page.note_entry("債権整理番号", place, str(problem))
    if page.required(entries, "claim_classes"):
        entry, place = entries["claim_classes"]
        try:
            form.claim_classes = ",".join(text.claim_classes(entry))
        except Unreadable as problem:
            page.note_entry("債権区分", place, str(problem))
