"""Reads 未収金残高報告: one department at one reference date, a row per claim (domain §3)."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from ingest import text
from ingest.addresses import address
from ingest.forms.header import Entry, note_several_forms, read_header, read_owner, required
from ingest.forms.lists.claims import ClaimList, check_lines, check_totals, check_unit
from ingest.forms.lists.sums import Amounts
from ingest.forms.page import Page
from ingest.forms.reading import class_codes
from ingest.forms.tables.columns import find_table
from ingest.forms.tables.computed import check_computed
from ingest.forms.tables.headings import note_rows_of_parts
from ingest.forms.tables.vocabulary import symbol_row
from ingest.forms.units import read_unit
from ingest.quoting import clean_name, quoted
from ingest.text import Unreadable, key, without_years
from terms.years import fiscal_year_of

MONTHS = {7: 31, 10: 31, 1: 31}  # the reference dates of a year (domain §5)
_SERIAL_ZERO = date(1899, 12, 30)  # Excel counts days from here
# Days of other things that a head may name.
_BESIDES = re.compile("作成|印刷|出力|提出|改正|様式|組織|職員|人口|前回|決算|繰越")
_TOLD = re.compile("現在|時点")


def read(page: Page) -> None:
    """Read the form on a page. The reading's findings say all that is wrong with it."""
    if note_several_forms(page, "as_of"):
        return
    symbols = symbol_row(page.sheet, page.layout.columns, least=5)
    last_row = symbols + 1 if symbols is not None else page.sheet.bottom
    table = find_table(page, symbols, range(page.sheet.top, last_row + 1))
    if table is None:
        page.note_missing_table(
            "残高報告の表の見出し(債権整理番号・調定額・徴収額など)", "債権整理番号 ～ 債務者数"
        )
        return
    _read_header(page, min(table.label_row, symbols or table.label_row))
    read_unit(page, table.first_row)
    if note_rows_of_parts(page, page.span, range(table.first_row, page.sheet.bottom)):
        return
    if not table.lacks:
        _Balances(page, table).read(CHECKS)


def _read_header(page: Page, last_row: int) -> None:
    form, entries = page.form, read_header(page, last_row)
    read_owner(page, entries)
    form.subject = form.department
    if "as_of" not in entries and (said := _day_of_title(page, last_row)):
        entries["as_of"] = said
    entry = required(page, entries, "as_of")
    if not entry:
        return
    place = entries["as_of"].place
    form.as_of = page.understood("基準日", place, _day, entry)
    if form.as_of is None:
        return
    form.fiscal_year = fiscal_year_of(form.as_of)
    if not _is_reference(form.as_of):
        page.note_entry("基準日", place, "7月31日・10月31日・1月31日のいずれか")
    _check_titles(page, form.as_of, form.fiscal_year, last_row)


def _is_reference(day: date) -> bool:
    return MONTHS.get(day.month) == day.day


def _check_titles(page: Page, as_of: date, fiscal_year: int, last_row: int) -> None:
    """A title, or a line below it, may name another day or year than the entry does."""
    day = f"{as_of.year}年{as_of.month}月{as_of.day}日"
    for row, column, words in page.sheet.texts:
        if row >= last_row or _BESIDES.search(k := key(words)):
            continue
        is_title = without_years(k) in page.layout.title_keys
        other_year = is_title and text.fiscal_year(words) not in (None, fiscal_year)
        if other_year or _other_day(words, as_of):
            page.error(
                "header_value",
                (row, column),
                f"基準日は{day}ですが、「{quoted(words)}」とあります。"
                "どちらが正しいか確かめ、そろえて提出してください。",
                expected=f"{day}現在",
            )


def _other_day(words: str, as_of: date) -> bool:
    """Whether words speak of another reference date: 令和7年10月31日現在."""
    try:
        day = text.day(words)
    except Unreadable:
        return False
    return _TOLD.search(words) is not None and day != as_of and _is_reference(day)


def _is_title(page: Page, words: str) -> bool:
    k = key(words)
    return _TOLD.search(k) is not None or any(title in k for title in page.layout.title_keys)


