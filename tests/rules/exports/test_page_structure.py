"""What a reader without eyes, colour or a wide screen depends on."""

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

import exports.press.templates
from exports.release.site import Revision
from exports.release.site_pages import render_index
from exports.report.about import about, about_json, read_about
from exports.report.charts import charts
from exports.report.model import (
    SUPPRESSED,
    CityTarget,
    Corrected,
    Correction,
    Report,
    StatusShare,
    Waived,
    YearEnd,
)
from exports.report.page import (
    Download,
    page_for_latest,
    page_for_target,
    render_targets,
)
from exports.report.page import render_report as report_page

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


def published(report: Report, day: date, number: int = 1) -> Revision:
    """A revision of the report on another day."""
    told = about(replace(report, as_of=day, revision=number))
    return Revision(day, number, "", datetime(2025, 11, 4, tzinfo=UTC), Path(), told)


def index(report: Report) -> str:
    """The entrance to two days, the newer one corrected."""
    july, january = date(2025, 7, 31), date(2025, 1, 31)
    listed = [published(report, july), published(report, july, 2), published(report, january)]
    return render_index(listed, ["target/index.html", "feed.xml"])


def full(report: Report) -> Report:
    """A report that has everything a page may show."""
    target = CityTarget(
        2024, "initial_target", 1, 5_000_000, None, None, None, date(2023, 8, 20), "会議", "理由"
    )
    revised = replace(target, kind="revised_target", revision_no=2, target=4_000_000,
                      change=-1_000_000, target_current=1_000_000)  # fmt: skip
    return replace(
        report,
        history=(YearEnd(2024, 4_500_000, 1_500_000, 3_000_000, 4_000_000, "revised_target"),),
        targets=(target, revised),
        status=(
            StatusShare("02", "催告・納付交渉中", "recovery", 3_000_000, 2024, Decimal("66.7")),
            StatusShare("16", "消滅時効期間経過", "disposal", 1_500_000, 2024, Decimal("33.3")),
        ),
        waived=(Waived("建設局", "災害対応のため"),),
        revision=2,
        correction=Correction(
            1,
            "再提出のため",
            (
                Corrected("債権001 市税", "balance", 3_000_801, 3_000_800),
                Corrected("債権001 市税", "collection_rate_pct", SUPPRESSED, Decimal("-1.5")),
            ),
        ),
    )


@pytest.fixture(params=["report", "full report", "targets", "index"])
def page(request: pytest.FixtureRequest, make_report: MakeReport) -> str:
    downloads = [Download("report.csv", "CSV形式", 2_000)]
    report = make_report()
    match request.param:
        case "report":
            return report_page(report, downloads)
        case "full report":
            return report_page(full(report), downloads, charts(full(report)))
        case "targets":
            return render_targets(full(report), downloads, charts(full(report)))
        case _:
            return index(report)


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


def test_a_correction_says_what_was_wrong_and_why(make_report: MakeReport) -> None:
    page = report_page(full(make_report()), [])
    table = page[page.index('id="correction-table"') :].partition("</table>")[0]
    cells = re.findall(r"<td>(.*?)</td>", table)
    assert cells == ["3,000,801円", "3,000,800円", "秘匿（x）", "マイナス1.5%"]
    assert "再提出のため" in page
    assert '<a href="../r1/index.html">第1版</a>' in page


def test_the_city_chooses_its_minus_sign(make_report: MakeReport) -> None:
    report = make_report()
    page = report_page(replace(report, settings=replace(report.settings, minus_sign="▲")), [])
    assert '<span aria-hidden="true">▲</span><span class="vh">マイナス</span>' in page
    assert "△" not in page
    with pytest.raises(ValueError, match="△・▲から選びます"):
        replace(report.settings, minus_sign="-")


def test_the_page_of_the_day_leads_into_its_revision(make_report: MakeReport) -> None:
    page = report_page(make_report(), [Download("report.csv", "CSV形式", 2_000)])
    moved = page_for_latest(page, 3)
    links = {attrs["href"] for attrs in Elements(moved).named("a")}
    assert {"r3/report.csv", "r3/SHA256SUMS", "index.html", "../index.html", "#main"} <= links


def test_the_targets_lead_into_the_revision_they_are_of(make_report: MakeReport) -> None:
    page = render_targets(full(make_report()), [Download("targets.csv", "CSV形式", 2_000)])
    moved = page_for_target(page, date(2025, 7, 31), 3)
    links = {attrs["href"] for attrs in Elements(moved).named("a")}
    revision = "../2025-07-31/r3"
    assert {f"{revision}/targets.csv", f"{revision}/index.html", "../index.html"} <= links


def test_a_lower_target_is_an_upward_revision(make_report: MakeReport) -> None:
    page = render_targets(full(make_report()), [])
    assert "上方修正<br>（目標残高を1,000千円引下げ）" in page
    assert "下方修正<br>" not in page


def test_what_a_revision_says_of_itself_comes_back_as_it_was(make_report: MakeReport) -> None:
    told = about(full(make_report()))
    assert read_about(about_json(told)) == told


def test_the_index_stays_small_with_thirty_years_of_reports(make_report: MakeReport) -> None:
    days = [
        date(year + (month == 1), month, 31) for year in range(1996, 2026) for month in (7, 10, 1)
    ]
    first = [published(make_report(), day) for day in days]
    corrected = [published(make_report(), day, 2) for day in days[::9]]
    page = render_index([*first, *corrected], ["target/index.html"])
    assert len(page.encode()) < 60_000
    links = {attrs["href"] for attrs in Elements(page).named("a")}
    assert {f"{day.isoformat()}/index.html" for day in days} <= links
    assert f"{days[0].isoformat()}/r1/index.html" in links  # what was corrected stays in reach


def luminance(colour: str) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("ink", ["ink", "ink-soft", "link", "brand"])
@pytest.mark.parametrize("ground", ["ground", "ground-soft", "brand-soft"])
def test_text_contrasts_with_every_ground(ink: str, ground: str) -> None:
    css = (Path(exports.press.templates.__file__).parent / "html" / "style.css").read_text()
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css))
    light, dark = luminance(colours[ground]), luminance(colours[ink])
    assert (light + 0.05) / (dark + 0.05) >= BODY_TEXT_CONTRAST
