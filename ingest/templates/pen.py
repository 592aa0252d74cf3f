"""Writes labels, entries and results of one form onto a sheet, in one department's dialect."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ingest import text
from ingest.layout import Column, Layout, Rate
from ingest.templates.answers import ANSWERS
from ingest.templates.book import Result
from ingest.templates.dialect import Dialect
from ingest.text import Unreadable
from terms.money import UNIT_NAMES

Key = tuple[str, str, str]  # block, item and measure, as the landing zone names a cell
Value = int | str | None

AMOUNT = '#,##0;"▲"#,##0;0'
PERCENT = "0.0%"
_FORMATS = {
    "money": AMOUNT,
    "count": AMOUNT,
    "rate": PERCENT,
    "share": "0.00%",  # a rate to two decimals; its value is the text of a percentage
    "points": '0.0#;"▲"0.0#;0.0',  # the same, in a table of percentages
    "number": "0",
    "day": 'yyyy"年"m"月"d"日"',  # its value is the text of an ISO date
    "text": "@",
    "line": "@",
    "free_text": "@",
}
_ACROSS = {
    "free_text": "left",
    "line": "left",
    "text": "center",
    "day": "center",
    "number": "center",
}
_PERCENTAGES = {"share": Decimal("0.01"), "points": Decimal(1)}

_ENTRY, _RESULT, _OPEN, _HEADING, _YELLOW = "DDEBF7", "EDEDED", "E2EFDA", "F7F4EC", "FFFF00"
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FONT = "游ゴシック"

_LONG_HEADINGS = ("symbol", "status")  # tables whose headings are sentences or formulas
_LEGEND = (("凡例_記入", "記入する欄"), ("凡例_計算", "計算される欄"))
_OVERWRITABLE = ("凡例_任意", "計算(上書き可)")


@dataclass(frozen=True)
class Form:
    """One form to draw. Amounts are in the form's unit.

    `values`: cell → number or text as written; for a computed cell, a result typed over its
    formula; for `("heading", table, measure)`, a heading as somebody changed it.
    `yellow`: cells that the department filled yellow. `hidden`: a sheet kept out of sight.
    `unit_yen`: 1, 1,000, 1,000,000 or 100,000,000 where it is not the layout's.
    """

    layout: Layout
    municipality_code: str
    fiscal_year: int | None = None
    as_of: date | None = None
    header: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[Key, Value] = field(default_factory=dict)
    yellow: frozenset[Key] = frozenset()
    sheet: str = ""
    hidden: bool = False
    unit_yen: int | None = None

    @property
    def unit(self) -> str:
        """The unit of its amounts in words: its own, else the layout's."""
        return UNIT_NAMES[self.unit_yen or self.layout.unit_yen]


