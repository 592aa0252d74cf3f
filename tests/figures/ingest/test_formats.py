"""The same workbook saved by LibreOffice as .ods and .xls says what the .xlsx says."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.styles import PatternFill
from support.office import convert
from support.workbooks import AMAGASAKI, OSAKA, TSUYAMA, saved

from ingest.forms.reading import FormReading
from ingest.worker import read_workbook

REAL = [p for folder in (OSAKA, TSUYAMA, AMAGASAKI) for p in sorted(folder.glob("*.xlsx"))]
LARGE = OSAKA / "調書（008奨学金）.xlsx"


@pytest.fixture(scope="module", name="folders", params=["ods", "xls"])
def _folders(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> list[Path]:
    folder = tmp_path_factory.mktemp(request.param)
    changed = _with_a_rounding_and_an_error(folder)
    return convert([*REAL, changed], request.param, folder)


def _with_a_rounding_and_an_error(folder: Path) -> Path:
    book = load_workbook(LARGE)
    sheet = book.worksheets[0]
    sheet["D25"].value = 18462
    sheet["U25"].fill = PatternFill("solid", fgColor="FFFFFF00")
    sheet["G16"].value = "=1/0"
    path = folder / "変更.xlsx"
    path.write_bytes(saved(book))
    return path


def said(form: FormReading) -> list[tuple[object, ...]]:
    cells = sorted((c.cell, c.block, c.item, c.measure, c.number, c.text or "") for c in form.cells)
    return [
        (form.subject, form.claim_number, form.claim_name, form.department, form.fiscal_year),
        *cells,
    ]


def test_every_real_form_says_the_same_in_every_format(folders: list[Path]) -> None:
    for path in REAL:
        other = next(each for each in folders if each.stem == path.stem)
        original, resaved = (read_workbook(p.name, p.read_bytes()) for p in (path, other))
        assert [said(f) for f in resaved.forms] == [said(f) for f in original.forms]
        assert [(f.rule, f.sheet, f.cell) for f in resaved.findings] == [
            (f.rule, f.sheet, f.cell) for f in original.findings
        ]


def test_yellow_and_error_values_are_seen_in_every_format(folders: list[Path]) -> None:
    changed = folders[-1]
    (form,) = read_workbook(changed.name, changed.read_bytes()).forms
    errors = [(f.rule, f.cell) for f in form.findings if f.severity == "error"]
    assert ("unreadable_number", "G16") in errors
    assert "status_total" not in {rule for rule, _ in errors}
