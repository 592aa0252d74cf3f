"""A figure and what it is made of, down to the cells; and whether they agree."""

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from terms.money import percentage

# Yen or a count, a percentage as printed, a ratio, a judgement (A, B1 …), or nothing.
Value = int | Decimal | float | str | bool | None
_OPERATORS: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True, slots=True)
class Submission:
    """The sheet that a cell stands on, as `mart_submission` has it."""

    submission_id: str
    form: str
    file: str
    sheet: str
    file_sha256: str
    received_at: Any
    received_from: str | None
    fiscal_year: int | None
    unit_yen: int
    layout_version: str
    version_no: int | None
    in_force: bool


@dataclass(frozen=True, slots=True)
class TracedCell:
    """A typed cell. `number`: yen or a count; `text`: a percentage or a letter."""

    submission: Submission
    address: str
    title: str
    number: int | None
    text: str | None
    is_money: bool

    @property
    def value(self) -> Value:
        """What was typed, as the marts hold it."""
        return self.text if self.number is None else self.number


@dataclass(frozen=True, slots=True)
class Figure:
    """A value of a mart. It has a `cell`, or `parts` that it is made of as `how` says.

    `how`: formula (with `expression` over the columns of the parts), sum, same, rule, or lost,
    where there is no cell. `about`: which row it is of, where the figure it is a part of is of
    another.
    """

    mart: str
    column: str
    title: str
    value: Value
    unit: str | None = None
    how: str | None = None
    formula: str | None = None
    expression: str | None = None
    about: str | None = None
    cell: TracedCell | None = None
    parts: tuple["Figure", ...] = ()

    @property
    def computed(self) -> Value:
        """The value made anew from the cell or the parts; of a rule, that of the mart."""
        if self.cell is not None:
            return self.cell.value
        if self.how == "formula" and self.expression is not None:
            return evaluated(self.expression, {p.column: p.value for p in self.parts}, self.value)
        if self.how == "lost":
            return None
        if self.how == "same":
            return self.parts[0].value
        if self.how == "sum":
            amounts = [part.value for part in self.parts]
            return None if None in amounts else sum(amounts)  # type: ignore[arg-type]
        return self.value

    @property
    def agrees(self) -> bool:
        """Whether the mart says what the cell or the parts say."""
        if isinstance(self.value, float) and isinstance(self.computed, float):
            return math.isclose(self.value, self.computed, rel_tol=1e-12)
        if isinstance(self.value, Decimal) and isinstance(self.computed, str):
            return self.value == Decimal(self.computed)
        return self.value == self.computed

    def part(self, about: str | None) -> "Figure":
        """The same figure as a part of another row's."""
        return replace(self, about=about)

    def every(self) -> Iterator["Figure"]:
        """This figure and all it is made of."""
        yield self
        for part in self.parts:
            yield from part.every()

    @property
    def cells(self) -> list[TracedCell]:
        """The cells it comes from, each once, in the order of the tree."""
        return list(dict.fromkeys(each.cell for each in self.every() if each.cell))


def operands(expression: str) -> list[str]:
    """The columns of an expression, each once, in the order in which they stand."""
    names = (node for node in ast.walk(ast.parse(expression)) if isinstance(node, ast.Name))
    return list(dict.fromkeys(n.id for n in sorted(names, key=lambda node: node.col_offset)))


def evaluated(expression: str, values: Mapping[str, Value], like: Value = None) -> Value:
    """An expression of + - * / and brackets, exactly; None where an operand or divisor is missing.

    A ratio is printed as `like`: a percentage with as many decimals, else a double.
    """
    try:
        result = _evaluated(ast.parse(expression, mode="eval").body, values)
    except (TypeError, ZeroDivisionError):
        return None
    if "/" not in expression:
        whole = result.denominator == 1
        return int(result) if whole else Decimal(result.numerator) / Decimal(result.denominator)
    if isinstance(like, Decimal):
        return percentage(result, -int(like.as_tuple().exponent))
    return None if like is None else float(result)


def _evaluated(node: ast.AST, values: Mapping[str, Value]) -> Fraction:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_evaluated(left, values), _evaluated(right, values))
        case ast.Name(id=name):
            return Fraction(values[name])  # type: ignore[arg-type]
        case ast.Constant(value=int(number)):
            return Fraction(number)
    raise ValueError(ast.dump(node))


def submissions(figure: Figure) -> Sequence[Submission]:
    """The sheets that the figure comes from, in the order of the tree."""
    return list(dict.fromkeys(cell.submission for cell in figure.cells))
