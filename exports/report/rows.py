"""Values of a report from the rows of a generation, of the types that the report declares."""

from typing import TypeVar, get_type_hints

from exports.marts import Row

T = TypeVar("T")


def built(kind: type[T], row: Row, **others: object) -> T:
    """``kind``, a data class, from the columns named like its fields, and from ``others``.

    Raises TypeError for a value of another type: yen and counts are whole numbers, rates DECIMAL.
    """
    declared = get_type_hints(kind)
    told = {name: row[name] for name in declared if name in row and name not in others}
    for name, value in told.items():
        if not isinstance(value, declared[name]):
            raise TypeError(f"{kind.__name__}: {name} is told as {type(value).__name__}")
    return kind(**told, **others)


def whole(value: object) -> int | None:
    """Yen or a count. Raises TypeError for anything that is no whole number."""
    if value is None or isinstance(value, int):
        return value
    raise TypeError(f"yen and counts are whole numbers, not {type(value).__name__}")
