"""The drawn forms: what they look like inside, and that a spreadsheet agrees with the layout."""

from datetime import date
from io import BytesIO
from itertools import count, takewhile

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook
from support.office import convert

from ingest.forms import read_sheet
from ingest.layout import Rate, layout
from ingest.templates import STANDARD, Dialect, draw
from ingest.workbook import sheets_of

UNCACHED = Dialect(computed="uncached")

HEADER = {
    "department": "健康福祉局",
    "section": "保険年金課",
    "claim_number": "008",
    "claim_classes": "強制徴収公債権・非強制徴収公債権",
    "claim_name": "生活保護費返還金",
}
TYPED = [column.name for column in layout("annual").typed]


def typed_amounts():
    """Seven rows that carry over; イ is below zero in B and F, A has nothing to divide by."""
    sources = {"B": "A", "C": "B", "D": "B", "E": "C", "F": "D", "G": "F"}
    amounts = {}
    for n, letter in enumerate("ABCDEFG"):
        opening = amounts[sources[letter]]["balance"] if n else 1000
        row = {
            "carried_forward": opening,
            "assessed_prior": opening + (17 if letter in "BF" else -20),
            "collected_prior": opening // 7 + 3 * n,
            "written_off_prior": n,
            "assessed_current": 900 if n else 0,
            "collected_current": 700 + 10 * n if n else 0,
            "written_off_current": 0,
        }
        amounts[letter] = row | layout("annual").compute(row)
    return amounts


def annual_values():
    values = {
        ("collection", letter, name): row[name]
        for letter, row in typed_amounts().items()
        for name in TYPED
    }
    closing = typed_amounts()["D"]
    for part in ("prior", "current"):
        balance = closing[f"balance_{part}"]
        for code, cases, amount in (("02", 3, balance - 5), ("16", 1, 5)):
            values["status", f"{part}/{code}", "cases"] = cases
            values["status", f"{part}/{code}", "balance"] = amount
    answers = {"prior": "A", "current": "A", "total": "A"}
    values |= {("attainment", part, "reported"): answer for part, answer in answers.items()}
    values["total", "", "debtors"] = 6
    return values


def filled(dialect=STANDARD):
    return draw(
        "annual", municipality_code="999999", fiscal_year=2019, header=HEADER,
        values=annual_values(), dialect=dialect,
    )  # fmt: skip


def interim(**more):
    return draw(
        "interim",
        municipality_code="999999",
        as_of=date(2025, 7, 31),
        header={"department": "健康福祉局", "section": "保険年金課"},
        **more,
    )


def sheet_of(data):
    return load_workbook(BytesIO(data)).worksheets[0]


def read(data):
    return read_sheet(next(sheets_of(data)), "a.xlsx")


def recalculated(forms, folder):
    """Name → cell values after a spreadsheet has computed the formulas that had no results."""
    drawn = []
    for name, data in forms.items():
        drawn.append(folder / "drawn" / f"{name}.xlsx")
        drawn[-1].parent.mkdir(exist_ok=True)
        drawn[-1].write_bytes(data)
    return {path.stem: values_of(path.read_bytes()) for path in convert(drawn, "xlsx", folder)}


def values_of(data):
    """Values of the first sheet from A1 on, as readers see them."""
    sheet = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0)
    return {
        (sheet.start[0] + r, sheet.start[1] + c): value
        for r, row in enumerate(sheet.to_python())
        for c, value in enumerate(row)
        if value != ""
    }


def test_computed_cells_are_the_layouts_formulas():
    sheet = sheet_of(filled())
    row_d = {column.name: sheet.cell(15, n) for n, column in enumerate(layout("annual").columns, 3)}

    assert row_d["reduction"].value == "=C15-E15"
    assert row_d["settled_prior"].value == "=D15+F15+G15"
    assert row_d["collection_rate_prior"].value == '=IF(E15=0,"—",F15/E15)'
    assert row_d["settlement_rate"].value == '=IF((C15+L15)=0,"—",(H15+O15)/(C15+L15))'
    assert row_d["balance"].value == "=K15+R15"
    assert sheet["L25"].value == "=SUM(C25:K25)"
    assert sheet["U25"].value == "=L25+T25"


def test_entries_are_open_and_computed_cells_are_locked():
    sheet = sheet_of(filled())
    entry, computed, rate = sheet["E15"], sheet["K15"], sheet["I15"]

    assert sheet.protection.sheet
    assert not sheet.protection.password
    assert (entry.protection.locked, entry.fill.fgColor.rgb) == (False, "00DDEBF7")
    assert computed.protection.locked
    assert computed.fill.fgColor.rgb not in ("00DDEBF7", "00000000")
    assert entry.number_format == computed.number_format == '#,##0;"▲"#,##0;0'
    assert rate.number_format == "0.0%"
    assert not sheet["B3"].protection.locked


def test_it_prints_on_a4_across_one_page():
    for data in (filled(), interim()):
        sheet = sheet_of(data)
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.freeze_panes


def test_labels_name_the_years_and_the_version():
    texts = {str(v) for v in values_of(filled()).values()}

    assert "１．令和元年度の修正目標（＝未収金残高目標）の達成状況" in texts
    assert {
        "平成29年度 実績",
        "平成30年度 実績",
        "令和元年度 修正目標",
        "令和3年度 当初目標",
    } <= texts
    assert "様式番号 annual-1　団体コード 999999" in texts


