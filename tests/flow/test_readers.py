"""Readers see one whole generation, whatever is loaded, built and published meanwhile."""

from pathlib import Path

from flow.stress import readers, rebuild

from services.home import Home

# `make stress` has more of both.
BUILDS, PROCESSES = 2, 1


def test_readers_never_fail_and_never_see_two_generations(built: Home, tmp_path: Path) -> None:
    with readers(built, PROCESSES) as reading:
        expected = rebuild(built, tmp_path, BUILDS)
    assert reading.failures == []
    assert set(reading.answers) <= set(expected)
    assert len(set(expected)) == len(expected)
    assert len(reading.answers) > 1
    assert len(reading.as_of) == 1
