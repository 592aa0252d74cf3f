"""What arrives when: the departments' files day by day, mistakes first and corrections after."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path, PurePosixPath

from ingest.sample import citywide, forms
from ingest.sample.city import Claim, Department, city, claims_of
from ingest.sample.mistakes import REMARKS, SLIP, Mistake, mistakes_in
from ingest.templates import Form, Instructions, draw_book
from terms.years import year_name

_INSTRUCTIONS = Instructions(
    "記入要領",
    (
        "色付けの欄だけを記入すること。",
        "金額は百円単位を四捨五入し、千円単位の整数とする。",
        "▲は増加を表す。",
    ),
)
_SATURDAY = 5


@dataclass(frozen=True)
class Document:
    """One file as a department hands it in. `mistakes`: what must be found in it, nothing else."""

    department: Department
    file: str
    sheets: tuple[Form | Instructions, ...]
    mistakes: tuple[Mistake, ...] = ()

    @property
    def data(self) -> bytes:
        """The file's bytes: the same at every call."""
        if any(mistake.spoils for mistake in self.mistakes):
            return "債権整理番号,債権名,調定額\r\n(表を貼り付けたファイル)\r\n".encode("cp932")
        return draw_book(self.sheets, self.department.dialect)


@dataclass(frozen=True)
class Delivery:
    """All files received on one day; they are loaded together."""

    received_on: date
    documents: tuple[Document, ...]

    def path(self, document: Document) -> PurePosixPath:
        """Where the file lies in the sample folder."""
        return PurePosixPath(f"{self.received_on}", document.department.name, document.file)

    def paths(self, folder: Path) -> list[Path]:
        """The delivery's files in a folder that `write` has filled."""
        return [folder / self.path(document) for document in self.documents]


def deliveries() -> tuple[Delivery, ...]:
    """Everything the city ever received, in order of time."""
    reports = [each for as_of in reported() for each in _round(as_of, as_of + timedelta(days=21))]
    settlements = [each for year in city().years for each in _settlement(year)]
    everything = [*reports, *settlements, _put_right()]
    return tuple(sorted(everything, key=lambda delivery: delivery.received_on))


def _put_right() -> Delivery:
    """The report with a slip once more, without it: it was published in between."""
    name, as_of = SLIP.where
    department = next(each for each in city().departments if each.name == name)
    document = next(_documents(department, as_of))
    return Delivery(_workday(SLIP.noticed_on), (_again(document, "訂正"),))


def _settlement(year: int) -> Iterator[Delivery]:
    yield from _round(year, date(year + 1, 6, 20))  # books close on 31 May, hearings begin
    yield from _after_settlement(year)


def _after_settlement(year: int) -> Iterator[Delivery]:
    """The meeting of August sets targets; once the assembly has approved, the claims are listed."""
    finance = city().departments[0]
    name = year_name(year)
    if year == city().years[-1]:
        tables = tuple(citywide.plan(year, each) for each in ("collection_rate", "uncollected"))
        documents = [
            Document(finance, f"債権管理計画_{name}年度実績.xlsx", tables),
            Document(finance, "未収金残高の全市目標.xlsx", (citywide.city_target(year),)),
            *_promotion_sheets(year),
        ]
        yield Delivery(_workday(date(year + 1, 8, 28)), tuple(documents))
    listed = Document(finance, f"債権一覧_{name}年度決算.xlsx", (citywide.claim_list(year),))
    yield Delivery(_workday(date(year + 1, 9, 18)), (listed,))


def _promotion_sheets(year: int) -> Iterator[Document]:
    for department in city().departments:
        claims = [claim for claim in department.claims if claim.number in citywide.PROMOTED]
        remarks = tuple(
            mistake for claim in claims for mistake in REMARKS if mistake.where[2] == claim.number
        )
        sheets = tuple(citywide.promotion(claim, year) for claim in claims)
        if sheets:
            yield Document(department, "債権管理推進シート.xlsx", sheets, remarks)