def test_text_never_becomes_a_formula():
    evil = "=HYPERLINK(1)"
    data = draw(
        "annual", municipality_code="999999", fiscal_year=2019,
        header=HEADER | {"claim_name": evil, "section": "名\x0b前"},
        values={("collection", "D", "assessed_prior"): "=1+1"},
    )  # fmt: skip
    sheet = sheet_of(data)

    assert (sheet["R3"].value, sheet["R3"].data_type) == (evil, "s")
    assert (sheet["E15"].value, sheet["E15"].data_type) == ("=1+1", "s")
    assert sheet["F3"].value == "名前"


def test_a_sheet_is_named_after_its_claim_without_forbidden_characters():
    for number, name in {"008": "008", "0/8": "08", "": layout("annual").title}.items():
        data = draw(
            "annual",
            municipality_code="999999",
            fiscal_year=2019,
            header={"claim_number": number},
        )
        assert sheet_of(data).title == name
    assert sheet_of(interim()).title == layout("interim").title


def test_the_same_arguments_give_the_same_bytes():
    assert filled() == filled()


def test_an_annual_form_needs_its_year_and_a_known_name():
    with pytest.raises(ValueError, match="年度"):
        draw("annual", municipality_code="999999")
    with pytest.raises(KeyError):
        draw("monthly", municipality_code="999999")


def test_a_blank_form_has_every_heading_that_the_reader_looks_for():
    form = read(draw("annual", municipality_code="999999", fiscal_year=2025, header=HEADER))

    assert (form.claim_number, form.fiscal_year) == ("008", 2025)
    assert not form.findings


def test_a_spreadsheet_computes_what_the_layout_does(tmp_path):
    values = recalculated({"annual": filled(UNCACHED)}, tmp_path)["annual"]
    computed = layout("annual").computed
    columns = {column.name: n for n, column in enumerate(layout("annual").columns, 2)}
    for row, amounts in enumerate(typed_amounts().values(), 11):
        for column in computed:
            expected, found = amounts[column.name], values[row, columns[column.name]]
            if isinstance(expected, Rate) and not expected.denominator:
                assert found == "—"
            elif isinstance(expected, Rate):
                assert found == pytest.approx(expected.numerator / expected.denominator)
            else:
                assert found == expected


def test_stored_results_are_what_a_spreadsheet_computes(tmp_path):
    claims = {
        ("collection", "008", name): value
        for name, value in {
            "claim_number": "008", "claim_name": "生活保護費返還金", "claim_classes": "強・非",
            "assessed_prior": 50, "collected_prior": 60, "cases": 3, "debtors": 2,
        }.items()
    }  # fmt: skip
    uncached = {"annual": filled(UNCACHED), "interim": interim(values=claims, dialect=UNCACHED)}
    stored = {"annual": filled(), "interim": interim(values=claims)}
    for name, computed in recalculated(uncached, tmp_path).items():
        found = values_of(stored[name])
        assert found.keys() == computed.keys()
        for place, value in found.items():
            exact = not isinstance(value, float)
            assert value == (computed[place] if exact else pytest.approx(computed[place]))


@pytest.mark.parametrize(
    "dialect",
    [
        STANDARD,
        Dialect(left=2, top=4),
        Dialect(joined_labels=True, year="latin", primes=("’", "’’")),
        Dialect(year="short", primes=("′", "″"), blank_zero=True),
        Dialect(year="bare", computed="typed", amounts="marked"),
        Dialect(year="wide", computed="typed", amounts="wide"),
    ],
)
def test_every_dialect_says_the_same(dialect):
    form = read(filled(dialect))

    assert not form.findings
    said = {(c.block, c.item, c.measure): c.number for c in form.cells if c.number is not None}
    for (block, item, measure), value in annual_values().items():
        if block == "attainment":
            continue
        counted = measure in ("cases", "debtors")
        assert said[block, item, measure] == value * (1 if counted else 1000)


def test_an_interim_form_leaves_room_and_adds_up():
    numbers = [f"{n:03d}" for n in range(1, 13)]
    values = {}
    for number in numbers:
        values["collection", number, "claim_number"] = number
        values["collection", number, "claim_name"] = f"債権{number}"
    sheet = sheet_of(interim(values=values))
    rows = takewhile(lambda r: sheet.cell(r, 1).value != "合計", count(8))
    shown = [sheet.cell(r, 1).value for r in rows]

    assert shown[:12] == numbers
    assert len(shown) >= 12 + 5
    total = 8 + len(shown)
    assert sheet.cell(total, 4).value == f"=SUM(D8:D{total - 1})"
    assert sheet["H8"].value == '=IF(A8="","",E8-(F8+G8))'
    assert sheet["A8"].number_format == "@"
    assert sheet["I3"].value == "令和7年7月31日"


def test_an_interim_form_may_leave_the_date_to_the_department():
    sheet = sheet_of(draw("interim", municipality_code="999999"))

    assert sheet["I3"].value is None
    assert not sheet["I3"].protection.locked


def test_a_claim_told_in_yen_gets_a_form_in_yen():
    data = draw(
        "annual", municipality_code="999999", fiscal_year=2019, header=HEADER,
        values={("collection", "A", "assessed_current"): 5007}, unit_yen=1,
    )  # fmt: skip
    form = read(data)

    assert form.unit_yen == 1
    assert [c.number for c in form.cells if c.number] == [5007]
    assert "千円" not in "".join(str(value) for value in values_of(data).values())
