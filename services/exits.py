"""How a command ends: the exit codes of the contract, and the exceptions that choose one."""

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of the contract."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    REJECTED = 3
    CHECK_FAILED = 4
    NOT_APPROVED = 5


class Stop(Exception):
    """End the command with a message in Japanese for the person at the terminal."""

    def __init__(self, message: str, code: Exit = Exit.USAGE) -> None:
        super().__init__(message)
        self.code = code
