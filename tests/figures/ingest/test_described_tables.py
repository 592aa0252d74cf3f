"""Real tables of other bodies: each printed figure is found by what it means, not by its cell.

What a printed row and column mean is written here once more, by hand, apart from the layouts.
"""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from support.workbooks import DATA

from ingest.forms.reading import FormReading
from ingest.worker import read_workbook
from services.layouts import read_layout

TABLES = DATA / "tables"
PRINTED: Mapping[str, Any] = json.loads((TABLES / "printed.json").read_text("utf-8"))
LAYOUTS = [
    read_layout(path.stem, path.read_bytes()) for path in sorted((DATA / "layouts").glob("*.yml"))
]
UNITS = {"千円": 1_000, "億円": 100_000_000}
PARTS = {"現": "current", "滞": "prior", "繰": "prior", "計": "total", "消": "消費税清算"}
Meaning = dict[str, object]


def of_office(row: str, column: str) -> Meaning:
    office, part = row.split("/")
    measure = {
        "調定額": "assessed", "収入額": "collected", "欠損額": "written_off",
        "過誤納額": "過誤納額", "収入未済額": "uncollected", "収入歩合": "collection_rate",
    }[column]  # fmt: skip
    told: Meaning = {"measure": measure, "part": PARTS[part], "fiscal_year": 2021}
    told["claim_name"] = "不動産取得税"
    return told | ({} if office == "合計" else {"office": office})


def of_tax(row: str, column: str) -> Meaning:
    measure = {"調": "assessed", "収": "collected", "率": "collection_rate"}[column[0]]
    year, part = (2012, "total") if "前" in column else (2013, PARTS[column[-1]])
    name = (
        row
        if row.startswith("うち")
        else row.rsplit(".", maxsplit=1)[-1].rsplit(")", maxsplit=1)[-1]
    )
    return {"measure": measure, "part": part, "fiscal_year": year, "claim_name": name}


def of_survey(row: str, column: str) -> Meaning:
    measure, part = {
        "A": ("assessed", "current"), "B": ("assessed", "prior"), "C": ("assessed", "total"),
        "D": ("標準税率超過調定額", "total"), "猶予": ("徴収猶予に係る調定済額", "total"),
        "E": ("collected", "current"), "F": ("collected", "prior"), "G": ("collected", "total"),
        "H": ("標準税率超過収入済額", "total"), "E/A": ("collection_rate", "current"),
        "F/B": ("collection_rate", "prior"), "G/C": ("collection_rate", "total"),
    }[column]  # fmt: skip
    name = "".join(row.replace("一 ", "").replace("①", "").replace("②", "").split())
    name = name.split(")")[-1]
    return {"measure": measure, "part": part, "fiscal_year": 2003, "claim_name": name}


def of_plan(row: str, column: str) -> Meaning:
    department, _, row = row.rpartition("/")
    told: Meaning = {"department": department.strip("()")} if department else {}
    if row != "合計":
        kind, of = row[:2], row[2:]
        told |= {"区分": f"{kind}債権", "種別": of}
    measure, scenario = {
        "収入未済額": ("uncollected", None), "滞納件数": ("uncollected", None),
        "目標額": ("処理額", "target"), "目標件数": ("処理額", "target"),
        "実績額": ("処理額", "actual"), "実績件数": ("処理額", "actual"),
        "進捗率": ("目標進捗率", None),
    }[column]  # fmt: skip
    unit = "件" if "件数" in column else "%" if column == "進捗率" else "円"
    return told | {"measure": measure, "unit": unit} | ({"scenario": scenario} if scenario else {})


def of_settlement(row: str, column: str) -> Meaning:
    name, part = row.split("/")
    if column in ("対予算", "対調定"):
        told: Meaning = {"measure": "collection_rate", "basis": column[1:], "unit": "%"}
    else:
        stem, unit = (column[:-2], "件") if column.endswith("件数") else (column[:-1], "円")
        measure = {
            "予算": "予算額", "調定": "assessed", "収入": "collected", "欠損": "written_off",
            "未済": "uncollected",
        }[stem]  # fmt: skip
        told = {"measure": measure, "unit": unit}
    name = "普通税" if name == "普通税計" else "".join(name.split())
    return told | {"part": PARTS[part], "claim_name": name, "fiscal_year": 2009}


