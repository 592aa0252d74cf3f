"""The years of a claim held against each other, and what is expected of the present one."""

from collections.abc import Mapping

from services.trace.lineage.sources import (
    ADDED_UP,
    OF_CLAIM,
    SAME,
    THIS_YEAR,
    Cell,
    Column,
    First,
    Formula,
    Mart,
    Rows,
    Rule,
    every,
    same,
)

_PARTS = ("", "_prior", "_current")
_AT_YEAR_END = "scenario = 'actual' and stage in ('provisional', 'final')"
# An estimate is led back to what it was estimated from: docs/outlook.md says how.
_CARRIED_ON = "基準日の残高×過年度に残った割合"
_INTERVAL = Rule("80%の区間", ("expected_balance",))
_REMAINING = {
    f"{figure}_sum{part}": Rows(
        "mart_outlook_course",
        f"past_{column}{part}",
        f"{OF_CLAIM} and as_of = $as_of",
        add_up=True,
    )
    for part in _PARTS[1:]
    for figure, column in (("settled", "settled_balance"), ("balance", "balance"))
}


def _remaining(part: str) -> tuple[str, str]:
    return f"settled_sum{part}", f"balance_sum{part}"


_OF_KEY = same("municipality_code", "claim_key", "fiscal_year")
_OF_FIGURE = (
    f"{_OF_KEY} and $form = 'figure' and submission_id = $submission_id and is_balance_of_claim"
)
_AIMED = Rows(
    "mart_target_ageing",
    SAME,
    f"{_OF_KEY} and part = 'total' and $form in ('annual', 'city_target')",
)


def _annual(column: str) -> Rows:
    """What the annual forms say of a claim's year."""
    where = f"{_OF_KEY.replace('claim_key', 'claim_number', 1)} and form = 'annual'"
    return Rows("fct_collection", column, f"{where} and scenario = 'actual' and $form = 'annual'")


def _sheet(column: str, where: str = "true", mart: str = "mart_settlement") -> Rows:
    """What a promotion sheet says of it."""
    return Rows(mart, column, f"{_OF_KEY} and $form = 'promotion' and {where}")


def _plan(measure: str, kind: str) -> Rows:
    """What a plan table says of it: amounts of several rows add up, rates do not."""
    where = f"{same('plan', 'is_total')} and measure = '{measure}' and kind = '{kind}'"
    return Rows(
        "mart_plan_progress",
        "value",
        f"{_OF_KEY} and $form = 'plan' and {where}",
        add_up=measure == "uncollected",
    )


def _city(column: str) -> Rows:
    """What the city's targets say of all claims together."""
    where = f"{same('municipality_code', 'fiscal_year')} and $form = 'city_target'"
    return Rows(
        "mart_city_target",
        column,
        f"{where} and {column} is not null order by revision_no desc limit 1",
    )


