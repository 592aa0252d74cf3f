"""A window that is really served, and browsers without a screen that use it as people do."""

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import requests
from support.killed import ENVIRONMENT

from services.home import Home

PASSWORD = "haru-wa-akebono-1000"  # noqa: S105 - of people that only tests know
_FIELD = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
_TAGS = re.compile(r"<[^>]+>")


@contextmanager
def served(home: Home) -> Iterator[str]:
    """The address of the window of a home, as long as it is served."""
    command = [sys.executable, "-m", "cli", "--home", str(home.root), "window", "--port", "0"]
    with subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        told = process.stderr.readline()
        found = re.search(r"http://[0-9.:]+/", told)
        assert found, told + process.stderr.read()
        # What the server says from here on must not fill the pipe.
        drain = subprocess.Popen(["cat"], stdin=process.stderr, stdout=subprocess.DEVNULL)
        try:
            yield found[0]
        finally:
            process.terminate()
            process.wait()
            drain.wait()


def add(home: Home, username: str, name: str, *posts: Sequence[str]) -> None:
    """A person with posts, each as `people role` is told it."""
    people(home, "add", username, "--name", name, given=PASSWORD)
    for post in posts:
        people(home, "role", username, *post)


def people(home: Home, *arguments: str, given: str = "") -> str:
    """`mishukin people`; what it says."""
    command = [sys.executable, "-m", "cli", "--home", str(home.root), "people", *arguments]
    done = subprocess.run(
        command, env=ENVIRONMENT, input=f"{given}\n", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


class Visitor:
    """One browser: its cookies, and the page that it shows."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self.session = requests.Session()
        self.page = ""
        self.status = 0

    def open(self, path: str, **headers: str) -> "Visitor":
        """GET."""
        return self._show(self.session.get(self.address + path, headers=headers))

    def send(
        self,
        path: str,
        fields: dict[str, str] | None = None,
        files: Sequence[tuple[str, bytes]] = (),
        **headers: str,
    ) -> "Visitor":
        """POST what a form of the page would send, with its token."""
        token = _FIELD.search(self.page)
        told = {"csrfmiddlewaretoken": token[1]} if token else {}
        answer = self.session.post(
            self.address + path,
            data=told | (fields or {}),
            files=[("workbooks", file) for file in files] or None,
            headers=headers,
        )
        return self._show(answer)

    def sign_in(self, username: str, password: str = PASSWORD) -> "Visitor":
        """Through the sign-in page."""
        self.open("/sign-in/")
        return self.send("/sign-in/", {"username": username, "password": password})

    def hand_in(self, *files: Path | tuple[str, bytes]) -> "Visitor":
        """Workbooks, on the page to hand in."""
        sent = [
            (each.name, each.read_bytes()) if isinstance(each, Path) else each for each in files
        ]
        self.open("/hand-in/")
        return self.send("/hand-in/", files=sent)

    @property
    def text(self) -> str:
        """What a person reads."""
        return re.sub(r"\s+", " ", unescape(_TAGS.sub(" ", self.page)))

    def _show(self, answer: requests.Response) -> "Visitor":
        self.answer, self.status = answer, answer.status_code
        self.page = answer.text if "html" in answer.headers.get("Content-Type", "") else ""
        return self
