"""Packs for the conferences of the year: the saved questions of an occasion, each with its answer.

推進会議 (April) and 対策会議 (August) ask the same every year; the questions are part of the
generation, so that a pack says what ``mishukin sql --saved`` says.
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from exports.desks.sheets.model import Cell, Document, Kind, Sheet, Table, Value, heading, shown
from exports.marts import Row, reading
from exports.report.model import City, ReportSettings

CONFERENCES = {"april": ("推進会議", "推進会議（4月）"), "august": ("対策会議", "対策会議（8月）")}

_WHOSE = "自治体コード"
_NARROWEST, _WIDEST = 8.0, 36.0


def document(generation: Path, conference: str, city: City, issued: date) -> Document:
    """The pack of a conference (of ``CONFERENCES``): contents, then a sheet a question."""
    name, occasion = CONFERENCES[conference]
    settings = city.settings
    with reading(generation, city.municipality_code) as marts:
        questions = marts.answers(
            "select title, sql from marts.saved_question where contains(occasion, ?) order by name",
            occasion,
        )
        answers = [marts.typed(str(question["sql"])) for question in questions]
    sheets = []
    for number, (question, (types, rows)) in enumerate(zip(questions, answers, strict=True), 1):
        own = [row for row in rows if row.get(_WHOSE) == city.municipality_code]
        sheets.append(_answer(number, str(question["title"]), types, own, settings))
    title = f"{name}資料（{issued.year}年{issued.month}月）"
    return Document(
        title=title,
        author=settings.publisher,
        running=f"{settings.municipality_name}　{title}　庁内用",
        issued=issued,
        sheets=(_contents(title, sheets), *sheets),
        minus_sign=settings.minus_sign,
    )


def _contents(title: str, sheets: Sequence[Sheet]) -> Sheet:
    body = tuple(
        (
            Cell(str(number), "code"),
            Cell(sheet.title),
            Cell(len(sheet.tables[0].body) if sheet.tables else 0, "count"),
        )
        for number, sheet in enumerate(sheets, 1)
    )
    head = tuple(map(heading, ("番号", "問い", "件数")))
    return Sheet("目次", title, (8.0, 100.0, 10.0), (Table("目次", (head,), body),))


def _answer(
    number: int, title: str, types: dict[str, str], rows: Sequence[Row], settings: ReportSettings
) -> Sheet:
    columns = {name: _kind(name, kind) for name, kind in types.items() if name != _WHOSE}
    name = f"{number} {title}"
    if not rows:
        return Sheet(name, title, (_WIDEST,) * 3, (), ("該当はありません。",))
    body = tuple(
        tuple(Cell(_value(row[column]), kind) for column, kind in columns.items()) for row in rows
    )
    head = tuple(heading(re.sub(r"_(.+)", r"\n（\1）", column)) for column in columns)
    table = Table("", (head,), body, settings.unit)
    widths = tuple(
        _width([head[n], *(row[n] for row in body)], settings.unit) for n in range(len(columns))
    )
    lead = (f"金額の{table.says_unit.strip('（）')}",) if table.says_unit else ()
    return Sheet(name, title, widths, (table,), lead)


def _kind(name: str, data_type: str) -> Kind:
    """BIGINT is money or a count, INTEGER a year or a number of something (as in the extracts)."""
    if data_type in ("BIGINT", "HUGEINT"):
        # What is named in yen stays in yen, whatever the unit of the others.
        return "count" if name.endswith("数") or "円" in name else "money"
    if data_type == "INTEGER":
        return "code" if name.endswith("年度") else "count"
    if data_type.startswith("DECIMAL"):
        return "percent" if name.endswith(("率", "割合")) else "number"
    return "code" if name.endswith(("番号", "日")) else "text"


def _value(value: object) -> Value:
    if isinstance(value, bool):
        return "○" if value else "×"
    if isinstance(value, int | Decimal) or value is None:
        return value
    return str(value)


def _width(cells: Sequence[Cell], unit: str) -> float:
    texts = (line for cell in cells for line in shown(cell, unit, "△").split("\n"))
    longest = max(sum(1 if c.isascii() else 2 for c in text) for text in texts)
    return min(max(longest + 2.0, _NARROWEST), _WIDEST)
