"""Computed cells are recomputed: what a department typed there is compared, never used."""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from ingest import text
from ingest.addresses import address
from ingest.findings import Severity
from ingest.forms.columns import Table
from ingest.forms.reading import Page, show
from ingest.layout import Column, Rate
from ingest.quoting import quoted
from ingest.text import Unreadable

HALF_A_PRINTED_PERCENT = Fraction(1, 2000) + Fraction(1, 10**9)  # 0.1% printed, rounded anyhow
ALMOST = 1e-6
SAME_DOUBLE = 1e-12
ENOUGH = 2  # computed amounts that must disagree before a typed cell is suspected

Amounts = Mapping[str, int]


class Printed(NamedTuple):
    """A computed cell as it stands on the form, and what it should say."""

    column: Column
    place: tuple[int, int]
    expected: int | Rate


def check_computed(
    page: Page, table: Table, row: int, amounts: Amounts, item: str, told: str = ""
) -> tuple[Amounts, Mapping[str, int | Rate]]:
    """Computed cells are recomputed: an amount that disagrees is an error, a rate a warning.

    `amounts`: the typed amounts of the row in yen. Where another value of one typed cell, and of
    no other, would make all computed cells agree, that cell is told instead of them, unless it is
    `told` already. Returns the amounts with that value, so that no other rule tells it again, and
    all that follows from them.
    """
    computed = page.layout.compute(amounts)
    for column in page.layout.computed:
        if column.name in table.columns:
            is_rate = isinstance(computed[column.name], Rate)
            name = f"{item} {column.title}"
            severity: Severity = "warning" if is_rate else "error"
            page.note_disguised(row, table.columns[column.name], name, severity)
    printed = _printed(page, table, row, computed)
    odd = [each for each in printed if not _agrees(page, each)]
    suspects = _suspects(page, table, row, amounts, odd)
    strays = _strays(page, table, row) if odd else ""
    if len(suspects) == 1:
        ((column, yen),) = suspects
        if column.name != told:
            place = (row, table.columns[column.name])
            _note_suspect(page, place, column, yen, odd, item, strays)
        corrected = {**amounts, column.name: yen}
        return corrected, page.layout.compute(corrected)
    for each in odd:
        inputs = _inputs(page, table, row, each.column.name)
        if isinstance(each.expected, Rate):
            _note_rate(page, each, inputs, item)
        else:
            _note_amount(page, each, inputs, item, strays)
    return amounts, computed


def _printed(
    page: Page, table: Table, row: int, computed: Mapping[str, int | Rate]
) -> list[Printed]:
    return [
        Printed(column, (row, table.columns[column.name]), computed[column.name])
        for column in page.layout.computed
        if column.name in table.columns and page.value(row, table.columns[column.name]) is not None
    ]


def _agrees(page: Page, printed: Printed) -> bool:
    if isinstance(printed.expected, Rate):
        return _is_rate(page, printed, printed.expected)
    return _amount(page, printed) == printed.expected


def _amount(page: Page, printed: Printed) -> int | None:
    """What a computed cell shows, in yen; blank is 0, and None what nobody can read."""
    value = page.value(*printed.place)
    try:
        parsed = text.number(value)
    except Unreadable:
        return None
    return page.yen(parsed)


def _is_rate(page: Page, printed: Printed, expected: Rate) -> bool:
    value = page.value(*printed.place)
    if (
        isinstance(value, float)
        and expected.denominator
        and abs(value - expected.numerator / expected.denominator) < ALMOST
    ):
        return True  # far from the limit a double is exact enough, and most rates are Excel's own
    try:
        shown = text.rate(value)
    except Unreadable:
        return False
    if expected.denominator == 0:
        return not shown
    exact = Fraction(expected.numerator, expected.denominator)
    if shown is None:
        return False
    # 50.0 may be meant as a percentage, 0.5 as a fraction of one; 0.000896 is no percentage
    meant = [shown, shown / 100] if abs(shown) > 1 or shown.denominator <= 10 else [shown]
    return any(abs(each - exact) <= HALF_A_PRINTED_PERCENT for each in meant)


