"""Whether the totals of a list of claims are what its claims add up to."""

import re
from dataclasses import dataclass

from ingest.addresses import address
from ingest.forms.lists.lines import Lines
from ingest.quoting import quoted
from ingest.workbook import Place

Amounts = dict[str, int]

_GRAND = re.compile(r"(?:[合総]|総合)計[A-Z\d]{0,2}(?:\(.*\))?|(?:総?合計|総)金?額|(?:GRAND)?TOTAL")
_FEWEST = 3  # claims whose sum no further claim owes by chance
_WORTH = 100  # units: smaller sums meet by chance


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

    def __init__(self, lines: Lines) -> None:
        self.lines, self.page, self.table = lines, lines.page, lines.table
        self.columns = {c.name: c for c in self.table.spec if c.kind in ("money", "count")}
        zero = dict.fromkeys(self.columns, 0)
        self.block, self.all = dict(zero), dict(zero)
        self.money = {n for n, c in self.columns.items() if c.kind == "money" and not c.formula}
        self.is_complete = True
        self.block_row = self.last_row = self.table.first_row
        self.totals: list[_Total] = []
        self.withdrawn: list[int] = []
        self.last_claim: Place | None = None
        self.claims = 0  # of the block
        self.like_totals: list[_Total] = []

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
        self.last_claim = (row, self.lines.named_in)
        owes = any(amounts.values())
        is_sum = owes and amounts == {n: self.block[n] for n in amounts}
        is_worth = max(amounts.values(), default=0) >= _WORTH * self.page.unit_yen
        is_claim = self.claims < _FEWEST or self.lines.is_numbered(row)
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

    def add_total(self, row: int) -> None:
        """Remember a line of totals; the next block begins below it."""
        word = self.lines.total_word(row) or ""
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
        if self.withdrawn and any(self._differences(t.row, t.above) for t in self.totals):
            self._note_withdrawn()
            return
        for total in self.totals:
            wanted = total.above if total.is_grand else total.block
            if all(self._differences(total.row, s) for s in (self.all, total.above, total.block)):
                first = self.table.first_row if total.is_grand else total.block_row
                self._note(total.row, first, wanted)
        grand = [total for total in self.totals if total.is_grand]
        if grand and all(self._differences(total.row, self.all) for total in self.totals):
            self._note_uncovered(grand[-1])

    def _differences(self, row: int, sums: Amounts) -> list[tuple[str, Place, int]]:
        """What a line prints otherwise than it should: measure, place and what it should be."""
        return [
            (name, place, sums[name])
            for name, place in self.table.places(row, sums).items()
            if self.page.value(*place) is not None
            and (self.page.printed(*place, is_money=self._is_money(name)) or 0) != sums[name]
        ]

    def _is_money(self, name: str) -> bool:
        return self.columns[name].kind == "money"

    def _note(self, row: int, first: int, sums: Amounts) -> None:
        for name, place, total in self._differences(row, sums):
            right = self.page.shown(total, is_money=self._is_money(name))
            lines = f"{address(first, place[1])}～{address(row - 1, place[1])}"
            why = f"合計欄の「{self.columns[name].title}」は各行(セル{lines})を足すと"
            advice = "。各行と合計のどちらが正しいか確かめ、訂正してください。"
            self.page.note_differs("grand_total", place, why, right, advice)

    def _note_withdrawn(self) -> None:
        """Totals that still contain what is struck out: withdrawn or not, nobody can say."""
        row = self.withdrawn[0]
        totals = "・".join(f"{total.row + 1}行目" for total in self.totals)
        self.page.error(
            "struck_out",
            self.page.first_place(row),
            f"{row + 1}行目は取り消し線で消されていますが、合計({totals})と合いません"
            "(消した行の金額が合計に残っていないか確かめてください)。取り消すのであれば行を削除して"
            "合計を直し、取り消さないのであれば取り消し線をなくしてください。",
            expected="取り消し線のない行",
        )

    def _note_like_a_total(self, line: _Total) -> None:
        place = (line.row, self.lines.named_in)
        lines = f"{line.block_row + 1}～{line.row}行目"
        self.page.error(
            "grand_total",
            place,
            f"「{quoted(self.page.value(*place))}」の行(セル{address(*place)})は、金額が上の行({lines})の合計と同じです。"
            "合計の行であれば、名前を「小計」か「合計」にしてください。債権であれば、金額を確かめてください。",
            expected="債権、または「小計」「合計」の行",
        )

    def _note_uncovered(self, last: _Total) -> None:
        if self.last_claim is None or self.last_claim[0] < last.row:
            return
        total = address(last.row, self.lines.named_in)
        self.page.error(
            "grand_total",
            self.last_claim,
            f"合計の行(セル{total})より下に債権の行があり、合計に入っていません。"
            "合計より上に移すか、合計に加えてください。",
            expected="合計の行より上",
        )
