"""A trace as staff read it, a small tree, and as programs do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ingest.addresses import address, place
from ingest.forms.reading import show
from services.formats import width
from services.trace.figure import Figure, Submission, TracedCell, Value, submissions
from terms.money import UNIT_NAMES
from terms.years import TOKYO

# A sum of more rows than this tells each row in one line.
FOLDED = 6
# As many decimals as the value of mart_figure has.
EXACT = 16
_HOW = {
    "formula": "＝{}",
    "rule": "（{}）",
    "sum": "（内訳の合計）",
    "same": "",
    "lost": "（もとになるセルがない）",
}


@dataclass(frozen=True, slots=True)
class Trace:
    """A figure with its row in words, and where the sheets are kept: SHA-256 → path in the home.

    `form_names`: what the forms are called.
    """

    figure: Figure
    row: str
    key: Mapping[str, Any]
    note: str | None
    kept: Mapping[str, str]
    form_names: Mapping[str, str]

    @property
    def wrong(self) -> list[Figure]:
        """The figures that are not what their cells or parts say."""
        return [each for each in self.figure.every() if not each.agrees]


@dataclass(frozen=True, slots=True)
class _Line:
    tree: str
    value: str
    source: str


def lines(trace: Trace, *, full: bool = False) -> Iterator[str]:
    """The tree, the sheets it ends in, and whether the cells give the value."""
    figure = trace.figure
    sheets = {each: f"[{nth}]" for nth, each in enumerate(submissions(figure), 1)}
    yield f"{figure.mart} › {figure.column}"
    yield trace.row
    yield ""
    yield from _columns(list(_tree(figure, sheets, full=full)))
    if sheets:
        yield ""
        yield "提出されたシート"
    for sheet, number in sheets.items():
        yield from _sheet(sheet, number, trace)
    yield ""
    yield from _verdict(trace)
    if trace.note:
        yield trace.note


def as_data(trace: Trace) -> dict[str, Any]:
    """The same for programs; amounts in yen, percentages as text."""
    return {
        "mart": trace.figure.mart,
        "column": trace.figure.column,
        "key": trace.key,
        "value": _plain(trace.figure.value),
        "agrees": not trace.wrong,
        "figure": _data(trace.figure),
        "submissions": [
            {
                "submission_id": each.submission_id,
                "form": each.form,
                "fiscal_year": each.fiscal_year,
                "file": each.file,
                "sheet": each.sheet,
                "sha256": each.file_sha256,
                "archived": trace.kept.get(each.file_sha256),
                "received_at": each.received_at.isoformat(),
                "received_from": each.received_from,
                "unit_yen": each.unit_yen,
                "version_no": each.version_no,
                "in_force": each.in_force,
            }
            for each in submissions(trace.figure)
        ],
    }


def _tree(
    figure: Figure,
    sheets: Mapping[Submission, str],
    first: str = "",
    rest: str = "",
    *,
    full: bool,
    folded: bool = False,
) -> Iterator[_Line]:
    figure = told_once(figure)
    cells = figure.cells if folded else [figure.cell] if figure.cell else []
    yield _Line(
        first + _title(figure, folded=folded),
        shown(figure.value, figure.unit),
        _places(cells, sheets),
    )
    if folded:
        return
    fold = not full and figure.how == "sum" and len(figure.parts) > FOLDED
    for nth, part in enumerate(figure.parts, 1):
        last = nth == len(figure.parts)
        yield from _tree(
            part,
            sheets,
            rest + ("└ " if last else "├ "),
            rest + ("  " if last else "│ "),
            full=full,
            folded=fold,
        )


def told_once(figure: Figure) -> Figure:
    """What another mart only hands on, by the same name, is that figure itself."""
    if figure.how != "same" or figure.parts[0].title != figure.title:
        return figure
    return told_once(figure.parts[0].part(figure.about or figure.parts[0].about))


def _title(figure: Figure, *, folded: bool) -> str:
    if folded:
        return figure.about or figure.title
    how = _HOW[figure.how].format(figure.formula) if figure.how else ""
    about = f"{figure.about}: " if figure.about else ""
    return f"{about}{figure.title}{how}"


def _columns(drawn: Sequence[_Line]) -> Iterator[str]:
    """Values to the right, one below the other."""
    left = max(width(line.tree) for line in drawn)
    right = max(width(line.value) for line in drawn)
    for line in drawn:
        gap = " " * (left - width(line.tree) + 2 + right - width(line.value))
        yield f"{line.tree}{gap}{line.value}  {line.source}".rstrip()


def _places(cells: Sequence[TracedCell], sheets: Mapping[Submission, str]) -> str:
    """[1]F17(1,517千円), or of several cells only where they stand."""
    if len(cells) == 1:
        return f"{sheets[cells[0].submission]}{cells[0].address}{in_its_unit(cells[0])}"
    by_sheet: dict[Submission, list[tuple[int, int]]] = {}
    for cell in cells:
        by_sheet.setdefault(cell.submission, []).append(place(cell.address))
    return " ".join(f"{sheets[each]}{_ranges(found)}" for each, found in by_sheet.items())


def _ranges(places: Sequence[tuple[int, int]]) -> str:
    """Cells as people name them, neighbours of one row together: E8:G8 I8."""
    ranges: list[tuple[tuple[int, int], tuple[int, int]]] = []
    for row, column in sorted(places):
        if ranges and ranges[-1][1] == (row, column - 1):
            ranges[-1] = (ranges[-1][0], (row, column))
        else:
            ranges.append(((row, column), (row, column)))
    return " ".join(
        address(*first) if first == last else f"{address(*first)}:{address(*last)}"
        for first, last in ranges
    )


def in_its_unit(cell: TracedCell) -> str:
    """What was typed, where that is in thousands: (1,517千円)."""
    unit = cell.submission.unit_yen
    if not cell.is_money or cell.number is None or unit == 1:
        return ""
    return f"({show(cell.number, unit)}{UNIT_NAMES.get(unit, '')})"


def _sheet(sheet: Submission, number: str, trace: Trace) -> Iterator[str]:
    year = f"{sheet.fiscal_year}年度 " if sheet.fiscal_year else ""
    state = "有効" if sheet.in_force else "いまは有効でない"
    version = f"第{sheet.version_no}版、{state}" if sheet.version_no else state
    received = sheet.received_at.astimezone(TOKYO)
    form = trace.form_names.get(sheet.form, sheet.form)
    yield f"{number} {sheet.file} › {sheet.sheet}({year}{form})"
    yield (
        f"    受付 {received:%Y-%m-%d %H:%M} {sheet.received_from or '(提出者の記録なし)'}"
        f" 提出番号{sheet.submission_id}({version})"
    )
    kept = trace.kept.get(sheet.file_sha256)
    yield (
        f"    原本 {kept}(名前がSHA-256)"
        if kept
        else f"    原本はありません(SHA-256 {sheet.file_sha256})"
    )


def _verdict(trace: Trace) -> Iterator[str]:
    cells = len(trace.figure.cells)
    if not trace.wrong:
        yield (
            f"{cells}個のセルから計算し直した値は、公開用データの値と一致します。"
            if cells
            else "この行に値はなく、もとになるセルもありません。"
        )
    for each in trace.wrong:
        yield (
            f"一致しません: {each.title} 公開用データは {shown(each.value, each.unit)}、"
            f"計算し直すと {shown(each.computed, each.unit)}"
        )


def shown(value: Value, unit: str | None) -> str:
    """A value as staff read it."""
    match value:
        case None:
            return "—"
        case bool():
            return "はい" if value else "いいえ"
        case int():
            return f"{'▲' if value < 0 else ''}{abs(value):,}{unit or ''}"
        case Decimal() if unit == "円" and value == int(value):
            return shown(int(value), unit)
        case Decimal():
            return f"{'▲' if value < 0 else ''}{_digits(abs(value))}{unit or ''}"
        case float():
            return f"{value:.6f}"
    return str(value)


def _digits(value: Decimal) -> str:
    """A percentage as it is printed; a figure of any table without the zeros that its type adds."""
    digits = f"{value:,f}"
    return digits.rstrip("0").rstrip(".") if value.as_tuple().exponent == -EXACT else digits


def _data(figure: Figure) -> dict[str, Any]:
    told: dict[str, Any] = {
        "mart": figure.mart,
        "column": figure.column,
        "title": figure.title,
        "value": _plain(figure.value),
    }
    for name in ("about", "how", "formula", "expression"):
        if (value := getattr(figure, name)) is not None:
            told[name] = value
    if cell := figure.cell:
        told["cell"] = {
            "submission_id": cell.submission.submission_id,
            "sheet": cell.submission.sheet,
            "cell": cell.address,
            **{name: getattr(cell, name) for name in ("title", "number", "text", "is_money")},
        }
    if figure.parts:
        told["parts"] = [_data(part) for part in figure.parts]
    return told


def _plain(value: Value) -> Any:  # noqa: ANN401 - what JSON holds
    return f"{value:f}" if isinstance(value, Decimal) else value
