"""Described tables of what claims are owed: a report of a day, or the rows A–G of a year."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from ingest.addresses import address
from ingest.described.amounts import Read
from ingest.described.identities import cells, shown
from ingest.described.kind import IN_ALL, Kind, Words, is_actual, is_amount, is_count, note_several
from ingest.forms.page import Page
from ingest.layout import layout
from terms.codes import labels
from terms.years import fiscal_year_label, fiscal_year_of

_COUNTS = ("cases", "debtors")
Row = Mapping[str, Read]  # what is told of an item, by the form's columns


class _Balances(Kind):
    """The typed amounts of claims, prior and current; what follows from them is computed anew."""

    block = "collection"
    takes_dashes = True
    lands_as: ClassVar[str]

    def column(self, read: Read) -> str | None:
        measure, part = read.meaning.measure, read.means("part")
        if not read.means("claim_number") or read.means("total"):
            return None
        if is_amount(read, "carried_forward"):
            return measure if part in self._carried_by else None
        if is_amount(read, "assessed", "collected", "written_off"):
            return f"{measure}_{part}" if part in ("prior", "current") else None
        return measure if is_count(read, *_COUNTS) else None

    @cached_property
    def _carried_by(self) -> Sequence[str | None]:
        """The parts that tell what was carried over: where 過年度 does, 計 only tells it again."""
        carried = (each for each in self.figures if each.meaning.measure == "carried_forward")
        return ("prior",) if any(each.means("part") == "prior" for each in carried) else IN_ALL

    def year(self, read: Read) -> int | None:
        return None

    @abstractmethod
    def name(self, item: str) -> str:
        """How messages call an item."""

    def head(self, page: Page, read: Sequence[Read], common: Words) -> None:
        note_several(page, read, "department", "所属")
        typed = {c.name: c.title for c in layout(page.form.form).typed if c.kind == "money"}
        items = self._by_item(read)
        told = {column for row in items.values() for column in row}
        if missing := [title for name, title in typed.items() if name not in told]:
            page.error(
                "missing_heading",
                None,
                f"{self.lands_as} には{'・'.join(missing)}も要ります。見出しの意味を様式の定義に"
                "書くか、lands_as を figure にしてください。",
                expected="・".join(missing),
            )
        for item, row in items.items():
            if blank := [t for name, t in typed.items() if name in told and name not in row]:
                page.error(
                    "not_filled_in",
                    next(iter(row.values())).place,
                    f"{self.name(item)}に{'・'.join(blank)}がありません。空欄を0とは読めないので、"
                    "記入してください(ないときは0か「-」)。",
                    expected="金額(ないときは0)",
                )

    def _by_item(self, read: Sequence[Read]) -> Mapping[str, Row]:
        items: dict[str, dict[str, Read]] = {}
        for each in read:
            items.setdefault(str(self.item(each)), {})[str(self.column(each))] = each
        return items


class Interim(_Balances):
    """The claims of a department on a day."""

    lands_as = "collection"
    dimensions = (*Kind.dimensions, "as_of")

    def column(self, read: Read) -> str | None:
        return super().column(read) if read.means("as_of") and is_actual(read) else None

    def item(self, read: Read) -> str:
        return read.means("claim_number") or ""

    def name(self, item: str) -> str:
        return f"債権{item}"

    def words(self, read: Read) -> Words:
        return {each: read.means(each) for each in ("claim_name", "claim_classes")}

    def head(self, page: Page, read: Sequence[Read], common: Words) -> None:
        note_several(page, read, "as_of", "基準日")
        super().head(page, read, common)
        page.form.subject = common.get("department")
        if page.form.as_of:
            page.form.fiscal_year = fiscal_year_of(page.form.as_of)
        for each in read:
            page.form.places[f"claim_number {each.means('claim_number')}"] = address(*each.place)


class Annual(_Balances):
    """The rows A–G of one claim (domain §2), known by their year and scenario."""

    lands_as = "annual"

    def column(self, read: Read) -> str | None:
        """Cases and debtors are counted at the close of Y."""
        item, column = self.item(read), super().column(read)
        return column if item == "D" or (item and column not in _COUNTS) else None

    def item(self, read: Read) -> str:
        told = (read.meaning.fiscal_year, read.means("scenario") or "actual")
        return next((letter for letter, row in self._rows.items() if row == told), "")

    def name(self, item: str) -> str:
        year, scenario = self._rows[item]
        return f"{fiscal_year_label(year)} {labels('scenario')[scenario]}の行({item})"

    @cached_property
    def _year(self) -> int | None:
        """Y: as the sheet says, else the last year of which it tells a result, in row D."""
        actual = (each.meaning.fiscal_year for each in self.figures if is_actual(each))
        return self.said_year or max((year for year in actual if year), default=None)

    @cached_property
    def _rows(self) -> Mapping[str, tuple[int, str]]:
        """The year and the scenario of each letter."""
        year, rows = self._year, layout("annual").spec["table"]["rows"]
        return {r["letter"]: (year + r["year_offset"], r["scenario"]) for r in rows if year}

    def head(self, page: Page, read: Sequence[Read], common: Words) -> None:
        note_several(page, read, "claim_number", "債権整理番号")
        note_several(page, read, "claim_name", "債権名")
        note_several(page, read, "claim_classes", "債権区分")
        super().head(page, read, common)
        page.form.subject, page.form.fiscal_year = common.get("claim_number"), self._year
        rows = self._by_item(read)
        if missing := [self.name(letter) for letter in self._rows if letter not in rows]:
            page.error(
                "missing_row",
                None,
                f"annual には{'・'.join(missing)}も要ります。年度と実績・目標の別の分かる見出しを"
                "シートか様式の定義に書くか、lands_as を figure にしてください。",
                expected="・".join(missing),
            )
        elif not page.errors:
            self._check_carried(page, rows)

    def _check_carried(self, page: Page, rows: Mapping[str, Row]) -> None:
        """Note each row that does not begin with what the row before it was left with."""
        form = layout("annual")
        for spec in form.spec["table"]["rows"]:
            if origin := spec.get("carried_from"):
                typed = {c.name: int(rows[origin][c.name].value) for c in form.typed}
                balance = form.compute(typed)["balance"]
                carried = rows[spec["letter"]]["carried_forward"]
                if isinstance(balance, int) and carried.value != balance:
                    used = cells([rows[origin][name] for name in form.roots("balance")])
                    page.note_differs(
                        "carry_over",
                        carried.place,
                        f"{self.name(spec['letter'])}の調定繰越額は、{self.name(origin)}の未収金残高"
                        f"({used}から計算)によれば",
                        shown(Decimal(balance), carried.step),
                        "。どちらが正しいか確かめ、訂正してください。",
                    )
