"""Reads 未収金残高の全市目標: a row per fiscal year and kind of target (domain §3)."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ingest import text
from ingest.addresses import address
from ingest.forms.columns import Table, find_table, vocabulary
from ingest.forms.reading import CellValue, FormReading, Page, show
from ingest.quoting import as_written, clean_name, quoted
from ingest.text import Unreadable, key
from ingest.values import Shown

SUBJECT = "全市"
_PARTS = ("current", "prior")
_DECIMAL = re.compile(r"([▲△-]?)(\d[\d,]*\.\d{1,4})(億円|百万円)?")
# Units in which amounts are written with decimals: 39.3億円
_COARSE = {1_000_000: "百万円", 100_000_000: "億円"}
_ACTUAL = frozenset({"実績", "決算", "実績のみ"})

Place = tuple[int, int]


@dataclass
class Line:
    """One row: a target, or only a result. Amounts are yen."""

    item: str
    row: int
    year: int
    kind: str | None = None
    amounts: dict[str, int | None] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    decision: dict[str, tuple[Place, str | None]] = field(default_factory=dict)

    @property
    def decided_on(self) -> str | None:
        """The day of the decision in ISO."""
        return self.decision["decided_on"][1] if "decided_on" in self.decision else None

    def told(self, what: str) -> bool:
        """Whether the row says anything of the target, or of the actual."""
        return any(v is not None for m, v in self.amounts.items() if m.startswith(what))


def read(page: Page) -> FormReading:
    """Read the list on a page. The reading's findings say all that is wrong with it."""
    form = FormReading(page.sheet.name, page.layout.form, page.layout.version, page.unit_yen)
    form.findings = page.findings
    form.subject = SUBJECT
    rows = range(page.sheet.top, page.sheet.bottom)
    table = find_table(page, page.layout.columns, page.layout.groups, None, rows)
    if table is None:
        page.note(
            "error",
            "missing_heading",
            None,
            "全市目標の表の見出し(年度・区分・目標・実績など)が見当たりません。"
            "元の様式の見出しを残して記入してください。",
            expected="年度 ～ 理由",
        )
        return form
    if not {"fiscal_year", "target_kind", "target"} <= table.columns.keys():
        return form
    if _are_columns_shared(page, table):
        return form
    _read_unit(page, table)
    form.unit_yen = page.unit_yen
    lines = list(_lines(page, table))
    _settle_kinds(page, table, lines)
    for line in lines:
        _check_parts(page, line)
    _check_repeated(page, table, lines)
    _check_results(page, lines)
    _land(form, table, lines)
    form.fiscal_year = max((line.year for line in lines), default=None)
    if not lines and not page.errors:
        page.note(
            "error",
            "missing_row",
            (table.first_row, table.left),
            "目標の行が一つもありません。年度と目標の区分ごとに1行を記入してください。",
            expected="年度・区分・目標",
        )
    return form


def _are_columns_shared(page: Page, table: Table) -> bool:
    """Without 目標 and 実績 above them, 計 and 現年度 may be either; that is noted."""
    owners: dict[int, str] = {}
    for column in page.layout.columns:
        place = table.columns.get(column.name)
        if place is None:
            continue
        if place in owners:
            page.note(
                "error",
                "damaged_heading",
                (table.label_row, place),
                "目標の列か実績の列か、見出しから決められません。"
                "「目標」「実績」の見出しを元の様式のとおりに戻してください。",
                found=page.value(table.label_row, place),
                expected="目標と実績それぞれの計・現年度・過年度",
            )
            return True
        owners[place] = column.name
    return False


def _read_unit(page: Page, table: Table) -> None:
    """No unit goes without saying on a list of four possible ones."""
    if page.read_unit(table.first_row - 1):
        return
    units = "・".join(page.layout.units)
    page.note(
        "error",
        "unit",
        (table.label_row, table.columns["target"]),
        f"金額の単位がどこにも書かれていません。表の右上に「(単位:億円)」のように({units}の"
        "いずれかを)書いてください。",
        expected=f"(単位:…) {units}のいずれか",
    )


def _lines(page: Page, table: Table) -> Iterator[Line]:
    """The rows that say anything. A year merged over its rows is written once."""
    year: int | None = None
    item = 0
    for row in range(table.first_row, page.sheet.bottom):
        place = (row, table.columns["fiscal_year"])
        written = page.value(*place)
        if isinstance(written, str) and _is_heading(page, written):
            continue  # the heading again, on the next page
        if row in page.withdrawn_rows:
            page.note_withdrawn(row)
            continue
        if not _says_anything(page, table, row):
            continue
        if written is not None or page.is_doubtful(*place):
            year = _year(page, place)
        elif year is None:
            _note_year(page, place, "ありません")
        if year is None:
            continue
        item += 1
        line = Line(str(item), row, year)
        line.kind = _kind(page, (row, table.columns["target_kind"]))
        for column in page.layout.columns:
            if column.kind == "money" and column.name in table.columns:
                at = (row, table.columns[column.name])
                name = f"{text.wareki(year)}年度 {_title(column.name)}"
                line.places[column.name] = at
                line.amounts[column.name] = _amount(page, at, name)
        _complete(page, line)
        _read_decision(page, table, line)
        yield line


