"""提出状況: which department has handed in which form, as a page for the staff (never public)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from exports.press.templates import internal_page

ESCALATED_AFTER = timedelta(days=7)
TEXTS = {"on_time": "提出済み", "late": "期限後に提出", "waiting": "受付済み（反映待ち）"}


@dataclass(frozen=True, slots=True)
class Occasion:
    """One collection: what is collected, and until when."""

    title: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Cell:
    """One form of one claim: on_time, late, waiting (for a build, since it came) or missing.

    `is_over` when the due day is past: only then is what is missing 未提出.
    """

    status: str
    received_on: date | None
    is_over: bool

    @property
    def text(self) -> str:
        """What the page says in words, with colour or without."""
        return TEXTS.get(self.status) or ("未提出" if self.is_over else "期限前")

    @property
    def is_overdue(self) -> bool:
        """Whether somebody has to act."""
        return self.status == "missing" and self.is_over


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim and its cell in each occasion; None where it did not owe the form."""

    number: str
    name: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure (yen) that a step of the year fixed, and what it is now; None is no longer told."""

    claim: str
    fiscal_year: int
    kind: str
    step: str
    fixed: int | None
    now: int | None


@dataclass(frozen=True, slots=True)
class Overdue:
    """A form of one department that is past its day, and the claims it has not come for."""

    department: str
    occasion: Occasion
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The page on one day."""

    day: date
    occasions: tuple[Occasion, ...]
    departments: Mapping[str, Sequence[Claim]]
    changed: tuple[Changed, ...] = ()

    @property
    def overdue(self) -> list[Overdue]:
        """What somebody has to act on, by department and due day."""
        found = []
        for department, claims in self.departments.items():
            for place, occasion in enumerate(self.occasions):
                cells = [(claim, claim.cells[place]) for claim in claims]
                owed = tuple(claim for claim, cell in cells if cell and cell.is_overdue)
                if owed:
                    found.append(Overdue(department, occasion, owed))
        return found

    @property
    def escalated(self) -> list[Overdue]:
        """What is so late that the 対策会議 is told."""
        return [each for each in self.overdue if self.day >= each.occasion.due_on + ESCALATED_AFTER]

    def counted(self, department: str, place: int) -> tuple[int, int]:
        """How many claims of a department have come in an occasion, and how many are owed."""
        cells = [claim.cells[place] for claim in self.departments[department]]
        owed = [cell for cell in cells if cell]
        return sum(cell.status != "missing" for cell in owed), len(owed)


def collection_page(grid: Grid) -> str:
    """The grid as an accessible page that needs nothing beside it."""
    return internal_page("collection.html", grid=grid)
