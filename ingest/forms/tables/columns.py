"""Finds the columns of a table by their headings, wherever the table stands on the sheet."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from ingest.addresses import address
from ingest.forms.page import Page
from ingest.forms.reading import most_common
from ingest.forms.tables.headings import FIGURES, LOOKED_AT, Spread
from ingest.forms.tables.vocabulary import vocabulary
from ingest.layout import Column
from ingest.quoting import as_written
from ingest.text import key


@dataclass(frozen=True)
class Table:
    """Where the columns stand: name → zero-based column; data begins at `first_row`.

    `spec`: the columns that were looked for, also those that were not found. `passed_over`: columns
    under a heading of the form whose second line says that they are not asked for.
    """

    columns: Mapping[str, int]
    first_row: int
    label_row: int
    spec: tuple[Column, ...] = ()
    passed_over: frozenset[int] = frozenset()

    @property
    def left(self) -> int:
        """The leftmost column of the table; row labels stand to the left of it.

        The first of the sheet where no heading is certain.
        """
        return min(self.columns.values(), default=0)

    @property
    def lacks(self) -> frozenset[str]:
        """The columns that a form is nothing without and that were not found.

        What stands under a missing heading would only be guessed at.
        """
        required = {column.name for column in self.spec if column.presence == "required"}
        return frozenset(required - self.columns.keys())

    def places(self, row: int, names: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Where a row has the columns of some names, as far as the table has them."""
        return {name: (row, self.columns[name]) for name in names if name in self.columns}

    def note_no_lines(self, page: Page, message: str, expected: str) -> None:
        """Note a table without a single line."""
        place = (self.first_row, self.left)
        page.error("missing_row", place, message, found=None, expected=expected)


def find_table(
    page: Page, symbol_row: int | None, rows: range, lines: range | None = None
) -> Table | None:
    """The form's table whose heading stands within `rows`; None when there is none.

    Notes its faults. `lines`: the rows of labels, where they are known already (see
    `heading_rows`).
    """
    columns = page.layout.columns
    texts = [t for t in page.sheet.texts if t[0] in rows]
    label_row = _label_row(page, symbol_row, rows, lines)
    if label_row is None:
        return None
    heading = _Heading(page, label_row, symbol_row, texts, lines)
    heading.is_repeated = heading.note_repeated(columns[0])
    found = {column.name: heading.locate(column) for column in columns}
    placed = {name: c for name, c in found.items() if c is not None}
    if len(placed) < len(columns) // 2:
        return None
    for column in columns:
        told = column.presence == "optional" or column.name in heading.ambiguous
        if found[column.name] is None and not told:
            heading.note_missing(column, placed)
    if not heading.is_repeated:
        heading.note_unknown(set(placed.values()))
        heading.note_exchanged(placed)
    spread = Spread(page, heading.rows, columns, placed, heading.headed)
    first_row = spread.seconds.stop or heading.rows[-1] + 1
    placed = dict(spread.settle())
    over = frozenset(spread.passed_over)
    return Table(placed, first_row, label_row, columns, over)


def _label_row(page: Page, symbol_row: int | None, rows: range, lines: range | None) -> int | None:
    """The row of the labels; that of the symbols where nobody wrote any."""
    words = vocabulary(page.layout.columns)
    lowest = symbol_row + 1 if symbol_row is not None else rows.stop
    within = (
        r for r, _, text in page.sheet.texts if r in rows and r <= lowest and words.label(text)
    )
    label_row = most_common(within)
    if label_row is None:
        label_row = symbol_row
    return label_row if label_row is None or lines is None else lines.stop - 1


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
    inside = range(table.left, stop or max(table.columns.values(), default=0))
    for c in sorted(set(inside) - set(table.columns.values()) - told - table.passed_over):
        figures = [(r, c) for r in rows if page.is_number(r, c)]
        if figures:
            page.warn(
                "unknown_column",
                figures[0],
                f"様式にない列(セル{address(*figures[0])}など{len(figures)}か所)に数値があります。"
                "この列は読み込みません。様式の列であれば見出しを戻し、そうでなければ列を削除してください。",
            )


