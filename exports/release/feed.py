"""``feed.xml`` and ``sitemap.xml``: what feed readers and search engines are told of the site.

The feed is Atom (RFC 4287), an entry for each published revision. Its ids never change and
depend on nothing but the municipality, the day and the revision, so that a reader shows an entry
once even when the site moves to another address.
"""

import re
import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from urllib.parse import urljoin
from xml.etree import ElementTree as Xml

from exports.press.japanese import wareki
from exports.press.templates import LICENCE, LICENCE_URL
from exports.release.site import Revision
from exports.report.about import About

FEED = "feed.xml"
SITEMAP = "sitemap.xml"

# How readers are told what the hash of the audit log in an entry is.
ANCHOR = "承認記録の印"
NEWEST = 20  # entries; the index has the rest

_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IDS = uuid.UUID("5e9c1b0e-7a38-5f0c-9d0a-0f5d1f0f6b6e")  # the namespace of this project's ids


def feed_xml(site: About, revisions: Iterable[Revision]) -> bytes:
    """An entry for each of the newest ``NEWEST`` revisions, of which there is at least one.

    Links are absolute where the site tells its address, else relative to the feed.
    """
    told = sorted(revisions, key=lambda each: (each.published_at, each.as_of), reverse=True)
    feed = Xml.Element("feed", {"xmlns": _ATOM, "xml:lang": "ja"})
    _text(feed, "id", _id(site.municipality_code))
    _text(feed, "title", f"{site.title}（{site.municipality_name}）")
    _text(feed, "updated", told[0].published_at.isoformat())
    _text(Xml.SubElement(feed, "author"), "name", site.publisher)
    _text(feed, "rights", LICENCE)
    if site.site_url:
        _link(feed, "self", urljoin(site.site_url, FEED), "application/atom+xml")
    _link(feed, "alternate", _address(site, "index.html"), "text/html")
    _link(feed, "archives", _address(site, "index.html") + "#archive", "text/html")
    _link(feed, "license", LICENCE_URL, "text/html")
    for revision in told[:NEWEST]:
        _add_entry(feed, site, revision)
    return _written(feed)


def sitemap_xml(site_url: str, pages: Sequence[tuple[str, date]]) -> bytes:
    """Every page, by its path in the site, with the date of its last change."""
    urlset = Xml.Element("urlset", {"xmlns": _SITEMAP})
    for path, changed in pages:
        url = Xml.SubElement(urlset, "url")
        _text(url, "loc", urljoin(site_url, path))
        _text(url, "lastmod", changed.isoformat())
    return _written(urlset)


def _add_entry(feed: Xml.Element, site: About, revision: Revision) -> None:
    told = Xml.SubElement(feed, "entry")
    day, number = revision.as_of.isoformat(), str(revision.number)
    _text(told, "id", _id(site.municipality_code, day, number))
    _text(told, "title", _title(site, revision))
    _text(told, "published", revision.published_at.isoformat())
    _text(told, "updated", revision.published_at.isoformat())
    _link(told, "alternate", _address(site, revision.path), "text/html")
    _text(told, "summary", _summary(revision))
    if revision.about.audit_head:
        anchor = {"term": revision.about.audit_head, "scheme": _id("audit"), "label": ANCHOR}
        Xml.SubElement(told, "category", anchor)


def _title(site: About, revision: Revision) -> str:
    title = f"{site.title} {wareki(revision.as_of)}現在"
    return title if revision.number == 1 else f"【訂正】{title}（第{revision.number}版）"


def _summary(revision: Revision) -> str:
    correction, summary = revision.correction, revision.about.summary
    if correction is None:
        return summary
    return f"訂正の理由：{correction.reason.rstrip('。')}。{summary}"


def _address(site: About, path: str) -> str:
    return urljoin(site.site_url, path) if site.site_url else path


def _id(*parts: str) -> str:
    return uuid.uuid5(_IDS, "/".join(parts)).urn


def _text(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, name).text = _NOT_IN_XML.sub(" ", text)


def _link(parent: Xml.Element, rel: str, href: str, media_type: str) -> None:
    Xml.SubElement(parent, "link", {"rel": rel, "href": href, "type": media_type})


def _written(root: Xml.Element) -> bytes:
    Xml.indent(root)
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"
