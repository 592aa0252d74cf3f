"""What feed readers and search engines are told: valid, permanent, and short."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from itertools import product
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from exports.release.feed import NEWEST, feed_xml, sitemap_xml
from exports.release.site import Revision
from exports.report.about import About
from exports.report.model import Correction

TOKYO = timezone(timedelta(hours=9))
RNG = etree.RelaxNG(etree.parse(Path(__file__).parents[2] / "data" / "atom.rng"))
ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESS = "https://example.lg.jp/mishukin/"
DAY = date(2025, 7, 31)
SITE = About(
    title="未収金残高報告",
    publisher="見本市 債権管理課",
    contact="電話 00-0000-0000",
    municipality_code="999999",
    municipality_name="見本市",
    as_of=DAY,
    fiscal_year=2025,
    revision=1,
    issued=date(2025, 10, 10),
    displayed_unit="千円",
    site_url=ADDRESS,
    summary="未収金残高は3千円です。",
    key_figures=(),
    minus_sign="△",
)
FIRST = Revision(DAY, 1, "", datetime(2025, 10, 10, 10, tzinfo=TOKYO), Path(), SITE)
CORRECTED = replace(
    FIRST,
    number=2,
    published_at=datetime(2025, 11, 4, 10, tzinfo=TOKYO),
    about=replace(SITE, correction=Correction(1, "転記の誤り", ())),
)


def ids(feed: bytes) -> list[str]:
    return [found.text or "" for found in etree.fromstring(feed).iter(f"{ATOM}id")]


@pytest.mark.parametrize("site", [SITE, replace(SITE, site_url=None)], ids=["address", "none"])
def test_the_feed_is_atom(site: About) -> None:
    feed = feed_xml(site, [FIRST, CORRECTED])
    RNG.assertValid(etree.fromstring(feed))
    read = feedparser.parse(feed)
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"


@pytest.mark.parametrize("missing", ["id", "title", "updated", "author"])
def test_the_grammar_misses_what_a_feed_must_have(missing: str) -> None:
    feed = etree.fromstring(feed_xml(SITE, [FIRST]))
    feed.remove(feed.find(f"{ATOM}{missing}"))
    assert not RNG.validate(feed)


def test_a_correction_leads_and_says_why() -> None:
    newest, first = feedparser.parse(feed_xml(SITE, [FIRST, CORRECTED])).entries
    assert newest.title == "【訂正】未収金残高報告 令和7年7月31日（2025年）現在（第2版）"
    assert newest.summary == "訂正の理由：転記の誤り。未収金残高は3千円です。"
    assert newest.link == f"{ADDRESS}2025-07-31/r2/index.html"
    assert newest.updated == "2025-11-04T10:00:00+09:00"
    assert first.link == f"{ADDRESS}2025-07-31/r1/index.html"


@pytest.mark.parametrize("revisions", [[FIRST, CORRECTED], [CORRECTED, FIRST]], ids=["old", "new"])
def test_the_feed_changed_when_its_newest_entry_did(revisions: list[Revision]) -> None:
    assert feedparser.parse(feed_xml(SITE, revisions)).feed.updated == "2025-11-04T10:00:00+09:00"


def test_of_reports_published_together_the_later_day_leads() -> None:
    earlier = replace(FIRST, as_of=date(2025, 1, 31))
    for revisions in ([FIRST, earlier], [earlier, FIRST]):
        told = feedparser.parse(feed_xml(SITE, revisions)).entries
        assert [entry.link.split("/")[-3] for entry in told] == ["2025-07-31", "2025-01-31"]


def test_ids_outlive_texts_and_addresses() -> None:
    here = ids(feed_xml(SITE, [FIRST, CORRECTED]))
    assert len(set(here)) == 3
    moved = replace(SITE, title="未収金の残高", site_url=None)
    assert (
        ids(feed_xml(moved, [replace(FIRST, about=replace(SITE, summary="別の文")), CORRECTED]))
        == here
    )
    other_city = replace(SITE, municipality_code="999998")
    assert not set(here) & set(ids(feed_xml(other_city, [FIRST, CORRECTED])))


def test_without_an_address_links_are_relative_to_the_feed() -> None:
    feed = etree.fromstring(feed_xml(replace(SITE, site_url=None), [FIRST]))
    links = {found.get("rel"): found.get("href") for found in feed.findall(f"{ATOM}link")}
    assert "self" not in links
    assert links["alternate"] == "index.html"
    entry_link = feed.find(f"{ATOM}entry/{ATOM}link")
    assert entry_link is not None
    assert entry_link.get("href") == "2025-07-31/r1/index.html"


def test_thirty_years_of_reports_keep_the_feed_short() -> None:
    days = [
        date(year, *day) for year, day in product(range(1996, 2026), ((1, 31), (7, 31), (10, 31)))
    ]
    entries = [
        replace(FIRST, as_of=day, published_at=datetime(day.year, day.month, 28, tzinfo=TOKYO))
        for day in days
    ]
    feed = feed_xml(SITE, entries)
    read = feedparser.parse(feed)
    assert len(read.entries) == NEWEST
    assert read.entries[0].title == "未収金残高報告 令和7年10月31日（2025年）現在"
    archives = [link.href for link in read.feed.links if link.rel == "archives"]
    assert archives == [f"{ADDRESS}index.html#archive"]
    assert len(feed) < 20_000


def test_hostile_text_stays_text() -> None:
    text = "</summary><script>\x00\x1b\ufffe&\ud800"
    feed = feed_xml(SITE, [replace(FIRST, about=replace(SITE, summary=text))])
    RNG.assertValid(etree.fromstring(feed))
    (entry,) = feedparser.parse(feed, sanitize_html=False).entries
    assert entry.summary_detail.type == "text/plain"
    assert "<script>" in entry.summary


def test_the_sitemap_lists_each_page_with_its_last_change() -> None:
    pages = [("index.html", date(2025, 11, 4)), ("2025-07-31/r1/index.html", date(2025, 10, 10))]
    urls = etree.fromstring(sitemap_xml(ADDRESS, pages))
    assert urls.tag == "{http://www.sitemaps.org/schemas/sitemap/0.9}urlset"
    assert [[part.text for part in url] for url in urls] == [
        [f"{ADDRESS}index.html", "2025-11-04"],
        [f"{ADDRESS}2025-07-31/r1/index.html", "2025-10-10"],
    ]
