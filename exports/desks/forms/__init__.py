"""The forms regenerated from the marts, ready to be printed: 調書, 推進シート and 計画表."""

from datetime import date
from pathlib import Path

from exports.desks.forms import annual, plan, promotion
from exports.desks.sheets.model import Document, Sheet
from exports.marts import reading
from exports.report.settings import City

__all__ = ["FORMS", "OF_A_CLAIM", "document"]

FORMS = {"annual": annual.TITLE, "promotion": promotion.TITLE, "plan": plan.TITLE}
OF_A_CLAIM = ("annual", "promotion")


def document(
    generation: Path,
    form: str,
    fiscal_year: int,
    city: City,
    *,
    issued: date,
    claim_number: str | None = None,
) -> Document | None:
    """A form (of ``FORMS``) of a year, a sheet a claim or plan; None where the marts have none."""
    with reading(generation, city.municipality_code) as marts:
        sheets: tuple[Sheet, ...]
        match form:
            case "annual":
                sheets = annual.sheets(marts, fiscal_year, claim_number)
            case "promotion":
                sheets = promotion.sheets(marts, fiscal_year, claim_number)
            case "plan":
                sheets = plan.sheets(marts, fiscal_year)
            case _:
                raise KeyError(form)
    if not sheets:
        return None
    return Document(
        title=f"{FORMS[form]}（{fiscal_year}年度）",
        author=city.settings.publisher,
        running=f"{city.settings.municipality_name}　{FORMS[form]}　庁内用　"
        f"作成日 {issued.isoformat()}",
        issued=issued,
        sheets=sheets,
        paper="a3" if form == "annual" else "a4",
        minus_sign="▲" if form == "annual" else city.settings.minus_sign,
    )
