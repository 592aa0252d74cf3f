"""The command `mishukin`, a room for each kind of command.

What only reads (`check`, `sql`, `findings`, `submissions`) starts without dagster and dbt: the
modules that need them are imported by the commands that need them.
"""

import atexit
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress

import typer

# Each room adds its commands, in the order in which --help shows them.
from cli import (  # noqa: F401
    deletion,
    flow,
    intake,
    internal,
    layouts,
    planning,
    questions,
    report,
    serving,
    tracing,
    upkeep,
    window,
)
from cli.app import app
from services.exits import REFUSALS, Exit, exit_of
from services.messages import say
from services.troubles import explained

USAGE_ERRORS = {
    "MissingParameter": "引数が足りません",
    "NoSuchOption": "そのようなオプションはありません",
    "BadParameter": "値が正しくありません",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with a code of the contract.

    A command lives for seconds: its objects are not taken down one by one at the end.
    """
    code = run(arguments)
    atexit._run_exitfuncs()  # logs are flushed and semaphores given back, as at any exit
    with suppress(BrokenPipeError):  # `mishukin sql … | head` has read enough
        sys.stdout.flush()
    os._exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; every failure is one line for the staff."""
    try:
        code = app(args=arguments, prog_name="mishukin", standalone_mode=False)
        if code == Exit.INTERRUPTED:  # as Typer ends at Ctrl-C
            raise KeyboardInterrupt
        return int(code or Exit.DONE)
    except REFUSALS as refusal:
        say(str(refusal))
        return exit_of(refusal)
    except BrokenPipeError:
        return Exit.DONE
    except (typer.Abort, KeyboardInterrupt):
        say("中断しました。")
        return Exit.INTERRUPTED
    except Exception as error:
        return explain(error)


def explain(error: Exception) -> int:
    """One line in Japanese; the traceback only for those who asked for it."""
    if getattr(error, "exit_code", None) == Exit.USAGE:
        kind = USAGE_ERRORS.get(type(error).__name__, "使い方が違います")
        text = error.format_message() if hasattr(error, "format_message") else ""
        say(f"{kind}: {text} (使い方は mishukin --help)" if text else kind)
        return Exit.USAGE
    if os.environ.get("MISHUKIN_DEBUG"):
        traceback.print_exc()
    said = f"思いがけない誤りで終わりました({type(error).__name__}: {error})。"
    say(explained(str(error)) or said)
    return Exit.UNEXPECTED
