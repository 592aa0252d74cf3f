"""What holds for every test."""

import gc
import os
import tempfile
from pathlib import Path

import pytest
from support.once import SHARED

# A worker runs dbt dozens of times; looking through what that leaves takes a tenth of its time.
gc.set_threshold(200_000, 20, 20)

PARSED = "MISHUKIN_PARSED"  # of services.warehouse.build, whose import is heavy
made = pytest.StashKey[tempfile.TemporaryDirectory]()


def pytest_configure(config: pytest.Config) -> None:
    """All workers share a folder; in it, all commands that they run what dbt made of the project.

    Whoever begins the run makes it.
    """
    if SHARED not in os.environ:
        config.stash[made] = tempfile.TemporaryDirectory(prefix="shared-")
        os.environ[SHARED] = config.stash[made].name
        os.environ[PARSED] = str(Path(config.stash[made].name) / "parsed")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Whoever made the folder takes it away."""
    if folder := config.stash.get(made, None):
        folder.cleanup()
