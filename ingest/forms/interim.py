"""Reads 未収金残高報告: one department at one reference date, a row per claim (domain §3)."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from ingest import text
from ingest.addresses import address
from ingest.forms.columns import Table, find_table, header_rows
from ingest.forms.computed import check_computed
from ingest.forms.header import Entry, note_several_forms, read_entries, required
from ingest.forms.headings import note_rows_of_parts
from ingest.forms.lines import Sums, kind_of
from ingest.forms.reading import CellValue, FormReading, Page, show
from ingest.forms.units import note_if_all_in_yen
from ingest.quoting import as_written, clean_name, quoted
from ingest.text import Unreadable, key, without_years

MONTHS = {7: 31, 10: 31, 1: 31}  # the reference dates of a year (domain §5)
_SERIAL_ZERO = date(1899, 12, 30)  # Excel counts days from here
# Days of other things that a head may name.
_BESIDES = re.compile("作成|印刷|出力|提出|改正|様式|組織|職員|人口|前回|決算|繰越")


def read(page: Page) -> FormReading:
    """Read the form on a page. The reading's findings say all that is wrong with it."""
    form = FormReading(page.sheet.name, page.layout.form, page.layout.version, page.unit_yen)
    form.findings = page.findings
    if note_several_forms(page, "as_of"):
        return form
    symbol_row = next(iter(header_rows(page.sheet, page.layout.columns, least=5)), None)
    last_row = symbol_row + 1 if symbol_row is not None else page.sheet.bottom
    rows = range(page.sheet.top, last_row + 1)
    table = find_table(page, page.layout.columns, page.layout.groups, symbol_row, rows)
    if table is None:
        page.note(
            "error",
            "missing_heading",
            None,
            "残高報告の表の見出し(債権整理番号・調定額・徴収額など)が見当たりません。"
            "元の様式の見出しを残して記入してください。",
            expected="債権整理番号 ～ 債務者数",
        )
        return form
    _read_header(page, form, min(table.label_row, symbol_row or table.label_row))
    page.read_unit(table.first_row)
    form.unit_yen = page.unit_yen
    rows = range(table.first_row, page.sheet.bottom)
    if note_rows_of_parts(page, range(page.sheet.left, page.sheet.right), rows):
        return form
    needed = (c for c in page.layout.typed if c.kind != "free_text")
    if all(column.name in table.columns for column in needed):
        _read_rows(page, form, table)
    return form


def _read_header(page: Page, form: FormReading, last_row: int) -> None:
    labels = {k: name for name, keys in page.layout.header.items() for k in keys}
    entries = read_entries(page, labels, range(last_row))
    form.department = form.subject = required(page, entries, "department")
    if "section" in entries and not page.note_doubt(*entries["section"].place, "担当", "担当"):
        form.section = entries["section"].text or None
    if "as_of" not in entries and (said := _day_of_title(page, last_row)):
        entries["as_of"] = said
    entry = required(page, entries, "as_of")
    if not entry:
        return
    place = entries["as_of"].place
    try:
        form.as_of = _day(entry)
    except Unreadable as problem:
        page.note_entry("基準日", place, str(problem))
        return
    form.fiscal_year = form.as_of.year - (form.as_of.month < 4)
    if MONTHS.get(form.as_of.month) != form.as_of.day:
        page.note_entry("基準日", place, "7月31日・10月31日・1月31日のいずれか")
    _check_titles(page, form.as_of, form.fiscal_year, last_row)


def _check_titles(page: Page, as_of: date, fiscal_year: int, last_row: int) -> None:
    """A title, or a line below it, may name another day or year than the entry does."""
    for row, column, words in page.sheet.texts:
        if (
            row < last_row
            and not _BESIDES.search(k := key(words))
            and (
                _other_day(words, as_of)
                or (without_years(k) in page.layout.title_keys and _other_year(words, fiscal_year))
            )
        ):
            page.note(
                "error",
                "header_value",
                (row, column),
                f"基準日は{as_of.year}年{as_of.month}月{as_of.day}日ですが、「{quoted(words)}」とあります。"
                "どちらが正しいか確かめ、そろえて提出してください。",
                found=words,
                expected=f"{as_of.year}年{as_of.month}月{as_of.day}日現在",
            )


def _other_day(words: str, as_of: date) -> bool:
    """Whether words speak of another reference date: 令和7年10月31日現在."""
    try:
        day = text.day(words)
    except Unreadable:
        return False
    is_told = re.search("現在|時点", words) is not None
    return is_told and day != as_of and MONTHS.get(day.month) == day.day


def _other_year(words: str, fiscal_year: int) -> bool:
    return text.fiscal_year(words) not in (None, fiscal_year)


def _is_title(page: Page, words: str) -> bool:
    k = key(words)
    return "現在" in k or "時点" in k or any(title in k for title in page.layout.title_keys)


def _day(words: str) -> date:
    """A written date, or the number that Excel shows when a date cell lost its format."""
    if words.isascii() and words.isdecimal() and len(words) == 5:
        day = _SERIAL_ZERO + timedelta(days=int(words))
        if MONTHS.get(day.month) == day.day:  # another number would hardly be a reference date
            return day
    return text.day(words)


