"""Recognises a form by its headings, never by file or sheet name, and reads it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.addresses import address
from ingest.findings import ANSWERED, Finding, Severity
from ingest.forms import annual, city_target, claim_list, interim, plan, promotion
from ingest.forms.as_shown import note_as_shown
from ingest.forms.page import Page
from ingest.forms.reading import FormReading
from ingest.forms.recognition import MANY, candidates
from ingest.forms.versions import note_version
from ingest.layout import Layout
from ingest.text import key
from ingest.values import Doubt
from ingest.workbook import Sheet

if TYPE_CHECKING:
    from ingest.described import Described, Likely

READERS: Mapping[str, Callable[[Page], None]] = {
    "annual": annual.read,
    "city_target": city_target.read,
    "claim_list": claim_list.read,
    "interim": interim.read,
    "plan": plan.read,
    "promotion": promotion.read,
}
EXAMPLES = frozenset({"記入例", "(記入例)", "記載例", "(記載例)", "作成例", "(作成例)", "記入見本"})


def _is_example(sheet: Sheet) -> bool:
    """Whether a sheet says of itself that it only shows how to fill in the form."""
    return any(key(words) in EXAMPLES for _, _, words in [(0, 0, sheet.name), *sheet.texts])


def read_sheet(
    sheet: Sheet, file: str, layouts: Sequence["Described"] = ()
) -> FormReading | Finding:
    """The form on a sheet, or an info finding that says why the sheet was passed over.

    `layouts`: tables that the sheet may be beside the forms.
    """
    if not sheet.visible:
        return _passed_over(
            file,
            sheet,
            "非表示のシートなので読みませんでした。提出する内容であれば再表示してください。",
        )
    if refused := sheet.refused:
        return Finding(
            file, sheet.name, refused.cell, refused.rule, "error", refused.cell, None,
            refused.message,
        )  # fmt: skip
    if sheet.filled.get((1, 0)) == ANSWERED:
        return _passed_over(
            file, sheet, "前にお返しした「確認結果」のシートなので読みませんでした。"
        )
    likely = _described(sheet, layouts)
    table = likely.read(sheet, file) if likely else None
    possible = [] if table and not table.rejected else candidates(sheet)
    if not possible and not table:
        return _of_draft(file, sheet, layouts) or _unknown(file, sheet)
    if _is_example(sheet):
        return _passed_over(
            file,
            sheet,
            "「記入例」とあるので読みませんでした。提出する内容であれば「記入例」の文字を消し、"
            "シートの名前を変えて提出してください。",
            "warning",
        )
    readings = [table] if table else []
    readings += [_read(sheet, file, possible)] if possible else []
    form = min(readings, key=_errors)  # what looks like a table of the home may be a form
    if form.is_unused:
        why = "債権名も金額も記入されていない様式なので読みませんでした。"
        return replace(_passed_over(file, sheet, why), rule="not_filled_in")
    return form


def _described(sheet: Sheet, layouts: Sequence["Described"]) -> "Likely | None":
    """The table of the home that a sheet may be: wholly, or more or less where it is no form."""
    usable = [each for each in layouts if not each.is_draft]
    if not usable:
        return None
    from ingest.described import most_likely

    likely = most_likely(sheet, usable)
    return likely if likely and (likely.is_whole or not candidates(sheet)) else None


def _of_draft(file: str, sheet: Sheet, layouts: Sequence["Described"]) -> Finding | None:
    """That a sheet is of a layout that waits for answers, where it is of one."""
    drafts = [each for each in layouts if each.is_draft]
    if not drafts:
        return None
    from ingest.described import most_likely

    likely = most_likely(sheet, drafts)
    if likely is None:
        return None
    why = (
        f"様式の定義「{likely.layout.name}.yml」の表のようですが、"
        "「？」が残っているので読みませんでした。mishukin layout check のとおりに仕上げ、"
        "もう一度取り込んでください。"
    )
    return _passed_over(file, sheet, why, "warning")


def _errors(form: FormReading) -> int:
    return sum(finding.severity == "error" for finding in form.findings)


def _read(sheet: Sheet, file: str, possible: list[Layout]) -> FormReading:
    """The form as the first possible version that is valid for its year reads it, else the first.

    Versions are equally possible where they differ in nothing that the sheet shows.
    """
    pages = []
    for layout in possible:
        page = Page(sheet, layout, file)
        READERS[layout.form](page)
        pages.append(page)
        year = page.form.fiscal_year
        if year is not None and layout.is_valid(year):
            break
    else:
        page = pages[0]
    page.form.unit_yen = page.unit_yen
    note_version(page)
    note_as_shown(page)
    return page.form


def _unknown(file: str, sheet: Sheet) -> Finding:
    """A sheet that is no known form: full of figures it is hardly an instruction."""
    if not sheet.holds_figures(MANY):
        why = "知られている様式の見出しがないので読みませんでした(記入要領などのシート)。"
        return _with_error_value(_passed_over(file, sheet, why), sheet)
    why = (
        "数値の多いシートですが、知られている様式の見出しがないので読みませんでした。提出する内容で"
        "あれば、様式に記入するか、データ担当に相談してください。控えや計算用であれば、シートを"
        "除いて提出してください。"
    )
    return _with_error_value(_passed_over(file, sheet, why, "warning"), sheet)


def _with_error_value(finding: Finding, sheet: Sheet) -> Finding:
    """The finding at the first cell that shows an error value, where there is one."""
    for place, value in sheet.filled.items():
        if isinstance(value, Doubt) and value.seen.startswith("#"):
            cell = address(*place)
            message = f"{finding.message}セル{cell}に「{value.seen}」があります。"
            return replace(finding, cell=cell, found=value.seen, message=message)
    return finding


def _passed_over(file: str, sheet: Sheet, why: str, severity: Severity = "info") -> Finding:
    return Finding(file, sheet.name, None, "sheet_passed_over", severity, sheet.name, None, why)
