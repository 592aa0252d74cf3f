"""Refusals inside a run, as the command line can tell them from a breakdown."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from orchestration.exits import Exit, Stop


def refusal(message: str, code: Exit) -> dg.Failure:
    """A refusal with what to say and the exit code."""
    return dg.Failure(message, metadata={"exit": int(code)}, allow_retries=False)


@contextmanager
def stops_as_refusals() -> Iterator[None]:
    """What would end a command ends the step in the same words."""
    try:
        yield
    except Stop as stop:
        raise refusal(str(stop), stop.code) from stop
