"""Where hashes of the audit log stand outside it: what was published or kept, time stamps, backups.

Whoever can write to the home can make the whole log anew, and its hashes with it; the public site
and a backup on another machine still name those of the true one.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from exports.release import kept, site
from services.exits import Exit, Stop
from services.home import Home
from services.records import stamps

Anchor = tuple[str, str]


def in_home(home: Home) -> Mapping[str, str]:
    """The hashes that reports as published and as kept name, or an authority, and where."""
    return {**stamps.anchors(home), **dict(_kept(home)), **dict(_published(home))}


def in_backups(folder: Path) -> Mapping[str, str]:
    """The hashes that the lists of a folder of backups name, and where. Raises Stop."""
    lists = sorted(folder.glob("*.json"))
    if not lists:
        raise Stop(f"控えがありません: {folder}")
    try:
        heads = {json.loads(path.read_bytes())["audit_head"]: path.stem for path in lists}
    except (ValueError, KeyError, TypeError):
        raise Stop(f"控えの一覧を読めません: {folder}", Exit.UNEXPECTED) from None
    return {head: f"控え{name}" for head, name in heads.items() if head}


def _published(home: Home) -> Iterator[Anchor]:
    for day in site.dates_in(home.public):
        for revision in site.revisions(home.public, day):
            if head := revision.about.audit_head:
                yield head, f"公表した{day.isoformat()}の第{revision.number}版"


def _kept(home: Home) -> Iterator[Anchor]:
    for day in site.dates_in(home.releases):
        for path in sorted((home.releases / day.isoformat()).glob("r[1-9]*.json")):
            record = kept.read(home.releases, day, int(path.stem[1:]))
            if record and record.report.audit_head:
                yield record.report.audit_head, f"releases/{day.isoformat()}/{path.name}"
