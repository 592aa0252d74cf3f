"""公表: the reports from draft to website; who approves has seen what is to be published."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from exports.errors import PublicationError
from exports.press.files import SUMS, names_in, sha256
from exports.release import site
from exports.release.publishing import State
from exports.release.records import BESIDES, mark_of
from services import releases
from services.arguments import reason_to_keep
from services.calendar import FIRST_AS_OF, Calendar, is_as_of
from services.city import read_city
from services.clock import day_in_japan, now
from services.desks import approving
from services.desks.approving import Dossier
from services.exits import REFUSALS, Stop
from services.generation import NoGenerationError
from terms.legible import legible
from terms.people import person
from window import commands
from window.access import READING, View, holder, open_to
from window.people.models import Person, Role

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
SHOWN_AT_MOST = 300
LONGEST_REASON = 200
NOT_YET = "まだ終わっていません。しばらくしてから、このページを開き直してください。"
BUSY = (
    "いま倉庫か報告を作っているところで、何もしていません。"
    "しばらくして、下書きが変わっていないか確かめてから、もう一度行ってください。"
)
UNFORESEEN = "思いがけない誤りで終わりました。データ担当に知らせてください。"
# How a command ends its line of whom it waits for, which is over by the time that it is read.
WAITED = "終わるのを待っています…"
# Refusals speak of commands; here they are buttons.
BUTTONS = {
    "report draft --issued": "コマンド mishukin report draft --issued",
    "report draft で": "「下書きを作り直す」で",
    "report correct で": "「訂正の下書きを作る」で",
    "report approve で承認": "承認",
    "mishukin build を実行し": "倉庫を作り直し",
    "--reason に": "理由に",
}


def of_the_city(view: View) -> View:
    """Only for posts of the city whose reports these are."""

    @wraps(view)
    def bound(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:  # noqa: ANN401
        roles: frozenset[str] = bound.roles  # type: ignore[attr-defined]
        if request.method in READING:
            roles |= {str(Role.AUDITOR)}
        if not _holds(request, roles):
            return render(request, "window/refused.html", status=403)
        return view(request, *args, **named)

    return bound


def _holds(request: HttpRequest, roles: Sequence[str] | frozenset[str]) -> bool:
    """Whether a post of the city's own is one of these."""
    posts = [post for post in holder(request).posts if post.role in roles]
    try:
        city = read_city(settings.HOME).municipality_code
    except Stop:  # nobody has said yet whose home it is, and nothing was built
        return bool(posts)
    return any(post.municipality == city for post in posts)


@open_to(*READERS)
@of_the_city
@require_GET
def every(request: HttpRequest) -> HttpResponse:
    """All reports, newest first, and the days that have figures and no draft of them."""
    calendar, home = Calendar.of(settings.HOME), settings.HOME
    told = {
        "rows": [
            (one, calendar.publication_date(one.as_of), _next_of(one.state))
            for one in releases.every(home)
        ],
        "needed": releases.approvals_needed(home),
        "stale": [],
        "may_make": _holds(request, MAKERS),
    }
    try:
        told["stale"] = releases.stale(home)
    except NoGenerationError as none_yet:
        told["none_yet"] = str(none_yet)
    except REFUSALS as refused:
        messages.error(request, _in_buttons(str(refused)))
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
    return _page(request, _found(day))


def _page(
    request: HttpRequest, found: Dossier, *, ticked: Sequence[str] = (), wrong: str = ""
) -> HttpResponse:
    one, home = found.one, settings.HOME
    changes, noticed = approving.changes(home, found), approving.findings(home, one.as_of)
    me = person(holder(request).person.name)
    told = {
        "found": found,
        "one": one,
        "state": one.state.name.lower(),
        "notable": [(sha256(line.encode()), legible(line)) for line in _notable(found)],
        "ticked": ticked,
        "wrong": wrong,
        "obstacles": [_in_buttons(each) for each in found.obstacles],
        "changes": changes,
        "why_no_changes": _in_buttons(changes.why),
        "change_rows": [[legible(cell) for cell in row] for row in changes.rows[:SHOWN_AT_MOST]],
        "more_changes": max(0, len(changes.rows) - SHOWN_AT_MOST),
        "findings": noticed[:SHOWN_AT_MOST],
        "more_findings": max(0, len(noticed) - SHOWN_AT_MOST),
        "steps": _with_names(found.steps),
        "files": _names(one.draft.folder) if one.draft else [],
        "is_approver": _holds(request, (Role.APPROVER,)),
        "has_approved": any(person(each.approved_by) == me for each in one.approvals),
        "may_make": _holds(request, MAKERS),
        "is_approved": one.state is State.APPROVED,
        "is_day": found.first_day <= day_in_japan(now()),
    }
    return render(request, "window/release.html", told, status=400 if wrong else 200)


def _notable(found: Dossier) -> tuple[str, ...]:
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
        made = approving.whole_draft(settings.HOME, _day(day))
    except PublicationError:
        made = None
    if made is None or made.content_hash != content_hash:
        response = render(request, "window/draft_gone.html", status=410)
        response["Content-Security-Policy"] = SHOWN
        return response
    return _shown(made.folder, name)


@open_to(*READERS)
@of_the_city
@require_GET
def revision_file(request: HttpRequest, day: str, number: int, name: str) -> HttpResponse:
    """A file of a published revision."""
    del request
    found = site.revision(settings.HOME.public, _day(day), number)
    if found is None:
        raise Http404
    return _shown(found.folder, name)


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
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = SHOWN
    return response


