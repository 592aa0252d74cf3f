"""Reads 未収金残高の全市目標: a row per fiscal year and kind of target (domain §3)."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ingest import text
from ingest.addresses import address
from ingest.forms.page import Page
from ingest.forms.reading import WHOLE_CITY
from ingest.forms.tables.columns import Table, find_table
from ingest.forms.tables.vocabulary import vocabulary
from ingest.forms.units import read_unit
from ingest.quoting import as_written, clean_name, quoted
from ingest.text import key
from ingest.values import Shown, Value
from ingest.workbook import Place
from terms.years import year_name

_PARTS = ("current", "prior")
_PART_NAMES = {"": "計", "current": "現年度", "prior": "過年度"}
_DECIMAL = re.compile(r"([▲△-]?)(\d[\d,]*\.\d{1,4})(億円|百万円)?")
# Units in which amounts are written with decimals: 39.3億円
_COARSE = {1_000_000: "百万円", 100_000_000: "億円"}
_ACTUAL = frozenset({"実績", "決算", "実績のみ"})
_KINDS = "当初目標・修正目標のどちらか"


@dataclass
class Line:
    """One row: a target, or only a result. Amounts are yen; `places` of all that it says."""

    item: str
    row: int
    year: int
    kind: str | None = None
    amounts: dict[str, int | None] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    decision: dict[str, str | None] = field(default_factory=dict)

    @property
    def named(self) -> str:
        """How messages name its year."""
        return f"{year_name(self.year)}年度"

    def told(self, what: str) -> bool:
        """Whether the row says anything of the target, or of the actual."""
        return any(v is not None for m, v in self.amounts.items() if m.startswith(what))

    def parts(self, what: str) -> list[int | None]:
        """現年度 and 過年度 of the target, or of the actual."""
        return [self.amounts.get(f"{what}_{part}") for part in _PARTS]


def read(page: Page) -> None:
    """Read the list on a page. The reading's findings say all that is wrong with it."""
    page.form.subject = WHOLE_CITY
    table = find_table(page, None, page.rows)
    if table is None:
        page.note_missing_table("全市目標の表の見出し(年度・区分・目標・実績など)", "年度 ～ 理由")
        return
    if table.lacks or _are_columns_shared(page, table):
        return
    _read_unit(page, table)
    lines = list(_lines(page, table))
    page.check(CHECKS, lines)
    _land(page, lines)
    page.form.fiscal_year = max((line.year for line in lines), default=None)
    if not lines and not page.errors:
        message = "目標の行が一つもありません。年度と目標の区分ごとに1行を記入してください。"
        table.note_no_lines(page, message, "年度・区分・目標")


def _are_columns_shared(page: Page, table: Table) -> bool:
    """Without 目標 and 実績 above them, 計 and 現年度 may be either; that is noted."""
    places = [table.columns[c.name] for c in table.spec if c.name in table.columns]
    shared = next((place for n, place in enumerate(places) if place in places[:n]), None)
    if shared is None:
        return False
    page.error(
        "damaged_heading",
        (table.label_row, shared),
        "目標の列か実績の列か、見出しから決められません。"
        "「目標」「実績」の見出しを元の様式のとおりに戻してください。",
        expected="目標と実績それぞれの計・現年度・過年度",
    )
    return True


def _read_unit(page: Page, table: Table) -> None:
    """No unit goes without saying on a list of four possible ones."""
    if read_unit(page, table.first_row - 1):
        return
    units = "・".join(page.layout.units)
    page.error(
        "unit",
        (table.label_row, table.columns["target"]),
        f"金額の単位がどこにも書かれていません。表の右上に「(単位:億円)」のように({units}の"
        "いずれかを)書いてください。",
        found=None,
        expected=f"(単位:…) {units}のいずれか",
    )


