"""A new version of a form is a layout file and nothing else; old forms keep their meaning."""

import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from support.workbooks import saved

from ingest import layout as layouts
from ingest.forms.reading import FormReading
from ingest.layout import LAYOUTS, layout
from ingest.templates import Form, draw, draw_book
from ingest.worker import read_workbook

HEADER = {
    "department": "健康福祉局",
    "section": "保険年金課",
    "claim_number": "008",
    "claim_classes": "私債権",
    "claim_name": "返還金",
}
CHANGES = {
    'version: "1"': 'version: "2"',
    "valid_from: 2010": "valid_from: 2026",
    "labels: [徴収額, 収入済額, 収入額]": "labels: [納付済額]",
    "label: 納付猶予中": "label: 徴収猶予・換価猶予中",
    "label: 消滅時効期間経過}": "label: 相続放棄}\n"
    '    - {code: "17", group: disposal, label: 消滅時効期間経過}',
}
AddVersion = Callable[[dict[str, str]], None]


@pytest.fixture(name="add_version")
def _add_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AddVersion]:
    """Puts annual.2.yml beside the files there are, and closes version 1 with 令和7年度."""
    folder = tmp_path / "layouts"
    shutil.copytree(str(LAYOUTS), folder)

    def add(changes: dict[str, str]) -> None:
        first = (folder / "annual.1.yml").read_text("utf-8")
        second = first
        for old, new in changes.items():
            assert old in second
            second = second.replace(old, new)
        (folder / "annual.2.yml").write_text(second, "utf-8")
        first = first.replace("valid_until: null", "valid_until: 2025")
        (folder / "annual.1.yml").write_text(first, "utf-8")
        layouts.layouts.cache_clear()

    monkeypatch.setattr(layouts, "LAYOUTS", folder)
    yield add
    monkeypatch.undo()
    layouts.layouts.cache_clear()


def drawn(fiscal_year: int, version_of: int | None = None) -> bytes:
    """A form for a year, on the version of that year or of another."""
    values = {
        ("collection", "D", "assessed_current"): 900,
        ("collection", "D", "collected_current"): 700,
        ("collection", "F", "carried_forward"): 200,
        ("collection", "F", "assessed_prior"): 200,
        ("collection", "F", "collected_prior"): 200,
        ("status", "current/02", "cases"): 3,
        ("status", "current/02", "balance"): 200,
    }
    version = layout("annual", version_of or fiscal_year)
    return draw_book([Form(version, "999999", fiscal_year, None, HEADER, values)])


def read(data: bytes, mark: str | None = "") -> FormReading:
    """The form as read; `mark`: what stands instead of its version mark (None: nothing)."""
    book = load_workbook(BytesIO(data), data_only=True)
    for cell in (cell for row in book.worksheets[0] for cell in row):
        if isinstance(cell.value, str) and "様式番号" in cell.value and mark != "":
            cell.value = mark
    (form,) = read_workbook("提出.xlsx", data if mark == "" else saved(book)).forms
    return form


def versions(form: FormReading) -> list[tuple[str, str | None, str | None]]:
    return [(f.severity, f.found, f.expected) for f in form.findings if f.rule == "form_version"]


def amounts(form: FormReading) -> dict[tuple[str, str], int | None]:
    return {(c.item, c.measure): c.number for c in form.cells if c.number}


def test_a_new_version_is_drawn_and_read_from_its_file_alone(add_version: AddVersion) -> None:
    add_version(CHANGES)
    form = read(drawn(2026))
    assert (form.layout_version, form.fiscal_year) == ("2", 2026)
    assert not form.rejected
    assert amounts(form)["D", "collected_current"] == 700_000
    assert {c.item for c in form.cells if c.item.startswith("prior/")} == {
        f"prior/{code:02}" for code in range(1, 18)
    }


def test_last_year_s_forms_are_still_read_as_they_were(add_version: AddVersion) -> None:
    before = read(drawn(2025))
    add_version(CHANGES)
    form = read(drawn(2025))
    assert form.layout_version == "1"
    assert (form.cells, form.findings) == (before.cells, before.findings)


@pytest.mark.parametrize("year", [2025, 2026])
def test_without_its_mark_the_headings_tell_the_version(add_version: AddVersion, year: int) -> None:
    add_version(CHANGES)
    form = read(drawn(year), mark=None)
    assert form.layout_version == ("1" if year == 2025 else "2")
    assert not form.rejected


@pytest.mark.parametrize("year", [2025, 2026])
def test_where_headings_are_the_same_the_year_tells(add_version: AddVersion, year: int) -> None:
    add_version({k: v for k, v in CHANGES.items() if k.startswith("v")})
    form = read(drawn(year), mark=None)
    assert form.layout_version == ("1" if year == 2025 else "2")
    assert versions(form) == []


@pytest.mark.parametrize("mark", ["", None])
def test_an_outdated_form_is_refused_and_the_right_one_named(
    add_version: AddVersion, mark: str | None
) -> None:
    add_version(CHANGES)
    form = read(drawn(2026, version_of=2025), mark)
    assert form.rejected
    assert versions(form) == [("error", "annual-1", "annual-2")]
    (finding,) = (f for f in form.findings if f.rule == "form_version")
    assert "令和8年度" in finding.message
    assert (finding.cell is None) == (mark is None)


def test_a_form_ahead_of_its_time_is_refused_too(add_version: AddVersion) -> None:
    add_version(CHANGES)
    assert versions(read(drawn(2025, version_of=2026))) == [("error", "annual-2", "annual-1")]


@pytest.mark.parametrize("mark", ["様式番号 annual-9", "様式番号：interim-1", "様式番号 kyoto-3"])
def test_a_mark_that_does_not_fit_is_told_and_the_headings_count(mark: str) -> None:
    form = read(drawn(2025), mark)
    assert form.form == "annual"
    assert not form.rejected
    ((severity, found, expected),) = versions(form)
    assert (severity, expected) == ("warning", "annual-1")
    assert str(found) in mark


def test_the_newest_version_of_a_year_is_the_one_that_is_drawn(add_version: AddVersion) -> None:
    add_version(CHANGES)
    assert layout("annual", 2025).version == "1"
    assert layout("annual", 2030).version == layout("annual").version == "2"
    data = draw("annual", municipality_code="999999", fiscal_year=2030, header=HEADER)
    assert read(data).layout_version == "2"
