"""What the city no longer has to keep: listed, and never deleted unasked.

`retention_years` in config/city.yml says how many years each kind of record is kept, from the
1 April after the fiscal year in which it came (文書管理規程). What is not named is kept for ever.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime

from ingest import landing
from ingest.returned import records_in
from services.city import CitySettings
from services.clock import day_in_japan
from services.formats import to_text
from services.home import Home
from services.query import Table
from terms.years import fiscal_year_of

KINDS = {"workbooks": "ブックと取込データ", "returned": "返却したブック", "mails": "催促のメール"}


@dataclass(frozen=True, slots=True)
class Due:
    """A record that is no longer kept from `due_on` on; `key` is a submission or a file."""

    kind: str
    key: str
    named: str
    received_on: date
    due_on: date


def due(home: Home, at: datetime) -> list[Due]:
    """What is due, the oldest first. Raises Stop for settings that cannot be read."""
    years = CitySettings.of(home).retention_years.model_dump()
    found = (
        Due(kind, key, named, day, date(fiscal_year_of(day) + 1 + years[kind], 4, 1))
        for kind, key, named, day in _records(home)
        if years[kind] is not None
    )
    today = day_in_japan(at)
    return sorted(
        (each for each in found if each.due_on <= today), key=lambda e: (e.due_on, e.kind, e.key)
    )


def _records(home: Home) -> Iterator[tuple[str, str, str, date]]:
    yield from _workbooks(home)
    for folder in (each for each in home.returned.glob("*") if each.is_dir()):
        for told in records_in(folder):
            day = day_in_japan(datetime.fromisoformat(told["received_at"]))
            yield (
                "returned",
                f"{home.returned.name}/{folder.name}/{told['name']}",
                told["file"],
                day,
            )
    for mail in home.outbox.glob("*.eml"):
        day = date.fromisoformat(mail.name[: len("2026-07-01")])
        yield "mails", f"{home.outbox.name}/{mail.name}", "", day


def _workbooks(home: Home) -> Iterator[tuple[str, str, str, date]]:
    """A workbook by one of its submissions, else by its hash; as of the last time that it came."""
    names = ("file_sha256", "submission_id", "file", "received_at")
    last = {
        row["file_sha256"]: row
        for table in ("finding", "submission")
        for row in sorted(landing.table(home.landing, table, names), key=lambda r: r["received_at"])
    }
    for digest, row in last.items():
        if any(home.archive.glob(f"{digest}*")):
            key = row["submission_id"] or digest
            yield "workbooks", key, row["file"], day_in_japan(row["received_at"])


def listing(home: Home, at: datetime, *, as_json: bool) -> str:
    """What is due, as text or for programs. Raises Stop."""
    found = due(home, at)
    if as_json:
        told = [asdict(each) for each in found]
        return json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n"
    if not found:
        return "保存期間の過ぎた記録はありません。\n"
    rows = [(KINDS[e.kind], e.key, e.named, e.received_on, e.due_on) for e in found]
    return to_text(Table(("種類", "番号・ファイル", "名前", "受付日", "満了日の翌日"), rows))
