"""提出状況: a form is 未提出 only when its day is past, and the head agrees with the table."""

import re
from datetime import date, timedelta

import pytest

from exports.desks.collection import Cell, Claim, Grid, Occasion, collection_page

DUE = date(2026, 9, 10)


def grid(day: date, *statuses: str) -> Grid:
    """A department's claims on one collection."""
    claims = [
        Claim(f"00{number}", "使用料", (Cell(status, None, is_over=day > DUE),))
        for number, status in enumerate(statuses, 1)
    ]
    return Grid(day, (Occasion("残高報告", DUE),), {"財政局": claims})


def page(day: date, *statuses: str) -> str:
    """What the page says, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "\n", collection_page(grid(day, *statuses))))


@pytest.mark.parametrize(
    ("day", "statuses", "counted", "each"),
    [
        (DUE, ("on_time", "missing"), "1／2 期限前", "期限前"),
        (DUE + timedelta(days=1), ("on_time", "missing"), "1／2 未提出あり", "未提出"),
        (DUE + timedelta(days=1), ("late", "late"), "2／2", "期限後に提出"),
        (DUE + timedelta(days=1), ("waiting", "late"), "2／2", "受付済み（反映待ち）"),
    ],
)
def test_what_is_not_due_is_not_missing(
    day: date, statuses: tuple[str, ...], counted: str, each: str
) -> None:
    told = page(day, *statuses).replace("　", " ")
    assert f" {counted} " in told
    assert f" {each} " in told
    words = {"未提出", "未提出あり", "期限前"} - {each, counted.rsplit(maxsplit=1)[-1]}
    assert words.isdisjoint(told.split("所属ごとの提出")[1].split())


def test_only_what_is_past_its_day_is_for_somebody_to_act_on() -> None:
    statuses = ("on_time", "missing", "waiting")
    assert grid(DUE, *statuses).overdue == []
    (overdue,) = grid(DUE + timedelta(days=1), *statuses).overdue
    assert [claim.number for claim in overdue.claims] == ["002"]
    assert "<strong>" not in collection_page(grid(DUE, *statuses))


def test_from_the_seventh_day_on_the_conference_is_told() -> None:
    assert grid(DUE + timedelta(days=6), "missing").escalated == []
    assert len(grid(DUE + timedelta(days=7), "missing").escalated) == 1


@pytest.mark.parametrize("days", [8, 150, 300])
def test_however_late_it_is_the_page_says_so_at_its_head(days: int) -> None:
    told = page(DUE + timedelta(days=days), "missing")
    assert "未提出あり" in told
    assert "対策会議への報告" in told
    assert "ありません" not in told
