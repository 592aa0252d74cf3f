"""公表: the reports from draft to website; who approves has seen what is to be published."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from exports.errors import PublicationError
from exports.press.files import SUMS, names_in, sha256
from exports.release import site
from exports.release.publishing import State
from exports.release.records import BESIDES
from services import releases
from services.calendar import FIRST_AS_OF, Calendar, is_as_of
from services.city import read_city
from services.clock import day_in_japan, now
from services.desks import approving
from services.desks.approving import Dossier
from services.exits import REFUSALS
from services.generation import NoGenerationError
from terms.legible import legible
from terms.people import person
from window.access import READING, View, holder, open_to
from window.pages.downloads import disposition
from window.people.models import Person, Post, Role

READERS = (Role.DATA, Role.FINANCE, Role.APPROVER)
MAKERS = (Role.DATA, Role.APPROVER)
# A draft is shown as it will be, its own styles and all, and does nothing: it has no script and
# sends no form. It stays of our origin, or the browser would not say who asks for its next page.
SHOWN = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: 'self'; font-src data: 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-downloads"
)
KINDS = {".html": "text/html; charset=utf-8", ".svg": "image/svg+xml"}
# More lines than anybody reads on a page; the rest is counted.
SHOWN_AT_MOST = 2000
GONE = (
    "この下書きは、作り直されたか、変えられました。"
    "窓口の画面を読み直して、いまの下書きを確かめてください。"
)
# Refusals speak of commands; here they are buttons.
BUTTONS = {
    "report draft --issued": "コマンド mishukin report draft --issued",
    "report draft で": "「下書きを作り直す」で",
    "report correct で": "「訂正の下書きを作る」で",
    "report approve で承認": "承認",
    "mishukin build を実行し": "倉庫を作り直し",
    "--reason に": "理由に",
}


# The figures of a report, as the finance division asks for them.
FIGURES = (("債権ごとの数字", "残高報告"), ("合計の数字", "残高報告合計"))


def of_the_city(view: View) -> View:
    """Only for posts of the city whose reports these are; what is refused is told."""

    @wraps(view)
    def bound(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:  # noqa: ANN401
        roles: frozenset[str] = bound.roles  # type: ignore[attr-defined]
        if request.method in READING:
            roles |= {str(Role.AUDITOR)}
        try:
            if not posts_of(request, roles):
                return render(request, "window/refused.html", status=403)
            return view(request, *args, **named)
        except REFUSALS as refused:
            told = {"why": in_buttons(str(refused))}
            return render(request, "window/release_refused.html", told, status=409)

    return bound


def posts_of(request: HttpRequest, roles: Collection[str]) -> list[Post]:
    """The posts of who asks that are of the city and let do one of these."""
    posts = [post for post in holder(request).posts if post.role in roles]
    try:
        city = read_city(settings.HOME).municipality_code
    except NoGenerationError:  # nobody has said yet whose home it is, and nothing is there
        return posts
    return [post for post in posts if post.municipality == city]


@open_to(*READERS)
@of_the_city
@require_GET
def every(request: HttpRequest) -> HttpResponse:
    """All reports, newest first, and the days that have figures and no draft of them."""
    calendar, listed = Calendar.of(settings.HOME), releases.every(settings.HOME)
    try:
        stale, trouble = releases.stale(settings.HOME)[::-1], ""
    except REFUSALS as refused:
        stale, trouble = [], in_buttons(str(refused))
    newest = max((one.as_of for one in listed), default=date.min)
    known = {one.as_of for one in listed}
    told = {
        "rows": [
            (one, calendar.publication_date(one.as_of), _next_of(one.state), one.as_of in stale)
            for one in listed
        ],
        "needed": releases.approvals_needed(settings.HOME),
        "trouble": trouble,
        "new": [day for day in stale if day > newest],
        "earlier": [day for day in stale if day < newest and day not in known],
        "may_make": bool(posts_of(request, MAKERS)),
    }
    return render(request, "window/releases.html", told)


def _next_of(state: State) -> str:
    """What has to happen next."""
    return {
        State.DRAFTED: "承認を待っています",
        State.PARTLY: "別の人の承認を待っています",
        State.APPROVED: "公表日に公表できます",
        State.VOID: "下書きを確かめ、承認し直してください",
        State.PUBLISHED: "",
    }[state]


@open_to(*READERS)
@of_the_city
@require_GET
def release(request: HttpRequest, day: str) -> HttpResponse:
    """One report: the draft beside what was published last, and what is to be known of it."""
    return page_of(request, found_of(day))


def page_of(
    request: HttpRequest, found: Dossier, *, ticked: Sequence[str] = (), wrong: str = ""
) -> HttpResponse:
    """The page of a report: what was `ticked` stays so, and what is `wrong` is told."""
    one, home = found.one, settings.HOME
    changes, noticed = approving.changes(home, found), approving.findings(home, one.as_of)
    me = person(holder(request).person.name)
    told = {
        "found": found,
        "one": one,
        "state": one.state.name.lower(),
        "notable": [(sha256(line.encode()), legible(line)) for line in notable_of(found)],
        "ticked": ticked,
        "wrong": wrong,
        "obstacles": [in_buttons(each) for each in found.obstacles],
        "changes": changes,
        "why_no_changes": in_buttons(changes.why),
        "change_rows": [[legible(cell) for cell in row] for row in changes.rows[:SHOWN_AT_MOST]],
        "more_changes": max(0, len(changes.rows) - SHOWN_AT_MOST),
        "findings": noticed and noticed[:SHOWN_AT_MOST],
        "more_findings": max(0, len(noticed or ()) - SHOWN_AT_MOST),
        "steps": _with_names(found.steps),
        "files": _names(one.draft.folder) if one.draft else [],
        "shown": _address_of_files(found),
        "origins": [(title, _question(view, one.as_of)) for title, view in FIGURES],
        "is_approver": bool(posts_of(request, (Role.APPROVER,))),
        "has_approved": any(person(each.approved_by) == me for each in one.approvals),
        "may_make": bool(posts_of(request, MAKERS)),
        "is_approved": one.state is State.APPROVED,
        "is_day": found.first_day <= day_in_japan(now()),
    }
    return render(request, "window/release.html", told, status=400 if wrong else 200)


def _question(view: str, as_of: date) -> str:
    """The figures of a day, each of which leads to its cell."""
    sql = f"select * from 財政.{view}\nwhere 基準日 = date '{as_of.isoformat()}'"  # noqa: S608
    return f"{reverse('ask')}?{urlencode({'sql': sql})}"


def _address_of_files(found: Dossier) -> str:
    """Where the files lie of what is published, or else of the draft."""
    one = found.one
    if one.draft is None:
        return ""
    part = f"r{one.draft.revision}" if found.is_published else f"draft/{one.draft.content_hash}"
    return f"{reverse('release', args=[one.as_of.isoformat()])}{part}/"


def notable_of(found: Dossier) -> tuple[str, ...]:
    """What whoever approves the draft must have seen."""
    return found.one.draft.notable if found.one.draft else ()


def _with_names(steps: Sequence[approving.Step]) -> list[tuple[approving.Step, str]]:
    """Each step with who did it: the name that the log tells, else of who was signed in."""
    logins = {step.person for step in steps}
    names = {each.username: each.name for each in Person.objects.filter(username__in=logins)}
    return [(step, step.by or names.get(step.person, "")) for step in steps]


@open_to(*READERS)
@of_the_city
@require_GET
def draft_file(request: HttpRequest, day: str, content_hash: str, name: str) -> HttpResponse:
    """A file of the draft that was looked at; of another one, nothing."""
    try:
        made = approving.whole_draft(settings.HOME, day_of(day))
    except PublicationError:
        made = None
    if made is None or made.content_hash != content_hash:
        return _not_shown(request, GONE)
    return _shown(made.folder, name)


@open_to(*READERS)
@of_the_city
@require_GET
def revision_file(request: HttpRequest, day: str, number: int, name: str) -> HttpResponse:
    """A file of a published revision, which is as it was published."""
    found = site.revision(settings.HOME.public, day_of(day), number)
    if found is None:
        raise Http404
    try:
        site.verify(found)
    except PublicationError as damaged:
        return _not_shown(request, str(damaged))
    return _shown(found.folder, name)


def _not_shown(request: HttpRequest, why: str) -> HttpResponse:
    """A few words in the place of a file."""
    response = render(request, "window/not_shown.html", {"why": why}, status=410)
    response["Content-Security-Policy"] = SHOWN
    return response


def _names(folder: Path) -> list[str]:
    return [name for name in names_in(folder) if name not in BESIDES and name != SUMS]


def _shown(folder: Path, name: str) -> HttpResponse:
    """A file of a report: pages and drawings to look at, all else to take along."""
    if name not in _names(folder):
        raise Http404
    content, kind = (folder / name).read_bytes(), KINDS.get(Path(name).suffix)
    if name.endswith(".html"):
        # The site around it is not here. Quotes in text are escaped: this is a link of ours.
        content = content.replace(b'href="../', b'data-href="../')
    response = HttpResponse(content, content_type=kind or "application/octet-stream")
    if kind is None:
        response["Content-Disposition"] = disposition(name)
    response["Content-Security-Policy"] = SHOWN
    return response


def found_of(day: str) -> Dossier:
    """The report of a day as an address has it."""
    found = approving.dossier(settings.HOME, day_of(day))
    if found is None:
        raise Http404
    return found


def day_of(text: str) -> date:
    """A day that a report speaks of, in the one way in which it is written."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    is_one = is_as_of(day) and FIRST_AS_OF <= day <= day_in_japan(now())
    if not is_one or day.isoformat() != text:
        raise Http404
    return day


def in_buttons(told: str) -> str:
    """What a refusal asks for, as the page calls it."""
    for command, button in BUTTONS.items():
        told = told.replace(command, button)
    return told
