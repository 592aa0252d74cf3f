"""Draws 未収金残高報告: one department at one reference date, a row per claim (domain §3)."""

from collections.abc import Iterator

from ingest.templates.pen import Pen

_FIRST_ROW = 8
_SPARE, _FEWEST = 5, 15  # rows left for claims that are new, and rows on an empty form
_WIDTHS = {"claim_number": 9, "claim_name": 26, "claim_classes": 15, "note": 16}
_KINDS = {"claim_name": "line"}
_HEADER_PLACES = ((1, 2, 3), (4, 5, 7), (8, 9, 10))


def draw(pen: Pen) -> None:
    """Write the whole form: the claims of `values` in their order, spare rows and the total."""
    layout = pen.form.layout
    columns = {column.name: n for n, column in enumerate(layout.columns, 1)}
    last = len(columns)
    pen.words(1, 1, layout.title, "表題")
    pen.legend(1, last, across=1)
    pen.header(3, _HEADER_PLACES)
    pen.words(4, last, f"(単位:{pen.form.unit})", "注")
    _headings(pen, columns)
    sums = dict.fromkeys(columns, 0)
    row = _FIRST_ROW
    for row, claim in enumerate(_claims(pen), _FIRST_ROW):
        amounts = _claim_row(pen, row, claim, columns)
        sums = {name: total + amounts.get(name, 0) for name, total in sums.items()}
    _total_row(pen, row + 1, columns, sums)
    pen.mark(row + 2, last)
    pen.frame(
        widths={n: _WIDTHS.get(name, 10.5) for name, n in columns.items()},
        heights={1: 24, 3: 30, 6: 30, 7: 30} | dict.fromkeys(range(_FIRST_ROW, row + 2), 26),
        freeze=pen.at(_FIRST_ROW, columns["claim_classes"]),
    )
    pen.repeat(5, 7)


def _headings(pen: Pen, columns: dict[str, int]) -> None:
    pen.groups(5, columns)
    for column in pen.form.layout.columns:
        place = columns[column.name]
        down = 1 if column.symbol else 2
        pen.heading(6, place, "collection", column.name, column.labels[0], down)
        if column.symbol:
            pen.symbol(7, place, column)


def _claims(pen: Pen) -> Iterator[str]:
    """Claim numbers row by row; an empty one leaves the row to the department."""
    claims = list(
        dict.fromkeys(item for block, item, _ in pen.form.values if block == "collection")
    )
    for n, claim in enumerate(claims, 1):
        yield claim
        if pen.dialect.gap and n % pen.dialect.gap == 0:
            yield ""
    yield from [""] * max(_SPARE, _FEWEST - len(claims))


def _claim_row(pen: Pen, row: int, claim: str, columns: dict[str, int]) -> dict[str, int]:
    amounts = {
        c.name: pen.entry(
            row, columns[c.name], ("collection", claim, c.name), _KINDS.get(c.name, c.kind),
            answer=c.name if c.kind == "text" else "",
        )
        for c in pen.form.layout.typed
    }  # fmt: skip
    named = pen.at(row, columns["claim_number"])
    return amounts | pen.computed_row(row, claim, columns, amounts, only_if=named)


def _total_row(pen: Pen, row: int, columns: dict[str, int], sums: dict[str, int]) -> None:
    pen.words(row, 1, pen.form.layout.spec["table"]["total_row"][0], across=3)
    for column in pen.form.layout.columns:
        if column.kind in ("money", "count"):
            place = columns[column.name]
            formula = f"SUM({pen.at(_FIRST_ROW, place)}:{pen.at(row - 1, place)})"
            key = ("total", "", column.name)
            pen.result(row, place, key, formula, sums[column.name], column.kind)
    pen.words(row, columns["note"], None)
