"""Reads a sheet by the description of its tables: every figure by what its headings say.

No figure of a table is left over and no two mean the same; what is not understood is told at its
cell.
"""

import re
from collections.abc import Hashable, Iterator, Sequence, Set
from itertools import pairwise

from ingest.addresses import address
from ingest.described.amounts import Read
from ingest.described.blocks import Block, blocks, grids
from ingest.described.facts import above, of_sheet
from ingest.described.figures import is_figure
from ingest.described.layout import Described
from ingest.described.meaning import year_of
from ingest.described.rows import Rows
from ingest.forms.page import Page
from ingest.text import key, money_units
from ingest.values import Value
from ingest.workbook import Place
from terms.years import year_name

_LISTED = 5
_SEVERAL = 4  # years in a line
_MARK = re.compile(r"\(\d{1,2}\)")


def read_figures(page: Page, layout: Described) -> list[Read]:
    """Every figure of a page; what is wrong is noted. The form gets the year of the sheet."""
    given, told = of_sheet(page, layout)
    page.form.fiscal_year = year_of(given)
    found = blocks(grids(page), layout)
    _note_absent(page, layout, found)
    _note_repeated(page, found)
    read: list[Read] = []
    units = _units(page, found)
    for block, before in zip(found, [None, *found], strict=False):
        base = {**given, **block.table.given, **above(page, block, before)}
        rows = Rows(page, layout, block, base, units)
        read += rows.read()
        told |= rows.told
    told.update(each.place for each in read)
    _note_left_over(page, told)
    for block in found:
        _note_doubts(page, block, told)
    _note_same(page, read)
    _note_years(page, read)
    if found and not read and not page.errors:
        _note_not_filled_in(page, found[0])
    return read


def _note_repeated(page: Page, found: Sequence[Block]) -> None:
    """Note a second table under the same headings, where nothing tells the two apart."""
    first: dict[int, Block] = {}
    for block in found:
        before = first.setdefault(id(block.table), block)
        is_told = block.table.above or block.table.repeats
        if before.lines != block.lines and not is_told:
            page.error(
                "several_forms",
                block.first_place,
                f"同じ見出しの表がもう一つあります(もう一つはセル{address(*before.first_place)})。"
                "別の表であれば定義の above で区別し、続きであれば定義に repeats: true と"
                "書いてください。",
                expected="表が一つ",
            )


def _units(page: Page, found: Sequence[Block]) -> list[tuple[Place, Set[str]]]:
    """Where the sheet says units of money; that in a heading is only of its column, or its row."""
    headings = {
        b.grid.place(row, column)
        for b in found
        for row in (*b.lines, *filter(b.holds_figures, b.rows))
        for column in b.grid.columns
    }
    said = (((row, column), key(words)) for row, column, words in page.sheet.texts)
    told = ((p, words) for p, words in said if p not in headings or "単位" in words)
    return [(place, units) for place, words in told if (units := money_units(words))]


def _note_not_filled_in(page: Page, block: Block) -> None:
    page.error(
        "not_filled_in",
        block.first_place,
        "表に数値が一つもありません。記入してから提出してください。",
        found=None,
        expected="数値",
    )


def _note_absent(page: Page, layout: Described, found: Sequence[Block]) -> None:
    """Note tables of the layout that are not there, and headings that a table lacks."""
    there = [block.table for block in found]
    for table in layout.tables:
        if table not in there and not table.may_lack:
            words = "・".join(list(table.columns)[:_LISTED])
            page.error(
                "missing_heading",
                None,
                f"見出しが「{words}」などの表が見当たりません。表の見出しを残して提出してください。",
                expected=words,
            )
    for block in found:
        for words in block.missing:
            page.error(
                "missing_heading",
                block.first_place,
                f"列の見出し「{words}」が見当たりません。元の様式の見出しに戻してください。",
                found=None,
                expected=words,
            )


def _note_left_over(page: Page, told: Set[Place]) -> None:
    """Note numbers that no table took: nothing that is printed is lost in silence."""
    left = [
        place
        for place, value in page.sheet.filled.items()
        if place not in told and is_figure(value) and not _is_mark(value)
    ]
    if left:
        cells = "・".join(address(*place) for place in left[:_LISTED])
        more = f"など{len(left)}か所" if len(left) > _LISTED else ""
        page.error(
            "no_meaning",
            left[0],
            f"様式の定義にある表の外に数値があります(セル{cells}{more})。提出する内容であれば定義に表を"
            "加え、そうでなければ削除してください。",
            expected="定義にある表の中の数値",
        )


def _is_mark(value: Value) -> bool:
    """Whether a number in brackets is that of a note or a section: (1)."""
    return isinstance(value, str) and _MARK.fullmatch(key(value)) is not None


def _note_doubts(page: Page, block: Block, told: Set[Place]) -> None:
    """Note what stands among the figures of a table, and nobody can read."""
    grid = block.grid
    columns = range(min(block.headings), max(block.headings) + 1)
    for place in (grid.place(r, c) for r in block.rows for c in columns):
        if place not in told:
            page.note_doubt(place, "表の中のセル", "数値")


def _note_same(page: Page, read: Sequence[Read]) -> None:
    """Note a figure that means what another one means: which of them holds, nobody can say."""
    first: dict[Hashable, Place] = {}
    for each in read:
        other = first.setdefault((each.meaning.fiscal_year, _but_for_the_year(each)), each.place)
        if other != each.place:
            page.error(
                "same_meaning",
                each.place,
                f"セル{address(*other)}の数値と意味が同じです。行や列の見出しで区別できるようにするか、"
                "様式の定義に違いを書いてください。",
                expected=f"セル{address(*other)}と違う見出し",
            )


def _but_for_the_year(read: Read) -> Hashable:
    meaning = read.meaning
    return (meaning.measure, read.unit, *sorted(meaning.dimensions.items()))


def _note_years(page: Page, read: Sequence[Read]) -> None:
    """Note a year out of step with those beside it: 令和3年度, 令和14年度, 令和5年度.

    Before or behind all others it may be meant, as the year that all are compared with.
    """
    lines: dict[Hashable, list[Read]] = {}
    for each in read:
        if each.meaning.fiscal_year is not None:
            lines.setdefault(_but_for_the_year(each), []).append(each)
    noted: set[int] = set()
    for line in lines.values():
        years = [each.meaning.fiscal_year or 0 for each in line]
        for at in _out_of_step(years):
            if years[at] in noted:
                continue
            noted.add(years[at])
            is_within = 0 < at < len(years) - 1
            beside = [year_name(year) for year in years[max(at - 1, 0) : at + 2]]
            page.note(
                "error" if is_within else "warning",
                "header_value",
                line[at].place,
                f"年度の見出しが「{'・'.join(beside)}」の順に並んでいます。"
                f"{year_name(years[at])}年度が正しいか確かめてください。",
            )


def _out_of_step(years: Sequence[int]) -> Iterator[int]:
    """Which years do not follow where those beside them do."""
    for at in range(1, len(years) - 1):
        before, year, after = years[at - 1 : at + 2]
        if abs(after - before) == 2 and year * 2 != before + after:
            yield at
    if len(years) < _SEVERAL:
        return
    for end, beside, others in ((0, 1, years[1:]), (-1, -2, years[:-1])):
        (step, *more) = {later - earlier for earlier, later in pairwise(others)}
        is_backwards = (years[beside] - years[end]) * step * (1 if end == 0 else -1) < 0
        if not more and abs(step) == 1 and is_backwards:
            yield end % len(years)
