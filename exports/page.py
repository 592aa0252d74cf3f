"""The report, the targets and the index as accessible HTML pages, from ``html/``."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from exports import notes
from exports.accessibility import Result
from exports.corrections import heading, shown
from exports.japanese import (
    ATTAINED,
    STATUS_GROUPS,
    TARGET_LABELS,
    class_label,
    displayed,
    fiscal_year_label,
    fiscal_year_of,
    grouped,
    japanese_date,
    wareki,
    year_earlier,
)
from exports.model import (
    MONEY,
    RATES,
    SUPPRESSED,
    ClaimLine,
    Correction,
    Report,
    TotalLine,
    YearEnd,
)
from exports.records import Draft

LICENCE = "クリエイティブ・コモンズ 表示 4.0 国際（CC BY 4.0）"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/deed.ja"

_KILOBYTE = 1024


@dataclass(frozen=True)
class Download:
    """A file offered beside the page; ``size`` in bytes."""

    name: str
    label: str
    size: int

    @property
    def shown_size(self) -> str:
        """``2KB``, never nought."""
        return f"{max(1, round(self.size / _KILOBYTE)):,}KB"


@dataclass(frozen=True)
class Shown:
    """A figure as printed: its sign apart, so that it can be spoken; ``x`` where suppressed."""

    negative: bool = False
    text: str = SUPPRESSED
    hidden: bool = False


@dataclass(frozen=True)
class Card:
    """One of the city's key figures, to be printed large."""

    label: str
    shown: Shown
    unit: str


@dataclass(frozen=True)
class PublishedRevision:
    """One published revision as the index shows it."""

    as_of: date
    number: int
    issued: date


@dataclass(frozen=True)
class PublishedCorrection:
    """A revision that corrects the one before it."""

    as_of: date
    number: int
    issued: date
    correction: Correction


@dataclass(frozen=True)
class Site:
    """Whose site it is: what the index says about the publisher; ``site_url`` ends in a slash."""

    title: str
    municipality_name: str
    publisher: str
    contact: str
    municipality_code: str = ""
    site_url: str | None = None


@dataclass(frozen=True)
class Newest:
    """What the index shows of the newest revision, as its ``report.json`` tells it."""

    summary: str
    cards: Sequence[Card]
    minus_sign: str
    chart: str | None  # the address of its chart, where it has one


def render_report(
    report: Report, downloads: Sequence[Download], charts: Mapping[str, bytes] | None = None
) -> str:
    """The page of a revision. Links start with ``./`` (its own files) or ``../``.

    ``charts``: SVG by file name, drawn inside the page, so that their titles are read out; a
    chart that is not there is left out, its table stays.
    """
    unit = report.settings.unit
    rounding = {
        part: notes.rounding_note([line.figures for line in lines], report.city.figures, unit)
        for part, lines in (
            ("claims", report.claims),
            ("classes", report.classes),
            ("departments", report.departments),
        )
    }
    return _render(
        "report.html",
        report,
        downloads,
        charts,
        figure=partial(_figure, unit),
        rounding=rounding,
        with_notes=any(line.note for line in report.claims),
        summary=notes.summary(report),
        points=notes.points(report),
        cards=cards(report),
        waived=notes.waiver_notes(report),
        heading=heading,
        shown=shown,
        general_notes=notes.general_notes(report),
        terms=notes.terms(report),
        settlement_year=fiscal_year_label(report.fiscal_year - 1),
        target_year=fiscal_year_label(report.fiscal_year),
        last_year=year_earlier(report.as_of),
    )


def render_targets(
    report: Report, downloads: Sequence[Download], charts: Mapping[str, bytes] | None = None
) -> str:
    """目標と実績: what the city aimed at year by year, and what became of it; newest first."""
    ends = {end.fiscal_year: end for end in report.history}
    years = [
        (year, ends.get(year, YearEnd(year)), list(targets))
        for year, targets in groupby(report.targets, key=lambda target: target.fiscal_year)
    ]
    return _render("target.html", report, downloads, charts, years=years[::-1])


def cards(report: Report) -> tuple[Card, ...]:
    """The city's balance, how far it is from what it is compared with, and the rate."""
    city, unit = report.city, report.settings.unit
    last_year = japanese_date(year_earlier(report.as_of))
    shown = (
        ("未収金残高", _figure(unit, city, "balance"), unit),
        (f"前年同月末（{last_year}）との差", _difference(unit, city.figures.change), unit),
        (
            f"{fiscal_year_label(report.fiscal_year - 1)}決算との差",
            _difference(unit, city.since_settlement),
            unit,
        ),
        (
            f"{fiscal_year_label(report.fiscal_year)}末の目標との差",
            _difference(unit, city.above_target),
            unit,
        ),
        ("徴収率", _percent(city.figures.collection_rate_pct), ""),
    )
    return tuple(Card(label, figure, of) for label, figure, of in shown if figure is not None)


