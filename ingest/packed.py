"""The cells of a form in one piece of JSON: from the reading process to the disk, and back."""

import hashlib
import json
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple, Self

from ingest.forms.reading import CellValue, FormReading


class Packed(NamedTuple):
    """Typed cells and free text of a form, and the hash of what they and its header say."""

    content_hash: str
    data: str


def pack(form: FormReading) -> Packed:
    """Take the cells and the free text off a form."""
    packed = Packed(
        content_hash(form), json.dumps([form.cells, form.narrative], ensure_ascii=False)
    )
    form.cells, form.narrative = [], []
    return packed


def unpack(data: str | bytes) -> tuple[list[CellValue], list[CellValue]]:
    """Typed cells and free text of what `pack` made."""
    cells, narrative = json.loads(data)
    return [CellValue(*cell) for cell in cells], [CellValue(*cell) for cell in narrative]


def content_hash(form: FormReading) -> str:
    """Equal when a department says the same, however the workbook was saved or laid out."""
    header = [
        form.form,
        form.claim_number,
        form.claim_name,
        form.claim_classes,
        form.department,
        form.section,
        form.fiscal_year,
        str(form.as_of),
    ]
    said = (
        (c.block, c.item, c.measure, c.fiscal_year or 0, c.number, c.text or "") for c in form.cells
    )
    cells = sorted(said, key=lambda c: (*c[:4], c[4] is not None, c[4] or 0, c[5]))
    words = sorted((c.block, c.item, c.measure, c.text or "") for c in form.narrative)
    content = json.dumps([header, cells, words], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


class Spool:
    """Packed cells on the disk, so that a load of any size needs the same memory.

    The file in the folder has no name: a load that dies leaves nothing of it behind.
    """

    def __init__(self, folder: Path) -> None:
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Self:
        """Use as a context: the file is gone afterwards."""
        return self

    def __exit__(self, *_: object) -> None:
        """Drop the file."""
        self._file.close()

    def put(self, packed: Packed) -> tuple[int, int]:
        """Keep the cells of a form; returns where they lie, and how long they are."""
        place = self._file.seek(0, 2)
        return place, self._file.write(packed.data.encode())

    def get(self, place: tuple[int, int]) -> tuple[list[CellValue], list[CellValue]]:
        """Cells and free text, as they were."""
        start, length = place
        self._file.seek(start)
        return unpack(self._file.read(length))
