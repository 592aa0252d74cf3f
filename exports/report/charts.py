"""The charts of a report: the balance over the years, the mix of statuses, the largest claims.

Suppressed figures are in none of them: the report has no value to draw.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from exports.press.drawing import DARK, GREY, LIGHT, OTHER, TARGET, Bar, Drawing, has_targets, svgs
from exports.press.japanese import STATUS_GROUPS
from exports.report.model import Figures, Report, StatusShare, YearEnd
from terms.money import rounded
from terms.years import fiscal_year_label, japanese_date

BALANCE, STATUS, CLAIMS = "chart-balance.svg", "chart-status.svg", "chart-claims.svg"

_YEARS = 10
_STATUSES = dict(zip(STATUS_GROUPS.values(), (DARK, OTHER), strict=True))
_PARTS = {"過年度分": DARK, "現年度分": LIGHT}
_UNDIVIDED = {"残高": GREY}
_TARGET = "目標"
_LINE = 12  # characters of a name


@dataclass(frozen=True)
class Unit:
    """How amounts are written in a chart: ``step`` is the yen of the last digit."""

    name: str
    step: int
    decimals: int
    minus_sign: str

    def written(self, yen: int) -> str:
        """``69.3``; rounded once, half away from zero, in integers."""
        whole, tenths = divmod(abs(rounded(yen, self.step)), 10**self.decimals)
        sign = self.minus_sign if rounded(yen, self.step) < 0 else ""
        return f"{sign}{whole:,}.{tenths}" if self.decimals else f"{sign}{whole:,}"


_UNITS = (("億円", 100_000_000, 0), ("億円", 10_000_000, 1), ("百万円", 1_000_000, 0),
          ("千円", 1_000, 0))  # fmt: skip


def charts(report: Report) -> dict[str, bytes]:
    """SVG by file name; a chart for which the report has no figures is left out."""
    minus_sign = report.settings.minus_sign
    drawn = {
        BALANCE: _balance(report.history[-_YEARS:], minus_sign),
        STATUS: _status(report.status, minus_sign),
        CLAIMS: _claims(report),
    }
    shown = {name: drawing for name, drawing in drawn.items() if drawing.bars}
    return dict(zip(shown, svgs(list(shown.values())), strict=True)) if shown else {}


def unit_for(amounts: Iterable[int | None], digits: int, minus_sign: str) -> Unit:
    """The coarsest unit in which the largest amount still has so many digits."""
    largest = max((abs(amount) for amount in amounts if amount is not None), default=0)
    for name, step, decimals in _UNITS:
        if largest // step >= 10 ** (digits - 1):
            return Unit(name, step, decimals, minus_sign)
    return Unit("円", 1, 0, minus_sign)


def _balance(years: Sequence[YearEnd], minus_sign: str) -> Drawing:
    unit = unit_for((year.balance for year in years), 3, minus_sign)
    settled = [year for year in years if year.balance is not None]
    bars = [
        Bar((fiscal_year_label(year.fiscal_year),), _parts(year), _against(year, unit), year.target)
        for year in years
        if year.balance is not None or year.target is not None
    ]
    told = "、".join(
        f"{fiscal_year_label(year.fiscal_year)}末{unit.written(year.balance or 0)}{unit.name}"
        for year in settled
    )
    return Drawing(
        name="chart-balance",
        title="未収金残高と目標の推移",
        unit=unit.name,
        description=f"年度末の未収金残高の推移を表す棒グラフ。{told}。"
        f"過年度分と現年度分に分けて示す。{_marked(bars, '各年度の最終の目標')}",
        bars=bars if settled else (),
        colours=_series(bars),
        names_width=72,
        pitch=34,
        shown_width=116,
    )


def _parts(figures: YearEnd | Figures) -> tuple[tuple[str, int], ...]:
    prior, current = figures.balance_prior, figures.balance_current
    if prior is not None and current is not None:
        return (("過年度分", prior), ("現年度分", current))
    return () if figures.balance is None else (("残高", figures.balance),)


def _against(year: YearEnd, unit: Unit) -> str:
    balance = "" if year.balance is None else unit.written(year.balance)
    return balance + (f"（目標{unit.written(year.target)}）" if year.target is not None else "")


def _series(bars: Sequence[Bar]) -> dict[str, str]:
    """The legend: what is drawn, and no more."""
    drawn = {series for bar in bars for series, _ in bar.parts}
    if has_targets(bars):
        drawn.add(_TARGET)
    colours = _PARTS | _UNDIVIDED | {_TARGET: TARGET}
    return {name: colour for name, colour in colours.items() if name in drawn}


def _marked(bars: Sequence[Bar], targets: str) -> str:
    return f"{targets}を縦線で示す。" if has_targets(bars) else ""


def _status(shares: Sequence[StatusShare], minus_sign: str) -> Drawing:
    unit = unit_for((share.balance for share in shares), 4, minus_sign)
    owed = sum(share.balance for share in shares)
    bars: list[Bar] = []
    told: list[str] = []
    for group, label in STATUS_GROUPS.items():
        members = [share for share in shares if share.group == group]
        subtotal = sum(share.balance for share in members)
        shown = f"{unit.written(subtotal)}{_share(subtotal, owed)}"
        bars.append(Bar((label,), (), shown))
        bars.extend(
            Bar(
                wrapped(f"{share.status_code} {share.label}"),
                ((label, share.balance),),
                unit.written(share.balance),
            )
            for share in members
        )
        told.append(f"{label}は{unit.written(subtotal)}{unit.name}{_share(subtotal, owed)}")
    year = fiscal_year_label(shares[0].fiscal_year) if shares else ""
    return Drawing(
        name="chart-status",
        title=f"未収債権の状況（{year}末）",
        unit=unit.name,
        description=f"{year}末の未収債権の残高を、交渉や手続の状況ごとに表す棒グラフ。"
        f"{'、'.join(told)}。",
        bars=bars if shares else (),
        colours=_STATUSES,
        names_width=152,
        pitch=32,
        shown_width=56,
    )


def _share(part: int, whole: int) -> str:
    if whole <= 0:
        return ""
    return f"（{rounded(part * 1000, whole) / 10:.1f}%）"


def _claims(report: Report) -> Drawing:
    lines = report.largest
    unit = unit_for((line.figures.balance for line in lines), 4, report.settings.minus_sign)
    names = "、".join(
        f"{line.claim_name}{unit.written(line.figures.balance or 0)}{unit.name}"
        for line in lines[:3]
    )
    bars = [
        Bar(
            wrapped(line.claim_name),
            _parts(line.figures),
            unit.written(line.figures.balance or 0),
            line.figures.target_balance,
        )
        for line in lines
    ]
    return Drawing(
        name="chart-claims",
        title=f"残高の大きい債権（{japanese_date(report.as_of)}現在）",
        unit=unit.name,
        description=f"残高の大きい{len(lines)}債権の残高を表す棒グラフ。大きい順に{names}など。"
        + _marked(bars, "年度末の目標"),
        bars=bars,
        colours=_series(bars),
        names_width=152,
        pitch=36,
        shown_width=60,
    )


def wrapped(name: str) -> tuple[str, ...]:
    """A name on two lines, parted after ・ or ／ where that fits; what is too long ends in …."""
    if len(name) <= _LINE:
        return (name,)
    parted = max(name.rfind(mark, 0, _LINE) for mark in "・／") + 1
    at = parted if len(name) - parted <= _LINE else _LINE
    rest = name[at:]
    return (name[:at], rest if len(rest) <= _LINE else f"{rest[: _LINE - 1]}…")
