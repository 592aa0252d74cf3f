"""The lines of a list of claims: which are claims, which are totals, and whether these agree."""

import re
from dataclasses import dataclass
from typing import Literal

from ingest import text
from ingest.addresses import address
from ingest.forms.columns import Table, vocabulary
from ingest.forms.headings import CURRENT, PARTS, PRIOR, meaning
from ingest.forms.reading import Page, show
from ingest.quoting import as_written, quoted
from ingest.text import Unreadable, key

Kind = Literal["claim", "part", "total", "unnamed", "note", "heading", "withdrawn"]
Amounts = dict[str, int]

FIGURES = ("money", "count", "rate")

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
_GRAND = re.compile(r"(?:[合総]|総合)計[A-Z\d]{0,2}(?:\(.*\))?|(?:総?合計|総)金?額|(?:GRAND)?TOTAL")
# ※ 注 … or the name of an office or of accounts alone: remarks, and headings of what follows
_REMARK = re.compile(
    r"[※*(\[【〔<＜■□●○◎◆◇・]|注|出典|資料|以下余白|以上$|次の?(?:頁|ページ)|前の?(?:頁|ページ)|続き?$"
    r"|(?:非?強制徴収)?公債権$|私債権$|.*(?:課|係|局|部|室|所|センター|委員会|病院|会計)$"
)
# What stands between two pages of one table.
_NEXT_PAGE = re.compile(
    r"以下余白|以上|上から続く|.*(?:頁|ページ).*|[(-]?(?:続き?|つづき)[)-]?|[()\d/-]*"
)
_PAGE_OF = re.compile(r"[(\[]?(?:続き?|つづき|P?\d+/\d+|NO\.?\d+)[)\]]?$")
# Words that make another table of what follows, whatever else stands beside them.
_OTHER_KIND = re.compile(r"前年|昨年|見込|予算|目標|計画|収納率|参考")
_DATED = re.compile(r"年度|現在|時点|年.*末")
_FEWEST = 3  # claims whose sum no further claim owes by chance
_WORTH = 100  # units: smaller sums meet by chance


def kind_of(page: Page, table: Table, row: int, *, after_total: bool) -> Kind:
    """What a line is. "unnamed": a claim that lacks its number; "note": no claim at all.

    "heading": the heading again, on the next page or over another table.
    """
    if row in page.withdrawn_rows:
        return "withdrawn"
    number = page.value(row, table.columns["claim_number"])
    try:
        text.claim_number(number)
        return "claim"
    except Unreadable:
        pass
    if total_word(page, table, row):
        return "total" if holds_figures(page, table, row) else "note"
    if holds_figures(page, table, row, typed=True) or page.is_doubtful(
        row, table.columns["claim_number"]
    ):
        return "unnamed"
    if isinstance(number, str) and vocabulary(page.layout.columns).label(number):
        return "heading"
    return "unnamed" if not after_total and _is_named(page, table, row) else "note"


def _is_named(page: Page, table: Table, row: int) -> bool:
    number = page.value(row, table.columns["claim_number"])
    name = page.value(row, table.columns["claim_name"])
    words = vocabulary(page.layout.columns)
    if not isinstance(name, str) or words.label(name) or _REMARK.match(key(name)):
        return False
    return number is None or any(c.isdecimal() for c in str(number))


def kind_of_named(page: Page, table: Table, row: int, *, after_total: bool) -> Kind:
    """What a line is in a list where a claim is known by its name alone."""
    if row in page.withdrawn_rows:
        return "withdrawn"
    place = (row, table.columns["claim_name"])
    name = page.value(*place)
    figures = holds_figures(page, table, row)
    if isinstance(name, str) and vocabulary(table.spec).label(name):
        return "heading"
    if name is not None and is_numbered(page, table, row):
        return "claim"  # whatever it is called
    if total_word(page, table, row):
        return "total" if figures else "note"
    if figures and isinstance(name, str) and is_part(name):
        return "part"
    if figures or page.is_doubtful(*place):
        return "claim" if name is not None else "unnamed"
    is_claim = isinstance(name, str) and not after_total and not _REMARK.match(key(name))
    return "claim" if is_claim else "note"


def is_numbered(page: Page, table: Table, row: int) -> bool:
    """Whether a line has a number and a class of its own, as neither parts nor totals have."""
    columns = [table.columns.get(name) for name in ("no", "claim_classes")]
    return all(c is not None and page.value(row, c) is not None for c in columns)


def is_part(name: str) -> bool:
    """Whether a line tells a part of the claim above it (うち滞納繰越分), or no claim at all."""
    told = meaning(_OF_WHICH.sub("", key(name)))
    is_of_parts = bool(told & {CURRENT, PRIOR}) and told <= PARTS
    return is_of_parts or _NO_CLAIM.match(key(name)) is not None


def note_part(page: Page, table: Table, row: int) -> None:
    """Record a line of figures that is no claim of its own."""
    place = (row, table.columns["claim_name"])
    page.note(
        "error",
        "divided_rows",
        place,
        f"「{quoted(page.value(*place))}」の行(セル{address(*place)})は、債権の内訳や再掲、増減などのようで、"
        "一つの債権として数えることができません。行を除くか、債権ごとに1行(計)にして提出してください。",
        found=page.value(*place),
        expected="1つの債権に1行",
    )


