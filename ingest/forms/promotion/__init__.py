"""Reads 債権管理推進シート: some years of results and of targets of one claim (domain §3)."""

import re
from collections.abc import Mapping

from ingest import text
from ingest.addresses import address
from ingest.forms.header import note_several_forms, read_header, required
from ingest.forms.page import Page
from ingest.forms.promotion.results import Results, unit_of_row
from ingest.forms.promotion.rows import note_rows, read_remarks
from ingest.forms.promotion.rules import CHECKS, note_if_negative
from ingest.forms.reading import class_codes
from ingest.forms.tables.percentages import read_percentages
from ingest.forms.tables.years_across import Block, RowName, blocks, read_years, row_names
from ingest.forms.units import read_unit
from ingest.quoting import as_written, clean_name, quoted
from ingest.text import key
from ingest.workbook import Place
from terms.years import year_name

_CLASS = re.compile(r"【(.{1,20}?)】")
_LIMITATION = re.compile(r"時効(?:期間)?(?:は|:|\()?(\d{1,2}|[二三五十])(?:か|ヶ|ケ|カ)?年")
_KANJI = {"二": 2, "三": 3, "五": 5, "十": 10}
_UNIT = re.compile(r"\((?:単位:)?(人|世帯|件)\)")
_NO_RESULT = re.compile("目標|計画|予算|(?<!決算)見込|速報|前年|月末現在")


def read(page: Page) -> None:
    """Read the form on a page. The reading's findings say all that is wrong with it."""
    if note_several_forms(page, "claim_name"):
        return
    results, targets = _tables(page)
    first = results + targets
    _read_header(page, min((b.line.first for b in first), default=page.sheet.bottom))
    if not results:
        page.note_missing_table(
            "「収納状況」の表(年度の見出しと、現年・滞納繰越・計の調定額などの行)",
            "年度の見出しと、調定額 ～ 収入未済額計の行",
        )
        return
    _read_results(page, results, targets)
    _read_targets(page, targets)


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


def _read_header(page: Page, last_row: int) -> None:
    form, entries = page.form, read_header(page, last_row)
    form.claim_name = required(page, entries, "claim_name")
    form.department = required(page, entries, "department")
    if form.claim_name and form.department:
        form.subject = f"{form.claim_name}／{form.department}"
    for row, column, words in page.sheet.texts:
        if row < last_row and "時効" in words:
            _read_outline(page, (row, column), words)


def _read_outline(page: Page, place: Place, words: str) -> None:
    """Class and limitation period as the outline states them: 【私債権】時効期間：5年."""
    beside = (page.value(place[0], c) for c in range(place[1] + 1, page.sheet.right))
    said = key(words) + "".join(key(as_written(v)) for v in beside if v is not None)
    if stated := _CLASS.search(said):
        classes = page.understood("債権区分", place, class_codes, stated[1])
        page.form.claim_classes = classes or page.form.claim_classes
    years = {int(_KANJI.get(m, m)) for m in _LIMITATION.findall(said)}
    if len(years) == 1:
        page.land("settlement", "", "limitation_years", place, years.pop())


# Results


def _read_results(page: Page, results: list[Block], targets: list[Block]) -> None:
    end = min((b.line.first for b in targets), default=page.sheet.bottom)
    read_unit(page, min(end, max(n.row for b in results for n in b.names) + 1))
    table = Results(page)
    for block in results:
        note_rows(page, block, results, page.layout.columns)
        years = read_years(page, block)
        read_remarks(page, block)
        if years and not _note_no_results(page, block):
            table.add(block, years)
    table.complete()
    table.land()
    if "debtors" in table.names and table.years:
        _land_debtor_unit(page, table.names["debtors"])
    page.check(CHECKS, table)
    _note_unfilled_year(page, table)
    if table.years:
        page.form.fiscal_year = table.years[-1]
    elif not page.errors and (page.form.claim_name or page.form.department):
        page.error(
            "missing_row",
            (results[0].line.last + 1, results[0].line.left),
            "収納状況の金額が一つも記入されていません。年度ごとに記入してください。",
            found=None,
            expected="調定額・収入済額など",
        )


