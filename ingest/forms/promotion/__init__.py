"""Reads 債権管理推進シート: some years of results and of targets of one claim (domain §3)."""

import re
from collections.abc import Mapping
from dataclasses import replace

from ingest import text
from ingest.addresses import address
from ingest.forms.header import note_several_forms, read_entries, required
from ingest.forms.percentages import read_percentages
from ingest.forms.promotion import rules
from ingest.forms.promotion.results import Results, unit_of_row
from ingest.forms.reading import CellValue, FormReading, Page
from ingest.forms.years_across import (
    Block,
    RowName,
    blocks,
    other_columns,
    read_years,
    row_names,
)
from ingest.layout import Column
from ingest.quoting import as_written, clean_name, quoted
from ingest.text import Unreadable, key

_CLASS = re.compile(r"【(.{1,20}?)】")
_LIMITATION = re.compile(r"時効(?:期間)?(?:は|:|\()?(\d{1,2}|[二三五十])(?:か|ヶ|ケ|カ)?年")
_KANJI = {"二": 2, "三": 3, "五": 5, "十": 10}
_UNIT = re.compile(r"\((?:単位:)?(人|世帯|件)\)")
_NO_RESULT = re.compile("目標|計画|予算|(?<!決算)見込|速報|前年|月末現在")


def read(page: Page) -> FormReading:
    """Read the form on a page. The reading's findings say all that is wrong with it."""
    form = FormReading(page.sheet.name, page.layout.form, page.layout.version, page.unit_yen)
    form.findings = page.findings
    if note_several_forms(page, "claim_name"):
        return form
    results, targets = _tables(page)
    first = results + targets
    _read_header(page, form, min((b.line.first for b in first), default=page.sheet.bottom))
    if not results:
        page.note(
            "error",
            "missing_heading",
            None,
            "「収納状況」の表(年度の見出しと、現年・滞納繰越・計の調定額などの行)が見当たりません。"
            "元の様式の見出しを残して記入してください。",
            expected="年度の見出しと、調定額 ～ 収入未済額計の行",
        )
        return form
    _read_results(page, form, results, targets)
    _read_targets(page, form, results, targets)
    return form


def _tables(page: Page) -> tuple[list[Block], list[Block]]:
    """The blocks of results and of targets; their rows have names in common."""
    groups = page.layout.groups
    of_results = blocks(page.sheet, row_names(page.layout.columns, groups))
    of_targets = blocks(page.sheet, row_names(page.layout.target_columns, groups))
    amounts = {c.name for c in page.layout.columns if c.kind == "money"} - {"uncollected"}
    results, aims = [], {key(w) for w in page.layout.spec["sections"]["target"]["words"]}
    for block in of_results:
        if amounts & block.rows.keys() or not any(word in block.said for word in aims):
            results.append(block)
    taken = {block.line.first for block in results}
    return results, [block for block in of_targets if block.line.first not in taken]


def _read_header(page: Page, form: FormReading, last_row: int) -> None:
    labels = {k: name for name, keys in page.layout.header.items() for k in keys}
    entries = read_entries(page, labels, range(last_row))
    form.claim_name = required(page, entries, "claim_name")
    form.department = required(page, entries, "department")
    if form.claim_name and form.department:
        form.subject = f"{form.claim_name}／{form.department}"
    for row, column, words in page.sheet.texts:
        if row < last_row and "時効" in words:
            _read_outline(page, form, (row, column), words)


def _read_outline(page: Page, form: FormReading, place: tuple[int, int], words: str) -> None:
    """Class and limitation period as the outline states them: 【私債権】時効期間：5年."""
    said = key(words) + "".join(
        key(as_written(v))
        for c in range(place[1] + 1, page.sheet.right)
        if (v := page.value(place[0], c)) is not None
    )
    if stated := _CLASS.search(said):
        try:
            form.claim_classes = ",".join(text.claim_classes(stated[1]))
        except Unreadable as problem:
            page.note_entry("債権区分", place, str(problem))
    years = {int(_KANJI.get(m, m)) for m in _LIMITATION.findall(said)}
    if len(years) == 1:
        form.cells.append(
            CellValue("settlement", "", "limitation_years", address(*place), years.pop())
        )


