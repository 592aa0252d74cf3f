"""Claims as their forms tell them, and the balance reports made of them."""

from collections.abc import Mapping

from services.trace.lineage.sources import (
    ADDED_UP,
    OF_CLAIM,
    SAME,
    THIS_YEAR,
    TYPED,
    Cell,
    First,
    FormRow,
    Formula,
    Mart,
    Rows,
    Rule,
    every,
)

_OF_REPORT = f"{OF_CLAIM} and as_of = $as_of and stage = 'interim'"

MARTS: Mapping[str, Mart] = {
    "fct_collection": Mart(
        every(TYPED, Cell("collection", item="{source_item}"))
        # Balance reports count each claim in its row, annual forms once a form.
        | every(
            ("cases", "debtors"),
            First.of(Cell("collection", item="{source_item}"), Cell("total")),
        )
    ),
    "fct_claim_status": Mart(every(("cases", "balance"), Cell("status", item="{source_item}"))),
    "mart_target_attainment": Mart(
        {
            "target_balance": FormRow("balance_{part}", item="C"),
            "actual_balance": FormRow("balance_{part}", item="D"),
            "reported": Cell("attainment", item="{part}"),
            "computed": Rule(
                "実績≦目標ならA、新しい債権などは—", ("actual_balance", "target_balance")
            ),
            "agrees": Rule("B1とB2はBとみなす", ("reported", "computed")),
        }
    ),
    "mart_restatement": Mart(
        {
            "value": FormRow("{measure}", item="{source_item}"),
            "value_before": FormRow("{measure}", submission="submission_id_before"),
        }
    ),
    "mart_balance_report": Mart(
        every(
            (
                *TYPED[1:],
                "balance_current",
                "balance_prior",
                "balance",
                "cases",
                "debtors",
                "collection_rate_current",
                "collection_rate_current_pct",
                "collection_rate_prior",
                "collection_rate_prior_pct",
                "collection_rate",
                "collection_rate_pct",
            ),
            Rows("fct_collection", SAME, _OF_REPORT),
        )
        | {
            "previous_settlement_balance": Rows(
                "fct_collection",
                "balance",
                f"{OF_CLAIM} and fiscal_year = $fiscal_year - 1"
                " and scenario = 'actual' and stage in ('provisional', 'final')",
            ),
            "target_balance": Rows(
                "fct_collection", "balance", f"{THIS_YEAR} and scenario = $target_kind"
            ),
            "balance_last_year": Rows(
                "mart_balance_report",
                "balance",
                f"{OF_CLAIM} and as_of = cast($as_of as date) - interval 1 year",
            ),
        }
        | every(("change", "decrease"), Formula(unless="is_basis_break"))
    ),
    "mart_balance_total": Mart(
        every(
            (
                "previous_settlement_balance",
                "target_balance",
                "balance_current",
                "balance_prior",
                "balance",
                "balance_last_year",
                "change",
                "decrease",
                "assessed_current",
                "collected_current",
                "assessed_prior",
                "collected_prior",
                "cases",
                "debtors",
            ),
            Rows("mart_balance_report", SAME, ADDED_UP, add_up=True),
        )
    ),
}
