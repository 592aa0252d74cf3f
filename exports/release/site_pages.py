"""The pages around the reports: the index, the corrections, accessibility, a draft's preview."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from exports.press.japanese import fiscal_year_of
from exports.press.templates import Shown, rendered
from exports.release.accessibility import Result
from exports.release.records import Draft, mark_of
from exports.report.corrections import heading, shown
from exports.report.model import Correction
from exports.report.page import Card


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


def cards_of(kept: Sequence[Mapping[str, Any]]) -> tuple[Card, ...]:
    """The cards that ``key_figures`` wrote."""
    return tuple(Card(one["label"], Shown(**one["shown"]), one["unit"]) for one in kept)


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
    return rendered(
        "index.html", site=site, days=days, archive=archive, newest=newest, others=others
    )


def render_corrections(site: Site, corrections: Sequence[PublishedCorrection]) -> str:
    """正誤表: every correction ever published, newest first as given."""
    return rendered(
        "corrections.html", site=site, corrections=corrections, heading=heading, shown=shown
    )


def render_preview(
    draft: Draft, state: str, approved_by: Sequence[str], names: Sequence[str]
) -> str:
    """The page around a draft: what it is, its files by ``names``, and a watermark."""
    mark = mark_of(draft.notable)
    return rendered(
        "preview.html", draft=draft, state=state, approved_by=approved_by, names=names, mark=mark
    )


def render_accessibility(site: Site, result: Result) -> str:
    """方針 and 試験結果 of web accessibility."""
    return rendered("accessibility.html", site=site, result=result)
