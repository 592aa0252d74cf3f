"""Reads 債権一覧: each claim of the city and its uncollected amount at a settlement (domain §3)."""

import re
from collections.abc import Mapping

from ingest import text
from ingest.addresses import address
from ingest.forms.columns import Table, find_table, heading_rows, note_untaken
from ingest.forms.header import MAX_NAME
from ingest.forms.headings import note_rows_of_parts
from ingest.forms.lines import Sums, kind_of_named, note_part
from ingest.forms.reading import CellValue, FormReading, Page
from ingest.forms.units import note_if_all_in_yen, read_unit_of_figures
from ingest.names import name_key
from ingest.quoting import as_written, clean_name, quoted
from ingest.text import Unreadable, is_ditto, key

WHOLE_CITY = "全市"
_NUMBER = re.compile(r"(?:NO\.?)?(\d{1,4})(?:\.0)?")
_SETTLEMENT = re.compile(r"決算|年度末|出納閉鎖")
# 令和3年度決算 in 令和4年度債権一覧(令和3年度決算): the year of the books, not of the paper.
_OF_BOOKS = re.compile(
    r"(?:[明大昭平令][治正和成]?|[MTSHR])?\.?(?:元|\d{1,4})年度(?=末|の?(?:決算|出納))"
)
_CLOSE = re.compile(r"[35]月(?:31日|末)|[./-]0?[35][./-]31")
_BESIDES = re.compile(r"作成|印刷|出力|組織|人口|職員")
_OPEN_UNTIL = 5  # money for a fiscal year comes in until 31 May (domain §1)


def read(page: Page) -> FormReading:
    """Read the list on a page. The reading's findings say all that is wrong with it."""
    form = FormReading(page.sheet.name, page.layout.form, page.layout.version, page.unit_yen)
    form.findings = page.findings
    form.subject = WHOLE_CITY
    lines = heading_rows(page.sheet, page.layout.columns)
    table = lines and find_table(page, page.layout.columns, {}, None, lines, lines)
    if not table:
        page.note(
            "error",
            "missing_heading",
            None,
            "債権一覧の表の見出し(債権の名称・収入未済額・種別など)が見当たりません。"
            "表の見出しを残して提出してください。",
            expected="債権の名称 ～ 課",
        )
        return form
    _read_year(page, form, table)
    _check_year_of_column(page, form, table)
    rows = range(table.first_row, page.sheet.bottom)
    if note_rows_of_parts(page, range(page.sheet.left, page.sheet.right), rows):
        return form
    if any(c.presence == "required" and c.name not in table.columns for c in table.spec):
        return form  # what stands under a missing heading would only be guessed at
    read_unit_of_figures(page, table, "uncollected")
    form.unit_yen = page.unit_yen
    _read_rows(page, form, table)
    return form


def _read_year(page: Page, form: FormReading, table: Table) -> None:
    """The settlement's fiscal year, as title or heading name it, else from 現在 and a date."""
    above = [(r, c, w) for r, c, w in page.sheet.texts if r < table.first_row]
    settled = _years(page, [t for t in above if _SETTLEMENT.search(key(t[2]))])
    named = settled or _years(page, [t for t in above if "年度" in key(t[2])])
    # A list may be printed, or name its offices, as of any day; books close on two of them.
    closed = [t for t in above if _CLOSE.search(key(t[2])) and not _BESIDES.search(key(t[2]))]
    years = named | _years_of_days(closed if named else above)
    if len(years) == 1:
        form.fiscal_year = next(iter(years))
        return
    page.note(
        "error",
        "fiscal_year",
        list(years.values())[-1] if years else None,
        "どの年度の決算の一覧か決まりません。表題に年度を一つだけ書いてください"
        "(例 令和3年度決算)。",
        found="・".join(f"{text.wareki(y)}年度" for y in years) or None,
        expected="表題に年度が一つ",
    )


def _check_year_of_column(page: Page, form: FormReading, table: Table) -> None:
    """The heading over the amounts may name another year than the title does."""
    column = table.columns.get("uncollected")
    for row in range(table.first_row if column is not None else 0):
        over = (row, column or 0)
        area = next((a for a in page.sheet.merged if a.holds(over)), None)
        place = (area.top, area.left) if area else over
        words = page.value(*place)
        year = text.fiscal_year(words) if isinstance(words, str) else None
        is_heading = area is None or area.left > page.sheet.left
        if year and form.fiscal_year and year != form.fiscal_year and is_heading:
            page.note(
                "error",
                "fiscal_year",
                place,
                f"一覧は{text.wareki(form.fiscal_year)}年度ですが、収入未済額の見出しは"
                f"{text.wareki(year)}年度です。どちらが正しいか確かめ、年度をそろえてください。",
                found=words,
                expected=f"{text.wareki(form.fiscal_year)}年度",
            )


