"""A home with a generation, and its window opened: Django is set up once in a process."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flow.conftest import build, copied
from support.once import once

from services.home import Home

PASSWORD = "correct horse 9 battery"  # noqa: S105 - of people made up here
SINCE = datetime(2020, 4, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The real forms, built; nobody changes what was handed in."""
    from window.serving import prepare

    made = copied(once("city", build), tmp_path_factory.mktemp("window"))
    prepare(made)
    return made


@pytest.fixture(scope="session")
def sign_in(home: Home) -> Callable[..., object]:
    """Somebody with a role, signed in: a client of the window."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from window.people import keeping

    def signed_in(username: str, role: str, department: str = "") -> Client:
        if not get_user_model().objects.filter(username=username).exists():
            keeping.add(home, username, f"{username}さん", PASSWORD, SINCE)
            post = keeping.Given(role, "271004", department, since=SINCE.date())
            keeping.give(home, username, post, SINCE)
        client = Client(SERVER_NAME="localhost")
        answer = client.post("/sign-in/", {"username": username, "password": PASSWORD})
        assert answer.status_code == 302
        return client

    return signed_in
