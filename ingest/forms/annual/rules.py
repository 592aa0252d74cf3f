"""Cross-cell rules of the annual form (domain §2). Amounts are yen; no rule changes a value."""

from collections.abc import Mapping

from ingest import text
from ingest.addresses import address
from ingest.forms.annual.attainment import Reported, check_attainment
from ingest.forms.annual.rows import Row
from ingest.forms.annual.status import Status
from ingest.forms.annual.totals import Totals
from ingest.forms.columns import Table
from ingest.forms.computed import check_computed
from ingest.forms.reading import PART_NAMES, Page, quoted, show
from ingest.forms.units import UNIT_JUMP, note_if_all_in_yen, note_thousandfold
from ingest.layout import Rate
from ingest.text import Unreadable


def check(
    page: Page,
    table: Table,
    rows: Mapping[str, Row],
    status: Status | None,
    totals: Totals,
    reported: Reported,
) -> None:
    """Note everything on the form that does not agree with something else on it."""
    rows = {letter: row for letter, row in rows.items() if row.legible}
    computed = {letter: page.layout.compute(r.amounts) for letter, r in rows.items()}
    for letter, row in rows.items():
        check_computed(page, table, row.place, computed[letter], letter)
        _check_balance(page, table, row, computed[letter])
    _check_carry_over(page, table, rows, computed)
    _check_thousandfold(page, table, rows)
    if status and "D" in computed:
        _check_status(page, status, computed["D"])
        _check_grand_totals(page, status, totals, computed["D"])
    if {"A", "B", "C", "D"} <= rows.keys():
        check_attainment(page, rows, computed, reported)


def _check_balance(page: Page, table: Table, row: Row, computed: Mapping[str, int | Rate]) -> None:
    for part, symbol in (("prior", "ケ"), ("current", "ケ'")):
        balance = computed[f"balance_{part}"]
        place = table.columns.get(f"collected_{part}")
        if isinstance(balance, int) and balance < 0 and place is not None:
            page.note(
                "warning",
                "negative_amount",
                (row.place, place),
                f"{row.letter} {PART_NAMES[part]}の徴収額と不納欠損額の合計が調定額を超え、"
                f"残高{symbol}が{show(balance, page.unit_yen)}になります。金額を確かめてください。",
                found=page.value(row.place, place),
                expected="調定額以下",
            )
    for name, yen in row.amounts.items():
        if yen < 0:
            page.note(
                "warning",
                "negative_amount",
                (row.place, table.columns[name]),
                f"{row.letter} の金額が負({show(yen, page.unit_yen)})です。記入に誤りがないか"
                "確かめてください。",
                found=page.value(row.place, table.columns[name]),
                expected="0以上",
            )


def _check_carry_over(
    page: Page,
    table: Table,
    rows: Mapping[str, Row],
    computed: Mapping[str, Mapping[str, int | Rate]],
) -> None:
    """ア is the ケ'' of the row that the layout names."""
    opening = table.columns.get("carried_forward")
    closing = table.columns.get("balance")
    for spec in page.layout.spec["table"]["rows"]:
        letter, source = spec["letter"], spec.get("carried_from")
        if source is None or opening is None or not {letter, source} <= rows.keys():
            continue
        carried = rows[letter].amounts["carried_forward"]
        balance = computed[source]["balance"]
        if not isinstance(balance, int) or carried == balance:
            continue
        right = show(balance, page.unit_yen)
        at = f"(セル{address(rows[source].place, closing)})" if closing is not None else ""
        page.note(
            "error",
            "carry_over",
            (rows[letter].place, opening),
            f"{letter} ア 調定繰越額は、{source}の未収金残高ケ''{at}の{right}と同じはずですが"
            f"{show(carried, page.unit_yen)}です。どちらが正しいか確かめ、訂正してください。",
            found=page.value(rows[letter].place, opening),
            expected=right,
        )


def _check_thousandfold(page: Page, table: Table, rows: Mapping[str, Row]) -> None:
    """An amount typed in 円 where 千円 is asked stands out a thousandfold from the other rows."""
    if page.unit_yen == 1:
        return
    for column in page.layout.typed:
        if column.name not in table.columns:
            continue
        sizes = {letter: abs(row.amounts[column.name]) for letter, row in rows.items()}
        for letter, size in sizes.items():
            others = max((s for other, s in sizes.items() if other != letter), default=0)
            if others and size >= UNIT_JUMP * others:
                large = size >= 100_000 * page.unit_yen
                note_thousandfold(
                    page,
                    (rows[letter].place, table.columns[column.name]),
                    f"{letter} {column.title}",
                    large,
                )
    typed = {
        abs(yen) for letter in "ABD" if letter in rows for yen in rows[letter].amounts.values()
    }
    note_if_all_in_yen(page, typed, (rows["D"].place, table.left) if "D" in rows else None)


