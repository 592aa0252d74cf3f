"""What is handed in after a year's settlement: 債権一覧, 計画表, 推進シート and 全市目標."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ingest.layout import Rate, layout
from ingest.sample import figures, forms
from ingest.sample.city import Claim, city, claims_of
from ingest.sample.figures import Amounts
from ingest.templates import Form, Key, Value
from terms.years import year_name

PLAN, BASELINE = "第2次見本市債権管理計画", 2022
# Of these claims a promotion sheet is kept. Where the assessment of earlier years is lowered
# during the year, it differs from what was left over (rule `residual`).
PROMOTED = ("005", "009", "011", "014")
_YEN = 1000
_MEETING = "未収金対策会議"
_STEP = Decimal("0.1")  # of a percent a year: what a promotion sheet hopes for


def claim_list(year: int) -> Form:
    """債権一覧 of one settlement: every claim with its balance."""
    values: dict[Key, Value] = {}
    for n, claim in enumerate(claims_of(city(), year), 1):
        row: dict[str, Value] = {
            "claim_name": claim.name,
            "uncollected": figures.actual(claim, year).balance,
            "claim_classes": "・".join(forms.short_classes(claim)),
            "bureau": claim.department,
            "section": claim.section,
        }
        values |= {("claim_list", f"{n}", name): value for name, value in row.items()}
    return Form(
        layout("claim_list"), city().code, fiscal_year=year, values=values, sheet="債権一覧"
    )


def plan(year: int, measure: str) -> Form:
    """計画表 of one measure ("collection_rate" or "uncollected"): the year against the plan."""
    values: dict[Key, Value] = {}
    for n, claim in enumerate(claims_of(city(), year), 1):
        row: dict[str, Value] = {
            "department": claim.section,
            "claim_name": claim.name,
            "baseline_actual": _planned(figures.actual(claim, BASELINE), measure),
            "target": _planned(figures.revised_target(claim, year), measure),
            "actual": _planned(figures.actual(claim, year), measure),
            "next_target": _planned(figures.revised_target(claim, year + 1), measure),
        }
        values |= {("plan", f"{n}", name): value for name, value in row.items()}
    return Form(
        layout("plan"),
        city().code,
        fiscal_year=year,
        header={"plan": PLAN, "measure": measure, "baseline_year": f"{BASELINE}"},
        values=values,
        sheet={"collection_rate": "収納率", "uncollected": "収入未済額"}[measure],
    )


def promotion(claim: Claim, year: int) -> Form:
    """債権管理推進シート of a claim: the years up to `year` and five years of targets, in 円."""
    spec = layout("promotion").spec
    values: dict[Key, Value] = {
        ("outline", "", "text"): f"【{forms.classes(claim, forms.department_of(claim))}】"
        f"時効期間：{claim.limitation_years}年",
        ("supplement", "", "text"): "直近の実績から設定した。",
    }
    for each in range(year - spec["years"] + 1, year + 1):
        told = figures.actual(claim, each)
        if each >= city().first_year and not told.nothing:
            row = settled(claim, told)
            values |= {("settlement", f"{each}", name): amount for name, amount in row.items()}
    closing = figures.actual(claim, year)
    first = year + spec["target_offset"]
    for n, each in enumerate(range(first, first + spec["target_years"]), 1):
        for part in ("current", "prior"):
            rate = Decimal(_percent(closing, part)) + n * _STEP
            values["settlement_target", f"{each}", f"rate_{part}"] = f"{min(rate, Decimal(100))}"
        target = closing.balance * (100 - 2 * n) // 100 * _YEN
        values["settlement_target", f"{each}", "uncollected_target"] = target
    return Form(
        layout("promotion"),
        city().code,
        fiscal_year=year,
        header={
            "claim_name": claim.name,
            "department": claim.section,
            "debtor_unit": "人",
        },
        values=values,
        sheet=claim.name,
    )


def settled(claim: Claim, told: Amounts) -> dict[str, int]:
    """A year's typed results on a promotion sheet, in yen; debtors in persons."""
    amounts = {
        "assessed_current": told.assessed_current,
        "collected_current": told.collected_current,
        "assessed_prior": told.assessed_prior,
        "collected_prior": told.collected_prior,
        "written_off": told.written_off_prior + told.written_off_current,
    }
    debtors = figures.debtors(figures.cases(claim, told.balance))
    return {name: amount * _YEN for name, amount in amounts.items()} | {"debtors": debtors}


def city_target(year: int) -> Form:
    """全市目標 as it stands in August after `year`: results so far, targets up to two years on."""
    values: dict[Key, Value] = {}
    n = 0
    for each in range(city().years[0], year + 3):
        for kind in ("initial_target", "revised_target"):
            if kind == "revised_target" and each > year + 1:
                continue
            n += 1
            row = dict(_target_row(each, kind))
            if each <= year and kind == "revised_target":
                row |= _split("actual", [figures.actual(c, each) for c in city().claims])
            values |= {("city_target", f"{n}", name): value for name, value in row.items()}
    return Form(layout("city_target"), city().code, values=values, sheet="全市目標", unit_yen=_YEN)


def _target_row(year: int, kind: str) -> Iterator[tuple[str, Value]]:
    initial = kind == "initial_target"
    set_for = figures.initial_target if initial else figures.revised_target
    yield "fiscal_year", f"{year_name(year)}年度"
    yield "target_kind", "当初目標" if initial else "修正目標"
    yield from _split("target", [set_for(claim, year) for claim in city().claims]).items()
    yield "decided_on", f"{date(year - initial, 8, 20)}"
    yield "meeting", _MEETING
    yield "reason", "中期の見通しによる設定" if initial else "前年度の決算を踏まえた見直し"


def _split(what: str, told: list[Amounts]) -> dict[str, Value]:
    """The balance of all claims by part, in 千円; the form adds them up."""
    return {
        f"{what}_current": sum(amounts.balance_current for amounts in told),
        f"{what}_prior": sum(amounts.balance_prior for amounts in told),
    }


def _planned(amounts: Amounts, measure: str) -> Value:
    if amounts.nothing:
        return None
    return amounts.balance if measure == "uncollected" else _percent(amounts)


def _percent(amounts: Amounts, part: str | None = None) -> str:
    """The share collected, of one part or of all, as a percentage to one decimal."""
    parts = (part,) if part else ("prior", "current")
    collected = sum(getattr(amounts, f"collected_{each}") for each in parts)
    assessed = sum(getattr(amounts, f"assessed_{each}") for each in parts)
    tenths = Rate(collected, assessed).percent_tenths() or 0
    return f"{tenths // 10}.{tenths % 10}"
