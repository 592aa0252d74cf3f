"""The window of a home, opened: its tables made, and served by waitress."""

import os
from collections.abc import Callable
from pathlib import Path

from services.home import Home
from services.locks import locked
from services.records import audit
from window.house import BEHIND_PROXY, make_secret

# A clerk's upload is read in workers of its own; what waits for a lock holds a thread.
THREADS = 32
# Browsers keep theirs open; who came as the 101st waited until another one went.
CONNECTIONS = 1000
LARGEST_REQUEST = 512 * 2**20


def prepare(home: Home) -> None:
    """Set Django up for a home, and bring its tables up to date. Once in a process."""
    os.environ["MISHUKIN_HOME"] = str(home.create().root)
    os.environ["DJANGO_SETTINGS_MODULE"] = "window.settings"
    os.environ.pop(audit.PERSON, None)  # here requests say who asks, and nothing else
    make_secret(home)
    import django
    from django.core.management import call_command

    django.setup()
    # A lock of its own: neither the window nor `mishukin people` waits for a build.
    with locked(home.window / "tables.lock"):
        call_command("migrate", verbosity=0, interactive=False)


def serve(
    home: Home, host: str, port: int, socket: Path | None, opened: Callable[[str], None]
) -> None:
    """Serve until the process ends: on an address, or on a socket that only the proxy can open.

    Only there does the proxy tell who asks from where (X-Forwarded-For, X-Forwarded-Proto).
    `opened` is told the address once it answers; port 0 is a free one.
    """
    if socket:
        os.environ[BEHIND_PROXY] = "1"
    else:
        os.environ.pop(BEHIND_PROXY, None)
    prepare(home)
    from waitress import create_server

    from window.wsgi import application

    where = (
        {"host": host, "port": port}
        if socket is None
        else {
            "unix_socket": str(socket),
            "unix_socket_perms": "660",
            "trusted_proxy": "localhost",
            "trusted_proxy_count": 1,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        }
    )
    server = create_server(
        application,
        threads=THREADS,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        ident="",
        clear_untrusted_proxy_headers=True,
        max_request_body_size=LARGEST_REQUEST,
        **where,
    )
    opened(str(socket) if socket else f"http://{host}:{server.effective_port}/")
    server.run()
