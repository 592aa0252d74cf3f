"""Sections 4 and 5: free text, kept in the raw zone and never published."""

from ingest.addresses import address
from ingest.forms.annual.sections import Sections
from ingest.forms.reading import CellValue, FormReading, Page
from ingest.text import key


def read_narrative(page: Page, sections: Sections, form: FormReading) -> None:
    """Sections 4 and 5 are free text: kept in the raw zone, never published."""
    labels = {k: name for name, ws in page.layout.spec["parts"].items() for k in map(key, ws)}
    for name, items in page.layout.spec["narrative"].items():
        rows = sections.rows(name)
        wanted = set(map(key, items))
        starts: dict[int, str] = {}
        item = None
        for r, c, words in page.sheet.texts:
            if r not in rows or r == rows.start:
                continue
            k = key(words)
            if k in labels:
                starts[c] = labels[k]
            elif k in wanted:
                item = (r, words)
            elif item and item[0] == r:
                part = [starts[s] for s in sorted(starts) if s <= c]
                form.narrative.append(
                    CellValue(name, item[1], part[-1] if part else "", address(r, c), text=words)
                )
