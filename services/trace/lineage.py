"""Where each figure of the marts comes from: the one place that says it.

A column not named here is a measure of `dim_measure`, computed from columns of its own row. A mart
`X_history` comes from where `X` comes from.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

TYPED = (
    "carried_forward",
    "assessed_prior", "collected_prior", "written_off_prior",
    "assessed_current", "collected_current", "written_off_current",
)  # fmt: skip
SAME = "{column}"  # the column that is asked for


@dataclass(frozen=True, slots=True)
class Cell:
    """A typed cell of the row's own submission; `{name}` stands for the row's column `name`.

    `fiscal_year`: the column that holds the year the cell speaks of, on forms with a column a year.
    `submissions`: a query for the submissions to look into instead, as of `$known_at`; the first
    with a figure counts.
    """

    block: str
    measure: str = SAME
    item: str = ""
    fiscal_year: str | None = None
    submissions: str | None = None


@dataclass(frozen=True, slots=True)
class FormRow:
    """A figure of one row (A–G) of an annual form; without `item`: of its year and scenario."""

    column: str
    item: str | None = None
    submission: str = "submission_id"


@dataclass(frozen=True, slots=True)
class Rows:
    """A column of the rows of another mart; `$name` in `where` is the row's column `name`.

    One row, unless `add_up`.
    """

    mart: str
    column: str
    where: str
    add_up: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """Computed from columns of the row, as dim_measure has it for the column, or for `measure`.

    `columns`: what the operands are called in this mart, where it is something else. `unless`: the
    column of the row that says that the figures must not be compared.
    """

    measure: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    unless: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """The same as another column of the row."""

    name: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Judged, not computed: what is judged by, in words, and the columns looked at."""

    words: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class First:
    """The first of several that there is."""

    choices: tuple["Source", ...]

    @classmethod
    def of(cls, *choices: "Source") -> "First":
        """As many as given."""
        return cls(choices)


Source = Cell | FormRow | Rows | Formula | Column | Rule | First
Columns = Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class Mart:
    """The sources of a mart's columns. `helpers` are operands of formulas that are no columns."""

    columns: Columns
    helpers: Columns = field(default_factory=dict)


def every(columns: Sequence[str], source: Source) -> dict[str, Source]:
    """The same source for several columns."""
    return dict.fromkeys(columns, source)


def same(*columns: str) -> str:
    """The other mart's row agrees with this one in these columns."""
    return " and ".join(f"{column} = ${column}" for column in columns)


_OF_CLAIM = same("municipality_code", "claim_number")
_THIS_YEAR = f"{_OF_CLAIM} and fiscal_year = $fiscal_year"
_OF_REPORT = f"{_OF_CLAIM} and as_of = $as_of and stage = 'interim'"
_ADDED_UP = f"""{same("municipality_code", "as_of")} and case $dimension
    when 'class' then claim_classes = $member
    when 'department' then department = $member
    else true
end"""
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

_PARTS = ("", "_prior", "_current")
_AT_YEAR_END = "scenario = 'actual' and stage in ('provisional', 'final')"
# An estimate is led back to what it was estimated from: docs/outlook.md says how.
_CARRIED_ON = "基準日の残高×過年度に残った割合"
_INTERVAL = Rule("80%の区間", ("expected_balance",))
_REMAINING = {
    f"{figure}_sum{part}": Rows(
        "mart_outlook_course",
        f"past_{column}{part}",
        f"{_OF_CLAIM} and as_of = $as_of",
        add_up=True,
    )
    for part in _PARTS[1:]
    for figure, column in (("settled", "settled_balance"), ("balance", "balance"))
}


def _remaining(part: str) -> tuple[str, str]:
    return f"settled_sum{part}", f"balance_sum{part}"


_OF_KEY = same("municipality_code", "claim_key", "fiscal_year")
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


LINEAGE: Mapping[str, Mart] = {
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
                f"{_OF_CLAIM} and fiscal_year = $fiscal_year - 1"
                " and scenario = 'actual' and stage in ('provisional', 'final')",
            ),
            "target_balance": Rows(
                "fct_collection", "balance", f"{_THIS_YEAR} and scenario = $target_kind"
            ),
            "balance_last_year": Rows(
                "mart_balance_report",
                "balance",
                f"{_OF_CLAIM} and as_of = cast($as_of as date) - interval 1 year",
            ),
            "change": Formula(unless="is_basis_break"),
            "decrease": Formula(unless="is_basis_break"),
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
            Rows("mart_balance_report", SAME, _ADDED_UP, add_up=True),
        )
    ),
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
    "mart_target_ageing": Mart(
        {
            column: First.of(
                Rows(
                    "fct_collection",
                    "balance_{part}",
                    f"{_THIS_YEAR} and scenario = '{scenario}' and form = 'annual'",
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
                    f"{_OF_CLAIM} and fiscal_year = $fiscal_year - 1 and form = 'annual'"
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
                "mart_balance_report", f"balance{part}", f"{_OF_CLAIM} and as_of = $past_as_of"
            )
            for part in _PARTS
        }
        | {
            f"past_settled_balance{part}": Rows(
                "fct_collection",
                f"balance{part}",
                f"{_OF_CLAIM} and fiscal_year = $past_fiscal_year and {_AT_YEAR_END}",
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
            Rows("mart_balance_report", SAME, f"{_OF_CLAIM} and as_of = $as_of"),
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
        | {
            "settled_balance": Rows("fct_collection", "balance", f"{_THIS_YEAR} and {_AT_YEAR_END}")
        },
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
                "mart_outlook", "balance", f"{_ADDED_UP} and expected_balance is null", add_up=True
            ),
            "settled_balance": Rows("mart_outlook", SAME, _ADDED_UP, add_up=True),
        },
        helpers={
            "expected_of_claims": Rows(
                "mart_outlook",
                "expected_balance",
                f"{_ADDED_UP} and expected_balance is not null",
                add_up=True,
            )
        },
    ),
}


HISTORY = "_history"


def lineage_of(mart: str) -> Mart | None:
    """What is said of a mart; a history comes from where the mart itself comes from."""
    return LINEAGE.get(mart) or LINEAGE.get(mart.removesuffix(HISTORY))


def read_by(mart: str) -> str:
    """The marts that a trace of a mart reads, as text in which their names occur."""
    waiting, text = [mart], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in text:
            text.add(name)
            for source in _sources(lineage_of(name) or Mart({})):
                if isinstance(source, Rows):
                    waiting.append(source.mart)
                    text.add(source.where)
    return " ".join(sorted(text))


def _sources(mart: Mart) -> Iterator[Source]:
    for source in (*mart.columns.values(), *mart.helpers.values()):
        yield from source.choices if isinstance(source, First) else (source,)
