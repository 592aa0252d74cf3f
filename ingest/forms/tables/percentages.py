"""Rates as percentages: 97.87%, 0.9787 and 97.87 are the same, and a row is written in one way."""

from collections.abc import Collection
from decimal import Decimal

from ingest import text
from ingest.forms.page import Page
from ingest.text import Unreadable
from ingest.values import Shown

# 150%: no rate of collection; a larger bare number is a percentage
MOST_AS_FRACTION = Decimal("1.5")


def read_percentages(
    page: Page, row: int, columns: Collection[int], name: str, known: str | None = None
) -> dict[int, Decimal]:
    """Column → percentage of the cells that hold one; what cannot be read is noted.

    A bare number is a fraction (0.9787) or a percentage (97.87) as the row's largest tells; where
    all are small, the reading that is nearer to `known`, a percentage of the same kind.
    """
    written: dict[int, tuple[Decimal, bool]] = {}
    for column in columns:
        if page.note_doubt((row, column), name, "率(例 97.87%)"):
            continue
        try:
            read = text.written_percent(page.value(row, column))
        except Unreadable as problem:
            page.note_unreadable((row, column), name, str(problem))
            continue
        if read:
            written[column] = read
    bare = [abs(value) for value, certain in written.values() if not certain]
    factor = 1 if _are_percentages(bare, known) else 100
    for column, (_, certain) in written.items():
        if factor > 1 and not certain and isinstance(page.value(row, column), Shown):
            page.note_unreadable((row, column), name, "画面で下の桁まで見える率(例 97.87%)")
    return {c: v if certain else v * factor for c, (v, certain) in written.items()}


def _are_percentages(bare: list[Decimal], known: str | None) -> bool:
    largest = max(bare, default=Decimal(0))
    if largest > MOST_AS_FRACTION or known is None:
        return largest > MOST_AS_FRACTION
    return 0 < Decimal(known) < 10 * largest  # nearer to it by factors than a hundredfold


def decimals(percentage: Decimal) -> int:
    """How many decimals a percentage shows."""
    exponent = percentage.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
