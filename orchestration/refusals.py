"""Refusals and troubles inside a run: a refusal ends it, a trouble of the machine is tried again.

A full disk, a mail server or a PostgreSQL that is away may be there in a few minutes; what was
refused would be refused again. Somebody at the terminal is told at once instead.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import duckdb

from orchestration.tags import COMMAND
from services.exits import REFUSALS, Exit, Stop, exit_of

TRIES_MORE = 3
FIRST_WAIT_SECONDS = 60


def refusal(message: str, code: Exit) -> dg.Failure:
    """A refusal with what to say and the exit code."""
    return dg.Failure(message, metadata={"exit": int(code)}, allow_retries=False)


@contextmanager
def stops_as_refusals() -> Iterator[None]:
    """What would end a command ends the step in the same words.

    Trouble with the disk or a server asks for the step again, after 1, 2 and 4 minutes.
    """
    try:
        yield
    except REFUSALS as refused:
        if isinstance(refused, Stop) and refused.code is Exit.UNEXPECTED:
            _ask_again(refused)
        raise refusal(str(refused), exit_of(refused)) from refused
    except (OSError, duckdb.IOException) as trouble:
        _ask_again(trouble)
        raise


def _ask_again(trouble: Exception) -> None:
    context = dg.OpExecutionContext.get()
    if COMMAND not in context.run.tags and context.retry_number < TRIES_MORE:
        wait = FIRST_WAIT_SECONDS * 2**context.retry_number
        context.log.warning(f"{trouble}\n{wait}秒後にもう一度試します。")
        raise dg.RetryRequested(max_retries=TRIES_MORE, seconds_to_wait=wait) from trouble
