"""Who has not reported yet: numbered claims of the register without a row in a day's report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from exports.marts import built, reading

# A form that is collected: which, of which claim, and the fiscal year or day it speaks of.
Form = tuple[str, str, int | date]

_UNREPORTED = """
select distinct
    coalesce(nullif(claim.department, ''), '所属未登録') as department,
    claim.claim_number,
    claim.claim_name
from marts.dim_claim as claim
anti join marts.mart_balance_report as report
    on
        claim.municipality_code = report.municipality_code
        and claim.claim_number = report.claim_number
        and report.as_of = $as_of
where
    claim.municipality_code = $city
    and claim.is_registered
    and claim.claim_number is not null
    and $as_of >= claim.valid_from
    and $as_of < coalesce(claim.valid_to, make_date(9999, 12, 31))
order by claim.claim_number
"""


@dataclass(frozen=True)
class Unheard:
    """A claim that the register has on the day, and no balance report speaks of."""

    department: str
    claim_number: str
    claim_name: str

    def __str__(self) -> str:
        return f"{self.department}: 債権{self.claim_number}（{self.claim_name}）"


def unheard_of(generation: Path, municipality_code: str, as_of: date) -> Sequence[Unheard]:
    """The registered claims that have no balance on ``as_of``, by number."""
    with reading(generation, municipality_code) as marts:
        return [built(Unheard, row) for row in marts.named(_UNREPORTED, as_of=as_of)]