def _years(page: Page, texts: list[tuple[int, int, str]]) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for row, column, words in texts:
        of_books = _OF_BOOKS.search(key(words))
        year = text.fiscal_year(of_books[0] if of_books else words)
        if year is not None:
            found.setdefault(year, (row, column))
    return found


def _years_of_days(texts: list[tuple[int, int, str]]) -> dict[int, tuple[int, int]]:
    """令和4年3月31日現在 and 令和4年5月31日現在 both speak of 令和3年度."""
    found: dict[int, tuple[int, int]] = {}
    for row, column, words in texts:
        if "現在" in words or "時点" in words:
            try:
                day = text.day(words)
            except Unreadable:
                continue
            if day.month <= _OPEN_UNTIL:
                found.setdefault(day.year - 1, (row, column))
    return found


def _read_rows(page: Page, form: FormReading, table: Table) -> None:
    seen: dict[str, str] = {}
    above: dict[str, CellValue] = {}
    told: dict[str, dict[tuple[str, ...], str]] = {}
    sums = Sums(page, table)
    is_numbered = _is_numbered(page, table)
    for r in range(table.first_row, page.sheet.bottom):
        match kind_of_named(page, table, r, after_total=sums.has_grand_total):
            case "claim":
                number = _number(page, table, r, seen, is_numbered)
                sums.add(
                    r, _read_row(page, form, table, r, number, above, told) if number else None
                )
            case "total":
                sums.add_total(r)
            case "heading" if sums.begins_again(r):
                break
            case "part":
                sums.add(r, None)
                note_part(page, table, r)
            case "withdrawn":
                sums.withdraw(r)
            case "unnamed":
                sums.add(r, None)
                _name(page, table, r)
            case "note" | "heading":
                _read_remarks(page, form, table, r)
    sums.check()
    headed = {c for r, c, _ in page.sheet.texts if r == table.label_row}
    note_untaken(page, table, range(table.first_row, page.sheet.bottom), headed)
    if sums.grand_row is not None:
        _read_total(page, form, table, sums.grand_row)
    amounts = {c.number or 0 for c in form.cells if c.measure == "uncollected"}
    note_if_all_in_yen(page, amounts, (table.first_row, table.columns["uncollected"]))
    if not seen:
        page.note(
            "error",
            "missing_row",
            (table.first_row, table.left),
            "債権の行が一つもありません。債権ごとに1行を記入してください。",
            expected="債権の行",
        )


def _is_numbered(page: Page, table: Table) -> bool:
    """Whether the list numbers its claims at all; else their order does."""
    place = table.columns.get("no")
    return place is not None and any(
        page.value(r, place) is not None for r in range(table.first_row, page.sheet.bottom)
    )


def _number(
    page: Page, table: Table, row: int, seen: dict[str, str], is_numbered: bool
) -> str | None:
    """The running number of a claim. One that is missing or there twice is noted."""
    if not is_numbered:
        seen[str(len(seen) + 1)] = ""
        return str(len(seen))
    place = (row, table.columns["no"])
    value = page.value(*place)
    found = None if value is None else _NUMBER.fullmatch(key(as_written(value)))
    number = str(int(found[1])) if found else None
    if number is None:
        if not page.note_doubt(*place, "No."):
            page.note_entry("No.", place, "通し番号(例 1)")
    elif number in seen:
        page.note(
            "error",
            "duplicate_claim",
            place,
            f"No.{number}の行が2つあります(もう一つはセル{seen[number]})。"
            "番号を振り直すか、重複した行を除いてください。",
            found=value,
            expected="債権ごとに違う番号",
        )
        return None
    if number:
        seen[number] = address(*place)
    return number


