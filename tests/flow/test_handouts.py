"""Forms handed out with what is known: `mishukin template` on a home that has been built."""

import shutil
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from flow.city import CODE, OSAKA
from openpyxl import load_workbook
from support.filled_in import FILLED
from support.office import convert

import cli
from ingest.layout import layout
from ingest.load import SourceFile, check
from ingest.register.table import read_register
from ingest.reports import WorkbookReport
from ingest.templates import Dialect, draw
from ingest.worker import read_workbook
from orchestration import runs
from services.clock import stopped_at
from services.exits import Exit
from services.home import Home
from services.query import ask
from terms.years import TOKYO

EDUCATION = "教育委員会事務局"
ROWS = (
    (2017, "actual"), (2018, "actual"), (2019, "revised_target"), (2019, "actual"),
    (2020, "initial_target"), (2020, "revised_target"), (2021, "initial_target"),
)  # fmt: skip
TSUYAMA, AMAGASAKI = "332038", "282022"


def hand_out(home: Home, *arguments: str, to: Path) -> bytes:
    """The workbook that the command writes."""
    assert cli.run(["--home", str(home.root), "template", *arguments, "-o", str(to)]) == Exit.DONE
    return to.read_bytes()


def amounts(data: bytes) -> dict[tuple[str, str], int]:
    """Row or claim and measure → yen, of the cells that are filled in."""
    (form,) = read_workbook("様式.xlsx", data).forms
    return {(c.item, c.measure): c.number for c in form.cells if c.number}


def checked(path: Path, code: str) -> WorkbookReport:
    (report,) = check([SourceFile(path, code)]).workbooks
    return report


def errors(path: Path, code: str = CODE) -> list[tuple[Any, ...]]:
    return [(f.cell, f.rule) for f in checked(path, code).findings if f.severity == "error"]


def test_next_years_annual_form_knows_what_this_years_form_said(
    built: Home, tmp_path: Path
) -> None:
    path = tmp_path / "調書.xlsx"
    told = amounts(hand_out(built, "annual", "--fiscal-year", "2020", "--claim", "8", to=path))
    (last,) = read_workbook("008.xlsx", (OSAKA / "調書（008奨学金）.xlsx").read_bytes()).forms
    said = {(c.item, c.measure): c.number for c in last.cells if c.block == "collection"}
    for row, before in {"A": "B", "B": "D", "C": "F", "E": "G"}.items():
        known = {measure: n for (item, measure), n in said.items() if item == before and n}
        assert {measure: n for (item, measure), n in told.items() if item == row} == known
    closing = sum(said["D", f"assessed_{part}"] or 0 for part in ("prior", "current")) - sum(
        said["D", f"{what}_{part}"] or 0
        for what in ("collected", "written_off")
        for part in ("prior", "current")
    )
    assert {m: n for (item, m), n in told.items() if item == "D"} == {"carried_forward": closing}
    assert not {item for item, _ in told} & {"F", "G"}


def test_a_prefilled_annual_form_names_its_claim_and_lacks_only_its_results(
    built: Home, tmp_path: Path
) -> None:
    path = tmp_path / "調書.xlsx"
    data = hand_out(built, "annual", "--fiscal-year", "2020", "--claim", "008", to=path)
    (form,) = read_workbook("様式.xlsx", data).forms

    assert (form.claim_number, form.claim_name) == ("008", "奨学金")  # as it was called last
    assert (form.department, form.section) == (EDUCATION, "学事課奨学金債権管理担当")
    assert form.claim_classes == "private"
    assert errors(path) == [("E15", "not_filled_in")]


def test_a_balance_report_opens_on_the_last_settlement(built: Home, tmp_path: Path) -> None:
    path = tmp_path / "報告.xlsx"
    arguments = ("interim", "--as-of", "2021-01-31", "--department", EDUCATION)
    told = amounts(hand_out(built, *arguments, to=path))
    settled = {}
    for file in OSAKA.iterdir():
        for form in read_workbook(file.name, file.read_bytes()).forms:
            if form.department != EDUCATION:
                continue  # 004 belongs to its 学校運営支援センター
            row = {c.measure: c.number or 0 for c in form.cells if c.item == "D"}
            settled[form.claim_number] = sum(
                row[f"assessed_{part}"] - row[f"collected_{part}"] - row[f"written_off_{part}"]
                for part in ("prior", "current")
            )
    assert told == {(claim, "carried_forward"): n for claim, n in settled.items() if n}
    assert errors(path) == [(f"E{8 + n}", "not_filled_in") for n in range(len(settled))]


def test_a_claim_stands_for_its_department(built: Home, tmp_path: Path) -> None:
    one, other = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    asked = ("interim", "--as-of", "2021-01-31")
    assert hand_out(built, *asked, "--claim", "8", to=one) == hand_out(
        built, *asked, "--department", EDUCATION, to=other
    )


