"""Reads 未収金目標及び具体取組内容調書: one claim, one fiscal year Y (domain §2)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ingest import text
from ingest.addresses import address
from ingest.forms import annual_rules
from ingest.forms.columns import Table, find_table, header_rows
from ingest.forms.reading import CellValue, FormReading, Page, best_row
from ingest.layout import Column, Layout
from ingest.text import Unreadable, key

PARTS = ("prior", "current")
# A, (A), A. or A平29実績; not the A of a word, but AH29年度 is row A of H29
_LETTER = re.compile(r"\(?([A-Z])\)?[.:]?(?=$|[^A-Z0-9]|[MTSHR](?:\d|元))")


@dataclass(frozen=True)
class Row:
    """One of the rows A–G: where it stands, and its typed amounts in yen."""

    letter: str
    place: int
    amounts: Mapping[str, int]


@dataclass(frozen=True)
class Status:
    """Section 3. `amounts`: (part, measure) → code → value; `places`: the same keys → sheet row."""

    columns: Mapping[str, int]
    places: Mapping[tuple[str, str], int]
    amounts: Mapping[tuple[str, str], Mapping[str, int]]


def read(page: Page) -> FormReading:
    """Read the form on a page. The reading's findings say all that is wrong with it."""
    symbol_rows = header_rows(page.sheet, page.layout.columns, least=8)
    form = FormReading(page.sheet.name, page.layout.form, page.layout.version, page.unit_yen)
    form.findings = page.findings
    if len(symbol_rows) > 1:
        page.note(
            "error",
            "several_forms",
            (symbol_rows[1], page.sheet.left),
            "1枚のシートに調書が2つ以上あります。債権ごとにシートを分けて提出してください。",
            expected="1シートに1債権",
        )
        return form
    sections = _Sections(page)
    symbol_row = symbol_rows[0] if symbol_rows else None
    start = sections.start("collection", 0)
    end = sections.rows("collection").stop or page.sheet.bottom
    table = find_table(page, page.layout.columns, page.layout.groups, symbol_row, range(start, end))
    year = _fiscal_year(page, sections)
    _read_header(page, form, sections.start("attainment", start))
    form.fiscal_year = year
    if table is None:
        page.note(
            "error",
            "missing_heading",
            None,
            "「２．未収金の推移」の表の見出し(調定額・徴収額・ア・ウなど)が見当たりません。"
            "元の様式の見出しを残して記入してください。",
            expected="ア 調定繰越額 ～ ケ'' 未収金残高",
        )
        return form
    if len(table.columns) < len(page.layout.columns):
        return form  # what stands under a missing heading would only be guessed at
    form.unit_yen = page.unit_yen = unit_above(page, table.label_row)
    rows = _read_rows(page, table, end, year)
    status = _read_status(page, sections)
    reported = _read_attainment(page, sections, form)
    below = max(status.places.values(), default=0) + 1 if status else page.sheet.bottom
    totals = _read_totals(page, sections, form, below)
    _land_rows(page, form, table, rows)
    _land_status(form, status)
    _read_narrative(page, sections, form)
    annual_rules.check(page, table, rows, status, totals, reported)
    return form


class _Sections:
    """The rows at which the numbered sections begin."""

    def __init__(self, page: Page) -> None:
        self.page = page
        numbered: dict[str, int] = {}
        named: dict[str, int] = {}
        specs: Mapping[str, Mapping[str, Any]] = page.layout.spec["sections"]
        for row, _, words in page.sheet.texts:
            k = key(words)
            for name, spec in specs.items():
                if any(key(w) in k for w in spec["words"]):
                    if k.startswith(str(spec["number"])):
                        numbered.setdefault(name, row)
                    elif len(k) > max(map(len, spec["words"])):  # a row label is the bare word
                        named.setdefault(name, row)
        self.starts = named | numbered  # a heading that lost its number is still a heading

    def start(self, name: str, default: int) -> int:
        """First row of a section, or the default when its heading is not there."""
        return self.starts.get(name, default)

    def rows(self, name: str) -> range:
        """The rows of a section: from its heading to the next section's."""
        if name not in self.starts:
            return range(0)
        start = self.starts[name]
        later = [s for s in self.starts.values() if s > start]
        return range(start, min(later, default=self.page.sheet.bottom))


