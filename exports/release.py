"""A balance report on its way to the public: drafted, approved, published, corrected.

A draft's content hash is the SHA-256 of its SHA256SUMS, which lists every file that will be
published. An approval names that hash and holds for nothing else. Who and when lie outside.

``drafts/<as_of>/``  the files, SHA256SUMS, ``draft.json``, ``model.json``, ``approvals.json``
``releases/<as_of>/r<N>.json``  what a revision was rendered from
``public/<as_of>/r<N>/``  the files, for ever

What is published is corrected, never replaced: once a day has a revision, its draft is that
revision until somebody asks for a correction and says why.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from zoneinfo import ZoneInfo

from exports import files, kept, site
from exports.charts import charts
from exports.completeness import Unheard, unheard_of
from exports.corrections import as_record, differences
from exports.disclosure import protect, related
from exports.errors import (
    DraftChanged,
    NotApproved,
    NothingToCorrect,
    NothingToPublish,
    NotKept,
    Overtaken,
    TooEarly,
    Unreported,
)
from exports.figures import read_report
from exports.model import Corrected, Correction, Report, ReportSettings, Waived
from exports.notes import summary
from exports.package import DATA_PACKAGE, datapackage_json
from exports.page import Download, key_figures, render_report, render_targets
from exports.pdf import pdf_bytes
from exports.records import (
    APPROVALS,
    BESIDES,
    DRAFT,
    MODEL,
    Approval,
    Draft,
    Places,
    approvals_json,
    draft_folder,
    draft_json,
    put_in_place,
    read_approvals,
    read_draft,
    read_model,
)
from exports.site import Revision
from exports.site_pages import render_preview
from exports.tables import csv_bytes
from exports.targets import targets_csv, targets_xlsx
from exports.templates import LICENCE_URL
from exports.workbook import xlsx_bytes

_DOWNLOADS = {
    "report.csv": "CSV形式",
    "report.xlsx": "Excel形式",
    "report.pdf": "PDF形式",
    DATA_PACKAGE: "データの説明（Data Package形式）",
}
_TARGET_DOWNLOADS = {"targets.csv": "CSV形式", "targets.xlsx": "Excel形式"}
_TOKYO = ZoneInfo("Asia/Tokyo")


class State(Enum):
    """Where a release stands; the value is what staff read."""

    DRAFTED = "下書き（未承認）"
    PARTLY = "承認中（人数不足）"
    APPROVED = "承認済み（未公表）"
    VOID = "無効（再承認が必要）"
    PUBLISHED = "公表済み"


@dataclass(frozen=True)
class Published:
    """What ``publish`` did: the newest revision, and whether it was added just now."""

    revision: Revision
    added: bool


@dataclass(frozen=True)
class Compared:
    """The newest revision of a day, and what a generation tells otherwise than it."""

    revision: int
    items: tuple[Corrected, ...]


@dataclass(frozen=True)
class Release:
    """A day's report for the list of releases; ``approvals`` are those that hold."""

    as_of: date
    state: State
    draft: Draft | None
    approvals: tuple[Approval, ...]
    revisions: tuple[Revision, ...]


@dataclass(frozen=True)
class Rebuilt:
    """A revision rendered again, and the names of the files that are not as published."""

    kept: kept.Kept
    files: Mapping[str, bytes]
    differing: tuple[str, ...]


def draft(
    generation: Path,
    as_of: date,
    places: Places,
    *,
    municipality_code: str,
    settings: ReportSettings,
    planned: date,
    issued: date | None = None,
    waived: Mapping[str, str] | None = None,
    reason: str | None = None,
    by: str = "",
) -> Draft:
    """Write ``drafts/<as_of>/`` from a published generation of the marts.

    ``planned`` is the day of publication that is printed, unless ``issued`` tells another one or
    an earlier draft says the same but for its day. ``waived`` has the reason for each department
    that may be missing. ``reason`` drafts the correction of what is published, asked for ``by``
    somebody; a correction that waits keeps its reason. The same content keeps its approvals;
    other content makes them void. Raises NoFigures, ReportRefused, NothingToCorrect or NotKept,
    and then leaves an earlier draft as it was.
    """
    newest = site.newest(places.public, as_of)
    unheard = unheard_of(generation, municipality_code, as_of)
    passed = _let_pass(waived or {}, unheard)
    told = _tell(
        generation,
        as_of,
        places,
        municipality_code=municipality_code,
        settings=settings,
        # What was decided since the first revision is no error of it.
        issued=newest.issued if newest else issued or planned,
        waived=passed,
    )
    earlier = _earlier_model(places.drafts, as_of)
    report, changed = _to_draft(told, places.releases, newest, earlier, reason)
    is_published = newest is not None and report.revision == newest.number
    if not is_published:
        report = replace(report, issued=issued or planned)
    if earlier is not None and issued is None and _same_but_for_its_day(report, earlier):
        report = replace(report, issued=earlier.issued)
    content = site.content(newest) if newest and is_published else report_files(report)
    let_pass = {each.department for each in passed}
    made = Draft(
        as_of=as_of,
        municipality_code=municipality_code,
        # current.duckdb is a link to the generation
        generation=generation.resolve().stem,
        revision=report.revision,
        issued=report.issued,
        content_hash=files.sha256(content[files.SUMS]),
        folder=draft_folder(places.drafts, as_of),
        unreported=()
        if is_published
        else tuple(str(claim) for claim in unheard if claim.department not in let_pass),
        changed=changed if is_published else 0,
        reckoned_with=_names(_related(places, as_of)),
        reason=reason or "",
        asked_by=by,
    )
    _write_draft(made, content, report)
    return made


