"""The blank workbooks that are handed out, filled in as far as the generation knows."""

from dataclasses import dataclass, replace
from datetime import date

from ingest import templates
from ingest.templates import register
from services.arguments import claim_told, municipality_or_only
from services.exits import Stop
from services.home import Home
from services.intake import prefill
from services.intake.prefill import Known, Prefill

REGISTER = "claims"
FORMS = (*templates.FORMS, REGISTER)
MEASURES = ("uncollected", "collection_rate")
_NEEDS_YEAR = ("annual", "plan", "claim_list", "promotion")
_TAKES = {
    "claim": ("annual", "interim", "promotion"),
    "department": ("interim", "plan"),
    "measure": ("plan",),
}


@dataclass(frozen=True, slots=True)
class Blank:
    """A form that is asked for, and what it is to be filled in for.

    `municipality`: its code; None for the only one there is.
    """

    form: str
    municipality: str | None = None
    fiscal_year: int | None = None
    as_of: date | None = None
    claim: str | None = None
    department: str | None = None
    measure: str | None = None


def handout(home: Home, asked: Blank) -> tuple[bytes, str | None]:
    """The workbook of a form, and what the staff should know about it.

    Raises Stop where an option is missing, is not one of the form's or cannot be read.
    """
    _check(asked)
    asked = replace(asked, claim=claim_told(asked.claim))
    known = Known(home, municipality_or_only(home, asked.municipality))
    if asked.form == REGISTER:
        return register.draw(prefill.register(known)), None
    told = _prefill(known, asked)
    content = templates.draw(
        asked.form,
        municipality_code=known.municipality_code,
        fiscal_year=asked.fiscal_year,
        as_of=asked.as_of,
        header=told.header,
        values=told.values,
        unit_yen=told.unit_yen,
    )
    whose = f"債権{asked.claim}" if asked.claim else asked.department
    if whose and not told.is_known:
        return content, f"{whose}のデータがないため、分かる範囲だけを記入した様式です。"
    return content, None


def _prefill(known: Known, asked: Blank) -> Prefill:
    match asked:
        case Blank(form="annual", claim=str(number), fiscal_year=int(year)):
            return prefill.annual(known, number, year)
        case Blank(form="promotion", claim=str(number), fiscal_year=int(year)):
            return prefill.promotion(known, number, year)
        case Blank(form="interim", as_of=date() as day):
            return prefill.interim(known, asked.department, asked.claim, day)
        case Blank(form="plan", fiscal_year=int(year)):
            return prefill.plan(known, asked.measure or MEASURES[0], year, asked.department)
        case Blank(form="claim_list", fiscal_year=int(year)):
            return prefill.claim_list(known, year)
        case Blank(form="city_target"):
            return prefill.city_target(known)
    return Prefill()


def _check(asked: Blank) -> None:
    form, year = asked.form, asked.fiscal_year
    if form not in FORMS:
        raise Stop(f"様式は {'、'.join(FORMS)} のどれかです: {form}")
    if form in _NEEDS_YEAR and year is None:
        raise Stop(f"{form} には --fiscal-year(年度)が必要です。")
    if year is not None and not 1989 <= year <= 2100:
        raise Stop(f"--fiscal-year は西暦4桁の年度です(例 2024): {year}")
    if form == "interim" and asked.as_of is None:
        raise Stop("interim には --as-of(基準日)が必要です。")
    for option, forms in _TAKES.items():
        if getattr(asked, option) is not None and form not in forms:
            raise Stop(f"--{option} は {'、'.join(forms)} で使えます。{form} では使えません。")
    if asked.measure not in (None, *MEASURES):
        raise Stop(f"--measure は {'、'.join(MEASURES)} のどれかです: {asked.measure}")
