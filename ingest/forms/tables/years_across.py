"""Tables whose columns are fiscal years and whose rows are named, wherever they stand."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from ingest import text
from ingest.forms.cells import is_figure
from ingest.forms.page import Page
from ingest.forms.reading import most_common
from ingest.layout import Column
from ingest.quoting import as_written
from ingest.text import key
from ingest.workbook import Place, Sheet
from terms.years import year_name

YEARS = range(1990, 2100)
_MENTIONS_A_YEAR = re.compile(r"(?:^|[\d元])年度|(?:19|20)\d\d|令和|平成")
_SIDE_NOTE = re.compile(r"\([^()]*\)")
_SYMBOL = re.compile(r"^\(?(?:\d{1,2}|[A-Z])[.:)]?(?=[^\W\dA-Z_])")
_SECTION = re.compile(r"^\(?(?:\d{1,2}|[一二三四五六七八九十]+)[.:)、]")

Said = tuple[str | None, str | None]  # (group, label) that a cell names


@dataclass(frozen=True)
class YearLine:
    """Headings that name fiscal years: column → its cells; `last` is the lowest of their rows."""

    first: int
    last: int
    headings: Mapping[int, tuple[Place, ...]]

    @property
    def left(self) -> int:
        """The first column of a year; the names of rows stand to the left of it."""
        return min(self.headings)

    @property
    def right(self) -> int:
        """The last column of a year."""
        return max(self.headings)


@dataclass(frozen=True)
class RowName:
    """What the cells left of the years say of a row: `words` name `column`, if any.

    `place`: where the name stands or, as far as that can be told, where a part of it is missing.
    `group_place`: where the name of its group should stand. `known`: whether any of the words
    belong to the table.
    """

    row: int
    place: Place
    words: str
    column: Column | None
    known: bool
    group_place: Place


@dataclass
class Block:
    """One line of years and the rows below it. `rows`: measure → its name; the first one counts."""

    line: YearLine
    names: list[RowName]
    said: str  # all that is written above and in it, to tell tables of one vocabulary apart
    rows: dict[str, RowName] = field(default_factory=dict)
    repeated: list[RowName] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Sort the names."""
        for name in self.names:
            if name.column and name.column.name not in self.rows:
                self.rows[name.column.name] = name
            elif name.column:
                self.repeated.append(name)

    @property
    def unknown(self) -> list[RowName]:
        """Rows that no measure belongs to."""
        return [name for name in self.names if name.column is None]


def year_lines(sheet: Sheet) -> list[YearLine]:
    """Every line of year headings. 和暦 and 西暦 below each other are one line."""
    rows: dict[int, list[int]] = {}
    for r, c, words in sheet.texts:
        if text.heading_years(words):
            rows.setdefault(r, []).append(c)
    for r, columns in _numeric_lines(sheet).items():
        rows.setdefault(r, []).extend(columns)
    lines: list[YearLine] = []
    for r in sorted(rows):
        above = lines[-1] if lines else None
        if above and above.last == r - 1 and set(rows[r]) & set(above.headings):
            both = {
                c: (*above.headings.get(c, ()), *([(r, c)] if c in rows[r] else []))
                for c in sorted({*above.headings, *rows[r]})
            }
            lines[-1] = YearLine(above.first, r, both)
        elif not (above and _is_a_row_of(sheet, above, r, rows[r])):
            lines.append(YearLine(r, r, {c: ((r, c),) for c in sorted(rows[r])}))
    return lines


def _is_a_row_of(sheet: Sheet, line: YearLine, row: int, columns: list[int]) -> bool:
    """Whether years stand where the name of a row with figures belongs: they head nothing."""
    return max(columns) < line.left and any(
        is_figure(sheet.filled.get((row, c))) for c in line.headings
    )


def _numeric_lines(sheet: Sheet) -> dict[int, list[int]]:
    """Years typed as numbers: a row that counts them up one by one."""
    found: dict[int, list[int]] = {}
    numbers: dict[int, list[tuple[int, float]]] = {}
    for (r, c), value in sheet.filled.items():
        if isinstance(value, int | float) and value in YEARS:
            numbers.setdefault(r, []).append((c, value))
    for r, years in numbers.items():
        if len(years) > 1 and all(b[1] - a[1] == 1 for a, b in pairwise(years)):
            found[r] = [c for c, _ in years]
    return found


