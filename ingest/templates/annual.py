"""Draws 未収金目標及び具体取組内容調書: one claim, one fiscal year (domain §2)."""

from ingest.templates.pen import Pen

_LAST = 21  # two columns of row labels and nineteen of measures
_HEADER_PLACES = ((1, 2, 4), (5, 6, 8), (9, 10, 12), (13, 14, 16), (17, 18, _LAST))
_PARTS = ("prior", "current")
_NARRATIVE = 33  # the row of section 4: free text is printed on a page of its own


def draw(pen: Pen) -> None:
    """Write the whole form. Raises ValueError when the fiscal year is not given."""
    if pen.form.fiscal_year is None:
        raise ValueError("調書には年度が要ります")
    pen.words(1, 1, pen.form.layout.title, "表題")
    pen.legend(1, _LAST, across=2)
    pen.header(3, _HEADER_PLACES)
    _attainment(pen, 5)
    balances = _collection(pen, 8)
    _status(pen, 20, balances)
    _totals(pen, 29, balances)
    _narrative(pen, "review", _NARRATIVE)
    _narrative(pen, "plan", 40)
    pen.mark(44, _LAST)
    pen.frame(
        widths=({1: 17, 2: 12} if pen.dialect.joined_labels else {1: 7, 2: 17})
        | dict.fromkeys(range(3, _LAST + 1), 9.3),
        heights={1: 24, 3: 30, 6: 24, 10: 32, 11: 46, 23: 84}
        | dict.fromkeys(range(12, 19), 23)
        | dict.fromkeys([*range(24, 28), *range(29, 32)], 23)
        | dict.fromkeys([*range(35, 39), 42], 110),
        freeze=pen.at(5, 3),
    )
    pen.repeat(1, 4)
    pen.new_page(_NARRATIVE)


def _year(pen: Pen, words: str) -> str:
    year = pen.form.fiscal_year or 0
    for mark, named in (("{Y}", year), ("{Y+1}", year + 1)):
        words = words.replace(mark, pen.dialect.heading_year(named))
    return words


def _section(pen: Pen, name: str, row: int) -> None:
    spec = pen.form.layout.spec["sections"][name]
    number = chr(ord("０") + spec["number"])
    pen.words(row, 1, f"{number}．{_year(pen, spec['heading'])}", "節")


def _attainment(pen: Pen, row: int) -> None:
    _section(pen, "attainment", row)
    places = {"prior": (1, 1, 2), "current": (3, 1, 4), "total": (5, 2, 7)}
    for part, (label, across, answer) in places.items():
        pen.words(row + 1, label, pen.form.layout.spec["parts"][part][0], across=across)
        key = ("attainment", part, "reported")
        pen.entry(row + 1, answer, key, "text", answer="attainment")


def _collection(pen: Pen, row: int) -> dict[str, tuple[int, str]]:
    """Section 2. Returns the balances of row D: measure → (amount, address)."""
    layout = pen.form.layout
    _section(pen, "collection", row)
    pen.words(row, _LAST, f"(単位:{pen.form.unit})", "注")
    first = 2 if pen.dialect.joined_labels else 3
    columns = {column.name: n for n, column in enumerate(layout.columns, first)}
    pen.words(row + 1, 1, "年度・区分", across=first - 1, down=3)
    pen.groups(row + 1, columns)
    for column in layout.columns:
        pen.heading(row + 2, columns[column.name], "collection", column.name, column.labels[0])
        pen.symbol(row + 3, columns[column.name], column)
    closing = {}
    for r, spec in enumerate(layout.spec["table"]["rows"], row + 4):
        _row_label(pen, r, spec["letter"], spec["year_offset"], spec["scenario"])
        amounts = _collection_row(pen, r, spec["letter"], columns)
        if spec["letter"] == "D":
            closing = {m: (amounts[m], pen.at(r, columns[m])) for m in amounts}
    return closing


def _row_label(pen: Pen, row: int, letter: str, offset: int, scenario: str) -> None:
    scenarios = pen.form.layout.spec["table"]["scenarios"]
    name = f"{pen.dialect.row_year((pen.form.fiscal_year or 0) + offset)} {scenarios[scenario][0]}"
    if pen.dialect.joined_labels:
        pen.words(row, 1, f"{letter} {name}", "行見出し")
    else:
        pen.words(row, 1, letter)
        pen.words(row, 2, name, "行見出し")


