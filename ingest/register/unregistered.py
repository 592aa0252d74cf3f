"""Claims that accepted forms name and the register does not know."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from io import StringIO
from pathlib import Path
from typing import Any

from ingest import landing as zone
from ingest.forms.reading import CellValue, FormReading
from ingest.names import name_key
from ingest.register import CLASS_NAMES, HEADINGS, Register
from ingest.register.checks import CLAIM_ROWS, Mention, mentions

_SAID = ["claim_name", "claim_classes", "department", "bureau", "section"]
_ACTS = "=+-@"  # what would begin a formula where the line is pasted
_HEADER = {"form", "claim_number", "claim_name", "claim_classes", "department", "section"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A claim as the newest form named it, and where. `claim_number`: None where none is told."""

    municipality_code: str
    claim_number: str | None
    claim_name: str | None
    claim_classes: str
    department: str
    section: str
    file: str
    sheet: str

    def csv_line(self) -> str:
        """The row of the register to begin with; what is not known is left blank."""
        words = {
            "municipality_code": self.municipality_code,
            "claim_number": self.claim_number,
            "claim_name": self.claim_name,
            "claim_classes": "・".join(
                CLASS_NAMES[each] for each in self.claim_classes.split(",") if each
            ),
            "department": self.department,
            "section": self.section,
        }
        text = StringIO()
        inert = {name: word for name, word in words.items() if word and word[0] not in _ACTS}
        csv.writer(text, lineterminator="").writerow(inert.get(name) for name in HEADINGS)
        return text.getvalue()

    def to_json(self) -> dict[str, str | None]:
        """What is known, and the line of the register."""
        return {each.name: getattr(self, each.name) for each in fields(self)} | {
            "csv": self.csv_line()
        }


def unregistered(landing: Path, register: Register | None) -> list[Seen]:
    """Each unknown claim once, numbered ones first."""
    numbered: dict[tuple[str, str], Seen] = {}
    named: dict[tuple[str, str], Seen] = {}
    for row, mention in _landed(landing):
        code = row["municipality_code"]
        if mention.number:
            if not (register and register.history(code, mention.number)):
                numbered[code, mention.number] = _seen(row, mention)
        elif mention.name and not (register and register.named(code, mention.name)):
            named[code, name_key(mention.name)] = _seen(row, mention)
    known = {
        (seen.municipality_code, name_key(seen.claim_name or "")) for seen in numbered.values()
    }
    return [numbered[key] for key in sorted(numbered)] + [
        seen for key, seen in sorted(named.items()) if key not in known
    ]


def _seen(row: dict[str, Any], mention: Mention) -> Seen:
    department, section, *_ = *mention.departments, "", ""
    return Seen(
        row["municipality_code"],
        mention.number,
        mention.name,
        ",".join(mention.classes),
        department,
        section,
        row["file"],
        row["sheet"],
    )


def _landed(landing: Path) -> Iterator[tuple[dict[str, Any], Mention]]:
    """What accepted submissions name, oldest first."""
    gone = {row["submission_id"] for row in zone.table(landing, "withdrawal", ["submission_id"])}
    cells = _cells(landing)
    for row in zone.table(landing, "submission"):
        if row["status"] != "accepted" or row["submission_id"] in gone:
            continue
        form = FormReading(row["sheet"], **{name: row[name] for name in _HEADER},
                           layout_version="", unit_yen=1)  # fmt: skip
        rows = cells.get(row["submission_id"], []) if form.form in CLAIM_ROWS else []
        for mention in mentions(form, rows):
            yield row, mention


def _cells(landing: Path) -> dict[str, list[CellValue]]:
    """The cells of claim rows that are names, by submission."""
    import pyarrow.parquet as pq

    found: dict[str, list[CellValue]] = defaultdict(list)
    for path in zone.batch_files(landing, "cell"):
        rows = pq.read_table(
            path,
            columns=["submission_id", "block", "item", "measure", "cell", "text"],
            filters=[("measure", "in", _SAID), ("block", "in", list(CLAIM_ROWS.values()))],
            partitioning=None,
        )
        for row in rows.to_pylist():
            found[row.pop("submission_id")].append(CellValue(**row))
    return found
