"""What the words over a column, or beside a row, mean: all of them together, never the nearest.

A heading often stands over several columns: 件数 and 金額, or 現年度, 滞納繰越 and 計 (domain §4).
Which of them a form asks for is told by their second line; where it is not, the department is.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from ingest.addresses import address
from ingest.forms.page import Page
from ingest.layout import Column
from ingest.quoting import quoted
from ingest.text import bare, is_blank, key, without_years

AMOUNT, COUNT, RATE = "amount", "count", "rate"
PRIOR, CURRENT, TOTAL = "prior", "current", "total"
PARTS = frozenset({PRIOR, CURRENT, TOTAL})
FIGURES = {"money": AMOUNT, "count": COUNT, "rate": RATE}

_WORDS = {
    AMOUNT: ("金額", "額", "千円", "円"),
    COUNT: ("件数", "人数", "世帯数", "債務者数", "滞納者数", "納税義務者数", "件", "人", "世帯"),
    RATE: ("収納率", "徴収率", "収入率", "整理率", "割合", "構成比", "率", "%"),
    PRIOR: (
        "滞納繰越分", "滞納繰越", "滞繰分", "滞繰", "過年度分", "過年度", "過年分", "繰越分",
        "繰越", "滞納分", "滞納", "滞",
    ),
    CURRENT: (
        "現年課税分", "現年賦課分", "現年度分", "現年度", "現年分", "現年課税", "現年", "現",
    ),
    TOTAL: ("合計", "総計", "計"),
}  # fmt: skip
_MEANING = {word: name for name, words in _WORDS.items() for word in words}
_WORD = re.compile("|".join(map(re.escape, sorted(_MEANING, key=len, reverse=True))))
_BETWEEN = re.compile(r"[・･,、/()\[\]【】〔〕:.]")
# Symbols, formulas and what says nothing of the figures themselves.
_FORMULA = re.compile(
    r"(?:[ア-ンA-Z]'*|[①-⑳\d=+＋\-−×÷*~〜→％%]|[※注]|決算額?|実績額?|年度?末|月\d*日|現在|千円単位|円単位"
    r"|税込み?|税抜き?|必須|自動計算|記入|入力)*"
)
_MOST_LINES = 3  # below the headings of a table
LOOKED_AT = 12  # rows of a table that tell whether a column holds anything
_FEWEST = 2  # different parts in a column that make it one of parts


@lru_cache(maxsize=4096)
def meaning(words: str) -> frozenset[str]:
    """What a second line says of the figures below it, if it says nothing else: 計(金額).

    Empty for words that say something else, or nothing.
    """
    plain = _BETWEEN.sub("", without_years(bare(key(words))))
    rest = _WORD.sub("", plain)
    return frozenset() if rest else frozenset(_MEANING[word] for word in _WORD.findall(plain))


def is_silent(words: str) -> bool:
    """Whether a second line says nothing of what the figures are: its symbol, a formula, a year."""
    return _FORMULA.fullmatch(_BETWEEN.sub("", without_years(bare(key(words))))) is not None


def second_lines(page: Page, row: int, names: Collection[int], figures: Collection[int]) -> range:
    """The rows from `row` on that go on with the headings: words over figures, and no name.

    `names`, `figures`: the columns in which names, and figures, stand.
    """
    first = min(figures)
    stop = row
    while stop < min(row + _MOST_LINES, page.sheet.bottom):
        said = [page.value(stop, c) for c in range(first, page.sheet.right)]
        words = [v for v in said if isinstance(v, str) and not is_blank(v)]
        named = any(page.value(stop, c) is not None for c in names)
        if (
            named
            or not words
            or any(page.is_figure(stop, c) for c in range(first, page.sheet.right))
        ):
            break
        stop += 1
    return range(row, stop)


class Spread:
    """The columns that each heading of a table stands over, told apart by the lines below it.

    `heads`: the rows of headings; `seconds`: the rows below them that go on with the headings;
    `placed`: measure → column of its heading.
    """

    def __init__(
        self,
        page: Page,
        heads: Sequence[int],
        columns: Iterable[Column],
        placed: Mapping[str, int],
        headed: Collection[int],
    ) -> None:
        self.page, self.heads = page, heads
        self.columns = [c for c in columns if c.name in placed]
        self.placed, self.headed = dict(placed), {*headed, *placed.values()}
        figures = [placed[c.name] for c in self.columns if c.kind in FIGURES]
        names = [placed[c.name] for c in self.columns if c.kind not in FIGURES]
        self.seconds = second_lines(page, max(heads) + 1, names, figures) if figures else range(0)
        self.passed_over: list[int] = []

    def settle(self) -> Mapping[str, int]:
        """Measure → the column that is meant. A heading of which none is certain is noted."""
        for column in self.columns:
            if column.kind in FIGURES:
                self._settle(column)
        if self.passed_over:
            self._note_passed_over()
        return self.placed

    def _settle(self, column: Column) -> None:
        first = self.placed[column.name]
        members, is_merged = self._members(first)
        said = {c: self._second_line(c) for c in members}
        told = {c: meaning(words) for c, words in said.items()}
        if is_merged:  # over cells that are merged as well
            members = [c for c in members if said[c] or self._holds_figures(c)] or [first]
        if len(members) == 1:
            self.placed[column.name] = only = members[0]
            if not is_silent(said[only]) and not (
                told[only] and self._is_meant(column, told[only])
            ):
                self._note(column, members)
            return
        meant = [c for c in members if told[c] and self._is_meant(column, told[c])]
        if len(meant) == 1 and all(told[c] for c in members):
            self.placed[column.name] = meant[0]
            self.passed_over += [c for c in members if c != meant[0]]
        elif sum(self._holds_figures(c) for c in members) > 1 or len(meant) != 1:
            self._note(column, members)

    def _members(self, first: int) -> tuple[list[int], bool]:
        """The columns below a heading, and whether it is merged over them."""
        for area in self.page.sheet.merged:
            if area.left == first and area.right > first and area.top in self.heads:
                return list(range(first, area.right + 1)), True
        members = [first]
        while members[-1] + 1 < self.page.sheet.right and members[-1] + 1 not in self.headed:
            if not self._second_line(members[-1] + 1):
                break
            members.append(members[-1] + 1)
        return members, False

    def _second_line(self, column: int) -> str:
        words = [self.page.value(row, column) for row in self.seconds]
        return "".join(w for w in words if isinstance(w, str) and not is_blank(w))

    def _is_meant(self, column: Column, told: frozenset[str]) -> bool:
        """Whether a second line says no more than what the form asks for in a column."""
        parts = [part for part in PARTS if part in (column.group, *column.name.split("_")[-1:])]
        wanted = {FIGURES[column.kind], *(parts or [TOTAL])}
        return told <= wanted

    def _holds_figures(self, column: int) -> bool:
        start = (self.seconds or self.heads)[-1] + 1
        rows = range(start, min(start + LOOKED_AT, self.page.sheet.bottom))
        return any(self.page.is_figure(r, column) for r in rows)

    def _note(self, column: Column, members: list[int]) -> None:
        del self.placed[column.name]
        row = next(
            (r for r in self.heads if self.page.value(r, members[0]) is not None), self.heads[-1]
        )
        self.page.error(
            "ambiguous_heading",
            (row, members[0]),
            f"見出し「{column.title}」の下に、{self._listed(members)}があり、どの列の数値か"
            f"決められません。「{column.title}」の列を1つにして提出してください。",
            expected=f"「{column.title}」の列が1つ",
        )

    def _listed(self, members: list[int]) -> str:
        said = [quoted(words) for c in members if (words := self._second_line(c))]
        if said:
            return f"「{'」「'.join(said)}」の列"
        return f"{len(members)}つの列(セル{address(self.heads[-1] + 1, members[0])}から)"

    def _note_passed_over(self) -> None:
        places = [(self.seconds[0], c) for c in sorted(set(self.passed_over))]
        cells = "・".join(address(*place) for place in places)
        self.page.warn(
            "unknown_column",
            places[0],
            f"見出しの2行目から、様式の欄に当たる列だけを読みました。セル{cells}の列は読み込みません。",
        )


def note_rows_of_parts(page: Page, columns: Iterable[int], rows: range) -> bool:
    """Note a list that tells each claim on rows of 現年度, 滞納繰越 and 計, where one is asked for.

    `columns`: where words may stand. Returns whether it is one.
    """
    for column in columns:
        told = {
            row: parts
            for row in rows
            if isinstance(words := page.value(row, column), str)
            and (parts := meaning(words))
            and parts <= PARTS
        }
        filled = sum(isinstance(page.value(row, column), str) for row in rows)
        if len(set(told.values())) < _FEWEST or 2 * len(told) <= filled or len(told) < 2 * _FEWEST:
            continue
        said = list(dict.fromkeys(quoted(page.value(row, column)) for row in told))
        place = (min(told), column)
        page.error(
            "divided_rows",
            place,
            f"1つの債権が「{'」「'.join(said)}」の行に分かれています(セル{address(*place)}から)。"
            "この様式は1つの債権に1行です。債権ごとに1行(現年度と滞納繰越の計)にして提出してください。",
            expected="1つの債権に1行",
        )
        return True
    return False
