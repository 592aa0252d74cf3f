"""Each patch that takes a trick of speed out, for the benchmark, still fits the product."""

import shutil
from pathlib import Path

import pytest

from benchmarks import tricks

TRICKS = tricks.tricks()


@pytest.mark.parametrize("trick", TRICKS, ids=[trick.patch.stem for trick in TRICKS])
def test_a_trick_names_its_command_and_can_be_taken_out(
    trick: tricks.Trick, tmp_path: Path
) -> None:
    assert trick.command in tricks.COMMANDS
    assert trick.where
    for name in trick.where:
        place = tmp_path / "copy" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(tricks.ROOT / name, place)
    tricks.take_out(trick, tmp_path / "copy")
    for name in trick.where:
        assert (tmp_path / "copy" / name).read_bytes() != (tricks.ROOT / name).read_bytes()