def _lines(page: Page, table: Table) -> Iterator[Line]:
    """The rows that say anything. A year merged over its rows is written once."""
    year: int | None = None
    item = 0
    money = [c.name for c in table.spec if c.kind == "money"]
    for row in range(table.first_row, page.sheet.bottom):
        place = (row, table.columns["fiscal_year"])
        amounts = table.places(row, money)
        written = page.value(*place)
        if isinstance(written, str) and _is_heading(page, written):
            continue  # the heading again, on the next page
        if row in page.withdrawn_rows:
            page.note_withdrawn(row)
            continue
        if all(page.says_nothing(*at) or page.is_uncached(*at) for at in amounts.values()):
            continue
        if written is not None or page.is_doubtful(*place):
            year = _year(page, place)
        elif year is None:
            _note_year(page, place, "ありません")
        if year is None:
            continue
        item += 1
        line = Line(str(item), row, year)
        line.places = table.places(row, (c.name for c in table.spec))
        line.kind = _kind(page, line.places["target_kind"])
        for name, at in amounts.items():
            line.amounts[name] = _amount(page, at, f"{line.named} {_title(name)}")
        _complete(page, line)
        _read_decision(page, line)
        yield line


def _is_heading(page: Page, words: str) -> bool:
    groups = frozenset().union(*page.layout.groups.values())
    return key(words) in groups or vocabulary(page.layout.columns).label(words) is not None


def _title(measure: str) -> str:
    what, _, part = measure.partition("_")
    return f"{({'target': '目標', 'actual': '実績'})[what]} {_PART_NAMES[part]}"


def _year(page: Page, place: Place) -> int | None:
    value = page.value(*place)
    if page.note_doubt(place, "年度", "年度(例 令和2年度)"):
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
    page.error(
        "fiscal_year",
        place,
        f"年度{f'の「{quoted(value)}」' if value is not None else ''}が{what}。"
        "年度(例 令和2年度)を記入してください。",
        expected="年度(例 令和2年度)",
    )


def _kind(page: Page, place: Place) -> str | None:
    """initial_target, revised_target, actual, unknown (noted) or None, when nothing is written."""
    value = page.value(*place)
    if page.note_doubt(place, "目標の区分", _KINDS) or text.is_blank(value):
        return None
    k = key(as_written(value))
    words: dict[str, list[str]] = page.layout.spec["table"]["scenarios"]
    found = {name for name, each in words.items() if any(key(word) in k for word in each)}
    if len(found) == 1:
        return found.pop()
    if k in _ACTUAL:
        return "actual"
    page.note_entry("目標の区分", place, _KINDS)
    return "unknown"


def _amount(page: Page, place: Place, name: str) -> int | None:
    """Yen; None for a blank and for a formula whose result was not saved in a total."""
    if page.says_nothing(*place):
        page.note_merged(*place, name, down=False)
        return None
    if name.endswith("計") and page.is_uncached(*place):
        return None
    exact = _decimal(page.value(*place), _COARSE.get(page.unit_yen))
    if exact is not None:
        return round(exact * page.unit_yen)  # a double's noise is far below one yen
    return page.amount(*place, name)


def _decimal(value: Value, unit: str | None) -> Decimal | None:
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
        parts = line.parts(what)
        told = [part for part in parts if part is not None]
        if len(told) == len(parts) or (told and page.is_uncached(*line.places[what])):
            line.amounts[what] = sum(told)


def _read_decision(page: Page, line: Line) -> None:
    for name, label in (("decided_on", "決定日"), ("meeting", "会議"), ("reason", "理由")):
        if name in line.places:
            read = _day if name == "decided_on" else _words
            line.decision[name] = page.entry(label, line.places[name], read)


def _day(value: Value) -> str | None:
    return None if text.is_blank(value) else text.day(value).isoformat()


def _words(value: Value) -> str | None:
    return None if text.is_blank(value) else clean_name(as_written(value))


