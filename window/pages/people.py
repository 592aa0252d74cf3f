"""利用者: the administrator adds people, gives and ends posts, and takes in April's changes."""

from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ingest.workbook.container import MAX_FILE_BYTES
from services.city import CitySettings
from services.clock import now
from services.exits import Stop
from services.intake.register import register_of
from window.access import open_to
from window.pages.downloads import as_download
from window.people import importing, keeping
from window.people.importing import Row
from window.people.models import Person, Post, Role

GIVEN = ("role", "municipality", "department", "acting_for", "since", "until")


@open_to(Role.ADMINISTRATOR)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, with the posts of today and those to come."""
    return _everybody(request)


def _everybody(request: HttpRequest, wrong: Stop | None = None) -> HttpResponse:
    at, wanted = now(), request.GET.get("q", "").strip()
    locked = keeping.locked_out(at)
    shown = [
        (person, _current(person, at.date()), person.username in locked)
        for person in keeping.everybody()
        if _speaks_of(person, wanted)
    ]
    told = {"people": shown, "q": wanted, "wrong": wrong, "given": _given(request)}
    return render(request, "window/people.html", told, status=400 if wrong else 200)


def _speaks_of(person: Person, wanted: str) -> bool:
    words = (person.username, person.name, *map(str, person.posts.all()))
    return any(wanted in each for each in words)


def _current(person: Person, today: date) -> list[tuple[Post, str]]:
    """The posts that are not over, and what is to be said of their days."""
    return [
        (post, "これから" if post.since > today else "")
        for post in person.posts.all()
        if not post.is_over(today)
    ]


def _given(request: HttpRequest) -> Mapping[str, str]:
    """What was typed, but no password."""
    return {name: value for name, value in request.POST.items() if name in (*GIVEN, *_ADDED)}  # type: ignore[misc]


_ADDED = ("username", "name")


@open_to(Role.ADMINISTRATOR)
@sensitive_post_parameters()
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """A new person, with the password that was typed or one that is made and shown once."""
    username = request.POST.get("username", "").strip().lower()
    name, password = request.POST.get("name", "").strip(), request.POST.get("password", "")
    made = None if password else keeping.made_password()
    try:
        person = keeping.add(settings.HOME, username, name, password or made, now())
    except Stop as refused:
        return _everybody(request, refused)
    if made:
        return _shown_once(request, [(username, person.name, made)])
    messages.success(request, f"{person.name}({username})を加えました。役割を与えてください。")
    return redirect("people-person", username)


def _shown_once(request: HttpRequest, made: list[tuple[str, str, str]]) -> HttpResponse:
    """In the answer itself: a password that was made is kept nowhere."""
    return render(request, "window/people_made.html", {"made": made})


@open_to(Role.ADMINISTRATOR)
@require_GET
def person(request: HttpRequest, username: str) -> HttpResponse:
    """One person: the posts of all times, and what can be done."""
    return _one(request, username)


def _one(request: HttpRequest, username: str, wrong: Stop | None = None) -> HttpResponse:
    found, at = _found(username), now()
    held = _current(found, at.date())
    current = [post for post, _ in held]
    register = register_of(settings.HOME)
    departments = [entry.department for entry in register.entries] if register else []
    told = {
        "person": found,
        "held": held,
        "over": [post for post in found.posts.all() if post not in current],
        "is_locked": username in keeping.locked_out(at),
        "roles": Role.choices,
        "municipalities": CitySettings.of(settings.HOME).whose_forms,
        "departments": list(dict.fromkeys(departments)),
        "today": at.date(),
        "wrong": wrong,
        "item": getattr(wrong, "item", None),
        "given": _given(request),
    }
    return render(request, "window/people_person.html", told, status=400 if wrong else 200)


def _found(username: str) -> Person:
    found = Person.objects.prefetch_related("posts").filter(username=username).first()
    if found is None:
        raise Http404
    return found


@open_to(Role.ADMINISTRATOR)
@require_POST
def give(request: HttpRequest, username: str) -> HttpResponse:
    """A post for a person."""
    _found(username)
    told = {item: request.POST.get(item, "").strip() for item in GIVEN}
    try:
        since, until = (_day(item, told.pop(item)) for item in ("since", "until"))
        post = keeping.give(
            settings.HOME, username, keeping.Given(**told, since=since, until=until), now()
        )
    except Stop as refused:
        return _one(request, username, refused)
    messages.success(request, f"役割「{post}」を与えました。")
    return redirect("people-person", username)


def _day(item: str, words: str) -> date | None:
    if not words:
        return None
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise keeping.Refused(item, "日付は 2027-04-01 のように書いてください。") from None


@open_to(Role.ADMINISTRATOR)
@require_POST
def end(request: HttpRequest, username: str, post: int) -> HttpResponse:
    """A post ends with a day."""
    held = _found(username).posts.filter(pk=post).first()
    if held is None:
        raise Http404
    try:
        last_day = _day("until", request.POST.get("until", "").strip()) or now().date()
        keeping.end(settings.HOME, held, last_day, now())
    except Stop as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"役割「{held}」の最後の日を決めました。")
    return redirect("people-person", username)


@open_to(Role.ADMINISTRATOR)
@require_POST
def active(request: HttpRequest, username: str) -> HttpResponse:
    """Let a person in again, or no more; who is in just now is out with the next click."""
    again = request.POST.get("active") == "1"
    found = _found(username)
    try:
        keeping.set_active(settings.HOME, username, active=again, at=now())
    except Stop as refused:
        messages.error(request, str(refused))
    else:
        told = "ふたたび、はいれます" if again else "もう、はいれません"
        messages.success(request, f"{found.name}({username})は{told}。")
    return redirect("people-person", username)


@open_to(Role.ADMINISTRATOR)
@require_POST
def unlock(request: HttpRequest, username: str) -> HttpResponse:
    """Let somebody try again who failed too often."""
    found = keeping.unlock(settings.HOME, _found(username).username, now())
    messages.success(request, f"{found.name}({username})は、またはいれます。")
    return redirect("people-person", username)


@open_to(Role.ADMINISTRATOR)
@sensitive_post_parameters()
@require_POST
def password(request: HttpRequest, username: str) -> HttpResponse:
    """A new password for who has forgotten it; every session of the person ends."""
    found, at, given = _found(username), now(), request.POST.get("password", "")
    made = None if given else keeping.made_password()
    try:
        keeping.change_password(settings.HOME, found, given or made or "", at)
    except Stop as refused:
        return _one(request, username, refused)
    if username in keeping.locked_out(at):
        keeping.unlock(settings.HOME, username, at)
    if made:
        return _shown_once(request, [(username, found.name, made)])
    messages.success(request, f"{found.name}({username})のパスワードを変えました。")
    return redirect("people-person", username)


@open_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """A list of changes: shown line by line before anything changes."""
    told: dict[str, object] = {"headings": importing.HEADINGS.values(), "roles": Role.choices}
    if request.method == "POST":
        upload = request.FILES.get("list")
        try:
            if upload is None or (upload.size or 0) > MAX_FILE_BYTES:
                raise Stop("CSVか.xlsxのファイルを選んでください(大きすぎるものは読めません)。")
            rows = importing.read(upload.name or "", upload.read())
            told |= {"plan": _planned(request, rows)}
        except Stop as refused:
            messages.error(request, str(refused))
            return redirect("people-import")
    return render(request, "window/people_import.html", told)


def _planned(request: HttpRequest, rows: list[Row]) -> importing.Plan:
    """The plan, its rows kept with the session until they are applied."""
    request.session["people"] = [[row.number, row.cells] for row in rows]
    return importing.plan(settings.HOME, rows, now())


@open_to(Role.ADMINISTRATOR)
@require_POST
def apply(request: HttpRequest) -> HttpResponse:
    """All of a list that was shown, or nothing."""
    kept = request.session.pop("people", None)
    if kept is None:
        messages.error(request, "もう一度、一覧のファイルを選んでください。")
        return redirect("people-import")
    rows = [Row(number, cells) for number, cells in kept]
    try:
        made = importing.apply(settings.HOME, rows, now(), request.POST.get("mark", ""))
    except Stop as refused:
        messages.error(request, str(refused))
        return redirect("people-import")
    messages.success(request, "一覧のとおりに変えました。")
    return _shown_once(request, made) if made else redirect("people")


@open_to(Role.ADMINISTRATOR)
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The list as it stands, to be changed and taken in again."""
    del request
    today = now().date()
    name = f"利用者_{today.isoformat()}.csv"
    return as_download(importing.exported(today), name, "text/csv; charset=utf-8")
