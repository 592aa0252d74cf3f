"""What a reading may say outside the raw zone: names and quotations without personal data.

Free text (`narrative`) passes untouched; it is landed in a table of its own, which nothing reads.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence

from ingest.answers import Reading
from ingest.findings import Finding
from ingest.forms.reading import FIGURE, FormReading
from ingest.personal import (
    NAME,
    looks_personal,
    masked,
    protected,
    refused_name,
    remark,
    shown_sheets,
)

# Names that are published: they cannot be masked there, nor guessed, so the sheet comes back.
PUBLISHED = {"claim_name": "債権名", "department": "所属"}
_NAMES = ("subject", "claim_name", "department", "section")


def protect(file: str, reading: Reading, told: Mapping[str, Sequence[Finding]]) -> Reading:
    """Mask what looks personal in a reading, and say where it stands.

    `told`: every sheet's name, in workbook order, and the remarks on its cells.
    """
    sheets = shown_sheets(told)
    remarks = _remarks(file, told, sheets)
    for form in reading.forms:
        refusals = _refusals(file, form)
        answered = {finding.cell for finding in refusals}
        if looks_personal(form.section or "") == NAME:
            answered.add(form.places.get("section"))  # 担当: of the staff
        form.findings += refusals
        form.findings += [
            f for f in remarks.pop(form.sheet, ()) if f.cell is None or f.cell not in answered
        ]
        form.findings = [protected(finding, sheets) for finding in form.findings]
        _mask_names(form)
        form.sheet = sheets.get(form.sheet, form.sheet)
    reading.findings += [finding for rest in remarks.values() for finding in rest]
    reading.findings = [protected(finding, sheets) for finding in reading.findings]
    return reading


def _remarks(
    file: str, told: Mapping[str, Sequence[Finding]], sheets: Mapping[str, str]
) -> dict[str, list[Finding]]:
    remarks: dict[str, list[Finding]] = defaultdict(list)
    for name, cells in told.items():
        if kind := looks_personal(name):
            what = f"シートの名前に{kind}のような記載があります。"
            remarks[name].append(remark(file, name, None, what))
        remarks[name] += cells
    return remarks


def _refusals(file: str, form: FormReading) -> list[Finding]:
    header: list[tuple[str | None, str]] = [
        (form.places.get(name), name)
        for name in PUBLISHED
        if looks_personal(getattr(form, name) or "")
    ]
    rows: list[tuple[str | None, str]] = [
        (cell.cell, cell.measure)
        for cell in form.cells
        if cell.measure in PUBLISHED and looks_personal(cell.text or "")
    ]
    rows += [
        (cell.cell, name)
        for cell in form.cells
        if cell.block == FIGURE and looks_personal(cell.item)
        for name, words in json.loads(cell.item).items()
        if looks_personal(str(words))
    ]
    return [
        refused_name(file, form.sheet, cell, PUBLISHED.get(name, "行や列の見出し"))
        for cell, name in dict.fromkeys(header + rows)
    ]


def _mask_names(form: FormReading) -> None:
    for name in _NAMES:
        words = getattr(form, name)
        if words and looks_personal(words):
            setattr(form, name, masked(words))
    form.cells = [
        cell._replace(text=masked(cell.text)) if cell.text and looks_personal(cell.text) else cell
        for cell in form.cells
    ]