def render_index(
    site: Site,
    revisions: Sequence[PublishedRevision],
    newest: Newest | None = None,
    others: Collection[str] = (),
) -> str:
    """The entrance: the newest report, then every one by fiscal year, newest first.

    ``others`` are the pages and feeds of the site that are there to be linked to.
    """
    by_day = groupby(
        sorted(revisions, key=lambda one: (one.as_of, one.number), reverse=True),
        key=lambda one: one.as_of,
    )
    days = [(day, list(of_day)) for day, of_day in by_day]
    archive = [
        (year, list(of_year))
        for year, of_year in groupby(days, key=lambda day: fiscal_year_of(day[0]))
    ]
    return (
        _templates()
        .get_template("index.html")
        .render(site=site, days=days, archive=archive, newest=newest, others=others)
    )


def render_corrections(site: Site, corrections: Sequence[PublishedCorrection]) -> str:
    """正誤表: every correction ever published, newest first as given."""
    page = _templates().get_template("corrections.html")
    return page.render(site=site, corrections=corrections, heading=heading, shown=shown)


def render_preview(
    draft: Draft, state: str, approved_by: Sequence[str], names: Sequence[str]
) -> str:
    """The page around a draft: what it is, its files by ``names``, and a watermark."""
    page = _templates().get_template("preview.html")
    return page.render(draft=draft, state=state, approved_by=approved_by, names=names)


def render_accessibility(site: Site, result: Result) -> str:
    """方針 and 試験結果 of web accessibility."""
    return _templates().get_template("accessibility.html").render(site=site, result=result)


def page_for_latest(page: str, number: int) -> str:
    """A revision's page moved one folder up, its own files now in ``r<number>/``.

    Quotes in text are escaped, so ``href="./`` stands nowhere but in a link of ours.
    """
    return page.replace('href="./', f'href="r{number}/').replace('href="../', 'href="')


def page_for_target(page: str, as_of: date, number: int) -> str:
    """A revision's page of targets moved to ``target/``, its own files in the revision still."""
    return page.replace('href="../../', 'href="../').replace(
        'href="./', f'href="../{as_of.isoformat()}/r{number}/'
    )


def key_figures(report: Report) -> list[dict[str, object]]:
    """The cards as ``report.json`` keeps them for the index."""
    return [asdict(card) for card in cards(report)]


def cards_of(kept: Sequence[Mapping[str, Any]]) -> tuple[Card, ...]:
    """The cards that ``key_figures`` wrote."""
    return tuple(Card(one["label"], Shown(**one["shown"]), one["unit"]) for one in kept)


def _render(
    template: str,
    report: Report,
    downloads: Sequence[Download],
    charts: Mapping[str, bytes] | None,
    **more: object,
) -> str:
    return (
        _templates()
        .get_template(template)
        .render(
            report=report,
            settings=report.settings,
            unit=report.settings.unit,
            money=partial(_money, report.settings.unit),
            downloads=downloads,
            charts={name: _drawing(svg) for name, svg in (charts or {}).items()},
            **more,
        )
    )


def _money(unit: str, yen: int | None) -> Shown | None:
    if yen is None:
        return None
    number = displayed(yen, unit)
    return Shown(number < 0, grouped(number))


def _difference(unit: str, yen: int | None) -> Shown | None:
    shown = _money(unit, yen)
    is_more = yen is not None and displayed(yen, unit) > 0
    return replace(shown, text=f"+{shown.text}") if shown and is_more else shown


def _figure(unit: str, line: ClaimLine | TotalLine, column: str) -> Shown | None:
    if column in line.hidden:
        return Shown(hidden=True)
    if column in MONEY:
        return _money(unit, line.figures.money(column))
    return _percent(line.figures.rate(column))


def _drawing(svg: bytes) -> Markup:
    """The svg element itself, without what stands before it in a file of its own."""
    text = svg.decode()
    return Markup(text[text.index("<svg") :])  # noqa: S704 - drawn by us, its text escaped


def internal_page(name: str, **values: object) -> str:
    """A page for the staff from its template in ``html/internal/``; it is never published."""
    return _templates().get_template(f"internal/{name}").render(**values)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        wareki=wareki,
        japanese_date=japanese_date,
        month_and_day=lambda day: f"{day.month}月{day.day}日",
        class_label=class_label,
        percent=_percent,
        attained=ATTAINED.get,
        fiscal_year=fiscal_year_label,
        status_group=lambda group: STATUS_GROUPS.get(group, group),
        target_label=lambda kind: TARGET_LABELS.get(kind, kind),
    )
    environment.globals.update(
        licence=LICENCE, licence_url=LICENCE_URL, figure_columns=(*MONEY, *RATES)
    )
    return environment


def _percent(rate: Decimal | None) -> Shown | None:
    return None if rate is None else Shown(rate < 0, f"{abs(rate):,.1f}%")
