"""Cells on the disk while others are read, so that a load of any size needs the same memory."""

import pickle
from pathlib import Path
from tempfile import TemporaryFile
from typing import Self

from ingest.forms.reading import CellValue, FormReading


class Spool:
    """A nameless file in a folder: a load that dies leaves nothing of it behind."""

    def __init__(self, folder: Path) -> None:
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Self:
        """Use as a context: the file is gone afterwards."""
        return self

    def __exit__(self, *_: object) -> None:
        """Drop the file."""
        self._file.close()

    def put(self, form: FormReading) -> int:
        """Take the cells and the free text off a form; returns where they lie."""
        place = self._file.seek(0, 2)
        pickle.dump((form.cells, form.narrative), self._file, pickle.HIGHEST_PROTOCOL)
        form.cells, form.narrative = [], []
        return place

    def get(self, place: int) -> tuple[list[CellValue], list[CellValue]]:
        """Cells and free text, as they were."""
        self._file.seek(place)
        cells, narrative = pickle.load(self._file)  # noqa: S301 - written by this very process
        return cells, narrative
