"""The lines of a plan table: its claims, its 合計, its footnotes, and whether they agree."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from ingest import text
from ingest.addresses import address
from ingest.forms.header import MAX_NAME
from ingest.forms.lists.claims import ClaimList, check_lines, check_totals, check_unit
from ingest.forms.lists.sums import Amounts
from ingest.forms.page import Page
from ingest.forms.plan.differences import (
    Amount,
    Line,
    check_differences,
    check_total,
    note_blank_differences,
)
from ingest.forms.plan.heading import Figures, Heading
from ingest.forms.plan.roles import Roles
from ingest.forms.reading import CellValue
from ingest.forms.tables.columns import Table, note_untaken
from ingest.forms.units import read_unit_of_figures
from ingest.layout import Column
from ingest.quoting import as_written, clean_name, quoted
from ingest.text import Unreadable, is_ditto, key
from ingest.workbook import Place

TOTAL = "total"
_HIGHEST = 200  # percent: refunds may lift a rate above 100, nothing lifts it so far
_FEW = 4  # figures; fewer say nothing about how a table is written
_FOOTNOTE = re.compile(r"([※*]\d*|\(?注\d*\)?)")
_MARKED = re.compile(r"\(?([※*]\d*)\)?$")
_BRACKETED = re.compile(r"\(.*?\)|【.*?】|\[.*?\]")


def read_lines(page: Page, heading: Heading, roles: Roles, is_rate: bool) -> None:
    """Read every line below the heading, land it and check its differences and totals."""
    values = dict(roles.values) | {f"other_{n}": f for n, f in enumerate(roles.others)}
    table = _table(page, heading, values, is_rate)
    page.unit_yen = 1
    if not is_rate:
        page.unit_yen = page.layout.unit_yen
        read_unit_of_figures(page, table, "actual")
    lines = _Lines(page, table, heading, roles, values)
    lines.read(CHECKS)
    lines.land_grand_total()
    lines.land_footnotes()


def _table(page: Page, heading: Heading, values: Mapping[str, Figures], is_rate: bool) -> Table:
    """The table with its columns called what this sheet calls them."""
    kind = "rate" if is_rate else "money"
    known = {c.name: c for c in page.layout.columns}
    places = dict(heading.names)
    spec = [known[name] for name in places]
    for name, figures in values.items():
        column = known.get(name, Column(name, "figures", ()))
        spec.append(replace(column, labels=(figures.words,), symbol=None, kind=kind))
        places[name] = figures.place
    first_row = heading.lines.stop
    return Table(places, first_row, first_row - 1, tuple(spec))


class _Lines(ClaimList):
    block, main = "plan", "actual"

    def __init__(
        self,
        page: Page,
        table: Table,
        heading: Heading,
        roles: Roles,
        values: Mapping[str, Figures],
    ) -> None:
        super().__init__(page, table)
        self.heading, self.roles, self.values = heading, roles, values
        self.is_rate = not self.sums.columns  # rates do not add up
        self.is_fraction = self.is_rate and self._are_fractions()
        self.department: CellValue | None = None
        self.seen: dict[tuple[str | None, str], str] = {}
        self.claims: dict[str, Line] = {}
        self.totals: dict[int, tuple[Line, list[CellValue]]] = {}
        self.footnotes: list[tuple[str, str]] = []

    def claim(self, row: int) -> Amounts | None:
        """Read a claim and land it under its running number."""
        item = str(len(self.claims) + 1)
        errors = self.page.errors
        name = self.name(row)
        self._read_department(row)
        if name:
            self._note_twice(row, name)
            self.land(item, "claim_name", row, name)
        if self.department:
            self.form.cells.append(self.department._replace(item=item))
        figures = self._read_figures(row, item, name or f"{row + 1}行目")
        line = Line(row, name or "", figures, self.page.errors == errors)
        self.claims[item] = line
        self.items[item] = address(row, self.lines.name_column)
        self.keep_note(row, item)
        amounts = {n: figures[f.place] for n, f in self.values.items()}
        whole = {n: v for n, v in amounts.items() if isinstance(v, int)}
        return whole if line.legible else None

    def total(self, row: int) -> None:
        """Read a line of totals; only the grand total lands (see `finish`), all are checked."""
        super().total(row)
        errors = self.page.errors
        first = len(self.form.cells)
        place = self.lines.total_place(row) or (row, 0)
        words = clean_name(str(self.page.value(*place)))
        for name in ("department", "claim_name"):
            self.page.land(self.block, TOTAL, name, place, words)
        figures = self._read_figures(row, TOTAL, words)
        line = Line(row, words, figures, self.page.errors == errors)
        self.totals[row] = line, self.form.cells[first:]
        del self.form.cells[first:]

    def plain_name(self, words: str) -> str:
        """A name without a footnote's mark."""
        return _MARKED.sub("", words).rstrip() or words

    def remark(self, row: int) -> None:
        """Keep the words of a line without figures; an office alone is that of the next lines."""
        for c in self.page.span:
            words = self.page.value(row, c)
            if not isinstance(words, str):
                continue
            if c == self.table.columns["department"] and not self._is_remark(words):
                self._read_department(row)
            elif not text.is_blank(words):
                self._keep_footnote((row, c), words)

    def land_grand_total(self) -> None:
        """Take what the last 合計 says."""
        if self.sums.grand_row is not None:
            self.form.cells += self.totals[self.sums.grand_row][1]

    def amounts(self) -> set[int]:
        """The amounts (yen) of the claims, and their printed differences."""
        printed = (v for line in self.claims.values() for v in line.amounts.values())
        return set() if self.is_rate else {abs(v) for v in printed if isinstance(v, int)}

    def _is_remark(self, words: str) -> bool:
        below = self.sums.has_grand_total
        return below or bool(_FOOTNOTE.match(key(words))) or len(words) > MAX_NAME

    def _read_department(self, row: int) -> None:
        """The department of a line; a merged or repeated one is written once, for those below."""
        place = (row, self.table.columns["department"])
        value = self.page.value(*place)
        if value is not None and not is_ditto(value):
            words = clean_name(as_written(value))
            self.department = CellValue(self.block, "", "department", address(*place), text=words)
        elif self.page.note_doubt(place, "所管課", "所管課"):
            return
        elif self.department is None and not self.claims:
            self.page.note_entry("所管課", place, "所管課の名前")

    def _note_twice(self, row: int, name: str) -> None:
        department = self.department.text if self.department else None
        place = (row, self.lines.name_column)
        first = self.seen.setdefault((department, key(name)), address(*place))
        if first != address(*place):
            self.note_same_name(place, f"{department}", name, first)

    def _read_figures(self, row: int, item: str, name: str) -> dict[int, Amount]:
        amounts: dict[int, Amount] = {}
        for measure, figures in self.values.items():
            scenario = f"other_{figures.scenario}" if measure.startswith("other_") else measure
            amounts[figures.place] = value = self._read(row, figures, name)
            self._land_figure(row, item, scenario, figures, value)
        for each in self.roles.differences:
            amounts[each.figures.place] = value = self._read(row, each.figures, name)
            if each.measure:
                self._land_figure(row, item, each.measure, each.figures, value)
        return amounts

    def _land_figure(
        self, row: int, item: str, measure: str, figures: Figures, value: Amount
    ) -> None:
        said = text.percent(value) if isinstance(value, Decimal) else value
        year = None if figures.comparison else figures.year
        self.page.land(self.block, item, measure, (row, figures.place), said, year)

    def _read(self, row: int, figures: Figures, name: str) -> Amount:
        """A figure in yen or percent; None when blank, or when it is illegible and noted."""
        place = (row, figures.place)
        title = f"{name} {figures.words}"
        if text.is_blank(self.page.value(*place)):
            if not self.page.note_doubt(place, title, "率" if self.is_rate else "整数"):
                self.page.note_merged(*place, title)
            return None
        if not self.is_rate:
            yen = self.page.amount(*place, title)
            if yen < 0 and not figures.comparison:
                self.page.note_negative(place, f"「{title}」", quoted(self.page.value(*place)))
            return yen
        try:
            percent = text.percentage(self.page.value(*place), is_fraction=self.is_fraction)
        except Unreadable as problem:
            self.page.note_unreadable(place, title, str(problem))
            return None
        if percent is not None and not figures.comparison and not 0 <= percent <= _HIGHEST:
            self.page.note_unreadable(place, title, "0から100までの率")
        return percent

    def _are_fractions(self) -> bool:
        """Whether the rates are fractions of one, as a percent format leaves them in the cells."""
        numbers = [
            abs(v)
            for r in range(self.table.first_row, self.page.sheet.bottom)
            for f in self.values.values()
            if isinstance(v := self.page.value(r, f.place), int | float)
        ]
        partial = [v for v in numbers if v % 1]
        return len(partial) >= _FEW and max(numbers) <= 1.5

    # Footnotes

    def _keep_footnote(self, place: Place, words: str) -> None:
        self.page.keep("", place)
        if _FOOTNOTE.match(key(words)):
            self.footnotes.append((key(words), address(*place)))

    def land_footnotes(self) -> None:
        """Flag the claims that a footnote names, or whose name bears its mark."""
        for row, column, words in self.page.sheet.texts:
            if row < self.heading.lines.start and _FOOTNOTE.match(key(words)):
                self._keep_footnote((row, column), words)
        places = {item: (line.row, self.lines.name_column) for item, line in self.claims.items()}
        names = {item: key(str(self.page.value(*place))) for item, place in places.items()}
        found = {item: cell for words, cell in self.footnotes for item in _named(words, names)}
        for item in sorted(found, key=int):
            self.form.cells.append(CellValue(self.block, item, "footnoted", found[item], 1))


