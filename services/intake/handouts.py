"""The blank workbooks that are handed out, filled in as far as the generation knows."""

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
    "--claim": ("annual", "interim", "promotion"),
    "--department": ("interim", "plan"),
    "--measure": ("plan",),
}


def handout(
    home: Home,
    form: str,
    municipality: str | None,
    *,
    fiscal_year: int | None = None,
    as_of: date | None = None,
    claim: str | None = None,
    department: str | None = None,
    measure: str | None = None,
) -> tuple[bytes, str | None]:
    """The workbook of a form, and what the staff should know about it.

    `municipality`: its code; None for the only one there is.
    Raises Stop where an option is missing, is not one of the form's or cannot be read.
    """
    options = {"--claim": claim, "--department": department, "--measure": measure}
    _check(form, options, fiscal_year, as_of)
    number = claim_told(claim)
    municipality_code = municipality_or_only(home, municipality)
    known = Known(home, municipality_code)
    if form == REGISTER:
        return register.draw(prefill.register(known)), None
    told = _prefill(known, form, fiscal_year, as_of, number, department, measure)
    content = templates.draw(
        form,
        municipality_code=municipality_code,
        fiscal_year=fiscal_year,
        as_of=as_of,
        header=told.header,
        values=told.values,
        unit_yen=told.unit_yen,
    )
    asked = f"債権{number}" if number else department
    if asked and not told.is_known:
        return content, f"{asked}のデータがないため、分かる範囲だけを記入した様式です。"
    return content, None


def _prefill(
    known: Known, form: str, year: int | None, as_of: date | None,
    number: str | None, department: str | None, measure: str | None,
) -> Prefill:  # fmt: skip
    match form:
        case "annual" if number and year:
            return prefill.annual(known, number, year)
        case "promotion" if number and year:
            return prefill.promotion(known, number, year)
        case "interim" if as_of:
            return prefill.interim(known, department, number, as_of)
        case "plan" if year:
            return prefill.plan(known, measure or MEASURES[0], year, department)
        case "claim_list" if year:
            return prefill.claim_list(known, year)
        case "city_target":
            return prefill.city_target(known)
    return Prefill()


def _check(
    form: str, options: dict[str, str | None], fiscal_year: int | None, as_of: date | None
) -> None:
    if form not in FORMS:
        raise Stop(f"様式は {'、'.join(FORMS)} のどれかです: {form}")
    if form in _NEEDS_YEAR and fiscal_year is None:
        raise Stop(f"{form} には --fiscal-year(年度)が必要です。")
    if fiscal_year is not None and not 1989 <= fiscal_year <= 2100:
        raise Stop(f"--fiscal-year は西暦4桁の年度です(例 2024): {fiscal_year}")
    if form == "interim" and as_of is None:
        raise Stop("interim には --as-of(基準日)が必要です。")
    for option, value in options.items():
        if value is not None and form not in _TAKES[option]:
            raise Stop(
                f"{option} は {'、'.join(_TAKES[option])} で使えます。{form} では使えません。"
            )
    if options["--measure"] not in (None, *MEASURES):
        raise Stop(f"--measure は {'、'.join(MEASURES)} のどれかです: {options['--measure']}")
