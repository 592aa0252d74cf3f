"""What a form is, to the figures of a described table that land as it."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ingest.described.amounts import Read
from ingest.described.figures import PERCENT, YEN
from ingest.forms.page import Page

TOTAL = "total"
OWNERS = ("bureau", "section", "department")
_CLAIM = ("claim_number", "claim_name", "claim_classes", *OWNERS)
IN_ALL = (None, "total")  # of both parts of a claim
Words = Mapping[str, str | None]


@dataclass(frozen=True)
class Kind(ABC):
    """A form as which figures land: which column a figure has there, and which item it is of.

    `figures`: all of the sheet. `said_year`: the fiscal year that it tells for all of them.
    """

    figures: Sequence[Read]
    said_year: int | None = None

    block: ClassVar[str]
    dimensions: ClassVar[tuple[str, ...]] = ("scenario", "part", *_CLAIM)
    takes_dashes: ClassVar[bool] = False  # as nought

    @abstractmethod
    def column(self, read: Read) -> str | None:
        """What the form calls a figure; None where it has no column for it."""

    def item(self, read: Read) -> Hashable:
        """What the figures of one item have in common."""
        return tuple(read.means(dimension) for dimension in _CLAIM)

    def year(self, read: Read) -> int | None:
        """The fiscal year that a figure lands with; None where its item tells it."""
        return read.meaning.fiscal_year

    def words(self, read: Read) -> Words:
        """What is told of an item beside its figures."""
        return {}

    @abstractmethod
    def head(self, page: Page, read: Sequence[Read], common: Words) -> None:
        """What the form tells of itself. `common`: the dimensions that all figures share.

        `read`: the figures that the form has columns for.
        """


def note_several(page: Page, read: Sequence[Read], dimension: str, label: str) -> None:
    """Note a form that must speak of one value of a dimension, and does not."""
    told = {
        each.meaning.fiscal_year if dimension == "fiscal_year" else each.means(dimension)
        for each in read
    }
    if len(told) != 1 or None in told:
        page.error(
            "header_value",
            None,
            f"{label}が一つに決まりません。見出しか様式の定義で一つに決めてください。",
            expected=f"一つの{label}",
        )


def is_actual(read: Read) -> bool:
    """Whether a figure is a result."""
    return read.means("scenario") in (None, "actual")


def in_all(read: Read) -> bool:
    """Whether a figure is of both parts of its claim."""
    return read.means("part") in IN_ALL


def is_amount(read: Read, *measures: str) -> bool:
    """Whether a figure is money, and one of some measures."""
    return read.meaning.measure in measures and read.unit == YEN


def is_count(read: Read, *measures: str) -> bool:
    """Whether a figure counts something, for both parts together."""
    return read.meaning.measure in measures and read.unit not in (YEN, PERCENT) and in_all(read)
