"""Notes that the figures themselves call for: rounding, and what is missing."""

from collections.abc import Sequence

from exports.japanese import displayed, japanese_date, year_earlier
from exports.model import MONEY, Figures, Report


def rounding_note(parts: Sequence[Figures], total: Figures, unit: str) -> str | None:
    """The note for a table whose displayed parts do not add up to a displayed total.

    Looks along the rows (current + prior, balance − a year earlier) and down the columns.
    Exact yen always add up here: ``identities.check_parts`` has seen to it.
    """
    along = any(not _row_adds_up(figures, unit) for figures in (*parts, total))
    down = any(not _column_adds_up(column, parts, total, unit) for column in MONEY)
    if not (along or down):
        return None
    return (
        f"金額は1円単位で計算し、{unit}未満を四捨五入して表示しているため、"
        "内訳の計と合計が一致しないところがあります。"
    )


def _row_adds_up(figures: Figures, unit: str) -> bool:
    return _adds_up(
        (figures.balance_current, figures.balance_prior), figures.balance, unit
    ) and _adds_up((figures.balance_last_year, figures.change), figures.balance, unit)


def _column_adds_up(column: str, parts: Sequence[Figures], total: Figures, unit: str) -> bool:
    return _adds_up([part.money(column) for part in parts], total.money(column), unit)


def _adds_up(parts: Sequence[int | None], total: int | None, unit: str) -> bool:
    """Whether readers can add up the parts and find the total, as far as all are shown."""
    shown = [displayed(part, unit) for part in parts if part is not None]
    if total is None or len(shown) != len(parts):
        return True
    return sum(shown) == displayed(total, unit)


def missing_notes(report: Report) -> tuple[str, ...]:
    """Notes on claims that lack a settlement, a target or a comparable figure a year earlier."""
    city = report.city
    notes = []
    if city.claims_without_settlement:
        notes.append(
            f"前年度の決算がない債権が{city.claims_without_settlement}件あります。"
            "これらを含む計の前年度決算残高は算出していません。"
        )
    if city.claims_without_target:
        notes.append(
            f"目標を定めていない債権が{city.claims_without_target}件あります。"
            "これらを含む計の目標残高は算出していません。"
        )
    if city.claims_without_last_year:
        last_year = japanese_date(year_earlier(report.as_of))
        notes.append(
            f"前年同月末（{last_year}）の報告がない債権が{city.claims_without_last_year}件"
            "あります。これらを含む計の前年同月末残高と増減額は算出していません。"
        )
    if city.claims_with_basis_break:
        notes.append(
            f"残高の締めが前年から変わった債権が{city.claims_with_basis_break}件あります。"
            "これらを含む計の増減額と、前年度決算との差は算出していません。"
        )
    return tuple(notes)


def target_note(report: Report) -> str | None:
    """Which kind of target the report compares with."""
    kinds = {line.target_kind for line in report.claims if line.target_kind}
    if kinds == {"initial_target"}:
        return "目標残高は、すべて当初目標です。"
    if kinds == {"revised_target"}:
        return "目標残高は、すべて修正目標です。"
    if kinds:
        return "目標残高は、目標を修正した債権は修正目標、その他の債権は当初目標です。"
    return None


def summary(report: Report) -> str:
    """One sentence: the city's balance and how it moved in a year."""
    settings, city = report.settings, report.city.figures
    unit = settings.unit
    opening = (
        f"{japanese_date(report.as_of)}現在の{settings.municipality_name}全体の未収金残高は"
        f"{_amount(city.balance, unit)}です。"
    )
    if city.change is None:
        return opening
    if city.change == 0:
        return f"{opening}前年同月末と同額です。"
    if displayed(city.change, unit) == 0:
        return f"{opening}前年同月末との差は1{unit}未満です。"
    moved = "増加" if city.change > 0 else "減少"
    return f"{opening}前年同月末と比べて{_amount(abs(city.change), unit)}{moved}しました。"


def _amount(yen: int | None, unit: str) -> str:
    if yen is None:
        return "秘匿"
    number = displayed(yen, unit)
    sign = "マイナス" if number < 0 else ""
    return f"{sign}{abs(number):,}{unit}"