def _day_of_title(page: Page, last_row: int) -> Entry | None:
    """The reference date where only the title names it: 残高報告(令和7年7月31日現在)."""
    found: dict[date, Entry] = {}
    for row, column, words in page.sheet.texts:
        if row < last_row and _is_title(page, words):
            try:
                found.setdefault(text.day(words), Entry(clean_name(words), (row, column)))
            except Unreadable:
                continue
    return next(iter(found.values())) if len(found) == 1 else None


def _read_rows(page: Page, form: FormReading, table: Table) -> None:
    seen: dict[str, str] = {}
    sums = Sums(page, table)
    for r in range(table.first_row, page.sheet.bottom):
        match kind_of(page, table, r, after_total=sums.has_grand_total):
            case "claim":
                number = _claim_number(page, r, table, seen)
                sums.add(r, _read_row(page, form, table, r, number) if number else None)
            case "total":
                sums.add_total(r)
            case "heading" if sums.begins_again(r):
                break
            case "withdrawn":
                sums.withdraw(r)
            case "unnamed":
                place = (r, table.columns["claim_number"])
                expected = "3桁の債権整理番号(例 008)"
                sums.add(r, None)
                if not page.note_doubt(*place, "債権整理番号", expected):
                    page.note_entry("債権整理番号", place, expected)
    sums.check()
    typed = {abs(c.number or 0) for c in form.cells if c.measure in sums.money}
    note_if_all_in_yen(page, typed, (table.first_row, table.columns["carried_forward"]))
    if not seen:
        page.note(
            "error",
            "missing_row",
            (table.first_row, table.left),
            "債権の行が一つもありません。債権ごとに1行を記入してください。",
            expected="債権の行",
        )


def _claim_number(page: Page, row: int, table: Table, seen: dict[str, str]) -> str | None:
    place = (row, table.columns["claim_number"])
    try:
        number = text.claim_number(page.value(*place))
    except Unreadable as problem:
        page.note_entry("債権整理番号", place, str(problem))
        return None
    if number in seen:
        page.note(
            "error",
            "duplicate_claim",
            place,
            f"債権整理番号{number}の行が2つあります(もう一つはセル{seen[number]})。1行にまとめてください。",
            found=number,
            expected="債権ごとに1行",
        )
        return None
    seen[number] = page.places[f"claim_number {number}"] = address(*place)
    return number


def _read_row(
    page: Page, form: FormReading, table: Table, row: int, number: str
) -> dict[str, int] | None:
    """Amounts (yen) and counts of a claim, typed and computed; None when one is illegible."""
    errors = page.errors
    values: dict[str, int] = {}
    for column in page.layout.typed:
        place = table.columns.get(column.name)
        if place is None:
            continue
        cell = address(row, place)
        if column.kind in ("money", "count"):
            read = page.amount if column.kind == "money" else page.count
            values[column.name] = read(row, place, f"{number} {column.title}")
            form.cells.append(
                CellValue("collection", number, column.name, cell, values[column.name])
            )
        elif column.kind == "free_text":
            value = page.value(row, place)
            if value is not None:
                form.narrative.append(CellValue("note", number, "", cell, text=as_written(value)))
    _check_filled_in(page, table, row, number, values)
    legible = page.errors == errors
    _read_names(page, form, table, row, number)
    if not legible:
        return None
    typed = {c.name: values.get(c.name, 0) for c in page.layout.typed}
    computed = page.layout.compute(typed)
    check_computed(page, table, row, typed, number)
    amounts = {name: value for name, value in computed.items() if isinstance(value, int)}
    return values | amounts


def _check_filled_in(
    page: Page, table: Table, row: int, number: str, values: Mapping[str, int]
) -> None:
    """Note what a claim's line leaves blank though it cannot be zero (domain §4)."""
    results = {n: table.columns[n] for n in values if n != "carried_forward"}
    blank = {n: c for n, c in results.items() if page.is_blank(row, c)}
    carried = values.get("carried_forward", 0)
    why = f"繰越額アが{show(carried, page.unit_yen)}あり、" if carried else ""
    if len(blank) == len(results):
        page.note_not_filled_in(row, blank.values(), f"債権{number}の金額と件数など", why)
    elif carried and "assessed_prior" in blank:
        page.note_not_filled_in(row, [blank["assessed_prior"]], f"債権{number}の調定額ウ", why)


def _read_names(page: Page, form: FormReading, table: Table, row: int, number: str) -> None:
    place = (row, table.columns["claim_name"])
    name = page.value(*place)
    if isinstance(name, str) and clean_name(name):
        form.cells.append(
            CellValue("collection", number, "claim_name", address(*place), text=clean_name(name))
        )
    elif not page.note_doubt(*place, "債権名", "債権名"):
        page.note_entry("債権名", place, "債権名")
    place = (row, table.columns["claim_classes"])
    if page.note_doubt(*place, "債権区分", "債権区分"):
        return
    try:
        classes = ",".join(text.claim_classes(page.value(*place)))
        form.cells.append(
            CellValue("collection", number, "claim_classes", address(*place), text=classes)
        )
    except Unreadable as problem:
        page.note_entry("債権区分", place, str(problem))