def _note_no_results(page: Page, block: Block) -> bool:
    """Note a year among the results whose heading says that it is a target, a plan or a guess."""
    below = range(block.line.last + 1, min(name.row for name in block.names))
    heads = block.line.headings
    seconds = [(row, column) for row in below for column in heads]
    for place in (*(place for places in heads.values() for place in places), *seconds):
        words = page.value(*place)
        if isinstance(words, str) and _NO_RESULT.search(key(words)):
            page.note(
                "error",
                "ambiguous_heading",
                place,
                f"収納状況(決算)の表の見出しに「{quoted(words)}」とあり、実績かどうか決められません。"
                "決算の年度の列だけにし、目標は目標の表に記入してください。",
                found=words,
                expected="決算の年度",
            )
            return True
    return False


def _read_results(
    page: Page, form: FormReading, results: list[Block], targets: list[Block]
) -> None:
    end = min((b.line.first for b in targets), default=page.sheet.bottom)
    page.read_unit(min(end, max(n.row for b in results for n in b.names) + 1))
    form.unit_yen = page.unit_yen
    table = Results(page)
    for block in results:
        _note_rows(page, block, results, page.layout.columns)
        years = read_years(page, block)
        _read_others(page, form, block)
        if years and not _note_no_results(page, block):
            table.add(block, years)
    table.complete()
    table.land(form)
    if "debtors" in table.names and table.years:
        _land_debtor_unit(page, form, table.names["debtors"])
    rules.check(page, form, table)
    if (year := table.unfilled_year) is not None:
        places = sorted(place for (_, each), place in table.places.items() if each == year)
        page.note(
            "error",
            "not_filled_in",
            places[0],
            f"{text.wareki(year)}年度の欄(セル{address(*places[0])}～{address(*places[-1])})が"
            "記入されていません。記入してから提出してください(ないときは0)。",
            expected=f"{text.wareki(year)}年度の金額",
        )
    if table.years:
        form.fiscal_year = table.years[-1]
    elif not page.errors and (form.claim_name or form.department):
        page.note(
            "error",
            "missing_row",
            (results[0].line.last + 1, results[0].line.left),
            "収納状況の金額が一つも記入されていません。年度ごとに記入してください。",
            expected="調定額・収入済額など",
        )


def _note_rows(page: Page, block: Block, blocks_: list[Block], columns: tuple[Column, ...]) -> None:
    """Rows that are named twice, or not at all, and rows that are missing."""
    remarks = {key(word) for word in page.layout.spec["narrative"]}
    missing = _missing(blocks_, columns) if block is blocks_[-1] else []
    unknown = [name for name in block.unknown if key(name.words) not in remarks]
    unclear = [n for n in unknown if n.known or missing or not n.words]
    for name in _first_of_each_run(block.repeated):
        what = f"行の名前「{name.words}」は、ほかの行と同じものを指しています"
        _note_name(page, replace(name, place=name.group_place), what)
    for name in _first_of_each_run(unclear):
        shown = f"行の名前「{name.words}」" if name.words else "名前のない行"
        _note_name(page, name, f"{shown}が何を指すか分かりません")
    for name in unknown:
        if name not in unclear:
            page.note(
                "warning",
                "unknown_row_label",
                name.place,
                f"様式にない行「{name.words}」があります。この行は読み込みません。",
                found=name.words,
            )
    if block.repeated or unclear:
        return
    groups = page.layout.spec["table"]["groups"]
    for column in missing:
        title = f"{groups[column.group][0]}の{column.title}" if column.group in groups else (
            column.title
        )  # fmt: skip
        needed = column.formula is None and column.kind == "money"
        page.note(
            "error" if needed or column.name == "uncollected" else "warning",
            "missing_row",
            (block.line.last + 1, page.sheet.left),
            f"「{title}」の行が見当たりません。行を削らず、行の名前を元の様式のとおりに戻してください。",
            expected=title,
        )


def _first_of_each_run(names: list[RowName]) -> list[RowName]:
    """Rows below each other have lost the same heading: one finding is enough."""
    rows = {name.row for name in names}
    return [name for name in names if name.row - 1 not in rows]


def _missing(blocks_: list[Block], columns: tuple[Column, ...]) -> list[Column]:
    found = {name for block in blocks_ for name in block.rows}
    return [column for column in columns if column.name not in found]


