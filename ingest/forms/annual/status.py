"""Section 3: 件数 and 残高 by class ①–⑯, and the totals below the table."""

from collections.abc import Mapping
from dataclasses import dataclass

from ingest.addresses import address
from ingest.forms.annual.sections import Sections
from ingest.forms.columns import Table, header_rows
from ingest.forms.reading import (
    CellValue,
    FormReading,
    Page,
    best_row,
)
from ingest.layout import Column
from ingest.text import key

PARTS = ("prior", "current")
Totals = Mapping[str, tuple[int, tuple[int, int]]]


@dataclass(frozen=True)
class Status:
    """Section 3. `amounts`: (part, measure) → code → value; `places`: the same keys → sheet row."""

    columns: Mapping[str, int]
    places: Mapping[tuple[str, str], int]
    amounts: Mapping[tuple[str, str], Mapping[str, int]]


def read_status(page: Page, sections: Sections) -> Status | None:
    """Section 3, or None (noted) when its table is not there."""
    spec = page.layout.spec["status"]
    columns = page.layout.status_columns
    groups = {name: frozenset(map(key, words)) for name, words in spec["groups"].items()}
    rows = sections.rows("status") or range(page.sheet.bottom)
    code_row = _code_row(page, columns, rows)
    table = code_row and _find_status_table(page, columns, groups, code_row, rows)
    if not table:
        page.note(
            "error",
            "missing_heading",
            None,
            "「３．未収金実績の状況」の表の見出し(①～⑯)が見当たりません。"
            "元の様式の見出しを残して記入してください。",
            expected="① 督促状未送付 ～ ⑯ 消滅時効期間経過",
        )
        return None
    places = _status_places(page, table, rows)
    amounts = {}
    for (part, measure), r in places.items():
        read = page.amount if measure == "balance" else page.count
        amounts[part, measure] = {
            c.name: read(r, table.columns[c.name], f"{_circled(c)}{c.title}")
            for c in columns
            if c.name in table.columns
        }
    return Status(table.columns, places, amounts)


def _code_row(page: Page, columns: tuple[Column, ...], rows: range) -> int | None:
    """The row of ①–⑯; by the labels below it when the numbers cannot be read as text."""
    shown = [r for r in header_rows(page.sheet, columns, least=8) if r in rows]
    if shown:
        return shown[0]
    labels = frozenset().union(*(column.label_keys for column in columns))
    label_row = best_row(
        r for r, _, words in page.sheet.texts if r in rows and key(words) in labels
    )
    return None if label_row is None else label_row - 1


def _circled(column: Column) -> str:
    return chr(ord("①") + int(column.name) - 1) + " "


def _find_status_table(
    page: Page,
    columns: tuple[Column, ...],
    groups: Mapping[str, frozenset[str]],
    code_row: int,
    rows: range,
) -> Table | None:
    """Section 3's codes stand above their labels, unlike section 2's symbols."""
    codes: dict[str, int] = {}
    labels = {k: column.name for column in columns for k in column.label_keys}
    by_number = {str(column.symbol).zfill(w): column.name for column in columns for w in (1, 2)}
    subtotals: list[int] = []
    subtotal = frozenset(map(key, page.layout.spec["status"]["subtotal"]))
    for r, c, words in page.sheet.texts:
        k = key(words)
        if r == code_row and k in by_number:
            codes.setdefault(by_number[k], c)
        elif code_row - 2 <= r <= code_row + 1 and k in subtotal:
            subtotals.append(c)
        elif code_row - 2 <= r <= code_row + 1 and k in groups["total"]:
            codes["total"] = c
    _check_status_labels(page, columns, codes, labels, code_row + 1)
    last_recovery = max((c for n, c in codes.items() if n < "10"), default=0)
    for c in subtotals:  # 小計 stands behind its group
        behind = "10" in codes and c > codes["10"] and c > last_recovery
        codes["subtotal_disposal" if behind else "subtotal_recovery"] = c
    missing = [c for c in columns if c.name not in codes]
    for column in missing:
        page.note(
            "error",
            "missing_heading",
            (code_row, min(codes.values())),
            f"「３．」の表に{_circled(column)}{column.title.partition(' ')[2]}の列が"
            "見当たりません。列を削らず、番号を元の様式のとおりに戻してください。",
            expected=_circled(column).strip(),
        )
    return (
        None if len(missing) == len(columns) else Table(codes, code_row + 1, code_row + 1, code_row)
    )


