"""A publisher killed at any write leaves the old site or the new one, and the next finishes."""

import os
import signal
import sys
from functools import lru_cache
from pathlib import Path

import pytest
from figures.exports.office import LATER, Office, assert_site_works, tree
from figures.exports.published_marts import DAY

from exports.release import drafting, publishing, site
from exports.release.publishing import State
from exports.report.rendering import report_files

WRITES = ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree")


def killed_at(office: Office, write: int) -> bool:
    """Publish in a process that is killed before its n-th write; False when it had fewer."""
    child = os.fork()
    if child == 0:
        left = [write]

        def count(event: str, arguments: tuple[object, ...]) -> None:
            if event not in WRITES or (event == "open" and arguments[1] in ("r", "rb")):
                return
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        try:
            office.publish(LATER)
        finally:
            os._exit(0 if sys.exc_info()[0] is None else 1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


@pytest.fixture(autouse=True)
def _rendered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each report is rendered once and for all the publishers: they die at writes."""
    remembered = lru_cache(report_files)
    for module in (drafting, publishing):
        monkeypatch.setattr(module, "report_files", remembered)


@pytest.mark.parametrize("published_before", [False, True], ids=["first", "correction"])
def test_a_killed_publisher_leaves_the_old_or_the_new_site(
    tmp_path: Path, office: Office, first: Path, second: Path, published_before: bool
) -> None:
    if published_before:
        office.publish_all(first)
        office.correct(second)
    else:
        office.draft(first)
    office.approve()
    office.public.mkdir(exist_ok=True)
    before = tree(office.public)
    whole = office.copy(tmp_path / "whole")
    whole.publish(LATER)
    expected = tree(whole.public)

    write = 0
    while True:
        write += 1
        copy = office.copy(tmp_path / f"killed-{write}")
        if not killed_at(copy, write):
            break
        assert_site_works(copy.public)
        assert tree(copy.public) in (before, expected)  # every file of it, old or new
        for revision in site.revisions(copy.public, DAY):
            site.verify(revision)
        copy.publish(LATER)
        assert tree(copy.public) == expected
        assert copy.state() is State.PUBLISHED
    assert write > len(expected) - len(before)  # every file was a point to die at
