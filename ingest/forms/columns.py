"""Finds the columns of a table by their headings, wherever the table stands on the sheet."""

import re
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

from ingest.addresses import address
from ingest.forms.headings import FIGURES, LOOKED_AT, Spread
from ingest.forms.reading import Page, best_row
from ingest.layout import Column
from ingest.quoting import as_written
from ingest.text import bare, key, without_years
from ingest.workbook import Sheet

_NUMBERED = re.compile(r"[\s(（]*[①-⑳A-FＡ-Ｆ1-9１-９][)）]?\s*$")


@dataclass(frozen=True)
class Table:
    """Where the columns stand: name → zero-based column; data begins at `first_row`.

    `spec`: the columns that were looked for, also those that were not found. `passed_over`: columns
    under a heading of the form whose second line says that they are not asked for.
    """

    columns: Mapping[str, int]
    first_row: int
    label_row: int
    symbol_row: int | None
    spec: tuple[Column, ...] = ()
    passed_over: frozenset[int] = frozenset()

    @property
    def left(self) -> int:
        """The leftmost column of the table; row labels stand to the left of it."""
        return min(self.columns.values())


@lru_cache(maxsize=8192)
def _compared(text: str) -> tuple[str, str]:
    """A heading as it is compared: without its unit, then also without its years."""
    plain = bare(key(text))
    return plain, without_years(plain)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The words that name the columns of one table."""

    symbols: Mapping[str, str]  # ア → carried_forward
    labels: frozenset[str]
    joined: Mapping[str, tuple[str, str]]  # 調定額ウ → (ウ, 調定額): both in one cell

    def symbol(self, text: str) -> str | None:
        """The symbol a cell shows: ア of "ア ＝前年度ケ''" and of 調定繰越額(ア)."""
        k = key(text)
        found = k.partition("=")[0].strip("().")
        if found in self.symbols:
            return found
        return self.joined[bare(k)][0] if bare(k) in self.joined else None

    def label(self, text: str) -> str | None:
        """The label a cell shows, also together with its symbol or a unit."""
        for k in _compared(text):
            if k in self.labels:
                return k
            if k in self.joined:
                return self.joined[k][1]
        return None


@lru_cache(maxsize=64)
def vocabulary(columns: tuple[Column, ...]) -> Vocabulary:
    """The vocabulary of a table's columns."""
    joined = {}
    for column in columns:
        symbol = key(column.symbol or "")
        for label in column.label_keys if symbol else ():
            for both in (
                *(f"{label}{symbol}", f"{label}({symbol})", f"{symbol}{label}"),
                *(f"({symbol}){label}", f"{symbol}.{label}", f"{symbol}:{label}"),
            ):
                joined[both] = (symbol, label)
    return Vocabulary(
        symbols={key(c.symbol): c.name for c in columns if c.symbol},
        labels=frozenset().union(*(c.label_keys for c in columns)),
        joined=joined,
    )


@lru_cache(maxsize=64)
def _symbols(words: "Vocabulary") -> Callable[[str], str | None]:
    """Its symbols, remembered: the same headings come again on every sheet."""
    return lru_cache(maxsize=4096)(words.symbol)


@lru_cache(maxsize=64)
def _labels(words: "Vocabulary") -> Callable[[str], str | None]:
    """Its labels, remembered; with whatever number or letter a sheet gives them (決算値④)."""
    return lru_cache(maxsize=4096)(lambda t: words.label(t) or words.label(_NUMBERED.sub("", t)))


def header_rows(sheet: Sheet, columns: tuple[Column, ...], least: int) -> list[int]:
    """Rows that show at least `least` different symbols: one for each table on the sheet."""
    symbol_of = _symbols(vocabulary(columns))
    shown: dict[int, set[str]] = {}
    for row, _, text in sheet.texts:
        symbol = symbol_of(text)
        if symbol:
            shown.setdefault(row, set()).add(symbol)
    return sorted(row for row, symbols in shown.items() if len(symbols) >= least)