def _is_heading(page: Page, words: str) -> bool:
    groups = frozenset().union(*page.layout.groups.values())
    return key(words) in groups or vocabulary(page.layout.columns).label(words) is not None


def _says_anything(page: Page, table: Table, row: int) -> bool:
    places = [
        (row, table.columns[column.name])
        for column in page.layout.columns
        if column.kind == "money" and column.name in table.columns
    ]
    return any(
        not text.is_blank(page.value(*place))
        or (page.is_doubtful(*place) and not page.is_uncached(*place))
        for place in places
    )


def _title(measure: str) -> str:
    what, _, part = measure.partition("_")
    name = {"target": "目標", "actual": "実績"}[what]
    return f"{name} {({'current': '現年度', 'prior': '過年度'}).get(part, '計')}"


def _year(page: Page, place: Place) -> int | None:
    value = page.value(*place)
    if page.note_doubt(*place, "年度", "年度(例 令和2年度)"):
        return None
    if isinstance(value, int | float) and value in range(1990, 2100):
        return int(value)
    named = text.heading_years(value) if isinstance(value, str) else frozenset()
    if len(named) == 1:
        return next(iter(named))
    _note_year(page, place, "和暦と西暦が合いません" if named else "読み取れません")
    return None


def _note_year(page: Page, place: Place, what: str) -> None:
    value = page.value(*place)
    page.note(
        "error",
        "fiscal_year",
        place,
        f"年度{f'の「{quoted(value)}」' if value is not None else ''}が{what}。"
        "年度(例 令和2年度)を記入してください。",
        found=value,
        expected="年度(例 令和2年度)",
    )


def _kind(page: Page, place: Place) -> str | None:
    """initial_target, revised_target, actual, unknown (noted) or None, when nothing is written."""
    value = page.value(*place)
    if page.note_doubt(*place, "目標の区分", "当初目標・修正目標のどちらか") or text.is_blank(
        value
    ):
        return None
    k = key(as_written(value))
    words: dict[str, list[str]] = page.layout.spec["table"]["scenarios"]
    found = {name for name, each in words.items() if any(key(word) in k for word in each)}
    if len(found) == 1:
        return found.pop()
    if k in _ACTUAL:
        return "actual"
    page.note_entry("目標の区分", place, "当初目標・修正目標のどちらか")
    return "unknown"


def _amount(page: Page, place: Place, name: str) -> int | None:
    """Yen; None for a blank and for a formula whose result was not saved in a total."""
    value = page.value(*place)
    if text.is_blank(value) and not page.is_doubtful(*place):
        page.note_merged(*place, name, down=False)
        return None
    if name.endswith("計") and page.is_uncached(*place):
        return None
    exact = _decimal(value, _COARSE.get(page.unit_yen))
    if exact is not None:
        return round(exact * page.unit_yen)  # a double's noise is far below one yen
    return page.amount(*place, name)


def _decimal(value: object, unit: str | None) -> Decimal | None:
    """39.3 in 億円 or 百万円, where a point is a decimal point. None for anything else."""
    if unit is None:
        return None
    if isinstance(value, Shown):
        return value.shown if value.scale == 1 and not value.is_percent else None
    if isinstance(value, float) and not value.is_integer():
        return Decimal(repr(value))
    if not isinstance(value, str):
        return None
    found = _DECIMAL.fullmatch("".join(unicodedata.normalize("NFKC", value).split()))
    if not found or found[3] not in (None, unit):
        return None
    return Decimal(found[2].replace(",", "")) * (-1 if found[1] else 1)


def _complete(page: Page, line: Line) -> None:
    """A total that is blank beside its parts is their sum; a lost formula adds up what there is."""
    for what in ("target", "actual"):
        if what not in line.places or line.amounts.get(what) is not None:
            continue
        parts = [line.amounts.get(f"{what}_{part}") for part in _PARTS]
        told = [part for part in parts if part is not None]
        if len(told) == len(parts) or (told and page.is_uncached(*line.places[what])):
            line.amounts[what] = sum(told)


def _read_decision(page: Page, table: Table, line: Line) -> None:
    for name, label in (("decided_on", "決定日"), ("meeting", "会議"), ("reason", "理由")):
        if name not in table.columns:
            continue
        place = (line.row, table.columns[name])
        value = page.value(*place)
        said = None
        if page.note_doubt(*place, label, label) or text.is_blank(value):
            pass
        elif name != "decided_on":
            said = clean_name(as_written(value))
        else:
            try:
                said = text.day(value).isoformat()
            except Unreadable as problem:
                page.note_entry(label, place, str(problem))
        line.decision[name] = place, said