def _check_status_labels(
    page: Page,
    columns: tuple[Column, ...],
    codes: dict[str, int],
    labels: Mapping[str, str],
    label_row: int,
) -> None:
    for column in columns:
        c = codes.get(column.name)
        found = None if c is None else page.value(label_row, c)
        if c is None:
            named = [
                place
                for r, place, words in page.sheet.texts
                if r == label_row and labels.get(key(words)) == column.name
            ]
            if named:
                codes[column.name] = named[0]
                page.note(
                    "warning",
                    "damaged_heading",
                    (label_row - 1, named[0]),
                    f"{_circled(column)}の番号が読めません。見出しの名前から{_circled(column)}として"
                    "読みましたが、番号を戻してください。",
                    found=page.value(label_row - 1, named[0]),
                    expected=_circled(column).strip(),
                )
        elif isinstance(found, str) and labels.get(key(found), column.name) != column.name:
            page.note(
                "error",
                "damaged_heading",
                (label_row, c),
                f"{_circled(column)}の列の見出しが、ほかの番号の「{' '.join(found.split())}」に"
                "なっています。番号と見出しを元の様式のとおりに戻してください。",
                found=found,
                expected=column.labels[0],
            )
        elif not isinstance(found, str) or key(found) not in labels:
            page.note(
                "warning",
                "damaged_heading",
                (label_row, c),
                f"{_circled(column)}の列の見出しが元の様式と違います。番号から"
                f"「{' '.join(column.labels[0].split())}」として読みました。",
                found=found,
                expected=column.labels[0],
            )


def _status_places(page: Page, table: Table, rows: range) -> dict[tuple[str, str], int]:
    parts = {k: name for name, ws in page.layout.spec["parts"].items() for k in map(key, ws)}
    measures = page.layout.spec["status"]["measures"]
    places: dict[tuple[str, str], int] = {}
    part = None
    for r in range(table.first_row, rows.stop):
        labels = [
            key(v)
            for c in range(page.sheet.left, table.left)
            if isinstance(v := page.value(r, c), str)
        ]
        part = next((parts[k] for k in labels if k in parts), part)
        measure = next(
            (
                name
                for name, words in measures.items()
                for k in labels
                if any(k.removeprefix(p).endswith(key(w)) for w in words for p in ("", *parts))
            ),
            None,
        )
        if part in PARTS and measure and (part, measure) not in places:
            places[part, measure] = r
        elif any("決算見込における" in k for k in labels):
            break
    for wanted in [(p, m) for p in PARTS for m in measures]:
        if wanted not in places:
            part_name = page.layout.spec["parts"][wanted[0]][0]
            page.note(
                "error",
                "missing_row",
                (table.first_row, page.sheet.left),
                f"「３．」の表に{part_name}の「{measures[wanted[1]][0]}」の行が見当たりません。"
                "行を削らず、行の名前を元の様式のとおりに戻してください。",
                expected=f"{part_name} {measures[wanted[1]][0]}",
            )
    return places


def land_status(form: FormReading, status: Status | None) -> None:
    if status is None:
        return
    form.cells += [
        CellValue(
            "status",
            f"{part}/{code}",
            measure,
            address(status.places[part, measure], status.columns[code]),
            value,
        )
        for (part, measure), values in status.amounts.items()
        for code, value in values.items()
    ]


def read_totals(
    page: Page, sections: Sections, form: FormReading, below: int
) -> dict[str, tuple[int, tuple[int, int]]]:
    """債務者数, 件数 and 残高 in total: measure → (value, place)."""
    totals: dict[str, tuple[int, tuple[int, int]]] = {}
    rows = range(below, sections.rows("status").stop)
    for r, c, words in page.sheet.texts:
        if r not in rows:
            continue
        for name, spec in page.layout.spec["totals"].items():
            if name in totals or not any(w in key(words) for w in spec["words"]):
                continue
            place = _total_place(page, r, c, spec["unit"])
            read = page.amount if name == "balance" else page.count
            totals[name] = (read(*place, spec["words"][0]), place)
            form.cells.append(CellValue("total", "", name, address(*place), totals[name][0]))
            break
    return totals


def _total_place(page: Page, row: int, label: int, unit: str) -> tuple[int, int]:
    """The cell of a total: the next one that holds anything, or the one before its unit."""
    for c in range(label + 1, page.sheet.right):
        value = page.value(row, c)
        if isinstance(value, str) and key(value) == unit:
            return row, c - 1
        if value is not None:
            return row, c
    return row, label + 1
