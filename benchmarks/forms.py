"""Many annual forms of the sample city, in its departments' layouts, each a claim of its own."""

import zipfile
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from ingest.sample import deliveries
from ingest.templates import Dialect, Form, Key, Value, draw_book

NUMBERS = 999  # claim numbers have three digits; further forms speak of earlier years
YEARS = 5  # between them, so that none of the sample city's own years comes twice
MARK = "987"  # the number in a drawn form that each workbook replaces with its own
_OPENING = ("collection", "F", "carried_forward")
_RATE = ("collection", "D", "collection_rate")


def write_forms(folder: Path, count: int, one_wrong_in: int = 50) -> None:
    """Write `count` workbooks: some have an error, and of ten, three have a warning."""
    folder.mkdir()
    forms = _originals()
    for index in range(count):
        fault = (
            "error" if index % one_wrong_in == 0 else "warning" if index % 10 in (3, 6, 9) else ""
        )
        earlier, number = divmod(index, NUMBERS)
        drawn = _drawn(index % len(forms), fault, YEARS * earlier)
        (folder / f"{index + 1:04d}.xlsx").write_bytes(_numbered(drawn, f"{number + 1:03d}"))


@lru_cache
def _originals() -> list[tuple[Dialect, Form]]:
    return [
        (document.department.dialect, sheet)
        for delivery in deliveries()
        for document in delivery.documents
        if not document.mistakes
        for sheet in document.sheets
        if isinstance(sheet, Form) and sheet.layout.form == "annual" and not sheet.hidden
    ]


@cache
def _drawn(original: int, fault: str, years_earlier: int) -> bytes:
    dialect, form = _originals()[original]
    changed = replace(
        form,
        header={**form.header, "claim_number": MARK},
        fiscal_year=(form.fiscal_year or 0) - years_earlier,
        values={**form.values, **_fault(form.values, fault)},
    )
    return draw_book([changed], dialect)


def _fault(values: Mapping[Key, Value], fault: str) -> dict[Key, Value]:
    """An opening balance that does not carry over, or a rate typed over its formula."""
    opening = values[_OPENING]
    if fault == "error" and isinstance(opening, int):
        return {_OPENING: opening + 1}
    return {_RATE: 1.23} if fault == "warning" else {}


def _numbered(data: bytes, number: str) -> bytes:
    """The workbook with the claim number of its own."""
    buffer = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(f">{MARK}<".encode(), f">{number}<".encode()))
    return buffer.getvalue()
