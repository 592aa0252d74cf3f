"""Many annual forms of the sample city, in its departments' layouts, each a claim of its own."""

from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from ingest.sample import deliveries
from ingest.templates import Form, draw_book


def write_forms(folder: Path, count: int) -> None:
    """Write `count` workbooks (at most 999: claim numbers have three digits)."""
    originals = [
        (document.department.dialect, sheet)
        for delivery in deliveries()
        for document in delivery.documents
        if not document.mistakes
        for sheet in document.sheets
        if isinstance(sheet, Form) and sheet.layout.form == "annual" and not sheet.hidden
    ]
    folder.mkdir()
    for number, (dialect, form) in enumerate(islice(cycle(originals), count), 1):
        header = {**form.header, "claim_number": f"{number:03d}"}
        data = draw_book([replace(form, header=header)], dialect)
        (folder / f"{number:03d}.xlsx").write_bytes(data)