def test_the_register_can_be_begun_with_the_claims_on_hand(built: Home, tmp_path: Path) -> None:
    path = tmp_path / "claims.xlsx"
    hand_out(built, "claims", to=path)
    (built.config / "claims.xlsx").write_bytes(path.read_bytes())
    register = read_register(built.config)

    assert register is not None
    (entry,) = register.history(CODE, "008")
    assert (entry.claim_name, entry.department) == ("奨学金", EDUCATION)
    assert len(register.entries) == 7


@pytest.fixture(scope="module", name="cities")
def _cities(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """What two real cities publish, and the targets of a third one, built once."""
    home = Home(tmp_path_factory.mktemp("cities") / "home").create()
    folders = {TSUYAMA: "tsuyama", AMAGASAKI: "amagasaki"}
    for code, name in folders.items():
        shutil.copytree(OSAKA.parent / name, home.inbox / code)
    (home.inbox / CODE).mkdir()
    targets = {"municipality_code": CODE, **FILLED["city_target"]}
    (home.inbox / CODE / "全市目標.xlsx").write_bytes(draw(**targets))
    register = "団体コード,債権整理番号,債権名,債権区分,所属,時効期間(年)\n"
    insurance = f"{AMAGASAKI},002,国民健康保険料,強制徴収公債権,国保年金課,2\n"
    (home.config / "claims.csv").write_text(register + insurance, "utf-8")
    outcome = runs.run(home, stopped_at(datetime(2022, 9, 1, 9, 0, tzinfo=TOKYO)))
    assert outcome.code is Exit.DONE, outcome.messages
    return home


def said(data: bytes, *without: str) -> dict[tuple[str, str, str, int | None], Any]:
    """What a form says; without some measures, and without what is blank."""
    (form,) = read_workbook("様式.xlsx", data).forms
    values = {
        (c.block, c.item, c.measure, c.fiscal_year): c.text if c.number is None else c.number
        for c in form.cells
        if c.measure not in without
    }
    return {key: value for key, value in values.items() if value is not None}


REPORTED = ("reported_vs_baseline", "reported_vs_target", "reported_vs_next_target", "footnoted")


@pytest.mark.parametrize("measure", ["uncollected", "collection_rate"])
def test_a_plan_table_for_the_same_year_says_what_the_last_one_said(
    cities: Home, tmp_path: Path, measure: str
) -> None:
    path = tmp_path / "計画.xlsx"
    file = {"uncollected": "収入未済額", "collection_rate": "収納率"}[measure]
    real = (OSAKA.parent / "tsuyama" / f"第1次計画_{file}.xlsx").read_bytes()
    asked = ("plan", "--municipality", TSUYAMA, "--measure", measure)
    data = hand_out(cities, *asked, "--fiscal-year", "2019", to=path)
    assert said(data, *REPORTED) == said(real, *REPORTED)
    assert errors(path, TSUYAMA) == []
    later = said(hand_out(cities, *asked, "--fiscal-year", "2020", to=path), *REPORTED)
    before = said(real)
    for (_, item, name, year), value in later.items():
        if name == "target":
            assert (value, year) == (before["plan", item, "next_target", 2020], 2020)
    assert not [name for _, _, name, _ in later if name in ("actual", "next_target")]
    assert errors(path, TSUYAMA) == [("E6", "not_filled_in")]


def test_a_departments_plan_holds_its_claims_only(cities: Home, tmp_path: Path) -> None:
    asked = ("plan", "--municipality", TSUYAMA, "--fiscal-year", "2019", "--department", "下水道課")
    told = said(hand_out(cities, *asked, to=tmp_path / "計画.xlsx"))
    rows = {item for _, item, _, _ in told if item.isdecimal()}
    assert len(rows) == 5
    assert {told["plan", item, "department", None] for item in rows} == {"下水道課"}


def test_next_years_claim_list_has_the_claims_and_no_amounts(cities: Home, tmp_path: Path) -> None:
    real = said(next((OSAKA.parent / "amagasaki").glob("債権一覧*")).read_bytes())
    asked = ("claim_list", "--municipality", AMAGASAKI, "--fiscal-year")
    path = tmp_path / "一覧.xlsx"
    assert said(hand_out(cities, *asked, "2021", to=path)) == real
    assert errors(path, AMAGASAKI) == []
    hand_out(cities, *asked, "2022", to=path)
    sheet = load_workbook(path).worksheets[0]
    assert [cell.value for cell in sheet["B"]][4:80] == [
        value for (_, _, name, _), value in real.items() if name == "claim_name"
    ]
    assert not any(cell.value for cell in sheet["C"][4:80])
    assert errors(path, AMAGASAKI) == [(f"C{row}", "header_value") for row in range(5, 81)]


def test_a_promotion_sheet_is_carried_on_by_a_year(cities: Home, tmp_path: Path) -> None:
    real = OSAKA.parent / "amagasaki" / "債権管理推進シート.xlsx"
    (form,) = (
        form
        for form in read_workbook(real.name, real.read_bytes()).forms
        if form.claim_name == "国民健康保険料"
    )
    before = {(c.block, c.measure, c.fiscal_year): c.number or c.text for c in form.cells}
    path = tmp_path / "推進シート.xlsx"
    asked = ("promotion", "--municipality", AMAGASAKI, "--claim", "2", "--fiscal-year")
    data = hand_out(cities, *asked, "2021", to=path)
    (again,) = read_workbook("様式.xlsx", data).forms
    assert {(c.block, c.measure, c.fiscal_year): c.number or c.text for c in again.cells} == before
    assert (again.claim_name, again.department) == (form.claim_name, form.department)
    assert errors(path, AMAGASAKI) == []
    later = said(hand_out(cities, *asked, "2022", to=path))
    years = {year for block, _, _, year in later if block == "settlement" and year}
    assert years == {2018, 2019, 2020, 2021}
    assert {year for block, _, _, year in later if block == "settlement_target"} == {
        2024, 2025, 2026, 2027,
    }  # fmt: skip
    assert errors(path, AMAGASAKI) == [("G10", "not_filled_in")]


def test_targets_of_the_city_are_carried_on_in_their_unit(cities: Home, tmp_path: Path) -> None:
    path = tmp_path / "目標.xlsx"
    data = hand_out(cities, "city_target", "--municipality", CODE, to=path)
    assert said(data) == said(draw(**{"municipality_code": CODE, **FILLED["city_target"]}))
    assert errors(path) == []


def test_a_drawn_form_computes_what_the_mart_publishes(built: Home, tmp_path: Path) -> None:
    """Every real form drawn anew without results: a spreadsheet computes all 49 rows."""
    (tmp_path / "drawn").mkdir()
    drawn = []
    for file in OSAKA.iterdir():
        for form in read_workbook(file.name, file.read_bytes()).forms:
            assert form.claim_number is not None
            typed = {
                (c.block, c.item, c.measure): (c.number or 0) // 1000
                for c in form.cells
                if c.block == "collection"
            }
            drawn.append(tmp_path / "drawn" / f"{form.claim_number}.xlsx")
            drawn[-1].write_bytes(
                draw("annual", municipality_code=CODE, fiscal_year=2019, values=typed,
                     dialect=Dialect(computed="uncached"))
            )  # fmt: skip
    compared = 0
    for path in convert(drawn, "xlsx", tmp_path):
        sheet = load_workbook(path, data_only=True).worksheets[0]
        for r, (year, scenario) in enumerate(ROWS, 12):
            mart = ask(
                built,
                "select * from fct_collection where claim_number = ? and fiscal_year = ?"
                " and scenario = ? and coalesce(stage, '') <> 'interim'",
                [path.stem, year, scenario],
            )
            published = dict(zip(mart.columns, mart.rows[0], strict=True))
            for c, column in enumerate(layout("annual").columns, 3):
                shown, expected = sheet.cell(r, c).value, published[column.name]
                if column.formula is None or not column.formula.is_rate:
                    assert shown * 1000 == expected, (path.stem, r, column.name)
                elif expected is None:
                    assert shown == "—"
                else:
                    assert shown == pytest.approx(expected, abs=1e-15)
                    tenths = Decimal(repr(shown)).scaleb(2).quantize(Decimal("0.1"), ROUND_HALF_UP)
                    assert tenths == published[f"{column.name}_pct"]
            compared += 1
    assert compared == 49


def test_without_data_a_form_is_blank_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path / "home").create()
    path = tmp_path / "調書.xlsx"
    code = ("--municipality", CODE)
    data = hand_out(home, "annual", "--fiscal-year", "2020", "--claim", "8", *code, to=path)
    (form,) = read_workbook("様式.xlsx", data).forms

    assert (form.claim_number, form.claim_name) == ("008", None)
    assert not amounts(data)
    assert "債権008のデータがない" in capsys.readouterr().err
    for arguments in (
        ("annual", "--fiscal-year", "2020"),
        ("interim", "--as-of", "2021-01-31", "--department", EDUCATION),
        ("promotion", "--fiscal-year", "2020", "--claim", "8"),
        ("plan", "--fiscal-year", "2020"),
        ("claim_list", "--fiscal-year", "2020"),
        ("city_target",),
    ):
        hand_out(home, *arguments, *code, to=path)
        assert errors(path) != []  # nothing was typed
    assert hand_out(home, "claims", *code, to=path)[:2] == b"PK"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plan", "--fiscal-year", "2020", "--claim", "8"], "--claim は annual"),
        (["annual", "--fiscal-year", "2020", "--claim", "奨学金"], "を読めません"),
        (["annual", "--fiscal-year", "20"], "西暦4桁"),
        (["plan", "--fiscal-year", "2020", "--measure", "率"], "--measure は"),
        (["promotion"], "--fiscal-year"),
        (["claims", "-o", "nosuch/claims.xlsx"], "書き出せません"),
    ],
)
def test_a_wrong_call_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    told = ["--home", str(tmp_path), "template", "--municipality", CODE]
    output = [] if "-o" in arguments else ["-o", str(tmp_path / "x.xlsx")]
    assert cli.run([*told, *arguments, *output]) == Exit.USAGE
    assert said in capsys.readouterr().err
