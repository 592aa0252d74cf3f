"""Reads 債権一覧: each claim of the city and its uncollected amount at a settlement (domain §3)."""

import re

from ingest import text
from ingest.addresses import address
from ingest.forms.lists.claims import ClaimList, check_lines, check_totals, check_unit
from ingest.forms.lists.sums import Amounts
from ingest.forms.page import Page
from ingest.forms.reading import WHOLE_CITY, CellValue, class_codes
from ingest.forms.tables.columns import Table, find_table, note_untaken
from ingest.forms.tables.headings import note_rows_of_parts
from ingest.forms.tables.vocabulary import heading_rows
from ingest.forms.units import read_unit_of_figures
from ingest.names import name_key
from ingest.quoting import as_written, clean_name
from ingest.text import Unreadable, is_ditto, key
from ingest.workbook import Place
from terms.years import year_name

_NUMBER = re.compile(r"(?:NO\.?)?(\d{1,4})(?:\.0)?")
_SETTLEMENT = re.compile(r"決算|年度末|出納閉鎖")
# 令和3年度決算 in 令和4年度債権一覧(令和3年度決算): the year of the books, not of the paper.
_OF_BOOKS = re.compile(
    r"(?:[明大昭平令][治正和成]?|[MTSHR])?\.?(?:元|\d{1,4})年度(?=末|の?(?:決算|出納))"
)
_CLOSE = re.compile(r"[35]月(?:31日|末)|[./-]0?[35][./-]31")
_BESIDES = re.compile(r"作成|印刷|出力|組織|人口|職員")
_OPEN_UNTIL = 5  # money for a fiscal year comes in until 31 May (domain §1)


def read(page: Page) -> None:
    """Read the list on a page. The reading's findings say all that is wrong with it."""
    page.form.subject = WHOLE_CITY
    lines = heading_rows(page.sheet, page.layout.columns)
    table = lines and find_table(page, None, lines, lines)
    if not table:
        page.error(
            "missing_heading",
            None,
            "債権一覧の表の見出し(債権の名称・収入未済額・種別など)が見当たりません。"
            "表の見出しを残して提出してください。",
            expected="債権の名称 ～ 課",
        )
        return
    _read_year(page, table)
    _check_year_of_column(page, table)
    rows = range(table.first_row, page.sheet.bottom)
    if not note_rows_of_parts(page, page.span, rows) and not table.lacks:
        read_unit_of_figures(page, table, "uncollected")
        _Claims(page, table).read(CHECKS)


def _read_year(page: Page, table: Table) -> None:
    """The settlement's fiscal year, as title or heading name it, else from 現在 and a date."""
    above = [(r, c, w) for r, c, w in page.sheet.texts if r < table.first_row]
    settled = _years([t for t in above if _SETTLEMENT.search(key(t[2]))])
    named = settled or _years([t for t in above if "年度" in key(t[2])])
    # A list may be printed, or name its offices, as of any day; books close on two of them.
    closed = [t for t in above if _CLOSE.search(key(t[2])) and not _BESIDES.search(key(t[2]))]
    years = named | _years_of_days(closed if named else above)
    if len(years) == 1:
        page.form.fiscal_year = next(iter(years))
        return
    page.error(
        "fiscal_year",
        list(years.values())[-1] if years else None,
        "どの年度の決算の一覧か決まりません。表題に年度を一つだけ書いてください"
        "(例 令和3年度決算)。",
        found="・".join(f"{year_name(y)}年度" for y in years) or None,
        expected="表題に年度が一つ",
    )


def _check_year_of_column(page: Page, table: Table) -> None:
    """The heading over the amounts may name another year than the title does."""
    column, year = table.columns.get("uncollected"), page.form.fiscal_year
    if column is None or not year:
        return
    for row in range(table.first_row):
        place = page.spread_from(row, column)
        area = next((a for a in page.sheet.merged if a.holds((row, column))), None)
        words = page.value(*place)
        named = text.fiscal_year(words) if isinstance(words, str) else None
        is_heading = area is None or area.left > page.sheet.left
        if named and named != year and is_heading:
            page.error(
                "fiscal_year",
                place,
                f"一覧は{year_name(year)}年度ですが、収入未済額の見出しは"
                f"{year_name(named)}年度です。どちらが正しいか確かめ、年度をそろえてください。",
                expected=f"{year_name(year)}年度",
            )


def _years(texts: list[tuple[int, int, str]]) -> dict[int, Place]:
    found: dict[int, Place] = {}
    for row, column, words in texts:
        of_books = _OF_BOOKS.search(key(words))
        year = text.fiscal_year(of_books[0] if of_books else words)
        if year is not None:
            found.setdefault(year, (row, column))
    return found


def _years_of_days(texts: list[tuple[int, int, str]]) -> dict[int, Place]:
    """令和4年3月31日現在 and 令和4年5月31日現在 both speak of 令和3年度."""
    found: dict[int, Place] = {}
    for row, column, words in texts:
        if "現在" in words or "時点" in words:
            try:
                day = text.day(words)
            except Unreadable:
                continue
            if day.month <= _OPEN_UNTIL:
                found.setdefault(day.year - 1, (row, column))
    return found


