"""What a department is asked for, what it has handed in, and the forms it can take along."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from ingest import landing
from ingest.personal import shown_file
from ingest.register import Register
from ingest.versions.known import Known
from services.desks.collection import occasion_title
from services.generation import NoGenerationError
from services.home import Home
from services.intake.handing_in import Whose
from services.intake.handouts import Blank
from services.intake.register import register_of
from services.query import ask

Row = Mapping[str, Any]
# What is due within so many days is told; what is late, so long.
AHEAD, LATE = timedelta(days=60), timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Due:
    """A form that is asked for, and the claims (number and name) that have not come yet."""

    form: str
    fiscal_year: int
    as_of: date | None
    due_on: date
    claims: tuple[tuple[str, str], ...]
    lacking: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        """令和7年度の調書, 令和8年7月31日現在の残高報告."""
        return occasion_title(self.form, self.fiscal_year, self.as_of)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A form that came: what it speaks of, what became of it, and whether it counts."""

    submission_id: str
    received_at: datetime
    received_from: str | None
    what: str
    period: str | None
    file: str
    sheet: str
    state: str
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class Offered:
    """A form that can be taken along; `name` tells it from the others offered."""

    name: str
    title: str
    asked: Blank


def due(home: Home, whose: Whose, day: date) -> list[Due]:
    """What is asked of the department around a day, the soonest first; nothing before a build."""
    try:
        rows = ask(
            home,
            """
            select
                due_on, form, fiscal_year, as_of, department, section,
                claim_number, coalesce(claim_name, '') as claim_name, collection_status
            from mart_collection_status
            where municipality_code = ? and handed_out_on <= ? and due_on between ? and ?
            order by due_on, form, fiscal_year, as_of, claim_number
            """,
            [whose.municipality_code, day, day - LATE, day + AHEAD],
        ).rows
    except NoGenerationError:
        return []
    own = (row for row in rows if _is_own(whose, row[4], row[5]))
    found = []
    for (due_on, form, year, as_of), group in groupby(own, key=lambda row: row[:4]):
        claims = list(group)
        lacking = tuple(row[6:8] for row in claims if row[8] == "missing")
        named = tuple(row[6:8] for row in claims)
        found.append(Due(form, year, as_of, due_on, named, lacking))
    return found


def _is_own(whose: Whose, department: str | None, section: str | None) -> bool:
    names = (department, section, f"{department or ''}{section or ''}")
    return any(map(whose.is_called, names))


def handed_in(home: Home, whose: Whose) -> list[HandedIn]:
    """What the department has handed in, the newest first."""
    own = _own_rows(home, whose)
    known = Known(home.landing)
    in_force = {row["submission_id"] for row in known.in_force.values()}
    counts: Counter[tuple[str, str]] = Counter(
        (row["submission_id"], row["severity"])
        for row in landing.table(home.landing, "finding", ("submission_id", "severity"))
    )
    return [
        HandedIn(
            name := row["submission_id"],
            row["received_at"],
            row["received_from"],
            row["claim_name"] or row["subject"] or "",
            row["period"],
            row["file"],
            row["sheet"],
            _state(row, in_force, known),
            counts[name, "error"],
            counts[name, "warning"],
        )
        for row in sorted(own, key=lambda row: row["received_at"], reverse=True)
    ]


def _state(row: Row, in_force: set[str], known: Known) -> str:
    if row["status"] != "accepted":
        return "返却"
    if row["submission_id"] in known.withdrawn:
        return "取下げ"
    return "受理(有効)" if row["submission_id"] in in_force else "受理(差し替え済み)"


def workbook(home: Home, whose: Whose, submission_id: str) -> tuple[Path, str] | None:
    """The untouched workbook of a form, and its name; None where it is not the department's alone.

    What another department has handed in in the same file keeps it from being shown.
    """
    own = {row["submission_id"]: row for row in _own_rows(home, whose)}
    row = own.get(submission_id)
    if row is None:
        return None
    digest = row["file_sha256"]
    beside = landing.table(home.landing, "submission", wanted=[("file_sha256", "=", digest)])
    path = next(home.archive.glob(f"{digest}*"), None)
    if path is None or any(each["submission_id"] not in own for each in beside):
        return None
    return path, shown_file(row["file"])


def are_own(home: Home, posts: Sequence[Whose], submission_ids: Collection[str]) -> bool:
    """Whether some forms are all of the departments', and nobody else's is on their sheets."""
    own = {row["submission_id"] for whose in posts for row in _own_rows(home, whose)}
    rows = landing.table(
        home.landing, "submission", ("submission_id", "file_sha256", "sheet", "status")
    )
    sheets = {
        (row["file_sha256"], row["sheet"]) for row in rows if row["submission_id"] in submission_ids
    }
    beside = {row["submission_id"] for row in rows if (row["file_sha256"], row["sheet"]) in sheets}
    return bool(submission_ids) and own.issuperset({*submission_ids, *beside})


def _own_rows(home: Home, whose: Whose) -> list[Row]:
    register = register_of(home)
    rows = landing.table(
        home.landing,
        "submission",
        wanted=[("municipality_code", "=", whose.municipality_code)],
    )
    return [row for row in rows if _is_of(whose, row, register)]


def _is_of(whose: Whose, row: Row, register: Register | None) -> bool:
    """As the register says, else as the form says of itself."""
    when = row["as_of"] or (row["fiscal_year"] and date(row["fiscal_year"] + 1, 5, 31))
    if register and when and row["claim_number"]:
        entry = register.at(whose.municipality_code, row["claim_number"], when)
        if entry:
            return _is_own(whose, entry.department, entry.section)
    return _is_own(whose, row["department"], row["section"])


def blanks(home: Home, whose: Whose, day: date) -> list[Offered]:
    """The forms that are asked for around a day, drawn for the department."""
    code, found = whose.municipality_code, []
    for each in due(home, whose, day):
        period = each.as_of.isoformat() if each.as_of else str(each.fiscal_year)
        if each.form == "annual":
            found += [
                Offered(
                    f"annual-{period}-{number}",
                    f"{each.title}({number} {name})",
                    Blank("annual", code, each.fiscal_year, claim=number),
                )
                for number, name in each.claims
            ]
        else:
            asked = Blank(each.form, code, None, each.as_of, department=whose.department)
            found.append(Offered(f"{each.form}-{period}", each.title, asked))
    return found