MARTS: Mapping[str, Mart] = {
    "mart_target_ageing": Mart(
        {
            column: First.of(
                Rows(
                    "fct_collection",
                    "balance_{part}",
                    f"{THIS_YEAR} and scenario = '{scenario}' and form = 'annual'",
                ),
                Rows(
                    "mart_city_target",
                    f"{figure}_{{part}}",
                    f"{same('municipality_code', 'fiscal_year')} and $form = 'city_target'"
                    f" and {kind} order by revision_no desc limit 1",
                ),
            )
            for column, scenario, figure, kind in (
                ("initial_target", "initial_target", "target", "target_kind = 'initial_target'"),
                ("revised_target", "revised_target", "target", "target_kind = 'revised_target'"),
                ("actual_balance", "actual", "actual", "actual is not null"),
            )
        }
        | {
            "target_balance": First.of(Column("revised_target"), Column("initial_target")),
            "above_target": Formula(columns={"balance": "actual_balance"}),
            "above_initial_target": Formula(
                "above_target",
                columns={"balance": "actual_balance", "target_balance": "initial_target"},
            ),
            "attained": Rule("実績≦目標", ("actual_balance", "target_balance")),
            "attained_initially": Rule("実績≦目標", ("actual_balance", "initial_target")),
        }
    ),
    "mart_opening_balance": Mart(
        {
            "carried_forward": First.of(
                Cell("collection", item="{source_item}"),
                Cell("settlement", "assessed_prior", fiscal_year="fiscal_year"),
            ),
            "closing_balance": First.of(
                Rows(
                    "fct_collection",
                    "balance",
                    f"{OF_CLAIM} and fiscal_year = $fiscal_year - 1 and form = 'annual'"
                    " and $form <> 'promotion' and scenario = case $scenario"
                    " when 'initial_target' then 'revised_target' else 'actual' end",
                ),
                Rows(
                    "mart_settlement",
                    "uncollected_reported",
                    f"{same('municipality_code', 'claim_key')} and fiscal_year = $fiscal_year - 1"
                    " and $form = 'promotion'",
                ),
            ),
        }
    ),
    "mart_uncollected_by_year": Mart(
        every(("initial_target", "revised_target"), _AIMED)
        | every(
            (
                "cases",
                "settlement_rate_pct",
                "settlement_rate_prior_pct",
                "settlement_rate_current_pct",
            ),
            _annual(SAME),
        )
        | {
            "balance": First.of(
                _annual("balance"),
                _sheet("uncollected", "scope_note is null"),
                _sheet("uncollected_reported", "scope_note is not null"),
                _plan("uncollected", "actual"),
                Rows("mart_claim_list", "uncollected", f"{_OF_KEY} and $form = 'claim_list'", True),
                _city("actual"),
                Rows("mart_figure", "value", _OF_FIGURE, add_up=True),
            ),
            "balance_prior": First.of(_annual("balance_prior"), _city("actual_prior")),
            "balance_current": First.of(_annual("balance_current"), _city("actual_current")),
            "debtors": First.of(_annual("debtors"), _sheet("debtors")),
            "collection_rate_pct": First.of(
                _annual(SAME), _sheet("rate_pct"), _plan("collection_rate", "actual")
            ),
            "target_balance": First.of(
                _AIMED,
                _sheet("uncollected_target", mart="mart_settlement_target"),
                _plan("uncollected", "target"),
            ),
            "collection_rate_target_pct": _plan("collection_rate", "target"),
            "balance_last_year": Rows(
                "mart_uncollected_by_year",
                "balance",
                f"{same('municipality_code', 'claim_key')} and fiscal_year = $fiscal_year - 1"
                " and balance is not null and (is_chosen or form = $form)"
                " and (is_chosen or plan is not distinct from $plan)"
                " order by form = $form and plan is not distinct from $plan desc limit 1",
            ),
            "change": Formula(unless="is_basis_break"),
            "attained": Rule("実績≦目標", ("balance", "target_balance")),
        }
        | {
            f"collection_rate_{part}_pct": First.of(_annual(SAME), _sheet(f"rate_{part}_pct"))
            for part in ("prior", "current")
        }
        | {
            f"collection_rate_{part}_target_pct": _sheet(
                f"rate_{part}_pct", mart="mart_settlement_target"
            )
            for part in ("prior", "current")
        }
    ),
    "mart_outlook_course": Mart(
        {
            f"past_balance{part}": Rows(
                "mart_balance_report", f"balance{part}", f"{OF_CLAIM} and as_of = $past_as_of"
            )
            for part in _PARTS
        }
        | {
            f"past_settled_balance{part}": Rows(
                "fct_collection",
                f"balance{part}",
                f"{OF_CLAIM} and fiscal_year = $past_fiscal_year and {_AT_YEAR_END}",
            )
            for part in _PARTS
        }
        | {
            f"fitted_balance{part}": Rule(_CARRIED_ON, (f"past_balance{part}", *_remaining(part)))
            for part in _PARTS[1:]
        },
        helpers=_REMAINING,
    ),
    "mart_outlook": Mart(
        every(
            (
                "balance",
                "balance_prior",
                "balance_current",
                "previous_settlement_balance",
                "target_balance",
            ),
            Rows("mart_balance_report", SAME, f"{OF_CLAIM} and as_of = $as_of"),
        )
        | {
            f"remaining_rate{part}_pct": Rule("年度末の残高÷基準日の残高", _remaining(part))
            for part in _PARTS[1:]
        }
        | {
            f"expected_balance{part}": Rule(_CARRIED_ON, (f"balance{part}", *_remaining(part)))
            for part in _PARTS[1:]
        }
        | every(("expected_balance_low", "expected_balance_high"), _INTERVAL)
        | {"settled_balance": Rows("fct_collection", "balance", f"{THIS_YEAR} and {_AT_YEAR_END}")},
        helpers=_REMAINING,
    ),
    "mart_outlook_total": Mart(
        every(
            ("balance", "previous_settlement_balance", "target_balance"),
            Rows(
                "mart_balance_total",
                SAME,
                same("municipality_code", "as_of", "dimension", "member"),
            ),
        )
        | every(("expected_balance_low", "expected_balance_high"), _INTERVAL)
        | {
            "expected_balance": Rule(
                "推計のない債権は基準日の残高のまま加える",
                ("expected_of_claims", "balance_without_outlook"),
            ),
            "balance_without_outlook": Rows(
                "mart_outlook", "balance", f"{ADDED_UP} and expected_balance is null", add_up=True
            ),
            "settled_balance": Rows("mart_outlook", SAME, ADDED_UP, add_up=True),
        },
        helpers={
            "expected_of_claims": Rows(
                "mart_outlook",
                "expected_balance",
                f"{ADDED_UP} and expected_balance is not null",
                add_up=True,
            )
        },
    ),
}
