"""Waivers: named errors that somebody lets pass for a while, each recorded with its finding.

`config/waivers.yml` is a list of entries: rule, claim, reason, by, until, and where wanted
municipality, fiscal_year or as_of.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import yaml

from ingest import text
from ingest.findings import RULES, Faulty, Finding
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
_REQUIRED = ("rule", "claim", "reason", "by", "until")
_OPTIONAL = ("municipality", "fiscal_year", "as_of")
_MUNICIPALITY_DIGITS = 6


class WaiversFaulty(Faulty):
    """The waivers cannot be used."""


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


def read_waivers(content: str) -> tuple[Waiver, ...]:
    """The entries of waivers.yml. Raises WaiversFaulty with a line for each fault."""
    try:
        # Every entry as it was typed: 010 is a claim number, not eight.
        entries = yaml.load(content, Loader=yaml.BaseLoader)  # noqa: S506 - builds strings only
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{mark.line + 1}行目: " if mark else ""
        raise WaiversFaulty(f"{place}YAMLとして読めません。") from error
    if not entries:
        return ()
    if not isinstance(entries, list):
        raise WaiversFaulty("「- rule: …」で始まる項目を並べてください。")
    if faults := [
        f"{number}件目: {fault}"
        for number, entry in enumerate(entries, 1)
        for fault in _faults(entry)
    ]:
        raise WaiversFaulty(*faults)
    return tuple(map(_waiver, entries))


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


def _told(entry: Mapping[object, object]) -> dict[str, str]:
    """What an entry says, without what was left blank."""
    return {str(name): str(value).strip() for name, value in entry.items() if str(value).strip()}


def _waiver(entry: Mapping[object, object]) -> Waiver:
    told = _told(entry)
    return Waiver(
        told["rule"],
        _claim(told["claim"]),
        told["reason"],
        told["by"],
        date.fromisoformat(told["until"]),
        told.get("municipality"),
        int(told["fiscal_year"]) if "fiscal_year" in told else None,
        date.fromisoformat(told["as_of"]) if "as_of" in told else None,
    )


def _faults(entry: object) -> list[str]:
    if not isinstance(entry, Mapping):
        return ["rule や claim などの項目がありません。"]
    told = _told(entry)
    faults = [f"{name} がありません。" for name in _REQUIRED if name not in told]
    faults += [
        f"「{name}」という項目はありません。使えるのは {'、'.join((*_REQUIRED, *_OPTIONAL))} です。"
        for name in told
        if name not in (*_REQUIRED, *_OPTIONAL)
    ]
    rule = told.get("rule", "")
    if rule and rule not in RULES:
        faults.append(f"rule「{rule}」という検査はありません。")
    elif rule and rule not in WAIVABLE:
        faults.append(
            f"rule「{rule}」({RULES[rule]})は承認で通せません。通せるのは金額についての検査だけです"
            f"({'、'.join(sorted(WAIVABLE))})。"
        )
    faults += [
        f"{name}「{told[name]}」は日付ではありません(例 2026-03-31)。"
        for name in ("until", "as_of")
        if name in told and not _is_date(told[name])
    ]
    year = told.get("fiscal_year", "2000")
    if not (year.isascii() and year.isdigit() and len(year) == len("2000")):
        faults.append(f"fiscal_year「{year}」は西暦4桁ではありません(例 2025)。")
    code = told.get("municipality", "0" * _MUNICIPALITY_DIGITS)
    if not (code.isascii() and code.isdigit() and len(code) == _MUNICIPALITY_DIGITS):
        faults.append(f"municipality「{code}」は半角数字6桁ではありません。")
    return faults


def _is_date(words: str) -> bool:
    try:
        date.fromisoformat(words)
    except ValueError:
        return False
    return True


def _claim(words: str) -> str:
    """A claim number in three digits; anything else as it is written."""
    try:
        return text.claim_number(words)
    except text.Unreadable:
        return words
