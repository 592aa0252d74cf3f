"""What would be counted twice, or in another claim's place: held against what came before.

And what comes together: two answers to one question in one load.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from ingest.findings import Finding, place_of
from ingest.forms.reading import FIGURE
from ingest.names import name_key
from ingest.quoting import quoted
from ingest.submission import Submission
from ingest.versions import cells_of
from ingest.versions.known import Known

_LISTED = 5
_FEWEST = 4  # different figures that are not the same by chance
_COPIED = "内容が同じなので、そちらだけを読み込みました。不要なファイルを取り除いてください。"
_DIFFERENT = "内容が違うため、どちらも読み込みませんでした。正しいほうだけを提出してください。"


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
        if submission.form.form == FIGURE:
            return self._in_place_of_other_figures(submission)
        return self._in_place_of_another(submission)

    def _by_another_department(self, submission: Submission) -> Iterator[Finding]:
        period = submission.municipality_code, submission.form.period
        for row in self._reports.get(period, ()):
            if name_key(row["department"]) == name_key(submission.form.department or ""):
                continue  # the report that this one replaces
            for number in sorted(self._claims_of(row) & submission.claims_reported.keys()):
                yield _reported_twice(
                    submission,
                    number,
                    f"前に受理した {_place(row)}({row['department']})",
                    "二重に数えることになるため、受理できません。所管する所属の報告だけに記入して"
                    "提出し直してください。所管が移ったのであれば、データ担当が前の提出を"
                    "取り下げた後で(mishukin withdraw)、もう一度提出してください。",
                )

    def _in_place_of_other_figures(self, submission: Submission) -> Iterator[Finding]:
        """A described table that replaces another one tells what that one told, and not less."""
        row = self._known.in_force.get(submission.claim)
        if row is None:
            yield from self._copied_from_another_year(submission)
            return
        landed = cells_of(self._known.landing, row)
        before = {(c["measure"], c["item"], c["fiscal_year"]): c["cell"] for c in landed}
        now = {(c.measure, c.item, c.fiscal_year) for c in submission.cells}
        lost = [cell for meaning, cell in before.items() if meaning not in now]
        if before and len(lost) == len(before):
            yield submission.finding(
                "error",
                "duplicate_claim",
                None,
                f"同じ様式・同じ年度の {_place(row)} を前に受理していますが、同じ意味の数値が"
                "一つもありません。別の所属や債権の表であれば、どれの表か分かる語を定義の texts か"
                " above で読むようにしてください。差し替えであれば、前の提出を取り下げた後で"
                "(mishukin withdraw)、もう一度提出してください。",
            )
        elif lost:
            cells = "・".join(lost[:_LISTED]) + ("など" if len(lost) > _LISTED else "")
            yield submission.finding(
                "warning",
                "restated",
                None,
                f"前に受理した {_place(row)} にあった数値{len(lost)}個(セル{cells})が、"
                "この提出にはありません。差し替えたので、なくなります。違う場合は、書き足して提出し直して"
                "ください。",
            )

    def _copied_from_another_year(self, submission: Submission) -> Iterator[Finding]:
        """A table that says of its year what another one said of its own, to the last figure."""
        now = [(c.measure, c.number, c.text) for c in submission.cells]
        if len(set(now)) < _FEWEST:
            return
        for claim, row in self._known.in_force.items():
            if claim[:3] == submission.claim[:3]:
                landed = cells_of(self._known.landing, row)
                if now == [(c["measure"], c["number"], c["text"]) for c in landed]:
                    yield submission.finding(
                        "warning",
                        "duplicate_claim",
                        None,
                        f"数値がすべて、前に受理した {_place(row)}({row['period']})と同じです。"
                        "年度だけを変えた写しでないか確かめてください。",
                    )
                    return

    def _in_place_of_another(self, submission: Submission) -> Iterator[Finding]:
        form = submission.form
        row = self._known.in_force.get(submission.claim)
        if form.form != "annual" or row is None:
            return
        for name, title in (("claim_name", "債権名"), ("department", "所属")):
            before, now = row[name] or "", getattr(form, name) or ""
            if not (before and now) or name_key(before) == name_key(now):
                continue
            yield submission.finding(
                "warning",
                "same_number",
                form.places.get("claim_number"),
                f"債権{form.claim_number}の{title}が「{quoted(now)}」ですが、前に受理した"
                f" {_place(row)} では「{quoted(before)}」です。この調書で差し替えました。別の債権、"
                "または同じ債権の別の所属の分であれば、データ担当に知らせ、債権整理番号を直すか、"
                "一つの調書にまとめて提出し直してください。",
                found=quoted(now),
                expected=quoted(before),
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


def reject_duplicates(submissions: Sequence[Submission]) -> None:
    """Two answers to one question in one load: the department must say which one counts.

    When both say exactly the same, the first is kept and only the copy is turned away.
    """
    _reject_claims_of_two_departments(submissions)
    by_claim: dict[tuple[object, ...], list[Submission]] = defaultdict(list)
    for submission in submissions:
        if None not in submission.claim[2:] and submission.report.status == "accepted":
            by_claim[submission.claim].append(submission)
    for rivals in by_claim.values():
        same = len({s.content_hash for s in rivals}) == 1
        for submission in rivals[1:] if same else rivals:
            others = [s for s in rivals if s is not submission]
            submission.reject(
                _duplicate(submission, others[:1], _COPIED)
                if same
                else _duplicate(submission, others, _DIFFERENT)
            )


def _reject_claims_of_two_departments(submissions: Sequence[Submission]) -> None:
    """A claim that two balance reports of one day name: the departments must say whose it is."""
    by_claim: dict[tuple[str | None, str | None, str], list[Submission]] = defaultdict(list)
    for submission in submissions:
        if submission.report.status == "accepted":
            for number in submission.claims_reported:
                day = submission.municipality_code, submission.form.period
                by_claim[*day, number].append(submission)
    for (_, _, number), rivals in by_claim.items():
        for submission in rivals:
            owner = name_key(submission.form.department or "")
            others = [s for s in rivals if name_key(s.form.department or "") != owner]
            if not others:
                continue  # a copy of one department's report is looked at as such
            places = "、".join(f"{s.place}({s.form.department})" for s in others)
            submission.reject(
                _reported_twice(
                    submission,
                    number,
                    f"同時に提出された {places}",
                    "二重に数えることになるため、どちらも読み込みませんでした。所管する所属の報告"
                    "だけに記入してください(所管する所属は、ほかの所属の報告が直れば、そのままで受理されます)。",
                )
            )


def _reported_twice(submission: Submission, number: str, where: str, what_now: str) -> Finding:
    """The fault of a claim that another department reports for the same day (`where`), too."""
    return submission.finding(
        "error",
        "duplicate_claim",
        submission.claims_reported[number],
        f"債権{number}は、{where} の同じ基準日の残高報告にもあります。{what_now}",
        found=number,
        expected="一つの所属の報告だけに記入",
    )


def _duplicate(submission: Submission, others: Sequence[Submission], outcome: str) -> Finding:
    """The fault of a form of which there are others in the same load."""
    form = submission.form
    known = {"annual": f"債権{form.claim_number}", "interim": f"{form.department}の報告"}
    subject = known.get(form.form, f"「{form.subject}」")
    places = "、".join(s.place for s in others)
    return submission.finding(
        "error",
        "duplicate_claim",
        None,
        f"{subject}が、同時に提出された {places} にもあります。{outcome}",
        found=places,
        expected="1回の提出に1つ",
    )


def _place(row: Mapping[str, Any]) -> str:
    return place_of(row["file"], row["sheet"])
