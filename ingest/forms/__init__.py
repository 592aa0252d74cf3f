"""Recognises a form by its headings, never by file or sheet name, and reads it."""

from collections.abc import Callable, Mapping

from ingest.findings import Finding, Severity
from ingest.forms import annual, interim, promotion
from ingest.forms.columns import has_headings
from ingest.forms.reading import FormReading, Page
from ingest.forms.years_across import most_named_rows, row_names
from ingest.layout import Layout, layouts
from ingest.text import key
from ingest.workbook import Sheet, Workbook

READERS: Mapping[str, Callable[[Page], FormReading]] = {
    "annual": annual.read,
    "interim": interim.read,
    "promotion": promotion.read,
}
ENOUGH = 3  # signs of a form that make a sheet one of its kind
MANY = 10
EXAMPLES = frozenset({"記入例", "(記入例)", "記載例", "(記載例)", "作成例", "(作成例)", "記入見本"})


def recognise(sheet: Sheet) -> Layout | None:
    """The layout whose headings the sheet shows best, or None."""
    scored = [(_score(sheet, each), each) for each in layouts()]
    score, best = max(scored, key=lambda pair: pair[0])
    return best if score >= ENOUGH else None


def _score(sheet: Sheet, layout: Layout) -> int:
    """A line of column headings counts for two; title, sections and header labels for one each.

    Instructions name the same words, but hold neither such a line nor many figures.
    """
    keys = {key(words) for _, _, words in sheet.texts}
    title = any(title in k for title in layout.title_keys for k in keys)
    sections = sum(
        any(key(word) in k for k in keys)
        for section in layout.spec.get("sections", {}).values()
        for word in section["words"]
    )
    labels = sum(any(k in keys for k in names) for names in layout.header.values())
    signs = title + (sections >= 2) + (2 * labels > len(layout.header))
    if "target" in layout.spec:
        rows = most_named_rows(sheet, row_names(layout.columns, layout.groups))
        return signs + (2 if rows >= 5 else 0) + (rows >= 8)
    if has_headings(sheet, layout.columns, least=6):
        return signs + 2
    return signs if signs >= ENOUGH and sheet.holds_figures(MANY) else 0


def _is_example(sheet: Sheet) -> bool:
    """Whether a sheet says of itself that it only shows how to fill in the form."""
    return any(key(words) in EXAMPLES for _, _, words in [(0, 0, sheet.name), *sheet.texts])


def read_sheet(workbook: Workbook, sheet: Sheet, file: str) -> FormReading | Finding:
    """The form on a sheet, or an info finding that says why the sheet was passed over."""
    if not sheet.visible:
        return _passed_over(
            file,
            sheet,
            "非表示のシートなので読みませんでした。提出する内容であれば再表示してください。",
        )
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
    layout = recognise(sheet)
    if layout is None:
        return _passed_over(
            file,
            sheet,
            "知られている様式の見出しがないので読みませんでした(記入要領などのシート)。",
        )
    if _is_example(sheet):
        return _passed_over(
            file,
            sheet,
            "「記入例」とあるので読みませんでした。提出する内容であれば「記入例」の文字を消し、"
            "シートの名前を変えて提出してください。",
            "warning",
        )
    page = Page(workbook, sheet, layout, file)
    form = READERS[layout.form](page)
    form.places = page.places
    if form.is_unused:
        return _passed_over(
            file, sheet, "債権名も金額も記入されていない様式なので読みませんでした。"
        )
    return form


def _passed_over(file: str, sheet: Sheet, why: str, severity: Severity = "info") -> Finding:
    return Finding(file, sheet.name, None, "sheet_passed_over", severity, sheet.name, None, why)