def most_headings(sheet: Sheet, columns: tuple[Column, ...]) -> int:
    """How many of the table's headings one row shows at most: symbols, or labels."""
    words = vocabulary(columns)
    symbol_of, label_of = _symbols(words), _labels(words)
    symbols: dict[int, set[str]] = {}
    labels: dict[int, int] = {}
    for row, _, text in sheet.texts:
        if symbol := symbol_of(text):
            symbols.setdefault(row, set()).add(symbol)
        if label_of(text):
            labels[row] = labels.get(row, 0) + 1
    return max([0, *map(len, symbols.values()), *labels.values()])


def heading_rows(sheet: Sheet, columns: tuple[Column, ...]) -> range | None:
    """The neighbouring rows that together show most of a table's labels; None for too few.

    A heading of several lines stands over its table once: the row of most labels, and the rows
    beside it that add labels of other columns.
    """
    label_of = _labels(vocabulary(columns))
    owners = {label: column.name for column in columns for label in column.label_keys}

    def shown(rows: range) -> set[str]:
        written: dict[int, str] = {}
        for row in rows:
            for c in range(sheet.left, sheet.right):
                value = sheet.filled.get((row, c))
                if isinstance(value, str):
                    written[c] = written.get(c, "") + value
        return {owners[label] for words in written.values() if (label := label_of(words))}

    best = best_row(row for row, _, text in sheet.texts if label_of(text))
    if best is None:
        return None
    rows = range(best, best + 1)
    for up, down in ((1, 0), (0, 1), (2, 0), (1, 1), (0, 2)):
        wider = range(max(best - up, 0), best + 1 + down)
        rows = wider if shown(rows) < shown(wider) else rows
    return rows if len(shown(rows)) >= len(columns) // 2 else None


def find_table(
    page: Page,
    columns: tuple[Column, ...],
    groups: Mapping[str, frozenset[str]],
    symbol_row: int | None,
    rows: range,
    lines: range | None = None,
) -> Table | None:
    """The table whose heading stands within `rows`; None when there is none. Notes its faults.

    `lines`: the rows of labels, where they are known already (see `heading_rows`).
    """
    words = vocabulary(columns)
    texts = [t for t in page.sheet.texts if t[0] in rows]
    lowest = symbol_row + 1 if symbol_row is not None else rows.stop
    label_row = best_row(r for r, _, text in texts if r <= lowest and words.label(text))
    if label_row is None:
        if symbol_row is None:
            return None
        label_row = symbol_row
    if lines is not None:
        label_row = lines.stop - 1
    heading = _Heading(page, words, groups, label_row, symbol_row, texts, lines)
    heading.is_repeated = heading.note_repeated(columns[0])
    found = {column.name: heading.locate(column) for column in columns}
    placed = {name: c for name, c in found.items() if c is not None}
    if len(placed) < len(columns) // 2:
        return None
    for column in columns:
        told = column.presence == "optional" or column.name in heading.ambiguous
        if found[column.name] is None and not told:
            heading.note_missing(column, placed, columns)
    if not heading.is_repeated:
        heading.note_unknown(set(placed.values()))
        heading.note_exchanged(columns, placed)
    spread = Spread(page, heading.rows, columns, placed, heading.headed)
    first_row = spread.seconds.stop or heading.rows[-1] + 1
    placed = dict(spread.settle())
    over = frozenset(spread.passed_over)
    return Table(placed, first_row, label_row, symbol_row, columns, over)


def note_untaken(
    page: Page,
    table: Table,
    rows: Iterable[int],
    told: Set[int] = frozenset(),
    stop: int | None = None,
) -> None:
    """Note figures inside a table that stand in no column of the form: nobody takes them.

    `told`: columns that were noted by their headings; `stop`: where the table ends if not with
    its last column.
    """
    rows = list(rows)
    inside = range(table.left, stop or max(table.columns.values()))
    for c in sorted(set(inside) - set(table.columns.values()) - told - table.passed_over):
        figures = [r for r in rows if isinstance(page.value(r, c), int | float)]
        if figures:
            place = (figures[0], c)
            page.note(
                "warning",
                "unknown_column",
                place,
                f"様式にない列(セル{address(*place)}など{len(figures)}か所)に数値があります。"
                "この列は読み込みません。様式の列であれば見出しを戻し、そうでなければ列を削除してください。",
                found=page.value(*place),
            )


