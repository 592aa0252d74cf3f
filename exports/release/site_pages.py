"""The pages around the reports: the index, the corrections, accessibility, a draft's preview.

``<as_of>/index.html``, the site's own pages, the feed and ``index.html`` are made from the
revisions that are there, in that order, so that a page never leads to what is not there yet.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

from exports.press.files import write_file
from exports.press.templates import rendered
from exports.release.accessibility import read_result
from exports.release.feed import FEED, SITEMAP, feed_xml, sitemap_xml
from exports.release.records import Draft, mark_of
from exports.release.site import Revision, dates_in, revisions
from exports.report.corrections import heading, shown
from exports.report.page import PAGE, TARGETS, page_for_latest, page_for_target
from terms.years import fiscal_year_of

CORRECTIONS = "corrections.html"
ACCESSIBILITY = "accessibility.html"
CHART = "chart-balance.svg"
OTHERS = ("target/index.html", CORRECTIONS, FEED, ACCESSIBILITY)


def lead_to(public: Path, newest: Revision) -> None:
    """Bring the day's page, the site's own pages and then the index up to date.

    Equal files are not touched.
    """
    page = (newest.folder / PAGE).read_text(encoding="utf-8")
    write_file(newest.folder.parent / PAGE, page_for_latest(page, newest.number).encode())
    listed = [found for day in dates_in(public) for found in revisions(public, day)]
    latest = _latest(listed)
    _lead_to_targets(public, latest)
    write_file(public / CORRECTIONS, render_corrections(listed).encode())
    accessible = rendered("accessibility.html", site=latest.about, result=read_result())
    write_file(public / ACCESSIBILITY, accessible.encode())
    write_file(public / FEED, feed_xml(latest.about, listed))
    if latest.about.site_url:
        write_file(public / SITEMAP, sitemap_xml(latest.about.site_url, _pages(listed)))
    others = [address for address in OTHERS if (public / address).is_file()]
    write_file(public / PAGE, render_index(listed, others).encode())


def render_index(listed: Sequence[Revision], others: Collection[str] = ()) -> str:
    """The entrance: the newest report, then every one by fiscal year, newest first.

    ``others`` are the pages and feeds of the site that are there to be linked to.
    """
    by_day = groupby(sorted(listed, key=_by_day, reverse=True), key=lambda one: one.as_of)
    days = [(day, list(of_day)) for day, of_day in by_day]
    archive = [
        (year, list(of_year))
        for year, of_year in groupby(days, key=lambda day: fiscal_year_of(day[0]))
    ]
    latest = _latest(listed)
    chart = latest.folder / CHART
    newest = {
        "summary": latest.about.summary,
        "cards": latest.about.key_figures,
        "minus_sign": latest.about.minus_sign,
        "chart": latest.path.replace(PAGE, CHART) if chart.is_file() else None,
    }
    return rendered(
        "index.html", site=latest.about, days=days, archive=archive, newest=newest, others=others
    )


def render_corrections(listed: Sequence[Revision]) -> str:
    """正誤表: every correction ever published, the newest publication first."""
    published = sorted(listed, key=lambda each: each.published_at, reverse=True)
    return rendered(
        "corrections.html",
        site=_latest(listed).about,
        corrections=[each for each in published if each.correction],
        heading=heading,
        shown=shown,
    )


def render_preview(
    draft: Draft, state: str, approved_by: Sequence[str], names: Sequence[str]
) -> str:
    """The page around a draft: what it is, its files by ``names``, and a watermark."""
    mark = mark_of(draft.notable)
    return rendered(
        "preview.html", draft=draft, state=state, approved_by=approved_by, names=names, mark=mark
    )


def _lead_to_targets(public: Path, latest: Revision) -> None:
    """``target/index.html``: the targets as the newest report tells them."""
    page = (latest.folder / TARGETS).read_text(encoding="utf-8")
    place = public / "target" / PAGE
    place.parent.mkdir(exist_ok=True)
    write_file(place, page_for_target(page, latest.as_of, latest.number).encode())


def _pages(listed: Sequence[Revision]) -> list[tuple[str, date]]:
    """Every page with the day of its last change; the site's own change with each publication."""
    days = {found.as_of: found.published_at.date() for found in listed}
    last = max(found.published_at for found in listed).date()
    return [
        *((page, last) for page in (PAGE, *OTHERS) if page != FEED),
        *((f"{day.isoformat()}/{PAGE}", changed) for day, changed in days.items()),
        *((found.path, found.published_at.date()) for found in listed),
    ]


def _latest(listed: Iterable[Revision]) -> Revision:
    return max(listed, key=_by_day)


def _by_day(revision: Revision) -> tuple[date, int]:
    return revision.as_of, revision.number
