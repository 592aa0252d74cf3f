"""Packs for the conferences of the year: the saved questions of an occasion, each with its answer.

推進会議 (April) and 対策会議 (August) ask the same every year; the questions are part of the
generation, so that a pack says what ``mishukin sql --saved`` says.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from exports.desks.sheets.model import Cell, Document, Kind, Sheet, Value, listed, shown, words
from exports.marts import Row, reading
from exports.press.japanese import places
from exports.report.settings import City, ReportSettings

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
    table = listed(
        (
            ("番号", lambda numbered: words(numbered[0], "code")),
            ("問い", lambda numbered: words(numbered[1].title)),
            ("件数", lambda numbered: Cell(_answers(numbered[1]), "count")),
        ),
        enumerate(sheets, 1),
        "目次",
    )
    return Sheet("目次", title, (8.0, 100.0, 10.0), (table,))


def _answers(sheet: Sheet) -> int:
    return len(sheet.tables[0].body) if sheet.tables else 0


def _answer(
    number: int, title: str, types: dict[str, str], rows: Sequence[Row], settings: ReportSettings
) -> Sheet:
    name = f"{number} {title}"
    if not rows:
        return Sheet(name, title, (_WIDEST,) * 3, (), ("該当はありません。",))
    columns = [_column(*column) for column in types.items() if column[0] != _WHOSE]
    table = listed(columns, rows, unit=settings.unit)
    widths = tuple(_width(cells, settings.unit) for cells in zip(*table.rows, strict=True))
    lead = (f"金額の{table.says_unit.strip('（）')}",) if table.says_unit else ()
    return Sheet(name, title, widths, (table,), lead)


def _column(name: str, data_type: str) -> tuple[str, Callable[[Row], Cell]]:
    kind = _kind(name, data_type)
    return re.sub(r"_(.+)", r"\n（\1）", name), lambda row: Cell(_value(row[name]), kind)


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
    longest = max(map(places, texts))
    return min(max(longest + 2.0, _NARROWEST), _WIDEST)
