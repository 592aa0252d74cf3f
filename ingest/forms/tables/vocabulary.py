"""The words that name the columns of a table, and the rows of a sheet that show them."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ingest.forms.reading import most_common
from ingest.layout import Column
from ingest.text import bare, key, without_years
from ingest.workbook import Sheet

_NUMBERED = re.compile(r"[\s(（]*[①-⑳A-FＡ-Ｆ1-9１-９][)）]?\s*$")


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
def _symbols(words: Vocabulary) -> Callable[[str], str | None]:
    """Its symbols, remembered: the same headings come again on every sheet."""
    return lru_cache(maxsize=4096)(words.symbol)


@lru_cache(maxsize=64)
def _labels(words: Vocabulary) -> Callable[[str], str | None]:
    """Its labels, remembered; with whatever number or letter a sheet gives them (決算値④)."""
    return lru_cache(maxsize=4096)(lambda t: words.label(t) or words.label(_NUMBERED.sub("", t)))


def _shown_symbols(sheet: Sheet, columns: tuple[Column, ...]) -> dict[int, set[str]]:
    """The different symbols that each row shows, from the top."""
    symbol_of = _symbols(vocabulary(columns))
    shown: dict[int, set[str]] = {}
    for row, _, text in sheet.texts:
        if symbol := symbol_of(text):
            shown.setdefault(row, set()).add(symbol)
    return shown


def symbol_row(
    sheet: Sheet, columns: tuple[Column, ...], least: int, rows: range | None = None
) -> int | None:
    """The first row, of some or of all, that shows at least `least` different symbols."""
    shown = _shown_symbols(sheet, columns)
    enough = (row for row, symbols in shown.items() if len(symbols) >= least)
    return min((row for row in enough if rows is None or row in rows), default=None)


def most_headings(sheet: Sheet, columns: tuple[Column, ...]) -> int:
    """How many of the table's headings one row shows at most: symbols, or labels."""
    label_of = _labels(vocabulary(columns))
    labels = Counter(row for row, _, text in sheet.texts if label_of(text))
    return max([0, *map(len, _shown_symbols(sheet, columns).values()), *labels.values()])


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

    best = most_common(row for row, _, text in sheet.texts if label_of(text))
    if best is None:
        return None
    rows = range(best, best + 1)
    for up, down in ((1, 0), (0, 1), (2, 0), (1, 1), (0, 2)):
        wider = range(max(best - up, 0), best + 1 + down)
        rows = wider if shown(rows) < shown(wider) else rows
    return rows if len(shown(rows)) >= len(columns) // 2 else None