class _Heading:
    """The rows of a table's headings; which column each heading means, and what is wrong there."""

    def __init__(
        self,
        page: Page,
        label_row: int,
        symbol_row: int | None,
        texts: Iterable[tuple[int, int, str]],
        lines: range | None,
    ) -> None:
        self.page, self.label_row, self.symbol_row = page, label_row, symbol_row
        self.words = vocabulary(page.layout.columns)
        names = {k: name for name, keys in page.layout.groups.items() for k in keys}
        above = [(r, c, names[key(t)]) for r, c, t in texts if r < label_row and key(t) in names]
        self.group_row = max((r for r, _, _ in above), default=label_row)
        self.group_starts = sorted((c, name) for r, c, name in above if r == self.group_row)
        above_labels = label_row if self.group_row == label_row else self.group_row + 1
        self.lines = lines or range(above_labels, label_row + 1)
        self.labels = {c: self._label_keys(c) for c in page.span}
        shown = {} if symbol_row is None else {c: page.value(symbol_row, c) for c in page.span}
        self.symbols: dict[str, list[int]] = {}
        for c, value in shown.items():
            if isinstance(value, str) and (symbol := self.words.symbol(value)):
                self.symbols.setdefault(symbol, []).append(c)
        self.rows = sorted({*self.lines, label_row, *([] if symbol_row is None else [symbol_row])})
        self.headed = {c for c in page.span if any(page.value(r, c) is not None for r in self.rows)}
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
            self.page.error(
                "damaged_heading",
                (self.label_row, by_symbol),
                f"記号「{column.symbol}」と見出し「{column.title}」が別の列にあります。"
                "見出しと記号を元の様式のとおりに戻してください。",
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
        self.page.error(
            "ambiguous_heading",
            second,
            f"「{column.title}」の列が{len(filled)}つあり(セル{address(*first)}とセル{address(*second)})、"
            "どちらを読むか決められません。1つにして提出してください。",
            expected=f"「{column.title}」の列が1つ",
        )
        self.ambiguous.add(column.name)
        return None

    def note_exchanged(self, placed: Mapping[str, int]) -> None:
        """Note the heading of a group that stands over the columns of another one.

        Symbols and labels place a column; 過年度分 may stand in the middle of its columns.
        """
        there = [(c.group, placed[c.name]) for c in self.page.layout.columns if c.name in placed]
        for start, name in self.group_starts:
            own = [place for group, place in there if group == name]
            others = [place for group, place in there if group not in (name, None)]
            if own and others and start in range(min(others), max(others) + 1):
                if start in range(min(own), max(own) + 1):
                    continue
                shown = self._shown(self.group_row, start)
                self.page.error(
                    "damaged_heading",
                    (self.group_row, start),
                    f"見出し「{shown}」が、記号や見出しからみて別の区分の列の上にあります。"
                    "過年度分と現年度分の見出しを元の様式のとおりに戻してください。",
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
            self.page.error(
                "missing_heading",
                (row, place),
                f"「{column.title}」の列の見出しが消えています。"
                f"「{expected}」と書き、元の様式のとおりに戻してください。",
                expected=expected,
            )
        else:
            self.page.warn(
                "damaged_heading",
                (row, place),
                f"「{column.title}」の列の見出しが「{found}」に変わっています。"
                "この列として読みましたが、違う場合は訂正してください。",
                expected=expected,
            )

    def note_missing(self, column: Column, placed: Mapping[str, int]) -> None:
        order = [c.name for c in self.page.layout.columns]
        before = [placed[n] for n in order[: order.index(column.name)] if n in placed]
        place = (self.label_row, before[-1] + 1) if before else (self.label_row, 0)
        self.page.note(
            "error" if column.presence == "required" else "warning",
            "missing_heading",
            place,
            f"「{column.title}」の列が見当たりません。列を削らず、見出しを元の様式のとおりに"
            "戻してください。",
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
                self.page.error(
                    "several_forms",
                    (row, again[1]),
                    "同じ表が横に2つ並んでいます。どちらを読むか決められません。"
                    "提出する表だけを残してください。",
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
                self.page.note_unknown_column((row, c), " ".join(value.split()))