def _named(footnote: str, names: Mapping[str, str]) -> set[str]:
    """The items a footnote speaks of. Longer names first: 下水道使用料 is not 水道使用料."""
    found = set()
    start = _FOOTNOTE.match(footnote)
    mark = start[0].strip("()") if start else ""
    rest = footnote
    plain = {item: _BRACKETED.sub("", _MARKED.sub("", name)) for item, name in names.items()}
    for item, name in sorted(plain.items(), key=lambda pair: -len(pair[1])):
        marked = _MARKED.search(names[item])
        if (marked and marked[1] == mark) or (name and name in rest):
            found.add(item)
            rest = rest.replace(name, "\n") if name else rest
    return found


def _check_differences(page: Page, read: _Lines) -> None:
    """Results are filled in, and printed differences agree with the figures they compare.

    A table without any result is noted, whatever its targets say.
    """
    actual = read.roles.actual
    places = [(line.row, actual.place) for line in read.claims.values()]
    if not places or not all(page.is_blank(*place) for place in places):
        _compare(page, read)
        return
    page.error(
        "not_filled_in",
        places[0],
        f"「{quoted(actual.words)}」の欄(セル{address(*places[0])}～"
        f"{address(*places[-1])})が一つも記入されていません。"
        "記入してから提出してください。",
        expected="決算値",
    )


