"""Reads the city's register of claims from `claims.csv` or `claims.xlsx`, and says what is wrong.

The headings may stand again above rows that were added.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from io import StringIO
from itertools import combinations
from pathlib import Path
from typing import TypeVar

from ingest.addresses import address
from ingest.quoting import as_written, clean_name, quoted
from ingest.register import HEADINGS, Basis, Entry, Register
from ingest.text import Unreadable, claim_classes, claim_number, day, key
from ingest.values import Doubt, Value
from terms.codes import labels

T = TypeVar("T")

FILES = ("claims.csv", "claims.xlsx")
REQUIRED = ("claim_number", "claim_name", "claim_classes", "department")
BASES: Mapping[str, Basis] = {
    labels("basis")["closing_period"]: "closing_period",
    "あり": "closing_period",
    "有": "closing_period",
    labels("basis")["year_end"]: "year_end",
    "なし": "year_end",
    "無": "year_end",
}
MAX_BYTES = 10 * 2**20
MAX_NAME = 200
LONGEST_LIMITATION = 30  # years; the law knows 2, 5, 10 and 20


class RegisterFaulty(ValueError):
    """The register cannot be used; `faults` says why, a line each, naming its place."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def read_register(folder: Path, municipality_code: str | None = None) -> Register | None:
    """The register of a folder, or None when it has none.

    `municipality_code`: of rows that name none. Raises RegisterFaulty with every fault.
    """
    present = [folder / name for name in FILES if (folder / name).exists()]
    if not present:
        return None
    if len(present) > 1:
        raise RegisterFaulty(
            f"{' と '.join(FILES)} の両方があります。使うほうだけを残してください。"
        )
    (path,) = present
    table = _Table(path.name, _rows_of(path))
    entries = table.entries(municipality_code)
    if table.faults:
        raise RegisterFaulty(*table.faults)
    return Register(tuple(entries))


def _rows_of(path: Path) -> Sequence[Sequence[Value]]:
    try:
        data = path.read_bytes()
    except OSError as closed:
        raise RegisterFaulty(
            f"{path.name} を開けません。アクセス権を確かめてください。"
        ) from closed
    if len(data) > MAX_BYTES:
        raise RegisterFaulty(
            f"{path.name} が大きすぎます(上限{MAX_BYTES // 2**20}MiB)。"
            "債権の行だけを残してください。"
        )
    return _rows_of_workbook(path.name, data) if path.suffix == ".xlsx" else _lines(path.name, data)


def _rows_of_workbook(file: str, data: bytes) -> Sequence[Sequence[Value]]:
    from ingest.workbook import WorkbookRefused, sheets_of

    tables: list[Sequence[Sequence[Value]]] = []
    try:
        for sheet in sheets_of(data):
            if sheet.visible and sheet.refused:
                raise sheet.refused
            if sheet.visible and sheet.filled:
                rows, columns = range(sheet.bottom), range(sheet.right)
                tables.append([[sheet.filled.get((r, c)) for c in columns] for r in rows])
    except WorkbookRefused as refused:
        raise RegisterFaulty(f"{file}: {refused.message}") from refused
    headed = (rows for rows in tables if any(map(is_heading, rows)))
    return next(headed, tables[0] if tables else [])


def is_heading(row: Sequence[Value]) -> bool:
    """Whether a row names the columns of the register."""
    shown = {key(value) for value in row if isinstance(value, str)}
    return len(shown & {key(heading) for heading in HEADINGS.values()}) >= len(REQUIRED)


def _lines(file: str, data: bytes) -> list[list[str]]:
    encoding = encoding_of(data)
    if encoding is None:
        raise RegisterFaulty(
            f"{file} の文字コードが読めません。「CSV UTF-8(コンマ区切り)」で保存し直してください。"
        )
    try:
        return list(csv.reader(StringIO(data.decode(encoding), newline="")))
    except csv.Error as broken:
        raise RegisterFaulty(
            f"{file} をCSVとして読めません({broken})。Excelで開いて保存し直してください。"
        ) from broken


