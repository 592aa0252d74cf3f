"""What holds for every test."""

import gc
import os
import tempfile

import pytest

# A worker runs dbt dozens of times; looking through what that leaves takes a tenth of its time.
gc.set_threshold(200_000, 20, 20)

SHARED = "MISHUKIN_PARSED"  # of services.warehouse.build, whose import is heavy
made = pytest.StashKey[tempfile.TemporaryDirectory]()


def pytest_configure(config: pytest.Config) -> None:
    """All workers, and all commands that they run, share what dbt made of the project."""
    if SHARED not in os.environ:
        config.stash[made] = tempfile.TemporaryDirectory(prefix="parsed-")
        os.environ[SHARED] = config.stash[made].name


def pytest_unconfigure(config: pytest.Config) -> None:
    """Whoever made the folder takes it away."""
    if folder := config.stash.get(made, None):
        folder.cleanup()