def _fiscal_year(page: Page, sections: _Sections) -> int | None:
    """Y, from the headings of sections 1, 3 and 4; they must agree."""
    named: dict[int, list[tuple[int, int]]] = {}
    for name in ("attainment", "status", "review"):
        row = sections.start(name, -1)
        for r, c, words in page.sheet.texts:
            if r == row and (year := text.fiscal_year(words)) is not None:
                named.setdefault(year, []).append((r, c))
    if len(named) == 1 and page.layout.spec["valid_from"] <= min(named):
        return min(named)
    odd = min(named, key=lambda year: len(named[year]), default=None)
    page.note(
        "error",
        "fiscal_year",
        None if odd is None else named[odd][0],
        "調書の年度が読み取れません。「１．」「３．」「４．」の見出しに同じ年度"
        "(例 令和元年度)を書いてください。",
        found="・".join(f"{text.wareki(y)}年度" for y in sorted(named)) or None,
        expected="見出しの年度が一つに定まること",
    )
    return None


def _read_header(page: Page, form: FormReading, last_row: int) -> None:
    entries = page.header(last_row or page.sheet.bottom)
    form.department = page.required(entries, "department")
    form.section = entries.get("section", (None,))[0]
    form.claim_name = page.required(entries, "claim_name")
    if page.required(entries, "claim_number"):
        entry, place = entries["claim_number"]
        try:
            form.claim_number = text.claim_number(entry)
        except Unreadable as problem:
            note_header(page, "債権整理番号", place, str(problem))
    if page.required(entries, "claim_classes"):
        entry, place = entries["claim_classes"]
        try:
            form.claim_classes = ",".join(text.claim_classes(entry))
        except Unreadable as problem:
            note_header(page, "債権区分", place, str(problem))


def note_header(page: Page, label: str, place: tuple[int, int], expected: str) -> None:
    value = page.value(*place)
    page.note(
        "error",
        "header_value",
        place,
        f"「{label}」の「{value}」を読み取れません。{expected}を記入してください。",
        found=value,
        expected=expected,
    )


def unit_above(page: Page, before: int) -> int:
    """The unit printed above the table; 千円 (the form's own) when none is printed."""
    for row, _, words in page.sheet.texts:
        k = key(words)
        if row <= before and "単位" in k:
            return 1_000 if "千円" in k else 1 if "円" in k else page.layout.unit_yen
    return page.layout.unit_yen


def _read_rows(page: Page, table: Table, end: int, year: int | None) -> dict[str, Row]:
    """Rows A–G by letter, else by year and scenario; every other row with figures is a fault."""
    specs = {spec["letter"]: spec for spec in page.layout.spec["collection"]["rows"]}
    found: dict[str, Row] = {}
    for r in range(table.first_row, end):
        labels = [
            (c, v)
            for c in range(page.sheet.left, table.left)
            if isinstance(v := page.value(r, c), str) and v.strip()
        ]
        filled = any(page.value(r, c) is not None for c in table.columns.values())
        if not labels and not filled:
            continue
        label = key("".join(v for _, v in labels))
        place = (r, labels[0][0] if labels else table.left)
        letter = _letter(page, label, specs, year, [(r, c) for c, _ in labels] or [place])
        if letter is None or letter in found:
            if filled:
                _note_row_label(page, place, label, repeated=letter)
            continue
        amounts = {
            c.name: page.amount(r, table.columns[c.name], f"{letter} {c.title}")
            for c in page.layout.typed
        }
        found[letter] = Row(letter, r, amounts)
    for letter, spec in specs.items():
        if letter not in found:
            page.note(
                "error",
                "missing_row",
                (table.first_row, table.left - 1 if table.left else 0),
                f"「２．未収金の推移」に{letter}の行がありません。行を削らず、A～Gの7行をそろえて"
                "ください。",
                expected=f"{letter} {_row_name(page.layout, spec, year)}",
            )
    return found