class RowNames:
    """The words that name the rows of one table: 現年 and 調定額, in one cell or in two."""

    def __init__(self, columns: tuple[Column, ...], groups: Mapping[str, Collection[str]]) -> None:
        self.columns = columns
        members = [c.group for c in columns if c.group in groups]
        self.largest_group = max(map(members.count, members), default=0)
        self.groups = {k: name for name, keys in groups.items() for k in keys}
        self.labels = {form for c in columns for k in c.label_keys for form in (k, _stem(k))}

    def read(self, words: str) -> tuple[str | None, str | None]:
        """(group, label) that a cell names; None for what it does not name."""
        k = key(words)
        for each in (k, _stem(k)):
            if each in self.groups:
                return self.groups[each], None
            if each in self.labels:
                return self._group_beside(k), each
        for word in sorted(self.groups, key=len, reverse=True):
            for rest in (_stem(k).removeprefix(word), _stem(k).removesuffix(word)):
                if rest != _stem(k) and _stem(rest) in self.labels:
                    return self.groups[word], _stem(rest)
        return None, None

    def _group_beside(self, k: str) -> str | None:
        """調定額(現年度分)."""
        beside = [side[1:-1] for side in _SIDE_NOTE.findall(k)]
        return next((self.groups[side] for side in beside if side in self.groups), None)

    def column(self, group: str | None, label: str | None) -> Column | None:
        """The measure of a group and a label. One that stands for itself has no group, or 計."""
        for each in self.columns:
            forms = {form for k in each.label_keys for form in (k, _stem(k))}
            groups = {None, "total"} if each.group == "whole" else {each.group}
            if label in forms and group in groups:
                return each
        return None

    def below(self, sheet: Sheet, line: YearLine, stop: int) -> Iterator[RowName]:
        """The rows between a line of years and `stop` that have a name or figures."""
        written = {r: _words_left_of(sheet, line, r) for r in range(line.last + 1, stop)}
        read = {
            row: {c: said for c, v in cells if any(said := self.read(v))}
            for row, cells in written.items()
        }
        usual = _usual_columns(read.values())
        nameless = [max(line.left - 1, 0) if c is None else c for c in usual]
        carried: dict[int, Said] = {}
        run: list[int] = []  # the rows of a group so far
        for row, cells in written.items():
            values = [sheet.filled.get((row, c)) for c in line.headings]
            figures = any(map(is_figure, values))
            if not read[row]:
                if cells and _SECTION.match(key(cells[0][1])):
                    return  # the next section
                if figures or (cells and any(value is not None for value in values)):
                    at = cells[0][0] if cells else nameless[len(run) < self.largest_group]
                    words = cells[0][1] if cells else ""
                    yield RowName(row, (row, at), words, None, known=False, group_place=(row, at))
                run.append(row)
                continue
            first = min(read[row])
            if nameless[0] < first:
                run.append(row)
            else:  # a row that stands for itself leaves no room in its group
                run = [row] if read[row][first][1] is None else [row] * self.largest_group
            carried = {c: said for c, said in carried.items() if c < first} | read[row]
            group, label = _last_named(carried[c] for c in sorted(carried))
            if label is None and not figures:
                continue  # a heading over the rows below
            column = self.column(group, label)
            is_misplaced = group is not None and self.column(None, label) is not None
            lacking = None if column else usual[1 if label is None or is_misplaced else 0]
            place = (row, min(read[row]) if lacking is None else lacking)
            words = "".join(" ".join(v.split()) for _, v in cells)
            yield RowName(row, place, words, column, True, (row, nameless[0]))


def _last_named(path: Iterable[Said]) -> Said:
    """The group and the label that cells from left to right name, merged ones among them."""
    group = label = None
    for said in path:
        group, label = said[0] or group, said[1] or label
    return group, label


def _words_left_of(sheet: Sheet, line: YearLine, row: int) -> list[tuple[int, str]]:
    """The cells of a row that may name it: (column, words)."""
    return [
        (c, value)
        for c in range(sheet.left, line.left)
        if isinstance(value := sheet.filled.get((row, c)), str) and not is_figure(value)
    ]


def _usual_columns(read: Iterable[Mapping[int, Said]]) -> tuple[int | None, int | None]:
    """The columns in which groups, and labels, stand in most rows."""
    said = [(c, group, label) for row in read for c, (group, label) in row.items()]
    groups = (c for c, group, label in said if group and not label)
    return most_common(groups), most_common(c for c, _, label in said if label)


@lru_cache(maxsize=16)
def _row_names(
    columns: tuple[Column, ...], groups: tuple[tuple[str, frozenset[str]], ...]
) -> RowNames:
    return RowNames(columns, dict(groups))


def row_names(columns: tuple[Column, ...], groups: Mapping[str, frozenset[str]]) -> RowNames:
    """The vocabulary of a table's rows, made once."""
    return _row_names(columns, tuple(groups.items()))


@lru_cache(maxsize=4096)
def _stem(k: str) -> str:
    """A compared label without notes and numbering: 収納率(B/A) and ③収納率 are 収納率."""
    plain = k
    while (shorter := _SIDE_NOTE.sub("", plain)) != plain:
        plain = shorter
    return _SYMBOL.sub("", plain) or k