def _day(words: str) -> date:
    """A written date, or the number that Excel shows when a date cell lost its format."""
    if words.isascii() and words.isdecimal() and len(words) == 5:
        day = _SERIAL_ZERO + timedelta(days=int(words))
        if _is_reference(day):  # another number would hardly be a reference date
            return day
    return text.day(words)


def _day_of_title(page: Page, last_row: int) -> Entry | None:
    """The reference date where only the title names it: 残高報告(令和7年7月31日現在)."""
    found: dict[date, Entry] = {}
    for row, column, words in page.sheet.texts:
        if row < last_row and _is_title(page, words):
            try:
                found.setdefault(text.day(words), Entry(clean_name(words), (row, column)))
            except Unreadable:
                continue
    return next(iter(found.values())) if len(found) == 1 else None


class _Balances(ClaimList):
    """The lines of a report: claims by their number, amounts typed and computed."""

    block, main = "collection", "carried_forward"

    def claim(self, row: int) -> Amounts | None:
        """Amounts (yen) and counts of a claim, typed and computed."""
        number = self._claim_number(row)
        if number is None:
            return None
        page, errors = self.page, self.page.errors
        values = self._read_figures(row, number)
        self.keep_note(row, number)
        self._check_filled_in(row, number, values)
        legible = page.errors == errors
        self._read_names(row, number)
        if not legible:
            return None
        check_computed(page, self.table, row, values, number)
        computed = page.layout.compute(values)
        return values | {name: yen for name, yen in computed.items() if isinstance(yen, int)}

    def unnamed(self, row: int) -> None:
        """Note a claim without a number."""
        place, expected = (row, self.lines.named_in), "3桁の債権整理番号(例 008)"
        if not self.page.note_doubt(place, "債権整理番号", expected):
            self.page.note_entry("債権整理番号", place, expected)

    def remark(self, row: int) -> None:
        """The form has no room for remarks: what is written between its lines is not kept."""

    def _claim_number(self, row: int) -> str | None:
        """The number that the line is known by; None, noted, for one that came before."""
        place = (row, self.lines.named_in)
        number = text.claim_number(self.page.value(*place))
        if number in self.items:
            what, first = f"債権整理番号{number}", self.items[number]
            self.note_twice(place, what, first, "1行にまとめてください。", found=number)
            return None
        self.items[number] = self.form.places[f"claim_number {number}"] = address(*place)
        return number

    def _read_figures(self, row: int, number: str) -> Amounts:
        values: Amounts = {}
        for column in self.page.layout.typed:
            if column.kind in ("money", "count"):
                read = self.page.amount if column.kind == "money" else self.page.count
                place = (row, self.table.columns[column.name])
                values[column.name] = read(*place, f"{number} {column.title}")
                self.land(number, column.name, row, values[column.name])
        return values

    def _check_filled_in(self, row: int, number: str, values: Mapping[str, int]) -> None:
        """Note what a claim's line leaves blank though it cannot be zero (domain §4)."""
        results = {n: self.table.columns[n] for n in values if n != "carried_forward"}
        blank = {n: c for n, c in results.items() if self.page.is_blank(row, c)}
        carried = values["carried_forward"]
        why = f"繰越額アが{self.page.shown(carried)}あり、" if carried else ""
        if len(blank) == len(results):
            what = f"債権{number}の金額と件数など"
            self.page.note_not_filled_in(row, blank.values(), what, why)
        elif carried and "assessed_prior" in blank:
            what = f"債権{number}の調定額ウ"
            self.page.note_not_filled_in(row, [blank["assessed_prior"]], what, why)

    def _read_names(self, row: int, number: str) -> None:
        place = (row, self.table.columns["claim_name"])
        name = self.page.value(*place)
        if isinstance(name, str) and clean_name(name):
            self.land(number, "claim_name", row, clean_name(name))
        elif not self.page.note_doubt(place, "債権名", "債権名"):
            self.page.note_entry("債権名", place, "債権名")
        place = (row, self.table.columns["claim_classes"])
        if classes := self.page.entry("債権区分", place, class_codes):
            self.land(number, "claim_classes", row, classes)


CHECKS = (check_totals, check_unit, check_lines)
