"""Reads 未収金残高報告: one department at one reference date, a row per claim (domain §3)."""

from ingest import text
from ingest.addresses import address
from ingest.forms.columns import Table, find_table, header_rows
from ingest.forms.computed import check_computed
from ingest.forms.reading import CellValue, FormReading, Page, as_written, clean_name
from ingest.text import Unreadable, key

MONTHS = {7: 31, 10: 31, 1: 31}  # the reference dates of a year (domain §5)


def read(page: Page) -> FormReading:
    """Read the form on a page. The reading's findings say all that is wrong with it."""
    form = FormReading(page.sheet.name, page.layout.form, page.layout.version, page.unit_yen)
    form.findings = page.findings
    symbol_rows = header_rows(page.sheet, page.layout.columns, least=5)
    symbol_row = symbol_rows[0] if symbol_rows else None
    table = find_table(
        page,
        page.layout.columns,
        page.layout.groups,
        symbol_row,
        range(page.sheet.top, symbol_row + 1 if symbol_row is not None else page.sheet.bottom),
    )
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
    _read_header(page, form, table.label_row)
    form.unit_yen = page.unit_yen = page.unit_above(table.first_row)
    if {"claim_number", "claim_name"} <= table.columns.keys():
        _read_rows(page, form, table)
    return form


def _read_header(page: Page, form: FormReading, last_row: int) -> None:
    entries = page.header(last_row)
    form.department = page.required(entries, "department")
    form.section = entries.get("section", (None,))[0]
    if not page.required(entries, "as_of"):
        return
    entry, place = entries["as_of"]
    try:
        form.as_of = text.day(entry)
    except Unreadable as problem:
        page.note_entry("基準日", place, str(problem))
        return
    form.fiscal_year = form.as_of.year - (form.as_of.month < 4)
    if MONTHS.get(form.as_of.month) != form.as_of.day:
        page.note_entry("基準日", place, "7月31日・10月31日・1月31日のいずれか")


def _read_rows(page: Page, form: FormReading, table: Table) -> None:
    totals = set(map(key, page.layout.spec["collection"]["total_row"]))
    seen: dict[str, str] = {}
    summed = {column.name: 0 for column in page.layout.columns if column.kind == "money"}
    counted = {column.name: 0 for column in page.layout.columns if column.kind == "count"}
    for r in range(table.first_row, page.sheet.bottom):
        filled = [n for n, c in table.columns.items() if page.value(r, c) is not None]
        words = [
            v
            for c in range(page.sheet.left, page.sheet.right)
            if isinstance(v := page.value(r, c), str)
        ]
        if any(key(w) in totals for w in words):
            _check_total_row(page, table, r, summed | counted)
            break
        figures = [n for n in filled if page.layout_column(n).kind in ("money", "count")]
        if page.value(r, table.columns["claim_number"]) is None:
            if any(page.layout_column(n).formula is None for n in figures):
                page.note_entry(
                    "債権整理番号", (r, table.columns["claim_number"]), "3桁の債権整理番号(例 008)"
                )
            continue
        number = _claim_number(page, r, table, seen)
        if number:
            amounts = _read_row(page, form, table, r, number)
            for name, value in amounts.items():
                if name in summed:
                    summed[name] += value
                else:
                    counted[name] += value
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
    seen[number] = address(*place)
    return number


def _read_row(page: Page, form: FormReading, table: Table, row: int, number: str) -> dict[str, int]:
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
    _read_names(page, form, table, row, number)
    computed = page.layout.compute({c.name: values.get(c.name, 0) for c in page.layout.typed})
    check_computed(page, table, row, computed, number)
    amounts = {name: value for name, value in computed.items() if isinstance(value, int)}
    return values | amounts


def _read_names(page: Page, form: FormReading, table: Table, row: int, number: str) -> None:
    place = (row, table.columns["claim_name"])
    name = page.value(*place)
    if isinstance(name, str) and clean_name(name):
        form.cells.append(
            CellValue("collection", number, "claim_name", address(*place), text=clean_name(name))
        )
    else:
        page.note_entry("債権名", place, "債権名")
    place = (row, table.columns.get("claim_classes", 0))
    try:
        classes = ",".join(text.claim_classes(page.value(*place)))
        form.cells.append(
            CellValue("collection", number, "claim_classes", address(*place), text=classes)
        )
    except Unreadable as problem:
        page.note_entry("債権区分", place, str(problem))


def _check_total_row(page: Page, table: Table, row: int, sums: dict[str, int]) -> None:
    for name, total in sums.items():
        place = table.columns.get(name)
        value = None if place is None else page.value(row, place)
        if place is None or value is None:
            continue
        unit = page.unit_yen if page.layout_column(name).kind == "money" else 1
        try:
            parsed = text.number(value)
        except Unreadable:
            parsed = None
        if (parsed.value * unit if parsed else 0) != total:
            right = f"{total // unit:,}"
            page.note(
                "error",
                "grand_total",
                (row, place),
                f"合計欄の「{page.layout_column(name).title}」は各行を足すと{right}ですが「{as_written(value)}」と"
                "なっています。各行と合計のどちらが正しいか確かめ、訂正してください。",
                found=value,
                expected=right,
            )
