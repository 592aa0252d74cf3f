"""The city's figures on forms, in each department's own writing."""

from collections.abc import Mapping
from datetime import date

from ingest.layout import layout
from ingest.sample import figures
from ingest.sample.city import Claim, Department, city, claims_of
from ingest.sample.figures import Amounts
from ingest.templates import Form, Key, Value
from terms.years import fiscal_year_of, year_name

_CLASS_WORDS = {
    "full": {
        "enforceable": "強制徴収公債権",
        "non_enforceable": "非強制徴収公債権",
        "private": "私債権",
    },
    "code": {
        "enforceable": "強制徴収公債権(強公)",
        "non_enforceable": "非強制徴収公債権(非強公)",
        "private": "私債権",
    },
    "short": {"enforceable": "強", "non_enforceable": "非", "private": "私"},
}
_NARRATIVE: Mapping[tuple[str, str], tuple[str, str]] = {
    ("review", "取組内容"): ("催告書の送付と電話催告を計画に沿って行う。", "督促を早める。"),
    ("review", "取組実績"): ("予定した催告と財産調査を行った。", "督促と口座振替の勧奨を行った。"),
    ("review", "課題"): ("長期にわたり連絡の取れない債務者がいる。", "新規の滞納が生じている。"),
    ("review", "改善策"): ("所在調査と法的措置の検討を早める。", "納付方法の案内を広げる。"),
    ("plan", "取組内容"): ("催告と財産調査を続ける。", "初期対応を徹底する。"),
}  # fmt: skip


def department_of(claim: Claim) -> Department:
    """The department that owns a claim."""
    return next(d for d in city().departments if d.name == claim.department)


def rows(claim: Claim, year: int) -> dict[str, Amounts]:
    """Rows A–G of the annual form of a fiscal year (domain §2)."""
    return {
        "A": _told(claim, year - 2, year),
        "B": _told(claim, year - 1, year),
        "C": figures.revised_target(claim, year),
        "D": _told(claim, year, year),
        "E": figures.initial_target(claim, year + 1),
        "F": figures.revised_target(claim, year + 1),
        "G": figures.initial_target(claim, year + 2),
    }


def _told(claim: Claim, year: int, form_year: int) -> Amounts:
    """What the form of `form_year` says of a year: restatements are known a year later."""
    amounts = figures.actual(claim, year)
    moved = city().restatements.get((claim.number, year))
    return figures.restated(amounts, moved) if moved and form_year > year else amounts


def annual(claim: Claim, year: int) -> Form:
    """The annual form of one claim, without mistakes."""
    department = department_of(claim)
    told = rows(claim, year)
    values: dict[Key, Value] = {
        ("collection", letter, measure): None if amounts.nothing else amount
        for letter, amounts in told.items()
        for measure, amount in vars(amounts).items()
    }
    values |= {("attainment", part, "reported"): a for part, a in _attainment(claim, told).items()}
    values |= _status(claim, year)
    cases = total_cases(claim, year)
    values["total", "", "debtors"] = figures.debtors(cases)
    if department.dialect.computed == "uncached":  # a formula without a result would be asked back
        values["total", "", "cases"] = cases
        values["total", "", "balance"] = told["D"].balance
    for (block, item), (prior, current) in _NARRATIVE.items():
        values[block, item, "prior"] = prior
        values[block, item, "current"] = current if told["D"].assessed_current else "—"
    rounding = frozenset({("status", "prior/total", "balance")})
    return Form(
        layout("annual"),
        city().code,
        fiscal_year=year,
        header=_header(claim, department),
        values=values,
        yellow=rounding if (claim.number, year) in city().roundings else frozenset(),
        sheet=name_of(department.annual["sheet"], claim=claim, year=year),
    )


def interim(department: Department, as_of: date) -> Form:
    """The interim report of a department, without mistakes."""
    values: dict[Key, Value] = {}
    for claim in claims_of(department, fiscal_year_of(as_of)):
        amounts = figures.interim(claim, as_of)
        cases = figures.cases(claim, amounts.balance)
        measures: dict[str, Value] = {
            "claim_number": claim.number,
            "claim_name": claim.name,
            "claim_classes": classes(claim, department),
            **vars(amounts),
            "cases": cases,
            "debtors": figures.debtors(cases),
        }
        values |= {("collection", claim.number, name): value for name, value in measures.items()}
    return Form(
        layout("interim"),
        city().code,
        as_of=as_of,
        header={"department": department.name, "section": "庶務担当"},
        values=values,
        sheet=name_of(department.interim["sheet"], as_of=as_of),
    )


def total_cases(claim: Claim, year: int) -> int:
    """All cases at the close of a year."""
    return sum(
        n for part in ("prior", "current") for n, _ in figures.status(claim, year, part).values()
    )


def classes(claim: Claim, department: Department) -> str:
    """債権区分 as a department writes it."""
    return "・".join(_CLASS_WORDS[department.classes][each] for each in claim.classes)


def short_classes(claim: Claim) -> list[str]:
    """債権区分 as lists abbreviate it: 強, 非, 私."""
    return [_CLASS_WORDS["short"][each] for each in claim.classes]


def name_of(
    pattern: str, *, claim: Claim | None = None, year: int = 0, as_of: date | None = None
) -> str:
    """A file's or sheet's name from its pattern in city.yml."""
    return pattern.format(
        number=claim.number if claim else "",
        short=claim.name.partition("（")[0].partition("・")[0] if claim else "",
        wareki=year_name(year) if year else "",
        day=f"R{as_of.year - 2018}.{as_of.month}.{as_of.day}" if as_of else "",
    )


def _header(claim: Claim, department: Department) -> dict[str, str]:
    return {
        "department": claim.department,
        "section": claim.section,
        "claim_number": claim.number,
        "claim_classes": classes(claim, department),
        "claim_name": claim.name,
    }


def _status(claim: Claim, year: int) -> dict[Key, Value]:
    values: dict[Key, Value] = {}
    for part in ("prior", "current"):
        for code, (cases, balance) in figures.status(claim, year, part).items():
            values["status", f"{part}/{code}", "cases"] = cases
            values["status", f"{part}/{code}", "balance"] = balance
    if (claim.number, year) in city().roundings:
        largest = ("status", "prior/06", "balance")
        values[largest] = int(values[largest] or 0) + 1
    return values


def _attainment(claim: Claim, told: Mapping[str, Amounts]) -> dict[str, str]:
    """Section 1 by the rule (domain §2); B1 or B2 is the department's judgement."""
    target, result = told["C"], told["D"]
    judged = {
        "prior": (target.assessed_prior, target.balance_prior, result.balance_prior),
        "current": (target.assessed_current, target.balance_current, result.balance_current),
        "total": (
            target.assessed_prior + target.assessed_current, target.balance, result.balance,
        ),
    }  # fmt: skip
    if all(told[letter].nothing for letter in "ABC"):
        return dict.fromkeys(judged, "—")
    missed = "B2" if figures.chance(claim.number, "judgement", spread=9) > 6 else "B1"
    return {
        part: "—" if not assessed and not wanted else "A" if balance <= wanted else missed
        for part, (assessed, wanted, balance) in judged.items()
    }
