"""What would be counted twice, or in another claim's place: held against what came before."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from ingest.findings import Finding, Severity
from ingest.names import name_key
from ingest.quoting import quoted
from ingest.submission import Submission
from ingest.versions import cells_of
from ingest.versions.known import Known


class Twice:
    """A check of each new form: its rule names are duplicate_claim and same_number.

    A balance report that names a claim which another department's report of the day names already
    is refused: their sum would hold the claim twice. An annual form that replaces one of another
    name or department is accepted with a warning: it may be of another claim, or of a part.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._claims: dict[str, frozenset[str]] = {}

    def __call__(self, submission: Submission) -> Iterable[Finding]:
        """Findings at the claims' numbers."""
        if submission.form.form == "interim":
            return self._by_another_department(submission)
        return self._in_place_of_another(submission)

    def _by_another_department(self, submission: Submission) -> Iterator[Finding]:
        period = submission.municipality_code, submission.form.period
        for row in self._reports.get(period, ()):
            if name_key(row["department"]) == name_key(submission.form.department or ""):
                continue  # the report that this one replaces
            for number in sorted(self._claims_of(row) & submission.claims_reported.keys()):
                yield reported_twice(
                    submission,
                    number,
                    f"前に受理した {_place(row)}({row['department']})",
                    "二重に数えることになるため、受理できません。所管する所属の報告だけに記入して"
                    "提出し直してください。所管が移ったのであれば、データ担当が前の提出を"
                    "取り下げた後で(mishukin withdraw)、もう一度提出してください。",
                )

    def _in_place_of_another(self, submission: Submission) -> Iterator[Finding]:
        form = submission.form
        row = self._known.in_force.get(submission.claim)
        if form.form != "annual" or row is None:
            return
        for name, title in (("claim_name", "債権名"), ("department", "所属")):
            before, now = row[name] or "", getattr(form, name) or ""
            if not (before and now) or name_key(before) == name_key(now):
                continue
            yield _finding(
                submission,
                form.places.get("claim_number"),
                "same_number",
                "warning",
                now,
                before,
                f"債権{form.claim_number}の{title}が「{quoted(now)}」ですが、前に受理した"
                f" {_place(row)} では「{quoted(before)}」です。この調書で差し替えました。別の債権、"
                "または同じ債権の別の所属の分であれば、データ担当に知らせ、債権整理番号を直すか、"
                "一つの調書にまとめて提出し直してください。",
            )

    @cached_property
    def _reports(self) -> Mapping[tuple[str | None, str | None], Sequence[Mapping[str, Any]]]:
        """The balance reports in force by municipality and reference date."""
        found: dict[tuple[str | None, str | None], list[Mapping[str, Any]]] = defaultdict(list)
        for row in self._known.in_force.values():
            if row["form"] == "interim":
                found[row["municipality_code"], row["period"]].append(row)
        return found

    def _claims_of(self, row: Mapping[str, Any]) -> frozenset[str]:
        """The claims that a landed balance report has a row of."""
        found = self._claims.get(row["submission_id"])
        if found is None:
            cells = cells_of(self._known.landing, row)
            found = frozenset(cell["item"] for cell in cells if cell["block"] == "collection")
            self._claims[row["submission_id"]] = found
        return found


def reported_twice(submission: Submission, number: str, where: str, what_now: str) -> Finding:
    """The fault of a claim that another department reports for the same day (`where`), too."""
    return _finding(
        submission,
        submission.claims_reported[number],
        "duplicate_claim",
        "error",
        number,
        "一つの所属の報告だけに記入",
        f"債権{number}は、{where} の同じ基準日の残高報告にもあります。{what_now}",
    )


def _finding(
    submission: Submission,
    cell: str | None,
    rule: str,
    severity: Severity,
    found: str | None,
    expected: str | None,
    message: str,
) -> Finding:
    shown, right = (None if words is None else quoted(words) for words in (found, expected))
    file, sheet = submission.book.file, submission.form.sheet
    return Finding(file, sheet, cell, rule, severity, shown, right, message)


def _place(row: Mapping[str, Any]) -> str:
    return f"{row['file']} › {row['sheet']}"
