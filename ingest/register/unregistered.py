"""Claims that accepted forms name and the register does not know."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

from ingest import landing as zone
from ingest.forms.reading import CellValue, FormReading
from ingest.names import name_key
from ingest.register import HEADINGS, Register
from ingest.register.checks import CLAIM_ROWS, Mention, mentions
from terms.codes import class_names

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

    @property
    def is_complete(self) -> bool:
        """Whether its line can stand in the register: all that must be there can be written."""
        has_class = self.claim_classes or not self.claim_number
        return bool(has_class and _inert(self.claim_name) and _inert(self.department))

    def csv_line(self) -> str:
        """The row of the register to begin with; what is not known is left blank."""
        words = asdict(self) | {"claim_classes": class_names(self.claim_classes.split(","))}
        text = StringIO()
        csv.writer(text, lineterminator="").writerow(_inert(words.get(name)) for name in HEADINGS)
        return text.getvalue()

    def to_json(self) -> dict[str, str | None]:
        """What is known, and the line of the register."""
        return asdict(self) | {"csv": self.csv_line()}


def _inert(word: str | None) -> str | None:
    """A word as it is, nothing in place of one that would begin a formula."""
    return word if word and word[0] not in _ACTS else None


def unregistered(landing: Path, register: Register | None) -> list[Seen]:
    """Each unknown claim once, numbered ones first.

    A name is one claim over all forms, unless one form names it under several departments.
    """
    numbered: dict[tuple[str, str], Seen] = {}
    named: dict[tuple[str, str], dict[str, dict[tuple[str, ...], Seen]]] = {}
    for row, mention in _landed(landing):
        code = row["municipality_code"]
        if mention.number:
            if not (register and register.history(code, mention.number)):
                numbered[code, mention.number] = _seen(row, mention)
        elif mention.name and not (register and register.named(code, mention.name)):
            owners = named.setdefault((code, name_key(mention.name)), {})
            owners.setdefault(row["submission_id"], {})[mention.departments] = _seen(row, mention)
    known = {
        (seen.municipality_code, name_key(seen.claim_name or "")) for seen in numbered.values()
    }
    return [numbered[key] for key in sorted(numbered)] + [
        seen for key in sorted(named.keys() - known) for seen in _claims(named[key].values())
    ]


def _claims(forms: Iterable[Mapping[tuple[str, ...], Seen]]) -> list[Seen]:
    """The claims of one name: those of the form that tells most apart, the newest of such.

    One claim has the class that the newest form says that says any.
    """
    told = list(forms)
    claims = list(max(reversed(told), key=len).values())
    if len(claims) > 1:
        return claims
    classes = [seen.claim_classes for form in told for seen in form.values() if seen.claim_classes]
    return [replace(claims[0], claim_classes=classes[-1])] if classes else claims


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
    columns = ("submission_id", "block", "item", "measure", "cell", "text")
    wanted = [("measure", "in", _SAID), ("block", "in", list(CLAIM_ROWS.values()))]
    found: dict[str, list[CellValue]] = defaultdict(list)
    for row in zone.table(landing, "cell", columns, wanted):
        found[row.pop("submission_id")].append(CellValue(**row))
    return found
