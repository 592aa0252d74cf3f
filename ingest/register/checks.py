"""Compares what a form says of its claims with the register of claims.

Nothing is refused here: what the register does not know is accepted, and listed for registration.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from ingest.findings import Finding
from ingest.forms.reading import CellValue, FormReading
from ingest.quoting import quoted
from ingest.register import Entry, Register
from ingest.submission import Submission
from terms.codes import class_names

# Blocks whose rows are claims, by form; every other form speaks of one claim, in its header.
CLAIM_ROWS = {"interim": "collection", "plan": "plan", "claim_list": "claim_list"}
# The forms whose claims these are; a city's target names none.
ONE_CLAIM = ("annual", "promotion")


@dataclass(frozen=True, slots=True)
class Mention:
    """A claim as a form names it; `departments`: the words that say whose it is.

    `cells`: A1 addresses of what is said, as far as they are known.
    """

    number: str | None
    name: str | None
    classes: tuple[str, ...]
    departments: tuple[str, ...]
    cells: Mapping[str, str | None] = field(default_factory=dict)

    def cell(self, *names: str) -> str | None:
        """The address of the first of some entries that has one."""
        return next((found for name in names if (found := self.cells.get(name))), None)


def findings_of(
    submission: Submission, register: Register, municipality_code: str
) -> list[Finding]:
    """Where a form and the register disagree, at the cells of the form."""
    when = day_of(submission.form)
    if when is None:
        return []
    found: list[Finding] = []
    cells = submission.cells if submission.form.form in CLAIM_ROWS else ()
    for mention in mentions(submission.form, cells):
        compared = _Comparison(submission, register, municipality_code, mention)
        compared.run(when)
        found += compared.findings
    return found


def day_of(form: FormReading) -> date | None:
    """The day whose register a form is held against: the reference date, or the books' close."""
    if form.as_of:
        return form.as_of
    return date(form.fiscal_year + 1, 5, 31) if form.fiscal_year else None


def mentions(form: FormReading, cells: Iterable[CellValue]) -> Iterator[Mention]:
    """Every claim that a form names, in its header or in rows of its cells."""
    block = CLAIM_ROWS.get(form.form)
    if block is None:
        if form.form in ONE_CLAIM and (form.claim_number or form.claim_name):
            classes = tuple((form.claim_classes or "").split(",")) if form.claim_classes else ()
            yield Mention(
                form.claim_number,
                form.claim_name,
                classes,
                tuple(word for word in (form.department, form.section) if word),
                form.places,
            )
        return
    rows: dict[str, dict[str, CellValue]] = {}
    for cell in cells:
        if cell.block == block and cell.item not in ("", "total"):
            rows.setdefault(cell.item, {}).setdefault(cell.measure, cell)
    for item, row in rows.items():
        yield _of_row(form, item, row)


def _of_row(form: FormReading, item: str, cells: Mapping[str, CellValue]) -> Mention:
    def said(name: str) -> str:
        return (cells[name].text or "") if name in cells else ""

    number = item if form.form == "interim" else None
    owners = [said(name) for name in ("bureau", "department", "section")]
    if form.form == "interim":
        owners.append(form.department or "")
    places = {name: cell.cell for name, cell in cells.items()}
    if (place := form.places.get(f"claim_number {item}")) is not None:
        places["claim_number"] = place
    return Mention(
        number,
        said("claim_name") or None,
        tuple(said("claim_classes").split(",")) if said("claim_classes") else (),
        tuple(word for word in owners if word),
        places,
    )