def compare(
    generation: Path,
    as_of: date,
    places: Places,
    *,
    municipality_code: str,
    settings: ReportSettings,
    waived: Mapping[str, str] | None = None,
) -> Compared | None:
    """What a correction of ``as_of`` from ``generation`` would change; nothing is written.

    None where nothing is published of that day. Raises NoFigures, ReportRefused and NotKept.
    """
    newest = site.newest(places.public, as_of)
    if newest is None:
        return None
    told = _tell(
        generation,
        as_of,
        places,
        municipality_code=municipality_code,
        settings=settings,
        issued=newest.issued,
        waived=_let_pass(waived or {}, unheard_of(generation, municipality_code, as_of)),
    )
    return Compared(newest.number, differences(_kept(places.releases, newest), told))


def _tell(
    generation: Path,
    as_of: date,
    places: Places,
    *,
    municipality_code: str,
    settings: ReportSettings,
    issued: date,
    waived: tuple[Waived, ...],
) -> Report:
    """What a generation says of a day, with what must not be shown suppressed."""
    told = read_report(
        generation,
        municipality_code=municipality_code,
        as_of=as_of,
        issued=issued,
        settings=settings,
    )
    return protect(replace(told, waived=waived), published(places, as_of))


def _let_pass(waived: Mapping[str, str], unheard: Sequence[Unheard]) -> tuple[Waived, ...]:
    """The waivers of departments that did not report, in order."""
    missing = {claim.department for claim in unheard}
    return tuple(Waived(*each) for each in sorted(waived.items()) if each[0] in missing)


def published(places: Places, as_of: date) -> tuple[Report, ...]:
    """The reports, as published, that show figures of ``as_of`` too.

    Raises NotKept: what nobody knows to be out already, nothing can be kept hidden against.
    """
    return tuple(_kept(places.releases, revision) for revision in _related(places, as_of))


def _kept(releases: Path, revision: Revision) -> Report:
    record = kept.read(releases, revision.as_of, revision.number)
    if record is None:
        raise NotKept(revision.as_of, revision.number)
    return record.report


def is_overtaken(places: Places, as_of: date) -> bool:
    """Whether something was published that the draft's suppression does not reckon with."""
    made = read_draft(places.drafts, as_of)
    return made.reckoned_with != _names(_related(places, as_of))


