"""The public folder: revisions that never change, and the pages that lead to them.

``<as_of>/r<N>/`` is written once. ``<as_of>/index.html``, the site's own pages, the feed and
``index.html`` are made from the revisions that are there, in that order, so that a page never
leads to what is not there yet.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from exports.errors import DraftChanged, RevisionDamaged
from exports.press import files
from exports.release.accessibility import read_result
from exports.release.feed import FEED, SITEMAP, Entry, feed_xml, sitemap_xml
from exports.release.site_pages import (
    Newest,
    PublishedCorrection,
    PublishedRevision,
    Site,
    cards_of,
    render_accessibility,
    render_corrections,
    render_index,
)
from exports.report.model import Correction
from exports.report.page import page_for_latest, page_for_target

CORRECTIONS = "corrections.html"
PAGE = "index.html"
ACCESSIBILITY = "accessibility.html"
TARGETS = "target.html"
CHART = "chart-balance.svg"
OTHERS = ("target/index.html", CORRECTIONS, FEED, ACCESSIBILITY)
ABOUT = "report.json"
_RECORD = "release.json"
_CORRECTION = TypeAdapter(Correction)
_BESIDES = frozenset({_RECORD})
_STAGING = ".staging"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_REVISION = re.compile(r"r([1-9]\d*)")


@dataclass(frozen=True)
class Revision:
    """A published revision; ``content_hash`` is the SHA-256 of its SHA256SUMS."""

    as_of: date
    number: int
    issued: date
    content_hash: str
    published_at: datetime
    folder: Path


def dates_in(folder: Path) -> list[date]:
    """The days that have a folder here, oldest first."""
    if not folder.is_dir():
        return []
    names = (entry.name for entry in folder.iterdir() if entry.is_dir())
    return sorted(date.fromisoformat(name) for name in names if _DAY.fullmatch(name))


def revisions(public: Path, as_of: date) -> list[Revision]:
    """The published revisions of a day, oldest first."""
    day = public / as_of.isoformat()
    if not day.is_dir():
        return []
    numbers = [
        int(found[1]) for entry in day.iterdir() if (found := _REVISION.fullmatch(entry.name))
    ]
    return [_read_revision(as_of, number, day / f"r{number}") for number in sorted(numbers)]


def newest(public: Path, as_of: date) -> Revision | None:
    """The newest revision of a day, if any."""
    found = revisions(public, as_of)
    return found[-1] if found else None


def content(revision: Revision) -> dict[str, bytes]:
    """The files of a revision that its hash speaks of, by name."""
    return {
        path.name: path.read_bytes()
        for path in sorted(revision.folder.iterdir())
        if path.name not in _BESIDES
    }


def sums(public: Path, as_of: date, number: int) -> dict[str, str] | None:
    """The SHA-256 of each file of a revision as it lies there; None without the revision."""
    folder = public / as_of.isoformat() / f"r{number}"
    if not folder.is_dir():
        return None
    found = _read_revision(as_of, number, folder)
    return {name: files.sha256(file) for name, file in content(found).items()}


def add_revision(
    public: Path, as_of: date, content: dict[str, bytes], content_hash: str, at: datetime
) -> Revision:
    """Stage the files as the next revision, verify what was staged, and rename it into place.

    Raises DraftChanged when the staged files are not what was approved.
    """
    number = max((found.number for found in revisions(public, as_of)), default=0) + 1
    record = {
        "as_of": as_of.isoformat(),
        "revision": number,
        "content_hash": content_hash,
        "published_at": at.isoformat(),
    }
    staged = public / _STAGING
    files.stage_folder(staged, {**content, _RECORD: files.as_json(record)})
    changed = files.first_difference(staged, content_hash, _BESIDES)
    if changed is not None:
        raise DraftChanged(as_of, changed)
    place = public / as_of.isoformat() / f"r{number}"
    place.parent.mkdir(exist_ok=True)
    files.move_folder(staged, place)
    return _read_revision(as_of, number, place)


def verify(revision: Revision) -> None:
    """Raise RevisionDamaged unless the revision is as it was published."""
    changed = files.first_difference(revision.folder, revision.content_hash, _BESIDES)
    if changed is not None:
        raise RevisionDamaged(revision.as_of, revision.number, changed)


def lead_to(public: Path, newest: Revision) -> None:
    """Bring the day's page, the site's own pages and then the index up to date.

    Equal files are not touched.
    """
    page = (newest.folder / PAGE).read_text(encoding="utf-8")
    day_page = page_for_latest(page, newest.number)
    files.write_file(newest.folder.parent / PAGE, day_page.encode())
    listed = [found for day in dates_in(public) for found in revisions(public, day)]
    latest = max(listed, key=lambda found: (found.as_of, found.number))
    _lead_to_targets(public, latest)
    site = _site_of(latest)
    corrections = render_corrections(site, list(_corrections(listed)))
    files.write_file(public / CORRECTIONS, corrections.encode())
    files.write_file(public / ACCESSIBILITY, render_accessibility(site, read_result()).encode())
    files.write_file(public / FEED, feed_xml(site, [_entry(found) for found in listed]))
    if site.site_url:
        pages = _pages(listed, max(found.published_at for found in listed).date())
        files.write_file(public / SITEMAP, sitemap_xml(site.site_url, pages))
    index = render_index(
        site,
        [PublishedRevision(found.as_of, found.number, found.issued) for found in listed],
        _newest(latest),
        [address for address in OTHERS if (public / address).is_file()],
    )
    files.write_file(public / PAGE, index.encode())


def _lead_to_targets(public: Path, latest: Revision) -> None:
    """``target/index.html``: the targets as the newest report tells them."""
    page = (latest.folder / TARGETS).read_text(encoding="utf-8")
    place = public / "target" / PAGE
    place.parent.mkdir(exist_ok=True)
    files.write_file(place, page_for_target(page, latest.as_of, latest.number).encode())


def _newest(latest: Revision) -> Newest:
    about = _about(latest.folder)
    has_chart = (latest.folder / CHART).is_file()
    return Newest(
        summary=about["summary"],
        cards=cards_of(about["key_figures"]),
        minus_sign=about["minus_sign"],
        chart=f"{latest.as_of.isoformat()}/r{latest.number}/{CHART}" if has_chart else None,
    )


def _corrections(listed: Iterable[Revision]) -> Iterator[PublishedCorrection]:
    """What was corrected, the newest publication first."""
    for found in sorted(listed, key=lambda each: each.published_at, reverse=True):
        told = _about(found.folder).get("correction")
        if told is not None:
            correction = _CORRECTION.validate_python(told)
            yield PublishedCorrection(found.as_of, found.number, found.issued, correction)


def _entry(revision: Revision) -> Entry:
    about = _about(revision.folder)
    correction = about["correction"]
    return Entry(
        revision.as_of,
        revision.number,
        revision.published_at,
        about["summary"],
        correction and correction["reason"],
    )


def _pages(listed: list[Revision], last: date) -> list[tuple[str, date]]:
    """Every page with the day of its last change; the site's own change with each publication."""
    days = {found.as_of: found.published_at.date() for found in listed}
    return [
        *((page, last) for page in (PAGE, *OTHERS) if page != FEED),
        *((f"{day.isoformat()}/{PAGE}", changed) for day, changed in days.items()),
        *((_entry(found).path, found.published_at.date()) for found in listed),
    ]


def _read_revision(as_of: date, number: int, folder: Path) -> Revision:
    record = json.loads((folder / _RECORD).read_bytes())
    about = _about(folder)
    return Revision(
        as_of=as_of,
        number=number,
        issued=date.fromisoformat(about["issued"]),
        content_hash=record["content_hash"],
        published_at=datetime.fromisoformat(record["published_at"]),
        folder=folder,
    )


def _site_of(revision: Revision) -> Site:
    about = _about(revision.folder)
    return Site(
        title=about["title"],
        municipality_name=about["municipality_name"],
        publisher=about["publisher"],
        contact=about["contact"],
        municipality_code=about["municipality_code"],
        site_url=about["site_url"],
    )


def _about(folder: Path) -> dict[str, Any]:
    about: dict[str, Any] = json.loads((folder / ABOUT).read_bytes(), parse_float=Decimal)
    return about
