"""状況: how things stand for the data team, and the build that takes in what has come."""

import re
import secrets
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from exports.press.files import write_file
from ingest.findings import RULES
from ingest.personal import shown_file
from ingest.workbook.container import MAX_FILE_BYTES
from services.city import CitySettings
from services.clock import now
from services.desks import standing as desk
from services.desks.collection import grid_of
from services.exits import REFUSALS, Stop
from services.home import Home
from services.intake import claims as register
from services.intake.register import register_of
from services.intake.waivers import ErrorWaivers, ReportWaivers
from services.layouts import listing
from services.records import doctor
from services.warehouse import begun
from window.access import View, holder, open_to
from window.pages.downloads import as_download
from window.people.models import Role

READERS = (Role.DATA, Role.FINANCE, Role.APPROVER)
# The pages of the room, in the order of its menu.
PAGES = (
    ("standing", "提出"),
    ("standing-findings", "指摘"),
    ("standing-loads", "受付"),
    ("standing-build", "作り直し"),
    ("standing-waivers", "通した指摘"),
    ("standing-claims", "債権の台帳"),
    ("standing-layouts", "様式の定義"),
    ("standing-doctor", "点検"),
)
MOST_LOADS, MOST_FINDINGS = 300, 1000
# The page that shows how a table is read: it has its style in itself, and nothing acts in it.
ALONE = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; sandbox"
)
SHOWN_SECONDS = 60 * 60
_TOKEN = re.compile(r"[0-9a-f]{32}")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}\Z")
STATES = {
    doctor.State.GOOD: "正常",
    doctor.State.WARNING: "確認が必要",
    doctor.State.FAULT: "対応が必要",
}


def told(template: str) -> Callable[[Callable[..., dict[str, Any]]], View]:
    """A page of the room from what a function tells; a refusal is told in place of it."""

    def page(tell: Callable[..., dict[str, Any]]) -> View:
        @wraps(tell)
        def view(request: HttpRequest, **asked: str) -> HttpResponse:
            try:
                values = tell(request, settings.HOME, **asked)
            except REFUSALS as refused:
                values = {"refused": str(refused)}
            values |= {"pages": PAGES, "may_act": Role.DATA in holder(request).roles}
            return render(request, f"window/standing/{template}.html", values)

        return open_to(*READERS)(require_GET(view))

    return page


def _codes(request: HttpRequest) -> frozenset[str] | None:
    """The municipalities of the posts that open the room; None where these are all there are."""
    readers = {*READERS, Role.AUDITOR}
    own = frozenset(post.municipality for post in holder(request).posts if post.role in readers)
    every = CitySettings.of(settings.HOME).whose_forms
    return None if every and own.issuperset(every) else own


@told("grid")
def standing(request: HttpRequest, home: Home) -> dict[str, Any]:
    """Every department against the newest collections."""
    waits = desk.waits(home)
    if not waits.is_built:
        return {"waits": waits}
    grid = grid_of(home, now().date(), _codes(request))
    departments = [
        (
            name,
            claims,
            [
                (*grid.counted(name, place), grid.day > occasion.due_on)
                for place, occasion in enumerate(grid.occasions)
            ],
        )
        for name, claims in grid.departments.items()
    ]
    return {"waits": waits, "grid": grid, "departments": departments}


@told("findings")
def findings(request: HttpRequest, home: Home) -> dict[str, Any]:
    """What was found, by kind."""
    return {"kinds": desk.kinds(home, _codes(request))}


@told("findings_of")
def findings_of(request: HttpRequest, home: Home, rule: str) -> dict[str, Any]:
    """The findings of a kind, the newest first."""
    if rule not in RULES:
        raise Http404
    found = desk.findings(home, _codes(request), rule)[::-1]
    shown = [
        {**each, "kind": desk.SEVERITY_TITLES[each["severity"]]} for each in found[:MOST_FINDINGS]
    ]
    return {"title": RULES[rule], "findings": shown, "more": len(found) - len(shown)}


@told("loads")
def loads(request: HttpRequest, home: Home) -> dict[str, Any]:
    """What came in, the newest first, and what waits for a build."""
    arrivals = desk.arrivals(home, _codes(request), MOST_LOADS)
    return {"waits": desk.waits(home), "arrivals": arrivals, "most": MOST_LOADS}


@told("build")
def build(request: HttpRequest, home: Home) -> dict[str, Any]:
    """The build that runs, with what it says, and those of before."""
    del request
    builds = begun.every(home)
    newest = builds[0] if builds else None
    is_running = newest is not None and newest.is_running
    return {
        "newest": newest,
        "older": builds[1:],
        "is_running": is_running,
        "writing": None if is_running else begun.writing(home),
        "waits": None if is_running else desk.waits(home),
        "at": now(),
    }


