"""A publisher killed at any write leaves the old site or the new one, and the next finishes."""

from itertools import count
from pathlib import Path

import pytest
from figures.exports.office import LATER, Office, assert_site_works, tree
from figures.exports.published_marts import DAY
from figures.exports.publisher import MODULES, Rendered, publishers

from exports.release import site
from exports.release.publishing import State


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> Rendered:
    remembered = Rendered()
    for module in MODULES:
        monkeypatch.setattr(module, "report_files", remembered.__getitem__)
    return remembered


@pytest.mark.parametrize("published_before", [False, True], ids=["first", "correction"])
def test_a_killed_publisher_leaves_the_old_or_the_new_site(
    tmp_path: Path,
    office: Office,
    first: Path,
    second: Path,
    rendered: Rendered,
    published_before: bool,
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

    with publishers(rendered) as them:
        for write in count(1):
            copy = office.copy(tmp_path / f"killed-{write}")
            if not them.killed_at(copy, write):
                break
            assert_site_works(copy.public)
            assert tree(copy.public) in (before, expected)  # every file of it, old or new
            for revision in site.revisions(copy.public, DAY):
                site.verify(revision)
            copy.publish(LATER)
            assert tree(copy.public) == expected
            assert copy.state() is State.PUBLISHED
    assert write > len(expected) - len(before)  # every file was a point to die at
