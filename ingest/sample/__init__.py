"""見本市: a fictional city's workbooks, as its six departments hand them in over five years.

`write` lays them out by the day they were received; load one day after the other. Plans, lists and
sheets tell the same figures as annual and interim forms in other arrangements (`citywide`).
"""

import csv
from io import StringIO
from pathlib import Path

from ingest.register import HEADINGS
from ingest.sample.city import city
from ingest.sample.deliveries import Delivery, Document, deliveries, reference_dates, reported
from ingest.sample.mistakes import MISTAKES, Mistake
from terms.codes import class_names, labels

__all__ = [
    "MISTAKES", "Delivery", "Document", "Mistake",
    "city", "deliveries", "reference_dates", "register", "reported", "write",
]  # fmt: skip


def write(folder: Path) -> list[Path]:
    """Write every file to `<received date>/<department>/<file>`; returns them in that order."""
    written = []
    for delivery in deliveries():
        for document, path in zip(delivery.documents, delivery.paths(folder), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(document.data)
            written.append(path)
    return written


def register() -> bytes:
    """The city's register of claims, as it would lie in `config/claims.csv` of its home."""
    text = StringIO()
    rows = csv.DictWriter(text, HEADINGS.values())
    rows.writeheader()
    for claim in city().claims:
        row = {
            "municipality_code": city().code,
            "claim_number": claim.number,
            "claim_name": claim.name,
            "claim_classes": class_names(claim.classes),
            "department": claim.department,
            "section": claim.section,
            "limitation_years": claim.limitation_years,
            "basis": labels("basis")["closing_period"],
            "valid_from": f"{claim.starts}-04-01" if claim.starts > city().first_year else None,
        }
        rows.writerow({HEADINGS[name]: value for name, value in row.items()})
    return text.getvalue().encode("utf-8-sig")
