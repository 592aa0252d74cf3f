"""Draws 計画表: rates or uncollected amounts of a plan, claim by claim (domain §3)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import groupby

from ingest.layout import Column
from ingest.templates.pen import Pen, Value, sum_or_blank
from terms.years import year_name

_FIRST_ROW = 6
_SPARE, _FEWEST = 3, 15  # rows left for claims that are new, and rows on an empty form
_BASELINE = 3  # years from the baseline to the year of the plan's result, when nobody told
_WIDTHS = {"department": 22, "claim_name": 34}
_LAST = 9

Figures = dict[str, Decimal | None]


def draw(pen: Pen) -> None:
    """Write the whole form: the rows of `values` by number, spare rows, and 合計 of amounts.

    `header`: plan (its name), measure (collection_rate or uncollected), baseline_year (of ①).
    Raises ValueError when the fiscal year of ③ is not given.
    """
    if pen.form.fiscal_year is None:
        raise ValueError("計画表には年度が要ります")
    layout, header = pen.form.layout, pen.form.header
    measure = layout.spec["measures"][header.get("measure") or "uncollected"]
    kind = "points" if measure["percent"] else "money"
    columns = {c.name: n for n, c in enumerate(_drawn(pen), 1)}
    title = f"{header.get('plan') or layout.title} {measure['heading']}"
    pen.words(1, 1, title, "表題_記入", across=5)
    pen.legend(1, _LAST)
    pen.words(2, 1, "定義の変更などの注記は、表の下の欄に「※」で始めて記入してください。", "本文")
    pen.words(2, _LAST, f"(単位:{'%' if measure['percent'] else pen.form.unit})", "注")
    _headings(pen, columns)
    items = pen.items("plan", _SPARE, _FEWEST)
    rows = [_row(pen, r, item, columns, kind) for r, item in enumerate(items, _FIRST_ROW)]
    _departments(pen, items, columns["department"])
    after = _FIRST_ROW + len(rows)
    if not measure["percent"]:
        _total_row(pen, after, columns, rows)
        after += 1
    pen.entry(after, 1, ("footnote", "", "text"), "line", across=_LAST, answer="footnote")
    pen.mark(after + 1, _LAST)
    pen.frame(
        widths={n: _WIDTHS.get(name, 13) for name, n in columns.items()},
        heights={1: 26, 3: 18, 4: 18, 5: 18, after: 32}
        | dict.fromkeys(range(_FIRST_ROW, after), 20),
        freeze=pen.at(_FIRST_ROW, columns["baseline_actual"]),
    )
    pen.repeat(3, 5)


def _drawn(pen: Pen) -> list[Column]:
    return [c for c in pen.form.layout.columns if c.kind != "free_text"]


def _typed(pen: Pen) -> list[Column]:
    return [c for c in _drawn(pen) if c.kind == "money" and c.formula is None]


def _headings(pen: Pen, columns: Mapping[str, int]) -> None:
    year = pen.form.fiscal_year or 0
    baseline = int(pen.form.header.get("baseline_year") or year - _BASELINE)
    years = {"baseline_actual": baseline, "target": year, "actual": year, "next_target": year + 1}
    for column in _drawn(pen):
        place = columns[column.name]
        if column.name in years:
            pen.words(3, place, f"{year_name(years[column.name])}年度")
            pen.words(4, place, f"{years[column.name]}年度")
            pen.heading(5, place, "plan", column.name, f"{column.labels[0]}{column.symbol}")
        elif column.formula:
            pen.words(3, place, f"{year_name(years[_subtrahend(column)])}年度")
            pen.words(4, place, column.labels[0])
            pen.heading(5, place, "plan", column.name, column.symbol or "")
        else:
            pen.heading(3, place, "plan", column.name, column.labels[0], down=3)


def _departments(pen: Pen, items: Sequence[str], column: int) -> None:
    """A department is written once for all its claims, as in the plans of cities."""
    told = [(item, pen.form.values.get(("plan", item, "department"))) for item in items]
    row = _FIRST_ROW
    for _, group in groupby(told, key=lambda each: each[1] or each[0]):
        run = list(group)
        pen.entry(row, column, ("plan", run[0][0], "department"), "text", down=len(run))
        row += len(run)


def _row(pen: Pen, row: int, item: str, columns: Mapping[str, int], kind: str) -> Figures:
    pen.entry(row, columns["claim_name"], ("plan", item, "claim_name"), "line")
    figures: Figures = {}
    for column in _typed(pen):
        key = ("plan", item, column.name)
        pen.entry(row, columns[column.name], key, kind)
        figures[column.name] = _figure(pen.form.values.get(key))
    blank_if = f'{pen.at(row, columns["claim_name"])}=""'
    known = pen.form.values.get(("plan", item, "claim_name"))
    _differences(pen, row, item, columns, figures if known else {}, blank_if, kind)
    return figures


def _total_row(
    pen: Pen, row: int, columns: Mapping[str, int], rows: Sequence[Figures]
) -> None:  # fmt: skip
    pen.words(row, 1, pen.form.layout.spec["table"]["total_row"][0], across=2)
    totals: Figures = {}
    for column in _typed(pen):
        place = columns[column.name]
        told = [n for each in rows if (n := each[column.name]) is not None]
        totals[column.name] = sum(told, Decimal(0)) if told else None
        formula = sum_or_blank(f"{pen.at(_FIRST_ROW, place)}:{pen.at(row - 1, place)}")
        pen.result(row, place, ("plan", "total", column.name), formula, _plain(totals[column.name]))
    places = [columns[name] for name in totals]
    blank_if = f"COUNT({pen.at(row, min(places))}:{pen.at(row, max(places))})=0"
    known = any(n is not None for n in totals.values())
    _differences(pen, row, "total", columns, totals if known else {}, blank_if, "money")


def _differences(
    pen: Pen, row: int, item: str, columns: Mapping[str, int], figures: Figures,
    blank_if: str, kind: str,
) -> None:  # fmt: skip
    """③ − ①, ② and ④, in which a blank counts as 0, as in the plans of cities."""
    for column in pen.form.layout.computed:
        other = _subtrahend(column)
        difference = f"N({pen.at(row, columns['actual'])})-N({pen.at(row, columns[other])})"
        if kind == "points":  # 1.5 − 73.6 is −72.1, not −72.09999999999999
            difference = f"ROUND({difference},6)"
        result = (figures["actual"] or 0) - (figures[other] or 0) if figures else None
        formula = f'IF({blank_if},"",{difference})'
        key = ("plan", item, column.name)
        pen.result(row, columns[column.name], key, formula, _plain(result), kind)


def _subtrahend(column: Column) -> str:
    return column.formula.text.split(" - ")[1] if column.formula else ""


def _figure(value: Value) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def _plain(value: Decimal | int | None) -> int | float | str:
    if value is None:
        return ""
    return int(value) if value == int(value) else float(value)