class _Comparison:
    """One claim as named on a form, held against the register."""

    def __init__(
        self,
        submission: Submission,
        register: Register,
        municipality_code: str,
        mention: Mention,
    ) -> None:
        self.submission, self.register = submission, register
        self.municipality_code, self.mention = municipality_code, mention
        self.findings: list[Finding] = []

    def run(self, when: date) -> None:
        """Find the claim, then compare what is said of it."""
        claim = self.mention.number or self._claim_of_name()
        if claim is None:
            return
        history = self.register.history(self.municipality_code, claim)
        if not history:
            self._note_unknown(f"債権整理番号{claim}")
            return
        entry = self.register.at(self.municipality_code, claim, when)
        if entry is None:
            self._note_period(history, when)
            return
        self._compare_name(entry)
        self._compare_classes(entry)
        self._compare_department(entry)

    def _claim_of_name(self) -> str | None:
        """The key of the one claim of that name; nobody guesses between two."""
        name = self.mention.name or ""
        claims = self.register.named(self.municipality_code, name, *self.mention.departments)
        if not claims:
            self._note_unknown(f"債権「{quoted(name)}」")
        elif len(claims) > 1:
            called = self._called(claims)
            self._note(
                self.mention.cell("claim_name"),
                name,
                f"{called}のどれか",
                f"台帳には「{quoted(name)}」という債権が{len(claims)}つあり"
                f"({called})、所属でも見分けられません。"
                "どの債権かを、債権整理番号か台帳の所属で示してください。",
            )
        return claims[0] if len(claims) == 1 else None

    def _called(self, claims: Iterable[str]) -> str:
        """Claims as messages call them: 債権012、013."""
        histories = (self.register.history(self.municipality_code, claim) for claim in claims)
        return "、".join(history[0].called for history in histories).replace("、債権", "、")

    def _note_unknown(self, what: str) -> None:
        number = self.mention.number
        self._note(
            self.mention.cell("claim_number", "claim_name"),
            number or self.mention.name,
            "台帳にある債権",
            f"{what}は債権の台帳にありません。受理しましたが、番号や名前の誤りでないか"
            "確かめてください。新しい債権であれば、データ担当が台帳に登録します。",
            rule="unknown_claim",
        )

    def _note_period(self, history: tuple[Entry, ...], when: date) -> None:
        periods = "、".join(f"{e.valid_from or ''}～{e.valid_to or ''}" for e in history)
        self._note(
            self.mention.cell("claim_number", "claim_name"),
            self.mention.number or self.mention.name,
            periods,
            f"{history[0].called}は、台帳では{when}に適用がありません(適用期間 {periods})。"
            "番号か名前を確かめ、正しければ台帳の適用期間を直してください。",
        )

    def _compare_name(self, entry: Entry) -> None:
        name = self.mention.name
        if name is None or entry.is_called(name):
            return
        others = self.register.named(self.municipality_code, name)
        called = self._called(others).removeprefix("債権")
        hint = f"この名前の債権は{called}です。" if others else ""
        self._note(
            self.mention.cell("claim_name", "claim_number"),
            name,
            entry.claim_name,
            f"{entry.called}の名前が「{quoted(name)}」ですが、台帳では「{entry.claim_name}」です。"
            f"{hint}番号か名前を直してください。同じ債権の別の呼び方であれば、台帳の別名に加えます。",
        )

    def _compare_classes(self, entry: Entry) -> None:
        said = self.mention.classes
        if not (said and entry.claim_classes) or set(said) == set(entry.claim_classes):
            return
        shown, expected = (class_names(each) for each in (said, entry.claim_classes))
        self._note(
            self.mention.cell("claim_classes", "claim_name"),
            shown,
            expected,
            f"{entry.called}の債権区分が{shown}ですが、台帳では{expected}です。"
            "誤りであれば直し、変わったのであれば台帳を直してください。",
        )

    def _compare_department(self, entry: Entry) -> None:
        said = self.mention.departments
        if not said or entry.belongs_to(*said, "".join(said)):
            return
        shown = quoted(" ".join(said))
        expected = " ".join(filter(None, (entry.department, entry.section)))
        self._note(
            self.mention.cell("department", "bureau", "section", "claim_number", "claim_name"),
            " ".join(said),
            expected,
            f"{entry.called}の所属が「{shown}」ですが、台帳では「{expected}」です。"
            "誤りであれば直し、所管が変わったのであれば台帳に適用開始日を付けて加えてください。",
        )

    def _note(
        self,
        cell: str | None,
        found: str | None,
        expected: str,
        message: str,
        *,
        rule: str = "register",
    ) -> None:
        shown = None if found is None else quoted(found)
        self.findings.append(
            self.submission.finding("warning", rule, cell, message, found=shown, expected=expected)
        )
