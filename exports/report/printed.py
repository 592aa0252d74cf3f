"""The figures of a report as they are printed in its unit, on the page and on paper."""

from dataclasses import dataclass, replace

from exports.press.templates import Shown, money, percent
from exports.report.model import MONEY, CityTarget, ClaimLine, Report, TotalLine, YearEnd
from terms.money import displayed

_MISSING = "—"
_HIDDEN = Shown(hidden=True)


@dataclass(frozen=True)
class Printed:
    """What readers see of a report; None where there is no figure."""

    report: Report

    def money(self, yen: int | None) -> Shown | None:
        """Yen in the unit of the report."""
        return money(self.report.settings.unit, yen)

    def difference(self, yen: int | None) -> Shown | None:
        """Yen with a plus where there are more."""
        shown = self.money(yen)
        is_more = yen is not None and displayed(yen, self.report.settings.unit) > 0
        return replace(shown, text=f"+{shown.text}") if shown and is_more else shown

    def figure(self, line: ClaimLine | TotalLine, column: str) -> Shown | None:
        """A figure of a claim or total."""
        if column in line.hidden:
            return _HIDDEN
        if column in MONEY:
            return self.money(line.figures.money(column))
        return percent(line.figures.rate(column))

    def compared(self, difference: str) -> Shown | None:
        """``since_settlement`` or ``above_target`` of the city."""
        city = self.report.city
        hidden = difference in city.hidden_differences
        return _HIDDEN if hidden else self.money(getattr(city, difference))

    def at_year_end(self, year: YearEnd | CityTarget, column: str) -> Shown | None:
        """A figure of a year that has closed or its ``above_target``, or one of a target."""
        return _HIDDEN if column in year.hidden else self.money(getattr(year, column))

    def written(self, shown: Shown | None) -> str:
        """A figure as text, its sign before it; ``—`` for none."""
        if shown is None:
            return _MISSING
        return f"{self.report.settings.minus_sign if shown.negative else ''}{shown.text}"
