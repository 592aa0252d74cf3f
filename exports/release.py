"""A balance report on its way to the public: drafted, approved, published.

A draft's content hash is the SHA-256 of its SHA256SUMS, which lists every file that will be
published. An approval names that hash and holds for nothing else. Who and when lie outside.

``drafts/<as_of>/``  the files, SHA256SUMS, ``draft.json`` and, once approved, ``approval.json``
``public/<as_of>/r<N>/``  the same files, for ever
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from zoneinfo import ZoneInfo

from exports import files, site
from exports.charts import charts
from exports.errors import DraftChanged, NotApproved, NothingToPublish
from exports.figures import read_report
from exports.model import Report, ReportSettings
from exports.notes import summary
from exports.package import DATA_PACKAGE, datapackage_json
from exports.page import LICENCE_URL, Download, key_figures, render_report, render_targets
from exports.pdf import pdf_bytes
from exports.records import (
    APPROVAL,
    BESIDES,
    DRAFT,
    Approval,
    Draft,
    approval_json,
    draft_folder,
    draft_json,
    put_in_place,
    read_approval,
    read_draft,
)
from exports.site import Revision
from exports.tables import csv_bytes
from exports.targets import targets_csv, targets_xlsx
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
    APPROVED = "承認済み（未公表）"
    VOID = "無効（再承認が必要）"
    PUBLISHED = "公表済み"


@dataclass(frozen=True)
class Published:
    """What ``publish`` did: the newest revision, and whether it was added just now."""

    revision: Revision
    added: bool


@dataclass(frozen=True)
class Release:
    """A day's report for the list of releases."""

    as_of: date
    state: State
    draft: Draft | None
    approval: Approval | None
    revisions: tuple[Revision, ...]


def draft(
    generation: Path,
    as_of: date,
    *,
    municipality_code: str,
    drafts: Path,
    settings: ReportSettings,
    issued: date,
) -> Draft:
    """Write ``drafts/<as_of>/`` from a published generation of the marts.

    The same content keeps its approval; other content makes it void. Raises NoFigures or
    ReportRefused, and then leaves an earlier draft as it was.
    """
    report = read_report(
        generation,
        municipality_code=municipality_code,
        as_of=as_of,
        issued=issued,
        settings=settings,
    )
    content = report_files(report)
    folder = draft_folder(drafts, as_of)
    made = Draft(
        as_of=as_of,
        municipality_code=municipality_code,
        # current.duckdb is a link to the generation
        generation=generation.resolve().stem,
        issued=issued,
        content_hash=files.sha256(content[files.SUMS]),
        folder=folder,
    )
    if files.first_difference(folder, made.content_hash, BESIDES) is None:
        files.write_file(folder / DRAFT, draft_json(made))
        return made
    staged = drafts / f".{folder.name}.new"
    approval = read_approval(folder)
    beside = {DRAFT: draft_json(made)}
    if approval is not None:
        void = approval.void or approval.content_hash != made.content_hash
        beside[APPROVAL] = approval_json(approval, void=void)
    files.stage_folder(staged, {**content, **beside})
    put_in_place(staged, folder)
    return made


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


def approve(drafts: Path, as_of: date, by: str, at: datetime) -> Approval:
    """Approve the draft as it lies there. ``at`` has a time zone.

    Raises NothingToPublish without a draft, DraftChanged when its files are not as drafted.
    """
    if not by.strip():
        raise ValueError("an approval names who approved")
    made = read_draft(drafts, as_of)
    changed = files.first_difference(made.folder, made.content_hash, BESIDES)
    if changed is not None:
        raise DraftChanged(as_of, changed)
    approval = Approval(made.content_hash, by.strip(), _in_tokyo(at), void=False)
    files.write_file(made.folder / APPROVAL, approval_json(approval, void=False))
    return approval


def publish(drafts: Path, public: Path, as_of: date, at: datetime) -> Published:
    """Publish the approved draft as the next revision, then the pages that lead to it.

    At every moment the site is the old or the new one; run again after an interruption, this
    finishes. Content equal to the newest revision adds none. Raises NothingToPublish,
    NotApproved (no approval, or void), DraftChanged and RevisionDamaged.
    """
    made = read_draft(drafts, as_of)
    why = _why_not_approved(made, read_approval(made.folder))
    if why is not None:
        raise NotApproved(as_of, why)
    earlier = site.revisions(public, as_of)
    added = not earlier or earlier[-1].content_hash != made.content_hash
    if added:
        newest = site.add_revision(
            public, as_of, _content(made.folder), made.content_hash, _in_tokyo(at)
        )
    else:
        newest = earlier[-1]
        site.verify(newest)
    site.lead_to(public, newest)
    return Published(newest, added)


def list_releases(drafts: Path, public: Path) -> Sequence[Release]:
    """Every day that has a draft or a revision, newest first."""
    days = {*site.dates_in(drafts), *site.dates_in(public)}
    return tuple(_release(drafts, public, day) for day in sorted(days, reverse=True))


def _release(drafts: Path, public: Path, as_of: date) -> Release:
    revisions = tuple(site.revisions(public, as_of))
    try:
        made = read_draft(drafts, as_of)
    except NothingToPublish:
        return Release(as_of, State.PUBLISHED, None, None, revisions)
    except DraftChanged:
        return Release(as_of, State.VOID, None, None, revisions)
    approval = read_approval(made.folder)
    state = _state(made, approval, revisions)
    return Release(as_of, state, made, approval, revisions)


def _state(made: Draft, approval: Approval | None, revisions: Sequence[Revision]) -> State:
    changed = files.first_difference(made.folder, made.content_hash, BESIDES) is not None
    if not changed and revisions and revisions[-1].content_hash == made.content_hash:
        return State.PUBLISHED
    if approval is None and not changed:
        return State.DRAFTED
    return State.APPROVED if _why_not_approved(made, approval) is None else State.VOID


def _why_not_approved(made: Draft, approval: Approval | None) -> str | None:
    if approval is None:
        return "まだ承認されていません。report approve で承認してください。"
    changed = files.first_difference(made.folder, made.content_hash, BESIDES) is not None
    if changed or (approval.content_hash != made.content_hash and not approval.void):
        return "承認の後に下書きの内容が変わりました。内容を確認し、あらためて承認してください。"
    if approval.void:
        return "承認の後に下書きが作り直されました。内容を確認し、あらためて承認してください。"
    return None


def _content(folder: Path) -> dict[str, bytes]:
    return {
        entry.name: entry.read_bytes()
        for entry in sorted(folder.iterdir())
        if entry.name not in BESIDES
    }


def _about(report: Report) -> dict[str, object]:
    settings = report.settings
    return {
        "title": settings.title,
        "publisher": settings.publisher,
        "contact": settings.contact,
        "municipality_code": report.municipality_code,
        "municipality_name": settings.municipality_name,
        "as_of": report.as_of.isoformat(),
        "fiscal_year": report.fiscal_year,
        "issued": report.issued.isoformat(),
        "displayed_unit": settings.unit,
        "summary": summary(report),
        "key_figures": key_figures(report),
        "minus_sign": settings.minus_sign,
        "licence": LICENCE_URL,
    }


def _in_tokyo(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time needs its time zone")
    return at.astimezone(_TOKYO)
