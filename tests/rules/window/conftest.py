"""A home whose window is set up: Django can be told of one only in a process."""

import pytest

from services.home import Home


@pytest.fixture(scope="session")
def window_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home of this process, empty but for its window."""
    from window.serving import prepare

    home = Home(tmp_path_factory.mktemp("window") / "home")
    prepare(home)
    return home