def _letter(
    page: Page,
    label: str,
    specs: Mapping[str, Mapping[str, object]],
    year: int | None,
    places: list[tuple[int, int]],
) -> str | None:
    """The row's letter. A label that contradicts the letter's year or scenario is noted.

    `places`: the label's cells; the letter stands in the first, year and scenario in the last.
    """
    scenario = _scenario(page.layout, label)
    marked = _LETTER.match(label)
    letter = marked[1] if marked and marked[1] in specs else None
    named = text.fiscal_year(label[marked.end() :] if marked else label)
    if letter is None:
        if scenario is None or named is None or year is None:
            return None
        matches = [
            each
            for each, spec in specs.items()
            if (spec["year_offset"], spec["scenario"]) == (named - year, scenario)
        ]
        if matches and marked:
            page.note(
                "warning",
                "unknown_row_label",
                places[0],
                f"行の記号が「{marked[1]}」になっています。年度と名前から{matches[0]}の行として"
                "読みました。記号を戻してください。",
                found=marked[1],
                expected=matches[0],
            )
        return matches[0] if matches else None
    spec = specs[letter]
    if scenario is not None and scenario != spec["scenario"]:
        page.note(
            "error",
            "unknown_row_label",
            places[-1],
            f"{letter}の行の名前が「{label}」になっています。行の記号と名前のどちらが正しいか"
            "確かめてください。",
            found=label,
            expected=_row_name(page.layout, spec, year),
        )
    elif scenario is None:
        page.note(
            "warning",
            "unknown_row_label",
            places[-1],
            f"{letter}の行の名前「{label}」に実績・目標の別がありません。記号{letter}の行として"
            "読みました。",
            found=label,
            expected=_row_name(page.layout, spec, year),
        )
    if named is not None and year is not None and named - year != spec["year_offset"]:
        page.note(
            "warning",
            "row_year",
            places[-1],
            f"{letter}の行の年度が「{label}」です。{_row_name(page.layout, spec, year)}として"
            "読みました。違う場合は訂正してください。",
            found=label,
            expected=_row_name(page.layout, spec, year),
        )
    return letter


def _scenario(layout: Layout, label: str) -> str | None:
    names: Mapping[str, list[str]] = layout.spec["collection"]["scenarios"]
    found = [name for name, words in names.items() if any(key(w) in label for w in words)]
    return found[0] if len(found) == 1 else None


def _row_name(layout: Layout, spec: Mapping[str, object], year: int | None) -> str:
    words = layout.spec["collection"]["scenarios"][spec["scenario"]][0]
    offset = spec["year_offset"]
    if year is None or not isinstance(offset, int):
        return str(words)
    return f"{text.wareki(year + offset)}年度 {words}"


def _note_row_label(page: Page, place: tuple[int, int], label: str, repeated: str | None) -> None:
    problem = f"{repeated}の行が2つあります" if repeated else "どの行か読み取れません"
    page.note(
        "error",
        "unknown_row_label",
        place,
        f"金額のある行の名前「{label}」は、{problem}。行の先頭に記号A～Gを残してください。",
        found=label or None,
        expected="A～G",
    )


def _read_status(page: Page, sections: _Sections) -> Status | None:
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


def _read_attainment(
    page: Page, sections: _Sections, form: FormReading
) -> dict[str, tuple[str | None, tuple[int, int]]]:
    """Section 1 as reported: part → (A, B1, B2 or —; place)."""
    labels = {k: name for name, ws in page.layout.spec["parts"].items() for k in map(key, ws)}
    reported: dict[str, tuple[str | None, tuple[int, int]]] = {}
    rows = sections.rows("attainment")
    for r, c, words in page.sheet.texts:
        part = labels.get(key(words)) if r in rows else None
        if part is None or part in reported:
            continue
        place = page.beside(r, c, labels) or (r, c + 1)
        value = page.value(*place)
        try:
            answer = text.attainment(value)
        except Unreadable as problem:
            answer = None
            page.note(
                "error",
                "header_value",
                place,
                f"達成状況の「{value}」を読み取れません。{problem}を記入してください。",
                found=value,
                expected=str(problem),
            )
        reported[part] = (answer, place)
        form.cells.append(CellValue("attainment", part, "reported", address(*place), text=answer))
    return reported


def _read_totals(
    page: Page, sections: _Sections, form: FormReading, below: int
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


def _land_rows(page: Page, form: FormReading, table: Table, rows: Mapping[str, Row]) -> None:
    form.cells += [
        CellValue("collection", row.letter, name, address(row.place, table.columns[name]), yen)
        for row in rows.values()
        for name, yen in row.amounts.items()
    ]


def _land_status(form: FormReading, status: Status | None) -> None:
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


def _read_narrative(page: Page, sections: _Sections, form: FormReading) -> None:
    """Sections 4 and 5 are free text: kept in the raw zone, never published."""
    labels = {k: name for name, ws in page.layout.spec["parts"].items() for k in map(key, ws)}
    for name, items in page.layout.spec["narrative"].items():
        rows = sections.rows(name)
        wanted = set(map(key, items))
        starts: dict[int, str] = {}
        item = None
        for r, c, words in page.sheet.texts:
            if r not in rows or r == rows.start:
                continue
            k = key(words)
            if k in labels:
                starts[c] = labels[k]
            elif k in wanted:
                item = (r, words)
            elif item and item[0] == r:
                part = [starts[s] for s in sorted(starts) if s <= c]
                form.narrative.append(
                    CellValue(name, item[1], part[-1] if part else "", address(r, c), text=words)
                )
