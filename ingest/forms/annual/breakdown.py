"""Rules of section 3: subtotals, totals, 件数 beside 残高, and the total against D's ケ and ケ'."""

from collections.abc import Mapping
from dataclasses import replace

from ingest import text
from ingest.addresses import address
from ingest.forms.annual.status import Status, circled
from ingest.forms.reading import PART_NAMES, Page, show
from ingest.layout import Rate
from ingest.quoting import quoted
from ingest.text import Unreadable

Line = tuple[str, str]  # part and measure: one row of the table
Values = Mapping[str, int]
GROUPS = ("subtotal_recovery", "subtotal_disposal")
MEASURES = {"cases": "件数", "balance": "残高"}


def check_status(
    page: Page, status: Status, closing: Mapping[str, int | Rate], sources: Mapping[str, str]
) -> Status:
    """Note what does not add up. `closing`: D's computed row; `sources`: the cells it comes from.

    Returns the section with the value that a class should have where that can be told for certain,
    so that no other rule tells the same fault again.
    """
    amounts = dict(status.amounts)
    for line in status.amounts.keys() - status.illegible:
        wanted = closing[f"balance_{line[0]}"] if line[1] == "balance" else None
        amounts[line] = _checked_line(page, status, line, wanted, sources[line[0]])
    corrected = replace(status, amounts=amounts)
    _check_pairs(page, corrected)
    return corrected


def _checked_line(
    page: Page, status: Status, line: Line, wanted: int | Rate | None, source: str
) -> Values:
    values = status.amounts[line]
    suspect = _suspect(page, status, line, wanted if isinstance(wanted, int) else None)
    if suspect:
        _note_suspect(page, status, line, *suspect)
        return {**values, suspect[0]: suspect[1]}
    excused = isinstance(wanted, int) and _excused(page, status, line, wanted)
    for name in (*GROUPS, "total"):
        if not (name == "total" and excused):
            _check_sum(page, status, line, name)
    if isinstance(wanted, int) and sum(values.values()) != wanted and not excused:
        _note_total(page, status, line, wanted, source)
    return values


def _members(page: Page, name: str, values: Values) -> list[str]:
    """The classes that a subtotal, or the total, adds up."""
    group = name.removeprefix("subtotal_")
    classes = [c for c in page.layout.status_columns if group in (c.group, "total")]
    return [c.name for c in classes if c.name in values]


def _off(page: Page, status: Status, line: Line, name: str) -> int | None:
    """By how much a printed sum exceeds its classes; None when it is blank or illegible."""
    column = status.columns.get(name)
    value = None if column is None else page.value(status.places[line], column)
    if value is None:
        return None
    try:
        parsed = text.number(value)
    except Unreadable:
        return None
    values = status.amounts[line]
    shown = page.yen(parsed) if line[1] == "balance" else parsed.value if parsed else 0
    return shown - sum(values[c] for c in _members(page, name, values))


def _unit(page: Page, line: Line) -> int:
    return page.unit_yen if line[1] == "balance" else 1


def _suspect(
    page: Page, status: Status, line: Line, wanted: int | None
) -> tuple[str, int, str] | None:
    """The class that alone is wrong, the value it should have, and the sums that say so.

    One subtotal must be off, and the total and D's balance by just as much. Of several classes,
    the one whose 件数 and 残高 are not both there or both missing.
    """
    values = status.amounts[line]
    off = {name: _off(page, status, line, name) for name in (*GROUPS, "total")}
    groups = [name for name in GROUPS if off[name]]
    if len(groups) != 1:
        return None
    more = off[groups[0]] or 0
    others = [off["total"], None if wanted is None else wanted - sum(values.values())]
    evidence = [each for each in others if each is not None]
    if not evidence or any(each != more for each in evidence):
        return None
    other = status.amounts.get((line[0], "balance" if line[1] == "cases" else "cases"), {})
    found = {
        c: values[c] + more
        for c in _members(page, groups[0], values)
        if values[c] + more >= 0 and bool(values[c] + more) == bool(other.get(c))
    }
    lonely = [c for c in found if bool(values[c]) != bool(other.get(c))]
    code = lonely[0] if len(lonely) == 1 else next(iter(found), "") if len(found) == 1 else ""
    row = status.places[line]
    sums = "・".join(address(row, status.columns[n]) for n in (groups[0], "total") if off[n])
    return (code, found[code], sums) if code else None


