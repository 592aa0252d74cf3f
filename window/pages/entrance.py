"""The way in: signing in and out, one's own password, and the first page."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from services.clock import now
from services.exits import Stop
from services.intake import own_forms
from services.intake.handing_in import Whose
from services.records import audit
from window.access import holder, open_to_all, open_to_the_world
from window.people import keeping

STATIC = Path(__file__).parents[1] / "static"
KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
WRONG = "利用者名かパスワードが違います。"


@open_to_the_world
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Who comes in; a session of before is left behind."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    wrong = None
    if request.method == "POST":
        username = request.POST.get("username", "").strip().lower()
        person = authenticate(request, username=username, password=request.POST.get("password", ""))
        if person is not None:
            login(request, person)
            return redirect(asked if _is_ours(asked) else reverse("entrance"))
        wrong = WRONG
    return render(
        request,
        "window/sign_in.html",
        {"next": asked, "wrong": wrong},
        status=403 if wrong else 200,
    )


def _is_ours(address: str) -> bool:
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, None)


def locked_out(request: HttpRequest, credentials: dict[str, Any]) -> HttpResponse:
    """After too many failures nobody comes in under that name for a while."""
    audit.note(
        settings.HOME, now(), "sign_in_locked", signed_in=str(credentials.get("username", ""))[:64]
    )
    told = {"minutes": settings.TOLD.lock_minutes}
    return render(request, "window/locked_out.html", told, status=429)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that no page of ours has sent, or an old one."""
    del reason
    return render(request, "window/forged.html", status=403)


@open_to_the_world
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Whoever is done."""
    logout(request)
    return redirect(settings.SIGN_IN)


@open_to_all
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """A person's own password, by who knows the old one."""
    wrong = None
    if request.method == "POST":
        person, given = holder(request).person, request.POST
        if not person.check_password(given.get("old", "")):
            wrong = "今のパスワードが違います。"
        elif given.get("new") != given.get("again"):
            wrong = "新しいパスワードの2回の入力が違います。"
        else:
            try:
                keeping.change_password(settings.HOME, person, given.get("new", ""), now())
            except Stop as refused:
                wrong = str(refused)
            else:
                update_session_auth_hash(request, person)
                messages.success(request, "パスワードを変えました。")
                return redirect("entrance")
    return render(request, "window/password.html", {"wrong": wrong}, status=400 if wrong else 200)


@open_to_all
@require_http_methods(["GET"])
def entrance(request: HttpRequest) -> HttpResponse:
    """What there is to do for who has come in."""
    today = now().date()
    desks = [
        (post, own_forms.due(settings.HOME, Whose(post.municipality, post.department), today))
        for post in holder(request).departments
    ]
    return render(request, "window/entrance.html", {"desks": desks})


@open_to_the_world
@require_http_methods(["GET"])
def asset(request: HttpRequest, name: str) -> HttpResponse:
    """A style or script of ours: what the sign-in page, too, is drawn with."""
    del request
    if name not in _assets():
        raise Http404
    return HttpResponse(
        _assets()[name],
        content_type=KINDS[Path(name).suffix],
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )


@cache
def _assets() -> dict[str, bytes]:
    """By a name that changes with the content."""
    return {name: (STATIC / file).read_bytes() for file, name in named().items()}


@cache
def named() -> dict[str, str]:
    """What each style or script is called: window.3f2a….css."""
    return {
        path.name: f"{path.stem}.{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}{path.suffix}"
        for path in STATIC.iterdir()
    }
