"""A real annual form as departments rearrange it."""

from collections.abc import Callable

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from support.workbooks import OSAKA, saved

from ingest.forms.reading import FormReading
from ingest.worker import read_workbook

PLAIN, LARGE = OSAKA / "003_就学援助費.xlsx", OSAKA / "調書（008奨学金）.xlsx"
ROWS = range(12, 19)
Edit = Callable[[Worksheet], object]
Error = tuple[str, str | None]


class Cases:
    """Ways to change a sheet, by name, with the errors that each gives."""

    def __init__(self) -> None:
        self.edits: dict[str, Edit] = {}
        self.errors: dict[str, set[Error]] = {}

    def __call__(self, *errors: Error) -> Callable[[Edit], Edit]:
        def keep(edit: Edit) -> Edit:
            name = getattr(edit, "__name__", "")
            self.edits[name], self.errors[name] = edit, set(errors)
            return edit

        return keep


def form_with(edit: Edit) -> FormReading:
    """The plain layout with the figures of a large claim, changed."""
    book = load_workbook(PLAIN, data_only=True)
    sheet = book.worksheets[0]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    figures = load_workbook(LARGE, data_only=True).worksheets[0]
    for row in figures.iter_rows(12, 31, 3, 21):
        for cell in row:
            if isinstance(cell.value, int | float):
                sheet[cell.coordinate].value = cell.value
    for cell in ("B6", "D6", "F6"):
        sheet[cell].value = figures[cell].value
    edit(sheet)
    (form,) = read_workbook("提出.xlsx", saved(book)).forms
    return form


def said(form: FormReading) -> list[object]:
    header = (form.claim_number, form.claim_name, form.department, form.section, form.fiscal_year)
    cells = sorted((c.block, c.item, c.measure, c.number, c.text or "") for c in form.cells)
    words = sorted((c.block, c.item, c.measure, c.text) for c in form.narrative)
    return [header, form.claim_classes, *cells, *words]


def in_yen(sheet: Worksheet) -> None:
    """Every amount in 円, and no unit named anywhere."""
    for cell in (cell for r in (*ROWS, 25, 27, 31) for cell in sheet[r]):
        if isinstance(cell.value, int | float) and (
            cell.row > 18 or cell.column_letter not in "IJPQST"
        ):
            cell.value = cell.value * 1000
    sheet["S8"].value = sheet["S20"].value = sheet["H31"].value = None
