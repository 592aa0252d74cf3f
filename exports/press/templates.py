"""How pages are written: the templates of ``html/``, and figures as Japanese readers see them."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from exports.press.japanese import STATUS_GROUPS, TARGET_LABELS, grouped, wareki
from exports.report.model import MONEY, RATES, SUPPRESSED
from terms.codes import class_label
from terms.money import displayed
from terms.years import fiscal_year_label, japanese_date

LICENCE = "クリエイティブ・コモンズ 表示 4.0 国際（CC BY 4.0）"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/deed.ja"


@dataclass(frozen=True)
class Shown:
    """A figure as printed: its sign apart, so that it can be spoken; ``x`` where suppressed."""

    negative: bool = False
    text: str = SUPPRESSED
    hidden: bool = False


def rendered(template: str, **values: object) -> str:
    """A page from its template; everything in ``values`` is escaped."""
    return _templates().get_template(template).render(**values)


def internal_page(name: str, **values: object) -> str:
    """A page for the staff from its template in ``html/internal/``; it is never published."""
    return rendered(f"internal/{name}", **values)


def money(unit: str, yen: int | None) -> Shown | None:
    """Yen in a unit of ``japanese.UNITS``."""
    if yen is None:
        return None
    number = displayed(yen, unit)
    return Shown(number < 0, grouped(number))


def percent(rate: Decimal | None) -> Shown | None:
    """A rate to one decimal."""
    return None if rate is None else Shown(rate < 0, f"{abs(rate):,.1f}%")


def templates_in(folder: Path) -> Environment:
    """The templates of a folder; everything in their values is escaped, and must be there."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _templates() -> Environment:
    environment = templates_in(Path(__file__).parent / "html")
    environment.filters.update(
        wareki=wareki,
        japanese_date=japanese_date,
        month_and_day=lambda day: f"{day.month}月{day.day}日",
        class_label=class_label,
        percent=percent,
        yen=lambda amount: money("円", amount),
        fiscal_year=fiscal_year_label,
        status_group=lambda group: STATUS_GROUPS.get(group, group),
        target_label=lambda kind: TARGET_LABELS.get(kind, kind),
    )
    environment.globals.update(
        licence=LICENCE, licence_url=LICENCE_URL, figure_columns=(*MONEY, *RATES)
    )
    return environment