def add_styles(book: Workbook) -> None:
    """Give the workbook the named styles that a pen uses (記入欄, 計算欄 …)."""
    thin = Side(style="thin", color="808080")
    box = Border(left=thin, right=thin, top=thin, bottom=thin)
    centred = Alignment("center", "center", wrap_text=True)
    left = Alignment("left", "center", wrap_text=True, indent=1)
    plain: list[tuple[str, Font, Alignment, str | None, Border | None]] = [
        ("表題", Font(name=_FONT, size=14, bold=True), Alignment(vertical="center"), None, None),
        ("節", Font(name=_FONT, size=10, bold=True), Alignment(vertical="center"), None, None),
        ("注", Font(name=_FONT, size=9, color="595959"), Alignment(horizontal="right"), None, None),
        ("本文", Font(name=_FONT, size=10), Alignment(vertical="center"), None, None),
        ("見出し", Font(name=_FONT, size=9), centred, _HEADING, box),
        ("見出し_小", Font(name=_FONT, size=8), centred, _HEADING, box),
        ("見出し_任意", Font(name=_FONT, size=9, color="595959"), centred, _HEADING, box),
        ("行見出し", Font(name=_FONT, size=9), left, _HEADING, box),
        ("凡例_記入", Font(name=_FONT, size=9), centred, _ENTRY, box),
        ("凡例_計算", Font(name=_FONT, size=9), centred, _RESULT, box),
        ("凡例_任意", Font(name=_FONT, size=9), centred, _OPEN, box),
        ("表題_記入", Font(name=_FONT, size=14, bold=True), left, _ENTRY, box),
    ]  # fmt: skip
    for name, font, alignment, fill, border in plain:
        style = NamedStyle(name, font=font, alignment=alignment, border=border or Border())
        if fill:
            style.fill = PatternFill("solid", fgColor=fill)
        style.protection = Protection(locked=not name.endswith("題_記入"))
        book.add_named_style(style)
    for name, colour, locked in (
        ("記入欄", _ENTRY, False),
        ("計算欄", _RESULT, True),
        ("任意欄", _OPEN, False),
        ("黄", _YELLOW, True),
    ):
        for kind, number_format in _FORMATS.items():
            words = _FORMATS[kind] == "@"
            book.add_named_style(
                NamedStyle(
                    f"{name}_{kind}",
                    font=Font(name=_FONT, size=10),
                    fill=PatternFill("solid", fgColor=colour),
                    border=box,
                    alignment=Alignment(
                        _ACROSS.get(kind, "right"),
                        vertical="top" if kind == "free_text" else "center",
                        indent=1 if _ACROSS.get(kind) == "left" else 0,
                        wrap_text=words,
                        shrink_to_fit=not words,
                    ),
                    protection=Protection(locked=locked),
                    number_format=number_format,
                )
            )


