"""Handing in for a department: only its own forms, and nothing accepted is replaced unseen."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest import landing, versions
from ingest.findings import Finding
from ingest.forms.reading import FormReading
from ingest.load import Arrival, SourceFile, load
from ingest.names import name_key
from ingest.quoting import quoted
from ingest.register import Register
from ingest.register.checks import Mention, day_of, mentions
from ingest.reports import WorkbookReport
from ingest.returned import named, records_in
from ingest.submission import Check, Submission, claim_of
from ingest.versions.known import Known
from services.home import Home
from services.intake.receiving import Received, receive
from services.intake.register import register_of, rules_of
from services.records import audit, tombstones, truth


@dataclass(frozen=True, slots=True)
class Whose:
    """A department of a municipality."""

    municipality_code: str
    department: str

    def is_called(self, name: str | None) -> bool:
        """Whether a name, however written, is the department's."""
        return name is not None and name_key(name) == name_key(self.department)


@dataclass(frozen=True, slots=True)
class Replaced:
    """An accepted form that would count no more, and what the new one says otherwise."""

    file: str
    sheet: str
    subject: str | None
    period: str | None
    changes: Sequence[versions.Change]


def would_replace(
    home: Home, files: Sequence[SourceFile], whose: Whose, arrival: Arrival
) -> list[Replaced]:
    """What handing in would replace; found out beside the home, which stays as it is."""
    with TemporaryDirectory(prefix="mishukin-look-") as folder:
        aside = Path(folder) / "landing"
        landing.link(home.landing, aside)
        before = Known(aside).in_force
        rules = rules_of(home, (of_department(home, whose),))
        report = load(
            tombstones.refusing(home, files), arrival, landing=aside, archive=None, rules=rules
        )
        new = landing.Batch(aside, report.batch_id).rows("submission") if report.batch_id else []
        return [
            Replaced(
                row["file"],
                row["sheet"],
                row["claim_name"] or row["subject"],
                row["period"],
                versions.diff(aside, old["submission_id"], row["submission_id"]),
            )
            for row in new
            if row["status"] == "accepted" and (old := before.get(claim_of(row)))
        ]


class WouldReplace(Exception):
    """An accepted form would count no more, and nobody has said why. Nothing has come."""


def hand_in(home: Home, files: Sequence[SourceFile], whose: Whose, arrival: Arrival) -> Received:
    """Receive a department's workbooks; without a reason nothing accepted is replaced.

    Raises WouldReplace, and as `receive`.
    """
    watch = _Watch(home)
    return receive(
        home,
        files,
        arrival,
        checks=(of_department(home, whose), watch),
        before_landing=None if arrival.reason else watch.refuse,
    )


class _Watch:
    """A check that finds nothing, and sees which forms speak of what one in force speaks of."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._seen: list[Submission] = []

    def __call__(self, submission: Submission) -> Sequence[Finding]:
        """Asked while others wait: what is in force stays so until it has landed."""
        if submission.claim in self._in_force:
            self._seen.append(submission)
        return ()

    def refuse(self, books: Sequence[WorkbookReport]) -> None:
        """Raise WouldReplace; what was archived meanwhile goes, for it has not come."""
        if not any(each.report.status == "accepted" for each in self._seen):
            return
        kept = truth.noted(audit.read(self._home))
        for path in (p for book in books for p in self._home.archive.glob(f"{book.sha256}*")):
            if path.relative_to(self._home.root).as_posix() not in kept:
                path.unlink()
        raise WouldReplace

    @cached_property
    def _in_force(self) -> Collection[tuple[object, ...]]:
        return Known(self._home.landing).in_force.keys()


def marked_copy(home: Home, whose: Whose, sha256: str) -> Path | None:
    """The copy with the findings marked of a workbook that went back to the municipality."""
    folder = home.returned / whose.municipality_code
    names = {record["name"] for record in records_in(folder)}
    found = sorted(path for path in folder.glob(named(sha256)) if path.name in names)
    return found[-1] if found else None


def of_department(home: Home, whose: Whose) -> Check:
    """That a form speaks of the department's claims: as the register says, else as it says itself.

    A form that says nothing of any department is for the data team to see.
    """
    register = register_of(home)

    def held_against_the_department(submission: Submission) -> list[Finding]:
        form = submission.form
        said = [*mentions(form, submission.cells)] or [
            Mention(None, None, (), (form.department or "",), form.places)
        ]
        return [
            _foreign(submission, mention, owners[0], whose)
            for mention in said
            if (owners := _owners(register, mention, form, whose.municipality_code))
            and not any(map(whose.is_called, owners))
        ]

    return held_against_the_department


def _owners(
    register: Register | None, mention: Mention, form: FormReading, municipality_code: str
) -> list[str]:
    """The names of whose claim a form mentions; none where nobody says so."""
    when = day_of(form)
    if register and when:
        named = register.named(municipality_code, mention.name or "", *mention.departments)
        for key in (mention.number, *named):
            if key and (entry := register.at(municipality_code, key, when)):
                section = entry.section or ""
                return [
                    entry.department,
                    *([entry.department + section, section] if section else ()),
                ]
    said = [word for word in (*mention.departments, form.department) if word]
    return [*said, "".join(said)] if said else []


def _foreign(submission: Submission, mention: Mention, owner: str, whose: Whose) -> Finding:
    called = f"債権「{quoted(mention.name)}」" if mention.name else "この様式"
    called = f"債権{mention.number}" if mention.number else called
    return submission.finding(
        "error",
        "department",
        mention.cell("claim_number", "claim_name", "department", "bureau"),
        f"{called}は「{quoted(owner)}」のものです。「{whose.department}」からは提出できません。"
        "様式を取り違えていないか確かめてください。正しければ、データ担当に、債権の台帳の所属を"
        "確かめるよう頼んでください。",
        found=quoted(owner),
        expected=whose.department,
    )
