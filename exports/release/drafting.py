"""Drafts: what a generation of the marts would publish of a day, and why that may differ.

Once a day has a revision, its draft is that revision until somebody asks for a correction and
says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from exports.disclosure import protect
from exports.errors import DraftChanged, NothingToCorrect, NothingToPublish, NotKept
from exports.press import files
from exports.release import kept, site
from exports.release.records import (
    DRAFT,
    MODEL,
    Draft,
    Places,
    changed_file,
    draft_folder,
    draft_json,
    put_in_place,
    read_draft,
    read_model,
)
from exports.release.site import Revision
from exports.report.completeness import Unheard, unheard_of
from exports.report.corrections import differences
from exports.report.figures import read_report
from exports.report.model import Corrected, Correction, Report, Waived
from exports.report.notable import Bounds, notable_changes
from exports.report.rendering import report_files
from exports.report.settings import City


@dataclass(frozen=True)
class Compared:
    """The newest revision of a day, and what a generation tells otherwise than it."""

    revision: int
    items: tuple[Corrected, ...]


@dataclass(frozen=True)
class Books:
    """What a draft is made from and for: a generation of the marts, a city, and its folders."""

    generation: Path
    city: City
    places: Places


@dataclass(frozen=True)
class Asked:
    """How a draft is asked for.

    ``planned`` is the day of publication that is printed, unless ``issued`` tells another one or
    an earlier draft says the same but for its day. ``waived`` has the reason for each department
    that may be missing. ``reason`` drafts the correction of what is published, asked for ``by``
    somebody; a correction that waits keeps its reason. Changes beyond ``bounds`` are to be seen by
    whoever approves. ``settings`` is the hash of what the house has decided.
    """

    planned: date
    issued: date | None = None
    waived: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    by: str = ""
    bounds: Bounds = field(default_factory=Bounds)
    settings: str = ""


@dataclass(frozen=True)
class _Told:
    """A draft before it is written: what it says of itself, its files, and its model."""

    made: Draft
    content: Mapping[str, bytes]
    report: Report


def draft(books: Books, as_of: date, asked: Asked) -> Draft:
    """Write ``drafts/<as_of>/`` from a published generation of the marts.

    Raises NoFigures, ReportRefused, NothingToCorrect or NotKept, and then leaves an earlier draft
    as it was.
    """
    told = _told(books, as_of, asked)
    _write_draft(told)
    return told.made


def is_as_told(books: Books, made: Draft, asked: Asked) -> bool:
    """Whether a draft is what is told of its day now, to the byte; nothing is written.

    Raises as ``draft`` does.
    """
    told = _told(books, made.as_of, replace(asked, issued=made.issued))
    same = replace(told.made, reason=made.reason, asked_by=made.asked_by)
    return same == made and told.report == read_model(made)


def _told(books: Books, as_of: date, asked: Asked) -> _Told:
    places = books.places
    newest = site.newest(places.public, as_of)
    unheard = _unheard(books, as_of)
    passed = _let_pass(asked.waived, unheard)
    # What was decided since the first revision is no error of it.
    issued = newest.issued if newest else asked.issued or asked.planned
    told = _tell(books, as_of, issued, passed)
    earlier = _earlier_model(places.drafts, as_of)
    report, changed = _to_draft(told, places.releases, newest, earlier, asked.reason)
    is_published = newest is not None and report.revision == newest.number
    if not is_published:
        report = replace(report, issued=asked.issued or asked.planned)
    if earlier is not None and asked.issued is None and _same_but_for_its_day(report, earlier):
        report = replace(report, issued=earlier.issued)
    content = site.content(newest) if newest and is_published else report_files(report)
    made = Draft(
        as_of=as_of,
        municipality_code=books.city.municipality_code,
        # current.duckdb is a link to the generation
        generation=books.generation.resolve().stem,
        revision=report.revision,
        issued=report.issued,
        content_hash=files.sha256(content[files.SUMS]),
        folder=draft_folder(places.drafts, as_of),
        changed=changed if is_published else 0,
        reckoned_with=_names(_revisions(places)),
        reason=asked.reason or "",
        asked_by=asked.by,
        settings=asked.settings,
    )
    if not is_published:
        made = replace(
            made,
            unreported=_unreported(unheard, passed),
            notable=notable_changes(
                books.generation, books.city.municipality_code, as_of, asked.bounds
            ),
        )
    return _Told(made, content, report)


def compare(books: Books, as_of: date, waived: Mapping[str, str]) -> Compared | None:
    """What a correction of ``as_of`` would change; nothing is written.

    None where nothing is published of that day. Raises NoFigures, ReportRefused and NotKept.
    """
    newest = site.newest(books.places.public, as_of)
    if newest is None:
        return None
    told = _tell(books, as_of, newest.issued, _let_pass(waived, _unheard(books, as_of)))
    return Compared(newest.number, differences(_kept(books.places.releases, newest), told))


def _tell(books: Books, as_of: date, issued: date, waived: tuple[Waived, ...]) -> Report:
    """What a generation says of a day, with what must not be shown suppressed."""
    told = read_report(books.generation, books.city, as_of, issued)
    return protect(replace(told, waived=waived), published(books.places))


def _unheard(books: Books, as_of: date) -> Sequence[Unheard]:
    return unheard_of(books.generation, books.city.municipality_code, as_of)


def _unreported(unheard: Sequence[Unheard], passed: Sequence[Waived]) -> tuple[str, ...]:
    """A line for each claim that nobody let pass."""
    let_pass = {each.department for each in passed}
    return tuple(str(claim) for claim in unheard if claim.department not in let_pass)


def _let_pass(waived: Mapping[str, str], unheard: Sequence[Unheard]) -> tuple[Waived, ...]:
    """The waivers of departments that did not report, in order."""
    missing = {claim.department for claim in unheard}
    return tuple(Waived(*each) for each in sorted(waived.items()) if each[0] in missing)


def published(places: Places) -> tuple[Report, ...]:
    """Every report as it was published, which tells for ever what it told.

    Raises NotKept: what nobody knows to be out already, nothing can be kept hidden against.
    """
    return tuple(_kept(places.releases, revision) for revision in _revisions(places))


def _kept(releases: Path, revision: Revision) -> Report:
    record = kept.read(releases, revision.as_of, revision.number)
    if record is None:
        raise NotKept(revision.as_of, revision.number)
    return record.report


def is_overtaken(places: Places, as_of: date) -> bool:
    """Whether something was published that the draft's suppression does not reckon with."""
    made = read_draft(places.drafts, as_of)
    return made.reckoned_with != _names(_revisions(places))


