"""The typed cells of submissions, out of the landing zone."""

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from ingest.landing import Batch
from ingest.versions import cells_of
from ingest.versions.naming import cell_title, is_money
from services.trace.figure import Submission, TracedCell


class Landed:
    """Cells by submission, each submission read once."""

    def __init__(self, landing: Path) -> None:
        self._landing = landing
        self._read: dict[str, list[dict[str, Any]]] = {}

    def find(
        self,
        about: Mapping[str, Any],
        *,
        block: str,
        measure: str,
        item: str | None,
        fiscal_year: int | None,
        address: str | None,
    ) -> TracedCell | None:
        """The cell that holds a figure of a submission (a row of mart_submission).

        `item` None: in any row, the largest figure. `fiscal_year` None: of any year.
        `address` None: anywhere on the sheet.
        """
        found = [
            cell
            for cell in self._cells(about)
            if (cell["block"], cell["measure"]) == (block, measure)
            and item in (None, cell["item"])
            and fiscal_year in (None, cell["fiscal_year"])
            and address in (None, cell["cell"])
            and (item is not None or cell["number"] is not None)
        ]
        if not found:
            return None
        return _traced(max(found, key=lambda cell: cell["number"] or 0), about)

    def _cells(self, about: Mapping[str, Any]) -> list[dict[str, Any]]:
        submission_id = about["submission_id"]
        if submission_id not in self._read:
            is_there = Batch(self._landing, about["batch_id"]).folder.is_dir()
            self._read[submission_id] = cells_of(self._landing, about) if is_there else []
        return self._read[submission_id]


def _traced(cell: Mapping[str, Any], about: Mapping[str, Any]) -> TracedCell:
    submission = Submission(**{each.name: about[each.name] for each in fields(Submission)})
    title = cell_title(about["form"], about["layout_version"], about["fiscal_year"], cell)
    money = cell["number"] is not None and is_amount(cell)
    return TracedCell(submission, cell["cell"], title, cell["number"], cell["text"], money)


def is_amount(cell: Mapping[str, Any]) -> bool:
    """A figure of a table that a layout describes tells its unit itself."""
    if cell["block"] == "figure":
        return bool(json.loads(cell["item"]).get("unit") == "円")
    return is_money(cell["measure"])
