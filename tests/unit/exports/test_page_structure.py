"""What a reader without eyes, colour or a wide screen depends on."""

import itertools
import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

import exports.page
from exports.model import Report
from exports.page import Download, PublishedRevision, Site, page_for_latest, render_index
from exports.page import render_report as report_page

MakeReport = Callable[..., Report]

BODY_TEXT_CONTRAST = 4.5  # WCAG 2.2 success criterion 1.4.3


class Elements(HTMLParser):
    """Every element in order, with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def named(self, *tags: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.found if tag in tags]


@pytest.fixture(params=["report", "index"])
def page(request: pytest.FixtureRequest, make_report: MakeReport) -> str:
    if request.param == "report":
        return report_page(make_report(), [Download("report.csv", "CSV形式", 2_000)])
    site = Site("未収金残高報告", "見本市", "見本市 債権管理課", "電話 00-0000-0000")
    published = [
        PublishedRevision(date(2025, 7, 31), 1, date(2025, 10, 10)),
        PublishedRevision(date(2025, 7, 31), 2, date(2025, 11, 4)),
        PublishedRevision(date(2025, 1, 31), 1, date(2025, 3, 14)),
    ]
    return render_index(site, published)


def test_structure(page: str) -> None:
    elements = Elements(page)
    assert elements.named("html") == [{"lang": "ja"}]
    assert len(elements.named("h1")) == 1
    assert len(elements.named("caption")) == len(elements.named("table")) > 0
    assert all("scope" in attrs for attrs in elements.named("th"))
    levels = [int(tag[1]) for tag, _ in elements.found if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = [attrs["id"] for _, attrs in elements.found if "id" in attrs]
    assert len(ids) == len(set(ids))
    for _, attrs in elements.found:
        assert attrs.get("aria-labelledby", ids[0]) in ids
    regions = [attrs for _, attrs in elements.found if attrs.get("role") == "region"]
    assert len(regions) == len(elements.named("table"))
    assert all(attrs["tabindex"] == "0" for attrs in regions)


def test_nothing_is_asked_of_other_hosts(page: str) -> None:
    elements = Elements(page)
    assert not elements.named("script", "link", "img", "iframe")
    assert "url(" not in page
    assert "@import" not in page


def test_negative_amounts_are_spoken(make_report: MakeReport) -> None:
    page = report_page(make_report(), [])
    sign = '<span aria-hidden="true">△</span><span class="vh">マイナス</span>'
    assert f"<td>{sign}1</td>" in page


def test_the_page_of_the_day_leads_into_its_revision(make_report: MakeReport) -> None:
    page = report_page(make_report(), [Download("report.csv", "CSV形式", 2_000)])
    moved = page_for_latest(page, 3)
    links = {attrs["href"] for attrs in Elements(moved).named("a")}
    assert {"r3/report.csv", "r3/SHA256SUMS", "index.html", "../index.html", "#main"} <= links


def luminance(colour: str) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("ink", ["ink", "ink-soft", "link", "brand"])
@pytest.mark.parametrize("ground", ["ground", "ground-soft", "brand-soft"])
def test_text_contrasts_with_every_ground(ink: str, ground: str) -> None:
    css = (Path(exports.page.__file__).parent / "html" / "style.css").read_text()
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css))
    light, dark = luminance(colours[ground]), luminance(colours[ink])
    assert (light + 0.05) / (dark + 0.05) >= BODY_TEXT_CONTRAST
