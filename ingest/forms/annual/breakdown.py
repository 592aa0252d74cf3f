"""Rules of section 3: subtotals, totals, 件数 beside 残高, and the total against D's ケ and ケ'."""

from collections.abc import Mapping
from dataclasses import replace

from ingest.addresses import address
from ingest.forms.annual.classes import circled
from ingest.forms.annual.status import Line, Status

GROUPS = ("subtotal_recovery", "subtotal_disposal")
MEASURES = {"cases": "件数", "balance": "残高"}


def check_line(status: Status, line: Line, wanted: int | None, source: str) -> Line:
    """Note what does not add up. `wanted`: D's balance, and `source` the cells it comes from.

    Returns the line with the value that a class should have where that can be told for certain,
    so that no other rule tells the same fault again.
    """
    if suspect := _suspect(status, line, wanted):
        _note_suspect(status, line, *suspect)
        return replace(line, values={**line.values, suspect[0]: suspect[1]})
    excused = wanted is not None and _excused(status, line, wanted)
    for name in (*GROUPS, *(() if excused else ("total",))):
        _check_sum(status, line, name)
    if wanted is not None and line.total != wanted and not excused:
        _note_total(status, line, wanted, source)
    return line


def _members(status: Status, line: Line, name: str) -> list[str]:
    """The classes that a subtotal, or the total, adds up."""
    group = name.removeprefix("subtotal_")
    classes = [c for c in status.page.layout.status_columns if group in (c.group, "total")]
    return [c.name for c in classes if c.name in line.values]


def _sum(status: Status, line: Line, name: str) -> int:
    return sum(line.values[c] for c in _members(status, line, name))


def _off(status: Status, line: Line, name: str) -> int | None:
    """By how much a printed sum exceeds its classes; None when it is blank or illegible."""
    place = status.place(line, name)
    if place is None or status.page.value(*place) is None:
        return None
    printed = status.page.printed(*place, is_money=line.is_money)
    return None if printed is None else printed - _sum(status, line, name)


def _suspect(status: Status, line: Line, wanted: int | None) -> tuple[str, int, str] | None:
    """The class that alone is wrong, the value it should have, and the sums that say so.

    One subtotal must be off, and the total and D's balance by just as much. Of several classes,
    the one whose 件数 and 残高 are not both there or both missing.
    """
    off = {name: _off(status, line, name) for name in (*GROUPS, "total")}
    groups = [name for name in GROUPS if off[name]]
    if len(groups) != 1:
        return None
    more = off[groups[0]] or 0
    others = [off["total"], None if wanted is None else wanted - line.total]
    evidence = [each for each in others if each is not None]
    if not evidence or any(each != more for each in evidence):
        return None
    beside = status.beside(line)
    other: Mapping[str, int] = beside.values if beside else {}
    found = {
        c: line.values[c] + more
        for c in _members(status, line, groups[0])
        if line.values[c] + more >= 0 and bool(line.values[c] + more) == bool(other.get(c))
    }
    lonely = [c for c in found if bool(line.values[c]) != bool(other.get(c))]
    code = lonely[0] if len(lonely) == 1 else next(iter(found), "") if len(found) == 1 else ""
    sums = status.addresses(line, (n for n in (groups[0], "total") if off[n]))
    return (code, found[code], sums) if code else None


def _note_suspect(status: Status, line: Line, code: str, value: int, sums: str) -> None:
    status.page.note_suspect(
        "status_subtotal",
        (line.row, status.columns[code]),
        f"「３．」の{line.title}の{circled(code)}の{MEASURES[line.measure]}",
        status.page.shown(value, is_money=line.is_money),
        f"小計・合計のセル{sums}",
        "小計と合計を直して提出してください。",
    )


def _filled(status: Status, line: Line, codes: list[str]) -> str:
    """The cells of a line's classes that hold anything: (セルD25・H25)."""
    cells = status.addresses(line, (c for c in codes if line.values[c]))
    return f"(セル{cells})" if cells else ""


def _check_sum(status: Status, line: Line, name: str) -> None:
    page, place = status.page, status.place(line, name)
    if place is None:
        return
    title = "合計" if name == "total" else "小計"
    page.note_disguised(place, f"３．の{title}", "error")
    if page.value(*place) is None or _off(status, line, name) == 0:
        return
    right = page.shown(_sum(status, line, name), is_money=line.is_money)
    why = f"「３．」の{title}は内訳{_filled(status, line, _members(status, line, name))}を足すと"
    advice = "。内訳と合計のどちらが正しいか確かめ、訂正してください。"
    page.note_differs("status_subtotal", place, why, right, advice)


def _note_total(status: Status, line: Line, wanted: int, source: str) -> None:
    page = status.page
    total, right = page.shown(line.total), page.shown(wanted)
    cells = _filled(status, line, list(line.values))
    page.error(
        "status_total",
        status.place(line, "total") or (line.row, max(status.columns.values())),
        f"「３．」の{line.title}の残高の合計{cells}は{total}ですが、"
        f"「２．」のD(実績)の残高({source})は{right}です。"
        "内訳を直すか、四捨五入による差であれば合計欄を黄色で塗ってください。",
        found=total,
        expected=right,
    )


def _excused(status: Status, line: Line, wanted: int) -> bool:
    """A yellow total cell excuses a difference that rounding each class can explain."""
    page, place = status.page, status.place(line, "total")
    difference = abs(line.total - wanted)
    if difference == 0 or place is None:
        return False
    filled = sum(1 for value in line.values.values() if value)
    explained = 2 * difference <= (filled + 1) * page.unit_yen
    return explained and page.sheet.is_yellow(*place)


def check_pairs(status: Status) -> None:
    """A class has both 件数 and 残高, or neither, where a form gives both of them at all."""
    if not all(_is_given(status, measure) for measure in MEASURES):
        return
    for cases in (line for line in status.lines.values() if line.measure == "cases"):
        balance = status.beside(cases)
        if balance is None or not (cases.is_legible and balance.is_legible):
            continue
        for code in cases.values:
            if bool(cases.values[code]) != bool(balance.values[code]):
                is_zero = not cases.values[code]
                _note_pair(status, code, *((cases, balance) if is_zero else (balance, cases)))


def _is_given(status: Status, measure: str) -> bool:
    return any(
        status.page.value(line.row, status.columns[code]) is not None
        for line in status.lines.values()
        if line.measure == measure
        for code in line.values
    )


def _note_pair(status: Status, code: str, zero: Line, other: Line) -> None:
    column = status.columns[code]
    there, missing = MEASURES[other.measure], MEASURES[zero.measure]
    page, beside = status.page, address(other.row, column)
    page.warn(
        "status_pair",
        (zero.row, column),
        f"「３．」の{zero.title}の{circled(code)}は、{there}(セル{beside})が"
        f"{page.shown(other.values[code], is_money=other.is_money)}なのに"
        f"{missing}がありません。記入した欄がずれていないか確かめてください"
        f"{'(残高が千円未満であれば、このままでかまいません)' if zero.is_money else ''}。",
        expected=f"{there}と{missing}の両方",
    )