def _note_no_results(page: Page, block: Block) -> bool:
    """Note a year among the results whose heading says that it is a target, a plan or a guess."""
    below = range(block.line.last + 1, min(name.row for name in block.names))
    heads = block.line.headings
    seconds = [(row, column) for row in below for column in heads]
    for place in (*(place for places in heads.values() for place in places), *seconds):
        words = page.value(*place)
        if isinstance(words, str) and _NO_RESULT.search(key(words)):
            page.error(
                "ambiguous_heading",
                place,
                f"収納状況(決算)の表の見出しに「{quoted(words)}」とあり、実績かどうか決められません。"
                "決算の年度の列だけにし、目標は目標の表に記入してください。",
                expected="決算の年度",
            )
            return True
    return False


def _note_unfilled_year(page: Page, table: Results) -> None:
    year = table.unfilled_year
    if year is None:
        return
    named = f"{year_name(year)}年度"
    places = sorted(place for (_, each), place in table.places.items() if each == year)
    page.error(
        "not_filled_in",
        places[0],
        f"{named}の欄(セル{address(*places[0])}～{address(*places[-1])})が"
        "記入されていません。記入してから提出してください(ないときは0)。",
        found=None,
        expected=f"{named}の金額",
    )


def _land_debtor_unit(page: Page, name: RowName) -> None:
    """人, 世帯 or 件: as the label says it, or as its words imply."""
    k = key(name.words)
    words: Mapping[str, list[str]] = page.layout.spec["units_of_debtors"]
    implied = next((u for u, ws in words.items() if any(w in k for w in ws)), None)
    said = _UNIT.search(k)
    page.land("settlement", "", "debtor_unit", name.place, said[1] if said else implied)


# Targets


def _read_targets(page: Page, targets: list[Block]) -> None:
    if not targets:
        page.warn(
            "missing_heading",
            None,
            "「目標」の表が見当たりません。目標を定めている債権であれば、表を戻して記入してください。",
            expected="年度の見出しと、収入率・収入未済の目標額の行",
        )
        return
    results = {c.measure: c.text for c in page.form.cells if c.block == "settlement" and c.text}
    for block in targets:
        note_rows(page, block, targets, page.layout.target_columns)
        years = read_years(page, block)
        read_remarks(page, block)
        if not years:
            continue
        for measure, name in block.rows.items():
            if measure == "uncollected_target":
                _land_amounts(page, name, years)
            else:
                _land_rates(page, measure, name, years, results.get(measure))


def _land_rates(
    page: Page, measure: str, name: RowName, columns: Mapping[int, int], known: str | None
) -> None:
    """`columns`: column → fiscal year; `known`: a rate of the results."""
    title = clean_name(name.words)
    rates = read_percentages(page, name.row, columns, title, known)
    _note_blank_targets(page, name, columns)
    for column, rate in rates.items():
        place = (name.row, column)
        if not 0 <= rate <= 100:
            page.note_unreadable(place, title, "0から100までの率")
        page.land("settlement_target", "", measure, place, text.percent(rate), columns[column])


def _land_amounts(page: Page, name: RowName, columns: Mapping[int, int]) -> None:
    _note_blank_targets(page, name, columns)
    with unit_of_row(page, name, columns):
        for column, year in columns.items():
            place = (name.row, column)
            if not page.says_nothing(*place):
                amount = page.amount(*place, clean_name(name.words))
                note_if_negative(page, place, year, amount)
                page.land("settlement_target", "", "uncollected_target", place, amount, year)


def _note_blank_targets(page: Page, name: RowName, columns: Mapping[int, int]) -> None:
    """A year without a target among others, or a row of targets without any."""
    blank = [(name.row, column) for column in columns if page.is_blank(name.row, column)]
    for place in [name.place] if len(blank) == len(columns) else blank:
        page.warn(
            "header_value",
            place,
            f"「{clean_name(name.words)}」の目標に空欄があります。"
            "目標を定めていない場合は「－」と記入してください。",
            found=None,
            expected="目標、または定めていなければ「－」",
        )