def _read_row(
    page: Page,
    form: FormReading,
    table: Table,
    row: int,
    number: str,
    above: dict[str, CellValue],
    told: dict[str, dict[tuple[str, ...], str]],
) -> dict[str, int] | None:
    """The amount (yen) of a claim, as sums take it; None when it is illegible."""
    name = _name(page, table, row)
    title = f"No.{number} {name or ''} 収入未済額"
    place = table.columns["uncollected"]
    errors = page.errors
    if text.is_blank(page.value(row, place)) and not page.note_doubt(row, place, title):
        page.note_entry(title, (row, place), "金額(ないときは0)")
    amount = page.amount(row, place, title)
    legible = page.errors == errors
    cell = address(row, place)
    form.cells.append(CellValue("claim_list", number, "uncollected", cell, amount))
    if name:
        cell = address(row, table.columns["claim_name"])
        form.cells.append(CellValue("claim_list", number, "claim_name", cell, text=name))
    _read_classes(page, form, table, row, number)
    _read_owner(page, form, table, row, number, above)
    if name:
        _note_twice(page, table, row, name, above, told)
    if "note" in table.columns and (remark := page.value(row, table.columns["note"])) is not None:
        cell = address(row, table.columns["note"])
        form.narrative.append(CellValue("note", number, "", cell, text=as_written(remark)))
    return {"uncollected": amount} if legible else None


def _note_twice(
    page: Page,
    table: Table,
    row: int,
    name: str,
    above: Mapping[str, CellValue],
    told: dict[str, dict[tuple[str, ...], str]],
) -> None:
    """One claim on two lines is not two claims: name and owner tell claims of a list apart."""
    owner = tuple(above[each].text or "" for each in ("bureau", "section") if each in above)
    place = (row, table.columns["claim_name"])
    owners = told.setdefault(name_key(name), {})
    mine = tuple(map(name_key, owner))
    # Where one of two lines names no owner, nobody can tell them apart.
    first = (
        owners.get(mine) or owners.get(()) or (None if mine else next(iter(owners.values()), None))
    )
    owners.setdefault(mine, address(*place))
    if first:
        page.note(
            "error",
            "duplicate_claim",
            place,
            f"{'・'.join(owner)}の「{quoted(name)}」の行が2つあります(もう一つはセル{first})。"
            "1行にまとめるか、名前を書き分けてください。",
            found=name,
            expected="債権ごとに1行",
        )


def _name(page: Page, table: Table, row: int) -> str | None:
    place = (row, table.columns["claim_name"])
    name = page.value(*place)
    if isinstance(name, str) and 0 < len(clean_name(name)) <= MAX_NAME:
        return clean_name(name)
    if not page.note_doubt(*place, "債権の名称", "債権の名称"):
        page.note_entry("債権の名称", place, f"債権の名称({MAX_NAME}文字以内)")
    return None


def _read_classes(page: Page, form: FormReading, table: Table, row: int, number: str) -> None:
    place = page.spread_from(row, table.columns["claim_classes"])
    if page.note_doubt(*place, "種別", "種別"):
        return
    try:
        classes = ",".join(text.claim_classes(page.value(*place)))
    except Unreadable:
        page.note_entry(
            f"No.{number} 種別",
            place,
            "強(強制徴収公債権)・非(非強制徴収公債権)・私(私債権)のいずれか",
        )
    else:
        form.cells.append(
            CellValue("claim_list", number, "claim_classes", address(*place), text=classes)
        )


def _read_owner(
    page: Page, form: FormReading, table: Table, row: int, number: str, above: dict[str, CellValue]
) -> None:
    """Bureau and section; written once for several claims, they stand for those below too."""
    for name in ("bureau", "section"):
        if name not in table.columns:
            continue
        place = (row, table.columns[name])
        value = page.value(*place)
        if page.note_doubt(*place, "所管", "所管の名称"):
            continue
        if value is not None and not is_ditto(value):
            if name == "bureau":
                above.pop("section", None)  # another bureau's section is not meant
            words = clean_name(as_written(value))
            above[name] = CellValue("claim_list", number, name, address(*place), text=words)
        if name in above:
            form.cells.append(above[name]._replace(item=number))


def _read_total(page: Page, form: FormReading, table: Table, row: int) -> None:
    place = (row, table.columns["uncollected"])
    if not page.is_blank(*place) and not page.is_uncached(*place):
        amount = page.amount(*place, "合計 収入未済額")
        form.cells.append(CellValue("total", "", "uncollected", address(*place), amount))


def _read_remarks(page: Page, form: FormReading, table: Table, row: int) -> None:
    for c in range(page.sheet.left, page.sheet.right):
        words = page.value(row, c)
        if isinstance(words, str) and key(words):
            form.narrative.append(CellValue("note", "", "", address(row, c), text=words))
