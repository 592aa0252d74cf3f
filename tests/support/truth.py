"""What the warehouse must show of the sample city's annual and interim forms."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ingest.layout import layout
from ingest.sample import city, figures, forms, reported
from ingest.sample.city import claims_of
from ingest.sample.figures import Amounts
from terms.years import fiscal_year_of

_YEN = 1000


@dataclass(frozen=True)
class Truth:
    """What is to be known of a claim, and the newest form that tells it.

    `item`: row of the annual form, or the claim's number on an interim one.
    `as_of`: 31 May after the year for annual rows. `cases`, `debtors`: None where not asked for.
    """

    claim_number: str
    department: str
    fiscal_year: int
    scenario: str
    as_of: date
    form_fiscal_year: int
    item: str
    amounts: Amounts
    cases: int | None = None
    debtors: int | None = None

    def yen(self) -> dict[str, int]:
        """Measure → yen: the typed amounts and the three balances."""
        measures = vars(self.amounts) | {
            "balance_prior": self.amounts.balance_prior,
            "balance_current": self.amounts.balance_current,
            "balance": self.amounts.balance,
        }
        return {name: amount * _YEN for name, amount in measures.items()}


def truth() -> tuple[Truth, ...]:
    """One entry per claim, fiscal year, scenario and date, as the newest form tells it."""
    told: dict[tuple[str, int, str, date], Truth] = {}
    interim = (each for as_of in reported() for each in _interim_truth(as_of))
    annual = (each for year in city().years for each in _annual_truth(year))
    for each in (*interim, *annual):
        told[each.claim_number, each.fiscal_year, each.scenario, each.as_of] = each
    return tuple(told[key] for key in sorted(told))


def _interim_truth(as_of: date) -> Iterator[Truth]:
    year = fiscal_year_of(as_of)
    for claim in claims_of(city(), year):
        amounts = figures.interim(claim, as_of)
        cases = figures.cases(claim, amounts.balance)
        yield Truth(
            claim.number, claim.department, year, "actual", as_of, year,
            claim.number, amounts, cases, figures.debtors(cases),
        )  # fmt: skip


def _annual_truth(form_year: int) -> Iterator[Truth]:
    rows = {row["letter"]: row for row in layout("annual").spec["table"]["rows"]}
    for claim in claims_of(city(), form_year):
        cases = forms.total_cases(claim, form_year)
        for letter, amounts in forms.rows(claim, form_year).items():
            row = rows[letter]
            year, scenario = form_year + row["year_offset"], row["scenario"]
            counted = (cases, figures.debtors(cases)) if letter == "D" else (None, None)
            yield Truth(
                claim.number, claim.department, year, scenario, date(year + 1, 5, 31),
                form_year, letter, amounts, *counted,
            )  # fmt: skip
