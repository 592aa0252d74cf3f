"""Dagster's own web server behind a guard: `python -m orchestration.webserver`, options as there.

Dagster has no sign-in, believes every Host, and takes mutations from any page that the browser of
somebody who may reach it has open. So nobody comes in without the secret of this server: as a
bearer token, which the proxy in front adds, or as a cookie for the one-time token of an address.
"""

import os
import secrets
import sys
from urllib.parse import urlencode

from dagster_webserver import app as servers
from dagster_webserver import cli
from dagster_webserver.webserver import DagsterWebserver
from starlette.datastructures import Headers, QueryParams
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

# What the guard is told by the environment, which neither runs nor code servers need to know.
HOSTS_VARIABLE = "MISHUKIN_WEB_HOSTS"  # as browsers name this server, with commas between
SECRET_VARIABLE = "MISHUKIN_WEB_SECRET"  # noqa: S105 - the name of the variable
TOKEN_VARIABLE = "MISHUKIN_WEB_TOKEN"  # noqa: S105 - taken once, in the address
TOKEN = "token"  # noqa: S105 - the name of the parameter
COOKIE = "mishukin"
_SHORTEST = 16
_SAFE = ("GET", "HEAD")
_UNSEEN = ("same-origin", "none")  # Sec-Fetch-Site of our own pages, and of what somebody typed


class Guard:
    """ASGI middleware that lets through what comes from this server's own pages, signed in."""

    def __init__(self, app: ASGIApp, hosts: str, secret: str, token: str = "") -> None:
        self._app = app
        self._hosts = frozenset(hosts.split(","))
        self._secret, self._token = secret, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer, or answer 403, or 401 to whoever is not signed in."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refused = self._refusal(scope)
        if refused is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(1008)(scope, receive, send)
        else:
            await refused(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        query = QueryParams(scope["query_string"])
        host = headers.get("host", "")
        if host not in self._hosts:
            return _no("この名前では開けません。")
        if not _is_from_here(scope, headers, host):
            return _no("ほかのページからの操作は受け付けません。")
        if not _is_socket(scope) and scope["method"] in _SAFE and "query" in query:
            return _no("GETでは問い合わせも操作もできません。")
        if self._is_signed_in(scope, headers):
            return None
        if not _is_socket(scope) and self._token and _is(query.get(TOKEN, ""), self._token):
            return self._signed_in(scope, query)
        return PlainTextResponse("はじめに示されたアドレスから開いてください。", 401)

    def _is_signed_in(self, scope: Scope, headers: Headers) -> bool:
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        cookie = HTTPConnection(scope).cookies.get(COOKIE, "")
        return any(_is(given, self._secret) for given in (bearer, cookie))

    def _signed_in(self, scope: Scope, query: QueryParams) -> Response:
        """The page without the token, which is used up, and the cookie in place of it."""
        self._token = ""
        rest = urlencode([each for each in query.multi_items() if each[0] != TOKEN])
        answer = RedirectResponse(f"{scope['path']}?{rest}" if rest else scope["path"], 303)
        answer.set_cookie(COOKIE, self._secret, httponly=True, samesite="strict")
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer


def _is_from_here(scope: Scope, headers: Headers, host: str) -> bool:
    """Whether a page of this server asks, or somebody who typed the address or followed a link."""
    scheme = scope["scheme"].replace("ws", "http")
    origin = headers.get("origin", f"{scheme}://{host}")
    if origin != f"{scheme}://{host}" or (_is_socket(scope) and "origin" not in headers):
        return False
    is_visit = not _is_socket(scope) and scope["method"] in _SAFE
    is_page = is_visit and headers.get("sec-fetch-dest", "document") == "document"
    return is_page or headers.get("sec-fetch-site", "none") in _UNSEEN


def _is_socket(scope: Scope) -> bool:
    return bool(scope["type"] == "websocket")


def _is(given: str, wanted: str) -> bool:
    return secrets.compare_digest(given.encode(), wanted.encode())


def _no(why: str) -> Response:
    return PlainTextResponse(why, 403)


class GuardedWebserver(DagsterWebserver):  # type: ignore[type-arg]
    """Dagster's server, with the guard before everything else."""

    guard: Middleware

    def build_middleware(self) -> list[Middleware]:
        """What each request passes through, the first one first."""
        return [self.guard, *super().build_middleware()]


def main() -> None:
    """Serve as `dagster-webserver` does; ends where nobody could be let in, or everybody."""
    told = (HOSTS_VARIABLE, SECRET_VARIABLE, TOKEN_VARIABLE)
    hosts, secret, token = (os.environ.pop(name, "") for name in told)  # nobody else needs them
    if not hosts or len(secret or token) < _SHORTEST:
        sys.exit(
            f"{HOSTS_VARIABLE} に画面のアドレス(例 mishukin.example:8443)、{SECRET_VARIABLE} に"
            f"{_SHORTEST}字以上の合言葉を書いてください(/etc/mishukin/mishukin.env)。"
        )
    GuardedWebserver.guard = Middleware(Guard, hosts, secret or secrets.token_urlsafe(), token)
    servers.DagsterWebserver = GuardedWebserver  # type: ignore[attr-defined]
    cli.main()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