@open_to(Role.DATA)
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Start a build, unless one runs."""
    try:
        begun.start(settings.HOME, holder(request).person.name, now())
    except Stop as refused:
        messages.error(request, str(refused))
    return redirect("standing-build")


@told("waivers")
def waivers(request: HttpRequest, home: Home) -> dict[str, Any]:
    """The errors that are let pass, and who may be missing in a report."""
    codes, today = _codes(request), now().date()
    entries = [
        (each, RULES[each.rule], each.until < today)
        for each in ErrorWaivers.of(home).waivers
        if codes is None or each.municipality is None or each.municipality in codes
    ]
    return {"errors": entries, "reports": ReportWaivers.of(home).root}


@told("claims")
def claims(request: HttpRequest, home: Home) -> dict[str, Any]:
    """The register, and the claims of forms that it lacks."""
    known, codes = register_of(home), _codes(request)
    table = register.registered(known) if known else None
    rows = [row for row in table.rows if codes is None or row[0] in codes] if table else []
    lacking = [
        each for each in register.lacking(home) if codes is None or each.municipality_code in codes
    ]
    columns = table.columns if table else ()
    return {"is_there": known is not None, "columns": columns, "rows": rows, "lacking": lacking}


@open_to(*READERS)
@require_GET
def lacking(request: HttpRequest) -> HttpResponse:
    """The rows to add to config/claims.csv, of all municipalities the home takes."""
    if _codes(request) is not None:
        raise Http404
    try:
        lines, _ = register.missing(settings.HOME)
    except Stop as refused:
        messages.error(request, str(refused))
        return redirect("standing-claims")
    return as_download(lines, "台帳に加える行.csv", "text/csv")


@told("layouts")
def layouts(request: HttpRequest, home: Home) -> dict[str, Any]:
    """The descriptions of tables, and what cannot be used of them."""
    del request
    records, notes = listing.listing(home)
    return {"layouts": records, "notes": notes}


@open_to(Role.DATA)
@require_POST
def show(request: HttpRequest) -> HttpResponse:
    """How a table would be understood: a page at an address of its own, for an hour."""
    upload = request.FILES.get("workbook")
    try:
        if upload is None or (upload.size or 0) > MAX_FILE_BYTES:
            raise Stop("ブックを一つ選んでください(大きすぎるものは読めません)。")
        content = _page_of(settings.HOME, upload.name or "", upload.read())
    except Stop as refused:
        messages.error(request, str(refused))
        return redirect("standing-layouts")
    token = secrets.token_hex(16)
    _drop_shown()
    write_file(_place(token), content.encode("utf-8", "replace"))
    request.session["shown"] = [*request.session.get("shown", []), token][-20:]
    return redirect("standing-shown", token)


def _page_of(home: Home, name: str, data: bytes) -> str:
    """Read in a process of its own, from a file under a name of ours."""
    from ingest.returned.page import layout_page  # jinja2
    from services.layouts import books

    suffix = _SUFFIX.search(name)
    with TemporaryDirectory(prefix=".shown-", dir=home.window) as folder:
        path = Path(folder) / f"book{suffix[0].lower() if suffix else ''}"
        path.write_bytes(data)
        sheets, notes = books.shown(home, path, None)
    return layout_page(shown_file(name), sheets, notes)


@open_to(Role.DATA)
@require_GET
def shown(request: HttpRequest, token: str) -> HttpResponse:
    """The page, for whoever has uploaded the workbook."""
    place = _place(token) if _TOKEN.fullmatch(token) else None
    if place is None or token not in request.session.get("shown", []) or not place.is_file():
        raise Http404
    return HttpResponse(place.read_bytes(), headers={"Content-Security-Policy": ALONE})


def _place(token: str) -> Path:
    return Path(settings.HOME.window) / f".shown-{token}.html"


def _drop_shown() -> None:
    before = now().timestamp() - SHOWN_SECONDS
    for page in Path(settings.HOME.window).glob(".shown-*.html"):
        if page.stat().st_mtime < before:
            page.unlink(missing_ok=True)


@told("doctor")
def examined(request: HttpRequest, home: Home) -> dict[str, Any]:
    """Whether the home, and what it runs on, is in order."""
    del request
    found = doctor.examine(home, now())
    told_of = [(each.name, STATES[each.state], each.state.name.lower(), each.message.split("\n"))
               for each in found]  # fmt: skip
    counts = [
        (title, sum(each.state is state for each in found)) for state, title in STATES.items()
    ]
    return {"findings": told_of, "counts": counts, "at": now()}