def blocks(sheet: Sheet, names: RowNames) -> list[Block]:
    """Every line of years with at least one known row below it, from the top."""
    lines = year_lines(sheet)
    found: list[Block] = []
    start = 0
    for n, line in enumerate(lines):
        stop = lines[n + 1].first if n + 1 < len(lines) else sheet.bottom
        rows = list(names.below(sheet, line, stop))
        known = [name for name in rows if name.column]
        if not known:
            continue
        last = max(name.row for name in rows)
        said = "\n".join(key(words) for r, _, words in sheet.texts if start <= r <= last)
        found.append(Block(line, rows, said))
        start = last + 1
    return found


def read_years(page: Page, block: Block) -> dict[int, int] | None:
    """The years of a block: column → fiscal year; None (noted) when one is not certain.

    Years follow each other without gap or repetition, in either direction; 和暦 and 西暦 agree.
    """
    errors = page.errors
    years: dict[int, int] = {}
    for column, places in block.line.headings.items():
        values = [page.value(*place) for place in places]
        named = frozenset().union(*(_years_of(value) for value in values))
        if len(named) > 1:
            _note_year(
                page,
                places[0],
                "和暦と西暦が合いません",
                "・".join(f"{year_name(y)}年度({y}年度)" for y in sorted(named)) + "のどちらか",
            )
        elif named:
            years[column] = next(iter(named))
    _check_unnamed_columns(page, block)
    if page.errors == errors:
        _check_sequence(page, block.line, years)
    return years if page.errors == errors else None


def _years_of(value: object) -> frozenset[int]:
    if isinstance(value, int | float):
        return frozenset({int(value)})
    return text.heading_years(value) if isinstance(value, str) else frozenset()


def _check_sequence(page: Page, line: YearLine, years: Mapping[int, int]) -> None:
    order = sorted(years)
    if len(order) < 2:
        return
    steps = [years[b] - years[a] for a, b in pairwise(order)]
    step = 1 if steps.count(1) >= steps.count(-1) else -1
    odd = [n for n, each in enumerate(steps, 1) if each != step]
    if not odd:
        return
    # One wrong heading in the middle breaks two steps; the last two headings may blame either.
    n = odd[0]
    if n == 1 and 2 not in odd:
        n = 0  # the first one stands apart from all that follow
    right = years[order[n - 1]] + step if n else years[order[1]] - step
    found = years[order[n]]
    what = "同じ年度の列が2つあります" if found in [years[c] for c in order if c != order[n]] else (
        "年度が続いていません"
    )  # fmt: skip
    _note_year(page, line.headings[order[n]][0], what, f"{year_name(right)}年度({right}年度)")


def _note_year(page: Page, place: Place, what: str, expected: str) -> None:
    found = page.value(*place)
    page.error(
        "fiscal_year",
        place,
        f"年度の見出し「{' '.join(as_written(found).split())}」は{what}。"
        f"{expected}になるはずです。確かめて直してください。",
        expected=expected,
    )


def _check_unnamed_columns(page: Page, block: Block) -> None:
    """Figures in a column whose heading names no year: nobody can say which year they are of."""
    line, rows = block.line, [name.row for name in block.rows.values()]
    labels = max(
        (c for r in rows for c in range(page.sheet.left, line.left)
         if isinstance(page.value(r, c), str) and not page.is_figure(r, c)),
        default=line.left - 1,
    )  # fmt: skip
    for column in range(labels + 1, page.sheet.right):
        if column in line.headings:
            continue
        figures = sum(page.is_figure(r, column) for r in rows)
        heading = next(
            (v for r in range(line.last, line.first - 1, -1) if (v := page.value(r, column))), None
        )
        named = isinstance(heading, str) and not _MENTIONS_A_YEAR.search(key(heading))
        if figures < 2 or (named and column > line.left):
            continue
        page.error(
            "fiscal_year",
            (line.first, column),
            "数値がありますが、何年度の列か見出しから読み取れません。"
            "見出しに年度(例 令和3年度)を書いてください。",
            found=heading,
            expected="年度(例 令和3年度)",
        )


def other_columns(page: Page, block: Block) -> Iterator[tuple[int, str]]:
    """Columns right of the first year whose heading names something else: (column, heading)."""
    line = block.line
    for column in range(line.left, page.sheet.right):
        heading = page.value(line.first, column) or page.value(line.last, column)
        if column in line.headings or not isinstance(heading, str):
            continue
        if not _MENTIONS_A_YEAR.search(key(heading)):
            yield column, " ".join(heading.split())


def most_named_rows(sheet: Sheet, names: RowNames) -> int:
    """How many of a table's rows are named below lines of years: a sign of the form."""
    return len({measure for block in blocks(sheet, names) for measure in block.rows})
