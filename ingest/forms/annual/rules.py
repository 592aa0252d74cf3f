"""Cross-cell rules of the annual form (domain §2). Amounts are yen; no rule changes a value."""

from dataclasses import dataclass, field, replace

from ingest.addresses import address
from ingest.forms.annual.attainment import Reported, check_attainment
from ingest.forms.annual.breakdown import check_line, check_pairs
from ingest.forms.annual.rows import Row
from ingest.forms.annual.status import Status
from ingest.forms.annual.totals import Totals, likely_place
from ingest.forms.page import Page
from ingest.forms.reading import PART_NAMES
from ingest.forms.tables.columns import Table
from ingest.forms.tables.computed import Computed, check_computed, source
from ingest.forms.units import UNIT_JUMP, note_if_all_in_yen, note_thousandfold


@dataclass
class Facts:
    """What was read of a form, without what was illegible: that proves nothing about the rest.

    Where a rule knows for certain what a cell should say, later ones go by that: nothing is told
    twice. `computed`: what follows from each row.
    """

    table: Table
    rows: dict[str, Row]
    status: Status | None
    totals: Totals
    reported: Reported
    computed: dict[str, Computed] = field(default_factory=dict)

    def source(self, page: Page, part: str) -> str:
        """The cells that say a balance of row D: セルK15＝E15・F15・G15から計算."""
        name = "balance" if part == "total" else f"balance_{part}"
        return source(page, self.table, self.rows["D"].place, name)


def _check_filled_in(page: Page, facts: Facts) -> None:
    """Rows that carry a balance over, and of which nobody wrote what became of it, count no more.

    A blank cell counts as 0 (domain §2), but a blank 調定額 beside a balance is no report of zero.
    """
    for letter, row in list(facts.rows.items()):
        carried = row.amounts["carried_forward"]
        columns = [facts.table.columns[n] for n in row.amounts if n != "carried_forward"]
        blank = [c for c in columns if page.is_blank(row.place, c)]
        assessed = facts.table.columns["assessed_prior"]
        if carried and (len(blank) == len(columns) or assessed in blank):
            what = f"{letter}の行の{'金額' if len(blank) == len(columns) else '調定額ウ'}"
            cells = blank if len(blank) == len(columns) else [assessed]
            why = f"繰越額アが{page.shown(carried)}あり、"
            page.note_not_filled_in(row.place, cells, what, why)
            del facts.rows[letter]


def _check_thousandfold(page: Page, facts: Facts) -> None:
    """An amount typed in 円 where 千円 is asked stands out a thousandfold from the other rows."""
    if page.unit_yen == 1:
        return
    rows = facts.rows
    for column in page.layout.typed:
        sizes = {letter: abs(row.amounts[column.name]) for letter, row in rows.items()}
        for letter, size in sizes.items():
            rest = [s for other, s in sizes.items() if other != letter]
            others = max(rest, default=0)
            again = size >= 1000 * page.unit_yen and any(size == 1000 * each for each in rest)
            if others and (again or size >= UNIT_JUMP * others):
                place = (rows[letter].place, facts.table.columns[column.name])
                is_large = size >= 100_000 * page.unit_yen
                note_thousandfold(page, place, f"{letter} {column.title}", is_large)
    typed = {abs(y) for letter in "ABD" if letter in rows for y in rows[letter].amounts.values()}
    place_of_all = (rows["D"].place, facts.table.left) if "D" in rows else None
    note_if_all_in_yen(page, typed, place_of_all)


def _check_rows(page: Page, facts: Facts) -> None:
    """Each row agrees with its computed cells and with the row that it carries over from.

    A row comes after the one it carries over from.
    """
    for spec in page.layout.spec["table"]["rows"]:
        letter, origin = spec["letter"], spec.get("carried_from")
        if letter not in facts.rows:
            continue
        row, told = facts.rows[letter], ""
        if origin in facts.computed and not _carries_over(page, facts, row, origin):
            told = "carried_forward"
        amounts, follows = check_computed(page, facts.table, row.place, row.amounts, letter, told)
        facts.rows[letter] = replace(row, amounts=amounts)
        facts.computed[letter] = follows
        _check_balance(page, facts, letter)


def _carries_over(page: Page, facts: Facts, row: Row, origin: str) -> bool:
    """Whether a row's ア is the ケ'' of the row that the layout names; noted when it is not."""
    carried, balance = row.amounts["carried_forward"], facts.computed[origin]["balance"]
    if not isinstance(balance, int) or carried == balance:
        return True
    right = page.shown(balance)
    stands = source(page, facts.table, facts.rows[origin].place, "balance")
    page.error(
        "carry_over",
        (row.place, facts.table.columns["carried_forward"]),
        f"{row.letter} ア 調定繰越額は、{origin}の未収金残高ケ''"
        f"({stands})の{right}と同じはずですが"
        f"{page.shown(carried)}です。どちらが正しいか確かめ、訂正してください。",
        expected=right,
    )
    return False


