"""What lies before whoever approves a report: the draft, what is beside it, and who did what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from exports.errors import DraftChanged
from exports.release import kept, site
from exports.release.publishing import Release, State
from exports.release.records import Draft, binding, changed_file, read_draft, read_model
from exports.release.site import Revision
from exports.report.corrections import compared_rows, differences
from ingest.findings import RULES, SEVERITIES, place_of
from services import releases
from services.calendar import Calendar
from services.city import read_city
from services.exits import REFUSALS
from services.home import Home
from services.query import ask
from services.records import approvals, audit
from terms.legible import legible
from terms.years import fiscal_year_of

ACTS: Mapping[str, str] = {
    "draft": "下書きを作りました",
    "correct": "訂正の下書きを作りました",
    approvals.APPROVE: "承認しました",
    approvals.SEND_BACK: "差し戻しました",
    "publish": "公表しました",
}


@dataclass(frozen=True, slots=True)
class Changes:
    """Figures that are told otherwise: place, item, before and now, in words.

    `against` is the revision that told them before; `why` is why nobody can say.
    """

    title: str
    against: Revision | None
    rows: Sequence[tuple[str, str, str, str]] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Noticed:
    """A finding about a form that the report is made of, or that should have become part of it."""

    severity: str
    label: str
    rule: str
    place: str
    message: str
    whose: str
    waiver: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done with a report, as the audit log tells it.

    `fate` is what became of an approval; "" of what is none. `person` is the login name of whoever
    was signed in at the window, `user` the system's.
    """

    seq: int | None
    at: datetime
    act: str
    by: str
    person: str
    user: str
    acting_for: str
    reason: str
    content_hash: str
    fate: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """One report as it stands; `binding` is what an approval of its draft would bind."""

    one: Release
    needed: int
    planned: date
    beside: Revision | None
    obstacles: Sequence[str]
    steps: Sequence[Step]
    binding: str

    @property
    def is_published(self) -> bool:
        """Whether the draft is what is published."""
        return self.one.state is State.PUBLISHED

    @property
    def first_day(self) -> date:
        """The first day on which the draft may be published."""
        return max(self.planned, self.one.draft.issued) if self.one.draft else self.planned


def dossier(home: Home, as_of: date) -> Dossier | None:
    """The report of a day; None where there is neither a draft nor a revision of it."""
    one = next((each for each in releases.every(home) if each.as_of == as_of), None)
    if one is None:
        return None
    return Dossier(
        one,
        releases.approvals_needed(home),
        Calendar.of(home).publication_date(as_of),
        _beside(home, one),
        tuple(_obstacles(home, one)),
        tuple(_steps(home, one)),
        binding(one.draft) if one.draft else "",
    )


def whole_draft(home: Home, as_of: date) -> Draft:
    """The draft, all of whose files are as drafted. Raises NothingToPublish, DraftChanged."""
    made = read_draft(home.drafts, as_of)
    changed = changed_file(made)
    if changed is not None:
        raise DraftChanged(as_of, changed)
    return made


def _beside(home: Home, one: Release) -> Revision | None:
    """What was published last before the draft: of its own day, else of the newest day before."""
    of_day = [each for each in one.revisions if not (one.draft and _is(one.draft, each))]
    if of_day:
        return of_day[-1]
    before = [day for day in site.dates_in(home.public) if day < one.as_of]
    return next(filter(None, (site.newest(home.public, day) for day in reversed(before))), None)


def _is(made: Draft, revision: Revision) -> bool:
    return revision.is_of(made.content_hash)


def _obstacles(home: Home, one: Release) -> Iterator[str]:
    if one.draft and one.state is not State.PUBLISHED:
        try:
            yield from releases.obstacles(home, one.as_of)
        except REFUSALS as refused:
            yield str(refused)


def changes(home: Home, found: Dossier) -> Changes:
    """Every figure that changes with the draft; of what is published, what is otherwise now."""
    made, beside = found.one.draft, found.beside
    if made is None:
        return Changes("変わる数値", beside, why="下書きを読めません。")
    try:
        return _changes(home, made, found)
    except REFUSALS as refused:
        return Changes("変わる数値", beside, why=str(refused))


