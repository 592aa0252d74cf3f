"""Draws 全市目標: the city's targets for its balance, a row per year and kind (domain §3)."""

from ingest.templates.pen import Pen

_FIRST_ROW = 6
_SPARE, _FEWEST = 4, 12  # rows left for new targets, and rows on an empty form
_WIDTHS = {"fiscal_year": 13, "target_kind": 13, "decided_on": 17, "meeting": 24, "reason": 40}
_KINDS = {"decided_on": "day", "meeting": "line", "reason": "line"}
_ANSWERS = {"fiscal_year": "fiscal_year", "target_kind": "target_kind"}
_PARTS = ("current", "prior")


def draw(pen: Pen) -> None:
    """Write the whole list: the rows of `values` by number, and spare rows."""
    layout = pen.form.layout
    columns = {column.name: n for n, column in enumerate(layout.columns, 1)}
    last = len(columns)
    pen.words(1, 1, layout.title, "表題")
    pen.legend(1, last - 1, overwritable=True)
    pen.words(2, 1, "現年度・過年度の内訳がないときは「計」に直接記入してください。", "本文")
    pen.words(3, last, f"(単位:{pen.form.unit})", "注")
    for group, names in layout.spec["table"]["groups"].items():
        members = [columns[c.name] for c in layout.columns if c.group == group]
        pen.words(4, members[0], names[0], across=len(members))
    for column in layout.columns:
        pen.heading(5, columns[column.name], "city_target", column.name, column.labels[0])
    row = _FIRST_ROW
    for row, item in enumerate(pen.items("city_target", _SPARE, _FEWEST), _FIRST_ROW):
        _row(pen, row, item, columns)
    pen.mark(row + 1, last)
    pen.frame(
        widths={n: _WIDTHS.get(name, 12) for name, n in columns.items()},
        heights={1: 26, 4: 20, 5: 22} | dict.fromkeys(range(_FIRST_ROW, row + 1), 26),
        freeze=pen.at(_FIRST_ROW, columns["target_current"]),
    )
    pen.repeat(4, 5)


def _row(pen: Pen, row: int, item: str, columns: dict[str, int]) -> None:
    for column in pen.form.layout.columns:
        key = ("city_target", item, column.name)
        place = columns[column.name]
        if column.name not in ("target", "actual"):
            kind = _KINDS.get(column.name, column.kind)
            pen.entry(row, place, key, kind, answer=_ANSWERS.get(column.name, ""))
            continue
        parts = [f"{column.name}_{part}" for part in _PARTS]
        cells = ",".join(pen.at(row, columns[part]) for part in parts)
        told = [pen.form.values.get(("city_target", item, part)) for part in parts]
        amounts = [n for n in told if isinstance(n, int)]
        formula = f'IF(COUNT({cells})=0,"",SUM({cells}))'
        pen.result(row, place, key, formula, sum(amounts) if amounts else "", fill="任意欄")
