"""Where a cell stands, as people name it."""

import re
from functools import lru_cache

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")


@lru_cache(maxsize=8192)
def address(row: int, column: int) -> str:
    """A1 address of a zero-based (row, column)."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def place(cell: str) -> tuple[int, int]:
    """Zero-based (row, column) of an A1 address. Raises ValueError for anything else."""
    found = _ADDRESS.fullmatch(cell)
    if not found:
        raise ValueError(cell)
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1
