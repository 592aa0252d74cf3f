"""Waivers as the city writes them: config/waivers.yml and config/report_waivers.yml."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, RootModel, StringConstraints

from ingest.findings import RULES
from ingest.personal import looks_personal
from ingest.text import Unreadable, claim_number
from ingest.waivers import WAIVABLE, Waiver
from services.calendar import FiscalYear, is_as_of
from services.city import Code
from services.home import Home
from services.settings import Day, File, Settings, told_as

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def _waivable(rule: str) -> str:
    if rule not in RULES:
        raise ValueError(f"「{rule}」という検査はありません。")
    if rule not in WAIVABLE:
        raise ValueError(
            f"「{rule}」({RULES[rule]})は承認で通せません。通せるのは金額についての検査だけです"
            f"({'、'.join(sorted(WAIVABLE))})。"
        )
    return rule


def _claim(told: str) -> str:
    """A claim number in three digits; anything else as it is written."""
    try:
        return claim_number(told)
    except Unreadable:
        return told


class ErrorWaiver(Settings):
    """An error that somebody lets pass for a while: a `Waiver` as it is written."""

    rule: Annotated[Words, AfterValidator(_waivable)]
    claim: Annotated[Words, AfterValidator(_claim)]
    reason: Words
    by: Words
    until: Day
    municipality: Code | None = None
    fiscal_year: FiscalYear | None = None
    as_of: Day | None = None


class ErrorWaivers(File, RootModel[tuple[ErrorWaiver, ...]]):
    """config/waivers.yml: the errors that are let pass, by name."""

    FILE = "waivers.yml"
    TITLE = "承認の一覧"

    root: tuple[ErrorWaiver, ...] = ()

    @property
    def waivers(self) -> tuple[Waiver, ...]:
        """As a load asks for them, also expired ones."""
        return tuple(Waiver(**dict(each)) for each in self.root)


def _report_date(text: str) -> date:
    day = date.fromisoformat(text)
    if not is_as_of(day):
        raise ValueError
    return day


def _not_personal(reason: str) -> str:
    if kind := looks_personal(reason):
        raise ValueError(f"{kind}のような記載があります。理由は公表されます。")
    return reason


class ReportWaiver(Settings):
    """A department that may be missing in the report of a day."""

    as_of: Annotated[date, told_as(_report_date, "基準日を書いてください(例 2026-07-31)。")]
    department: Words
    reason: Annotated[Words, AfterValidator(_not_personal)]
    by: Words


class ReportWaivers(File, RootModel[tuple[ReportWaiver, ...]]):
    """config/report_waivers.yml: who may be missing in a report, by name; reasons are published."""

    FILE = "report_waivers.yml"
    TITLE = "未報告の所属の一覧"

    root: tuple[ReportWaiver, ...] = ()


def let_pass(home: Home, as_of: date) -> Mapping[str, str]:
    """Department → reason: who may be missing in the report of a day. Raises Stop."""
    entries = ReportWaivers.of(home).root
    return {each.department: each.reason for each in entries if each.as_of == as_of}
