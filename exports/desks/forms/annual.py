"""調書 (未収金目標及び具体取組内容調書) as the marts know it: one sheet a claim (domain §2).

Its free text (sections 4 and 5) never reaches the warehouse: the boxes stay blank.
"""

from collections.abc import Sequence
from dataclasses import replace

from exports.desks.sheets.model import Cell, Kind, Sheet, Table, figure, heading, label
from exports.marts import Marts, Row, whole
from exports.press.japanese import STATUS_GROUPS
from terms.codes import annual_rows, class_label, labels
from terms.money import UNIT_NAMES
from terms.years import fiscal_year_label

TITLE = "未収金目標及び具体取組内容調書"
_SCENARIOS, _PARTS = labels("scenario"), labels("part")
GROUPS = (("過年度分", 9), ("現年度分", 7), ("合計", 3))  # of the measures, in their order
_MEASURES = sum(measures for _, measures in GROUPS)
_STATUS_MEASURES: tuple[tuple[str, str, Kind], ...] = (
    ("cases", "件数", "count"),
    ("balance", "残高", "money"),
)
# Each class by its newest version.
_CLASSES = """
select * from marts.dim_status_class
qualify version = max(version) over (partition by status_code)
order by status_code
"""
_WIDTHS = (6.0, 14.0, *[9.5] * _MEASURES)
_REVIEW = ("取組内容", "取組実績", "課題", "改善策")
_BLANK = "記述欄の内容は提出された調書にあります（データには取り込みません）。"


def sheets(marts: Marts, fiscal_year: int, claim_number: str | None = None) -> tuple[Sheet, ...]:
    """A sheet for each claim whose form of the year is in force, or for the one asked for."""
    forms = marts.of(
        "mart_submission",
        "form = 'annual' and in_force and fiscal_year = ? and coalesce(claim_number = ?, true)"
        " order by claim_number",
        fiscal_year,
        claim_number,
    )
    measures = marts.answers("select * from marts.dim_measure order by no limit ?", _MEASURES)
    classes = marts.answers(_CLASSES)
    return tuple(_sheet(marts, form, measures, classes) for form in forms)


def _sheet(marts: Marts, form: Row, measures: list[Row], classes: list[Row]) -> Sheet:
    key = (form["claim_number"], form["fiscal_year"])
    of_claim = "claim_number = ? and fiscal_year = ?"
    rows = marts.of(
        "fct_collection_history",
        "form = 'annual' and submission_id = ?"
        " qualify row_number() over (partition by source_item order by known_from desc) = 1",
        form["submission_id"],
    )
    by_letter = {str(row["source_item"]): row for row in rows}
    attainment = {row["part"]: row for row in marts.of("mart_target_attainment", of_claim, *key)}
    status = {
        (row["part"], row["status_code"]): row
        for row in marts.of("fct_claim_status", of_claim, *key)
    }
    year = int(str(form["fiscal_year"]))
    unit = _unit(by_letter.get("D", form))
    return Sheet(
        name=str(form["claim_number"]),
        title=TITLE,
        widths=_WIDTHS,
        tables=(
            _header(form),
            _attainment(year, attainment),
            _collection(year, by_letter, measures, unit),
            _status(year, status, classes, unit),
            _totals(year, by_letter.get("D", {}), unit),
            _narrative(f"４．{fiscal_year_label(year)}の取組内容の検証など", _REVIEW, _BLANK),
            _narrative(f"５．{fiscal_year_label(year + 1)}の取組内容", ("取組内容",)),
        ),
        pages=1,
    )


def _header(form: Row) -> Table:
    fields = (
        ("所属", "department", 3), ("担当", "section", 3), ("債権整理番号", "claim_number", 1),
        ("債権区分", "claim_classes", 2), ("債権名", "claim_name", 3),
    )  # fmt: skip
    cells = []
    for n, (name, column, across) in enumerate(fields):
        told = "" if form[column] is None else str(form[column])
        words = class_label(told) if column == "claim_classes" else told
        cells += [label(name, across=1 if n == 0 else 2), Cell(words, "text", across)]
    return Table("", (), (tuple(cells),))


def _attainment(year: int, told: dict[object, Row]) -> Table:
    cells = []
    for part, name in _PARTS.items():
        row = told.get(part)
        cells += [label(name, across=2), Cell(_mark(row), "code", across=2)]
    return Table(
        f"１．{fiscal_year_label(year)}の修正目標（＝未収金残高目標）の達成状況",
        (),
        (tuple(cells),),
        note="A 達成　B1 予定どおり取り組んだが未達成　B2 取組が予定に及ばず未達成　— 目標なし",
    )


