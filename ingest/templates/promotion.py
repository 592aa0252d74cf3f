"""Draws 債権管理推進シート: years of results and of targets of one claim (domain §3)."""

from collections.abc import Sequence
from decimal import Decimal

from ingest.layout import Column, Rate
from ingest.templates.pen import Pen, sum_or_blank

_LABELS = 2  # columns of row labels before the years
_HEADER_PLACES = ((1, 2, 3), (4, 5, 7))
_HUNDREDTHS = 10_000  # a printed rate, 97.87%, is a whole number of these parts of one
_KINDS = {"rate": "share"}
_DEBTORS = {"人": 0, "世帯": 1, "件": 2}  # unit → which label of 滞納者数 names it


def draw(pen: Pen) -> None:
    """Write the whole sheet; the fiscal year is the last one of the results.

    `values`: ("settlement", "2021", measure), ("settlement_target", "2023", measure) — rates as
    the text of a percentage —, ("outline", "", "text"), ("supplement", "", "text").
    `header`: claim_name, department, debtor_unit (人, 世帯 or 件).
    Raises ValueError when the fiscal year is not given.
    """
    if pen.form.fiscal_year is None:
        raise ValueError("債権管理推進シートには年度が要ります")
    layout = pen.form.layout
    spec = layout.spec
    results = range(pen.form.fiscal_year - spec["years"] + 1, pen.form.fiscal_year + 1)
    first = pen.form.fiscal_year + spec["target_offset"]
    targets = range(first, first + spec["target_years"])
    last = _LABELS + max(len(results), len(targets))
    pen.words(1, 1, layout.title, "表題")
    pen.legend(1, last, overwritable=True)
    pen.header(3, _HEADER_PLACES)
    _section(pen, "outline", 5)
    pen.entry(6, 1, ("outline", "", "text"), "line", across=last, answer="outline")
    _section(pen, "settlement", 8)
    pen.words(8, last, f"(単位:{pen.form.unit})", "注")
    row = _labels(pen, 9, results, layout.columns)
    for n, year in enumerate(results, _LABELS + 1):
        _year_of_results(pen, 10, n, str(year))
    _section(pen, "target", row + 1)
    wanted = layout.target_columns
    below = _labels(pen, row + 2, targets, wanted)
    for n, year in enumerate(targets, _LABELS + 1):
        for r, column in enumerate(wanted, row + 3):
            key = ("settlement_target", str(year), column.name)
            kind = _KINDS.get(column.kind, column.kind)
            pen.entry(r, n, key, kind, answer=f"target_{kind}")
    pen.words(below, 1, spec["narrative"][0], "行見出し", across=_LABELS)
    pen.entry(below, _LABELS + 1, ("supplement", "", "text"), "free_text", across=last - _LABELS)
    pen.mark(below + 1, last)
    pen.frame(
        widths={1: 15, 2: 22} | dict.fromkeys(range(_LABELS + 1, last + 1), 20),
        heights={1: 26, 3: 24, 6: 24, 9: 32, row + 2: 32, below - 1: 30, below: 48}
        | dict.fromkeys([*range(10, row), *range(row + 3, below - 1)], 20),
        freeze=pen.at(4, _LABELS + 1),
        pages=1,
    )


def _section(pen: Pen, name: str, row: int) -> None:
    spec = pen.form.layout.spec["sections"][name]
    pen.words(row, 1, f"{spec['number']}. {spec['heading']}", "節")


def _labels(pen: Pen, row: int, years: range, columns: Sequence[Column]) -> int:
    """The line of years and the names of the rows below it. Returns the row behind them."""
    pen.words(row, 1, None, across=_LABELS)
    for n, year in enumerate(years, _LABELS + 1):
        pen.words(row, n, f"{pen.dialect.heading_year(year)}\n({year}年度)")
    groups = pen.form.layout.spec["table"]["groups"]
    done: set[str] = set()
    for r, column in enumerate(columns, row + 1):
        label = column.labels[0]
        if column.name == "debtors":
            label = column.labels[_DEBTORS[pen.form.header.get("debtor_unit") or "人"]]
        if column.group == "whole":
            pen.words(r, 1, label, "行見出し", across=_LABELS)
            continue
        if column.group not in done:
            done.add(column.group)
            members = sum(c.group == column.group for c in columns)
            pen.words(r, 1, groups[column.group][0], down=members)
        pen.words(r, 2, label, "行見出し")
    return row + 1 + len(columns)


def _year_of_results(pen: Pen, top: int, place: int, year: str) -> None:
    """A column of results: amounts typed, totals and rates computed where anything is typed."""
    rows = {column.name: r for r, column in enumerate(pen.form.layout.columns, top)}
    values: dict[str, int] = {}
    told: set[str] = set()
    for column in pen.form.layout.columns:
        key = ("settlement", year, column.name)
        if column.formula is None:
            values[column.name] = pen.entry(rows[column.name], place, key, column.kind)
            if pen.form.values.get(key) is not None:
                told.add(column.name)
            continue
        names = _names(column)
        cells = {name: pen.at(rows[name], place) for name in names}
        outcome = column.formula({name: values[name] for name in names})
        formula = _formula(column, cells)
        needed = {names[1]} if column.formula.is_rate else set(names[:1])
        if column.group == "total" and not column.formula.is_rate:
            needed = set(names)
        known = bool(told & needed)
        result = _shown(outcome) if known else ""
        fill = "任意欄" if column.group == "whole" else "計算欄"
        kind = "share" if column.formula.is_rate else "money"
        number = pen.result(rows[column.name], place, key, formula, result, kind, fill)
        if not column.formula.is_rate:
            values[column.name] = number
            if known:
                told.add(column.name)


def _names(column: Column) -> list[str]:
    """The measures of a formula, in its order."""
    words = column.formula.text.split() if column.formula else []
    return [word for word in words if word not in ("+", "-", "/")]


def _formula(column: Column, cells: dict[str, str]) -> str:
    """In A1 terms: blank where nothing is typed; a rate is rounded as it is printed."""
    first, *others = cells.values()
    if column.formula and column.formula.is_rate:
        divisor = others[0]
        rate = f'IF({divisor}=0,"—",ROUND(N({first})/{divisor},4))'
        return f'IF(COUNT({divisor})=0,"",{rate})'
    if column.group == "total":
        return sum_or_blank(",".join(cells.values()))
    rest = "".join(f"-N({cell})" for cell in others)
    return f'IF(COUNT({first})=0,"",{first}{rest})'


def _shown(outcome: int | Rate) -> int | float | str:
    if not isinstance(outcome, Rate):
        return outcome
    if not outcome.denominator:
        return "—"
    parts = 2 * outcome.numerator * _HUNDREDTHS + outcome.denominator
    return float(Decimal(parts // (2 * outcome.denominator)) / _HUNDREDTHS)
