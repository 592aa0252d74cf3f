"""The layouts of a home as a list, and the faults of files that are to be some."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ingest import landing as zone
from ingest.described.layout import FIRST_FISCAL_YEAR, LANDS_AS, Described
from services.arguments import existing
from services.home import Home
from services.layouts import FOLDER, FaultyLayoutError, layouts_of, read_layout

HEADINGS = ("名前", "版", "名称", "年度", "団体", "入る所", "表", "提出")


def faults(home: Home, files: Sequence[Path]) -> tuple[list[Path], list[tuple[Path, str]]]:
    """The files that were looked at, and each of their faults: those named, else the home's."""
    looked_at = list(existing(files)) or sorted((home.config / FOLDER).glob("*.yml"))
    return looked_at, [(path, fault) for path in looked_at for fault in _faults_of(path)]


def _faults_of(path: Path) -> Iterator[str]:
    try:
        read_layout(path.stem, path.read_bytes())
    except FaultyLayoutError as faulty:
        yield from faulty.faults


def listing(home: Home) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """A record for each layout that can be used, and a note for each that cannot."""
    usable, _, faulty = layouts_of(home)
    read = _submissions(home)
    return [_record(each, read[each.name]) for each in usable], tuple(map(str, faulty))


def _submissions(home: Home) -> Counter[str]:
    """How many submissions were read by a layout, in any version."""
    rows = zone.table(home.landing, "submission", ["form", "layout_version", "status"])
    return Counter(
        row["layout_version"].rpartition("-")[0]
        for row in rows
        if row["form"] in LANDS_AS.values() and row["status"] == "accepted"
    )


def _record(layout: Described, submissions: int) -> dict[str, Any]:
    return {
        "name": layout.name,
        "version": layout.version,
        "title": layout.title,
        "valid_from": None if layout.valid_from == FIRST_FISCAL_YEAR else layout.valid_from,
        "valid_until": layout.valid_until,
        "municipalities": list(layout.municipalities),
        "lands_as": layout.lands_as,
        "tables": len(layout.tables),
        "submissions": submissions,
    }


def lines(records: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The list as tab-separated lines for the terminal."""
    yield "\t".join(HEADINGS)
    for each in records:
        since, until = each["valid_from"], each["valid_until"]
        years = f"{since or ''}〜{until or ''}" if since or until else "すべて"
        whose = "・".join(each["municipalities"]) or "すべて"
        yield "\t".join(
            map(
                str,
                (
                    each["name"],
                    each["version"],
                    each["title"],
                    years,
                    whose,
                    each["lands_as"],
                    each["tables"],
                    each["submissions"],
                ),
            )
        )
