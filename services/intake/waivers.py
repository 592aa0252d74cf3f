"""Waivers as the city writes them: config/waivers.yml and config/report_waivers.yml."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, RootModel, StringConstraints

from ingest.personal import looks_personal
from ingest.waivers import Waiver, WaiversFaulty, read_waivers
from services.calendar import is_as_of
from services.exits import Stop
from services.home import Home
from services.settings import File, Settings, told_as


def waivers_of(home: Home) -> tuple[Waiver, ...]:
    """The waivers of the home, also expired ones. Raises Stop with a line for each fault."""
    file = home.config / "waivers.yml"
    if not file.exists():
        return ()
    try:
        return read_waivers(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise Stop("config/waivers.yml を読めません。UTF-8で保存してください。") from None
    except WaiversFaulty as faulty:
        lines = "\n".join(f"  {fault}" for fault in faulty.faults)
        raise Stop(
            f"承認の一覧(config/waivers.yml)を読めません。直してからやり直してください。\n{lines}"
        ) from None


def _report_date(text: str) -> date:
    day = date.fromisoformat(text)
    if not is_as_of(day):
        raise ValueError
    return day


def _not_personal(reason: str) -> str:
    if kind := looks_personal(reason):
        raise ValueError(f"{kind}のような記載があります。理由は公表されます。")
    return reason


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


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
