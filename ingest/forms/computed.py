"""Computed cells are recomputed: what a department typed there is compared, never used."""

from collections.abc import Mapping
from fractions import Fraction

from ingest import text
from ingest.forms.columns import Table
from ingest.forms.reading import Page, quoted, show
from ingest.layout import Column, Rate
from ingest.text import Unreadable

HALF_A_PRINTED_PERCENT = Fraction(1, 2000) + Fraction(1, 10**9)  # 0.1% printed, rounded anyhow

ALMOST = 1e-6


def check_computed(
    page: Page, table: Table, row: int, computed: Mapping[str, int | Rate], item: str
) -> None:
    """Computed cells are recomputed: an amount that disagrees is an error, a rate a warning."""
    for column in page.layout.computed:
        place = table.columns.get(column.name)
        if place is None or page.value(row, place) is None:
            continue
        expected = computed[column.name]
        if isinstance(expected, Rate):
            _check_rate(page, column, (row, place), expected, item)
        else:
            _check_amount(page, column, (row, place), expected, item)


def _check_amount(
    page: Page, column: Column, place: tuple[int, int], expected: int, item: str
) -> None:
    value = page.value(*place)
    try:
        parsed = text.number(value)
    except Unreadable:
        parsed = None
    if (parsed or text.is_blank(value)) and page.yen(parsed) == expected:
        return
    right = show(expected, page.unit_yen)
    page.note(
        "error",
        "computed_amount",
        place,
        f"{item} {column.title}は、記入された金額から計算すると{right}ですが"
        f"「{quoted(value)}」となっています({column.note or '計算欄'})。"
        "記入欄と計算欄のどちらが正しいか確かめ、訂正してください。",
        found=value,
        expected=right,
    )


def _check_rate(
    page: Page, column: Column, place: tuple[int, int], expected: Rate, item: str
) -> None:
    value = page.value(*place)
    if (
        isinstance(value, float)
        and expected.denominator
        and abs(value - expected.numerator / expected.denominator) < ALMOST
    ):
        return  # far from the limit a double is exact enough, and most rates are Excel's own
    try:
        shown = text.rate(value)
    except Unreadable:
        shown = Fraction(-(10**9))
    if expected.denominator == 0:
        agrees = not shown
    else:
        exact = Fraction(expected.numerator, expected.denominator)
        # 50.0 may be meant as a percentage, 0.5 as a fraction of one
        agrees = shown is not None and any(
            abs(each - exact) <= HALF_A_PRINTED_PERCENT for each in (shown, shown / 100)
        )
    if agrees:
        return
    right = expected.printed()
    page.note(
        "warning",
        "computed_rate",
        place,
        f"{item} {column.title}は計算すると{right}ですが「{quoted(value)}」となっています。"
        "計算し直した率を使います。数式を元の様式のとおりに戻してください。",
        found=value,
        expected=right,
    )
