"""What departments really send: read as it was meant, or told at the right cell (domain §4)."""

import pytest
from support.messy import DATA, ENGLISH, FAIL, INTERIM, LARGE, NAMES, PASS, folders, interim
from support.rearranged import said

from ingest.forms.reading import FormReading
from ingest.returned.answer import Answer
from ingest.returned.copy import Task, annotated
from ingest.worker import read_workbook


def form_of(name: str, data: bytes, number: str | None = None) -> FormReading:
    found = read_workbook(name, data).forms
    (form,) = [f for f in found if number in (None, f.claim_number)]
    return form


def figures(form: FormReading) -> list[object]:
    """All that a form says, but for free text and how many yen its unit is."""
    return [
        part
        for part in said(form)
        if not (isinstance(part, tuple) and part[0] in ("review", "plan"))
    ]


@pytest.mark.parametrize("name", PASS)
def test_it_says_what_the_clean_form_says(name: str) -> None:
    case = PASS[name]
    data = (DATA / "should_pass" / f"{name}{case.suffix}").read_bytes()
    number = "006" if case.clean == ENGLISH else None
    form = form_of(f"{name}{case.suffix}", data, number)
    assert [(f.rule, f.cell, f.message) for f in form.findings if f.severity == "error"] == []
    if case.clean == INTERIM:
        assert form.as_of is not None
        assert figures(form) == figures(form_of("報告.xlsx", interim()))
    elif isinstance(case.clean, str):
        claim = case.clean.partition(":")[2]
        assert form.claim_name == claim  # as it was written, to the last combining mark
        form.claim_name = form_of("原本.xlsx", LARGE.read_bytes()).claim_name
        assert figures(form) == figures(form_of("原本.xlsx", LARGE.read_bytes()))
    elif case.clean is not None:
        assert figures(form) == figures(form_of("原本.xlsx", case.clean.read_bytes(), number))


@pytest.mark.parametrize("name", FAIL)
def test_it_is_told_at_the_right_cell(name: str) -> None:
    case = FAIL[name]
    data = (DATA / "should_fail" / f"{name}{case.suffix}").read_bytes()
    reading = read_workbook(f"{name}{case.suffix}", data)
    found = [*reading.findings, *(f for form in reading.forms for f in form.findings)]
    told = {(f.rule, f.sheet, f.cell) for f in found if f.severity != "info"}
    assert case.told <= told
    assert all(f.rule != "internal" for f in found)


def test_every_fixture_is_made_by_a_case_and_the_other_way_round() -> None:
    for folder, cases in folders():
        stored = {path.name for path in folder.iterdir()}
        assert stored == {f"{name}{case.suffix}" for name, case in cases.items()}


def test_names_are_kept_to_the_last_mark() -> None:
    assert len(set(NAMES.values())) == len(NAMES)


def copied(name: str, data: bytes) -> FormReading | None:
    """The first form of the annotated copy of a workbook, as somebody may hand it in unchanged."""
    reading = read_workbook(name, data)
    found = [*reading.findings, *(f for form in reading.forms for f in form.findings)]
    answer = Answer(name, "返却", (), tuple(found))
    again = read_workbook("写し.xlsx", annotated(data, Task(answer)))
    return next(iter(again.forms), None)


@pytest.mark.parametrize("name", FAIL)
def test_a_copy_that_nobody_corrected_is_never_accepted(name: str) -> None:
    case = FAIL[name]
    data = (DATA / "should_fail" / f"{name}{case.suffix}").read_bytes()
    form = form_or_none(name, data)
    if form is not None and form.rejected:
        again = copied(f"{name}{case.suffix}", data)
        assert again is None or again.rejected


def form_or_none(name: str, data: bytes) -> FormReading | None:
    return next(iter(read_workbook(name, data).forms), None)


@pytest.mark.parametrize("name", PASS)
def test_a_copy_says_what_the_workbook_says(name: str) -> None:
    case = PASS[name]
    data = (DATA / "should_pass" / f"{name}{case.suffix}").read_bytes()
    again = copied(f"{name}{case.suffix}", data)
    assert again is not None
    number = again.claim_number
    assert figures(again) == figures(form_of(f"{name}{case.suffix}", data, number))
