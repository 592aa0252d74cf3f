"""The window over one home: Django is set up once in a process, and with it the home."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from flow.city import CODE
from flow.conftest import build, copied
from support.once import once

from services.home import Home
from window.serving import prepare

PASSWORD = "correct horse 9 battery"  # noqa: S105 - of people made up here
SINCE = datetime(2020, 4, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def window_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The small city of `flow`, built, with its window prepared."""
    made = copied(once("city", build), tmp_path_factory.mktemp("window"))
    city_told(made)
    prepare(made)
    from django.test.utils import setup_test_environment

    setup_test_environment()  # an answer tells what its page was drawn from
    return made


@pytest.fixture(scope="session")
def home(window_home: Home) -> Home:
    """The same; nobody changes what was handed in."""
    return window_home


def city_told(home: Home) -> None:
    (home.config / "city.yml").write_text(f'municipality_code: "{CODE}"\n', "utf-8")


def refilled(home: Home, made: Path) -> None:
    """Put another home in its place, but for its people and sessions."""
    for path in home.root.iterdir():
        if path.name != "window":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    left = shutil.ignore_patterns("window")
    shutil.copytree(made, home.root, symlinks=True, ignore=left, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def sign_in(home: Home) -> Callable[..., Client]:
    """Somebody with a role, signed in: a client of the window."""
    from django.contrib.auth import get_user_model

    from window.people import keeping

    def signed_in(username: str, role: str, department: str = "") -> Client:
        if not get_user_model().objects.filter(username=username).exists():
            keeping.add(home, username, f"{username}さん", PASSWORD, SINCE)
        if not keeping.find(username).posts.exists():
            post = keeping.Given(role, CODE, department, since=SINCE.date())
            keeping.give(home, username, post, SINCE)
        client = Client(SERVER_NAME="localhost")
        answer = client.post("/sign-in/", {"username": username, "password": PASSWORD})
        assert answer.status_code == 302
        return client

    return signed_in
