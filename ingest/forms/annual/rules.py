"""Cross-cell rules of the annual form (domain §2). Amounts are yen; no rule changes a value."""

from collections.abc import Mapping
from dataclasses import replace

from ingest.addresses import address
from ingest.forms.annual.attainment import Reported, check_attainment
from ingest.forms.annual.breakdown import check_status
from ingest.forms.annual.rows import Row
from ingest.forms.annual.status import Status
from ingest.forms.annual.totals import Totals, likely_place
from ingest.forms.columns import Table
from ingest.forms.computed import check_computed, source
from ingest.forms.reading import PART_NAMES, Page, show
from ingest.forms.units import UNIT_JUMP, note_if_all_in_yen, note_thousandfold
from ingest.layout import Rate


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
    rows = _filled_in(page, table, rows)
    _check_thousandfold(page, table, rows)
    rows, computed = _check_rows(page, table, rows)
    if status and "D" in computed:
        sources = _sources(page, table, rows["D"])
        status = check_status(page, status, computed["D"], sources)
        _check_grand_totals(page, status, totals, computed["D"], sources["total"])
    if {"A", "B", "C", "D"} <= rows.keys():
        check_attainment(page, rows, computed, reported)


def _filled_in(page: Page, table: Table, rows: Mapping[str, Row]) -> dict[str, Row]:
    """The rows without those that carry a balance over and of which nobody wrote what became of it.

    A blank cell counts as 0 (domain §2), but a blank 調定額 beside a balance is no report of zero.
    """
    filled = dict(rows)
    for letter, row in rows.items():
        carried = row.amounts["carried_forward"]
        columns = [table.columns[n] for n in row.amounts if n != "carried_forward"]
        blank = [c for c in columns if page.is_blank(row.place, c)]
        assessed = table.columns["assessed_prior"]
        if carried and (len(blank) == len(columns) or assessed in blank):
            what = f"{letter}の行の{'金額' if len(blank) == len(columns) else '調定額ウ'}"
            cells = blank if len(blank) == len(columns) else [assessed]
            why = f"繰越額アが{show(carried, page.unit_yen)}あり、"
            page.note_not_filled_in(row.place, cells, what, why)
            del filled[letter]
    return filled


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
                f"残高{symbol}({source(page, table, row.place, f'balance_{part}')})が"
                f"{show(balance, page.unit_yen)}になります。金額を確かめてください。",
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


def _sources(page: Page, table: Table, row: Row) -> dict[str, str]:
    """The cells that say a row's balances: part → セルK15＝E15・F15・G15から計算."""
    names = {"prior": "balance_prior", "current": "balance_current", "total": "balance"}
    return {part: source(page, table, row.place, name) for part, name in names.items()}


def _check_rows(
    page: Page, table: Table, rows: Mapping[str, Row]
) -> tuple[dict[str, Row], dict[str, Mapping[str, int | Rate]]]:
    """Compare each row with its computed cells and with the row that it carries over from.

    Returns the rows, computed, with what a typed cell should say where that is certain; a row comes
    after the one it carries over from.
    """
    checked: dict[str, Row] = {}
    computed: dict[str, Mapping[str, int | Rate]] = {}
    for spec in page.layout.spec["table"]["rows"]:
        letter, origin = spec["letter"], spec.get("carried_from")
        if letter not in rows:
            continue
        row, told = rows[letter], ""
        if origin in checked and not _carries_over(page, table, row, checked[origin], computed):
            told = "carried_forward"
        amounts, follows = check_computed(page, table, row.place, row.amounts, letter, told)
        checked[letter], computed[letter] = replace(row, amounts=amounts), follows
        _check_balance(page, table, checked[letter], computed[letter])
    return checked, computed


def _carries_over(
    page: Page,
    table: Table,
    row: Row,
    origin: Row,
    computed: Mapping[str, Mapping[str, int | Rate]],
) -> bool:
    """Whether a row's ア is the ケ'' of the row that the layout names; noted when it is not."""
    carried, balance = row.amounts["carried_forward"], computed[origin.letter]["balance"]
    if not isinstance(balance, int) or carried == balance:
        return True
    place = (row.place, table.columns["carried_forward"])
    right = show(balance, page.unit_yen)
    page.note(
        "error",
        "carry_over",
        place,
        f"{row.letter} ア 調定繰越額は、{origin.letter}の未収金残高ケ''"
        f"({source(page, table, origin.place, 'balance')})の{right}と同じはずですが"
        f"{show(carried, page.unit_yen)}です。どちらが正しいか確かめ、訂正してください。",
        found=page.value(*place),
        expected=right,
    )
    return False


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
            again = size >= 1000 * page.unit_yen and any(
                size == 1000 * each for other, each in sizes.items() if other != letter
            )
            if others and (again or size >= UNIT_JUMP * others):
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


def _check_grand_totals(
    page: Page, status: Status, totals: Totals, closing: Mapping[str, int | Rate], origin: str
) -> None:
    balance = closing["balance"]
    cells = status.cells("cases")
    wanted = {
        "cases": (status.total("cases"), 1, "件数", f"セル{cells}" if cells else "空欄"),
        "balance": (balance, page.unit_yen, "未収金残高", origin),
    }
    if not status.is_legible("cases"):
        del wanted["cases"]
    _check_debtors(page, totals)
    for name, (expected, unit, title, cells) in wanted.items():
        value, place = totals.get(name, (None, (0, 0)))
        if value is None or not isinstance(expected, int) or value == expected:
            continue
        page.note(
            "error",
            "grand_total",
            place,
            f"{title}の総数が{show(value, unit)}ですが、表({cells})から計算すると"
            f"{show(expected, unit)}です。どちらが正しいか確かめ、訂正してください。",
            found=page.value(*place),
            expected=show(expected, unit),
        )
    for name in page.layout.spec["totals"]:
        at = totals[name][1] if name in totals else likely_place(page, status, totals)
        blank = page.value(*at) is None and not page.is_doubtful(*at)
        if balance and (blank or name not in totals):
            title = page.layout.spec["totals"][name]["words"][0]
            page.note(
                "warning",
                "header_value",
                at,
                f"「{title}」の総数が記入されていません。残高があるので記入してください。",
                expected=title,
            )


def _check_debtors(page: Page, totals: Totals) -> None:
    """Every debtor has a case at least; only joint debtors are more than their cases."""
    if not {"debtors", "cases"} <= totals.keys():
        return
    (debtors, place), (cases, beside) = totals["debtors"], totals["cases"]
    if (
        debtors is not None
        and cases
        and (debtors > cases or (debtors == 0 and page.value(*place) is not None))
    ):
        page.note(
            "warning",
            "grand_total",
            place,
            f"債務者数が{debtors:,}、件数(セル{address(*beside)})が{cases:,}です。"
            "債務者は件数より多くならず、件数があれば1以上のはずです。記入に誤りがないか"
            "確かめてください(連帯債務者を数えた場合はこのままでかまいません)。",
            found=page.value(*place),
            expected=f"1以上{cases:,}以下",
        )