def _check_status(page: Page, status: Status, closing: Mapping[str, int | Rate]) -> None:
    """Section 3: subtotals, totals, and the total of 残高 against D's ケ and ケ'."""
    for (part, measure), values in status.amounts.items():
        row = status.places[part, measure]
        for group in ("recovery", "disposal"):
            members = [c.name for c in page.layout.status_columns if c.group == group]
            sum_ = sum(values.get(c, 0) for c in members)
            _check_sum(page, status, (row, f"subtotal_{group}"), sum_, measure)
        total = sum(values.values())
        if measure == "cases":
            _check_sum(page, status, (row, "total"), total, measure)
            continue
        expected = closing[f"balance_{part}"]
        excused = isinstance(expected, int) and _excused(page, status, row, values, expected)
        if not excused:
            _check_sum(page, status, (row, "total"), total, measure)
        if total != expected and not excused and isinstance(expected, int):
            column = status.columns.get("total", max(status.columns.values()))
            page.note(
                "error",
                "status_total",
                (row, column),
                f"「３．」の{PART_NAMES[part]}の残高の合計は{show(total, page.unit_yen)}ですが、"
                f"「２．」のD(実績)の残高は{show(expected, page.unit_yen)}です。"
                "内訳を直すか、四捨五入による差であれば合計欄を黄色で塗ってください。",
                found=show(total, page.unit_yen),
                expected=show(expected, page.unit_yen),
            )


def _excused(
    page: Page, status: Status, row: int, values: Mapping[str, int], expected: int
) -> bool:
    """A yellow total cell excuses a difference that rounding each class can explain."""
    difference = abs(sum(values.values()) - expected)
    column = status.columns.get("total")
    if difference == 0 or column is None:
        return False
    filled = sum(1 for value in values.values() if value)
    explained = 2 * difference <= (filled + 1) * page.unit_yen
    return explained and page.workbook.is_yellow(page.sheet.name, row, column)


def _check_sum(
    page: Page, status: Status, place: tuple[int, str], expected: int, measure: str
) -> None:
    row, name = place
    column = status.columns.get(name)
    value = None if column is None else page.value(row, column)
    if column is None or value is None:
        return
    unit = page.unit_yen if measure == "balance" else 1
    try:
        parsed = text.number(value)
    except Unreadable:
        parsed = None
    shown = parsed.value * unit if parsed else 0
    if (parsed is None and not text.is_blank(value)) or shown != expected:
        right = show(expected, unit)
        page.note(
            "error",
            "status_subtotal",
            (row, column),
            f"「３．」の{'合計' if name == 'total' else '小計'}は内訳を足すと{right}ですが"
            f"「{quoted(value)}」となっています。内訳と合計のどちらが正しいか確かめ、訂正してください。",
            found=value,
            expected=right,
        )


def _check_grand_totals(
    page: Page, status: Status, totals: Totals, closing: Mapping[str, int | Rate]
) -> None:
    balance = closing["balance"]
    wanted = {
        "cases": (status.total("cases"), 1, "件数"),
        "balance": (balance, page.unit_yen, "未収金残高"),
    }
    for name, (expected, unit, title) in wanted.items():
        if name not in totals or not isinstance(expected, int) or totals[name][0] == expected:
            continue
        value, place = totals[name]
        page.note(
            "error",
            "grand_total",
            place,
            f"{title}の総数が{show(value, unit)}ですが、表から計算すると"
            f"{show(expected, unit)}です。どちらが正しいか確かめ、訂正してください。",
            found=page.value(*place),
            expected=show(expected, unit),
        )
    for name in page.layout.spec["totals"]:
        at = totals[name][1] if name in totals else None
        if balance and (at is None or (page.value(*at) is None and not page.is_lost(*at))):
            title = page.layout.spec["totals"][name]["words"][0]
            page.note(
                "warning",
                "header_value",
                at,
                f"「{title}」の総数が記入されていません。残高があるので記入してください。",
                expected=title,
            )