@open_to(Role.APPROVER)
@of_the_city
@require_POST
def approve(request: HttpRequest, day: str) -> HttpResponse:
    """Whoever is signed in approves the draft that was looked at, every notable change seen."""
    found, given = _found(day), request.POST
    seen = [sha256(line.encode()) for line in _notable(found)]
    ticked = given.getlist("seen")
    if given.get("of") == found.binding and set(ticked) != set(seen):
        lacking = len(set(seen) - set(ticked))
        wrong = (
            f"まだ確かめていない大きな変化が{lacking}件あります。すべて確かめ、印を付けてください。"
        )
        return _page(request, found, ticked=ticked, wrong=wrong)

    def given_by(by: str, at: datetime) -> str:
        mark, of = mark_of(_notable(found)), given.get("of", "")
        acting = _acting_for(request)
        return releases.approve(
            settings.HOME, found.one.as_of, by, at, seen=mark, of=of, acting_for=acting
        )

    return _done(request, found.one.as_of, given_by)


@open_to(Role.APPROVER)
@of_the_city
@require_POST
def reject(request: HttpRequest, day: str) -> HttpResponse:
    """Send the draft back, with a reason."""
    as_of, given = _found(day).one.as_of, request.POST

    def sent_back(by: str, at: datetime) -> str:
        why, of = _reason(given.get("reason", "")), given.get("of", "")
        return releases.reject(settings.HOME, as_of, by, why, at, of=of)

    return _done(request, as_of, sent_back)


def _acting_for(request: HttpRequest) -> str:
    """Whose deputy approves; nobody's where the person is an approver of its own."""
    posts = [post for post in holder(request).posts if post.role == Role.APPROVER]
    return posts[0].acting_for if all(post.acting_for for post in posts) else ""


def _done(request: HttpRequest, as_of: date, act: Callable[[str, datetime], str]) -> HttpResponse:
    """What was done or refused, told on the page of the report."""
    try:
        if settings.HOME.other_writer:  # it may take minutes, and leave another draft
            raise Stop(BUSY)
        told = act(holder(request).person.name, now())
    except REFUSALS as refused:
        messages.error(request, _in_buttons(str(refused)))
    else:
        messages.success(request, told)
    return redirect("release", as_of.isoformat())


@open_to(*MAKERS)
@of_the_city
@require_POST
def draft(request: HttpRequest, day: str) -> HttpResponse:
    """Draft a report anew from the current figures."""
    return _ran(request, _day(day), "下書きを作りました。", "draft")


@open_to(*MAKERS)
@of_the_city
@require_POST
def correct(request: HttpRequest, day: str) -> HttpResponse:
    """Draft the correction of what is published, with the reason that is published with it."""
    as_of = _found(day).one.as_of
    try:
        reason = _reason(request.POST.get("reason", ""))
    except Stop as refused:
        messages.error(request, _in_buttons(str(refused)))
        return redirect("release", as_of.isoformat())
    by = holder(request).person.name
    told = (f"--reason={reason}", f"--by={by}")
    return _ran(request, as_of, "訂正の下書きを作りました。", "correct", *told)


@open_to(*MAKERS)
@of_the_city
@require_POST
def publish(request: HttpRequest, day: str) -> HttpResponse:
    """Publish what was approved, on its day or later."""
    as_of = _found(day).one.as_of
    if "sure" not in request.POST:
        messages.error(request, "公表した版は取り消せません。確かめたという印を付けてください。")
        return redirect("release", as_of.isoformat())
    return _ran(request, as_of, "公表しました。", "publish")


def _ran(request: HttpRequest, as_of: date, done: str, act: str, *more: str) -> HttpResponse:
    """Run a command of the report, and tell how it ended."""
    username, day = holder(request).person.username, as_of.isoformat()
    ended = commands.run(settings.HOME, username, "report", act, day, *more)
    told = _in_buttons("\n".join(each for each in ended.said if not each.endswith(WAITED)))
    if ended.is_done:
        # What else is said of the day the page shows.
        more_told = [each for each in told.splitlines() if not each.startswith(f"{day} ")]
        messages.success(request, "\n".join([done, *more_told]))
    elif ended.code is None:
        messages.warning(request, NOT_YET)
    else:
        messages.error(request, told or UNFORESEEN)
    is_there = any(one.as_of == as_of for one in releases.every(settings.HOME))
    return redirect("release", day) if is_there else redirect("releases")


def _found(day: str) -> Dossier:
    found = approving.dossier(settings.HOME, _day(day))
    if found is None:
        raise Http404
    return found


def _day(text: str) -> date:
    """A day that a report speaks of, in the one way in which it is written."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    is_one = is_as_of(day) and FIRST_AS_OF <= day <= day_in_japan(now())
    if not is_one or day.isoformat() != text:
        raise Http404
    return day


def _reason(given: str) -> str:
    """A reason as it was typed, on one line and of nobody in particular. Raises Stop."""
    reason = given.strip()
    if not reason:
        raise Stop("理由を書いてください。")
    if legible(reason) != reason or len(reason) > LONGEST_REASON:
        raise Stop(f"理由は{LONGEST_REASON}字までの1行で、目に見える文字で書いてください。")
    return reason_to_keep(reason)


def _in_buttons(told: str) -> str:
    """What a refusal asks for, as the page calls it."""
    for command, button in BUTTONS.items():
        told = told.replace(command, button)
    return told
