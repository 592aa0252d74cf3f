"""What reading one sheet gives, and the steps that every form shares."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from ingest import text
from ingest.addresses import address
from ingest.findings import Finding, Severity
from ingest.layout import Layout
from ingest.quoting import quoted
from ingest.text import Unreadable, key, money_units, stated_units
from ingest.values import Doubt, Value
from ingest.workbook import Sheet

_REMARK = re.compile(r"\s*[※＊*注]")
MAX_YEN = 10**13  # ten trillion yen: beyond any city, so an amount in 円 where 千円 is asked
PART_NAMES = {"prior": "過年度", "current": "現年度", "total": "合計"}

MONEY_UNITS = {"円": 1, "千円": 1_000, "百万円": 1_000_000, "億円": 100_000_000}


class CellValue(NamedTuple):
    """One typed cell. `number`: yen for money, else a count; `text`: anything that is no integer.

    A rate is the text of its percentage (73.6). `fiscal_year`: of a column that speaks of a year.
    """

    block: str
    item: str
    measure: str
    cell: str
    number: int | None = None
    text: str | None = None
    fiscal_year: int | None = None


@dataclass(slots=True)
class FormReading:
    """One form on one sheet: its header, typed cells, free text and findings.

    `subject`: what it speaks of beside its period; a later form on the same subject and period
    replaces it.
    """

    sheet: str
    form: str
    layout_version: str
    unit_yen: int
    subject: str | None = None
    claim_number: str | None = None
    claim_name: str | None = None
    claim_classes: str | None = None
    department: str | None = None
    section: str | None = None
    fiscal_year: int | None = None
    as_of: date | None = None
    drawn_for: str | None = None  # the municipality that the template's mark names
    places: dict[str, str] = field(default_factory=dict)  # header entry, mark → A1 address
    cells: list[CellValue] = field(default_factory=list)
    narrative: list[CellValue] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def period(self) -> str | None:
        """The reference date it speaks of, or the fiscal year."""
        if self.as_of:
            return self.as_of.isoformat()
        return str(self.fiscal_year) if self.fiscal_year else None

    @property
    def rejected(self) -> bool:
        """An error rejects the sheet, a warning does not."""
        return any(finding.severity == "error" for finding in self.findings)

    @property
    def is_unused(self) -> bool:
        """Whether nobody has filled in the form: it was read, names no claim and holds nothing."""
        named = self.claim_number or self.claim_name or self.narrative
        told = {f.rule for f in self.findings if f.severity == "error"}
        filled = any(cell.number or cell.text for cell in self.cells)
        return bool(self.cells) and not named and not filled and told <= {"header_value"}


class Page:
    """A sheet being read with a layout: values, and the findings made on the way."""

    def __init__(self, sheet: Sheet, layout: Layout, file: str) -> None:
        self.sheet, self.layout, self.file = sheet, layout, file
        self.findings: list[Finding] = []
        self.places: dict[str, str] = {}
        self.unit_yen = layout.unit_yen
        self._certain = {p: v for p, v in sheet.filled.items() if not isinstance(v, Doubt)}

    def value(self, row: int, column: int) -> Value:
        """What a person sees at zero-based (row, column); None also where that is in doubt."""
        return self._certain.get((row, column))

    def doubt(self, row: int, column: int) -> Doubt | None:
        """Why the content of a cell cannot be taken for certain, if so."""
        value = self.sheet.filled.get((row, column))
        return value if isinstance(value, Doubt) else None

    @cached_property
    def withdrawn_rows(self) -> frozenset[int]:
        """Rows of which everything is struck out: withdrawn, as offices do it (見え消し)."""
        struck: dict[int, list[bool]] = {}
        for (row, _), value in self.sheet.filled.items():
            is_struck = isinstance(value, Doubt) and value.rule == "struck_out"
            struck.setdefault(row, []).append(is_struck)
        return frozenset(row for row, each in struck.items() if len(each) > 1 and all(each))

    def note_withdrawn(self, row: int) -> None:
        """Record that a row was passed over because it is struck out."""
        column = min(c for r, c in self.sheet.filled if r == row)
        self.note(
            "warning",
            "struck_out",
            (row, column),
            f"{row + 1}行目は取り消し線で消されているため、読み込みませんでした。"
            "提出する行であれば、取り消し線をなくして提出してください。",
            found=str(self.doubt(row, column)),
        )

    @property
    def errors(self) -> int:
        """How many errors have been noted so far."""
        return sum(1 for finding in self.findings if finding.severity == "error")

    def spread_from(self, row: int, column: int) -> tuple[int, int]:
        """The cell that a cell shows the words of: the first one of those merged with it."""
        area = next((a for a in self.sheet.merged if a.holds((row, column))), None)
        return (area.top, area.left) if area else (row, column)

    def is_figure(self, row: int, column: int) -> bool:
        """Whether a cell holds a number, a rate or a date; a note among the figures is none."""
        return is_figure(self.value(row, column))

    def note(
        self,
        severity: Severity,
        rule: str,
        place: tuple[int, int] | None,
        message: str,
        *,
        found: Value = None,
        expected: str | None = None,
    ) -> None:
        """Record a finding at a zero-based (row, column), or for the whole sheet."""
        cell = address(*place) if place else None
        shown = None if found is None else quoted(found)
        self.findings.append(
            Finding(self.file, self.sheet.name, cell, rule, severity, shown, expected, message)
        )

    def note_entry(self, label: str, place: tuple[int, int], expected: str) -> None:
        """Record that an entry cannot be read."""
        value = self.value(*place)
        problem = (
            "が記入されていません" if value is None else f"の「{quoted(value)}」を読み取れません"
        )
        self.note(
            "error",
            "header_value",
            place,
            f"「{label}」{problem}。{expected}を記入してください。",
            found=value,
            expected=expected,
        )

    def is_blank(self, row: int, column: int) -> bool:
        """Whether nothing at all stands in a cell, not even a dash for nothing."""
        return self.value(row, column) is None and not self.is_doubtful(row, column)

    def note_not_filled_in(self, row: int, columns: Iterable[int], what: str, why: str) -> None:
        """Record result cells of a row that nobody filled in: zero is a figure that somebody wrote.

        `why`: what is known of the claim, so that blank cells cannot mean zero (domain §4).
        """
        cells = [(row, column) for column in columns]
        listed = "・".join(address(*each) for each in cells)
        self.note(
            "error",
            "not_filled_in",
            cells[0],
            f"{what}(セル{listed})が記入されていません。{why}"
            "空欄を0とは読めないので、記入してください(ないときは0)。",
            expected="金額(ないときは0)",
        )

    def read_unit(self, last_row: int) -> bool:
        """Take the unit that the sheet names up to a row, on its own or behind a heading.

        The form's own unit when none is named. Two units, or one that the form does not have, are
        noted, also where a remark further below says another one. Returns whether any is named.
        """
        allowed = self.layout.units
        named: dict[str, tuple[int, int]] = {}
        for row, column, words in self.sheet.texts:
            if row <= last_row:
                for unit in money_units(key(words)):
                    named.setdefault(unit, (row, column))
        is_named = bool(named)
        for row, column, words in self.sheet.texts:
            if row > last_row and _REMARK.match(words):
                for unit in stated_units(key(words)) - ({allowed[0]} if not named else set()):
                    named.setdefault(unit, (row, column))
        units = {unit: MONEY_UNITS.get(unit, 0) for unit in named}
        if is_named and len(named) == 1 and named.keys() <= set(allowed):
            self.unit_yen = next(iter(units.values()))
        elif named:
            place = next(
                (p for u, p in named.items() if u not in allowed),
                list(named.values())[-1],
            )
            self.note(
                "error",
                "unit",
                place,
                f"金額の単位が{'と'.join(named)}と書かれており、どの単位の金額か決められません。"
                f"単位を{'か'.join(f'「{unit}」' for unit in allowed)}のどれか一つにし、"
                "金額もその単位で記入してください。",
                found=self.value(*place),
                expected=f"{'または'.join(allowed)}のどれか一つ",
            )
        return is_named

    def amount(self, row: int, column: int, name: str) -> int:
        """A typed amount in yen; a blank is 0. Notes what cannot be read for certain."""
        parsed = self._number(row, column, name)
        if parsed is None:
            return 0
        if parsed.unit:
            factor = MONEY_UNITS.get(parsed.unit, 0)
            if factor != self.unit_yen:
                self._odd_unit(row, column, name, parsed.unit, factor)
        if self.unit_yen % parsed.scale:
            self._note_scale(row, column, name)
        yen = self.yen(parsed)
        if abs(yen) >= MAX_YEN:
            self.note_unreadable(row, column, name, "現実的な大きさの金額")
        return yen

    def yen(self, parsed: text.Number | None) -> int:
        """What a number in a column of amounts stands for, in its own unit or the sheet's.

        Where the screen shows thousands of it, the sheet's unit is that of what is shown.
        """
        factor = MONEY_UNITS.get(parsed.unit or "", self.unit_yen) if parsed else 0
        return parsed.value * factor // parsed.scale if parsed else 0

    def count(self, row: int, column: int, name: str) -> int:
        """A typed number of 件 or 人; a blank is 0."""
        parsed = self._number(row, column, name)
        if parsed is None:
            return 0
        if parsed.unit in MONEY_UNITS or parsed.value < 0 or parsed.scale > 1:
            self.note_unreadable(row, column, name, "0以上の整数(件数・人数)")
        return parsed.value

    def _number(self, row: int, column: int, name: str) -> text.Number | None:
        value = self.value(row, column)
        try:
            parsed = text.number(value)
        except Unreadable as problem:
            self.note_unreadable(row, column, name, str(problem))
            return None
        if value is None:
            if not self.note_doubt(row, column, name):
                self.note_merged(row, column, name)
        elif parsed and parsed.dotted:
            self.note(
                "warning",
                "thousands_dot",
                (row, column),
                f"「{name}」の「{quoted(value)}」は、ピリオドを桁区切りとみなして{parsed.value:,}と読みました。"
                "違う場合は訂正し、以後は 26,325 のようにカンマで書いてください。",
                found=value,
                expected=f"{parsed.value:,}",
            )
        return parsed

    def note_merged(self, row: int, column: int, name: str, *, down: bool = True) -> None:
        """Note a blank cell below a figure that is merged over it: whose it is, nobody can say.

        `down` False: one that is merged over rows alone stands for all of them.
        """
        first = self.spread_from(row, column)
        if not self.is_figure(*first) or not (down or first[1] != column):
            return
        value = self.value(*first)
        cells = f"{address(*first)}から{address(row, column)}"
        self.note(
            "error",
            "not_as_seen",
            (row, column),
            f"「{name}」のセルは結合されており(セル{cells})、「{quoted(value)}」がどの欄の値か決められません。"
            "結合を解除し、それぞれの欄に記入してください。",
            found=value,
            expected="結合していないセル",
        )

    def is_doubtful(self, row: int, column: int) -> bool:
        """Whether the content of a cell cannot be taken for certain."""
        return self.doubt(row, column) is not None

    def is_uncached(self, row: int, column: int) -> bool:
        """Whether a cell is a formula that was saved without its result."""
        doubt = self.doubt(row, column)
        return doubt is not None and doubt.rule == "uncached_formula"

    def note_doubt(
        self,
        row: int,
        column: int,
        name: str,
        expected: str = "整数",
        severity: Severity = "error",
    ) -> bool:
        """Note a cell whose content cannot be taken for certain. Returns whether it is one."""
        doubt = self.doubt(row, column)
        if doubt is None:
            return False
        self.note(
            severity,
            doubt.rule,
            (row, column),
            f"「{name}」の{doubt.cause}",
            found=doubt.seen,
            expected=expected,
        )
        return True

    def note_disguised(self, row: int, column: int, name: str, severity: Severity) -> None:
        """Note a computed cell of which the screen shows something else than what it holds.

        A computed cell without a result, or with an error value, is computed anew and not missed.
        """
        doubt = self.doubt(row, column)
        if doubt and doubt.rule in ("not_as_seen", "struck_out"):
            self.note_doubt(row, column, name, severity=severity)

    def _note_scale(self, row: int, column: int, name: str) -> None:
        value = self.value(row, column)
        unit = next(u for u, f in MONEY_UNITS.items() if f == self.unit_yen)
        self.note(
            "error",
            "not_as_seen",
            (row, column),
            f"「{name}」は画面に「{quoted(value)}」と表示されますが、セルに入っている値は"
            f"{float(value):,.15g} です。{unit}単位の欄なので、どちらの金額か決められません。"  # type: ignore[arg-type]
            f"表示形式を「#,##0」にし、{unit}単位で記入してください。",
            found=value,
            expected=f"{unit}単位の整数",
        )

    def note_unreadable(
        self, row: int, column: int, name: str, expected: str, found: str | None = None
    ) -> None:
        """Record that a figure cannot be read."""
        shown = found or quoted(self.value(row, column))
        self.note(
            "error",
            "unreadable_number",
            (row, column),
            f"「{name}」の「{shown}」を読めません。{expected}で記入してください。",
            found=shown,
            expected=expected,
        )

    def _odd_unit(self, row: int, column: int, name: str, unit: str, factor: int) -> None:
        asked = next(u for u, f in MONEY_UNITS.items() if f == self.unit_yen)
        value = self.value(row, column)
        if factor:
            self.note(
                "warning",
                "unit",
                (row, column),
                f"「{name}」は{asked}単位の欄ですが「{quoted(value)}」と書かれているため、{unit}として読みました。"
                f"{asked}単位の数字だけを記入してください。",
                found=value,
                expected=f"{asked}単位の整数",
            )
        else:
            self.note_unreadable(row, column, name, f"{asked}単位の整数")


def is_figure(value: Value) -> bool:
    """Whether a value is a number, a rate or a date, as a number or as text."""
    if not isinstance(value, str):
        return value is not None
    for read in (text.number, text.rate):
        try:
            return read(value) is not None
        except Unreadable:
            continue
    return False


def show(yen: int, unit_yen: int) -> str:
    """An amount in the form's unit, as messages print it."""
    whole, rest = divmod(abs(yen), unit_yen)
    tail = f".{rest:03d}".rstrip("0") if rest else ""
    return f"{'▲' if yen < 0 else ''}{whole:,}{tail}"


def best_row(rows: Iterable[int]) -> int | None:
    """The row that occurs most often (the upper one of equals)."""
    counts: dict[int, int] = {}
    for row in rows:
        counts[row] = counts.get(row, 0) + 1
    return max(counts, key=lambda r: (counts[r], -r)) if counts else None
