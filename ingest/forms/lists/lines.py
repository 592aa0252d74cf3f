"""What the lines of a list of claims are: claims, parts of them, totals, remarks."""

import re
from typing import Literal

from ingest import text
from ingest.forms.page import Page
from ingest.forms.tables.columns import Table
from ingest.forms.tables.headings import CURRENT, FIGURES, PARTS, PRIOR, meaning
from ingest.forms.tables.vocabulary import vocabulary
from ingest.text import Unreadable, key
from ingest.workbook import Place

Kind = Literal["claim", "part", "total", "unnamed", "note", "heading", "withdrawn"]

# 課計, 強制徴収公債権計, 計①, 総額; not 一般会計, nor what is about a 設計
_TOTAL = re.compile(
    r"(?:.*(?:[合小総累]|[課係局部室所科市区町村体分金税料般別]|会計|債権|年度|全庁))?計[A-Z\d]{0,2}(?:\(.*\))?|.*\(小計\)"
    r"|(?:総?合計|(?:未収金|債権|滞納)?総)金?額|全体|全債権|(?:GRAND|SUB)?TOTAL|トータル"
)
_AROUND = "()[]【】〔〕<>※"
_OF_WHICH = re.compile(r"^[(\[]?(?:うち(?![わぬ])|内訳[)\]]|内[、,:)])[)\]]?")
# Lines of a list that are no claims, although figures stand on them: they would count it twice.
_NO_CLAIM = re.compile(
    rf"{_OF_WHICH.pattern}|.*[(\[](?:再掲|内数|内訳)[)\]]$|再掲$|[(\[]?参考(?:[)\]:]|$)"
    r"|[(\[]?前年(?:度|同期)?[)\]]?(?:[比額分計末]|決算|残高|$)|差引(?:額|計|残高)?$"
    r"|(?:対前年度?)?(?:比較)?増減(?:額|率)?$"
)
# ※ 注 … or the name of an office or of accounts alone: remarks, and headings of what follows
_REMARK = re.compile(
    r"[※*(\[【〔<＜■□●○◎◆◇・]|注|出典|資料|以下余白|以上$|次の?(?:頁|ページ)|前の?(?:頁|ページ)|続き?$"
    r"|(?:非?強制徴収)?公債権$|私債権$|.*(?:課|係|局|部|室|所|センター|委員会|病院|会計)$"
)


class Lines:
    """The lines of a table of claims, known by their number or by their name alone."""

    def __init__(self, page: Page, table: Table) -> None:
        self.page, self.table = page, table
        self.words = vocabulary(table.spec)
        self.name_column = table.columns["claim_name"]
        self.named_in = table.columns.get("claim_number", self.name_column)

    def kind(self, row: int, *, after_total: bool) -> Kind:
        """What a line is. "unnamed": a claim without its number or name; "note": no claim at all.

        "heading": the heading again, on the next page or over another table.
        """
        if row in self.page.withdrawn_rows:
            return "withdrawn"
        if "claim_number" in self.table.columns:
            return self._kind_by_number(row, after_total=after_total)
        return self._kind_by_name(row, after_total=after_total)

    def _kind_by_number(self, row: int, *, after_total: bool) -> Kind:
        place = (row, self.named_in)
        number = self.page.value(*place)
        try:
            text.claim_number(number)
            return "claim"
        except Unreadable:
            pass
        if self.total_word(row):
            return "total" if self.holds_figures(row) else "note"
        if self.holds_figures(row, typed=True) or self.page.is_doubtful(*place):
            return "unnamed"
        if isinstance(number, str) and self.words.label(number):
            return "heading"
        return "unnamed" if not after_total and self._is_named(row) else "note"

    def _is_named(self, row: int) -> bool:
        number = self.page.value(row, self.named_in)
        name = self.page.value(row, self.name_column)
        if not isinstance(name, str) or self.words.label(name) or _REMARK.match(key(name)):
            return False
        return number is None or any(c.isdecimal() for c in str(number))

    def _kind_by_name(self, row: int, *, after_total: bool) -> Kind:
        place = (row, self.name_column)
        name = self.page.value(*place)
        figures = self.holds_figures(row)
        if isinstance(name, str) and self.words.label(name):
            return "heading"
        if name is not None and self.is_numbered(row):
            return "claim"  # whatever it is called
        if self.total_word(row):
            return "total" if figures else "note"
        if figures and isinstance(name, str) and _is_part(name):
            return "part"
        if figures or self.page.is_doubtful(*place):
            return "claim" if name is not None else "unnamed"
        is_claim = isinstance(name, str) and not after_total and not _REMARK.match(key(name))
        return "claim" if is_claim else "note"

    def is_numbered(self, row: int) -> bool:
        """Whether a line has a number and a class of its own, as neither parts nor totals have."""
        columns = [self.table.columns.get(name) for name in ("no", "claim_classes")]
        return all(c is not None and self.page.value(row, c) is not None for c in columns)

    def holds_figures(self, row: int, *, typed: bool = False) -> bool:
        """Whether any amount, count or rate stands on a line (`typed`: in a column to be typed).

        One that is in doubt is one, too.
        """
        names = (c.name for c in self.table.spec if c.kind in FIGURES and not (typed and c.formula))
        places = self.table.places(row, names).values()
        return any(self.page.is_figure(*p) or self.page.is_doubtful(*p) for p in places)

    def total_word(self, row: int) -> str | None:
        """合計, 小計, 課計 … where a line has its name, as compared."""
        place = self.total_place(row)
        return key(str(self.page.value(*place))) if place else None

    def total_place(self, row: int) -> Place | None:
        """Where a line is called 合計 or the like: left of the figures, or where names stand."""
        there = {c.name: c for c in self.table.spec if c.name in self.table.columns}
        first = min(self.table.columns[n] for n, c in there.items() if c.kind in FIGURES)
        names = [self.table.columns[n] for n, c in there.items() if c.kind == "text"]
        for c in sorted({*range(self.page.sheet.left, first), *names}):
            value = self.page.value(row, c)
            words = key(value[:40]) if isinstance(value, str) else ""
            if any(_TOTAL.fullmatch(each) for each in (words, words.strip(_AROUND))):
                return row, c
        return None


def _is_part(name: str) -> bool:
    """Whether a line tells a part of the claim above it (うち滞納繰越分), or no claim at all."""
    told = meaning(_OF_WHICH.sub("", key(name)))
    is_of_parts = bool(told & {CURRENT, PRIOR}) and told <= PARTS
    return is_of_parts or _NO_CLAIM.match(key(name)) is not None