def _settle_kinds(page: Page, table: Table, lines: list[Line]) -> None:
    """A target without its kind is the year's only one, or the department is asked."""
    for line in lines:
        if line.kind in (None, "actual") and line.told("target"):
            alone = sum(other.year == line.year and other.told("target") for other in lines) == 1
            place = (line.row, table.columns["target_kind"])
            found = page.value(*place)
            page.note(
                "warning" if alone and found is None else "error",
                "header_value",
                place,
                f"{text.wareki(line.year)}年度の目標が当初目標か修正目標か書かれていません。"
                + ("当初目標として読みました。" if alone and found is None else "")
                + "「当初目標」か「修正目標」を記入してください。",
                found=found,
                expected="当初目標・修正目標のどちらか",
            )
            line.kind = "initial_target"


def _check_parts(page: Page, line: Line) -> None:
    """現年度 + 過年度 = 計; in coarse units each is rounded by itself."""
    for what in ("target", "actual"):
        total = line.amounts.get(what)
        parts = [line.amounts.get(f"{what}_{part}") for part in _PARTS]
        if total is None or None in parts or (gap := total - sum(p or 0 for p in parts)) == 0:
            continue
        rounding = page.unit_yen > 1 and abs(gap) <= page.unit_yen
        right = show(total - gap, page.unit_yen)
        cells = "・".join(address(*line.places[f"{what}_{part}"]) for part in _PARTS)
        page.note(
            "warning" if rounding else "error",
            "parts",
            line.places[what],
            f"{text.wareki(line.year)}年度の{_title(what)}は"
            f"「{quoted(page.value(*line.places[what]))}」ですが、"
            f"現年度と過年度(セル{cells})を足すと{right}です。"
            + ("四捨五入による差であればそのままでかまいません。" if rounding else "")
            + "どちらが正しいか確かめてください。",
            found=page.value(*line.places[what]),
            expected=right,
        )


def _check_repeated(page: Page, table: Table, lines: list[Line]) -> None:
    """One initial target a year; revisions of a year are told apart by the day of decision."""
    seen: dict[tuple[int, str | None, str | None], Line] = {}
    for line in lines:
        if not line.told("target") or line.kind == "unknown":
            continue
        day = line.decided_on if line.kind == "revised_target" else None
        first = seen.setdefault((line.year, line.kind, day), line)
        if first is line:
            continue
        place = (line.row, table.columns["fiscal_year"])
        page.note(
            "error",
            "row_year",
            place if page.value(*place) is not None else (line.row, table.columns["target_kind"]),
            f"{text.wareki(line.year)}年度の同じ区分の目標が2行あります(もう一つはセル"
            f"{address(first.row, place[1])})。年度と区分を確かめ、修正が2度あったときは"
            "それぞれの決定日を記入してください。",
            found=page.value(*place),
            expected="年度・区分(・決定日)ごとに1行",
        )


def _check_results(page: Page, lines: list[Line]) -> None:
    """A year has one result, on however many of its rows it is written."""
    told: dict[tuple[int, str], Line] = {}
    for line in lines:
        for measure, amount in line.amounts.items():
            if not measure.startswith("actual") or amount is None:
                continue
            first = told.setdefault((line.year, measure), line)
            if first.amounts[measure] == amount:
                continue
            page.note(
                "error",
                "row_year",
                line.places[measure],
                f"{text.wareki(line.year)}年度の{_title(measure)}が、セル"
                f"{address(*first.places[measure])}の"
                f"「{quoted(page.value(*first.places[measure]))}」と違います。"
                "同じ年度の実績は一つです。どちらが正しいか確かめ、訂正してください。",
                found=page.value(*line.places[measure]),
                expected=as_written(page.value(*first.places[measure])),
            )


def _land(form: FormReading, table: Table, lines: list[Line]) -> None:
    """Every row as an item; a result alone joins the year's last target, if there is one."""
    targets = {line.year: line for line in lines if line.told("target")}
    for line in lines:
        home = line if line.told("target") else targets.get(line.year, line)
        for measure, amount in line.amounts.items():
            of_target = measure.startswith("target")
            if home is not line and (of_target or home.amounts.get(measure) is not None):
                continue
            place = address(*line.places[measure])
            form.cells.append(
                CellValue("city_target", home.item, measure, place, amount, None, line.year)
            )
        if home is line:
            place = address(line.row, table.columns["target_kind"])
            kind = "revised_target" if line.kind == "revised_target" else "initial_target"
            form.cells.append(
                CellValue("city_target", line.item, "target_kind", place, None, kind, line.year)
            )
            form.cells += [
                CellValue("city_target", line.item, name, address(*at), None, said, line.year)
                for name, (at, said) in line.decision.items()
            ]
