"""Where a figure of a mart can come from: the words in which `lineage` declares it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

TYPED = (
    "carried_forward",
    "assessed_prior", "collected_prior", "written_off_prior",
    "assessed_current", "collected_current", "written_off_current",
)  # fmt: skip
SAME = "{column}"  # the column that is asked for


@dataclass(frozen=True, slots=True)
class Cell:
    """A typed cell of the row's own submission; `{name}` stands for the row's column `name`.

    `fiscal_year`: the column that holds the year the cell speaks of, on forms with a column a year;
    `address`: the one that holds where the cell stands.
    `submissions`: a query for the submissions to look into instead, as of `$known_at`; the first
    with a figure counts.
    """

    block: str
    measure: str = SAME
    item: str = ""
    fiscal_year: str | None = None
    address: str | None = None
    submissions: str | None = None


@dataclass(frozen=True, slots=True)
class FormRow:
    """A figure of one row (A–G) of an annual form; without `item`: of its year and scenario."""

    column: str
    item: str | None = None
    submission: str = "submission_id"


@dataclass(frozen=True, slots=True)
class Rows:
    """A column of the rows of another mart; `$name` in `where` is the row's column `name`.

    One row, unless `add_up`.
    """

    mart: str
    column: str
    where: str
    add_up: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """Computed from columns of the row, as dim_measure has it for the column, or for `measure`.

    `columns`: what the operands are called in this mart, where it is something else. `unless`: the
    column of the row that says that the figures must not be compared.
    """

    measure: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    unless: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """The same as another column of the row."""

    name: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Judged, not computed: what is judged by, in words, and the columns looked at."""

    words: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class First:
    """The first of several that there is."""

    choices: tuple["Source", ...]

    @classmethod
    def of(cls, *choices: "Source") -> "First":
        """As many as given."""
        return cls(choices)


Source = Cell | FormRow | Rows | Formula | Column | Rule | First
Columns = Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class Mart:
    """The sources of a mart's columns. `helpers` are operands of formulas that are no columns."""

    columns: Columns
    helpers: Columns = field(default_factory=dict)


def every(columns: Sequence[str], source: Source) -> dict[str, Source]:
    """The same source for several columns."""
    return dict.fromkeys(columns, source)


def same(*columns: str) -> str:
    """The other mart's row agrees with this one in these columns."""
    return " and ".join(f"{column} = ${column}" for column in columns)


OF_CLAIM = same("municipality_code", "claim_number")
THIS_YEAR = f"{OF_CLAIM} and fiscal_year = $fiscal_year"
ADDED_UP = f"""{same("municipality_code", "as_of")} and case $dimension
    when 'class' then claim_classes = $member
    when 'department' then department = $member
    else true
end"""
