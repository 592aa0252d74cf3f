"""Section 3: 件数 and 残高 by class ①–⑯, and the totals below the table."""

from collections.abc import Mapping
from dataclasses import dataclass

from ingest.addresses import address
from ingest.forms.annual.sections import Sections
from ingest.forms.columns import Table, header_rows, note_untaken, vocabulary
from ingest.forms.reading import CellValue, FormReading, Page, best_row
from ingest.layout import Column
from ingest.quoting import as_written, quoted
from ingest.text import bare, key

PARTS = ("prior", "current")


@dataclass(frozen=True)
class Status:
    """Section 3. `amounts`: (part, measure) → code → value; `places`: the same keys → sheet row.

    `illegible`: the lines in which an amount could not be read; they prove nothing about others.
    """

    columns: Mapping[str, int]
    places: Mapping[tuple[str, str], int]
    amounts: Mapping[tuple[str, str], Mapping[str, int]]
    rows: range
    illegible: frozenset[tuple[str, str]] = frozenset()

    def total(self, measure: str) -> int:
        """件数 or 残高 of all classes and both parts."""
        return sum(sum(v.values()) for (_, m), v in self.amounts.items() if m == measure)

    def is_legible(self, measure: str) -> bool:
        """Whether every 件数, or every 残高, could be read."""
        return not any(m == measure for _, m in self.illegible)

    def cells(self, measure: str) -> str:
        """The classes' cells that hold 件数, or 残高: D24・H24・D26."""
        return "・".join(
            address(self.places[line], self.columns[code])
            for line, values in self.amounts.items()
            for code, value in values.items()
            if line[1] == measure and value
        )

    def covers(self, row: int, column: int) -> bool:
        """Whether a cell belongs to the table: its headings, row labels or figures."""
        return row in self.rows and column <= max(self.columns.values())


def read_status(page: Page, sections: Sections) -> Status | None:
    """Section 3, or None (noted) when its table is not there."""
    spec = page.layout.spec["status"]
    columns = page.layout.status_columns
    groups = {name: frozenset(map(key, words)) for name, words in spec["groups"].items()}
    rows = sections.rows("status") or range(page.sheet.bottom)
    code_row = find_code_row(page, rows)
    table = _find_status_table(page, columns, groups, code_row) if code_row is not None else None
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
    places, last = _status_places(page, table, rows)
    note_untaken(page, table, places.values())
    amounts, illegible = {}, set()
    for (part, measure), r in places.items():
        read, errors = page.amount if measure == "balance" else page.count, page.errors
        amounts[part, measure] = {
            c.name: read(r, table.columns[c.name], f"{circled(c.name)} {c.title}")
            for c in columns
            if c.name in table.columns
        }
        if page.errors > errors:
            illegible.add((part, measure))
    lines = range(table.label_row - 1, last + 1)
    return Status(table.columns, places, amounts, lines, frozenset(illegible))


def find_code_row(page: Page, rows: range) -> int | None:
    """The row of ①–⑯; by the labels below it when the numbers cannot be read as text."""
    columns = page.layout.status_columns
    shown = [r for r in header_rows(page.sheet, columns, least=8) if r in rows]
    if shown:
        return shown[0]
    labels = vocabulary(columns).labels
    found = [r for r, _, words in page.sheet.texts if r in rows and bare(key(words)) in labels]
    label_row = best_row(found)
    return label_row - 1 if label_row is not None and found.count(label_row) >= 8 else None


def circled(code: str) -> str:
    """A class as the form numbers it: 02 → ②."""
    return chr(ord("①") + int(code) - 1)


def _find_status_table(
    page: Page, columns: tuple[Column, ...], groups: Mapping[str, frozenset[str]], code_row: int
) -> Table | None:
    """Section 3's codes stand above, below or beside their labels, and numbers may be numbers."""
    words = vocabulary(columns)
    heading = range(code_row - 2, code_row + 3)
    codes: dict[str, int] = {}
    subtotals: list[int] = []
    subtotal = frozenset(map(key, page.layout.spec["status"]["subtotal"]))
    for c in range(page.sheet.left, page.sheet.right):
        value = page.value(code_row, c)
        symbol = words.symbol(as_written(value)) if value is not None else None
        if symbol:
            codes.setdefault(words.symbols[symbol], c)
    _by_labels(page, columns, codes, heading)
    for r, c, said in page.sheet.texts:
        if r in heading and key(said) in subtotal:
            subtotals.append(c)
        elif r in heading and key(said) in groups["total"]:
            codes["total"] = c
    recovery, disposal = (
        [codes[each.name] for each in columns if each.group == group and each.name in codes]
        for group in ("recovery", "disposal")
    )
    for c in subtotals:  # 小計 stands behind its group
        behind = bool(disposal) and c > min(disposal) and c > max(recovery, default=0)
        codes["subtotal_disposal" if behind else "subtotal_recovery"] = c
    missing = [c for c in columns if c.name not in codes]
    for column in missing:
        page.note(
            "error",
            "missing_heading",
            (code_row, min(codes.values(), default=0)),
            f"「３．」の表に{circled(column.name)} {column.title.partition(' ')[2]}の列が"
            "見当たりません。列を削らず、番号を元の様式のとおりに戻してください。",
            expected=circled(column.name),
        )
    if len(missing) == len(columns):
        return None
    return Table(codes, code_row + 1, code_row, code_row)


