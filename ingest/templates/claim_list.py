"""Draws 債権一覧: every claim of the city with its uncollected amount (domain §3)."""

from ingest.templates.pen import Pen, sum_or_blank
from terms.years import year_name

_HEADING_ROW = 4
_FIRST_ROW = _HEADING_ROW + 1
_SPARE, _FEWEST = 5, 20  # rows left for claims that are new, and rows on an empty form
_WIDTHS = {"no": 6, "claim_name": 46, "uncollected": 18, "claim_classes": 14, "section": 32}
_KINDS = {"claim_name": "line", "uncollected": "money", "section": "line"}


def draw(pen: Pen) -> None:
    """Write the whole list: the rows of `values` by number, spare rows and 合計.

    Raises ValueError when the settlement's fiscal year is not given.
    """
    if pen.form.fiscal_year is None:
        raise ValueError("債権一覧には年度が要ります")
    layout = pen.form.layout
    drawn = [c for c in layout.columns if c.kind != "free_text"]
    columns = {c.name: n for n, c in enumerate(drawn, 1)}
    last = len(columns)
    year = year_name(pen.form.fiscal_year)
    pen.words(1, 1, f"{layout.title}（{year}年度決算に基づく数値）", "表題")
    pen.legend(1, last)
    pen.words(2, 1, "凡例：強制徴収公債権＝強・非強制徴収公債権＝非・私債権＝私", "本文")
    pen.words(3, last, f"(単位:{pen.form.unit})", "注")
    for place, column in enumerate(drawn, 1):
        pen.heading(_HEADING_ROW, place, "claim_list", column.name, column.labels[0])
    row, total, told = _FIRST_ROW, 0, False
    for row, item in enumerate(pen.items("claim_list", _SPARE, _FEWEST), _FIRST_ROW):
        named = pen.at(row, columns["claim_name"])
        known = pen.form.values.get(("claim_list", item, "claim_name"))
        formula = f'IF({named}="","",ROW()-{_HEADING_ROW + pen.dialect.top})'
        number = row - _HEADING_ROW if known else ""
        pen.result(row, 1, ("claim_list", item, "no"), formula, number, "number")
        for name, place in columns.items():
            if name != "no":
                key = ("claim_list", item, name)
                answer = "short_classes" if name == "claim_classes" else ""
                total += pen.entry(row, place, key, _KINDS.get(name, "text"), answer=answer)
        told = told or pen.form.values.get(("claim_list", item, "uncollected")) is not None
    _total_row(pen, row + 1, columns, total if told else "")
    pen.mark(row + 2, last)
    pen.frame(
        widths={n: _WIDTHS.get(name, 18) for name, n in columns.items()},
        heights={1: 26, _HEADING_ROW: 24} | dict.fromkeys(range(_FIRST_ROW, row + 2), 20),
        freeze=pen.at(_FIRST_ROW, columns["uncollected"]),
    )
    pen.repeat(_HEADING_ROW, _HEADING_ROW)


def _total_row(pen: Pen, row: int, columns: dict[str, int], total: int | str) -> None:
    for place in columns.values():
        pen.words(row, place, None)
    pen.words(row, columns["claim_name"], pen.form.layout.spec["table"]["total_row"][0])
    place = columns["uncollected"]
    formula = sum_or_blank(f"{pen.at(_FIRST_ROW, place)}:{pen.at(row - 1, place)}")
    pen.result(row, place, ("total", "", "uncollected"), formula, total)
