"""The report and the index as accessible HTML pages, from the templates in ``html/``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from exports import notes
from exports.japanese import (
    TARGET_LABELS,
    class_label,
    displayed,
    fiscal_year_label,
    grouped,
    japanese_date,
    wareki,
    year_earlier,
)
from exports.model import MONEY, RATES, SUPPRESSED, ClaimLine, Report, TotalLine

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
class PublishedRevision:
    """One published revision as the index shows it."""

    as_of: date
    number: int
    issued: date


@dataclass(frozen=True)
class Site:
    """Whose site it is: what the index says about the publisher."""

    title: str
    municipality_name: str
    publisher: str
    contact: str


def render_report(
    report: Report, downloads: Sequence[Download], charts: Mapping[str, bytes] | None = None
) -> str:
    """The page of a revision. Links start with ``./`` (its own files) or ``../``.

    ``charts``: SVG by file name, drawn inside the page, so that their titles are read out; a
    chart that is not there is left out, its table stays.
    """
    unit = report.settings.unit

    def money(yen: int | None) -> Shown | None:
        if yen is None:
            return None
        number = displayed(yen, unit)
        return Shown(number < 0, grouped(number))

    def figure(line: ClaimLine | TotalLine, column: str) -> Shown | None:
        if column in line.hidden:
            return Shown(hidden=True)
        if column in MONEY:
            return money(line.figures.money(column))
        return _percent(line.figures.rate(column))

    parts = [line.figures for line in report.claims]
    rounding = {
        "claims": notes.rounding_note(parts, report.city.figures, unit),
        "classes": notes.rounding_note(
            [line.figures for line in report.classes], report.city.figures, unit
        ),
        "departments": notes.rounding_note(
            [line.figures for line in report.departments], report.city.figures, unit
        ),
    }
    return (
        _templates()
        .get_template("report.html")
        .render(
            report=report,
            settings=report.settings,
            unit=unit,
            money=money,
            figure=figure,
            rounding=rounding,
            with_notes=any(line.note for line in report.claims),
            summary=notes.summary(report),
            general_notes=[
                *filter(None, [notes.target_note(report)]),
                *notes.missing_notes(report),
            ],
            settlement_year=fiscal_year_label(report.fiscal_year - 1),
            target_year=fiscal_year_label(report.fiscal_year),
            last_year=year_earlier(report.as_of),
            downloads=downloads,
            charts={name: _drawing(svg) for name, svg in (charts or {}).items()},
        )
    )


def render_index(site: Site, revisions: Sequence[PublishedRevision]) -> str:
    """The entrance: every day and revision, newest first."""
    days = sorted({revision.as_of for revision in revisions}, reverse=True)
    archive = [
        (
            day,
            sorted(
                (revision for revision in revisions if revision.as_of == day),
                key=lambda revision: -revision.number,
            ),
        )
        for day in days
    ]
    return _templates().get_template("index.html").render(site=site, archive=archive)


def page_for_latest(page: str, number: int) -> str:
    """A revision's page moved one folder up, its own files now in ``r<number>/``.

    Quotes in text are escaped, so ``href="./`` stands nowhere but in a link of ours.
    """
    return page.replace('href="./', f'href="r{number}/').replace('href="../', 'href="')


def _drawing(svg: bytes) -> Markup:
    """The svg element itself, without what stands before it in a file of its own."""
    text = svg.decode()
    return Markup(text[text.index("<svg") :])  # noqa: S704 - drawn by us, its text escaped


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
        class_label=class_label,
        target_label=lambda kind: TARGET_LABELS.get(kind, kind),
    )
    environment.globals.update(
        licence=LICENCE, licence_url=LICENCE_URL, figure_columns=(*MONEY, *RATES)
    )
    return environment


def _percent(rate: Decimal | None) -> Shown | None:
    return None if rate is None else Shown(rate < 0, f"{abs(rate):,.1f}%")
