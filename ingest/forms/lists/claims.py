"""Reads a list of claims line by line; what it takes from a claim, each form says itself."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from types import EllipsisType
from typing import Self

from ingest import text
from ingest.addresses import address
from ingest.forms.header import MAX_NAME
from ingest.forms.lists.lines import Lines
from ingest.forms.lists.sums import Amounts, Sums
from ingest.forms.page import Page
from ingest.forms.tables.columns import Table
from ingest.forms.units import note_if_all_in_yen
from ingest.quoting import as_written, clean_name, quoted
from ingest.text import key
from ingest.workbook import Place

# What stands between two pages of one table.
_NEXT_PAGE = re.compile(
    r"以下余白|以上|上から続く|.*(?:頁|ページ).*|[(-]?(?:続き?|つづき)[)-]?|[()\d/-]*"
)
_PAGE_OF = re.compile(r"[(\[]?(?:続き?|つづき|P?\d+/\d+|NO\.?\d+)[)\]]?$")
# Words that make another table of what follows, whatever else stands beside them.
_OTHER_KIND = re.compile(r"前年|昨年|見込|予算|目標|計画|収納率|参考")
_DATED = re.compile(r"年度|現在|時点|年.*末")


def check_totals(_: Page, claims: "ClaimList") -> None:
    """The totals are what the claims add up to."""
    claims.sums.check()


def check_unit(page: Page, claims: "ClaimList") -> None:
    """The amounts are in the unit that is asked for."""
    place = (claims.table.first_row, claims.table.columns[claims.main])
    note_if_all_in_yen(page, claims.amounts(), place)


def check_lines(page: Page, claims: "ClaimList") -> None:
    """There is a claim at all."""
    if not claims.items:
        message = "債権の行が一つもありません。債権ごとに1行を記入してください。"
        claims.table.note_no_lines(page, message, "債権の行")


class ClaimList(ABC):
    """A list of claims on a page. `block`: where its figures land; `main`: the amount it is about.

    `items`: what the claims are told apart by, with the cell that says it.
    """

    block: str
    main: str
    name_label = "債権名"

    def __init__(self, page: Page, table: Table) -> None:
        self.page, self.table, self.form = page, table, page.form
        self.lines = Lines(page, table)
        self.sums = Sums(self.lines)
        self.items: dict[str, str] = {}

    @abstractmethod
    def claim(self, row: int) -> Amounts | None:
        """Read and land a claim. Returns what it adds to the sums; None what is illegible."""

    def total(self, row: int) -> None:
        """Read a line of totals."""
        self.sums.add_total(row)

    def unnamed(self, row: int) -> None:
        """Note a claim that lacks what it is known by."""
        self.name(row)

    def remark(self, row: int) -> None:
        """Keep every word of a line that is no claim."""
        for c in self.page.span:
            words = self.page.value(row, c)
            if isinstance(words, str) and key(words):
                self.page.keep("", (row, c))

    def amounts(self) -> set[int]:
        """The amounts (yen) that departments typed."""
        return {abs(c.number or 0) for c in self.form.cells if c.measure in self.sums.money}

    def read(self, checks: Iterable[Callable[[Page, Self], None]]) -> None:
        """Read every line below the headings, then hold the list against the form's rules."""
        for row in range(self.table.first_row, self.page.sheet.bottom):
            match self.lines.kind(row, after_total=self.sums.has_grand_total):
                case "claim":
                    self.sums.add(row, self.claim(row))
                case "total":
                    self.total(row)
                case "heading" if self._begins_again(row):
                    break
                case "part":
                    self.sums.add(row, None)
                    self._note_part(row)
                case "withdrawn":
                    self.sums.withdraw(row)
                case "unnamed":
                    self.sums.add(row, None)
                    self.unnamed(row)
                case "note" | "heading":
                    self.remark(row)
        self.page.check(checks, self)

    def name(self, row: int) -> str | None:
        """The claim's name; noted when there is none, or one that nobody would write."""
        place = (row, self.table.columns["claim_name"])
        name = self.page.value(*place)
        words = self.plain_name(clean_name(name)) if isinstance(name, str) else ""
        if 0 < len(words) <= MAX_NAME:
            return words
        if not self.page.note_doubt(place, self.name_label, self.name_label):
            expected = f"{self.name_label}({MAX_NAME}文字以内)"
            self.page.note_entry(self.name_label, place, expected)
        return None

    def plain_name(self, words: str) -> str:
        """A name without what the form writes around it."""
        return words

    def land(self, item: str, measure: str, row: int, said: int | str | None) -> None:
        """Take what a claim's line says in a column of the table."""
        self.page.land(self.block, item, measure, (row, self.table.columns[measure]), said)

    def note_twice(
        self,
        place: Place,
        what: str,
        first: str,
        advice: str,
        *,
        found: str | EllipsisType = ...,
        expected: str = "債権ごとに1行",
    ) -> None:
        """Note a claim that another line (at the cell `first`) tells already."""
        message = f"{what}の行が2つあります(もう一つはセル{first})。{advice}"
        self.page.error("duplicate_claim", place, message, found=found, expected=expected)

    def note_same_name(self, place: Place, owner: str, name: str, first: str) -> None:
        """Note two lines of one name and owner: one claim on two lines is not two claims."""
        advice = "1行にまとめるか、名前を書き分けてください。"
        self.note_twice(place, f"{owner}の「{quoted(name)}」", first, advice, found=name)

    def keep_note(self, row: int, item: str) -> None:
        """Keep what stands in the column of remarks."""
        if "note" in self.table.columns:
            self.page.keep(item, (row, self.table.columns["note"]))

    def _note_part(self, row: int) -> None:
        """Record a line of figures that is no claim of its own."""
        place = (row, self.table.columns["claim_name"])
        self.page.error(
            "divided_rows",
            place,
            f"「{quoted(self.page.value(*place))}」の行(セル{address(*place)})は、債権の内訳や再掲、増減などのようで、"
            "一つの債権として数えることができません。行を除くか、債権ごとに1行(計)にして提出してください。",
            expected="1つの債権に1行",
        )

    # A heading that is repeated

    def _begins_again(self, row: int) -> bool:
        """Whether a repeated heading begins a second table, which is noted, and no next page."""
        between = self._between(row) or self._otherwise(row)
        if not self.sums.has_grand_total and between is None:
            return False
        place = (row, self.lines.named_in)
        because = f"(間に「{quoted(between)}」とあります)" if between else ""
        self.page.error(
            "several_forms",
            place,
            f"表の下(セル{address(*place)})に、もう一つの表があります{because}。どちらを読むか決められません。"
            "表ごとにシートを分けて提出してください。",
            expected="1シートに表1つ",
        )
        return True

    def _between(self, row: int) -> str | None:
        """What stands above a repeated heading, and neither above the first nor between pages.

        Where lines tell their owners themselves, the name of an office is none.
        """
        texts = self.page.sheet.texts
        above = {key(words) for r, _, words in texts if r < self.table.first_row}
        tells_owner = not {"bureau", "section", "department"}.isdisjoint(self.table.columns)
        units = {unit for words in above for unit in text.money_units(words)}
        for r, _, words in texts:
            plain = _PAGE_OF.sub("", key(words))
            if not self.sums.last_row < r < row or plain in above or _NEXT_PAGE.fullmatch(plain):
                continue
            year = _DATED.search(plain) and text.fiscal_year(words)
            changes = text.money_units(plain) - units or year or _OTHER_KIND.search(plain)
            if changes or not (tells_owner or plain.startswith(("※", "注"))):
                return words
        return None

    def _otherwise(self, row: int) -> str | None:
        """What a repeated heading says otherwise than the first one over a column that is taken."""
        named_in = self.lines.named_in
        label = key(as_written(self.page.value(row, named_in)))
        heads = range(max(self.table.label_row - 2, 0), self.table.first_row)
        first = next((r for r in heads if self._key(r, named_in) == label), None)
        if first is None:
            return None
        for offset in range(self.table.first_row - first):
            for column in self.table.columns.values():
                now = self.page.value(row + offset, column)
                if isinstance(now, str) and key(now) != self._key(first + offset, column):
                    return now
        return None

    def _key(self, row: int, column: int) -> str:
        value = self.page.value(row, column)
        return key(value) if isinstance(value, str) else ""
