"""What must agree on a 債権管理推進シート (domain §3). Amounts are yen; no rule changes a value."""

from decimal import Decimal
from fractions import Fraction

from ingest.addresses import address
from ingest.forms.page import Page
from ingest.forms.promotion.results import Results
from ingest.forms.tables.percentages import decimals
from ingest.forms.units import UNIT_JUMP
from ingest.layout import Rate
from ingest.quoting import clean_name, quoted
from ingest.workbook import Place
from terms.money import percentage
from terms.years import year_name

_MOST_DECIMALS = 6  # a rate with more of them is a quotient, not a printed figure
_ENOUGH_YEARS = 4  # of so many, all but one are nearly all
_LEAST_JUMP = 1_000_000  # yen; smaller amounts do change five-hundredfold
_LEAST_COUNT = 10_000

SCOPE_NOTE = "収入未済額計は、調定額・収入済額・不納欠損額より広い範囲の額である"


def _listed(page: Page, amounts: dict[int, int]) -> str:
    unit = "円" if page.unit_yen == 1 else "千円"
    return "、".join(f"{year_name(y)}年度 {page.shown(yen)}{unit}" for y, yen in amounts.items())


def _blank_one(page: Page, places: list[Place]) -> Place | None:
    """The one cell of some that is blank: there the fault is, not where the sum stands."""
    blank = [place for place in places if page.value(*place) is None]
    return blank[0] if len(blank) == 1 else None


def _check_parts(page: Page, results: Results) -> None:
    """現年 + 滞納繰越 = 計, exactly."""
    for measure, title in (("assessed", "調定額"), ("collected", "収入済額")):
        for year, parts in results.wrong(measure).items():
            right = page.shown(parts)
            of_parts = [results.places[f"{measure}_{part}", year] for part in ("current", "prior")]
            total = results.places[measure, year]
            place = _blank_one(page, of_parts) or total
            cells = "と".join(address(*each) for each in of_parts)
            page.error(
                "parts",
                place,
                f"{year_name(year)}年度の計の{title}(セル{address(*total)})は"
                f"「{quoted(page.value(*total))}」ですが、現年と滞納繰越(セル{cells})を足すと"
                f"{right}です。どちらが正しいか確かめ、訂正してください。",
                expected=right if place == total else "記入もれのない金額",
            )


def _scope_gaps(results: Results) -> dict[int, int]:
    """By how much 収入未済額計 exceeds the rows above where these cover less; else nothing.

    Where the sum fails in (nearly) every year and the rest owed is always the larger, the rows
    above cover less than 収入未済額計 does (市税: 個人市民税 only); that is no slip.
    """
    compared = [
        year
        for year in results.legible_years
        if results.amount("uncollected", year) is not None
        and isinstance(results.computed("uncollected", year), int)
    ]
    wrong = results.wrong("uncollected")
    gaps = {y: (results.amount("uncollected", y) or 0) - right for y, right in wrong.items()}
    nearly_all = len(gaps) == len(compared) or (
        len(compared) >= _ENOUGH_YEARS and len(gaps) == len(compared) - 1
    )
    is_scoped = len(gaps) > 1 and nearly_all and all(gap > 0 for gap in gaps.values())
    return gaps if is_scoped else {}


def _check_balance(page: Page, results: Results) -> None:
    """計調定 − 計収入 − 欠損 = 未済計, or the sheet's rows differ in scope."""
    if gaps := _scope_gaps(results):
        _land_scope(page, results, gaps)
        return
    for year, owed in results.wrong("uncollected").items():
        at = results.places["uncollected", year]
        written_off = results.places.get(("written_off", year))
        place = _blank_one(page, [written_off]) or at if written_off else at
        right = page.shown(owed)
        cells = "－".join(
            address(*results.places[measure, year])
            for measure in ("assessed", "collected", "written_off")
            if (measure, year) in results.places
        )
        page.error(
            "computed_amount",
            place,
            f"{year_name(year)}年度の収入未済額計(セル{address(*at)})は"
            f"「{quoted(page.value(*at))}」ですが、"
            f"計の調定額－計の収入済額－不納欠損額(セル{cells})は{right}です。"
            "どちらが正しいか確かめ、訂正してください。",
            expected=right if place == at else "記入もれのない金額",
        )


def _land_scope(page: Page, results: Results, gaps: dict[int, int]) -> None:
    place = results.names["uncollected"].place
    listed = _listed(page, gaps)
    page.land("settlement", "", "scope_note", place, SCOPE_NOTE)
    page.warn(
        "computed_amount",
        place,
        f"収入未済額計が、計の調定額－計の収入済額－不納欠損額を毎年上回っています({listed})。"
        "上の行の対象が収入未済額計より狭い(例 市税のうち個人市民税だけ)とみなし、記入のとおりに"
        "読みました。そうでない場合は訂正してください。",
        found=listed,
        expected="対象の範囲が同じであれば差は0",
    )