def _revisions(places: Places) -> list[Revision]:
    return [
        revision
        for day in site.dates_in(places.public)
        for revision in site.revisions(places.public, day)
    ]


def _names(revisions: Sequence[Revision]) -> tuple[str, ...]:
    return tuple(f"{revision.as_of.isoformat()}/r{revision.number}" for revision in revisions)


def _to_draft(
    told: Report,
    releases: Path,
    newest: Revision | None,
    earlier: Report | None,
    reason: str | None,
) -> tuple[Report, int]:
    """What is to be drafted, and how many figures are told otherwise than in ``newest``."""
    if newest is None:
        if reason is not None:
            raise NothingToCorrect(told.as_of, "まだ公表されていません。")
        return told, 0
    published = _kept(releases, newest)
    items = differences(published, told)
    if reason is not None and not items:
        raise NothingToCorrect(told.as_of, "公表済みの版と、公開用データの数値は同じです。")
    waiting = earlier.correction if earlier and earlier.revision > newest.number else None
    why = reason or (waiting.reason if waiting else None)
    if why is None or not items:
        return published, len(items)
    correction = Correction(newest.number, why, items)
    return replace(told, revision=newest.number + 1, correction=correction), len(items)


def _same_but_for_its_day(report: Report, earlier: Report) -> bool:
    return replace(report, issued=earlier.issued) == earlier


def _earlier_model(drafts: Path, as_of: date) -> Report | None:
    try:
        return read_model(read_draft(drafts, as_of))
    except (NothingToPublish, DraftChanged):
        return None


def _write_draft(told: _Told) -> None:
    folder = told.made.folder
    beside = {DRAFT: draft_json(told.made), MODEL: kept.report_json(told.report)}
    if changed_file(told.made) is None:
        for name, record in beside.items():
            files.write_file(folder / name, record)
        return
    staged = folder.with_name(f".{folder.name}.new")
    files.stage_folder(staged, {**told.content, **beside})
    put_in_place(staged, folder)
