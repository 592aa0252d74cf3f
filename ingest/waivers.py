"""Waivers: named errors that somebody lets pass for a while, each recorded with its finding."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from ingest.findings import RULES, Finding
from ingest.submission import Submission

# Rules about figures that were read for certain. What cannot be read, or not be told apart from
# something else, has no figure that could be let pass.
WAIVABLE = frozenset(
    {
        "thousandfold", "negative_amount", "computed_amount", "computed_rate", "carry_over",
        "status_subtotal", "status_total", "grand_total", "attainment", "difference", "parts",
        "residual", "opening", "restated",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiver:
    """`rule` passes for `claim` (its number, or what the form speaks of) until a day, inclusive.

    Only for the municipality, fiscal year or reference date where these are given.
    """

    rule: str
    claim: str
    reason: str
    by: str
    until: date
    municipality: str | None = None
    fiscal_year: int | None = None
    as_of: date | None = None

    @property
    def text(self) -> str:
        """As it is recorded: who, until when, why."""
        return f"承認: {self.by}({self.until.isoformat()}まで) {self.reason}"

    def covers(self, submission: Submission, finding: Finding) -> bool:
        """Whether it lets this finding pass, whatever the day."""
        form = submission.form
        return (
            finding.rule == self.rule
            and self.claim in (form.claim_number, form.claim_name, form.subject)
            and self.municipality in (None, submission.municipality_code)
            and self.fiscal_year in (None, form.fiscal_year)
            and self.as_of in (None, form.as_of)
        )


def waive(submission: Submission, waivers: Iterable[Waiver], today: date) -> None:
    """Make the errors that a waiver covers today into warnings that say so."""
    valid = [waiver for waiver in waivers if waiver.until >= today]
    submission.form.findings = [
        _waived(submission, finding, valid) for finding in submission.form.findings
    ]


def expired(waivers: Iterable[Waiver], today: date) -> list[str]:
    """A line for the data team for each waiver that no longer does anything."""
    return [
        f"config/waivers.yml: 債権{waiver.claim}の「{RULES[waiver.rule]}」の承認({waiver.by})は"
        f"{waiver.until.isoformat()}で切れています。延ばすか、項目を消してください。"
        for waiver in waivers
        if waiver.until < today
    ]


def _waived(submission: Submission, finding: Finding, valid: Iterable[Waiver]) -> Finding:
    if finding.severity != "error":
        return finding
    covering = (waiver for waiver in valid if waiver.covers(submission, finding))
    waiver = next(covering, None)
    return replace(finding, severity="warning", waiver=waiver.text) if waiver else finding
