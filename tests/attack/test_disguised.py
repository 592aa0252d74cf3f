"""Whatever a cell holds, what is landed of it is what the screen shows, or the cell is asked back.

Forms of every kind get figures whose stored and seen values differ at random: by number formats,
strikes, merges, white letters. What is seen is told by LibreOffice, or known from the disguise.
"""

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet
from support.filled_in import FILLED
from support.office import as_shown, convert
from support.workbooks import AMAGASAKI, OSAKA, TSUYAMA, saved

from ingest.addresses import place
from ingest.forms.reading import CellValue, FormReading
from ingest.layout import layout
from ingest.templates import draw
from ingest.worker import read_workbook
from terms.money import UNITS

SEED, BOOKS, CELLS = 20260331, 20, 5
FORMATS = [
    "#,##0,", "#,##0,,", "#,##0.0,", ";;;", '"999"', "0%", '#,##0"円"', '#,##0"千円"', "#,##0.0",
    '#,##0,"千円"', "#,##0;#,##0", "yyyy/m/d", 'ggge"年度"', '0"人"', "# ?/?", "0.00E+00",
    "0000000", '"▲"#,##0', "#,##0_ ", '"約"#,##0', "[White]0",
    "[Red]0;[Red]0", "0!人", "#", '0.0"%"',
]  # fmt: skip
NOTHING = "nothing that counts"  # to be seen in the cell: it must be asked back

Disguise = Callable[[random.Random, Worksheet, str], str | None]


def _format(rng: random.Random, sheet: Worksheet, cell: str) -> str | None:
    """Another number format: LibreOffice tells what is seen."""
    sheet[cell].number_format = rng.choice(FORMATS)
    return None


def _struck(_: random.Random, sheet: Worksheet, cell: str) -> str:
    sheet[cell].font = Font(strike=True)
    return NOTHING


def _half_struck(rng: random.Random, sheet: Worksheet, cell: str) -> str:
    left = str(rng.randint(1, 99_999))
    gone = TextBlock(InlineFont(strike=True), str(sheet[cell].value))
    sheet[cell].value = CellRichText(gone, TextBlock(InlineFont(b=True), left))
    return left


def _raised(_: random.Random, sheet: Worksheet, cell: str) -> str:
    """A note behind the figure, which is no digit of it."""
    sheet[cell].value = CellRichText(
        str(sheet[cell].value), TextBlock(InlineFont(vertAlign="superscript"), "2")
    )
    return NOTHING


def _white(_: random.Random, sheet: Worksheet, cell: str) -> str:
    sheet[cell].font, sheet[cell].fill = Font(color="FFFFFFFF"), PatternFill()
    return NOTHING


def _marked(_: random.Random, sheet: Worksheet, cell: str) -> str:
    sheet[cell].value = f"{sheet[cell].value}²"
    return NOTHING


DISGUISES: tuple[Disguise, ...] = (
    *[_format] * 5, _struck, _half_struck, _raised, _white, _marked,
)  # fmt: skip


@dataclass
class Book:
    """A form in disguise. `seen`: cell → what is seen there; None: as LibreOffice shows it."""

    path: Path
    original: FormReading
    seen: dict[str, str | None]
    formats: dict[str, str]


def _originals() -> list[tuple[bytes, str]]:
    """Forms of all six kinds: real ones, and templates as departments fill them in."""
    real = [p for folder in (OSAKA, TSUYAMA, AMAGASAKI) for p in sorted(folder.glob("*.xlsx"))]
    drawn = [draw(municipality_code="999999", **said) for said in FILLED.values()]
    return [
        (data, form.sheet)
        for data in [*(p.read_bytes() for p in real), *drawn]
        for form in read_workbook("原本.xlsx", data).forms
    ]


def _figures(form: FormReading) -> list[str]:
    """The cells of amounts and counts that are not zero; nothing that is only worked out."""
    return sorted({c.cell for c in form.cells if c.number and c.measure not in WITHOUT_CELL})


WITHOUT_CELL = {"footnoted", "limitation_years"}


def _book(rng: random.Random, data: bytes, name: str, path: Path) -> Book:
    book = load_workbook(BytesIO(data), data_only=True)
    for sheet in book.sheetnames:
        if sheet != name:
            del book[sheet]
    (original,) = read_workbook(path.name, saved(book)).forms
    seen: dict[str, str | None] = {}
    formats: dict[str, str] = {}
    for cell in rng.sample(_figures(original), min(CELLS, len(_figures(original)))):
        if type(book[name][cell]).__name__ == "MergedCell" or not isinstance(
            book[name][cell].value, int | float
        ):
            continue
        seen[cell] = rng.choice(DISGUISES)(rng, book[name], cell)
        formats[cell] = book[name][cell].number_format
    path.write_bytes(saved(book))
    return Book(path, original, seen, formats)


@pytest.fixture(scope="module", name="books")
def _books(tmp_path_factory: pytest.TempPathFactory) -> list[Book]:
    rng, folder = random.Random(SEED), tmp_path_factory.mktemp("disguised")  # noqa: S311
    originals = _originals()
    return [
        _book(rng, *originals[n % len(originals)], folder / f"{n:03d}.xlsx") for n in range(BOOKS)
    ]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_what_is_landed_is_what_is_seen(books: list[Book], kind: str, tmp_path: Path) -> None:
    paths = [book.path for book in books]
    files = paths if kind == "xlsx" else convert(paths, kind, tmp_path)
    wrong, told = [], 0
    for book, path, screen in zip(books, files, as_shown(files, tmp_path), strict=True):
        reading = read_workbook(path.name, path.read_bytes())
        found = [*reading.findings, *(f for form in reading.forms for f in form.findings)]
        errors = {f.cell for f in found if f.severity == "error"}
        for cell, known in book.seen.items():
            row, column = place(cell)
            seen = screen[row][column] if known is None else known
            landed = [c for form in reading.forms for c in form.cells if c.cell == cell]
            told += cell in errors
            if cell in errors or all(_says(form_of(reading), c, seen) for c in landed):
                continue
            wrong.append((book.path.name, cell, book.formats[cell], seen, landed))
    assert wrong == []
    assert told > len(books)  # the disguises are no play


def form_of(reading: object) -> FormReading:
    (form,) = reading.forms  # type: ignore[attr-defined]
    return form


def _says(form: FormReading, landed: CellValue, seen: str) -> bool:
    """Whether a landed figure is what is seen, to the last digit that is seen."""
    if landed.number is None:
        return False
    plain = unicodedata.normalize("NFKC", seen).replace(",", "").replace("¥", "").strip()
    found = re.fullmatch(r"([-▲△]?) ?(\d+(?:\.\d+)?)(千円|百万円|円|人|件|世帯)?", plain)
    if not found:
        return False
    size = Decimal(found[2]) * (-1 if found[1] else 1)
    is_money = _is_money(form, landed)
    unit = (UNITS.get(found[3] or "") or form.unit_yen) if is_money else 1
    step = unit * Decimal(1).scaleb(int(size.as_tuple().exponent))
    return abs(landed.number - size * unit) * 2 <= (step if is_money else 0)


def _is_money(form: FormReading, landed: CellValue) -> bool:
    kinds = {c.name: c.kind for c in layout(form.form).columns}
    if landed.block in ("status", "total"):
        return landed.measure != "cases" and landed.measure != "debtors"
    return kinds.get(landed.measure, "money") == "money"
