"""What must agree on a 債権管理推進シート (domain §3). Amounts are yen; no rule changes a value."""

from decimal import Decimal
from fractions import Fraction

from ingest import text
from ingest.addresses import address
from ingest.forms.percentages import decimals, rounded
from ingest.forms.promotion.results import Results
from ingest.forms.reading import CellValue, FormReading, Page, show
from ingest.forms.units import UNIT_JUMP
from ingest.layout import Rate
from ingest.quoting import clean_name, quoted

_MOST_DECIMALS = 6  # a rate with more of them is a quotient, not a printed figure
_ENOUGH_YEARS = 4  # of so many, all but one are nearly all
_LEAST_JUMP = 1_000_000  # yen; smaller amounts do change five-hundredfold
_LEAST_COUNT = 10_000

SCOPE_NOTE = "収入未済額計は、調定額・収入済額・不納欠損額より広い範囲の額である"


def check(page: Page, form: FormReading, results: Results) -> None:
    """Note everything among the results that does not agree with something else."""
    _check_parts(page, results)
    is_scoped = _check_balance(page, form, results)
    _check_rates(page, results)
    _check_debtors(page, results)
    _check_negative(page, results)
    _check_jumps(page, results)
    if not is_scoped:
        _check_carry_over(page, results)


def _amount(page: Page, yen: int) -> str:
    return f"{show(yen, page.unit_yen)}{'円' if page.unit_yen == 1 else '千円'}"


def _check_parts(page: Page, results: Results) -> None:
    """現年 + 滞納繰越 = 計, exactly."""
    for measure, title in (("assessed", "調定額"), ("collected", "収入済額")):
        for year in results.legible_years:
            total, parts = results.amount(measure, year), results.computed(measure, year)
            if total is None or not isinstance(parts, int) or total == parts:
                continue
            right = show(parts, page.unit_yen)
            of_parts = [results.places[f"{measure}_{part}", year] for part in ("current", "prior")]
            total_place = results.places[measure, year]
            place = _blank_one(page, of_parts) or total_place
            cells = "と".join(address(*each) for each in of_parts)
            page.note(
                "error",
                "parts",
                place,
                f"{text.wareki(year)}年度の計の{title}(セル{address(*total_place)})は"
                f"「{quoted(page.value(*total_place))}」ですが、現年と滞納繰越(セル{cells})を足すと"
                f"{right}です。どちらが正しいか確かめ、訂正してください。",
                found=page.value(*place),
                expected=right if place == total_place else "記入もれのない金額",
            )


