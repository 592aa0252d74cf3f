"""出どころ: from a figure to the cell that somebody typed, and who handed it in."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ingest import landing
from ingest.addresses import place
from ingest.drafting.piece import Piece
from services import trace as tracing
from services.exits import Stop
from services.intake import own_forms
from services.intake.handing_in import Whose
from services.trace.earlier import Version, versions_of
from services.trace.pieces import piece
from services.trace.way import is_all_told, way_of
from window.access import Holder, holder, open_to
from window.people.models import Role

SEEING = (Role.DEPARTMENT, Role.DATA, Role.FINANCE, Role.APPROVER)
# What an address tells beside the keys of the row.
_TOLD = ("mart", "column", "known_at")
# The piece of the first sheet stands on the page itself; each other is a click away.
_SHOWN = 1
_MOST_CELLS = 60


@dataclass(frozen=True)
class Shown:
    """A sheet with the cells marked, or why it cannot be shown; and the cells' versions."""

    piece: Piece | None
    why: str
    versions: Sequence[tuple[str, Sequence[Version]]]

    @property
    def earlier(self) -> list[tuple[str, Sequence[Version]]]:
        """The cells of which there is more than one version."""
        return [(cell, versions) for cell, versions in self.versions if len(versions) > 1]


@open_to(*SEEING)
@require_GET
def origin(request: HttpRequest) -> HttpResponse:
    """The way of a figure: formula, parts, form, sheet and cell."""
    asked = request.GET
    filters = [
        tracing.Filter(name, (name.removeprefix("key."),), asked.get(name, ""))
        for name in asked
        if name not in _TOLD
    ]
    try:
        found = tracing.trace(
            settings.HOME,
            asked.get("mart", ""),
            asked.get("column", ""),
            filters,
            known_at=asked.get("known_at") or None,
        )
    except Stop as refused:
        if not holder(request).sees_all:
            raise Http404 from refused
        return render(request, "window/origin.html", {"wrong": str(refused)}, status=404)
    way = way_of(found)
    ids = {each.submission.submission_id for each in way.sheets}
    if not (holder(request).sees_all or (is_all_told(found.figure) and _are_own(request, ids))):
        raise Http404
    sheets = [
        (each, _shown(_row(each.submission.submission_id), each.cells) if nth < _SHOWN else None)
        for nth, each in enumerate(way.sheets)
    ]
    told = {"way": way, "sheets": sheets, "known_at": asked.get("known_at"), "kept": found.kept}
    return render(request, "window/origin.html", told)


@open_to(*SEEING)
@require_GET
def sheet(request: HttpRequest, submission: str) -> HttpResponse:
    """One of the sheets, with its cells marked."""
    cells = request.GET.getlist("cell")[:_MOST_CELLS]
    with suppress(ValueError):
        list(map(place, cells))
        if cells and (holder(request).sees_all or _are_own(request, {submission})):
            row = _row(submission)
            told = {"row": row, "cells": cells, "shown": _shown(row, cells)}
            return render(request, "window/origin_sheet.html", told)
    raise Http404


def _are_own(request: HttpRequest, ids: set[str]) -> bool:
    asking: Holder = holder(request)
    posts = [Whose(post.municipality, post.department) for post in asking.departments]
    return own_forms.are_own(settings.HOME, posts, ids)


def _row(submission: str) -> Mapping[str, Any]:
    """A submission as it was landed. Raises Http404."""
    wanted = [("submission_id", "=", submission)]
    rows = landing.table(settings.HOME.landing, "submission", wanted=wanted)
    if not rows:
        raise Http404
    return rows[0]


def _shown(row: Mapping[str, Any], cells: Sequence[str]) -> Shown:
    versions = versions_of(settings.HOME, row["submission_id"], cells)
    told = list(zip(cells, versions, strict=True))
    try:
        found = piece(settings.HOME, row["file_sha256"], row["sheet"], cells)
    except Stop as refused:
        return Shown(None, str(refused), told)
    return Shown(found, "", told)
