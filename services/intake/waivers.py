"""Waivers as the city writes them: config/waivers.yml and config/report_waivers.yml."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import yaml

from ingest.personal import looks_personal
from ingest.waivers import Waiver, WaiversFaulty, read_waivers
from services.calendar import is_as_of
from services.exits import Stop
from services.home import Home


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


REPORT_WAIVERS = "report_waivers.yml"
_WAIVER_ITEMS = ("as_of", "department", "reason", "by")


def let_pass(home: Home, as_of: date) -> Mapping[str, str]:
    """Department → reason: who may be missing in the report of a day, by name.

    config/report_waivers.yml is a list of entries with as_of, department, reason and by; the
    reason is published. Raises Stop with a line for each fault.
    """
    file = home.config / REPORT_WAIVERS
    if not file.exists():
        return {}
    try:
        entries = yaml.safe_load(file.read_text(encoding="utf-8-sig")) or []
    except (UnicodeDecodeError, yaml.YAMLError):
        raise _faulty(["UTF-8のYAMLとして読めません。"]) from None
    if not isinstance(entries, list):
        raise _faulty(["「- as_of: …」で始まる項目を並べてください。"])
    if faults := [fault for n, entry in enumerate(entries, 1) for fault in _faults(n, entry)]:
        raise _faulty(faults)
    return {
        str(entry["department"]).strip(): str(entry["reason"]).strip()
        for entry in entries
        if _day(entry["as_of"]) == as_of
    }


def _faults(number: int, entry: Any) -> Iterator[str]:  # noqa: ANN401 - what somebody typed
    if not isinstance(entry, Mapping):
        yield f"{number}件目: {'、'.join(_WAIVER_ITEMS)} の項目がありません。"
        return
    for item in _WAIVER_ITEMS:
        if not str(entry.get(item) or "").strip():
            yield f"{number}件目: {item} がありません。"
    for item in entry.keys() - set(_WAIVER_ITEMS):
        yield f"{number}件目: {item} という項目はありません。"
    if entry.get("as_of") and _day(entry["as_of"]) is None:
        yield f"{number}件目: as_of「{entry['as_of']}」は基準日ではありません(例 2026-07-31)。"
    if kind := looks_personal(str(entry.get("reason") or "")):
        yield f"{number}件目: reason に{kind}のような記載があります。理由は公表されます。"


def _day(told: object) -> date | None:
    """A date YAML understood, or a text; None where no report speaks of it."""
    try:
        day = date.fromisoformat(str(told))
    except ValueError:
        return None
    return day if is_as_of(day) else None


def _faulty(faults: list[str]) -> Stop:
    lines = "\n".join(f"  {fault}" for fault in faults)
    return Stop(
        f"未報告の所属の一覧(config/{REPORT_WAIVERS})を読めません。"
        f"直してからやり直してください。\n{lines}"
    )
