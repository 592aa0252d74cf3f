"""The lines of a plan table: its claims, its 合計, its footnotes, and whether they agree."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from ingest import text
from ingest.addresses import address
from ingest.forms.columns import Table, note_untaken
from ingest.forms.header import MAX_NAME
from ingest.forms.lines import Sums, kind_of_named, note_part, total_place
from ingest.forms.plan.differences import (
    Amount,
    Line,
    check_differences,
    check_total,
    note_blank_differences,
)
from ingest.forms.plan.heading import Figures, Heading
from ingest.forms.plan.roles import Roles
from ingest.forms.reading import CellValue, FormReading, Page
from ingest.forms.units import note_if_all_in_yen, read_unit_of_figures
from ingest.layout import Column
from ingest.quoting import as_written, clean_name, quoted
from ingest.text import Unreadable, is_ditto, key

BLOCK, TOTAL = "plan", "total"
_HIGHEST = 200  # percent: refunds may lift a rate above 100, nothing lifts it so far
_FEW = 4  # figures; fewer say nothing about how a table is written
_FOOTNOTE = re.compile(r"([※*]\d*|\(?注\d*\)?)")
_MARKED = re.compile(r"\(?([※*]\d*)\)?$")
_BRACKETED = re.compile(r"\(.*?\)|【.*?】|\[.*?\]")


def read_lines(
    page: Page, form: FormReading, heading: Heading, roles: Roles, is_rate: bool
) -> None:
    """Read every line below the heading, land it and check its differences and totals."""
    table = _table(page, heading, roles, is_rate)
    page.unit_yen = 1
    if not is_rate:
        page.unit_yen = page.layout.unit_yen
        read_unit_of_figures(page, table, "actual")
    reader = _Reader(page, form, heading, roles, table, is_rate)
    for r in range(table.first_row, page.sheet.bottom):
        match kind_of_named(page, table, r, after_total=reader.sums.has_grand_total):
            case "claim":
                reader.claim(r)
            case "total":
                reader.total(r)
            case "heading" if reader.sums.begins_again(r):
                break
            case "part":
                reader.sums.add(r, None)
                note_part(page, table, r)
            case "withdrawn":
                reader.sums.withdraw(r)
            case "unnamed":
                reader.sums.add(r, None)
                reader.name(r)
            case "note" | "heading":
                reader.remark(r)
    reader.finish()


def _table(page: Page, heading: Heading, roles: Roles, is_rate: bool) -> Table:
    """The table with its columns called what this sheet calls them."""
    kind = "rate" if is_rate else "money"
    known = {c.name: c for c in page.layout.columns}
    places = dict(heading.names)
    spec = [known[name] for name in places]
    for name, figures in roles.values.items():
        spec.append(replace(known[name], labels=(figures.words,), symbol=None, kind=kind))
        places[name] = figures.place
    for n, figures in enumerate(roles.others):
        spec.append(Column(f"other_{n}", "figures", (figures.words,), kind=kind))
        places[f"other_{n}"] = figures.place
    first_row = heading.lines.stop
    return Table(places, first_row, first_row - 1, None, tuple(spec))


class _Reader:
    def __init__(
        self,
        page: Page,
        form: FormReading,
        heading: Heading,
        roles: Roles,
        table: Table,
        is_rate: bool,
    ) -> None:
        self.page, self.form, self.heading, self.roles = page, form, heading, roles
        self.table, self.is_rate = table, is_rate
        self.sums = Sums(page, table)
        self.values: dict[str, Figures] = dict(roles.values)
        self.values |= {f"other_{n}": f for n, f in enumerate(roles.others)}
        self.is_fraction = is_rate and self._are_fractions()
        self.department: CellValue | None = None
        self.seen: dict[tuple[str | None, str], str] = {}
        self.lines: dict[str, Line] = {}
        self.totals: dict[int, tuple[Line, list[CellValue]]] = {}
        self.footnotes: list[tuple[str, str]] = []

    def claim(self, row: int) -> None:
        """Read a claim and land it under its running number."""
        item = str(len(self.lines) + 1)
        errors = self.page.errors
        name = self.name(row)
        self._read_department(row)
        if name:
            self._note_twice(row, name)
            place = address(row, self.table.columns["claim_name"])
            self.form.cells.append(CellValue(BLOCK, item, "claim_name", place, text=name))
        if self.department:
            self.form.cells.append(self.department._replace(item=item))
        amounts = self._read_figures(row, item, name or f"{row + 1}行目")
        line = Line(row, name or "", amounts, self.page.errors == errors)
        self.lines[item] = line
        measures = {n: amounts[f.place] for n, f in self.values.items()}
        whole = {n: v for n, v in measures.items() if isinstance(v, int)}
        self.sums.add(row, whole if line.legible else None)
        if "note" in self.table.columns:
            self._keep(row, self.table.columns["note"], item)

    def total(self, row: int) -> None:
        """Read a line of totals; only the grand total lands (see `finish`), all are checked."""
        self.sums.add_total(row)
        errors = self.page.errors
        first = len(self.form.cells)
        place = total_place(self.page, self.table, row) or (row, 0)
        words = clean_name(str(self.page.value(*place)))
        self.form.cells += [
            CellValue(BLOCK, TOTAL, name, address(*place), text=words)
            for name in ("department", "claim_name")
        ]
        amounts = self._read_figures(row, TOTAL, words)
        line = Line(row, words, amounts, self.page.errors == errors)
        self.totals[row] = line, self.form.cells[first:]
        del self.form.cells[first:]

    def name(self, row: int) -> str | None:
        """The claim's name without a footnote's mark; noted when there is none."""
        place = (row, self.table.columns["claim_name"])
        name = self.page.value(*place)
        words = clean_name(name) if isinstance(name, str) else ""
        words = _MARKED.sub("", words).rstrip() or words
        if 0 < len(words) <= MAX_NAME:
            return words
        if not self.page.note_doubt(*place, "債権名", "債権名"):
            self.page.note_entry("債権名", place, f"債権名({MAX_NAME}文字以内)")
        return None

    def remark(self, row: int) -> None:
        """Keep the words of a line without figures; an office alone is that of the next lines."""
        for c in range(self.page.sheet.left, self.page.sheet.right):
            words = self.page.value(row, c)
            if not isinstance(words, str):
                continue
            if c == self.table.columns["department"] and not self._is_remark(words, row):
                self._read_department(row)
            elif not text.is_blank(words):
                self._keep(row, c, "")
                self._footnote(row, c, words)

    def finish(self) -> None:
        """What can be said only when every line has been read."""
        self.sums.check()
        if self.sums.grand_row is not None:
            self.form.cells += self.totals[self.sums.grand_row][1]
        if self._is_filled_in():
            self._check_differences()
        self._note_untaken()
        if not self.lines:
            self.page.note(
                "error",
                "missing_row",
                (self.table.first_row, self.table.left),
                "債権の行が一つもありません。債権ごとに1行を記入してください。",
                expected="債権の行",
            )
        for row, column, words in self.page.sheet.texts:
            if row < self.heading.lines.start and _FOOTNOTE.match(key(words)):
                self._keep(row, column, "")
                self._footnote(row, column, words)
        self._land_footnotes()
        if not self.is_rate:
            amounts = {v for line in self.lines.values() for v in line.amounts.values()}
            yen = {abs(v) for v in amounts if isinstance(v, int)}
            place = (self.table.first_row, self.roles.actual.place)
            note_if_all_in_yen(self.page, yen, place)

    def _is_remark(self, words: str, row: int) -> bool:
        below = self.sums.has_grand_total
        return below or bool(_FOOTNOTE.match(key(words))) or len(words) > MAX_NAME

    def _read_department(self, row: int) -> None:
        """The department of a line; a merged or repeated one is written once, for those below."""
        place = (row, self.table.columns["department"])
        value = self.page.value(*place)
        if value is not None and not is_ditto(value):
            words = clean_name(as_written(value))
            self.department = CellValue(BLOCK, "", "department", address(*place), text=words)
        elif self.page.note_doubt(*place, "所管課", "所管課"):
            return
        elif self.department is None and not self.lines:
            self.page.note_entry("所管課", place, "所管課の名前")

    def _note_twice(self, row: int, name: str) -> None:
        department = self.department.text if self.department else None
        place = (row, self.table.columns["claim_name"])
        if (department, key(name)) in self.seen:
            self.page.note(
                "error",
                "duplicate_claim",
                place,
                f"{department}の「{quoted(name)}」の行が2つあります(もう一つはセル"
                f"{self.seen[department, key(name)]})。1行にまとめるか、名前を書き分けてください。",
                found=name,
                expected="債権ごとに1行",
            )
        self.seen.setdefault((department, key(name)), address(*place))

    def _read_figures(self, row: int, item: str, name: str) -> dict[int, Amount]:
        amounts: dict[int, Amount] = {}
        for measure, figures in self.values.items():
            value = self._read(row, figures, name)
            amounts[figures.place] = value
            scenario = f"other_{figures.scenario}" if measure.startswith("other_") else measure
            self._land(row, item, scenario, figures, value, figures.year)
        for each in self.roles.differences:
            value = self._read(row, each.figures, name)
            amounts[each.figures.place] = value
            if each.measure:
                self._land(row, item, each.measure, each.figures, value, None)
        return amounts

    def _land(
        self, row: int, item: str, measure: str, figures: Figures, value: Amount, year: int | None
    ) -> None:
        cell = address(row, figures.place)
        number = value if isinstance(value, int) else None
        percent = text.percent(value) if isinstance(value, Decimal) else None
        self.form.cells.append(CellValue(BLOCK, item, measure, cell, number, percent, year))

    def _read(self, row: int, figures: Figures, name: str) -> Amount:
        """A figure in yen or percent; None when blank, or when it is illegible and noted."""
        place = (row, figures.place)
        title = f"{name} {figures.words}"
        if text.is_blank(self.page.value(*place)):
            if not self.page.note_doubt(*place, title, "率" if self.is_rate else "整数"):
                self.page.note_merged(*place, title)
            return None
        if not self.is_rate:
            yen = self.page.amount(*place, title)
            if yen < 0 and not figures.comparison:
                self._note_negative(place, title)
            return yen
        try:
            percent = text.percentage(self.page.value(*place), is_fraction=self.is_fraction)
        except Unreadable as problem:
            self.page.note_unreadable(*place, title, str(problem))
            return None
        if percent is not None and not figures.comparison and not 0 <= percent <= _HIGHEST:
            self.page.note_unreadable(*place, title, "0から100までの率")
        return percent

    def _note_negative(self, place: tuple[int, int], title: str) -> None:
        value = self.page.value(*place)
        self.page.note(
            "warning",
            "negative_amount",
            place,
            f"「{title}」の金額が負({quoted(value)})です。記入に誤りがないか確かめてください。",
            found=value,
            expected="0以上",
        )

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

    def _is_filled_in(self) -> bool:
        """Whether any result is there. A table without one is noted, whatever its targets say."""
        place = self.roles.actual.place
        rows = [line.row for line in self.lines.values()]
        is_empty = bool(rows) and all(self.page.is_blank(row, place) for row in rows)
        if is_empty:
            self.page.note(
                "error",
                "not_filled_in",
                (rows[0], place),
                f"「{quoted(self.roles.actual.words)}」の欄(セル{address(rows[0], place)}～"
                f"{address(rows[-1], place)})が一つも記入されていません。"
                "記入してから提出してください。",
                expected="決算値",
            )
        return not is_empty

    def _check_differences(self) -> None:
        for row, (total, _) in self.totals.items():
            above = self._excess(total) if row == self.sums.grand_row else {}
            check_total(self.page, self.roles, total, above)
        grand = self.totals.get(self.sums.grand_row or -1)
        excess = self._excess(grand[0]) if grand else {}
        for line in self.lines.values():
            check_differences(self.page, self.roles, line, excess)
        note_blank_differences(self.page, self.roles, list(self.lines.values()))

    def _note_untaken(self) -> None:
        """Figures on a line that stand under no heading, also right of the table's last column."""
        told = {c for _, c in self.heading.others} | {f.place for f in self.heading.figures}
        rows = [*(line.row for line in self.lines.values()), *self.totals]
        note_untaken(self.page, self.table, rows, told, self.page.sheet.right)

    def _excess(self, total: Line) -> dict[int, int]:
        """By how much the claims exceed 合計, for each column of amounts that adds up."""
        if not self.sums.is_complete:
            return {}
        return {
            f.place: self.sums.all[name] - amount
            for name, f in self.values.items()
            if name in self.sums.all and isinstance(amount := total.amounts[f.place], int)
        }

    def _keep(self, row: int, column: int, item: str) -> None:
        words = self.page.value(row, column)
        if words is not None:
            cell = address(row, column)
            self.form.narrative.append(CellValue("note", item, "", cell, text=as_written(words)))

    def _footnote(self, row: int, column: int, words: str) -> None:
        if _FOOTNOTE.match(key(words)):
            self.footnotes.append((key(words), address(row, column)))

    def _land_footnotes(self) -> None:
        """Flag the claims that a footnote names, or whose name bears its mark."""
        named_in = self.table.columns["claim_name"]
        places = {item: (line.row, named_in) for item, line in self.lines.items()}
        names = {item: key(str(self.page.value(*place))) for item, place in places.items()}
        found = {item: cell for words, cell in self.footnotes for item in _named(words, names)}
        for item in sorted(found, key=int):
            self.form.cells.append(CellValue(BLOCK, item, "footnoted", found[item], 1))


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