def _by_labels(
    page: Page, columns: tuple[Column, ...], codes: dict[str, int], heading: range
) -> None:
    """Compare each code with the label of its column; find columns without a code by label."""
    owners = {k: column for column in columns for k in column.label_keys}
    labelled: dict[int, tuple[tuple[int, int], Column]] = {}
    for r, c, said in page.sheet.texts:
        if r in heading and bare(key(said)) in owners:
            labelled.setdefault(c, ((r, c), owners[bare(key(said))]))
    joined = vocabulary(columns).joined
    for column in columns:
        c = codes.get(column.name, -1)
        if c < 0:
            _without_code(page, column, codes, labelled, heading.start + 2)
        elif c in labelled:
            place, owner = labelled[c]
            if owner is not column:
                _note_other_label(page, column, place)
        elif not any(isinstance(v := page.value(r, c), str) and key(v) in joined for r in heading):
            _note_changed_label(page, column, (heading.start + 3, c))


def _without_code(
    page: Page,
    column: Column,
    codes: dict[str, int],
    labelled: Mapping[int, tuple[tuple[int, int], Column]],
    code_row: int,
) -> None:
    place = next((c for c, (_, owner) in labelled.items() if owner is column), None)
    if place is None or place in codes.values():
        return
    codes[column.name] = place
    page.note(
        "warning",
        "damaged_heading",
        (code_row, place),
        f"{circled(column.name)}の番号が読めません。見出しの名前から{circled(column.name)}として"
        "読みましたが、番号を戻してください。",
        found=page.value(code_row, place),
        expected=circled(column.name),
    )


def _note_other_label(page: Page, column: Column, place: tuple[int, int]) -> None:
    found = page.value(*place)
    page.note(
        "error",
        "damaged_heading",
        place,
        f"{circled(column.name)}の列の見出しが、ほかの番号の「{quoted(found)}」に"
        "なっています。番号と見出しを元の様式のとおりに戻してください。",
        found=found,
        expected=column.labels[0],
    )


def _note_changed_label(page: Page, column: Column, place: tuple[int, int]) -> None:
    found = page.value(*place)
    page.note(
        "warning",
        "damaged_heading",
        place,
        f"{circled(column.name)}の列の見出しが元の様式と違います。番号から"
        f"「{' '.join(column.labels[0].split())}」として読みました。",
        found=found,
        expected=column.labels[0],
    )


def _status_places(page: Page, table: Table, rows: range) -> tuple[dict[tuple[str, str], int], int]:
    """The rows of 件数 and 残高 by part, and the last row of the table.

    A merged label names its part, or its measure, for the rows below it too.
    """
    parts = {k: name for name, ws in page.layout.spec["parts"].items() for k in map(key, ws)}
    measures = page.layout.spec["status"]["measures"]
    places: dict[tuple[str, str], int] = {}
    part = above = None
    last = table.label_row
    for r in range(table.first_row, rows.stop):
        labels = [
            key(v)
            for c in range(page.sheet.left, table.left)
            if isinstance(v := page.value(r, c), str)
        ]
        if any("決算見込における" in k for k in labels):
            break
        named = next((name for k in labels if (name := _part(k, parts))), None)
        part = named or part
        measure = next((name for k in labels if (name := _measure(k, parts, measures))), None)
        above = measure or above
        if (
            measure is None
            and named
            and any(page.value(r, c) is not None for c in table.columns.values())
        ):
            measure = above
        if measure and part:
            places.setdefault((part, measure), r)
            last = r
    for wanted in [(p, m) for p in PARTS for m in measures]:
        if wanted not in places:
            part_name = page.layout.spec["parts"][wanted[0]][0]
            page.note(
                "error",
                "missing_row",
                _expected_place(page, table, places, wanted),
                f"「３．」の表に{part_name}の「{measures[wanted[1]][0]}」の行が見当たりません。"
                "行を削らず、行の名前を元の様式のとおりに戻してください。",
                expected=f"{part_name} {measures[wanted[1]][0]}",
            )
    return {place: row for place, row in places.items() if place[0] in PARTS}, last


def _expected_place(
    page: Page, table: Table, places: Mapping[tuple[str, str], int], wanted: tuple[str, str]
) -> tuple[int, int]:
    """Where a missing row should be: 残高 below 件数, 現年度 below 過年度."""
    part, measure = wanted
    beside = places.get((part, "balance" if measure == "cases" else "cases"))
    if beside is not None:
        row = beside + (1 if measure == "balance" else -1)
    elif part == "current" and ("prior", "balance") in places:
        row = places["prior", "balance"] + 1
    else:
        row = table.first_row + 1  # the names of the classes stand between
    at = (r for r in (beside, row) if r is not None)
    labels = [[c for c in range(page.sheet.left, table.left) if page.value(r, c)] for r in at]
    found = next((line for line in labels if line), [page.sheet.left])
    return row, found[0] if beside is None else found[-1]


def _part(label: str, parts: Mapping[str, str]) -> str | None:
    """The part that a row label begins with: 過年度分(滞納繰越分), 現年度件数."""
    begun = [k for k in parts if label.startswith(k)]
    return parts[max(begun, key=len)] if begun else None


def _measure(label: str, parts: Mapping[str, str], measures: Mapping[str, list[str]]) -> str | None:
    rests = {bare(label).removeprefix(p) for p in ("", *parts)}
    return next(
        (
            name
            for name, words in measures.items()
            if any(rest.endswith(key(w)) for rest in rests for w in words)
        ),
        None,
    )


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
