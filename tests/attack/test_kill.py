"""Killed at a few of its steps and given once more, a command leaves all as it should be.

`make kill` does the same some three hundred times (docs/faults.md).
"""

from pathlib import Path

import pytest
from attack import kill


@pytest.mark.parametrize("name", ["load", "withdraw"])
def test_a_killed_command_given_again_loses_nothing_and_does_nothing_twice(
    tmp_path: Path, name: str
) -> None:
    homes = kill.prepared(tmp_path)
    ends, steps = kill.reference(homes, name, tmp_path)
    # The batch has its name, nobody has noted it: the worst moment; and the very last one.
    landed = next(n for n, step in enumerate(steps, 1) if step.path.startswith("landing/batch="))
    worst = [steps[landed], steps[-1]]
    outcomes = list(kill.kill_at_steps(homes, name, tmp_path, worst, ends))
    assert outcomes == [kill.Outcome(was_killed=True, wrong=[])] * 2