def _check_rates(page: Page, results: Results) -> None:
    """Printed rates are collected ÷ assessed, to as many decimals as the sheet prints."""
    rates = {
        results.places[measure, year]: (rate, results.computed(measure, year), year)
        for measure, years in results.rates.items()
        for year, rate in years.items()
    }
    typed = {place for place in rates if isinstance(page.value(*place), str)}
    numeric = [decimals(rate) for place, (rate, _, _) in rates.items() if place not in typed]
    printed = max((d for d in numeric if d <= _MOST_DECIMALS), default=2)
    for place, (rate, expected, year) in rates.items():
        if year in results.legible_years and isinstance(expected, Rate):
            digits = max(decimals(rate), printed) if place in typed else printed
            _check_rate(page, place, rate, expected, digits)


def _check_rate(page: Page, place: Place, rate: Decimal, expected: Rate, digits: int) -> None:
    if expected.denominator == 0:
        right = None
        agrees = rate == 0
    else:
        exact = Fraction(*expected)
        right = percentage(exact, digits)
        quotient = decimals(rate) > _MOST_DECIMALS
        agrees = rate == right or (
            quotient and abs(Fraction(rate) - exact * 100) < Fraction(1, 10**6)
        )
    if agrees:
        return
    shown = "—" if right is None else f"{right}%"
    advice = "。計算し直した率を使います。率か金額のどちらが正しいか確かめてください。"
    why = "収納率は収入済額÷調定額から計算すると"
    page.note_differs("computed_rate", place, why, shown, advice, "warning")


def _check_carry_over(page: Page, results: Results) -> None:
    """What is owed at a year's close is next year's 滞納繰越調定, up to adjustments.

    One warning a sheet names every residual, at the largest; it is never an error. Where rows
    differ in scope, nothing is known of what is carried over.
    """
    residuals: dict[int, int] = {}
    legible = results.legible_years
    rounding = page.unit_yen if page.unit_yen > 1 else 0
    for year in legible:
        owed = results.amount("uncollected", year)
        carried = results.amount("assessed_prior", year + 1)
        is_known = year + 1 in legible and owed is not None and carried is not None
        if is_known and abs((carried or 0) - (owed or 0)) > rounding:
            residuals[year + 1] = (carried or 0) - (owed or 0)
    if not residuals or _scope_gaps(results):
        return
    largest = max(residuals, key=lambda year: abs(residuals[year]))
    listed = _listed(page, residuals)
    page.warn(
        "residual",
        results.places["assessed_prior", largest],
        f"滞納繰越の調定額が、前年度の収入未済額計と合いません(差 {listed})。"
        "調定の変更や還付などによる差であればそのままでかまいません。"
        "心当たりがなければ金額を確かめてください。",
        found=listed,
        expected="前年度の収入未済額計と同じ額(調定の変更などによる差を除く)",
    )


def _check_debtors(page: Page, results: Results) -> None:
    """Where anything is owed, somebody owes it."""
    for year in results.legible_years:
        place = results.places.get(("debtors", year))
        owed = results.amount("uncollected", year)
        if place and owed and results.amount("debtors", year) is None:
            page.warn(
                "header_value",
                place,
                f"{year_name(year)}年度の「{clean_name(results.names['debtors'].words)}」が"
                "空欄です。収入未済額があるので記入してください。",
                found=None,
                expected="滞納者数・滞納世帯数または件数",
            )


def _check_negative(page: Page, results: Results) -> None:
    """No amount is below zero."""
    for (measure, year), place in results.places.items():
        amount = results.amount(measure, year)
        if amount is not None and year in results.legible_years:
            note_if_negative(page, place, year, amount)


def note_if_negative(page: Page, place: Place, year: int, amount: int) -> None:
    """Note an amount (yen), of results or of targets, that is below zero."""
    if amount < 0:
        page.note_negative(place, f"{year_name(year)}年度", page.shown(amount))


def _check_jumps(page: Page, results: Results) -> None:
    """One year's amount of a row that stands out a thousandfold is in another unit."""
    for measure, years in results.amounts.items():
        least = _LEAST_JUMP if page.layout.column(measure).kind == "money" else _LEAST_COUNT
        sizes = {y: abs(v) for y, v in years.items() if v and y in results.legible_years}
        for year, size in sizes.items():
            others = [s for y, s in sizes.items() if y != year]
            if len(others) < 2 or max(size, *others) < least:
                continue
            if size >= UNIT_JUMP * max(others) or size * UNIT_JUMP <= min(others):
                place = results.places[measure, year]
                page.warn(
                    "thousandfold",
                    place,
                    f"{year_name(year)}年度の「{quoted(page.value(*place))}」は、ほかの年度と"
                    f"{UNIT_JUMP}倍以上違います。単位を誤っていないか確かめてください。",
                    expected="ほかの年度と同じ単位の金額",
                )


CHECKS = (
    _check_parts,
    _check_balance,
    _check_rates,
    _check_debtors,
    _check_negative,
    _check_jumps,
    _check_carry_over,
)
