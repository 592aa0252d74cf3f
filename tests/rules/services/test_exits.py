"""What a command ends with: 4 where figures do not hold, 5 where nobody may publish yet."""

from datetime import date

import pytest

from exports import errors
from services.exits import Exit, Stop, exit_of

DAY = date(2026, 7, 31)


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (errors.GenerationTooOld(), Exit.USAGE),
        (errors.NoFigures("999999", DAY), Exit.USAGE),
        (errors.NothingToCorrect(DAY, ""), Exit.USAGE),
        (errors.ReportRefused(DAY, ["1"]), Exit.CHECK_FAILED),
        (errors.Unreported(DAY, ["1"]), Exit.CHECK_FAILED),
        (errors.NotApproved(DAY, ""), Exit.NOT_APPROVED),
        (errors.NothingToPublish(DAY), Exit.NOT_APPROVED),
        (errors.DraftChanged(DAY, "report.csv"), Exit.NOT_APPROVED),
        (errors.TooEarly(DAY, DAY), Exit.NOT_APPROVED),
        (errors.Overtaken(DAY), Exit.NOT_APPROVED),
        (errors.NotSeen(DAY, ["1"], "1-0000"), Exit.NOT_APPROVED),
        (errors.RevisionDamaged(DAY, 1, "report.csv"), Exit.UNEXPECTED),
        (errors.NotKept(DAY, 1), Exit.UNEXPECTED),
        (Stop("何か"), Exit.USAGE),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_refusal_ends_as_the_readme_says(
    refusal: Stop | errors.PublicationError, code: Exit
) -> None:
    assert exit_of(refusal) is code


def test_the_codes_are_those_of_the_readme() -> None:
    assert [code.value for code in Exit] == [0, 1, 2, 3, 4, 5, 130]