class _Claims(ClaimList):
    """The lines of a list: claims by their running number, and what each of them owes."""

    block, main = "claim_list", "uncollected"
    name_label = "債権の名称"

    def __init__(self, page: Page, table: Table) -> None:
        super().__init__(page, table)
        self.owner: dict[str, CellValue] = {}  # bureau and section as written last
        self.told: dict[str, dict[tuple[str, ...], str]] = {}  # name → owner → its cell
        no = table.columns.get("no")
        rows = range(table.first_row, page.sheet.bottom)
        is_numbered = no is not None and any(page.value(r, no) is not None for r in rows)
        self.numbered_in = no if is_numbered else None

    def claim(self, row: int) -> Amounts | None:
        """The amount (yen) of a claim."""
        number = self._number(row)
        if number is None:
            return None
        name = self.name(row)
        title = f"No.{number} {name or ''} 収入未済額"
        place = (row, self.table.columns["uncollected"])
        errors = self.page.errors
        if text.is_blank(self.page.value(*place)) and not self.page.note_doubt(place, title):
            self.page.note_entry(title, place, "金額(ないときは0)")
        amount = self.page.amount(*place, title)
        legible = self.page.errors == errors
        self.land(number, "uncollected", row, amount)
        if name:
            self.land(number, "claim_name", row, name)
        self._read_classes(row, number)
        self._read_owner(row, number)
        if name:
            self._note_twice(row, name)
        self.keep_note(row, number)
        return {"uncollected": amount} if legible else None

    def _number(self, row: int) -> str | None:
        """The running number of a claim: where none is written, their order. Faults are noted."""
        if self.numbered_in is None:
            number = str(len(self.items) + 1)
            self.items[number] = ""
            return number
        place = (row, self.numbered_in)
        value = self.page.value(*place)
        found = None if value is None else _NUMBER.fullmatch(key(as_written(value)))
        if not found:
            if not self.page.note_doubt(place, "No."):
                self.page.note_entry("No.", place, "通し番号(例 1)")
            return None
        number = str(int(found[1]))
        if number in self.items:
            advice = "番号を振り直すか、重複した行を除いてください。"
            first = self.items[number]
            expected = "債権ごとに違う番号"
            self.note_twice(place, f"No.{number}", first, advice, expected=expected)
            return None
        self.items[number] = address(*place)
        return number

    def _note_twice(self, row: int, name: str) -> None:
        """One claim on two lines is not two claims: name and owner tell claims of a list apart."""
        owner = [self.owner[n].text or "" for n in ("bureau", "section") if n in self.owner]
        place = (row, self.table.columns["claim_name"])
        owners = self.told.setdefault(name_key(name), {})
        mine = tuple(map(name_key, owner))
        # Where one of two lines names no owner, nobody can tell them apart.
        anybody = None if mine else next(iter(owners.values()), None)
        first = owners.get(mine) or owners.get(()) or anybody
        owners.setdefault(mine, address(*place))
        if first:
            self.note_same_name(place, "・".join(owner), name, first)

    def _read_classes(self, row: int, number: str) -> None:
        place = self.page.spread_from(row, self.table.columns["claim_classes"])
        if self.page.note_doubt(place, "種別", "種別"):
            return
        try:
            classes = class_codes(self.page.value(*place))
        except Unreadable:
            expected = "強(強制徴収公債権)・非(非強制徴収公債権)・私(私債権)のいずれか"
            self.page.note_entry(f"No.{number} 種別", place, expected)
        else:
            self.page.land(self.block, number, "claim_classes", place, classes)

    def _read_owner(self, row: int, number: str) -> None:
        """Bureau and section; written once for several claims, they stand for those below too."""
        for name, place in self.table.places(row, ("bureau", "section")).items():
            value = self.page.value(*place)
            if self.page.note_doubt(place, "所管", "所管の名称"):
                continue
            if value is not None and not is_ditto(value):
                if name == "bureau":
                    self.owner.pop("section", None)  # another bureau's section is not meant
                words = clean_name(as_written(value))
                self.owner[name] = CellValue(self.block, "", name, address(*place), text=words)
            if name in self.owner:
                self.form.cells.append(self.owner[name]._replace(item=number))


def _check_untaken(page: Page, claims: _Claims) -> None:
    """No figure stands where nobody takes it."""
    headed = {c for r, c, _ in page.sheet.texts if r == claims.table.label_row}
    note_untaken(page, claims.table, range(claims.table.first_row, page.sheet.bottom), headed)


def _check_grand_total(page: Page, claims: _Claims) -> None:
    """The grand total, where it is written, can be read; it lands."""
    row = claims.sums.grand_row
    place = (row or 0, claims.table.columns["uncollected"])
    if row is not None and not page.is_blank(*place) and not page.is_uncached(*place):
        amount = page.amount(*place, "合計 収入未済額")
        page.land("total", "", "uncollected", place, amount)


CHECKS = (check_totals, _check_untaken, _check_grand_total, check_unit, check_lines)