def _check_balance(page: Page, facts: Facts, letter: str) -> None:
    """No balance, and no amount, of a row is below zero."""
    row, columns = facts.rows[letter], facts.table.columns
    for part, symbol in (("prior", "ケ"), ("current", "ケ'")):
        name = f"balance_{part}"
        balance = facts.computed[letter][name]
        if isinstance(balance, int) and balance < 0:
            page.warn(
                "negative_amount",
                (row.place, columns[f"collected_{part}"]),
                f"{letter} {PART_NAMES[part]}の徴収額と不納欠損額の合計が調定額を超え、"
                f"残高{symbol}({source(page, facts.table, row.place, name)})が"
                f"{page.shown(balance)}になります。金額を確かめてください。",
                expected="調定額以下",
            )
    for name, yen in row.amounts.items():
        if yen < 0:
            page.note_negative((row.place, columns[name]), f"{letter} ", page.shown(yen))


def _check_breakdown(page: Page, facts: Facts) -> None:
    """Section 3 adds up, to D's ケ and ケ' as well."""
    status = facts.status
    if status is None or "D" not in facts.computed:
        return
    corrected = {}
    for key, line in status.lines.items():
        wanted = facts.computed["D"][f"balance_{line.part}"] if line.is_money else None
        if line.is_legible:
            amount = wanted if isinstance(wanted, int) else None
            corrected[key] = check_line(status, line, amount, facts.source(page, line.part))
    status.lines.update(corrected)
    check_pairs(status)


def _check_debtors(page: Page, facts: Facts) -> None:
    """Every debtor has a case at least; only joint debtors are more than their cases."""
    if (
        not facts.status
        or "D" not in facts.computed
        or not {"debtors", "cases"} <= facts.totals.keys()
    ):
        return
    (debtors, place), (cases, beside) = facts.totals["debtors"], facts.totals["cases"]
    if (
        debtors is not None
        and cases
        and (debtors > cases or (debtors == 0 and page.value(*place) is not None))
    ):
        page.warn(
            "grand_total",
            place,
            f"債務者数が{debtors:,}、件数(セル{address(*beside)})が{cases:,}です。"
            "債務者は件数より多くならず、件数があれば1以上のはずです。記入に誤りがないか"
            "確かめてください(連帯債務者を数えた場合はこのままでかまいません)。",
            expected=f"1以上{cases:,}以下",
        )


def _check_grand_totals(page: Page, facts: Facts) -> None:
    """件数 and 残高 in total are those of section 3, and D's ケ''."""
    status = facts.status
    if status is None or "D" not in facts.computed:
        return
    if status.is_legible("cases"):
        cells = status.cells("cases")
        cases = f"セル{cells}" if cells else "空欄"
        _check_grand_total(page, facts, "cases", "件数", status.total("cases"), cases)
    balance = facts.computed["D"]["balance"]
    _check_grand_total(page, facts, "balance", "未収金残高", balance, facts.source(page, "total"))
    for name, spec in page.layout.spec["totals"].items():
        at = facts.totals[name][1] if name in facts.totals else likely_place(status, facts.totals)
        if balance and (page.is_blank(*at) or name not in facts.totals):
            title = spec["words"][0]
            page.warn(
                "header_value",
                at,
                f"「{title}」の総数が記入されていません。残高があるので記入してください。",
                found=None,
                expected=title,
            )


def _check_grand_total(
    page: Page, facts: Facts, name: str, title: str, expected: object, cells: str
) -> None:
    value, place = facts.totals.get(name, (None, (0, 0)))
    if value is None or not isinstance(expected, int) or value == expected:
        return
    is_money = name == "balance"
    right = page.shown(expected, is_money=is_money)
    page.error(
        "grand_total",
        place,
        f"{title}の総数が{page.shown(value, is_money=is_money)}ですが、表({cells})から計算すると"
        f"{right}です。どちらが正しいか確かめ、訂正してください。",
        expected=right,
    )


def _check_attainment(page: Page, facts: Facts) -> None:
    """達成状況 is what target and result say."""
    if {"A", "B", "C", "D"} <= facts.rows.keys():
        check_attainment(page, facts.rows, facts.computed, facts.reported)


CHECKS = (
    _check_filled_in,
    _check_thousandfold,
    _check_rows,
    _check_breakdown,
    _check_debtors,
    _check_grand_totals,
    _check_attainment,
)
