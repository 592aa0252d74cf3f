"""Plans, promotion sheets, lists, targets, and the mix of claims by their status."""

from collections.abc import Mapping

from services.trace.lineage.sources import (
    SAME,
    Cell,
    First,
    Formula,
    Mart,
    Rows,
    Rule,
    every,
    same,
)

_OF_CLAIMS = (
    same("municipality_code", "fiscal_year", "part", "status_group", "status_code")
    + " and dimension = 'claim' and $dimension <> 'claim'"
)
_MEMBERS = """(
    select c.claim_number from fct_collection as c
    where c.municipality_code = $municipality_code and c.fiscal_year = $fiscal_year
        and c.scenario = 'actual' and c.form = 'annual'
        and case $dimension
            when 'class' then c.claim_classes = $member
            when 'department' then c.department = $member
            else true
        end
)"""
_STATUSES = """municipality_code = $municipality_code and $part in (part, 'total')
    and $status_code in (status_code, 'all')
    and ($status_group = 'all' or status_code in (
        select status_code from dim_status_class where status_group = $status_group
    ))"""
_NEWEST_CITY_TARGETS = """select submission_id from mart_submission
where form = 'city_target' and municipality_code = $municipality_code
    and case
        when $known_at is null then in_force
        else received_at <= $known_at
            and coalesce(superseded_at > $known_at, true)
            and coalesce(withdrawn_at > $known_at, true)
    end
order by fiscal_year desc, received_at desc"""

MARTS: Mapping[str, Mart] = {
    "mart_plan_progress": Mart(
        {"value": Cell("plan", "{source_measure}", "{source_item}", "fiscal_year")}
    ),
    "mart_plan_comparison": Mart(
        every(
            (
                "baseline_actual",
                "target",
                "actual",
                "next_target",
                "reported_vs_baseline",
                "reported_vs_target",
                "reported_vs_next_target",
            ),
            Cell("plan", item="{source_item}"),
        )
        | {"vs_baseline": Formula(unless="is_basis_break")}
    ),
    "mart_settlement": Mart(
        every(
            (
                "assessed_current",
                "collected_current",
                "assessed_prior",
                "collected_prior",
                "written_off",
                "debtors",
            ),
            Cell("settlement", fiscal_year="fiscal_year"),
        )
        | {
            # Where the sheet has both parts they add up, elsewhere their sum is typed.
            total: First.of(Formula(), Cell("settlement", fiscal_year="fiscal_year"))
            for total in ("assessed", "collected")
        }
        | {
            f"{measure}_reported": Cell("settlement", measure, fiscal_year="fiscal_year")
            for measure in ("uncollected", "rate_current", "rate_prior", "rate")
        }
        | {"limitation_years": Cell("settlement")},
        helpers={
            "uncollected_last_year": Rows(
                "mart_settlement",
                "uncollected_reported",
                # Only amounts of one scope are carried over into each other.
                f"{same('municipality_code', 'claim_key')} and fiscal_year = $fiscal_year - 1"
                " and scope_note is null and $scope_note is null",
            )
        },
    ),
    "mart_settlement_target": Mart(
        {
            "rate_current_pct": Cell("settlement_target", "rate_current", "", "fiscal_year"),
            "rate_prior_pct": Cell("settlement_target", "rate_prior", "", "fiscal_year"),
            "uncollected_target": Cell("settlement_target", fiscal_year="fiscal_year"),
        }
    ),
    "mart_figure": Mart({"value": Cell("figure", "{measure}", "{source_item}", address="cell")}),
    "dim_inhabitants": Mart(
        {"inhabitants": Rows("mart_figure", "value", same("submission_id", "cell"))}
    ),
    "mart_claim_list": Mart({"uncollected": Cell("claim_list", item="{source_item}")}),
    "mart_city_target": Mart(
        every(
            ("target", "target_current", "target_prior"),
            Cell("city_target", item="{source_item}", fiscal_year="fiscal_year"),
        )
        # A year's result may stand in another row, or in a newer list, than the target.
        | every(
            ("actual", "actual_current", "actual_prior"),
            Cell(
                "city_target",
                item="{any}",
                fiscal_year="fiscal_year",
                submissions=_NEWEST_CITY_TARGETS,
            ),
        )
        | {
            "target_change": Formula(
                columns={"revised_target": "target", "initial_target": "target_before"}
            ),
            "attained": Rule("実績≦目標", ("actual", "target")),
        },
        helpers={
            "target_before": Rows(
                "mart_city_target",
                "target",
                f"{same('municipality_code', 'fiscal_year')} and revision_no = $revision_no - 1",
            )
        },
    ),
    "mart_status_mix": Mart(
        every(
            ("cases", "balance"),
            First.of(
                Rows(
                    "fct_claim_status",
                    SAME,
                    f"$dimension = 'claim' and claim_number = $member and {_STATUSES}"
                    " and fiscal_year = $fiscal_year",
                    add_up=True,
                ),
                Rows(
                    "mart_status_mix", SAME, f"{_OF_CLAIMS} and member in {_MEMBERS}", add_up=True
                ),
            ),
        )
        | {
            "balance_last_year": Rows(
                "fct_claim_status",
                "balance",
                f"($dimension <> 'claim' or claim_number = $member) and claim_number in {_MEMBERS}"
                f" and {_STATUSES} and fiscal_year = $fiscal_year - 1",
                add_up=True,
            ),
        },
        helpers={
            "balance_of_all": Rows(
                "mart_status_mix",
                "balance",
                same("municipality_code", "dimension", "member", "fiscal_year", "part")
                + " and status_group = 'all'",
            )
        },
    ),
}