def _mark(row: Row | None) -> str:
    """What was reported; beside it what the figures give, where that is another."""
    if row is None:
        return ""
    reported = row["reported"]
    if reported is None or row["agrees"] is not False:
        return str(reported or row["computed"])
    return f"{reported}（計算では {row['computed']}）"


def _collection(
    year: int, rows: dict[str, Row], measures: list[Row], unit: str
) -> Table:  # fmt: skip
    groups = tuple(heading(name, across=members) for name, members in GROUPS)
    names = tuple(heading(_plain(str(each["label"]))) for each in measures)
    symbols = tuple(heading(_symbol(each)) for each in measures)
    body = []
    for letter, offset, scenario, _ in annual_rows():
        figures = rows.get(letter, {})
        cells = (_figure(figures, each) for each in measures)
        body.append(
            (
                Cell(letter, "code"),
                label(f"{fiscal_year_label(year + offset)}\n{_SCENARIOS[scenario]}"),
                *cells,
            )
        )
    return Table(
        "２．未収金の推移（実績及び目標）",
        ((heading("年度・区分", 2, 3), *groups), names, symbols),
        tuple(body),
        unit,
    )


def _figure(row: Row, measure: Row) -> Cell:
    name = str(measure["measure"])
    if measure["unit"] == "ratio":
        return figure(row.get(f"{name}_pct"), "percent")
    return figure(row.get(name), "money", strong=name == "balance")


def _plain(name: str) -> str:
    """過年度分の調定額 → 調定額: the group stands above it."""
    return name.rpartition("分の")[2].removeprefix("合計の")


def _symbol(measure: Row) -> str:
    formula = measure["formula"] or (
        "前年度ケ''" if measure["measure"] == "carried_forward" else ""
    )
    return f"{measure['symbol']}\n＝{formula}" if formula else str(measure["symbol"])


def _status(
    year: int, told: dict[tuple[object, object], Row], classes: list[Row], unit: str
) -> Table:
    members = {
        group: [str(each["status_code"]) for each in classes if each["status_group"] == group]
        for group in STATUS_GROUPS
    }
    labels = {str(each["status_code"]): str(each["label"]) for each in classes}
    groups = [
        heading(name, across=len(members[group]) + 1) for group, name in STATUS_GROUPS.items()
    ]
    names = [
        cell
        for codes in members.values()
        for cell in (*(heading(f"{code}\n{labels[code]}") for code in codes), heading("小計"))
    ]
    body = []
    for part in ("prior", "current"):
        first = label(_PARTS[part], down=2)
        for measure, name, kind in _STATUS_MEASURES:
            cells = _status_row(told, part, measure, kind, list(members.values()))
            body.append((*([first] if measure == "cases" else []), label(name), *cells))
    return Table(
        f"３．{fiscal_year_label(year)}決算見込における未収金実績の状況（区分別の未収債権の件数・残高）",
        ((heading("分類", 2, 2), *groups, heading("合計", 1, 2)), tuple(names)),
        tuple(body),
        unit,
    )


def _status_row(
    told: dict[tuple[object, object], Row], part: str, measure: str, kind: Kind,
    groups: Sequence[Sequence[str]],
) -> list[Cell]:  # fmt: skip
    """The classes of each group with their subtotal, and the total; — where no form told."""
    if not told:
        return [Cell(None, kind)] * (sum(map(len, groups)) + len(groups) + 1)
    cells, total = [], 0
    for codes in groups:
        numbers = [
            int(str(told[part, code][measure])) if (part, code) in told else 0 for code in codes
        ]
        total += sum(numbers)
        cells += [Cell(number, kind) for number in (*numbers, sum(numbers))]
    return [*cells, Cell(total, kind, strong=True)]


def _totals(year: int, closing: Row, unit: str) -> Table:
    fields: tuple[tuple[str, str, Kind], ...] = (
        ("債務者数（人）", "debtors", "count"),
        ("未収債権の件数（件）", "cases", "count"),
        (f"未収金残高（{unit}）", "balance", "money"),
    )
    cells = [
        cell
        for name, column, kind in fields
        for cell in (label(name, across=3), replace(figure(closing.get(column), kind), across=2))
    ]
    return Table(
        f"{fiscal_year_label(year)}決算見込の合計（過年度＋現年度）", (), (tuple(cells),), unit
    )


def _narrative(caption: str, items: Sequence[str], note: str = "") -> Table:
    half = (_MEASURES + 1) // 2
    head = (heading("", 2), heading("過年度", half), heading("現年度", _MEASURES - half))
    body = tuple(
        (label(item, across=2), Cell(None, across=half), Cell(None, across=_MEASURES - half))
        for item in items
    )
    return Table(caption, (head,), body, lines=3, note=note)


def _unit(row: Row) -> str:
    """The unit the form was written in."""
    return UNIT_NAMES.get(whole(row.get("unit_yen")) or 1, "円")