def _note_suspect(page: Page, status: Status, line: Line, code: str, value: int, sums: str) -> None:
    place = (status.places[line], status.columns[code])
    found, right = page.value(*place), show(value, _unit(page, line))
    page.note(
        "error",
        "status_subtotal",
        place,
        f"「３．」の{PART_NAMES[line[0]]}の{circled(code)}の{MEASURES[line[1]]}(セル{address(*place)})は"
        f"「{'' if found is None else quoted(found)}」ではなく{right}ではありませんか"
        f"(小計・合計のセル{sums}からの推定)。記入が正しければ、小計と合計を直して提出してください。",
        found=found,
        expected=right,
    )


def _filled(status: Status, line: Line, codes: list[str]) -> str:
    """The cells of a line's classes that hold anything: (セルD25・H25)."""
    columns = [status.columns[c] for c in codes if status.amounts[line][c]]
    cells = "・".join(address(status.places[line], column) for column in columns)
    return f"(セル{cells})" if cells else ""


def _check_sum(page: Page, status: Status, line: Line, name: str) -> None:
    column = status.columns.get(name)
    if column is not None:
        title = f"３．の{'合計' if name == 'total' else '小計'}"
        page.note_disguised(status.places[line], column, title, "error")
    value = None if column is None else page.value(status.places[line], column)
    if column is None or value is None or _off(page, status, line, name) == 0:
        return
    values = status.amounts[line]
    codes = _members(page, name, values)
    right = show(sum(values[c] for c in codes), _unit(page, line))
    cells, title = _filled(status, line, codes), "合計" if name == "total" else "小計"
    page.note(
        "error",
        "status_subtotal",
        (status.places[line], column),
        f"「３．」の{title}は内訳{cells}を足すと{right}ですが「{quoted(value)}」となっています。"
        "内訳と合計のどちらが正しいか確かめ、訂正してください。",
        found=value,
        expected=right,
    )


def _note_total(page: Page, status: Status, line: Line, wanted: int, source: str) -> None:
    values = status.amounts[line]
    column = status.columns.get("total", max(status.columns.values()))
    total, right = show(sum(values.values()), page.unit_yen), show(wanted, page.unit_yen)
    cells = _filled(status, line, list(values))
    page.note(
        "error",
        "status_total",
        (status.places[line], column),
        f"「３．」の{PART_NAMES[line[0]]}の残高の合計{cells}は{total}ですが、"
        f"「２．」のD(実績)の残高({source})は{right}です。"
        "内訳を直すか、四捨五入による差であれば合計欄を黄色で塗ってください。",
        found=total,
        expected=right,
    )


def _excused(page: Page, status: Status, line: Line, wanted: int) -> bool:
    """A yellow total cell excuses a difference that rounding each class can explain."""
    values = status.amounts[line]
    difference = abs(sum(values.values()) - wanted)
    column = status.columns.get("total")
    if difference == 0 or column is None:
        return False
    filled = sum(1 for value in values.values() if value)
    explained = 2 * difference <= (filled + 1) * page.unit_yen
    return explained and page.sheet.is_yellow(status.places[line], column)


def _check_pairs(page: Page, status: Status) -> None:
    """A class has both 件数 and 残高, or neither, where a form gives both of them at all."""
    if not all(_is_given(page, status, measure) for measure in MEASURES):
        return
    for part in {part for part, _ in status.amounts}:
        lines = {m: (part, m) for m in MEASURES}
        if any(line in status.illegible or line not in status.amounts for line in lines.values()):
            continue
        for code in status.amounts[lines["cases"]]:
            zero = [m for m, line in lines.items() if not status.amounts[line][code]]
            if len(zero) == 1:
                _note_pair(page, status, part, code, zero[0])


def _is_given(page: Page, status: Status, measure: str) -> bool:
    return any(
        page.value(row, status.columns[code]) is not None
        for line, row in status.places.items()
        for code in status.amounts[line]
        if line[1] == measure
    )


def _note_pair(page: Page, status: Status, part: str, code: str, zero: str) -> None:
    other = "balance" if zero == "cases" else "cases"
    column = status.columns[code]
    place, beside = (status.places[part, zero], column), (status.places[part, other], column)
    page.note(
        "warning",
        "status_pair",
        place,
        f"「３．」の{PART_NAMES[part]}の{circled(code)}は、{MEASURES[other]}(セル{address(*beside)})が"
        f"{show(status.amounts[part, other][code], _unit(page, (part, other)))}なのに"
        f"{MEASURES[zero]}がありません。記入した欄がずれていないか確かめてください"
        f"{'(残高が千円未満であれば、このままでかまいません)' if zero == 'balance' else ''}。",
        found=page.value(*place),
        expected=f"{MEASURES[other]}と{MEASURES[zero]}の両方",
    )
