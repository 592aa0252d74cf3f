"""Splits a column of a form in several, as departments do: 件数 and 金額 under one heading."""

from collections.abc import Callable, Sequence

from openpyxl.worksheet.worksheet import Worksheet

Other = Callable[[int], int]  # what stands in another column of a row


def split(
    sheet: Worksheet,
    column: int,
    heading: range,
    words: Sequence[str | None],
    meant: int,
    other: Other = lambda row: row,
    *,
    merged: bool = True,
    figures: range | None = None,
) -> None:
    """Make `words` stand in a line of their own below the rows of a column's heading.

    The figures of the column go below the word number `meant`, others below the rest; `figures`:
    their rows afterwards. Rows and columns count from 1, as in a workbook.
    """
    below = heading[-1] + 1
    sheet.insert_rows(below)
    if len(words) > 1:
        sheet.insert_cols(column + 1, len(words) - 1)
    for n, word in enumerate(words):
        sheet.cell(below, column + n).value = word
    for row in figures or range(below + 1, sheet.max_row + 1):
        value = sheet.cell(row, column).value
        if value is None:
            continue
        for n in range(len(words)):
            sheet.cell(row, column + n).value = value if n == meant else other(row)
    for row in heading if merged else ():
        sheet.merge_cells(
            start_row=row, end_row=row, start_column=column, end_column=column + len(words) - 1
        )
