"""How things stand, for the data team: what was found in the forms, and what came in.

`codes` are the municipalities whose data are shown; None: everybody's.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingest import landing
from ingest.findings import RULES, SEVERITIES
from services import waiting
from services.generation import NoGenerationError
from services.home import Home
from services.query import FINDINGS, asked, connect
from services.records import audit

Codes = Collection[str] | None
SEVERITY_TITLES: Mapping[str, str] = {str(name): title for name, title in SEVERITIES.items()}
# What the log tells of arrivals, in words.
ARRIVALS = {"load": "受付", "reject": "返却", "withdraw": "取下げ"}


@dataclass(frozen=True, slots=True)
class Kind:
    """The findings of one rule and severity: how many, in which workbooks, the newest first."""

    rule: str
    severity: str
    count: int
    files: tuple[str, ...]
    waiting: int

    @property
    def title(self) -> str:
        """What is checked, in words."""
        return RULES.get(self.rule, self.rule)

    @property
    def severity_title(self) -> str:
        """エラー, 警告, 情報."""
        return SEVERITY_TITLES[self.severity]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A line of the log about what came in: what happened, who did it, and what of."""

    at: datetime
    action: str
    by: str
    what: str
    reason: str
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What has landed and no build has taken in; `is_built` is false before the first build."""

    is_built: bool
    batches: frozenset[str]
    since: datetime | None


def waits(home: Home) -> Waiting:
    """What waits for a build. Raises GenerationTooOld, UnusableError."""
    try:
        with connect(home) as connection:
            batches = waiting.batches(home, connection)
    except NoGenerationError:
        return Waiting(False, frozenset(each.id for each in landing.batches(home.landing)), None)
    since = batches[0].received_at if batches else None
    return Waiting(True, frozenset(each.id for each in batches), since)


def kinds(home: Home, codes: Codes) -> list[Kind]:
    """The findings by kind, the gravest and most frequent first; also those that wait."""
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in reversed(findings(home, codes)):
        found.setdefault((row["rule"], row["severity"]), []).append(row)
    told = [
        Kind(
            rule,
            severity,
            len(rows),
            tuple(dict.fromkeys(row["file"] for row in rows)),
            sum(row["waiting"] for row in rows),
        )
        for (rule, severity), rows in found.items()
    ]
    order = list(SEVERITY_TITLES)
    return sorted(told, key=lambda each: (order.index(each.severity), -each.count, each.rule))


def findings(home: Home, codes: Codes, rule: str | None = None) -> list[Mapping[str, Any]]:
    """The findings, oldest first, with whether they wait for a build (`waiting`)."""
    names = [*FINDINGS, "municipality_code", "waiver", "batch_id"]
    try:
        with connect(home) as connection:
            sql = f"select {', '.join(names)}, in_force from mart_finding order by all"  # noqa: S608
            rows = [{**row, "waiting": False} for row in asked(connection, sql).records]
            batches = waiting.batches(home, connection)
    except NoGenerationError:
        rows, batches = [], landing.batches(home.landing)
    rows += [
        {**{name: row.get(name) for name in names}, "in_force": True, "waiting": True}
        for batch in batches
        for row in _landed(batch)
    ]
    return [
        row
        for row in rows
        if rule in (None, row["rule"]) and (codes is None or row["municipality_code"] in codes)
    ]


def _landed(batch: landing.Batch) -> list[dict[str, Any]]:
    return [{**row, "received_at": batch.received_at} for row in batch.rows("finding")]


def arrivals(home: Home, codes: Codes, most: int) -> list[Arrival]:
    """What came in, went back and was withdrawn, the newest first."""
    unbuilt = waits(home).batches
    own = None if codes is None else _batches_of(home, codes)
    found = [
        line
        for line in audit.read(home)
        if line.get("action") in ARRIVALS and (own is None or line.get("batch_id") in own)
    ]
    return [_arrival(line, unbuilt) for line in reversed(found[-most:])]


def _arrival(line: audit.Line, unbuilt: Collection[str]) -> Arrival:
    action = str(line["action"])
    if action == "load":
        what = f"受理{line.get('accepted')}シート、返却{line.get('rejected')}シート"
    elif action == "reject":
        place = " › ".join(str(line[name]) for name in ("file", "sheet") if line.get(name))
        rules = "、".join(RULES.get(rule, rule) for rule in str(line.get("rules")).split("、"))
        what = f"{place}(エラー{line.get('errors')}件: {rules})"
    else:
        what = f"提出番号 {line.get('submission_id')}"
    return Arrival(
        datetime.fromisoformat(line["at"]),
        ARRIVALS[action],
        str(line.get("by") or ""),
        what,
        str(line.get("reason") or ""),
        action == "load" and line.get("batch_id") in unbuilt,
    )


def _batches_of(home: Home, codes: Collection[str]) -> frozenset[str]:
    columns = ["batch_id", "submission_id", "municipality_code"]
    own = [
        row
        for name in ("submission", "finding")
        for row in landing.table(home.landing, name, columns)
        if row["municipality_code"] in codes
    ]
    submissions = {row["submission_id"] for row in own}
    gone = landing.table(home.landing, "withdrawal", columns[:2])
    return frozenset(
        row["batch_id"] for row in [*own, *(r for r in gone if r["submission_id"] in submissions)]
    )