def of_waived(row: str, column: str) -> Meaning:
    told: Meaning = {"measure": "放棄額", "unit": "件" if column == "件数" else "円"}
    if row != "計":
        told["claim_name"], told["ground"] = row.rsplit("/", 1)
    return told | {"fiscal_year": 2018}


def of_years(row: str, column: str) -> Meaning:
    if row.startswith("H"):
        scenario = "forecast" if row == "H30" else "actual"
        measure = {"残高": "uncollected", "増減": "前年度比"}[column]
        return {"measure": measure, "fiscal_year": 1988 + int(row[1:]), "scenario": scenario}
    part = {"未収金残高": "total", "うち現年度分": "current", "過年度分": "prior"}[row]
    year, scenario = {"目標": (2019, "target"), "見込": (2018, "forecast")}[column]
    return {"measure": "uncollected", "part": part, "fiscal_year": year, "scenario": scenario}


MEANINGS: Mapping[str, Callable[[str, str], Meaning]] = {
    "令和3年度県税の税目別調定収入状況調_不動産取得税.xlsx": of_office,
    "平成25年度市町村税徴収実績.xlsx": of_tax,
    "佐井村_市町村税の徴収実績.xlsx": of_survey,
    "令和2年度債権回収・整理計画_目標達成状況.xlsx": of_plan,
    "平成21年度県税決算額_総括.xlsx": of_settlement,
    "平成30年度に放棄した債権.xlsx": of_waived,
    "未収金の状況_平成19年度から30年度.xlsx": of_years,
}


def landed(form: FormReading) -> list[tuple[Meaning, Decimal]]:
    return [
        (
            {"measure": c.measure, "fiscal_year": c.fiscal_year, **json.loads(c.item)},
            Decimal(c.text) if c.number is None else Decimal(c.number),
        )
        for c in form.cells
    ]


def value_of(name: str, printed: Mapping[str, Any]) -> Decimal:
    """The printed value in the unit that it lands in; 0.57 of a cell that shows 57.0% is 57."""
    value = Decimal(str(printed["value"]))
    if printed["column"] == "進捗率":
        return value * 100
    unit = "億円" if name.startswith("未収金") else printed["unit"]
    return value * UNITS.get(unit, 1)


@pytest.mark.parametrize("name", MEANINGS)
def test_every_printed_figure_is_found_by_its_meaning(name: str) -> None:
    reading = read_workbook(name, (TABLES / name).read_bytes(), LAYOUTS)
    assert {f.severity for f in reading.findings} <= {"info"}
    forms = {form.sheet: form for form in reading.forms}
    assert not any(form.rejected for form in forms.values())
    found = {sheet: landed(form) for sheet, form in forms.items()}
    lost = []
    for each in PRINTED[name]["figures"]:
        meaning = MEANINGS[name](each["row"], each["column"])
        same = [value for told, value in found[each["sheet"]] if is_meant(told, meaning)]
        # Programs keep 15 digits of a quotient, or 17.
        if [round(value, 11) for value in same] != [round(value_of(name, each), 11)]:
            lost.append((each, meaning, same))
    assert lost == []
    assert sum(map(len, found.values())) == len(PRINTED[name]["figures"])


def is_meant(told: Meaning, meaning: Meaning) -> bool:
    """Whether a figure means what was asked for, and is of no claim, office or part besides."""
    besides = {"claim_name", "office", "part", "区分", "basis", "ground"} & told.keys()
    is_in_second_table = ("表" in told) == (meaning.get("part") is not None)
    is_asked = besides <= meaning.keys() and ("表" not in told or is_in_second_table)
    return is_asked and all(told.get(d) == v for d, v in meaning.items())


def test_all_570_are_looked_for() -> None:
    assert sum(len(each["figures"]) for each in PRINTED.values()) == 570
    assert MEANINGS.keys() == PRINTED.keys()