def _note_name(page: Page, name: RowName, what: str) -> None:
    page.note(
        "error",
        "unknown_row_label",
        name.place,
        f"{what}。行の名前を元の様式のとおりに戻してください。",
        found=page.value(*name.place),
        expected="元の様式の行の名前",
    )


def _read_others(page: Page, form: FormReading, block: Block) -> None:
    """Remarks beside and below the table go to the narrative; other columns are passed over."""
    remarks = {key(word) for word in page.layout.spec["narrative"]}
    for column, heading in other_columns(page, block):
        if key(heading) not in remarks:
            page.note(
                "warning",
                "unknown_column",
                (block.line.first, column),
                f"様式にない列「{heading}」があります。この列は読み込みません。",
                found=heading,
            )
            continue
        for name in block.names:
            _land_remark(page, form, (name.row, column), heading)
    for name in block.unknown:
        if key(name.words) in remarks:
            for column in block.line.headings:
                _land_remark(page, form, (name.row, column), name.words)


def _land_remark(page: Page, form: FormReading, place: tuple[int, int], item: str) -> None:
    value = page.value(*place)
    if value is not None:
        words = as_written(value)
        form.narrative.append(CellValue("note", item, "", address(*place), text=words))


def _land_debtor_unit(page: Page, form: FormReading, name: RowName) -> None:
    """人, 世帯 or 件: as the label says it, or as its words imply."""
    k = key(name.words)
    words: Mapping[str, list[str]] = page.layout.spec["units_of_debtors"]
    said = _UNIT.search(k)
    unit = (
        said[1] if said else next((u for u, ws in words.items() if any(w in k for w in ws)), None)
    )
    form.cells.append(CellValue("settlement", "", "debtor_unit", address(*name.place), text=unit))


def _read_targets(
    page: Page, form: FormReading, results: list[Block], targets: list[Block]
) -> None:
    if not targets:
        page.note(
            "warning",
            "missing_heading",
            None,
            "「目標」の表が見当たりません。目標を定めている債権であれば、表を戻して記入してください。",
            expected="年度の見出しと、収入率・収入未済の目標額の行",
        )
        return
    last = {c.measure: c for c in form.cells if c.block == "settlement" and c.text}
    for block in targets:
        _note_rows(page, block, targets, page.layout.target_columns)
        years = read_years(page, block)
        _read_others(page, form, block)
        for measure, name in block.rows.items() if years else ():
            columns = dict(years or {})
            if measure == "uncollected_target":
                _land_amounts(page, form, name, columns)
                continue
            known = last[measure].text if measure in last else None
            rates = read_percentages(page, name.row, columns, clean_name(name.words), known)
            _note_blank_targets(page, name, columns)
            for column, rate in rates.items():
                if not 0 <= rate <= 100:
                    page.note_unreadable(
                        name.row, column, clean_name(name.words), "0から100までの率"
                    )
            form.cells += [
                CellValue(
                    "settlement_target", "", measure, address(name.row, column),
                    text=text.percent(rate), fiscal_year=columns[column],
                )
                for column, rate in rates.items()
            ]  # fmt: skip


def _land_amounts(page: Page, form: FormReading, name: RowName, columns: Mapping[int, int]) -> None:
    _note_blank_targets(page, name, columns)
    with unit_of_row(page, name, columns):
        for column, year in columns.items():
            place = (name.row, column)
            if text.is_blank(page.value(*place)) and not page.is_doubtful(*place):
                continue
            amount = page.amount(*place, clean_name(name.words))
            rules.note_if_negative(page, place, year, amount)
            form.cells.append(
                CellValue(
                    "settlement_target", "", "uncollected_target", address(*place),
                    amount, fiscal_year=year,
                )
            )  # fmt: skip


def _note_blank_targets(page: Page, name: RowName, columns: Mapping[int, int]) -> None:
    """A year without a target among others, or a row of targets without any."""
    blank = [
        (name.row, column)
        for column in columns
        if page.value(name.row, column) is None and not page.is_doubtful(name.row, column)
    ]
    for place in [name.place] if len(blank) == len(columns) else blank:
        page.note(
            "warning",
            "header_value",
            place,
            f"「{clean_name(name.words)}」の目標に空欄があります。"
            "目標を定めていない場合は「－」と記入してください。",
            expected="目標、または定めていなければ「－」",
        )
