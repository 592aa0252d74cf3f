"""Releases as the command line handles them: approval, the list, and what a refusal means."""

import json
from datetime import date, datetime

from exports import release
from exports.errors import (
    DraftChanged,
    NoFigures,
    NotApproved,
    NothingToPublish,
    PublicationError,
    ReportRefused,
)
from orchestration import audit
from orchestration.exits import Exit, Stop
from orchestration.home import Home
from orchestration.query import Table, to_text

EXITS: dict[type[PublicationError], Exit] = {
    NoFigures: Exit.USAGE,
    ReportRefused: Exit.CHECK_FAILED,
    NotApproved: Exit.NOT_APPROVED,
    NothingToPublish: Exit.NOT_APPROVED,
    DraftChanged: Exit.NOT_APPROVED,
}


def exit_of(error: PublicationError) -> Exit:
    """How a command ends that a publication error stopped."""
    return EXITS.get(type(error), Exit.UNEXPECTED)


def approve(home: Home, as_of: date, by: str, at: datetime) -> str:
    """Approve the draft of `as_of` and note it; returns what to tell. Raises Stop."""
    if not by.strip():
        raise Stop("--by に承認する人の名前を書いてください。")
    with home.writer():
        try:
            approval = release.approve(home.drafts, as_of, by, at)
        except PublicationError as error:
            raise Stop(str(error), exit_of(error)) from error
        audit.note(
            home,
            at,
            "approve",
            as_of=as_of.isoformat(),
            by=approval.approved_by,
            content_hash=approval.content_hash,
        )
    return f"{as_of.isoformat()} の残高報告を承認しました({approval.approved_by})。"


def listing(home: Home, *, as_json: bool) -> str:
    """Every day that has a draft or a published revision."""
    releases = release.list_releases(home.drafts, home.public)
    if as_json:
        return json.dumps([_record(one) for one in releases], ensure_ascii=False, indent=1) + "\n"
    columns = ("基準日", "状態", "版", "承認した人", "承認日時", "元のデータ")
    return to_text(Table(columns, [_row(one) for one in releases]))


def _row(one: release.Release) -> tuple[object, ...]:
    approval, draft = one.approval, one.draft
    return (
        one.as_of,
        one.state.value,
        one.revisions[-1].number if one.revisions else None,
        approval.approved_by if approval else None,
        f"{approval.approved_at:%Y-%m-%d %H:%M}" if approval else None,
        draft.generation if draft else None,
    )


def _record(one: release.Release) -> dict[str, object]:
    approval, draft = one.approval, one.draft
    return {
        "as_of": one.as_of.isoformat(),
        "state": one.state.name.lower(),
        "revision": one.revisions[-1].number if one.revisions else None,
        "approved_by": approval.approved_by if approval else None,
        "approved_at": approval.approved_at.isoformat() if approval else None,
        "generation": draft.generation if draft else None,
        "content_hash": draft.content_hash if draft else None,
    }
