"""The window over one home: Django is set up once in a process, and with it the home."""

import pytest
from flow.conftest import build, copied
from support.once import once

from services.home import Home
from window.serving import prepare


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The small city of `flow`, built, with its window prepared."""
    made = copied(once("city", build), tmp_path_factory.mktemp("window"))
    (made.config / "city.yml").write_text('municipality_code: "271004"\n', "utf-8")
    prepare(made)
    from django.test.utils import setup_test_environment

    setup_test_environment()  # an answer tells what its page was drawn from
    return made