def holds_figures(page: Page, table: Table, row: int, *, typed: bool = False) -> bool:
    """Whether any amount, count or rate stands on a line (`typed`: in a column to be typed).

    One that is in doubt is one, too.
    """
    return any(
        page.is_figure(row, table.columns[c.name]) or page.is_doubtful(row, table.columns[c.name])
        for c in table.spec
        if c.kind in FIGURES and c.name in table.columns and not (typed and c.formula)
    )


def total_word(page: Page, table: Table, row: int) -> str | None:
    """合計, 小計, 課計 … where a line has its name, as compared."""
    place = total_place(page, table, row)
    return key(str(page.value(*place))) if place else None


def total_place(page: Page, table: Table, row: int) -> tuple[int, int] | None:
    """Where a line is called 合計 or the like: left of the figures, or where names stand."""
    columns = table.columns
    first = min(columns[c.name] for c in table.spec if c.kind in FIGURES and c.name in columns)
    names = [columns[c.name] for c in table.spec if c.kind == "text" and c.name in columns]
    for c in sorted({*range(page.sheet.left, first), *names}):
        value = page.value(row, c)
        words = key(value[:40]) if isinstance(value, str) else ""
        if any(_TOTAL.fullmatch(each) for each in (words, words.strip(_AROUND))):
            return row, c
    return None


@dataclass
class _Total:
    row: int
    word: str
    is_grand: bool
    block: Amounts
    above: Amounts
    block_row: int  # where its block begins


