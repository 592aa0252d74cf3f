"""Where a cell stands, as people name it."""


def address(row: int, column: int) -> str:
    """A1 address of a zero-based (row, column)."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
