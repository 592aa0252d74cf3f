"""債権管理推進シート: real sheets land as printed, and each rule is told at its cell."""

import json
from pathlib import Path

import pytest

from ingest.forms.reading import FormReading
from ingest.worker import read_workbook

DATA = Path(__file__).parents[2] / "data"
REAL = DATA / "amagasaki" / "債権管理推進シート.xlsx"
PRINTED = json.loads((DATA / "golden" / "promotion_sheets.json").read_text("utf-8"))
SHEETS = {each["claim"]: each for each in PRINTED}
RESULTS, TARGETS = range(2017, 2022), range(2023, 2028)
COLUMNS = dict(zip((*RESULTS, *TARGETS), "CDEFG" * 2, strict=True))
AMOUNTS = {
    "assessed_current": ("現年/調定額", 10), "collected_current": ("現年/収入済額", 11),
    "assessed_prior": ("滞納繰越/調定額", 13), "collected_prior": ("滞納繰越/収入済額", 14),
    "assessed": ("計/調定額", 16), "collected": ("計/収入済額", 17),
    "written_off": ("不納欠損額", 19), "uncollected": ("収入未済額計", 20),
}  # fmt: skip
RATES = {"rate_current": ("現年", 12), "rate_prior": ("滞納繰越", 15), "rate": ("計", 18)}
DEBTORS = {"人": ("滞納者数(単位:人)", "滞納者数(単位：人)"), "世帯": ("滞納世帯数(単位：世帯)",)}


@pytest.fixture(scope="module", name="forms")
def _forms() -> dict[str, FormReading]:
    reading = read_workbook(REAL.name, REAL.read_bytes())
    assert reading.findings == []
    return {form.claim_name or "": form for form in reading.forms}


def printed_cells(claim: str) -> set[tuple[object, ...]]:
    """Every figure of a sheet as (block, measure, year, cell, number or percentage)."""
    printed = SHEETS[claim]
    found: set[tuple[object, ...]] = set()
    lines = list(AMOUNTS.items())
    lines += [
        ("debtors", (name, 21)) for names in DEBTORS.values() for name in names if name in printed
    ]
    for measure, (name, row) in lines:
        for year, number in zip(RESULTS, printed[name], strict=True):
            found.add(("settlement", measure, year, f"{COLUMNS[year]}{row}", number))
    for measure, (part, row) in RATES.items():
        for year, rate in zip(RESULTS, printed[f"{part}/収納率"], strict=True):
            found.add(("settlement", measure, year, f"{COLUMNS[year]}{row}", f"{rate:g}"))
    for measure, part, row in (("rate_current", "現年", 25), ("rate_prior", "滞納繰越", 26)):
        for year, rate in zip(TARGETS, printed[f"目標/{part}/収納率"], strict=True):
            found.add(("settlement_target", measure, year, f"{COLUMNS[year]}{row}", f"{rate:g}"))
    for year, yen in zip(TARGETS, printed["目標額"], strict=True):
        found.add(("settlement_target", "uncollected_target", year, f"{COLUMNS[year]}27", yen))
    return found


@pytest.mark.parametrize("claim", SHEETS)
def test_every_figure_is_landed_as_printed(forms: dict[str, FormReading], claim: str) -> None:
    landed = {
        (c.block, c.measure, c.fiscal_year, c.cell, c.number if c.text is None else c.text)
        for c in forms[claim].cells
        if c.fiscal_year
    }
    assert landed == printed_cells(claim)


@pytest.mark.parametrize("claim", SHEETS)
def test_header(forms: dict[str, FormReading], claim: str) -> None:
    form, department = forms[claim], SHEETS[claim]["section"] or "納税課・特別処理担当"
    assert (form.department, form.subject) == (department, f"{claim}／{department}")
    assert (form.fiscal_year, form.unit_yen) == (2021, 1)
    unit = next(u for u, names in DEBTORS.items() if set(names) & SHEETS[claim].keys())
    assert [c.text for c in form.cells if c.measure == "debtor_unit"] == [unit]
    enforceable = claim in ("国民健康保険料", "介護保険料")
    assert form.claim_classes == ("enforceable" if enforceable else "private")
    limitation = [(c.number, c.cell) for c in form.cells if c.measure == "limitation_years"]
    assert limitation == [(2 if enforceable else 5, "A6")]
    assert [(c.item, c.text) for c in form.narrative] == [("補足説明", "直近の実績から設定した。")]


def test_what_the_real_sheets_say_of_themselves(forms: dict[str, FormReading]) -> None:
    """市税's upper rows cover 個人市民税 only; elsewhere adjustments leave residuals."""
    found = {
        claim: [(f.rule, f.severity, f.cell) for f in form.findings]
        for claim, form in forms.items()
    }
    assert found == {
        "市税": [("computed_amount", "warning", "A20")],
        "国民健康保険料": [("residual", "warning", "D13")],
        "介護保険料": [("residual", "warning", "G13")],
        "生活保護費返還金等収入": [("residual", "warning", "E13")],
        "住宅家賃": [("residual", "warning", "G13")],
    }
    scoped = {
        claim for claim, f in forms.items() if any(c.measure == "scope_note" for c in f.cells)
    }
    assert scoped == {"市税"}