class Sums:
    """Adds up the claims and compares every line of totals: of its block, or of all."""

    def __init__(self, page: Page, table: Table) -> None:
        self.page, self.table = page, table
        self.columns = {c.name: c for c in table.spec if c.kind in ("money", "count")}
        zero = dict.fromkeys(self.columns, 0)
        self.block, self.all = dict(zero), dict(zero)
        self.money = {n for n, c in self.columns.items() if c.kind == "money" and not c.formula}
        self.is_complete = True
        self.block_row = table.first_row
        self.totals: list[_Total] = []
        self.withdrawn: list[int] = []
        self.last_claim: tuple[int, int] | None = None
        self.last_row = table.first_row
        self.claims = 0  # of the block
        self.like_totals: list[_Total] = []

    @property
    def _named_in(self) -> int:
        columns = self.table.columns
        return columns.get("claim_number", columns["claim_name"])

    @property
    def grand_row(self) -> int | None:
        """The row of the last 合計, else of the last 計 (a short list calls its total so)."""
        rows = [total.row for total in self.totals if total.is_grand]
        rows = rows or [total.row for total in self.totals if total.word == "計"]
        return rows[-1] if rows else None

    @property
    def has_grand_total(self) -> bool:
        """Whether a line of 合計 has come already."""
        return any(total.is_grand for total in self.totals)

    def add(self, row: int, amounts: Amounts | None) -> None:
        """Add a claim's amounts (yen) and counts; None when they could not be read."""
        self.last_row = row
        if amounts is None:
            self.is_complete = False
            return
        self.last_claim = (row, self._named_in)
        owes = any(amounts.values())
        is_sum = owes and amounts == {n: self.block[n] for n in amounts}
        is_worth = max(amounts.values(), default=0) >= _WORTH * self.page.unit_yen
        is_claim = self.claims < _FEWEST or is_numbered(self.page, self.table, row)
        if is_sum and is_worth and not is_claim:
            self.like_totals.append(self._total(row, "", is_grand=False))
        self.claims += owes
        for name in self.all:
            self.all[name] += amounts.get(name, 0)
            self.block[name] += amounts.get(name, 0)

    def withdraw(self, row: int) -> None:
        """Remember a line that is struck out: it is not added up."""
        self.last_row = row
        self.withdrawn.append(row)
        self.page.note_withdrawn(row)

    def begins_again(self, row: int) -> bool:
        """Whether a repeated heading begins a second table, which is noted, and no next page."""
        between = self._between(row) or self._otherwise(row)
        if not self.has_grand_total and between is None:
            return False
        place = (row, self._named_in)
        because = f"(間に「{quoted(between)}」とあります)" if between else ""
        self.page.note(
            "error",
            "several_forms",
            place,
            f"表の下(セル{address(*place)})に、もう一つの表があります{because}。どちらを読むか決められません。"
            "表ごとにシートを分けて提出してください。",
            found=self.page.value(*place),
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
            if not self.last_row < r < row or plain in above or _NEXT_PAGE.fullmatch(plain):
                continue
            year = _DATED.search(plain) and text.fiscal_year(words)
            changes = text.money_units(plain) - units or year or _OTHER_KIND.search(plain)
            if changes or not (tells_owner or plain.startswith(("※", "注"))):
                return words
        return None

    def _otherwise(self, row: int) -> str | None:
        """What a repeated heading says otherwise than the first one over a column that is taken."""
        names = self.table.columns
        label = key(as_written(self.page.value(row, self._named_in)))
        heads = range(max(self.table.label_row - 2, 0), self.table.first_row)
        first = next((r for r in heads if self._key(r, self._named_in) == label), None)
        if first is None:
            return None
        for offset in range(self.table.first_row - first):
            for column in names.values():
                now = self.page.value(row + offset, column)
                if isinstance(now, str) and key(now) != self._key(first + offset, column):
                    return now
        return None

    def _key(self, row: int, column: int) -> str:
        value = self.page.value(row, column)
        return key(value) if isinstance(value, str) else ""

    def add_total(self, row: int) -> None:
        """Remember a line of totals; the next block begins below it."""
        word = total_word(self.page, self.table, row) or ""
        self.totals.append(self._total(row, word, is_grand=_GRAND.fullmatch(word) is not None))
        self.last_row, self.block_row, self.claims = row, row + 1, 0
        self.block = dict.fromkeys(self.block, 0)

    def _total(self, row: int, word: str, *, is_grand: bool) -> _Total:
        return _Total(row, word, is_grand, dict(self.block), dict(self.all), self.block_row)

    def check(self) -> None:
        """Note each total that agrees neither with its block nor with all; what none covers."""
        if not self.is_complete:
            return  # the claims that could not be read are noted; the totals would only echo them
        for each in self.like_totals:
            self._note_like_a_total(each)
        if self.withdrawn and not all(self._agrees(t.row, t.above) for t in self.totals):
            self._note_withdrawn()
            return
        for total in self.totals:
            if self._agrees(total.row, self.all):
                continue
            wanted = total.above if total.is_grand else total.block
            others = total.block if total.is_grand else total.above
            if not self._agrees(total.row, wanted) and not self._agrees(total.row, others):
                first = self.table.first_row if total.is_grand else total.block_row
                self._note(total.row, first, wanted)
        grand = [total for total in self.totals if total.is_grand]
        if grand and not any(self._agrees(total.row, self.all) for total in self.totals):
            self._note_uncovered(grand[-1])

    def _agrees(self, row: int, sums: Amounts) -> bool:
        return not self._differences(row, sums)

    def _differences(self, row: int, sums: Amounts) -> list[tuple[str, tuple[int, int], int]]:
        found = []
        for name, total in sums.items():
            place = (row, self.table.columns.get(name, -1))
            value = self.page.value(*place)
            if value is None:
                continue
            try:
                parsed = text.number(value)
            except Unreadable:
                parsed = None
            if self._worth(name, parsed) != total:
                found.append((name, place, total))
        return found

    def _worth(self, name: str, parsed: text.Number | None) -> int:
        if self.columns[name].kind == "money":
            return self.page.yen(parsed)
        return parsed.value if parsed else 0

    def _note(self, row: int, first: int, sums: Amounts) -> None:
        for name, place, total in self._differences(row, sums):
            is_money = self.columns[name].kind == "money"
            right = show(total, self.page.unit_yen if is_money else 1)
            value = self.page.value(*place)
            lines = f"{address(first, place[1])}～{address(row - 1, place[1])}"
            self.page.note(
                "error",
                "grand_total",
                place,
                f"合計欄の「{self.columns[name].title}」は各行(セル{lines})を足すと{right}ですが"
                f"「{quoted(value)}」となっています。"
                "各行と合計のどちらが正しいか確かめ、訂正してください。",
                found=value,
                expected=right,
            )

    def _note_withdrawn(self) -> None:
        """Totals that still contain what is struck out: withdrawn or not, nobody can say."""
        row = self.withdrawn[0]
        totals = "・".join(f"{total.row + 1}行目" for total in self.totals)
        self.page.note(
            "error",
            "struck_out",
            (row, min(c for r, c in self.page.sheet.filled if r == row)),
            f"{row + 1}行目は取り消し線で消されていますが、合計({totals})と合いません"
            "(消した行の金額が合計に残っていないか確かめてください)。取り消すのであれば行を削除して"
            "合計を直し、取り消さないのであれば取り消し線をなくしてください。",
            expected="取り消し線のない行",
        )

    def _note_like_a_total(self, line: _Total) -> None:
        place = (line.row, self._named_in)
        lines = f"{line.block_row + 1}～{line.row}行目"
        self.page.note(
            "error",
            "grand_total",
            place,
            f"「{quoted(self.page.value(*place))}」の行(セル{address(*place)})は、金額が上の行({lines})の合計と同じです。"
            "合計の行であれば、名前を「小計」か「合計」にしてください。債権であれば、金額を確かめてください。",
            found=self.page.value(*place),
            expected="債権、または「小計」「合計」の行",
        )

    def _note_uncovered(self, last: _Total) -> None:
        if self.last_claim is None or self.last_claim[0] < last.row:
            return
        total = address(last.row, self._named_in)
        self.page.note(
            "error",
            "grand_total",
            self.last_claim,
            f"合計の行(セル{total})より下に債権の行があり、合計に入っていません。"
            "合計より上に移すか、合計に加えてください。",
            found=self.page.value(*self.last_claim),
            expected="合計の行より上",
        )