def _blank_one(page: Page, places: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The one cell of some that is blank: there the fault is, not where the sum stands."""
    blank = [place for place in places if page.value(*place) is None]
    return blank[0] if len(blank) == 1 else None


def _check_balance(page: Page, form: FormReading, results: Results) -> bool:
    """計調定 − 計収入 − 欠損 = 未済計. Returns whether the sheet's rows differ in scope instead.

    Where it fails in (nearly) every year and the rest owed is always the larger, the rows above
    cover less than 収入未済額計 does (市税: 個人市民税 only); that is no slip.
    """
    gaps: dict[int, int] = {}
    years = []
    for year in results.legible_years:
        stated, computed = (
            results.amount("uncollected", year),
            results.computed("uncollected", year),
        )
        if stated is not None and isinstance(computed, int):
            years.append(year)
            if stated != computed:
                gaps[year] = stated - computed
    nearly_all = len(gaps) == len(years) or (
        len(years) >= _ENOUGH_YEARS and len(gaps) == len(years) - 1
    )
    if len(gaps) > 1 and nearly_all and all(gap > 0 for gap in gaps.values()):
        _land_scope(page, form, results, gaps)
        return True
    for year in gaps:
        at = results.places["uncollected", year]
        written_off = results.places.get(("written_off", year))
        place = _blank_one(page, [written_off]) or at if written_off else at
        right = show(results.computed("uncollected", year), page.unit_yen)  # type: ignore[arg-type]
        cells = "－".join(
            address(*results.places[measure, year])
            for measure in ("assessed", "collected", "written_off")
            if (measure, year) in results.places
        )
        page.note(
            "error",
            "computed_amount",
            place,
            f"{text.wareki(year)}年度の収入未済額計(セル{address(*at)})は"
            f"「{quoted(page.value(*at) or '空欄')}」ですが、"
            f"計の調定額－計の収入済額－不納欠損額(セル{cells})は{right}です。"
            "どちらが正しいか確かめ、訂正してください。",
            found=page.value(*place),
            expected=right if place == at else "記入もれのない金額",
        )
    return False


def _land_scope(page: Page, form: FormReading, results: Results, gaps: dict[int, int]) -> None:
    place = results.names["uncollected"].place
    listed = "、".join(f"{text.wareki(y)}年度 {_amount(page, g)}" for y, g in gaps.items())
    form.cells.append(CellValue("settlement", "", "scope_note", address(*place), text=SCOPE_NOTE))
    page.note(
        "warning",
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
    numeric = [
        decimals(rate)
        for measure, years in results.rates.items()
        for year, rate in years.items()
        if not isinstance(page.value(*results.places[measure, year]), str)
    ]
    printed = max((d for d in numeric if d <= _MOST_DECIMALS), default=2)
    for measure, years in results.rates.items():
        for year, rate in years.items():
            if year not in results.legible_years:
                continue
            place = results.places[measure, year]
            typed = isinstance(page.value(*place), str)
            _check_rate(
                page, place, rate, results.computed(measure, year),
                decimals(rate) if typed and decimals(rate) > printed else printed,
            )  # fmt: skip


def _check_rate(
    page: Page, place: tuple[int, int], rate: Decimal, expected: int | Rate | None, digits: int
) -> None:
    if not isinstance(expected, Rate):
        return
    if expected.denominator == 0:
        right = None
        agrees = rate == 0
    else:
        exact = Fraction(*expected)
        right = rounded(exact, digits)
        quotient = decimals(rate) > _MOST_DECIMALS
        agrees = rate == right or (
            quotient and abs(Fraction(rate) - exact * 100) < Fraction(1, 10**6)
        )
    if agrees:
        return
    shown = "—" if right is None else f"{right}%"
    page.note(
        "warning",
        "computed_rate",
        place,
        f"収納率は収入済額÷調定額から計算すると{shown}ですが「{quoted(page.value(*place))}」と"
        "なっています。計算し直した率を使います。率か金額のどちらが正しいか確かめてください。",
        found=page.value(*place),
        expected=shown,
    )


def _check_carry_over(page: Page, results: Results) -> None:
    """What is owed at a year's close is next year's 滞納繰越調定, up to adjustments.

    One warning a sheet names every residual, at the largest; it is never an error.
    """
    residuals: dict[int, int] = {}
    legible = results.legible_years
    for year in legible:
        owed, carried = (
            results.amount("uncollected", year),
            results.amount("assessed_prior", year + 1),
        )
        if year + 1 in legible and owed is not None and carried is not None:
            rounding = page.unit_yen if page.unit_yen > 1 else 0
            if abs(carried - owed) > rounding:
                residuals[year + 1] = carried - owed
    if not residuals:
        return
    largest = max(residuals, key=lambda year: abs(residuals[year]))
    listed = "、".join(f"{text.wareki(y)}年度 {_amount(page, r)}" for y, r in residuals.items())
    place = results.places["assessed_prior", largest]
    page.note(
        "warning",
        "residual",
        place,
        f"滞納繰越の調定額が、前年度の収入未済額計と合いません(差 {listed})。"
        "調定の変更や還付などによる差であればそのままでかまいません。"
        "心当たりがなければ金額を確かめてください。",
        found=listed,
        expected="前年度の収入未済額計と同じ額(調定の変更などによる差を除く)",
    )


def _check_debtors(page: Page, results: Results) -> None:
    for year in results.legible_years:
        place = results.places.get(("debtors", year))
        owed = results.amount("uncollected", year)
        if place and owed and results.amount("debtors", year) is None:
            page.note(
                "warning",
                "header_value",
                place,
                f"{text.wareki(year)}年度の「{clean_name(results.names['debtors'].words)}」が"
                "空欄です。収入未済額があるので記入してください。",
                expected="滞納者数・滞納世帯数または件数",
            )


def _check_negative(page: Page, results: Results) -> None:
    for (measure, year), place in results.places.items():
        amount = results.amount(measure, year)
        if amount is not None and year in results.legible_years:
            note_if_negative(page, place, year, amount)


def note_if_negative(page: Page, place: tuple[int, int], year: int, amount: int) -> None:
    """Note an amount (yen), of results or of targets, that is below zero."""
    if amount >= 0:
        return
    page.note(
        "warning",
        "negative_amount",
        place,
        f"{text.wareki(year)}年度の金額が負({show(amount, page.unit_yen)})です。"
        "記入に誤りがないか確かめてください。",
        found=page.value(*place),
        expected="0以上",
    )


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
                page.note(
                    "warning",
                    "thousandfold",
                    place,
                    f"{text.wareki(year)}年度の「{quoted(page.value(*place))}」は、ほかの年度と"
                    f"{UNIT_JUMP}倍以上違います。単位を誤っていないか確かめてください。",
                    found=page.value(*place),
                    expected="ほかの年度と同じ単位の金額",
                )
