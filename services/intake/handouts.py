"""The blank workbooks that are handed out, filled in as far as the generation knows."""

from dataclasses import dataclass, replace
from datetime import date

from ingest import templates
from ingest.templates import described, register
from services.arguments import claim_told, municipality_or_only
from services.exits import Stop
from services.home import Home
from services.intake import prefill
from services.intake.prefill import Known, Prefill
from services.layouts import layouts_of
from terms.codes import municipalities
from terms.years import fiscal_year_label, japanese_date

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
    """The workbook of a form or of a layout of the home, and what the staff should know about it.

    Raises Stop where an option is missing, is not one of the form's or cannot be read.
    """
    if asked.form not in FORMS:
        return _of_layout(home, asked)
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


def _of_layout(home: Home, asked: Blank) -> tuple[bytes, str | None]:
    """The empty form of a table that the home describes."""
    usable = {each.name: each for each in layouts_of(home)[0]}
    layout = usable.get(asked.form)
    if layout is None:
        named = "、".join([*FORMS, *usable])
        raise Stop(f"様式は {named} のどれかです: {asked.form}")
    _check_year(asked.fiscal_year)
    told = {
        "fiscal_year": asked.fiscal_year and fiscal_year_label(asked.fiscal_year),
        "as_of": asked.as_of and japanese_date(asked.as_of),
        "claim_number": claim_told(asked.claim),
        "department": asked.department,
        "municipality": municipalities().get(asked.municipality or ""),
    }
    known = {dimension: words for dimension, words in told.items() if words}
    try:
        content = described.draw(layout, known)
    except described.UndrawableError as problem:
        raise Stop(f"config/layouts/{layout.name}.yml の様式は書き出せません。{problem}") from None
    if not layout.file:
        return content, None
    name = described.printed(layout.file.replace("<*>", "…"), known)
    return content, f"提出のときは、ファイルの名前を「{name}」の形にしてください。"


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
    if form in _NEEDS_YEAR and year is None:
        raise Stop(f"{form} には --fiscal-year(年度)が必要です。")
    _check_year(year)
    if form == "interim" and asked.as_of is None:
        raise Stop("interim には --as-of(基準日)が必要です。")
    for option, forms in _TAKES.items():
        if getattr(asked, option) is not None and form not in forms:
            raise Stop(f"--{option} は {'、'.join(forms)} で使えます。{form} では使えません。")
    if asked.measure not in (None, *MEASURES):
        raise Stop(f"--measure は {'、'.join(MEASURES)} のどれかです: {asked.measure}")


def _check_year(year: int | None) -> None:
    if year is not None and not 1989 <= year <= 2100:
        raise Stop(f"--fiscal-year は西暦4桁の年度です(例 2024): {year}")
