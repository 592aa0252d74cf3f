"""The report and the targets as accessible HTML pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from markupsafe import Markup

from exports.press.templates import Shown, percent, rendered
from exports.report import notes
from exports.report.corrections import heading, shown
from exports.report.model import Report, YearEnd
from exports.report.printed import Printed
from terms.years import fiscal_year_label, japanese_date, year_earlier

PAGE = "index.html"
TARGETS = "target.html"

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
class Card:
    """One of the city's key figures, to be printed large."""

    label: str
    shown: Shown
    unit: str


def render_report(
    report: Report, downloads: Sequence[Download], charts: Mapping[str, bytes] | None = None
) -> str:
    """The page of a revision. Links start with ``./`` (its own files) or ``../``.

    ``charts``: SVG by file name, drawn inside the page, so that their titles are read out; a
    chart that is not there is left out, its table stays.
    """
    return _render(
        "report.html",
        report,
        downloads,
        charts,
        figure=Printed(report).figure,
        rounding={
            "claims": notes.rounding_note(report, report.claims),
            "classes": notes.rounding_note(report, report.classes),
            "departments": notes.rounding_note(report, report.departments),
        },
        with_notes=any(line.note for line in report.claims),
        summary=notes.summary(report),
        points=notes.points(report),
        cards=cards(report),
        waived=notes.waiver_notes(report),
        heading=heading,
        shown=shown,
        general_notes=notes.general_notes(report),
        audit_note=notes.AUDIT,
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
    city, unit, printed = report.city, report.settings.unit, Printed(report)
    last_year = japanese_date(year_earlier(report.as_of))
    settled = fiscal_year_label(report.fiscal_year - 1)
    target = fiscal_year_label(report.fiscal_year)
    shown = (
        ("未収金残高", printed.figure(city, "balance"), unit),
        (f"前年同月末（{last_year}）との差", printed.difference(city.figures.change), unit),
        (f"{settled}決算との差", printed.difference(city.since_settlement), unit),
        (f"{target}末の目標との差", printed.difference(city.above_target), unit),
        ("徴収率", percent(city.figures.collection_rate_pct), ""),
    )
    return tuple(Card(label, figure, of) for label, figure, of in shown if figure is not None)


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


def _render(
    template: str,
    report: Report,
    downloads: Sequence[Download],
    charts: Mapping[str, bytes] | None,
    **more: object,
) -> str:
    printed = Printed(report)
    return rendered(
        template,
        report=report,
        settings=report.settings,
        unit=report.settings.unit,
        money=printed.money,
        at_year_end=printed.at_year_end,
        compared=printed.compared,
        downloads=downloads,
        charts={name: _drawing(svg) for name, svg in (charts or {}).items()},
        **more,
    )


def _drawing(svg: bytes) -> Markup:
    """The svg element itself, without what stands before it in a file of its own."""
    text = svg.decode()
    return Markup(text[text.index("<svg") :])  # noqa: S704 - drawn by us, its text escaped
