"""Recognises a form by its headings, never by file or sheet name, and reads it."""

from collections.abc import Callable, Mapping

from ingest.findings import Finding
from ingest.forms import annual, interim
from ingest.forms.columns import header_rows
from ingest.forms.reading import FormReading, Page
from ingest.layout import Layout, layouts
from ingest.text import key
from ingest.workbook import Sheet, Workbook

READERS: Mapping[str, Callable[[Page], FormReading]] = {
    "annual": annual.read,
    "interim": interim.read,
}
ENOUGH = 2  # headings of a form that make a sheet one of its kind


def recognise(sheet: Sheet) -> Layout | None:
    """The layout whose headings the sheet shows best, or None."""
    scored = [(_score(sheet, each), each) for each in layouts()]
    score, best = max(scored, key=lambda pair: pair[0])
    return best if score >= ENOUGH else None


def _score(sheet: Sheet, layout: Layout) -> int:
    keys = {key(words) for _, _, words in sheet.texts}
    title = any(title in k for title in layout.title_keys for k in keys)
    table = bool(header_rows(sheet, layout.columns, least=6))
    sections = sum(
        any(key(word) in k for k in keys)
        for section in layout.spec.get("sections", {}).values()
        for word in section["words"]
    )
    labels = sum(any(k in keys for k in names) for names in layout.header.values())
    own = {label for c in layout.columns for label in c.label_keys}
    return 2 * title + (len(own & keys) >= 6) + table + (sections >= 2) + (labels >= 3)


def read_sheet(workbook: Workbook, sheet: Sheet, file: str) -> FormReading | Finding:
    """The form on a sheet, or an info finding that says why the sheet was passed over."""
    if sheet.far_cell:
        return Finding(
            file,
            sheet.name,
            sheet.far_cell,
            "too_large",
            "error",
            sheet.far_cell,
            None,
            f"表から遠く離れたセル{sheet.far_cell}に値があるため、シートを読みません。"
            "そのセルを削除(クリア)して提出し直してください。",
        )
    if not sheet.visible:
        return _passed_over(
            file,
            sheet,
            "非表示のシートなので読みませんでした。提出する内容であれば再表示してください。",
        )
    layout = recognise(sheet)
    if layout is None:
        return _passed_over(
            file,
            sheet,
            "知られている様式の見出しがないので読みませんでした(記入要領などのシート)。",
        )
    return READERS[layout.form](Page(workbook, sheet, layout, file))


def _passed_over(file: str, sheet: Sheet, why: str) -> Finding:
    return Finding(file, sheet.name, None, "sheet_passed_over", "info", sheet.name, None, why)
