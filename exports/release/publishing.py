"""A balance report on its way to the public: drafted, approved, published, corrected.

A draft's content hash is the SHA-256 of its SHA256SUMS, which lists every file that will be
published. An approval is of all of it (``records.binding``) and holds for nothing else; who gave
it, and when, lies outside, and only whoever keeps the log knows. What is published is rendered anew
and names the approval, beside which it is the draft.

``drafts/<as_of>/``  the files, SHA256SUMS, ``draft.json``, ``model.json``
``releases/<as_of>/r<N>.json``  what a revision was rendered from
``public/<as_of>/r<N>/``  the files, for ever

What is published is corrected, never replaced: once a day has a revision, its draft is that
revision until somebody asks for a correction and says why.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from pathlib import Path

from exports.errors import (
    DraftChanged,
    NotApproved,
    NotAsTold,
    NothingToPublish,
    NotKept,
    Overtaken,
    TooEarly,
    Unreported,
)
from exports.press import files
from exports.release import kept, site
from exports.release.approval import in_tokyo, valid_approvals, why_not_approved
from exports.release.drafting import is_overtaken
from exports.release.records import (
    BESIDES,
    DRAFT,
    Approval,
    Approvals,
    Draft,
    Places,
    changed_file,
    read_draft,
    read_model,
)
from exports.release.site import Revision
from exports.release.site_pages import lead_to, render_preview
from exports.report.rendering import report_files


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


def publish(
    places: Places,
    as_of: date,
    at: datetime,
    approvals: Approvals,
    is_as_told: Callable[[Draft], bool],
    *,
    early: str = "",
    early_by: str = "",
    before_appearing: Callable[[Path], None] | None = None,
) -> Published:
    """Publish the approved draft as the next revision, with the pages that lead to it.

    ``is_as_told`` says whether a draft is what the marts tell now. Why and by whom it came
    ``early`` is kept with what it was rendered from, never published. ``before_appearing`` is told
    where the new site lies when it is whole.

    At every moment the site is the old or the new one; run again after an interruption, this
    finishes. Content equal to the newest revision adds none. Raises NothingToPublish, Unreported,
    NotApproved (too few approvals, or void), TooEarly, Overtaken, NotAsTold, DraftChanged and
    RevisionDamaged.
    """
    made = read_draft(places.drafts, as_of)
    newest = site.newest(places.public, as_of)
    is_there = newest is not None and newest.is_of(made.content_hash)
    if newest is not None and is_there:
        site.verify(newest)
    else:
        _refuse(made, newest, at, approvals)
        if is_overtaken(places, as_of):
            raise Overtaken(as_of)
        if not is_as_told(made):
            raise NotAsTold(as_of)
    with site.replaced(places.public) as staged:
        if not is_there:
            approved = valid_approvals(made, approvals)
            _add(places.releases, staged, made, at, approved, early, early_by)
        lead_to(staged, site.revisions(staged, as_of)[-1])
        if before_appearing:
            before_appearing(staged)
    return Published(site.revisions(places.public, as_of)[-1], added=not is_there)


def _refuse(made: Draft, newest: Revision | None, at: datetime, approvals: Approvals) -> None:
    if made.unreported:
        raise Unreported(made.as_of, made.unreported)
    why = why_not_approved(made, approvals)
    if why is not None:
        raise NotApproved(made.as_of, why)
    if made.revision != (newest.number if newest else 0) + 1:
        raise DraftChanged(made.as_of, DRAFT)
    if in_tokyo(at).date() < made.issued:
        raise TooEarly(made.as_of, made.issued)


def _add(
    releases: Path,
    public: Path,
    made: Draft,
    at: datetime,
    approved: Sequence[Approval],
    early: str,
    early_by: str,
) -> None:
    """Keep what the revision is rendered from, then add it to the site."""
    report = replace(read_model(made), audit_head=approved[-1].head)
    content = report_files(report)
    record = kept.Kept(
        report=report,
        generation=made.generation,
        content_hash=files.sha256(content[files.SUMS]),
        published_at=in_tokyo(at),
        approved_by=tuple(each.approved_by for each in approved),
        versions=kept.versions(),
        early=early,
        early_by=early_by,
        seen=made.notable,
    )
    kept.keep(releases, record)
    site.add_revision(public, made.as_of, content, made.content_hash, in_tokyo(at))


def is_published(places: Places, as_of: date) -> bool:
    """Whether the draft of a day is its newest revision. Raises NothingToPublish, DraftChanged."""
    made, newest = read_draft(places.drafts, as_of), site.newest(places.public, as_of)
    return newest is not None and newest.is_of(made.content_hash)


def preview(places: Places, as_of: date, approvals: Approvals) -> Path:
    """Write ``drafts/<as_of>.html``: the draft's very files under a watermark.

    It lies beside the draft's folder, so it is neither hashed nor published. Raises
    NothingToPublish and DraftChanged.
    """
    made = read_draft(places.drafts, as_of)
    state = _state(made, site.revisions(places.public, as_of), approvals)
    names = [each.approved_by for each in valid_approvals(made, approvals)]
    page = render_preview(made, state.value, names, list(_content(made.folder)))
    path = made.folder.with_name(f"{made.folder.name}.html")
    files.write_file(path, page.encode())
    return path


def rebuild(places: Places, as_of: date, number: int) -> Rebuilt:
    """Render a revision again from what was kept. Raises NotKept, NothingToPublish."""
    record = kept.read(places.releases, as_of, number)
    revision = site.revision(places.public, as_of, number)
    if record is None:
        raise NotKept(as_of, number) if revision else NothingToPublish(as_of)
    content = report_files(record.report)
    if revision is None:
        same = files.sha256(content[files.SUMS]) == record.content_hash
        return Rebuilt(record, content, () if same else (files.SUMS,))
    published = site.content(revision)
    names = sorted(content.keys() | published.keys())
    differing = tuple(name for name in names if content.get(name) != published.get(name))
    return Rebuilt(record, content, differing)


def list_releases(places: Places, approvals_of: Callable[[date], Approvals]) -> Sequence[Release]:
    """Every day that has a draft or a revision, newest first."""
    days = {*site.dates_in(places.drafts), *site.dates_in(places.public)}
    return tuple(_release(places, day, approvals_of(day)) for day in sorted(days, reverse=True))


def _release(places: Places, as_of: date, approvals: Approvals) -> Release:
    revisions = tuple(site.revisions(places.public, as_of))
    try:
        made = read_draft(places.drafts, as_of)
        valid = valid_approvals(made, approvals)
    except NothingToPublish:
        return Release(as_of, State.PUBLISHED, None, (), revisions)
    except DraftChanged:
        return Release(as_of, State.VOID, None, (), revisions)
    return Release(as_of, _state(made, revisions, approvals), made, valid, revisions)


def _state(made: Draft, revisions: Sequence[Revision], approvals: Approvals) -> State:
    if revisions and revisions[-1].is_of(made.content_hash):
        return State.PUBLISHED
    if changed_file(made) is not None:
        return State.VOID
    if not approvals.given:
        return State.DRAFTED
    if why_not_approved(made, approvals) is None:
        return State.APPROVED
    return State.PARTLY if valid_approvals(made, approvals) else State.VOID


def _content(folder: Path) -> dict[str, bytes]:
    names = (name for name in files.names_in(folder) if name not in BESIDES)
    return {name: (folder / name).read_bytes() for name in names}
