"""How a command that ran a job ends."""

import sys
from typing import Any

import typer

from services.messages import say


def finish(outcome: Any) -> None:  # noqa: ANN401 - runs.Outcome, whose module is heavy
    """Say what a run has to say, and end the command with its exit code."""
    for message in outcome.messages:
        say(message)
    for line in outcome.results:
        sys.stdout.write(line + "\n")
    raise typer.Exit(outcome.code)