def encoding_of(data: bytes) -> str | None:
    """What a claims.csv is written in, as Excel writes one; None for anything else."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return None


class _Table:
    """The rows of the file under their headings; notes what is wrong and goes on."""

    def __init__(self, file: str, rows: Sequence[Sequence[Value]]) -> None:
        self.file, self.rows = file, rows
        self.faults: list[str] = []
        self.columns: dict[int, dict[str, int]] = {}  # of the row of headings

    def entries(self, municipality_code: str | None) -> list[Entry]:
        """All rows that can be read, each under the headings above it."""
        for top in (r for r, row in enumerate(self.rows) if is_heading(row)):
            self.columns[top] = self._headings(top, municipality_code)
        if not self.columns:
            self._note(
                None,
                "見出しの行が見当たりません。"
                f"1行目に {'・'.join(HEADINGS.values())} の見出しを書いてください。",
            )
        if self.faults:
            return []
        below = (r for r in range(min(self.columns), len(self.rows)) if r not in self.columns)
        read = {r: e for r in below if (e := self._entry(r, municipality_code))}
        self._check_periods(read)
        return list(read.values())

    def _headings(self, top: int, municipality_code: str | None) -> dict[str, int]:
        """The columns that a row of headings names."""
        names = {key(heading): name for name, heading in HEADINGS.items()}
        columns: dict[str, int] = {}
        for c, value in enumerate(self.rows[top]):
            name = names.get(key(value)) if isinstance(value, str) else None
            if name in columns:
                self._note(
                    (top, c), f"見出し「{HEADINGS[name]}」が2つあります。1つにしてください。"
                )
            elif name:
                columns[name] = c
        for name in (*REQUIRED, *(() if municipality_code else ("municipality_code",))):
            if name not in columns:
                self._note(
                    (top, 0), f"見出し「{HEADINGS[name]}」がありません。列を加えてください。"
                )
        return columns

    def _entry(self, row: int, municipality_code: str | None) -> Entry | None:
        if not any(self._words(row, name) for name in HEADINGS):
            return None
        noted = len(self.faults)
        for name in HEADINGS:
            if isinstance(value := self._value(row, name), Doubt):
                self._note(self._place(row, name), f"「{HEADINGS[name]}」の{value.cause}")
        code = self._words(row, "municipality_code") or municipality_code or ""
        if not (len(code) == 6 and code.isascii() and code.isdecimal()):
            self._note_value(row, "municipality_code", "半角数字6桁(例 271004)")
        has_number = bool(self._words(row, "claim_number"))
        number = self._read(row, "claim_number", claim_number) if has_number else None
        name = self._name(row, "claim_name")
        must_be = has_number or self._words(row, "claim_classes")
        classes = self._read(row, "claim_classes", claim_classes) if must_be else ()
        department = self._name(row, "department")
        years = self._years(row)
        basis = BASES.get(key(self._words(row, "basis") or "あり"))
        if basis is None:
            self._note_value(row, "basis", "出納整理期間あり、または 出納整理期間なし")
        start, end = (self._day(row, each) for each in ("valid_from", "valid_to"))
        if start and end and start > end:
            self._note_value(row, "valid_to", f"適用開始日({start})以後の日付")
        if len(self.faults) > noted or classes is None or basis is None:
            return None
        return Entry(
            municipality_code=code,
            claim_number=number,
            claim_name=name,
            aliases=_separated(self._words(row, "aliases")),
            claim_classes=classes,
            department=department,
            section=self._words(row, "section") or None,
            limitation_years=years,
            basis=basis,
            valid_from=start,
            valid_to=end,
        )

    def _check_periods(self, read: Mapping[int, Entry]) -> None:
        """Of one claim, one row holds on any day."""
        histories: dict[tuple[str, str], list[tuple[int, Entry]]] = defaultdict(list)
        for r, entry in read.items():
            histories[entry.municipality_code, entry.key].append((r, entry))
        pairs = (pair for rows in histories.values() for pair in combinations(rows, 2))
        for (r, one), (s, other) in pairs:
            starts = max(one.valid_from or date.min, other.valid_from or date.min)
            if starts <= min(one.valid_to or date.max, other.valid_to or date.max):
                self._note(
                    self._place(s, "claim_number"),
                    f"{one.called}の適用期間が{r + 1}行目と重なっています。"
                    "適用開始日と適用終了日を、重ならないように書いてください。",
                )

    def _value(self, row: int, name: str) -> Value:
        column = self._columns(row).get(name)
        cells = self.rows[row]
        return cells[column] if column is not None and column < len(cells) else None

    def _words(self, row: int, name: str) -> str:
        value = self._value(row, name)
        return "" if value is None else clean_name(as_written(value))

    def _name(self, row: int, name: str) -> str:
        words = self._words(row, name)
        if not words or len(words) > MAX_NAME:
            self._note_value(row, name, f"{HEADINGS[name]}({MAX_NAME}文字以内)")
        return words

    def _years(self, row: int) -> int | None:
        words = key(self._words(row, "limitation_years")).removesuffix("年").removesuffix(".0")
        if not words:
            return None
        if words.isascii() and words.isdecimal() and 0 < int(words[:4]) <= LONGEST_LIMITATION:
            return int(words)
        self._note_value(row, "limitation_years", "年数(例 5)。分からなければ空欄")
        return None

    def _day(self, row: int, name: str) -> date | None:
        return self._read(row, name, day) if self._words(row, name) else None

    def _read(self, row: int, name: str, how: Callable[[Value], T]) -> T | None:
        try:
            return how(self._value(row, name))
        except Unreadable as problem:
            self._note_value(row, name, str(problem))
            return None

    def _note_value(self, row: int, name: str, expected: str) -> None:
        shown = quoted(self._words(row, name))
        said = f"「{shown}」は読み取れません" if shown else "記入がありません"
        self._note(
            self._place(row, name), f"「{HEADINGS[name]}」の{said}。{expected}を書いてください。"
        )

    def _place(self, row: int, name: str) -> tuple[int, int]:
        return row, self._columns(row).get(name, 0)

    def _columns(self, row: int) -> dict[str, int]:
        """The columns that the last headings above a row name."""
        return self.columns[max(top for top in self.columns if top < row)]

    def _note(self, place: tuple[int, int] | None, message: str) -> None:
        where = f" {place[0] + 1}行目({address(*place)})" if place else ""
        self.faults.append(f"{self.file}{where}: {message}")


def _separated(words: str) -> tuple[str, ...]:
    for mark in "；;，":
        words = words.replace(mark, "、")
    return tuple(dict.fromkeys(part.strip() for part in words.split("、") if part.strip()))