def _check_kinds(page: Page, lines: list[Line]) -> None:
    """A target without its kind is the year's only one, or the department is asked."""
    for line in lines:
        if line.kind not in (None, "actual") or not line.told("target"):
            continue
        alone = sum(other.year == line.year and other.told("target") for other in lines) == 1
        place = line.places["target_kind"]
        is_initial = alone and page.value(*place) is None
        page.note(
            "warning" if is_initial else "error",
            "header_value",
            place,
            f"{line.named}の目標が当初目標か修正目標か書かれていません。"
            + ("当初目標として読みました。" if is_initial else "")
            + "「当初目標」か「修正目標」を記入してください。",
            expected=_KINDS,
        )
        line.kind = "initial_target"


def _check_parts(page: Page, lines: list[Line]) -> None:
    """現年度 + 過年度 = 計; in coarse units each is rounded by itself."""
    for line in lines:
        for what in ("target", "actual"):
            total, parts = line.amounts.get(what), [p for p in line.parts(what) if p is not None]
            if total is not None and len(parts) == len(_PARTS) and total != sum(parts):
                _note_parts(page, line, what, sum(parts))


def _note_parts(page: Page, line: Line, what: str, right: int) -> None:
    gap = abs((line.amounts[what] or 0) - right)
    rounding = page.unit_yen > 1 and gap <= page.unit_yen
    place = line.places[what]
    cells = "・".join(address(*line.places[f"{what}_{part}"]) for part in _PARTS)
    page.note(
        "warning" if rounding else "error",
        "parts",
        place,
        f"{line.named}の{_title(what)}は「{quoted(page.value(*place))}」ですが、"
        f"現年度と過年度(セル{cells})を足すと{page.shown(right)}です。"
        + ("四捨五入による差であればそのままでかまいません。" if rounding else "")
        + "どちらが正しいか確かめてください。",
        expected=page.shown(right),
    )


def _check_repeated(page: Page, lines: list[Line]) -> None:
    """One initial target a year; revisions of a year are told apart by the day of decision."""
    seen: dict[tuple[int, str | None, str | None], Line] = {}
    for line in lines:
        if not line.told("target") or line.kind == "unknown":
            continue
        day = line.decision.get("decided_on") if line.kind == "revised_target" else None
        first = seen.setdefault((line.year, line.kind, day), line)
        if first is line:
            continue
        place = line.places["fiscal_year"]
        page.error(
            "row_year",
            place if page.value(*place) is not None else line.places["target_kind"],
            f"{line.named}の同じ区分の目標が2行あります(もう一つはセル"
            f"{address(*first.places['fiscal_year'])})。年度と区分を確かめ、修正が2度あったときは"
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
            other = page.value(*first.places[measure])
            said = page.shown(first.amounts[measure] or 0) if other is None else as_written(other)
            page.error(
                "row_year",
                line.places[measure],
                f"{line.named}の{_title(measure)}が、セル"
                f"{address(*first.places[measure])}の「{quoted(said)}」と違います。"
                "同じ年度の実績は一つです。どちらが正しいか確かめ、訂正してください。",
                expected=said,
            )


CHECKS = (_check_kinds, _check_parts, _check_repeated, _check_results)


def _land(page: Page, lines: list[Line]) -> None:
    """Every row as an item; a result alone joins the year's last target, if there is one."""
    targets = {line.year: line for line in lines if line.told("target")}
    for line in lines:
        home = line if line.told("target") else targets.get(line.year, line)
        said: dict[str, int | str | None] = {
            measure: amount
            for measure, amount in line.amounts.items()
            if home is line or (measure.startswith("actual") and home.amounts.get(measure) is None)
        }
        if home is line:
            is_revised = line.kind == "revised_target"
            said["target_kind"] = "revised_target" if is_revised else "initial_target"
            said |= line.decision
        for measure, each in said.items():
            place = line.places[measure]
            page.land("city_target", home.item, measure, place, each, line.year)
