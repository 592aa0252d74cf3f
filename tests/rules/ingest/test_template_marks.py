"""A template says what it is; an outdated or foreign one is named, with the right one."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.filled_in import CODE, FILLED

from ingest import layout as layouts
from ingest.findings import Finding
from ingest.forms import read_sheet
from ingest.forms.reading import FormReading
from ingest.load import Arrival, Rules, SourceFile, check, load
from ingest.templates import Form, draw, draw_book
from ingest.workbook import sheets_of

HEADER = {
    "department": "健康福祉局", "section": "保険年金課", "claim_number": "008",
    "claim_classes": "私債権", "claim_name": "奨学金",
}  # fmt: skip
VALUES = {("collection", "D", "assessed_current"): 5}


def versions_in(data: bytes) -> list[Finding]:
    form = read_sheet(next(sheets_of(data)), "調書.xlsx")
    assert isinstance(form, FormReading)
    return [finding for finding in form.findings if finding.rule == "form_version"]


def annual(version: str, year: int) -> bytes:
    used = next(each for each in layouts.layouts() if each.mark == f"annual-{version}")
    return draw_book([Form(used, CODE, year, header=HEADER, values=VALUES)])


@pytest.fixture(name="two_versions")
def _two_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The annual form as it was handed in up to 令和5年度, and a second version from then on."""
    folder = tmp_path / "layouts"
    shutil.copytree(str(layouts.LAYOUTS), folder)
    first = (folder / "annual.1.yml").read_text("utf-8")
    assert "valid_until: null" in first
    (folder / "annual.1.yml").write_text(first.replace("valid_until: null", "valid_until: 2023"))
    second = first.replace('version: "1"', 'version: "2"')
    second = second.replace("valid_from: 2010", "valid_from: 2024")
    (folder / "annual.2.yml").write_text(second)
    monkeypatch.setattr(layouts, "LAYOUTS", folder)
    layouts.layouts.cache_clear()
    yield
    monkeypatch.undo()
    layouts.layouts.cache_clear()


@pytest.mark.usefixtures("two_versions")
def test_a_template_that_has_run_out_is_refused_and_the_right_one_named() -> None:
    (finding,) = versions_in(annual("1", 2024))

    assert (finding.severity, finding.cell) == ("error", "U44")
    assert (finding.found, finding.expected) == ("annual-1", "annual-2")
    assert "様式番号「annual-2」" in finding.message
    assert "令和6年度には使えません" in finding.message
    assert not versions_in(annual("1", 2023))
    assert not versions_in(annual("2", 2024))


@pytest.mark.usefixtures("two_versions")
def test_what_is_drawn_is_the_version_of_its_year() -> None:
    for year, mark in ((2023, "annual-1"), (2024, "annual-2")):
        drawn = draw("annual", municipality_code=CODE, fiscal_year=year, header=HEADER)
        marks = [words for words in texts(drawn) if "様式番号" in words]
        assert marks == [f"様式番号 {mark}　団体コード {CODE}"]


def test_a_mark_that_nobody_knows_is_named_and_the_headings_are_read() -> None:
    unknown = replace(layouts.layout("annual"), version="9")
    data = draw_book([Form(unknown, CODE, 2024, header=HEADER, values=VALUES)])
    (finding,) = versions_in(data)

    assert (finding.severity, finding.found, finding.expected) == (
        "warning",
        "annual-9",
        "annual-1",
    )


@pytest.mark.parametrize("name", FILLED)
def test_another_citys_template_is_refused_at_its_mark(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.xlsx"
    path.write_bytes(draw(**{"municipality_code": CODE, **FILLED[name]}))
    now = datetime(2025, 8, 20, tzinfo=UTC)
    home = {"landing": tmp_path / "landing", "archive": tmp_path / "archive"}
    refused = load([SourceFile(path, "271004")], Arrival(now), **home)
    (finding,) = [f for f in refused.workbooks[0].findings if f.severity == "error"]

    assert finding.rule == "form_version"
    assert finding.cell is not None
    assert (finding.found, finding.expected) == (f"団体コード {CODE}", "団体コード 271004")
    assert refused.rejected
    assert not load([SourceFile(path, CODE)], Arrival(now), **home).rejected
    assert not check([SourceFile(path)]).rejected
    for home_of, is_refused in ((("271004", "282022"), True), (("271004", CODE), False)):
        rules = Rules(municipalities=home_of)
        assert check([SourceFile(path)], rules=rules).rejected is is_refused


def texts(data: bytes) -> list[str]:
    return [words for _, _, words in next(sheets_of(data)).texts]