def reference_dates(year: int) -> tuple[date, date, date]:
    """The three dates of a fiscal year's interim reports (domain §5)."""
    return date(year, 7, 31), date(year, 10, 31), date(year + 1, 1, 31)


def reported() -> tuple[date, ...]:
    """The reference dates of all balance reports that the city hands in, in order of time."""
    first, last = city().reported
    dates = (as_of for year in range(first.year, last.year + 1) for as_of in reference_dates(year))
    return tuple(as_of for as_of in dates if first <= as_of <= last)


def _round(period: int | date, due: date) -> Iterator[Delivery]:
    """What is handed in for a period, and two weeks later what had to be corrected."""
    first, again = [], []
    for department in city().departments:
        mistakes = mistakes_in(department.name, period)
        for document in _documents(department, period):
            found, wrong = _with_mistakes(_with_slip(document, period), mistakes)
            first += wrong
            if any(mistake.severity == "error" for mistake in found):
                again.append(_again(document, "再提出"))
    yield Delivery(_workday(due), tuple(first))
    if again:
        yield Delivery(_workday(due + timedelta(days=14)), tuple(again))


def _workday(day: date) -> date:
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return day


def _again(document: Document, why: str) -> Document:
    return replace(document, file=f"{document.file.removesuffix('.xlsx')}_{why}.xlsx")


def _documents(department: Department, period: int | date) -> Iterator[Document]:
    if isinstance(period, date):
        file = forms.name_of(department.interim["file"], as_of=period)
        yield Document(department, file, (forms.interim(department, period),))
        return
    claims = claims_of(department, period)
    if department.annual.get("bundled"):
        yield _bundle(department, claims, period)
        return
    for claim in claims:
        file = forms.name_of(department.annual["file"], claim=claim, year=period)
        yield Document(department, file, (forms.annual(claim, period),))


def _bundle(department: Department, claims: Sequence[Claim], year: int) -> Document:
    """All forms in one workbook, behind instructions and before last year's hidden sheet."""
    last_year = replace(forms.annual(claims[0], year - 1), sheet="前年度", hidden=True)
    drawn = tuple(forms.annual(claim, year) for claim in claims)
    file = forms.name_of(department.annual["file"], year=year)
    return Document(department, file, (_INSTRUCTIONS, *drawn, last_year))


def _with_mistakes(
    document: Document, mistakes: Sequence[Mistake]
) -> tuple[list[Mistake], list[Document]]:
    """The mistakes that fall to a document, and the files that come of it."""
    found = [m for m in mistakes if any(_concerns(m, sheet) for sheet in document.sheets)]
    sheets = document.sheets
    for mistake in found:
        if not mistake.copied:
            sheets = tuple(_changed(mistake, sheet) for sheet in sheets)
    wrong = [replace(document, sheets=sheets, mistakes=tuple(found))]
    for mistake in found:
        if mistake.copied:
            copy = tuple(_changed(mistake, sheet) for sheet in document.sheets)
            name = f"コピー ～ {document.file}"
            wrong.append(Document(document.department, name, copy, (mistake,)))
    return found, wrong


def _with_slip(document: Document, period: int | date) -> Document:
    if (document.department.name, period) != SLIP.where:
        return document
    (form,) = document.sheets
    if isinstance(form, Instructions):
        raise TypeError(form)
    slipped = replace(form, values={**form.values, **SLIP.change(form.values)})
    return replace(document, sheets=(slipped,))


def _concerns(mistake: Mistake, sheet: Form | Instructions) -> bool:
    if isinstance(sheet, Instructions) or sheet.hidden:
        return False
    return sheet.layout.form == "interim" or sheet.header["claim_number"] == mistake.where[2]


def _changed(mistake: Mistake, sheet: Form | Instructions) -> Form | Instructions:
    if isinstance(sheet, Instructions) or not _concerns(mistake, sheet):
        return sheet
    return replace(sheet, values={**sheet.values, **mistake.change(sheet.values)})