def _changes(home: Home, made: Draft, found: Dossier) -> Changes:
    if found.is_published:
        told = releases.compare(home, made.as_of)
        newest = found.one.revisions[-1]
        title = "公表した数値と、いまの公開用データとの違い"
        return Changes(title, newest, compared_rows(told.items) if told else ())
    report = read_model(made)
    if report.correction:
        title = "訂正する数値(正誤表として公表します)"
        return Changes(title, found.beside, compared_rows(report.correction.items))
    record = found.beside and kept.read(home.releases, found.beside.as_of, found.beside.number)
    if not record:
        return Changes("前の報告から変わる数値", None, why="比べる前の報告がありません。")
    rows = compared_rows(differences(record.report, report))
    return Changes("前の報告から変わる数値", found.beside, rows)


# A warning of a form that counts, an error that somebody let pass, and the errors of a form that
# was sent back and has not come again: of the day's reports, and of last year's annual forms, which
# the report compares with.
_FINDINGS = """
select
    finding.severity, finding.rule, finding.message, finding.file, finding.sheet, finding.cell,
    finding.department, finding.claim_number, finding.waiver
from mart_finding as finding
where
    finding.municipality_code = $1
    and (
        finding.as_of = $2
        or (finding.form = 'annual' and finding.fiscal_year = $3 and finding.in_force)
    )
    and (
        (finding.in_force and (finding.severity = 'warning' or finding.waiver is not null))
        or (
            finding.severity = 'error'
            and not exists (
                select 1
                from mart_submission as later
                where
                    later.in_force
                    and later.municipality_code = finding.municipality_code
                    and later.form is not distinct from finding.form
                    and later.as_of is not distinct from finding.as_of
                    and (
                        later.department is not distinct from finding.department
                        or (later.file = finding.file and later.sheet = finding.sheet)
                    )
                    and later.received_at >= finding.received_at
            )
        )
    )
order by finding.severity, finding.department, finding.file, finding.sheet, finding.finding_no
"""


def findings(home: Home, as_of: date) -> Sequence[Noticed] | None:
    """What is to be known of the forms of a report: open errors first, then warnings.

    None where there is nothing to ask: no generation that can be read.
    """
    try:
        city, settled = read_city(home).municipality_code, fiscal_year_of(as_of) - 1
        rows = ask(home, _FINDINGS, (city, as_of, settled)).records
    except REFUSALS:
        return None
    return [_noticed(row) for row in rows]


def _noticed(row: Mapping[str, Any]) -> Noticed:
    claim = f"債権{row['claim_number']}" if row["claim_number"] else ""
    return Noticed(
        row["severity"],
        SEVERITIES.get(row["severity"], row["severity"]),
        RULES.get(row["rule"], row["rule"]),
        legible(place_of(row["file"], row["sheet"], row["cell"])),
        legible(row["message"]),
        legible(" ".join(filter(None, (row["department"], claim)))),
        row["waiver"] and legible(row["waiver"]),
    )


def _steps(home: Home, one: Release) -> Iterator[Step]:
    """What the audit log has of the day, newest first."""
    day = one.as_of.isoformat()
    lines = [each for each in audit.read(home) if each.get("as_of") == day]
    holding, used = {each.head for each in one.approvals}, _used(lines)
    for line in reversed(lines):
        if line.get("action") == approvals.APPROVE:
            head = line.get("hash")
            fate = "公表した版の承認" if head in used else "有効" if head in holding else "無効"
            yield _step(line, fate)
        elif line.get("action") in ACTS:
            yield _step(line, "")


def _used(lines: Sequence[audit.Line]) -> set[str]:
    """The hashes of the approvals with which something was published."""
    given: set[str] = set()
    used: set[str] = set()
    for line in lines:
        action = line.get("action")
        if action == approvals.APPROVE:
            given.add(str(line.get("hash")))
        elif action == "publish":
            used |= given
        if action not in (approvals.APPROVE, None):
            given.clear()
    return used


def _step(line: audit.Line, fate: str) -> Step:
    def told(name: str) -> str:
        return legible(str(line.get(name) or ""))

    return Step(
        line.get("seq"),
        datetime.fromisoformat(line["at"]),
        ACTS[line["action"]],
        told("by"),
        told("person"),
        told("user"),
        told("acting_for"),
        told("reason") or told("early"),
        told("content_hash"),
        fate,
    )