class _Heading:
    def __init__(
        self,
        page: Page,
        words: Vocabulary,
        groups: Mapping[str, frozenset[str]],
        label_row: int,
        symbol_row: int | None,
        texts: Iterable[tuple[int, int, str]],
        lines: range | None,
    ) -> None:
        self.page, self.words = page, words
        self.label_row, self.symbol_row = label_row, symbol_row
        names = {k: name for name, keys in groups.items() for k in keys}
        above = [(r, c, names[key(t)]) for r, c, t in texts if r < label_row and key(t) in names]
        self.group_row = max((r for r, _, _ in above), default=label_row)
        self.group_starts = sorted((c, name) for r, c, name in above if r == self.group_row)
        above_labels = label_row if self.group_row == label_row else self.group_row + 1
        self.lines = lines or range(above_labels, label_row + 1)
        span = range(page.sheet.left, page.sheet.right)
        self.labels = {c: self._label_keys(c) for c in span}
        shown = {} if symbol_row is None else {c: page.value(symbol_row, c) for c in span}
        self.symbols: dict[str, list[int]] = {}
        for c, value in shown.items():
            if isinstance(value, str) and (symbol := words.symbol(value)):
                self.symbols.setdefault(symbol, []).append(c)
        self.rows = sorted({*self.lines, label_row, *([] if symbol_row is None else [symbol_row])})
        self.headed = {c for c in span if any(page.value(r, c) is not None for r in self.rows)}
        self.is_repeated = False
        self.ambiguous: set[str] = set()

    def group(self, column: int) -> str | None:
        """The group heading at or before a column; a column left of all groups has none."""
        started = [name for c, name in self.group_starts if c <= column]
        return started[-1] if started else None

    def _label_keys(self, column: int) -> set[str]:
        """The label of a column, also when it is written over several rows."""
        parts = [v for r in self.lines if isinstance(v := self.page.value(r, column), str)]
        return {label for p in [*parts, "".join(parts)] if (label := self.words.label(p))}

    def locate(self, column: Column) -> int | None:
        marked = self.symbols.get(key(column.symbol), []) if column.symbol else []
        by_symbol = self._only(column, marked)
        if column.name in self.ambiguous:
            return None
        by_label = self._by_label(column)
        if by_symbol is not None and self.labels[by_symbol] & column.label_keys:
            return by_symbol  # whatever group it seems to be in: 過年度分 may stand in the middle
        if by_symbol is None:
            if by_label and column.symbol and self.symbol_row is not None:
                self._note_damaged(column, self.symbol_row, by_label[0], column.symbol)
            return self._only(column, by_label)
        if by_label:
            self.page.note(
                "error",
                "damaged_heading",
                (self.label_row, by_symbol),
                f"記号「{column.symbol}」と見出し「{column.title}」が別の列にあります。"
                "見出しと記号を元の様式のとおりに戻してください。",
                found=self._shown(self.label_row, by_symbol),
                expected=column.title,
            )
        elif self.symbol_row != self.label_row:
            self._note_damaged(column, self.label_row, by_symbol, column.title)
        return by_symbol

    def _only(self, column: Column, places: list[int]) -> int | None:
        """The one of several columns of a heading in which anything stands.

        Of names the one whose heading comes first in the layout; two columns of figures are noted.
        """
        rows = range(self.rows[-1] + 1, min(self.rows[-1] + 1 + LOOKED_AT, self.page.sheet.bottom))
        filled = [c for c in places if any(self.page.value(r, c) is not None for r in rows)]
        if len(filled) < 2 or self.is_repeated:
            return next(iter(filled or places), None)
        if column.kind not in FIGURES:
            labels = [key(label) for label in column.labels]
            ranks = [min(map(labels.index, self.labels[c] & column.label_keys)) for c in filled]
            if ranks.count(min(ranks)) == 1:
                return filled[ranks.index(min(ranks))]
        first, second = ((self.label_row, c) for c in filled[:2])
        self.page.note(
            "error",
            "ambiguous_heading",
            second,
            f"「{column.title}」の列が{len(filled)}つあり(セル{address(*first)}とセル{address(*second)})、"
            "どちらを読むか決められません。1つにして提出してください。",
            found=self._shown(*second),
            expected=f"「{column.title}」の列が1つ",
        )
        self.ambiguous.add(column.name)
        return None

    def note_exchanged(self, columns: Iterable[Column], placed: Mapping[str, int]) -> None:
        """Note the heading of a group that stands over the columns of another one.

        Symbols and labels place a column; 過年度分 may stand in the middle of its columns.
        """
        for start, name in self.group_starts:
            own = [placed[c.name] for c in columns if c.name in placed and c.group == name]
            others = [
                placed[c.name] for c in columns if c.name in placed and c.group not in (name, None)
            ]
            if own and others and start in range(min(others), max(others) + 1):
                if start in range(min(own), max(own) + 1):
                    continue
                shown = self._shown(self.group_row, start)
                self.page.note(
                    "error",
                    "damaged_heading",
                    (self.group_row, start),
                    f"見出し「{shown}」が、記号や見出しからみて別の区分の列の上にあります。"
                    "過年度分と現年度分の見出しを元の様式のとおりに戻してください。",
                    found=shown,
                )

    def _by_label(self, column: Column) -> list[int]:
        known = {name for _, name in self.group_starts}
        return [
            c
            for c, keys in self.labels.items()
            if keys & column.label_keys
            and (column.group not in known or self.group(c) == column.group)
        ]

    def _shown(self, row: int, column: int) -> str | None:
        value = self.page.value(row, column)
        return None if value is None else as_written(value)

    def _note_damaged(self, column: Column, row: int, place: int, expected: str) -> None:
        found = self._shown(row, place)
        if found is None:
            self.page.note(
                "error",
                "missing_heading",
                (row, place),
                f"「{column.title}」の列の見出しが消えています。"
                f"「{expected}」と書き、元の様式のとおりに戻してください。",
                expected=expected,
            )
        else:
            self.page.note(
                "warning",
                "damaged_heading",
                (row, place),
                f"「{column.title}」の列の見出しが「{found}」に変わっています。"
                "この列として読みましたが、違う場合は訂正してください。",
                found=found,
                expected=expected,
            )

    def note_missing(
        self, column: Column, placed: Mapping[str, int], columns: tuple[Column, ...]
    ) -> None:
        order = [c.name for c in columns]
        before = [placed[n] for n in order[: order.index(column.name)] if n in placed]
        place = (self.label_row, before[-1] + 1) if before else (self.label_row, 0)
        self.page.note(
            "error" if column.presence == "required" else "warning",
            "missing_heading",
            place,
            f"「{column.title}」の列が見当たりません。列を削らず、見出しを元の様式のとおりに"
            "戻してください。",
            found=self._shown(*place),
            expected=column.title,
        )

    def note_repeated(self, first: Column) -> bool:
        """The same table a second time to the right: nobody can say which one counts."""
        for row in sorted({self.label_row, *([self.symbol_row] if self.symbol_row else [])}):
            again = [
                c
                for c in self.labels
                if isinstance(v := self.page.value(row, c), str)
                and (self.words.label(v) in first.label_keys or self._is_symbol(v, first))
            ]
            if len(again) > 1:
                self.page.note(
                    "error",
                    "several_forms",
                    (row, again[1]),
                    "同じ表が横に2つ並んでいます。どちらを読むか決められません。"
                    "提出する表だけを残してください。",
                    found=self._shown(row, again[1]),
                    expected="1シートに表1つ",
                )
                return True
        return False

    def _is_symbol(self, words: str, column: Column) -> bool:
        return column.symbol is not None and self.words.symbol(words) == key(column.symbol)

    def note_unknown(self, placed: set[int]) -> None:
        """A column with a heading of its own that the form does not have."""
        for c in range(min(placed), self.page.sheet.right):
            if c in placed:
                continue
            row = next(
                (r for r in reversed(self.lines) if self.page.value(r, c) is not None),
                self.label_row,
            )
            value = self.page.value(row, c)
            if value is None and self.symbol_row is not None:
                row, value = self.symbol_row, self.page.value(self.symbol_row, c)
            if isinstance(value, str) and value.strip():
                self.page.note(
                    "warning",
                    "unknown_column",
                    (row, c),
                    f"様式にない列「{' '.join(value.split())}」があります。"
                    "この列は読み込みません。",
                    found=value,
                )
