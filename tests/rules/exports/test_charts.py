"""Charts say what the report says, to everybody, and nothing else."""

import re
from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from rules.exports.conftest import MakeReport

from exports.press.drawing import DARK, GREY, LIGHT, OTHER, TARGET
from exports.report.charts import BALANCE, CLAIMS, STATUS, charts, unit_for
from exports.report.model import MONEY, RATES, Figures, Report, StatusShare, YearEnd

AMOUNT = re.compile(r"[\d.,]*(（.*）)?")
SVG = "{http://www.w3.org/2000/svg}"
HISTORY = (
    YearEnd(2022, 6_929_756_000, None, None, None, None),
    YearEnd(2023, 6_493_407_000, 1_363_004_000, 5_130_403_000, 6_240_761_000, "initial_target"),
    YearEnd(2024, None, None, None, 5_920_349_000, "revised_target"),
)
STATUSES = (
    StatusShare("01", "督促状未送付", "recovery", 115_978_000, 2024),
    StatusShare("02", "催告・納付交渉中", "recovery", 1_632_882_000, 2024),
    StatusShare("16", "消滅時効期間経過", "disposal", 95_655_499, 2024),
)


@pytest.fixture
def report(make_report: MakeReport) -> Report:
    return replace(make_report(), history=HISTORY, status=STATUSES)


def parsed(report: Report) -> dict[str, Element]:
    return {name: fromstring(content) for name, content in charts(report).items()}


def texts(chart: Element) -> list[str]:
    """What is written in a chart, top down; a name on two lines is one text."""
    return ["".join(text.itertext()) for text in chart.iter(f"{SVG}text")]


def test_amounts_stand_beside_their_names(report: Report) -> None:
    drawn = {name: texts(chart) for name, chart in parsed(report).items()}
    amounts = {
        name: [text for text in written if AMOUNT.fullmatch(text)]
        for name, written in drawn.items()
    }
    assert amounts == {
        BALANCE: ["69.3", "64.9（目標62.4）", "（目標59.2）"],
        STATUS: ["1,749（94.8%）", "116", "1,633", "96（5.2%）", "96"],
        CLAIMS: ["4,999", "3,001"],
    }
    assert {"市税", "奨学金"} <= set(drawn[CLAIMS])
    assert "02 催告・納付交渉中" in drawn[STATUS]


def test_a_hidden_claim_is_in_no_chart(report: Report) -> None:
    first, second = report.claims
    nothing = Figures(*[None] * (len(MONEY) + len(RATES)))
    hidden = replace(second, figures=nothing, hidden=frozenset(MONEY))
    for content in charts(replace(report, claims=(first, hidden))).values():
        assert second.claim_name not in content.decode()


def test_the_legend_names_only_what_is_drawn(make_report: MakeReport) -> None:
    without = replace(make_report(), history=HISTORY[:1])
    drawn = parsed(without)[BALANCE]
    assert "残高" in texts(drawn)
    assert "目標" not in texts(drawn)
    assert "縦線" not in "".join(drawn.itertext())


def test_a_chart_without_figures_is_left_out(make_report: MakeReport) -> None:
    targets_only = replace(make_report(), history=HISTORY[2:])
    assert set(charts(targets_only)) == {CLAIMS}


def test_each_chart_has_a_title_and_a_description_of_its_own(report: Report) -> None:
    ids = [element.get("id") for chart in parsed(report).values() for element in chart.iter()]
    named = [name for name in ids if name]
    assert len(named) == len(set(named)) == 6
    for chart in parsed(report).values():
        told = {element.get("id"): element.text for element in chart[:2]}
        assert chart.get("role") == "img"
        assert all(told[chart.get(by)] for by in ("aria-labelledby", "aria-describedby"))


def test_nothing_runs_and_nothing_is_fetched(report: Report) -> None:
    for chart in parsed(report).values():
        for element in chart.iter():
            assert element.tag.removeprefix(SVG) in {
                *("svg", "title", "desc", "g", "rect", "path", "line", "text", "tspan")
            }
            assert not [name for name in element.attrib if name.startswith("on") or "href" in name]
            assert "url(" not in "".join(element.attrib.values())


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<script>1</script>", "<script>1</script>"),
        ("=SUM(A1)&\"'", "=SUM(A1)&\"'"),
        ("a\x07\x00b", "a  b"),
        ("']}); alert(1", "']}); alert(1"),
        (
            "一二三四五六七八九十一二三四五六七八九十一二三四五六",
            "一二三四五六七八九十一二三四五六七八九十一二三…",
        ),
    ],
)
def test_names_are_text_only(make_report: MakeReport, name: str, shown: str) -> None:
    assert shown in texts(parsed(make_report(name=name))[CLAIMS])


def test_equal_reports_are_drawn_alike(report: Report) -> None:
    again = replace(report, claims=tuple(reversed(report.claims)))
    assert charts(report) == charts(again)


@pytest.mark.parametrize(
    ("yen", "written"),
    [
        (47_949_999_999, "479億円"),
        (6_995_000_000, "70.0億円"),
        (950_500_000, "951百万円"),
        (999_400, "999千円"),
        (99_999, "99,999円"),
        (-6_995_000_000, "△70.0億円"),
    ],
)
def test_the_unit_leaves_three_digits(yen: int, written: str) -> None:
    unit = unit_for([yen, None, 0], 3, "△")
    assert f"{unit.written(yen)}{unit.name}" == written


def test_grey_prints_and_weak_eyes_tell_the_colours_apart() -> None:
    for colour in (DARK, LIGHT, OTHER, GREY, TARGET):
        assert contrast(colour, "#ffffff") >= 3
    assert contrast(DARK, LIGHT) >= 3


def contrast(one: str, other: str) -> float:
    """As WCAG 2.2 defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = (part / 255 for part in bytes.fromhex(colour[1:]))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
