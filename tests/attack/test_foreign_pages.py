"""A page of somebody else, open in the browser of somebody who is signed in, reaches nothing."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
import uvicorn
from browser.accessibility import chromium
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from orchestration.webserver import Guard

TOKEN = "once-and-no-more-than-once"  # noqa: S105
# Each tells when it is over, whatever came of it.
ATTACKS = {
    "fetch": "await fetch(there + '/graphql', {credentials: 'include'}).catch(() => {})",
    "fetch by POST": """await fetch(there + '/graphql', {
        method: 'POST', credentials: 'include', mode: 'no-cors',
        headers: {'Content-Type': 'text/plain'}, body: '{"query": "mutation {a}"}'
    }).catch(() => {})""",
    "mutation by GET": """await fetch(there + '/graphql?query=mutation{a}', {
        credentials: 'include', mode: 'no-cors'
    }).catch(() => {})""",
    "image": """await new Promise(over => {
        const image = new Image(); image.onload = image.onerror = over;
        image.src = there + '/graphql?query=mutation{a}';
    })""",
    "websocket": """await new Promise(over => {
        const socket = new WebSocket(there.replace('http', 'ws') + '/graphql');
        socket.onopen = () => { socket.send('{}'); over(); };
        socket.onerror = socket.onclose = over;
    })""",
    "form": """await new Promise(over => {
        const frame = document.createElement('iframe'); frame.name = there;
        document.body.append(frame);
        const form = document.createElement('form');
        form.method = 'POST'; form.action = there + '/graphql'; form.target = there;
        frame.onload = over;
        document.body.append(form); form.submit();
    })""",
    "frame": """await new Promise(over => {
        const frame = document.createElement('iframe'); frame.onload = over;
        frame.src = there + '/graphql?query=mutation{a}';
        document.body.append(frame);
    })""",
}


class Served:
    """An application on a port of loopback; `came`: what reached it."""

    def __init__(self) -> None:
        self.came: list[str] = []
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    @contextmanager
    def serving(self, app: ASGIApp) -> Iterator[None]:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = Thread(target=lambda: asyncio.run(server.serve([self.socket])), daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join()

    @property
    def app(self) -> Starlette:
        async def page(request: Request) -> Response:
            self.came.append(f"{request.method} {request.url.path}")
            return HTMLResponse("<!doctype html><title>t</title><body>")

        async def talk(websocket: WebSocket) -> None:
            self.came.append("websocket")
            await websocket.accept()
            await websocket.close()

        return Starlette(
            routes=[
                Route("/favicon.ico", lambda _: PlainTextResponse("")),
                Route("/{path:path}", page, methods=["GET", "POST"]),
                WebSocketRoute("/graphql", talk),
            ]
        )


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])  # the same site, and another one
def test_a_foreign_page_reaches_nothing_and_an_own_page_all(name: str) -> None:
    ours, theirs, bare = Served(), Served(), Served()
    here = f"http://127.0.0.1:{ours.port}"
    guarded = Guard(ours.app, f"127.0.0.1:{ours.port}", "secret-of-this-server", TOKEN)
    with (
        ours.serving(guarded),
        theirs.serving(theirs.app),
        bare.serving(bare.app),
        chromium() as browser,
    ):
        context = browser.new_context()
        own = context.new_page()
        assert own.goto(f"{here}/?token={TOKEN}").status == 200
        assert "token" not in own.url
        (cookie,) = context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        assert ours.came == ["GET /"]
        foreign = context.new_page()
        foreign.goto(f"http://{name}:{theirs.port}/")
        for attack, script in ATTACKS.items():
            foreign.evaluate(f"async there => {{ {script} }}", here)
            assert ours.came == ["GET /"], attack
            foreign.evaluate(f"async there => {{ {script} }}", f"http://127.0.0.1:{bare.port}")
            assert bare.came, attack
            bare.came.clear()
        for attack in ("fetch", "fetch by POST", "websocket"):
            own.evaluate(f"async there => {{ {ATTACKS[attack]} }}", here)
        assert ours.came == ["GET /", "GET /graphql", "POST /graphql", "websocket"]


def test_the_token_of_an_address_is_used_up_and_other_names_are_refused() -> None:
    ours = Served()
    guarded = Guard(ours.app, f"127.0.0.1:{ours.port}", "secret-of-this-server", TOKEN)
    with ours.serving(guarded), chromium() as browser:
        page = browser.new_page()
        assert page.goto(f"http://localhost:{ours.port}/?token={TOKEN}").status == 403
        assert page.goto(f"http://127.0.0.1:{ours.port}/").status == 401
        assert page.goto(f"http://127.0.0.1:{ours.port}/?token={TOKEN}").status == 200
        page.context.clear_cookies()
        assert page.goto(f"http://127.0.0.1:{ours.port}/?token={TOKEN}").status == 401
    assert ours.came == ["GET /"]