class Pen:
    """Writes at (row, column), both from 1 and before the dialect shifts them."""

    def __init__(self, sheet: Worksheet, form: Form, dialect: Dialect) -> None:
        self.sheet, self.form, self.dialect = sheet, form, dialect
        self.results: dict[str, Result] = {}
        self._answers: dict[str, list[str]] = defaultdict(list)  # name of an answer → its cells

    def at(self, row: int, column: int) -> str:
        """A1 address of a place on the form."""
        return f"{get_column_letter(column + self.dialect.left)}{row + self.dialect.top}"

    def words(
        self, row: int, column: int, words: str | None, style: str = "見出し",
        across: int = 1, down: int = 1,
    ) -> None:  # fmt: skip
        """A label, in this department's primes."""
        self._put(row, column, None if words is None else self.dialect.heading(words), style)
        self._merge(row, column, across, down)

    def heading(
        self, row: int, column: int, table: str, measure: str, words: str, down: int = 1
    ) -> None:
        """A column heading, or what `values` says became of it."""
        changed = self.form.values.get(("heading", table, measure), words)
        style = "見出し_小" if table in _LONG_HEADINGS else "見出し"
        self.words(row, column, str(changed) if changed else None, style, down=down)

    def entry(
        self, row: int, column: int, key: Key, kind: str = "money",
        across: int = 1, down: int = 1, answer: str = "",
    ) -> int:  # fmt: skip
        """A cell that the department fills in. Returns the number it stands for (0 for none).

        `answer`: what it accepts, by its name in ANSWERS; the kind's own when not told.
        """
        value = self.form.values.get(key)
        self._put(row, column, self._written(value, kind), f"{self._fill(key, '記入欄')}_{kind}")
        self._merge(row, column, across, down)
        self._accept(row, column, answer or kind)
        return self._number(value)

    def legend(
        self, row: int, last: int, across: int = 1, *, overwritable: bool = False
    ) -> None:  # fmt: skip
        """What the colours mean, to the right; each swatch takes `across` columns."""
        swatches = (*_LEGEND, *([_OVERWRITABLE] if overwritable else []))
        for n, (style, words) in enumerate(reversed(swatches)):
            self.words(row, last - across * (n + 1) + 1, words, style, across=across)

    def mark(self, row: int, last: int) -> None:
        """Which form, version and municipality the sheet was drawn for, at the bottom right."""
        layout = self.form.layout
        self.words(
            row, last,
            f"様式番号 {layout.mark}　団体コード {self.form.municipality_code}",
            "注",
        )  # fmt: skip

    def header(self, row: int, places: Sequence[tuple[int, int, int]]) -> None:
        """The labelled entries above the tables, in the layout's order.

        `places`: of each the column of its label, and the first and the last of the entry.
        """
        labels = self.form.layout.spec["header"]
        for name, (label, first, last) in zip(labels, places, strict=True):
            self.words(row, label, labels[name][0].replace("(", "\n("))
            self._put(row, first, self.form.header.get(name), "記入欄_text")
            self._merge(row, first, last - first + 1, 1)
            self._accept(row, first, name)

    def groups(self, row: int, columns: Mapping[str, int]) -> None:
        """The headings of groups, each over its columns."""
        layout = self.form.layout
        for group, names in layout.spec["table"]["groups"].items():
            members = [columns[c.name] for c in layout.columns if c.group == group]
            self.words(row, members[0], names[0], across=len(members))

    def symbol(self, row: int, place: int, column: Column) -> None:
        """A column's symbol and, below it, what it is made of."""
        words = f"{column.symbol}\n{column.note}" if column.note else column.symbol
        self.heading(row, place, "symbol", column.name, words or "")

    def result(
        self, row: int, column: int, key: Key, formula: str, result: Rate | Result,
        kind: str = "money", fill: str = "計算欄",
    ) -> int:  # fmt: skip
        """A computed cell. Returns its number: what is typed over the formula, if anything is."""
        shown = _shown(result)
        typed_over = key in self.form.values and self.form.values[key] != shown
        if typed_over:
            told = self.form.values[key]
            shown = "" if told is None else told
            self._put(row, column, self.form.values[key], f"{self._fill(key, fill)}_{kind}")
        elif self.dialect.computed == "typed":
            as_typed = self.dialect.amount(shown) if isinstance(shown, int) else _rounded(result)
            self._put(row, column, as_typed, f"{self._fill(key, fill)}_{kind}")
        else:
            cell = self.sheet[self.at(row, column)]
            cell.style = f"{self._fill(key, fill)}_{kind}"
            cell.value = f"={formula}"
            self.results[cell.coordinate] = shown
        return self._number(shown if isinstance(shown, int | str) else None)

    def computed_row(
        self, row: int, item: str, columns: Mapping[str, int], typed: Mapping[str, int],
        only_if: str | None = None,
    ) -> dict[str, int]:  # fmt: skip
        """Computed columns of a row: measure → number. Blank where the cell `only_if` is empty."""
        amounts = dict(typed)
        for column in self.form.layout.computed:
            if column.formula is None:
                continue
            formula = self._formula(row, column.formula.text, columns)
            if only_if:
                formula = f'IF({only_if}="","",{formula})'
            result = "" if only_if and not item else column.formula(amounts)
            key = ("collection", item, column.name)
            kind = "rate" if column.formula.is_rate else "money"
            place = columns[column.name]
            amounts[column.name] = self.result(row, place, key, formula, result, kind)
        return {column.name: amounts[column.name] for column in self.form.layout.computed}

    def _formula(self, row: int, expression: str, columns: Mapping[str, int]) -> str:
        """A layout's expression over measure names, in A1 terms; a rate is guarded."""
        parts = [
            re.sub(r"[a-z_]+", lambda m: self.at(row, columns[m[0]]), part).replace(" ", "")
            for part in expression.split("/")
        ]
        if len(parts) == 1:
            return parts[0]
        dividend, divisor = parts
        return f'IF({divisor}=0,"—",{dividend}/{divisor})'

    def frame(
        self, widths: Mapping[int, float], heights: Mapping[int, float], freeze: str, pages: int = 0
    ) -> None:  # fmt: skip
        """Column widths, row heights, what stays in view, protection and the printed page.

        `pages`: how many the form may fill in height; 0 for as many as it takes.
        """
        sheet = self.sheet
        for column in range(1, self.dialect.left + 1):
            sheet.column_dimensions[get_column_letter(column)].width = 3
        for column, width in widths.items():
            sheet.column_dimensions[get_column_letter(column + self.dialect.left)].width = width
        for row, height in heights.items():
            sheet.row_dimensions[row + self.dialect.top].height = height
        sheet.freeze_panes = freeze
        for name, cells in self._answers.items():
            sheet.add_data_validation(ANSWERS[name].on(cells, self.form.unit))
        sheet.sheet_view.showGridLines = False
        sheet.protection.sheet = True
        # Without a password: it saves formulas from accidents. A rounded total may be made yellow.
        sheet.protection.formatCells = sheet.protection.formatRows = False
        sheet.protection.formatColumns = False
        set_page(sheet, pages)
        sheet.sheet_state = "hidden" if self.form.hidden else "visible"

    def items(self, block: str, spare: int, fewest: int) -> list[str]:
        """Numbers of a list's rows: those that `values` fill, and spare ones behind them."""
        told = {i for b, i, _ in self.form.values if b == block and i.isdecimal()}
        last = max(map(int, told), default=0)
        blank = max(spare, fewest - len(told))
        return [*sorted(told, key=int), *(str(last + n) for n in range(1, blank + 1))]

    def repeat(self, first: int, last: int) -> None:
        """The rows that every printed page begins with."""
        top = self.dialect.top
        self.sheet.print_title_rows = f"{first + top}:{last + top}"

    def new_page(self, row: int) -> None:
        """Print a row and what follows on a new page."""
        self.sheet.row_breaks.append(Break(row - 1 + self.dialect.top))

    def _accept(self, row: int, column: int, answer: str) -> None:
        if answer in ANSWERS:
            self._answers[answer].append(self.at(row, column))

    def _written(self, value: Value, kind: str) -> str | float | date | None:
        """A value as this department types it; a percentage becomes the number of its cell."""
        if isinstance(value, int):
            return self.dialect.amount(value)
        if isinstance(value, str) and kind in _PERCENTAGES:
            try:
                return float(Decimal(value) * _PERCENTAGES[kind])
            except InvalidOperation:
                return value
        if value and kind == "day":
            try:
                return date.fromisoformat(value)
            except ValueError:
                return value
        return value

    def _put(self, row: int, column: int, value: str | float | date | None, style: str) -> None:
        cell = self.sheet[self.at(row, column)]
        cell.style = style
        if isinstance(value, str):
            cell.value = _UNPRINTABLE.sub("", value)
            cell.data_type = "s"  # never a formula, whatever it begins with
            cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
        elif value is not None:
            cell.value = value

    def _merge(self, row: int, column: int, across: int, down: int) -> None:
        if across == down == 1:
            return
        first = self.sheet[self.at(row, column)]
        covered = f"{first.coordinate}:{self.at(row + down - 1, column + across - 1)}"
        for line in self.sheet[covered]:
            for cell in line:
                cell.style = first.style
        # merge_cells would compose the borders anew, which takes most of the time of drawing.
        self.sheet.merged_cells.add(covered)

    def _fill(self, key: Key, otherwise: str) -> str:
        return "黄" if key in self.form.yellow else otherwise

    @staticmethod
    def _number(value: Value) -> int:
        try:
            number = text.number(value)
        except Unreadable:
            return 0  # as a spreadsheet's SUM passes over text
        return number.value if number else 0


def sum_or_blank(cells: str) -> str:
    """The formula of a sum that is blank where nothing is typed."""
    return f'IF(COUNT({cells})=0,"",SUM({cells}))'


def set_page(sheet: Worksheet, pages: int = 0) -> None:
    """A4 landscape, one page wide and `pages` high (0: as many as it takes), pages numbered."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, pages
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.5
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "&P／&N"


def _shown(result: Rate | Result) -> Result:
    if not isinstance(result, Rate):
        return result
    return result.numerator / result.denominator if result.denominator else "—"


def _rounded(result: Rate | Result) -> Result:
    """A rate as people type it: to a tenth of a percent."""
    tenths = result.percent_tenths() if isinstance(result, Rate) else None
    return _shown(result) if tenths is None else tenths / 1000
