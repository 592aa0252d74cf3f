"""Draws 全市目標: the city's targets for its balance, a row per year and kind (domain §3)."""

from ingest.templates.pen import Pen, sum_or_blank

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
    pen.legend(1, columns["meeting"], overwritable=True)
    pen.words(2, 1, "現年度・過年度の内訳がないときは「計」に直接記入してください。", "本文")
    pen.words(3, columns["reason"], f"(単位:{pen.form.unit})", "注")
    pen.groups(4, columns)
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
        if column.name == "attained":
            _attained(pen, row, item, columns)
            continue
        if column.name not in ("target", "actual"):
            kind = _KINDS.get(column.name, column.kind)
            pen.entry(row, place, key, kind, answer=_ANSWERS.get(column.name, ""))
            continue
        cells = ",".join(pen.at(row, columns[f"{column.name}_{part}"]) for part in _PARTS)
        amounts = _parts(pen, item, column.name)
        result = sum(amounts) if amounts else ""
        pen.result(row, place, key, sum_or_blank(cells), result, fill="任意欄")


def _attained(pen: Pen, row: int, item: str, columns: dict[str, int]) -> None:
    """Whether the result is no more than the target; blank where one of them is."""
    target, actual = (pen.at(row, columns[name]) for name in ("target", "actual"))
    formula = f'IF(COUNT({target},{actual})<2,"",IF({actual}<={target},"達成","未達成"))'
    wanted, reached = (_amount(pen, item, name) for name in ("target", "actual"))
    told = wanted is not None and reached is not None
    result = ("達成" if (reached or 0) <= (wanted or 0) else "未達成") if told else ""
    pen.result(row, columns["attained"], ("city_target", item, "attained"), formula, result, "text")


def _amount(pen: Pen, item: str, name: str) -> int | None:
    """A total as told, else the sum of what is told of its parts."""
    total = _told(pen, item, name)
    parts = _parts(pen, item, name)
    return total if total is not None else sum(parts) if parts else None


def _parts(pen: Pen, item: str, name: str) -> list[int]:
    told = (_told(pen, item, f"{name}_{part}") for part in _PARTS)
    return [amount for amount in told if amount is not None]


def _told(pen: Pen, item: str, name: str) -> int | None:
    value = pen.form.values.get(("city_target", item, name))
    return value if isinstance(value, int) else None
