"""Returned workbooks open in LibreOffice as they are; .xls and .ods come back as values."""

import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from defusedxml import ElementTree
from openpyxl import Workbook, load_workbook
from support.office import convert
from support.workbooks import BAD_FILES, OSAKA, edited, saved

from ingest import returned
from ingest.load import Arrival, SourceFile, load

DAY = datetime(2020, 7, 1, 0, 0, tzinfo=UTC)
FAULTS = {"D16": "約千", "E14": "二千円くらい", "K13": "みなおし"}


def _spoiled(path: Path) -> bytes:
    book = load_workbook(path)
    for sheet in book.worksheets:
        if any(cell.value == "所属" for row in sheet["A1:E6"] for cell in row):
            for cell, value in FAULTS.items():
                sheet[cell].value = value
    return saved(book)


def _quoted(book: Workbook) -> None:
    book.worksheets[0]["E13"].value = "約千"
    book.worksheets[0].title = "年'度 & <別>"


@pytest.fixture(scope="module", name="home")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has returned every real form, spoiled, also as .xls and .ods, and bad files."""
    home = tmp_path_factory.mktemp("home")
    box = home / "inbox"
    box.mkdir()
    for path in OSAKA.glob("*.xlsx"):
        (box / path.name).write_bytes(_spoiled(path))
    (box / "引用.xlsx").write_bytes(edited(_quoted))
    (box / "パスワード.xlsx").write_bytes(BAD_FILES["パスワード"][0]())
    large = box / "調書（008奨学金）.xlsx"
    for kind in ("xls", "ods"):
        convert([large], kind, home)
        (home / f"{large.stem}.{kind}").rename(box / f"{large.stem}.{kind}")
    sources = [SourceFile(path, "271004") for path in sorted(box.iterdir())]
    archive = home / "archive"
    report = load(sources, Arrival(DAY), landing=home / "landing", archive=archive)
    copies = returned.write(
        report.workbooks, sources, archive=archive, folder=home / "returned", received_at=DAY
    )
    assert len(copies) == len(sources)
    for copy in copies:
        copy.path.rename(home / f"{Path(copy.file).name}.copy.xlsx")
    return home


def test_libreoffice_opens_every_copy_and_keeps_marks_comments_and_links(home: Path) -> None:
    copies = sorted(home.glob("*.copy.xlsx"))
    resaved = home / "resaved"
    resaved.mkdir()
    for copy, again in zip(copies, convert(copies, "xlsx", resaved), strict=True):
        ours, theirs = load_workbook(copy), load_workbook(again)
        assert theirs.sheetnames == ours.sheetnames
        for sheet in ours.worksheets:
            other = theirs[sheet.title]
            for cell in (cell for row in sheet for cell in row):
                twin = other[cell.coordinate]
                assert bool(twin.comment) == bool(cell.comment), (copy.name, cell.coordinate)
                if cell.comment:
                    assert twin.fill.fgColor.rgb[-6:] == cell.fill.fgColor.rgb[-6:]
                if cell.hyperlink:
                    location = twin.hyperlink.location or ""
                    title, _, place = location.rpartition("!")
                    assert title.strip("'").replace("''", "'") in theirs.sheetnames
                    assert place == cell.hyperlink.location.rpartition("!")[2]


def test_every_part_of_a_copy_is_well_formed_and_declared(home: Path) -> None:
    for copy in home.glob("*.copy.xlsx"):
        with zipfile.ZipFile(copy) as package:
            names = set(package.namelist())
            types = ElementTree.fromstring(package.read("[Content_Types].xml"))
            parts = {e.get("PartName", "").lstrip("/") for e in types if e.get("PartName")}
            defaults = {e.get("Extension") for e in types if e.get("Extension")}
            assert parts <= names, copy.name
            for name in names:
                assert name in parts or name.rpartition(".")[2] in defaults or "[" in name
                ElementTree.fromstring(package.read(name))


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_formats_come_back_as_values_at_their_addresses(home: Path, kind: str) -> None:
    (copy,) = home.glob(f"*.{kind}.copy.xlsx")
    book = load_workbook(copy)
    said = [str(c.value) for row in book.worksheets[0] for c in row if c.value is not None]
    assert any("書式は写していません" in words for words in said)
    submitted = load_workbook(home / "inbox" / "調書（008奨学金）.xlsx", data_only=True)
    first = submitted.worksheets[0]
    twin = book[first.title]
    for cell, value in FAULTS.items():
        assert twin[cell].value == value
        assert twin[cell].comment
    assert twin["C13"].value == first["C13"].value
    assert {s.title: s.sheet_state for s in book.worksheets[1:]} == {
        s.title: s.sheet_state for s in submitted.worksheets
    }


def test_the_first_sheet_is_one_page_wide(home: Path) -> None:
    (copy,) = home.glob("010.xlsx.copy.xlsx")
    book = load_workbook(copy)
    for title in book.sheetnames[1:]:
        book[title].sheet_state = "hidden"
    only = home / "表紙.xlsx"
    book.save(only)
    (pdf,) = convert([only], "pdf", home)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf.read_bytes())) == 1