def _collection_row(pen: Pen, row: int, letter: str, columns: dict[str, int]) -> dict[str, int]:
    typed = {
        column.name: pen.entry(row, columns[column.name], ("collection", letter, column.name))
        for column in pen.form.layout.typed
    }
    return typed | pen.computed_row(row, letter, columns, typed)


def _status(pen: Pen, row: int, closing: dict[str, tuple[int, str]]) -> None:
    """Section 3: cases and balance of each class, with subtotals and a total."""
    spec = pen.form.layout.spec["status"]
    _section(pen, "status", row)
    pen.words(row, _LAST, f"(残高の単位:{pen.form.unit})", "注")
    pen.words(row + 1, 1, "分類", across=2, down=3)
    places: dict[str, int] = {}
    column = 3
    for group in ("recovery", "disposal"):
        members = [c for c in spec["classes"] if c["group"] == group]
        pen.words(row + 1, column, spec["groups"][group][0], across=len(members) + 1)
        for member in members:
            places[member["code"]] = column
            pen.words(row + 2, column, chr(ord("①") + int(member["code"]) - 1))
            pen.heading(row + 3, column, "status", member["code"], member["label"])
            column += 1
        places[group] = column
        pen.words(row + 2, column, spec["subtotal"][0], down=2)
        column += 1
    places["total"] = column
    pen.words(row + 1, column, spec["groups"]["total"][0], down=3)
    cases: list[tuple[int, str]] = []
    for p, part in enumerate(_PARTS):
        top = row + 4 + 2 * p
        pen.words(top, 1, pen.form.layout.spec["parts"][part][0], down=2)
        for m, (measure, names) in enumerate(spec["measures"].items()):
            pen.words(top + m, 2, names[0], "行見出し")
            total = _status_row(pen, top + m, (part, measure), places)
            if measure == "cases":
                cases.append((total, pen.at(top + m, places["total"])))
    closing["cases"] = (sum(n for n, _ in cases), "+".join(cell for _, cell in cases))


def _status_row(pen: Pen, row: int, item: tuple[str, str], places: dict[str, int]) -> int:
    part, measure = item
    kind = "count" if measure == "cases" else "money"
    subtotals = []
    for group, codes in _codes(pen).items():
        numbers = [
            pen.entry(row, places[c], ("status", f"{part}/{c}", measure), kind) for c in codes
        ]
        formula = f"SUM({pen.at(row, places[codes[0]])}:{pen.at(row, places[codes[-1]])})"
        key = ("status", f"{part}/{group}", measure)
        subtotals.append(pen.result(row, places[group], key, formula, sum(numbers), kind))
    formula = "+".join(pen.at(row, places[group]) for group in _codes(pen))
    key = ("status", f"{part}/total", measure)
    return pen.result(row, places["total"], key, formula, sum(subtotals), kind)


def _codes(pen: Pen) -> dict[str, list[str]]:
    classes = pen.form.layout.spec["status"]["classes"]
    return {g: [c["code"] for c in classes if c["group"] == g] for g in ("recovery", "disposal")}


def _totals(pen: Pen, row: int, closing: dict[str, tuple[int, str]]) -> None:
    for r, (name, spec) in enumerate(pen.form.layout.spec["totals"].items(), row):
        pen.words(r, 1, _year(pen, spec["heading"]), "行見出し", across=6)
        kind = "money" if name == "balance" else "count"
        if name in closing:
            amount, formula = closing[name]
            pen.result(r, 7, ("total", "", name), formula, amount, kind)
        else:
            pen.entry(r, 7, ("total", "", name), kind)
        pen.words(r, 8, pen.form.unit if kind == "money" else spec["unit"], "本文")


def _narrative(pen: Pen, name: str, row: int) -> None:
    _section(pen, name, row)
    sides = {"prior": (3, 9), "current": (12, _LAST - 11)}
    for part, (first, across) in sides.items():
        pen.words(row + 1, first, pen.form.layout.spec["parts"][part][0], across=across)
    for r, item in enumerate(pen.form.layout.spec["narrative"][name], row + 2):
        pen.words(r, 1, item, "行見出し", across=2)
        for part, (first, across) in sides.items():
            pen.entry(r, first, (name, item, part), "free_text", across=across)
