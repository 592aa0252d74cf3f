"""How a command ends: the exit codes of the contract, and the exceptions that choose one."""

from enum import IntEnum

from exports.errors import (
    DraftChanged,
    GenerationTooOld,
    GivesAway,
    NoFigures,
    NotApproved,
    NotAsTold,
    NothingToCorrect,
    NothingToPublish,
    NotSeen,
    Overtaken,
    PublicationError,
    ReportRefused,
    TooEarly,
    Unreported,
)


class Exit(IntEnum):
    """The exit codes of the contract."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    REJECTED = 3
    CHECK_FAILED = 4
    NOT_APPROVED = 5
    INTERRUPTED = 130


class Stop(Exception):
    """End the command with a message in Japanese for the person at the terminal."""

    def __init__(self, message: str, code: Exit = Exit.USAGE) -> None:
        super().__init__(message)
        self.code = code


# What ends a command in words for the staff, wherever it was raised.
REFUSALS = (Stop, PublicationError)
OF_PUBLICATIONS: dict[type[PublicationError], Exit] = {
    GenerationTooOld: Exit.USAGE,
    NoFigures: Exit.USAGE,
    NothingToCorrect: Exit.USAGE,
    ReportRefused: Exit.CHECK_FAILED,
    GivesAway: Exit.CHECK_FAILED,
    Unreported: Exit.CHECK_FAILED,
    NotApproved: Exit.NOT_APPROVED,
    NothingToPublish: Exit.NOT_APPROVED,
    DraftChanged: Exit.NOT_APPROVED,
    TooEarly: Exit.NOT_APPROVED,
    Overtaken: Exit.NOT_APPROVED,
    NotSeen: Exit.NOT_APPROVED,
    NotAsTold: Exit.NOT_APPROVED,
}


def exit_of(refusal: Stop | PublicationError) -> Exit:
    """How a command ends that was refused."""
    if isinstance(refusal, Stop):
        return refusal.code
    return OF_PUBLICATIONS.get(type(refusal), Exit.UNEXPECTED)
