"""How a command that ran a job ends."""

from typing import Any

import typer

from services.messages import give, say


def finish(outcome: Any) -> None:  # noqa: ANN401 - runs.Outcome, whose module is heavy
    """Say what a run has to say, and end the command with its exit code."""
    for message in outcome.messages:
        say(message)
    for line in outcome.results:
        give(line)
    raise typer.Exit(outcome.code)
