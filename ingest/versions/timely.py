"""Whether a form comes too early: it speaks of a day, or of the close of a year, yet to come.

A balance report speaks of its reference date. An annual form, a claim list and the results in plan
tables, promotion sheets and city targets speak of the close of a fiscal year (domain §2, §3), which
nobody knows before its last day, 31 March, is over. From then on it may be handed in: the books of
public enterprises are closed, and the others' are told as 決算見込 until 31 May. Targets lie ahead.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date

from ingest.findings import Finding
from ingest.forms.reading import CellValue
from ingest.submission import Submission
from ingest.versions.known import Known
from terms.years import TOKYO, fiscal_year_of, year_name

_PLAN_RESULTS = ("baseline_actual", "actual", "other_actual")
_LAST_RESULTS = "D"  # the row of Y's own results in an annual form (domain §2)


class Timely:
    """A check of each new form against the day of its receipt.

    That is the day on which its very bytes came first, as far as `known` has it: figures that were
    typed too early do not become right by lying in the inbox until the day has come.
    """

    def __init__(self, today: date, known: Known | None = None) -> None:
        self._today, self._known = today, known

    def __call__(self, submission: Submission) -> Sequence[Finding]:
        """An error at the first cell of each day or year that is yet to come."""
        received_on = self._received_on(submission)
        as_of = submission.form.as_of
        if as_of is not None:
            return [_of_day(submission, as_of, received_on)] if as_of > received_on else []
        open_year = fiscal_year_of(received_on)
        told: dict[int, str | None] = {}
        for year, cell in _results(submission):
            if year >= open_year:
                told.setdefault(year, cell)
        return [_of_year(submission, year, told[year], received_on) for year in sorted(told)]

    def _received_on(self, submission: Submission) -> date:
        first = self._known.first_received(submission) if self._known else None
        return min(self._today, first.astimezone(TOKYO).date()) if first else self._today


def _results(submission: Submission) -> Iterator[tuple[int, str | None]]:
    """The fiscal years whose close a form speaks of, each with a cell that does."""
    form = submission.form
    match form.form:
        case "annual" if form.fiscal_year:
            row = (cell.cell for cell in submission.cells if cell.item == _LAST_RESULTS)
            yield form.fiscal_year, next(row, None)
        case "claim_list" if form.fiscal_year:
            yield form.fiscal_year, None
        case "figure":
            for cell in submission.cells:
                told = json.loads(cell.item)
                if cell.fiscal_year and told.get("scenario") == "actual" and "as_of" not in told:
                    yield cell.fiscal_year, cell.cell
        case "plan" | "promotion" | "city_target":
            for cell in submission.cells:
                if cell.fiscal_year and _is_result(cell):
                    yield cell.fiscal_year, cell.cell


def _is_result(cell: CellValue) -> bool:
    """Whether a cell of a table of years holds a figure of a year's close."""
    of_close = {
        "plan": cell.measure in _PLAN_RESULTS,
        "settlement": True,
        "city_target": cell.measure.startswith("actual"),
    }
    return of_close.get(cell.block, False) and not (cell.number is None and cell.text is None)


def _of_day(submission: Submission, as_of: date, received_on: date) -> Finding:
    return submission.finding(
        "error",
        "too_early",
        submission.form.places.get("as_of"),
        f"基準日の{_day(as_of)}は、受け付けた{_day(received_on)}にはまだ来ていません。基準日を"
        "確かめ、その日より前に用意した報告であれば、基準日の残高に直して提出し直してください。",
        found=_day(as_of),
        expected=f"{_day(received_on)}以前の基準日",
    )


def _of_year(submission: Submission, year: int, cell: str | None, received_on: date) -> Finding:
    label = f"{year_name(year)}年度"
    return submission.finding(
        "error",
        "too_early",
        cell,
        f"{label}は{_day(date(year + 1, 3, 31))}まで続くため、受け付けた{_day(received_on)}には"
        f"実績がまだありません。年度を確かめ、{label}の実績は年度が終わってから記入して提出し直して"
        "ください(目標は先の年度でもかまいません)。",
        found=label,
        expected=f"{year_name(fiscal_year_of(received_on) - 1)}年度以前の実績",
    )


def _day(when: date) -> str:
    return f"{when.year}年{when.month}月{when.day}日"