def _related(places: Places, as_of: date) -> list[Revision]:
    return [
        revision
        for day in site.dates_in(places.public)
        if related(day, as_of)
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
    record = kept.read(releases, told.as_of, newest.number)
    if record is None:
        if reason is not None:
            raise NotKept(told.as_of, newest.number)
        return replace(told, revision=newest.number), 0
    items = differences(record.report, told)
    if reason is not None and not items:
        raise NothingToCorrect(told.as_of, "公表済みの版と、公開用データの数値は同じです。")
    waiting = earlier.correction if earlier and earlier.revision > newest.number else None
    why = reason or (waiting.reason if waiting else None)
    if why is None or not items:
        return record.report, len(items)
    correction = Correction(newest.number, why, items)
    return replace(told, revision=newest.number + 1, correction=correction), len(items)


def _same_but_for_its_day(report: Report, earlier: Report) -> bool:
    return replace(report, issued=earlier.issued) == earlier


def _earlier_model(drafts: Path, as_of: date) -> Report | None:
    try:
        return read_model(read_draft(drafts, as_of))
    except (NothingToPublish, DraftChanged):
        return None


def _write_draft(made: Draft, content: Mapping[str, bytes], report: Report) -> None:
    folder = made.folder
    beside = {DRAFT: draft_json(made), MODEL: kept.report_json(report)}
    if files.first_difference(folder, made.content_hash, BESIDES) is None:
        for name, record in beside.items():
            files.write_file(folder / name, record)
        return
    approvals = [
        replace(each, void=each.void or each.content_hash != made.content_hash)
        for each in read_approvals(folder)
    ]
    if approvals:
        beside[APPROVALS] = approvals_json(approvals)
    staged = folder.with_name(f".{folder.name}.new")
    files.stage_folder(staged, {**content, **beside})
    put_in_place(staged, folder)


def report_files(report: Report) -> dict[str, bytes]:
    """Every file of a revision by name, SHA256SUMS among them; equal reports, equal bytes."""
    drawn = charts(report)
    data = {
        "report.csv": csv_bytes(report),
        "report.xlsx": xlsx_bytes(report),
        "report.pdf": pdf_bytes(report, drawn),
        "targets.csv": targets_csv(report),
        "targets.xlsx": targets_xlsx(report),
        **drawn,
    }
    data[DATA_PACKAGE] = datapackage_json(report, data)
    about = {site.ABOUT: files.as_json(_about(report))}

    def downloads(labels: Mapping[str, str]) -> list[Download]:
        return [Download(name, label, len(data[name])) for name, label in labels.items()]

    page = {
        site.PAGE: render_report(report, downloads(_DOWNLOADS), drawn).encode(),
        site.TARGETS: render_targets(report, downloads(_TARGET_DOWNLOADS), drawn).encode(),
    }
    content = {**page, **data, **about}
    return {**content, files.SUMS: files.sums(content)}


def approve(drafts: Path, as_of: date, by: str, at: datetime) -> tuple[Approval, ...]:
    """Approve the draft as it lies there; the approvals that hold now. ``at`` has a time zone.

    Whoever approved it before is not counted twice. Raises NothingToPublish without a draft,
    DraftChanged when its files are not as drafted, Unreported.
    """
    if not by.strip():
        raise ValueError("an approval names who approved")
    made = read_draft(drafts, as_of)
    changed = files.first_difference(made.folder, made.content_hash, BESIDES)
    if changed is not None:
        raise DraftChanged(as_of, changed)
    if made.unreported:
        raise Unreported(as_of, made.unreported)
    valid = _valid(made)
    if _same_person(by) in {_same_person(each.approved_by) for each in valid}:
        return valid
    approvals = (*valid, Approval(made.content_hash, by.strip(), _in_tokyo(at)))
    files.write_file(made.folder / APPROVALS, approvals_json(approvals))
    return approvals


def preview(places: Places, as_of: date, *, approvals_needed: int = 1) -> Path:
    """Write ``drafts/<as_of>.html``: the draft's very files under a watermark.

    It lies beside the draft's folder, so it is neither hashed nor published. Raises
    NothingToPublish and DraftChanged.
    """
    made = read_draft(places.drafts, as_of)
    state = _state(made, site.revisions(places.public, as_of), approvals_needed)
    names = [each.approved_by for each in _valid(made)]
    page = render_preview(made, state.value, names, list(_content(made.folder)))
    path = made.folder.with_name(f"{made.folder.name}.html")
    files.write_file(path, page.encode())
    return path


def publish(
    places: Places,
    as_of: date,
    at: datetime,
    *,
    approvals_needed: int = 1,
    early: str = "",
    early_by: str = "",
) -> Published:
    """Publish the approved draft as the next revision, then the pages that lead to it.

    Why and by whom it came ``early`` is kept with what it was rendered from, never published.

    At every moment the site is the old or the new one; run again after an interruption, this
    finishes. Content equal to the newest revision adds none. Raises NothingToPublish, Unreported,
    NotApproved (too few approvals, or void), TooEarly, Overtaken, DraftChanged and RevisionDamaged.
    """
    made = read_draft(places.drafts, as_of)
    newest = site.newest(places.public, as_of)
    added = newest is None or newest.content_hash != made.content_hash
    if newest is None or added:
        _refuse(made, newest, at, approvals_needed)
        if is_overtaken(places, as_of):
            raise Overtaken(as_of)
        newest = _add(places, made, at, early, early_by)
    else:
        site.verify(newest)
    site.lead_to(places.public, newest)
    return Published(newest, added)


def _refuse(made: Draft, newest: Revision | None, at: datetime, approvals_needed: int) -> None:
    if made.unreported:
        raise Unreported(made.as_of, made.unreported)
    why = _why_not_approved(made, approvals_needed)
    if why is not None:
        raise NotApproved(made.as_of, why)
    if made.revision != (newest.number if newest else 0) + 1:
        raise DraftChanged(made.as_of, DRAFT)
    if _in_tokyo(at).date() < made.issued:
        raise TooEarly(made.as_of, made.issued)


def _add(places: Places, made: Draft, at: datetime, early: str, early_by: str) -> Revision:
    """Keep what the revision is rendered from, then let it appear."""
    record = kept.Kept(
        report=read_model(made),
        generation=made.generation,
        content_hash=made.content_hash,
        published_at=_in_tokyo(at),
        approved_by=tuple(each.approved_by for each in _valid(made)),
        versions=kept.versions(),
        early=early,
        early_by=early_by,
    )
    kept.keep(places.releases, record)
    return site.add_revision(
        places.public, made.as_of, _content(made.folder), made.content_hash, _in_tokyo(at)
    )


def is_published(places: Places, as_of: date) -> bool:
    """Whether the draft of a day is its newest revision. Raises NothingToPublish, DraftChanged."""
    made, newest = read_draft(places.drafts, as_of), site.newest(places.public, as_of)
    return newest is not None and newest.content_hash == made.content_hash


def rebuild(places: Places, as_of: date, number: int) -> Rebuilt:
    """Render a revision again from what was kept. Raises NotKept, NothingToPublish."""
    record = kept.read(places.releases, as_of, number)
    if record is None:
        if number not in {found.number for found in site.revisions(places.public, as_of)}:
            raise NothingToPublish(as_of)
        raise NotKept(as_of, number)
    content = report_files(record.report)
    published = site.sums(places.public, as_of, number)
    again = {name: files.sha256(file) for name, file in content.items()}
    if published is None:
        same = again[files.SUMS] == record.content_hash
        return Rebuilt(record, content, () if same else (files.SUMS,))
    names = sorted(again.keys() | published.keys())
    differing = tuple(name for name in names if again.get(name) != published.get(name))
    return Rebuilt(record, content, differing)


def list_releases(places: Places, *, approvals_needed: int = 1) -> Sequence[Release]:
    """Every day that has a draft or a revision, newest first."""
    days = {*site.dates_in(places.drafts), *site.dates_in(places.public)}
    return tuple(_release(places, day, approvals_needed) for day in sorted(days, reverse=True))


def _release(places: Places, as_of: date, approvals_needed: int) -> Release:
    revisions = tuple(site.revisions(places.public, as_of))
    try:
        made = read_draft(places.drafts, as_of)
    except NothingToPublish:
        return Release(as_of, State.PUBLISHED, None, (), revisions)
    except DraftChanged:
        return Release(as_of, State.VOID, None, (), revisions)
    state = _state(made, revisions, approvals_needed)
    return Release(as_of, state, made, _valid(made), revisions)


def _state(made: Draft, revisions: Sequence[Revision], approvals_needed: int) -> State:
    if _is_changed(made):
        return State.VOID
    if revisions and revisions[-1].content_hash == made.content_hash:
        return State.PUBLISHED
    if not read_approvals(made.folder):
        return State.DRAFTED
    if _why_not_approved(made, approvals_needed) is None:
        return State.APPROVED
    return State.PARTLY if _valid(made) else State.VOID


def _why_not_approved(made: Draft, needed: int) -> str | None:
    valid, ever = _valid(made), read_approvals(made.folder)
    if not ever:
        return "まだ承認されていません。report approve で承認してください。"
    if _is_changed(made) or (not valid and not ever[-1].void):
        return "承認の後に下書きの内容が変わりました。内容を確認し、あらためて承認してください。"
    if not valid:
        return "承認の後に下書きが作り直されました。内容を確認し、あらためて承認してください。"
    if len(valid) < needed:
        names = "、".join(each.approved_by for each in valid)
        return f"承認は{needed}人必要です（承認済み: {names}）。別の人の承認を受けてください。"
    return None


def _is_changed(made: Draft) -> bool:
    return files.first_difference(made.folder, made.content_hash, BESIDES) is not None


def _valid(made: Draft) -> tuple[Approval, ...]:
    """The approvals of what the draft says now, a person once."""
    approvals = [
        each
        for each in read_approvals(made.folder)
        if not each.void and each.content_hash == made.content_hash
    ]
    return tuple({_same_person(each.approved_by): each for each in approvals}.values())


def _same_person(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _content(folder: Path) -> dict[str, bytes]:
    names = (name for name in files.names_in(folder) if name not in BESIDES)
    return {name: (folder / name).read_bytes() for name in names}


def _about(report: Report) -> dict[str, object]:
    settings, correction = report.settings, report.correction
    return {
        "title": settings.title,
        "publisher": settings.publisher,
        "contact": settings.contact,
        "municipality_code": report.municipality_code,
        "municipality_name": settings.municipality_name,
        "as_of": report.as_of.isoformat(),
        "fiscal_year": report.fiscal_year,
        "revision": report.revision,
        "issued": report.issued.isoformat(),
        "displayed_unit": settings.unit,
        "site_url": settings.site_url,
        "summary": summary(report),
        "key_figures": key_figures(report),
        "minus_sign": settings.minus_sign,
        "correction": None if correction is None else as_record(correction),
        "licence": LICENCE_URL,
    }


def _in_tokyo(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time needs its time zone")
    return at.astimezone(_TOKYO)
