"""計画表 as the marts know it: results and targets of a plan, claim by claim (domain §3)."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

from exports.desks.sheets.model import Cell, Kind, Sheet, Table, Value, heading, label
from exports.marts import Marts, Row
from terms.years import fiscal_year_label

TITLE = "計画表"
MEASURES = {"collection_rate": "収納率", "uncollected": "収入未済額"}

_FIGURES = ("baseline_actual", "target", "actual", "next_target")
_DIFFERENCES = {"vs_baseline": "③－①", "vs_target": "③－②", "vs_next_target": "③－④"}
_WIDTHS = (22.0, 34.0, *[13.0] * (len(_FIGURES) + len(_DIFFERENCES)))
_NOTE = (
    "— は数値がないこと、または比べる目標・基準がないことを表す"
    "（提出された様式の印字では、空欄を0として差し引いていることがある）。"
)


def sheets(marts: Marts, fiscal_year: int) -> tuple[Sheet, ...]:
    """A sheet for each plan and measure of the year."""
    rows = marts.of(
        "mart_plan_comparison",
        "fiscal_year = ? order by plan, measure, is_total, try_cast(source_item as integer)",
        fiscal_year,
    )
    return tuple(
        _sheet(str(plan), str(measure), list(members))
        for (plan, measure), members in groupby(rows, lambda row: (row["plan"], row["measure"]))
    )


def _sheet(plan: str, measure: str, rows: list[Row]) -> Sheet:
    kind: Kind = "money" if measure == "uncollected" else "number"
    name = MEASURES.get(measure, measure)
    unit_note = "" if kind == "money" else "（単位：%）"
    table = Table(
        f"{name}の実績値{unit_note}", _head(rows[0]), _body(rows, kind), "千円", note=_NOTE
    )
    return Sheet(f"{plan} {name}", f"{plan}　{name}", _WIDTHS, (table,))


def _head(row: Row) -> tuple[tuple[Cell, ...], ...]:
    year = int(str(row["fiscal_year"]))
    baseline, following = row["baseline_actual_year"], row["next_target_year"]
    years = (baseline, year, year, following)
    kinds = ("決算値", "目標値", "決算値", "目標値")
    compared = (baseline, year, following)
    return (
        (
            heading("所管課", down=3),
            heading("債権名", down=3),
            *(heading(_named(each)) for each in years),
            *(heading(_named(each)) for each in compared),
        ),
        (
            *(heading("" if each is None else f"{each}年度") for each in years),
            *(heading(f"{each}と比較") for each in ("決算", "目標", "目標")),
        ),
        (
            *(heading(f"{kind}{mark}") for kind, mark in zip(kinds, "①②③④", strict=True)),
            *(heading(symbol) for symbol in _DIFFERENCES.values()),
        ),
    )


def _body(rows: Sequence[Row], kind: Kind) -> tuple[tuple[Cell, ...], ...]:
    """A department is written once for all its claims that follow each other."""
    body = []
    for (department, is_total), members in groupby(
        rows, lambda row: (row["department"], row["is_total"])
    ):
        run = list(members)
        for n, row in enumerate(run):
            figures = [
                Cell(_value(row[column], kind), kind, strong=bool(is_total))
                for column in (*_FIGURES, *_DIFFERENCES)
            ]
            first = [] if n or is_total else [label(str(department or ""), down=len(run))]
            name = label("合計", 2) if is_total else label(str(row["claim_name"]))
            body.append((*first, name, *figures))
    return tuple(body)


def _named(year: object) -> str:
    return "" if year is None else fiscal_year_label(int(str(year)))


def _value(value: object, kind: Kind) -> Value:
    """Yen are whole; a rate keeps the decimals it is written with."""
    if not isinstance(value, Decimal):
        return None
    if kind == "money":
        return int(value)
    return value if value != round(value, 1) else round(value, 1)
