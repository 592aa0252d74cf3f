"""The sheet that is being read as a form: what is taken from it, and what is noted."""

from collections.abc import Callable, Iterable
from types import EllipsisType
from typing import TypeVar

from ingest import text
from ingest.addresses import address
from ingest.findings import Finding, Severity
from ingest.forms.cells import Cells
from ingest.forms.reading import CellValue, FormReading
from ingest.layout import Layout
from ingest.quoting import as_written, quoted
from ingest.text import Unreadable
from ingest.values import Value
from ingest.workbook import Place, Sheet
from terms.money import UNIT_NAMES, UNITS

MAX_YEN = 10**13  # ten trillion yen: beyond any city, so an amount in 円 where 千円 is asked

T = TypeVar("T")
V = TypeVar("V")


class Page(Cells):
    """A sheet being read with a layout: its cells, and the form as far as it has been read."""

    def __init__(self, sheet: Sheet, layout: Layout, file: str) -> None:
        super().__init__(sheet, layout.unit_yen)
        self.layout, self.file = layout, file
        self.form = FormReading(sheet.name, layout.form, layout.version, layout.unit_yen)

    # Figures, which are noted where they cannot be read for certain

    def amount(self, row: int, column: int, name: str) -> int:
        """A typed amount in yen; a blank is 0. Notes what cannot be read for certain."""
        parsed = self._number(row, column, name)
        if parsed is None:
            return 0
        if parsed.unit:
            factor = UNITS.get(parsed.unit, 0)
            if factor != self.unit_yen:
                self._odd_unit(row, column, name, parsed.unit, factor)
        if self.unit_yen % parsed.scale:
            self._note_scale(row, column, name)
        yen = self.yen(parsed)
        if abs(yen) >= MAX_YEN:
            self.note_unreadable((row, column), name, "現実的な大きさの金額")
        return yen

    def count(self, row: int, column: int, name: str) -> int:
        """A typed number of 件 or 人; a blank is 0."""
        parsed = self._number(row, column, name)
        if parsed is None:
            return 0
        if parsed.unit in UNITS or parsed.value < 0 or parsed.scale > 1:
            self.note_unreadable((row, column), name, "0以上の整数(件数・人数)")
        return parsed.value

    def entry(
        self, label: str, place: Place, read: Callable[[Value], T], expected: str = ""
    ) -> T | None:
        """What an entry says, as `read` reads it; None (noted) where that is not certain."""
        if self.note_doubt(place, label, expected or label):
            return None
        return self.understood(label, place, read, self.value(*place))

    def understood(self, label: str, place: Place, read: Callable[[V], T], words: V) -> T | None:
        """What the words of an entry say, as `read` reads them; None (noted) for anything else."""
        try:
            return read(words)
        except Unreadable as problem:
            self.note_entry(label, place, str(problem))
            return None

    def _number(self, row: int, column: int, name: str) -> text.Number | None:
        value, place = self.value(row, column), (row, column)
        try:
            parsed = text.number(value)
        except Unreadable as problem:
            self.note_unreadable(place, name, str(problem))
            return None
        if value is None:
            if not self.note_doubt(place, name):
                self.note_merged(row, column, name)
        elif parsed and parsed.dotted:
            self.warn(
                "thousands_dot",
                place,
                f"「{name}」の「{quoted(value)}」は、ピリオドを桁区切りとみなして{parsed.value:,}と読みました。"
                "違う場合は訂正し、以後は 26,325 のようにカンマで書いてください。",
                expected=f"{parsed.value:,}",
            )
        return parsed

    def _note_scale(self, row: int, column: int, name: str) -> None:
        value = self.value(row, column)
        self.error(
            "not_as_seen",
            (row, column),
            f"「{name}」は画面に「{quoted(value)}」と表示されますが、セルに入っている値は"
            f"{float(value):,.15g} です。{self._unit}単位の欄なので、どちらの金額か決められません。"  # type: ignore[arg-type]
            f"表示形式を「#,##0」にし、{self._unit}単位で記入してください。",
            expected=f"{self._unit}単位の整数",
        )

    def _odd_unit(self, row: int, column: int, name: str, unit: str, factor: int) -> None:
        asked, value = self._unit, self.value(row, column)
        if not factor:
            self.note_unreadable((row, column), name, f"{asked}単位の整数")
            return
        self.warn(
            "unit",
            (row, column),
            f"「{name}」は{asked}単位の欄ですが「{quoted(value)}」と書かれているため、{unit}として読みました。"
            f"{asked}単位の数字だけを記入してください。",
            expected=f"{asked}単位の整数",
        )

    @property
    def _unit(self) -> str:
        return UNIT_NAMES[self.unit_yen]

    # What is taken from the sheet

    def land(
        self,
        block: str,
        item: str,
        measure: str,
        place: Place,
        said: int | str | None,
        year: int | None = None,
    ) -> None:
        """Take a cell's number, or its text; `year`: that its column speaks of."""
        number, words = (None, said) if isinstance(said, str) else (said, None)
        cell = CellValue(block, item, measure, address(*place), number, words, year)
        self.form.cells.append(cell)

    def keep(self, item: str, place: Place, block: str = "note", part: str = "") -> None:
        """Keep free text, if any stands in a cell: it stays in the raw zone, never published."""
        value = self.value(*place)
        if value is not None:
            cell = CellValue(block, item, part, address(*place), text=as_written(value))
            self.form.narrative.append(cell)

    # What is noted

    def check(self, checks: Iterable[Callable[["Page", T], None]], read: T) -> None:
        """Hold what was read against the rules of its form, which lists them as `CHECKS`."""
        for each in checks:
            each(self, read)

    @property
    def errors(self) -> int:
        """How many errors have been noted so far."""
        return sum(1 for finding in self.form.findings if finding.severity == "error")

    def note(
        self,
        severity: Severity,
        rule: str,
        place: Place | None,
        message: str,
        *,
        found: Value | EllipsisType = ...,
        expected: str | None = None,
    ) -> None:
        """Record a finding at a zero-based (row, column), or for the whole sheet.

        `found`: what it quotes, where that is not what stands in the cell.
        """
        if isinstance(found, EllipsisType):
            found = self.value(*place) if place else None
        cell = address(*place) if place else None
        shown = None if found is None else quoted(found)
        self.form.findings.append(
            Finding(self.file, self.sheet.name, cell, rule, severity, shown, expected, message)
        )

    def error(
        self,
        rule: str,
        place: Place | None,
        message: str,
        *,
        found: Value | EllipsisType = ...,
        expected: str | None = None,
    ) -> None:
        """Record what makes the sheet go back."""
        self.note("error", rule, place, message, found=found, expected=expected)

    def warn(
        self,
        rule: str,
        place: Place | None,
        message: str,
        *,
        found: Value | EllipsisType = ...,
        expected: str | None = None,
    ) -> None:
        """Record what somebody should look at."""
        self.note("warning", rule, place, message, found=found, expected=expected)

    def note_entry(self, label: str, place: Place, expected: str) -> None:
        """Record that an entry cannot be read."""
        value = self.value(*place)
        problem = (
            "が記入されていません" if value is None else f"の「{quoted(value)}」を読み取れません"
        )
        message = f"「{label}」{problem}。{expected}を記入してください。"
        self.error("header_value", place, message, expected=expected)

    def note_unreadable(self, place: Place, name: str, expected: str) -> None:
        """Record that a figure cannot be read."""
        self.error(
            "unreadable_number",
            place,
            f"「{name}」の「{quoted(self.value(*place))}」を読めません。{expected}で記入してください。",
            expected=expected,
        )

    def note_doubt(
        self, place: Place, name: str, expected: str = "整数", severity: Severity = "error"
    ) -> bool:
        """Note a cell whose content cannot be taken for certain. Returns whether it is one."""
        doubt = self.doubt(*place)
        if doubt is None:
            return False
        message = f"「{name}」の{doubt.cause}"
        self.note(severity, doubt.rule, place, message, found=doubt.seen, expected=expected)
        return True

    def note_disguised(self, place: Place, name: str, severity: Severity) -> None:
        """Note a computed cell of which the screen shows something else than what it holds.

        A computed cell without a result, or with an error value, is computed anew and not missed.
        """
        doubt = self.doubt(*place)
        if doubt and doubt.rule in ("not_as_seen", "struck_out"):
            self.note_doubt(place, name, severity=severity)

    def note_merged(self, row: int, column: int, name: str, *, down: bool = True) -> None:
        """Note a blank cell below a figure that is merged over it: whose it is, nobody can say.

        `down` False: one that is merged over rows alone stands for all of them.
        """
        first = self.spread_from(row, column)
        if not self.is_figure(*first) or not (down or first[1] != column):
            return
        value = self.value(*first)
        cells = f"{address(*first)}から{address(row, column)}"
        self.error(
            "not_as_seen",
            (row, column),
            f"「{name}」のセルは結合されており(セル{cells})、「{quoted(value)}」がどの欄の値か決められません。"
            "結合を解除し、それぞれの欄に記入してください。",
            found=value,
            expected="結合していないセル",
        )

    def note_withdrawn(self, row: int) -> None:
        """Record that a row was passed over because it is struck out."""
        place = self.first_place(row)
        self.warn(
            "struck_out",
            place,
            f"{row + 1}行目は取り消し線で消されているため、読み込みませんでした。"
            "提出する行であれば、取り消し線をなくして提出してください。",
            found=str(self.doubt(*place)),
        )

    def note_not_filled_in(self, row: int, columns: Iterable[int], what: str, why: str) -> None:
        """Record result cells of a row that nobody filled in: zero is a figure that somebody wrote.

        `why`: what is known of the claim, so that blank cells cannot mean zero (domain §4).
        """
        cells = [(row, column) for column in columns]
        listed = "・".join(address(*each) for each in cells)
        self.error(
            "not_filled_in",
            cells[0],
            f"{what}(セル{listed})が記入されていません。{why}"
            "空欄を0とは読めないので、記入してください(ないときは0)。",
            expected="金額(ないときは0)",
        )

    def note_negative(self, place: Place, what: str, shown: str) -> None:
        """Record an amount below zero."""
        message = f"{what}の金額が負({shown})です。記入に誤りがないか確かめてください。"
        self.warn("negative_amount", place, message, expected="0以上")

    def note_unknown_column(
        self, place: Place, words: str, found: Value | EllipsisType = ...
    ) -> None:
        """Record a column with a heading of its own that the form does not have."""
        message = f"様式にない列「{words}」があります。この列は読み込みません。"
        self.warn("unknown_column", place, message, found=found)

    def note_differs(
        self,
        rule: str,
        place: Place,
        why: str,
        right: str,
        advice: str,
        severity: Severity = "error",
    ) -> None:
        """Record a printed figure that is not what it follows from. `why`: … を足すと."""
        shown = quoted(self.value(*place))
        message = f"{why}{right}ですが「{shown}」となっています{advice}"
        self.note(severity, rule, place, message, expected=right)

    def note_suspect(
        self, rule: str, place: Place, what: str, right: str, evidence: str, advice: str
    ) -> None:
        """Record a typed figure that alone explains why the `evidence` computed from it is off."""
        shown = "" if self.value(*place) is None else quoted(self.value(*place))
        self.error(
            rule,
            place,
            f"{what}(セル{address(*place)})は「{shown}」ではなく{right}ではありませんか"
            f"({evidence}からの推定)。記入が正しければ、{advice}",
            expected=right,
        )

    def note_missing_table(self, what: str, expected: str) -> None:
        """Record that the headings of a form's table are not there: nothing can be read."""
        message = f"{what}が見当たりません。元の様式の見出しを残して記入してください。"
        self.error("missing_heading", None, message, expected=expected)
