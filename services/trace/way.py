"""A trace as a page shows it: a figure, how it is made, and what it is made of, as nested lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.trace.figure import Figure, Submission, submissions
from services.trace.told import FOLDED, Trace, in_its_unit, shown, told_once

_HOW = {"sum": "内訳の合計", "lost": "もとになるセルがありません"}


@dataclass(frozen=True, slots=True)
class Step:
    """A figure of the way. `place`: where its cell stands, and what was typed there."""

    title: str
    value: str
    how: str
    parts: Sequence["Step"] = ()
    submission: Submission | None = None
    cell: str = ""
    typed: str = ""
    is_wrong: bool = False
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class Used:
    """A sheet that the way ends at, and its cells."""

    submission: Submission
    form: str
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Way:
    """The whole way, and the sheets it ends at in their order."""

    step: Step
    row: str
    note: str | None
    sheets: Sequence[Used]
    cells: int
    wrong: Sequence[tuple[str, str, str]]


def way_of(trace: Trace) -> Way:
    """The way of a figure."""
    cells = trace.figure.cells
    sheets = [
        Used(
            each,
            trace.form_names.get(each.form, each.form),
            [cell.address for cell in cells if cell.submission == each],
        )
        for each in submissions(trace.figure)
    ]
    wrong = [
        (each.title, shown(each.value, each.unit), shown(each.computed, each.unit))
        for each in trace.wrong
    ]
    return Way(_step(trace.figure), trace.row, trace.note, sheets, len(cells), wrong)


def is_all_told(figure: Figure) -> bool:
    """Whether every part of a figure ends at a cell."""
    return all(each.cell or each.parts for each in figure.every())


def _step(figure: Figure) -> Step:
    figure = told_once(figure)
    about = f"{figure.about}: " if figure.about else ""
    told: Mapping[str, object] = {}
    if figure.cell:
        told = {
            "submission": figure.cell.submission,
            "cell": figure.cell.address,
            "typed": in_its_unit(figure.cell).strip("()"),
        }
    return Step(
        f"{about}{figure.title}",
        shown(figure.value, figure.unit),
        _how(figure),
        tuple(map(_step, figure.parts)),
        is_wrong=not figure.agrees,
        is_folded=figure.how == "sum" and len(figure.parts) > FOLDED,
        **told,  # type: ignore[arg-type]
    )


def _how(figure: Figure) -> str:
    if figure.how == "formula":
        return f"= {figure.formula}"
    return figure.formula or _HOW.get(figure.how or "", "")
