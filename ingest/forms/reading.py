"""What reading one sheet gives, and the steps that every form shares."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from ingest import text
from ingest.addresses import address
from ingest.findings import Finding, Severity
from ingest.layout import Column, Layout
from ingest.text import Unreadable, Value, key
from ingest.workbook import Sheet, Workbook

MAX_YEN = 10**15  # a thousand trillion yen: beyond any city, and safe to add up in a BIGINT
MAX_NAME = 200
PART_NAMES = {"prior": "過年度", "current": "現年度", "total": "合計"}

_MONEY_UNITS = {"円": 1, "千円": 1_000, "百万円": 1_000_000, "億円": 100_000_000}


@dataclass(frozen=True, slots=True)
class CellValue:
    """One typed cell. `number`: yen for money, else a count; `text`: anything that is no number."""

    block: str
    item: str
    measure: str
    cell: str
    number: int | None = None
    text: str | None = None


@dataclass(slots=True)
class FormReading:
    """One form on one sheet: its header, typed cells, free text and findings."""

    sheet: str
    form: str
    layout_version: str
    unit_yen: int
    claim_number: str | None = None
    claim_name: str | None = None
    claim_classes: str | None = None
    department: str | None = None
    section: str | None = None
    fiscal_year: int | None = None
    as_of: date | None = None
    cells: list[CellValue] = field(default_factory=list)
    narrative: list[CellValue] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def rejected(self) -> bool:
        """An error rejects the sheet, a warning does not."""
        return any(finding.severity == "error" for finding in self.findings)


class Page:
    """A sheet being read with a layout: values, and the findings made on the way."""

    def __init__(self, workbook: Workbook, sheet: Sheet, layout: Layout, file: str) -> None:
        self.workbook, self.sheet, self.layout, self.file = workbook, sheet, layout, file
        self.findings: list[Finding] = []
        self.unit_yen = layout.unit_yen

    @cached_property
    def lost(self) -> Mapping[str, str | None]:
        """Cells that look blank but are formulas without a result, or error values."""
        return self.workbook.lost_values(self.sheet.name)

    def layout_column(self, name: str) -> Column:
        """The layout's column of a measure."""
        return next(column for column in self.layout.columns if column.name == name)

    def value(self, row: int, column: int) -> Value:
        """The value at zero-based (row, column)."""
        return self.sheet.value(row, column)

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
        shown = None if found is None else as_written(found)
        self.findings.append(
            Finding(self.file, self.sheet.name, cell, rule, severity, shown, expected, message)
        )

    def note_entry(self, label: str, place: tuple[int, int], expected: str) -> None:
        """Record that an entry cannot be read."""
        value = self.value(*place)
        shown = "" if value is None else as_written(value)
        self.note(
            "error",
            "header_value",
            place,
            f"「{label}」の「{shown}」を読み取れません。{expected}を記入してください。",
            found=value,
            expected=expected,
        )

    def unit_above(self, before: int) -> int:
        """The unit printed above a row (yen for one); the form's own when none is printed."""
        for row, _, words in self.sheet.texts:
            k = key(words)
            if row <= before and "単位" in k:
                return 1_000 if "千円" in k else 1 if "円" in k else self.layout.unit_yen
        return self.layout.unit_yen

    def amount(self, row: int, column: int, name: str) -> int:
        """A typed amount in yen; a blank is 0. Notes what cannot be read for certain."""
        parsed = self._number(row, column, name)
        if parsed is None:
            return 0
        factor = self.unit_yen
        if parsed.unit:
            factor = _MONEY_UNITS.get(parsed.unit, 0)
            if factor != self.unit_yen:
                self._odd_unit(row, column, name, parsed.unit, factor)
        yen = parsed.value * (factor or self.unit_yen)
        if abs(yen) >= MAX_YEN:
            self._unreadable(row, column, name, "現実的な大きさの金額")
        return yen

    def count(self, row: int, column: int, name: str) -> int:
        """A typed number of 件 or 人; a blank is 0."""
        parsed = self._number(row, column, name)
        if parsed is None:
            return 0
        if parsed.unit in _MONEY_UNITS or parsed.value < 0:
            self._unreadable(row, column, name, "0以上の整数(件数・人数)")
        return parsed.value

    def _number(self, row: int, column: int, name: str) -> text.Number | None:
        value = self.value(row, column)
        try:
            parsed = text.number(value)
        except Unreadable as problem:
            self._unreadable(row, column, name, str(problem))
            return None
        if value is None:
            self._check_lost(row, column, name)
        elif parsed and parsed.dotted:
            self.note(
                "warning",
                "thousands_dot",
                (row, column),
                f"「{name}」の「{as_written(value)}」は、ピリオドを桁区切りとみなして{parsed.value:,}と読みました。"
                "違う場合は訂正し、以後は 26,325 のようにカンマで書いてください。",
                found=value,
                expected=f"{parsed.value:,}",
            )
        return parsed

    def _check_lost(self, row: int, column: int, name: str) -> None:
        cell = address(row, column)
        if not self.lost or cell not in self.lost:
            return
        error = self.lost[cell]
        if error:
            self._unreadable(row, column, name, "整数", error)
            return
        self.note(
            "error",
            "uncached_formula",
            (row, column),
            f"「{name}」は数式ですが計算結果が保存されていません。"
            "Excelで開いて上書き保存するか、数値を直接入力してください。",
            found="計算結果のない数式",
            expected="整数",
        )

    def _unreadable(
        self, row: int, column: int, name: str, expected: str, found: str | None = None
    ) -> None:
        shown = found or as_written(self.value(row, column))
        self.note(
            "error",
            "unreadable_number",
            (row, column),
            f"「{name}」の「{shown}」を数値として読めません。{expected}で記入してください。",
            found=shown,
            expected=expected,
        )

    def _odd_unit(self, row: int, column: int, name: str, unit: str, factor: int) -> None:
        asked = next(u for u, f in _MONEY_UNITS.items() if f == self.unit_yen)
        value = self.value(row, column)
        if factor:
            self.note(
                "warning",
                "unit",
                (row, column),
                f"「{name}」は{asked}単位の欄ですが「{as_written(value)}」と書かれているため、{unit}として読みました。"
                f"{asked}単位の数字だけを記入してください。",
                found=value,
                expected=f"{asked}単位の整数",
            )
        else:
            self._unreadable(row, column, name, f"{asked}単位の整数")

    def header(self, last_row: int) -> dict[str, tuple[str, tuple[int, int]]]:
        """Labelled entries above `last_row`: name → (text as written, place of the value)."""
        labels = {k: name for name, keys in self.layout.header.items() for k in keys}
        found: dict[str, tuple[str, tuple[int, int]]] = {}
        for row, column, words in self.sheet.texts:
            if row >= last_row:
                break
            name = labels.get(key(words))
            inline = None
            if name is None and (":" in words or "：" in words):
                label, _, inline = words.replace("：", ":").partition(":")
                name = labels.get(key(label))
            if name is None or name in found:
                continue
            if inline and inline.strip():
                found[name] = (clean_name(inline), (row, column))
                continue
            place = self.beside(row, column, labels) or (row, column + 1)
            value = self.value(*place)
            is_entry = value is not None and not (isinstance(value, str) and key(value) in labels)
            found[name] = (clean_name(as_written(value)) if is_entry else "", place)
        return found

    def beside(self, row: int, column: int, labels: Mapping[str, str]) -> tuple[int, int] | None:
        """The entry that belongs to a label: the next cell to the right, else the one below."""
        for c in range(column + 1, self.sheet.right):
            value = self.value(row, c)
            if value is not None:
                if isinstance(value, str) and key(value) in labels:
                    break
                return row, c
        below = self.value(row + 1, column)
        if below is None or (isinstance(below, str) and key(below) in labels):
            return None
        return row + 1, column

    def required(self, entries: Mapping[str, tuple[str, tuple[int, int]]], name: str) -> str | None:
        """A header entry that must be there; noted when it is missing or too long."""
        label = "".join(self.layout.spec["header"][name][0].split())
        entry, place = entries.get(name, ("", None))
        if not entry:
            self.note(
                "error",
                "header_value",
                place,
                f"「{label}」が見当たらないか、記入されていません。"
                f"見出し「{label}」の右の欄に記入してください。",
                expected=label,
            )
        elif len(entry) > MAX_NAME:
            self.note(
                "error",
                "header_value",
                place,
                f"「{label}」が長すぎます({len(entry)}文字)。{MAX_NAME}文字以内で記入してください。",
                found=entry[:40] + "…",
                expected=f"{MAX_NAME}文字以内",
            )
        return entry or None


def as_written(value: Value) -> str:
    """A cell value as a person would read it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < MAX_YEN:
        return f"{int(value)}"
    return str(value)


def clean_name(words: str) -> str:
    """A name on one line; nothing but white space and control characters is touched."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else " " for c in words).split())


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