def _compare(page: Page, read: _Lines) -> None:
    for row, (total, _) in read.totals.items():
        above = _excess(read, total) if row == read.sums.grand_row else {}
        check_total(page, read.roles, total, above)
    grand = read.totals.get(read.sums.grand_row or -1)
    excess = _excess(read, grand[0]) if grand else {}
    for line in read.claims.values():
        check_differences(page, read.roles, line, excess)
    note_blank_differences(page, read.roles, list(read.claims.values()))


def _excess(read: _Lines, total: Line) -> dict[int, int]:
    """By how much the claims exceed 合計, for each column of amounts that adds up."""
    if not read.sums.is_complete:
        return {}
    return {
        f.place: read.sums.all[name] - amount
        for name, f in read.values.items()
        if name in read.sums.all and isinstance(amount := total.amounts[f.place], int)
    }


def _check_untaken(page: Page, read: _Lines) -> None:
    """No figure on a line stands under no heading, also right of the table's last column."""
    told = {c for _, c in read.heading.others} | {f.place for f in read.heading.figures}
    rows = [*(line.row for line in read.claims.values()), *read.totals]
    note_untaken(page, read.table, rows, told, page.sheet.right)


CHECKS = (check_totals, _check_differences, _check_untaken, check_unit, check_lines)
