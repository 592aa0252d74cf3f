"""Figures of the marts, made anew out of the archived workbooks at the cells a trace names."""

import random
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection
from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from ingest.addresses import place
from services.home import Home
from services.query import Table, connect
from services.trace import Tracer, as_data
from services.trace.landed import Landed
from services.trace.lineage import HISTORY, LINEAGE
from services.trace.rows import Marts
from services.trace.walk import Walk
from terms.money import UNITS

BLANKS = {"", "-", "－", "ー", "—", "―"}

Data = Mapping[str, Any]


def random_figures(home: Home, each: int, seed: int) -> Iterator[tuple[str, Data]]:
    """A name to show, and a trace as data: `each` times of every mart that has rows."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    with connect(home) as connection:
        tracer = Tracer(home, connection)
        for mart, columns in traceable(home, connection).items():
            found = connection.execute(f'select * from marts."{mart}" order by all')  # noqa: S608
            rows = Table.of(found).records
            for _ in range(each if rows else 0):
                row, column = chance.choice(rows), chance.choice(columns)
                traced = tracer.of_row(mart, column, row)
                yield f"{mart}.{column} of {traced.row}", as_data(traced)


def traceable(home: Home, connection: DuckDBPyConnection) -> dict[str, list[str]]:
    """The marts that have figures to trace, histories too, and which of their columns are."""
    marts = Marts(connection)
    walk = Walk(marts, Landed(home.landing))
    named = [name for mart in LINEAGE for name in (mart, mart + HISTORY)]
    return {mart: walk.traceable(mart) for mart in named if marts.catalogue.comments(mart)}


def differing(home: Home, traced: Iterable[tuple[str, Data]]) -> list[str]:
    """The figures that the workbooks do not give, and those that the trace does not agree with."""
    wrong = []
    for name, data in traced:
        sheets = {sheet["submission_id"]: sheet for sheet in data["submissions"]}
        anew = recomputed(data["figure"], home, sheets)
        if not alike(anew, data["value"]) or not data["agrees"]:
            wrong.append(f"{name}: {data['value']}, by the workbooks {anew}")
    return wrong


def recomputed(figure: Data, home: Home, sheets: Mapping[str, Data]) -> Any:
    """A figure from the cells as departments typed them: exact; None where nothing was typed."""
    if "cell" in figure:
        return typed(figure["cell"], home, sheets[figure["cell"]["submission_id"]])
    parts = [recomputed(part, home, sheets) for part in figure.get("parts", ())]
    if figure.get("how") == "same":
        return parts[0]
    if figure.get("how") == "sum":
        return None if None in parts else sum(parts)
    if figure.get("how") == "formula":
        names = [part["column"] for part in figure["parts"]]
        try:
            result = eval(figure["expression"], {}, dict(zip(names, parts, strict=True)))  # noqa: S307
        except (TypeError, ZeroDivisionError):
            return None
        is_percentage = "/" in figure["expression"] and isinstance(figure["value"], str)
        return printed(result * 100, figure["value"]) if is_percentage else result
    return figure["value"]  # judged, or nothing to compute it from


def typed(cell: Data, home: Home, sheet: Data) -> Any:
    """What stands in the archived workbook: yen, a count or a percentage; or a letter as text."""
    row, column = place(cell["cell"])
    path = home.root / sheet["archived"]
    value = workbook(path)[sheet["sheet"]].get((row, column), "")
    if value == "" and cell["number"]:  # a formula that nobody has computed
        value = uncomputed(path, sheet["sheet"], cell["cell"])
    written = unicodedata.normalize("NFKC", str(value)).strip()
    text = cell["text"]
    if text is not None and not re.fullmatch("[-0-9.]+", text):  # 達成状況: A, B1, —
        return text if written == text or written in BLANKS else written
    unit = sheet["unit_yen"] if cell["is_money"] else 1
    for name, yen in UNITS.items():
        unit = yen if cell["is_money"] and written.endswith(name) else unit
    digits = re.sub(r"[^0-9.]", "", written)
    if cell["is_money"] and re.fullmatch(r"\d{1,3}(\.\d{3})+", digits) and isinstance(value, str):
        digits = digits.replace(".", "")  # 26.325 for 26,325
    if not digits:
        return Fraction(0) if cell["number"] == 0 else None
    amount = Fraction(digits) * unit * (-1 if written[0] in "▲△-(" else 1)
    if text is not None and not alike(amount, text):
        return amount * 100  # 0.979 for 97.9%
    return amount


def uncomputed(path: Path, sheet: str, cell: str) -> Any:
    """The value of a cell of sums: =SUM(C24:K24), =U24+U26."""
    value = formulas(path)[sheet][cell].value
    if not isinstance(value, str) or not value.startswith("="):
        return value or 0
    total = 0
    for first, last in re.findall(r"([A-Z]+[0-9]+)(?::([A-Z]+[0-9]+))?", value):
        cells = formulas(path)[sheet][f"{first}:{last or first}"]
        total += sum(uncomputed(path, sheet, each.coordinate) for line in cells for each in line)
    return total


@lru_cache
def formulas(path: Path) -> Workbook:
    """The workbook with its formulas."""
    return load_workbook(path)


@lru_cache
def workbook(path: Path) -> Mapping[str, Mapping[tuple[int, int], object]]:
    """Sheets of cells by zero-based place."""
    book = CalamineWorkbook.from_path(str(path))
    return {
        name: {
            (row, column): value
            for row, values in enumerate(book.get_sheet_by_name(name).to_python(False))
            for column, value in enumerate(values)
        }
        for name in book.sheet_names
    }


def alike(anew: Any, value: Any) -> bool:
    """To the yen; a percentage (text) to its last digit, rounded half away from zero."""
    if isinstance(value, str) and isinstance(anew, Fraction):
        return Fraction(value) == printed(anew, value)
    if isinstance(value, float) and anew is not None:
        return abs(float(anew) - value) <= 1e-12 * abs(value)
    return anew == value


def printed(percentage: Fraction, like: str) -> Fraction:
    """A percentage with as many decimals as another, rounded half away from zero."""
    scale = 10 ** -int(Decimal(like).as_tuple().exponent)
    size = (2 * abs(percentage) * scale + 1) // 2
    return Fraction(size if percentage >= 0 else -size, scale)