def _suspects(
    page: Page, table: Table, row: int, amounts: Amounts, odd: list[Printed]
) -> list[tuple[Column, int]]:
    """Typed cells that would explain all disagreement, each with the value (yen) it should have.

    Amounts leave エ and オ apart only by their rates, so those that fit the rates best remain.
    """
    amounts_odd = [each for each in odd if not isinstance(each.expected, Rate)]
    if len(amounts_odd) < ENOUGH or any(_amount(page, each) is None for each in amounts_odd):
        return []
    fitting: dict[int, list[tuple[Column, int]]] = {}
    for column in page.layout.typed:
        yen = _explaining(page, column, amounts, amounts_odd[0])
        if yen is None or column.name not in table.columns:
            continue
        computed = page.layout.compute({**amounts, column.name: yen})
        corrected = _printed(page, table, row, computed)
        if all(_agrees(page, each) for each in corrected):
            exact = sum(_is_exact(page, each) for each in corrected)
            fitting.setdefault(exact, []).append((column, yen))
    return fitting[max(fitting)] if fitting else []


def _explaining(page: Page, column: Column, amounts: Amounts, odd: Printed) -> int | None:
    """The value of a typed column (yen) that gives a computed cell what it shows, if there is one.

    Formulas of amounts are sums and differences: one yen more changes them by one, or not at all.
    """
    shown, name = _amount(page, odd), odd.column.name
    if column.name not in amounts or shown is None or not isinstance(odd.expected, int):
        return None
    more = page.layout.compute({**amounts, column.name: amounts[column.name] + 1})[name]
    slope = int(more) - odd.expected  # type: ignore[arg-type]
    yen = amounts[column.name] + slope * (shown - odd.expected)
    return yen if slope and yen >= 0 else None


def _is_exact(page: Page, printed: Printed) -> bool:
    value, expected = page.value(*printed.place), printed.expected
    return (
        isinstance(value, float)
        and isinstance(expected, Rate)
        and expected.denominator != 0
        and abs(value - expected.numerator / expected.denominator) < SAME_DOUBLE
    )


def _inputs(page: Page, table: Table, row: int, name: str) -> str:
    """The typed cells that a computed one follows from: E12・F12・G12."""
    roots = [each for each in page.layout.roots(name) if each in table.columns]
    return "・".join(address(row, table.columns[each]) for each in roots)


def source(page: Page, table: Table, row: int, name: str) -> str:
    """Where a computed amount comes from: セルK15＝E15・F15・G15から計算."""
    inputs = _inputs(page, table, row, name)
    shown = f"{address(row, table.columns[name])}＝" if name in table.columns else ""
    return f"セル{shown}{inputs}から計算"


def _note_suspect(
    page: Page,
    place: tuple[int, int],
    column: Column,
    yen: int,
    odd: list[Printed],
    item: str,
    strays: str,
) -> None:
    value, right = page.value(*place), show(yen, page.unit_yen)
    shown = "" if value is None else quoted(value)
    cells = "・".join(address(*each.place) for each in odd)
    page.note(
        "error",
        "computed_amount",
        place,
        f"{item} {column.title}(セル{address(*place)})は"
        f"「{shown}」ではなく{right}ではありませんか(計算欄のセル{cells}からの推定)。記入が正しければ、"
        f"計算欄を計算し直して提出してください。{strays}",
        found=value,
        expected=right,
    )


def _strays(page: Page, table: Table, row: int) -> str:
    """Where figures stand on a line in columns that the form does not have."""
    inside = range(table.left, max(table.columns.values()))
    places = [
        address(row, c)
        for c in inside
        if c not in table.columns.values() and isinstance(page.value(row, c), int | float)
    ]
    cells = "・".join(places)
    return (
        f"様式にない列(セル{cells})の数値が関わっていないかも確かめてください。" if places else ""
    )


def _note_amount(page: Page, odd: Printed, inputs: str, item: str, strays: str) -> None:
    value, expected = page.value(*odd.place), odd.expected
    right = show(int(expected), page.unit_yen)  # type: ignore[arg-type]
    page.note(
        "error",
        "computed_amount",
        odd.place,
        f"{item} {odd.column.title}は、記入された金額(セル{inputs})から計算すると{right}ですが"
        f"「{quoted(value)}」となっています({odd.column.note or '計算欄'})。"
        f"記入欄と計算欄のどちらが正しいか確かめ、訂正してください。{strays}",
        found=value,
        expected=right,
    )


def _note_rate(page: Page, odd: Printed, inputs: str, item: str) -> None:
    value = page.value(*odd.place)
    right = odd.expected.printed() if isinstance(odd.expected, Rate) else ""
    page.note(
        "warning",
        "computed_rate",
        odd.place,
        f"{item} {odd.column.title}は、記入された金額(セル{inputs})から計算すると{right}ですが"
        f"「{quoted(value)}」となっています。"
        "計算し直した率を使います。数式を元の様式のとおりに戻してください。",
        found=value,
        expected=right,
    )
