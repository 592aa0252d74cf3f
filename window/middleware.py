"""What every request passes: headers that bind the browser, and the door."""

from collections.abc import Callable
from time import time
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import RemoteUserMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode

from services.clock import now
from services.records import audit
from window.access import Holder, View

Respond = Callable[[HttpRequest], HttpResponse]
# Only what comes from here: no other host, no script or style in the page itself.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; frame-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
# A session that is used is renewed at most so often: 200 readers are not 200 writers.
RENEWED_AFTER = 60
LONGEST = 12 * 60 * 60


def headers(respond: Respond) -> Respond:
    """Bind the browser, and keep nothing in its caches."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        response["X-Content-Type-Options"] = "nosniff"
        response["Referrer-Policy"] = "same-origin"
        response["Cross-Origin-Opener-Policy"] = "same-origin"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    return answer


class SignedInByProxy(RemoteUserMiddleware):
    """The person whom the proxy names; without the name, its session is over."""

    header = settings.USER_HEADER


class Door:
    """Nobody goes further who is not signed in, or whose posts do not open the page."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the person in the audit log of all that is done."""
        person = request.user.username if request.user.is_authenticated else None
        token = audit.signed_in.set(person)
        try:
            return self.respond(request)
        finally:
            audit.signed_in.reset(token)

    def process_view(
        self, request: HttpRequest, view: View, _: tuple[Any, ...], __: dict[str, Any]
    ) -> HttpResponse | None:
        """Let in, send to the sign-in page, or refuse."""
        if getattr(view, "is_public", False):
            return None
        if not request.user.is_authenticated or _is_over(request):
            logout(request)
            asked = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
            return redirect(f"{settings.SIGN_IN}?{asked}" if asked else settings.SIGN_IN)
        posts = tuple(request.user.posts_on(now().date()))
        asking = request.holder = Holder(request.user, posts)  # type: ignore[attr-defined]
        if asking.may(view, request.method or ""):
            return None
        return render(request, "window/refused.html", status=403)


def _is_over(request: HttpRequest) -> bool:
    """Whether the session has lasted too long; one in use is renewed."""
    moment, session = int(time()), request.session
    if moment - session.setdefault("began", moment) > LONGEST:
        return True
    if moment - session.get("seen", 0) > RENEWED_AFTER:
        session["seen"] = moment
    return False
