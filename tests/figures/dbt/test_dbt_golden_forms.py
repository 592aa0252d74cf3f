"""The figures that real cities printed, out of a landing zone written by hand and out of their
workbooks: plan tables, a claim list, promotion sheets, city targets (and annual forms).
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support import guide
from support.postgres import running
from support.traced import differing, random_figures

from exports import extracts
from ingest.load import Arrival, SourceFile, load
from ingest.templates import draw
from ingest.templates.pen import Key, Value
from services.generation import publish
from services.home import Home
from services.postgres.serving import serve
from terms.years import TOKYO

from .conftest import Workshop
from .warehouse import Built, Figure, Landing

GOLDEN = Path(__file__).parents[2] / "data" / "golden"
PLANS = {"rate_plan1": "collection_rate", "amount_plan1": "uncollected"}
CLASSES = {"強": "enforceable", "非": "non_enforceable", "私": "private"}
RESULTS = {
    "現年/調定額": "assessed_current",
    "現年/収入済額": "collected_current",
    "現年/収納率": "rate_current",
    "滞納繰越/調定額": "assessed_prior",
    "滞納繰越/収入済額": "collected_prior",
    "滞納繰越/収納率": "rate_prior",
    "計/調定額": "assessed",
    "計/収入済額": "collected",
    "計/収納率": "rate",
    "不納欠損額": "written_off",
    "収入未済額計": "uncollected",
}
TARGETS = {
    "目標/現年/収納率": "rate_current",
    "目標/滞納繰越/収納率": "rate_prior",
    "目標額": "uncollected_target",
}
CITIES = {"osaka": "271004", "tsuyama": "332038", "amagasaki": "282022"}
OKU = 100_000_000
YEARS, TARGET_YEARS = range(2017, 2022), range(2023, 2028)
SCOPED = "市税"  # its upper rows cover 個人市民税 only


def golden(name: str) -> Any:
    """A golden file, its decimals as printed."""
    return json.loads((GOLDEN / f"{name}.json").read_text("utf-8"), parse_float=Decimal)


def landed(value: Decimal | int | None, *, in_percent: bool, unit_yen: int = 1) -> Figure:
    """A printed figure as readers land it: yen, or the text of a percentage."""
    if value is None:
        return None
    return str(value) if in_percent else int(value) * unit_yen


def yearly(sheet: dict[str, Any], names: dict[str, str], years: range) -> dict[int, Any]:
    """Figures of a promotion sheet by year and measure."""
    return {
        year: {
            measure: landed(sheet[name][nth], in_percent=measure.startswith("rate"))
            for name, measure in names.items()
        }
        for nth, year in enumerate(years)
    }


def debtors(sheet: dict[str, Any]) -> tuple[str, list[int]]:
    """The unit that debtors are counted in, and their numbers."""
    heading = next(name for name in sheet if name.startswith("滞納者数") or "世帯" in name)
    return ("世帯" if "世帯" in heading else "人"), sheet[heading]


def city_target_rows() -> Iterator[dict[str, Any]]:
    """A row for each target, and one for each year that has a result only; in yen."""
    for year in golden("city_target"):
        kinds = [kind for kind in ("initial_target", "revised_target") if kind in year]
        for kind in kinds or [None]:
            target = year[kind] if kind else [None] * 3
            row = {"fiscal_year": year["fiscal_year"], "target_kind": kind}
            for what, amounts in (("target", target), ("actual", year.get("actual", [None] * 3))):
                for part, amount in zip(("", "_current", "_prior"), amounts, strict=True):
                    row[what + part] = None if amount is None else amount * OKU
            yield row


def land(landing: Landing) -> None:
    """All tables as their readers land them."""
    for name, measure in PLANS.items():
        rows = [
            {
                "department": row["department"],
                "claim_name": row["claim"],
                "figures": [
                    landed(value, in_percent=measure == "collection_rate", unit_yen=1000)
                    for value in row["values"]
                ],
            }
            for row in golden("plan_tables")[name]
        ]
        total = rows.pop()["figures"] if rows[-1]["claim_name"] == "合計" else ()
        landing.plan(
            name,
            rows,
            measure=measure,
            total=total,
            unit_yen=1 if measure == "collection_rate" else 1000,
            municipality_code="332038",
        )
    claims = [
        {
            "claim_name": claim["claim"],
            "uncollected": claim["amount_k"] * 1000,
            "claim_classes": ",".join(CLASSES[kind] for kind in claim["kinds"]),
            "bureau": claim["bureau"],
            "section": claim["section"],
        }
        for claim in golden("claim_list")
    ]
    total = sum(claim["uncollected"] for claim in claims)
    landing.claim_list("list", claims, total=total, municipality_code="282022")
    for sheet in golden("promotion_sheets"):
        unit, numbers = debtors(sheet)
        years = yearly(sheet, RESULTS, YEARS)
        for figures, number in zip(years.values(), numbers, strict=True):
            figures["debtors"] = number
        landing.promotion(
            sheet["claim"],
            years,
            targets=yearly(sheet, TARGETS, TARGET_YEARS),
            scope_note="上の行は範囲が狭い" if sheet["claim"] == SCOPED else None,
            debtor_unit=unit,
            claim_name=sheet["claim"],
            department=sheet["section"] or "納税課・特別処理担当",
            municipality_code="282022",
        )
    landing.city_target(
        "targets",
        [
            row | {"target_kind": row["target_kind"] or "initial_target"}
            for row in city_target_rows()
        ],
        municipality_code="271004",
    )


def city_target_workbook() -> bytes:
    """The project's template with the city's targets, in 億円."""
    values: dict[Key, Value] = {}
    kinds = {"initial_target": "当初目標", "revised_target": "修正目標", None: None}
    for item, row in enumerate(city_target_rows(), 1):
        for measure, value in row.items():
            words: Value = value
            if measure == "fiscal_year":
                words = f"{value}年度"
            elif measure == "target_kind":
                words = kinds[value]
            elif value is not None:
                words = value // OKU
            values["city_target", str(item), measure] = words
    return draw("city_target", municipality_code="271004", values=values)


def load_workbooks(workshop: Workshop) -> None:
    """Read the cities' own workbooks into the landing zone."""
    targets = workshop.folder / "目標.xlsx"
    targets.write_bytes(city_target_workbook())
    files = [
        SourceFile(path, code)
        for city, code in CITIES.items()
        for path in sorted((GOLDEN.parent / city).glob("*.xlsx"))
    ]
    report = load(
        [*files, SourceFile(targets, "271004")],
        Arrival(datetime(2023, 9, 1, 9, tzinfo=UTC)),
        landing=workshop.folder / "landing",
        archive=workshop.folder / "archive",
    )
    assert {sheet.status for book in report.workbooks for sheet in book.sheets} == {"accepted"}


@pytest.fixture(scope="module", params=["hand", "workbooks"])
def built(workshop: Workshop, request: pytest.FixtureRequest) -> Built:
    """The warehouse of all tables: landed by hand, and read from the workbooks."""
    landing = workshop.landing()
    if request.param == "hand":
        land(landing)
        landing.write()
    else:
        load_workbooks(workshop)
    return workshop.build()


def test_only_the_known_disagreement_is_warned_of(built: Built) -> None:
    annual = built.rows("select 1 from marts.fct_collection")
    assert built.wrong() == ({"attainment_agrees": "warn"} if annual else {})


def printed_rows(measure: str) -> Iterator[tuple[tuple[str, str], list[Decimal | None]]]:
    """Department and claim, and the seven figures of each row in yen or percent."""
    name = next(name for name, of in PLANS.items() if of == measure)
    unit = 1 if measure == "collection_rate" else 1000
    for row in golden("plan_tables")[name]:
        figures = [None if value is None else Decimal(value) * unit for value in row["values"]]
        yield (row["department"], row["claim"]), figures


@pytest.mark.parametrize("measure", PLANS.values())
def test_plan_comparison_is_the_printed_table(built: Built, measure: str) -> None:
    rows = built.rows(f"""
        select * from marts.mart_plan_comparison where measure = '{measure}'
    """)  # noqa: S608
    published = {
        (row["department"], row["claim_name"]): [
            row[column]
            for column in (
                "baseline_actual",
                "target",
                "actual",
                "next_target",
                "reported_vs_baseline",
                "reported_vs_target",
                "reported_vs_next_target",
            )
        ]
        for row in rows
    }
    assert published == dict(printed_rows(measure))
    for row in rows:
        for column, other in (
            ("vs_baseline", "baseline_actual"),
            ("vs_target", "target"),
            ("vs_next_target", "next_target"),
        ):
            if row["actual"] is None or row[other] is None:
                assert row[column] is None
            else:
                # A printed difference only counts where both figures are printed.
                assert row[column] == row["actual"] - row[other] == row[f"reported_{column}"]
        assert row["has_target"] == (row["target"] is not None)
        assert (row["fiscal_year"], row["baseline_actual_year"]) == (2019, 2016)


@pytest.mark.parametrize("measure", PLANS.values())
def test_plan_progress_holds_each_figure_once(built: Built, measure: str) -> None:
    rows = built.rows(f"""
        select * from marts.mart_plan_progress where measure = '{measure}'
    """)  # noqa: S608
    columns = ((2016, "actual"), (2019, "target"), (2019, "actual"), (2020, "target"))
    expected = {
        (*claim, year, kind): value
        for claim, figures in printed_rows(measure)
        for (year, kind), value in zip(columns, figures, strict=False)
    }
    published = {
        (row["department"], row["claim_name"], row["fiscal_year"], row["kind"]): row["value"]
        for row in rows
    }
    assert len(rows) == len(published)
    assert published == expected
    assert {row["unit"] for row in rows} == {"percent" if measure == "collection_rate" else "yen"}


def test_claim_list_is_the_printed_list(built: Built) -> None:
    rows = built.rows("select * from marts.mart_claim_list order by no")
    assert [
        (row["no"], row["claim_name"], row["claim_classes"], row["uncollected"], row["bureau"])
        for row in rows
    ] == [
        (
            claim["no"],
            claim["claim"],
            ",".join(CLASSES[kind] for kind in claim["kinds"]),
            claim["amount_k"] * 1000,
            claim["bureau"],
        )
        for claim in golden("claim_list")
    ]
    assert [row["section"] for row in rows] == [claim["section"] for claim in golden("claim_list")]


def test_settlement_is_the_printed_sheet(built: Built) -> None:
    rows = {
        (row["claim_name"], row["fiscal_year"]): row
        for row in built.rows("select * from marts.mart_settlement")
    }
    wrong = []
    for sheet in golden("promotion_sheets"):
        for nth, year in enumerate(YEARS):
            row = rows.pop((sheet["claim"], year))
            for name, measure in RESULTS.items():
                column = {"uncollected": "uncollected_reported"}.get(measure, measure)
                column += "_pct" if measure.startswith("rate") else ""
                if row[column] != sheet[name][nth]:
                    wrong.append((sheet["claim"], year, column, row[column], sheet[name][nth]))
            assert (row["debtor_unit"], row["debtors"]) == (
                debtors(sheet)[0],
                debtors(sheet)[1][nth],
            )
    assert wrong == []
    assert rows == {}


def test_residuals_are_shown_and_scopes_kept_apart(built: Built) -> None:
    rows = built.rows("select * from marts.mart_settlement order by claim_name, fiscal_year")
    scoped = [row for row in rows if row["claim_name"] == SCOPED]
    assert {row["carry_over_residual"] for row in scoped} == {None}
    assert all(row["uncollected"] < row["uncollected_reported"] for row in scoped)
    assert all(row["scope_note"] for row in scoped)
    others = [row for row in rows if row["claim_name"] != SCOPED]
    assert all(row["uncollected"] == row["uncollected_reported"] for row in others)
    rent = [row["carry_over_residual"] for row in rows if row["claim_name"] == "住宅家賃"]
    assert rent == [None, -169_175, 1_274_097, 1_713_772, -8_450_285]


def test_settlement_targets_are_the_printed_ones(built: Built) -> None:
    published = {
        (row["claim_name"], row["fiscal_year"]): (
            row["rate_current_pct"],
            row["rate_prior_pct"],
            row["uncollected_target"],
        )
        for row in built.rows("select * from marts.mart_settlement_target")
    }
    assert published == {
        (sheet["claim"], year): tuple(sheet[name][nth] for name in TARGETS)
        for sheet in golden("promotion_sheets")
        for nth, year in enumerate(TARGET_YEARS)
    }


def test_city_targets_are_the_printed_ones(built: Built) -> None:
    rows = built.rows("select * from marts.mart_city_target order by fiscal_year, revision_no")
    expected = list(city_target_rows())
    assert [{column: row[column] for column in expected[0]} for row in rows] == expected
    said = {
        (row["fiscal_year"], row["target_kind"]): (row["attained"], row["target_change_kind"])
        for row in rows
        if row["actual"] is not None and row["target"] is not None
    }
    assert said == {
        (2020, "initial_target"): (False, None),
        (2020, "revised_target"): (True, "looser"),
        (2021, "initial_target"): (True, None),
        (2021, "revised_target"): (True, "stricter"),
    }


@pytest.mark.parametrize("built", ["workbooks"], indirect=True)
def test_random_figures_are_what_the_cells_say_that_they_are_traced_to(
    built: Built, workshop: Workshop, tmp_path: Path
) -> None:
    home = Home(tmp_path).create()
    home.warehouse.symlink_to(built.path)
    publish(home, datetime(2020, 7, 10, tzinfo=TOKYO))
    for folder in (home.landing, home.archive):
        folder.rmdir()
        folder.symlink_to(workshop.folder / folder.name)
    assert differing(home, random_figures(home, each=20, seed=1)) == []


def by_year(built: Built, form: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The answers of a form by department, claim and year."""
    rows = built.rows(f"""
        select * from marts.mart_uncollected_by_year where form = '{form}'
    """)  # noqa: S608
    return {(row["department"], row["claim_name"], row["fiscal_year"]): row for row in rows}


@pytest.mark.parametrize("measure", PLANS.values())
def test_plan_figures_are_reached_by_year(built: Built, measure: str) -> None:
    result, target = {
        "uncollected": ("balance", "target_balance"),
        "collection_rate": ("collection_rate_pct", "collection_rate_target_pct"),
    }[measure]
    columns = ((2016, result), (2019, target), (2019, result), (2020, target))
    rows = {(row["claim_key"], row["fiscal_year"]): row for row in by_year(built, "plan").values()}
    # The two tables spell a department and a claim differently: one key, one row.
    keys = {
        (row["department"], row["claim_name"]): row["claim_key"]
        for row in built.rows("select * from marts.mart_plan_comparison")
    }
    for claim, figures in printed_rows(measure):
        for (year, column), figure in zip(columns, figures, strict=False):
            # A year of which a plan says nothing has no row.
            answer = rows.get((keys[claim], year), {})
            assert answer.get(column) == figure, (claim, year, column)


def test_listed_claims_are_reached_by_year(built: Built) -> None:
    assert {claim: row["balance"] for claim, row in by_year(built, "claim_list").items()} == {
        (claim["section"], claim["claim"], 2021): claim["amount_k"] * 1000
        for claim in golden("claim_list")
    }


def test_sheets_are_reached_by_year(built: Built) -> None:
    rows = {(name, year): row for (_, name, year), row in by_year(built, "promotion").items()}
    for sheet in golden("promotion_sheets"):
        for nth, year in enumerate(YEARS):
            row = rows[sheet["claim"], year]
            assert row["balance"] == sheet["収入未済額計"][nth]
            assert row["collection_rate_current_pct"] == sheet["現年/収納率"][nth]
            assert row["collection_rate_prior_pct"] == sheet["滞納繰越/収納率"][nth]
            assert row["collection_rate_pct"] == sheet["計/収納率"][nth]
            assert (row["debtor_unit"], row["debtors"]) == (
                debtors(sheet)[0],
                debtors(sheet)[1][nth],
            )
        for nth, year in enumerate(TARGET_YEARS):
            row = rows[sheet["claim"], year]
            assert row["target_balance"] == sheet["目標額"][nth]
            assert row["collection_rate_current_target_pct"] == sheet["目標/現年/収納率"][nth]
            assert row["collection_rate_prior_target_pct"] == sheet["目標/滞納繰越/収納率"][nth]


def test_city_targets_are_reached_by_year(built: Built) -> None:
    rows = {year: row for (*_, year), row in by_year(built, "city_target").items()}
    printed = golden("city_target")
    assert set(rows) == {year["fiscal_year"] for year in printed}
    for year in printed:
        row = rows[year["fiscal_year"]]
        assert row["claim_key"] == "全市"
        for column, kind in (
            ("balance", "actual"),
            ("initial_target", "initial_target"),
            ("revised_target", "revised_target"),
        ):
            amount = year.get(kind, [None])[0]
            assert row[column] == (None if amount is None else amount * OKU)


def test_one_answer_a_claim_and_year_is_chosen(built: Built) -> None:
    chosen = built.rows("""
        select form, is_chosen from marts.mart_uncollected_by_year
        where claim_name = '住宅家賃' and municipality_code = '282022' and fiscal_year = 2021
        order by form
    """)
    assert [tuple(row.values()) for row in chosen] == [("claim_list", False), ("promotion", True)]


def printed_totals() -> dict[str, dict[str, dict[str, int]]]:
    """City → view → year → the total that the city printed itself, in yen.

    Osaka's annual forms have no total of the city: there it is the sum of the forms' ケ''.
    """
    forms = golden("annual_forms")
    of_forms = {
        str(forms[0]["fiscal_year"] + offset): 1000
        * sum(int(form["rows"][row]["ケ''"].replace(",", "")) for form in forms)
        for row, offset in (("A", -2), ("B", -1), ("D", 0))
    }
    of_city = {
        str(year["fiscal_year"]): year["actual"][0] * OKU
        for year in golden("city_target")
        if year.get("actual")
    }
    *_, total = golden("plan_tables")["amount_plan1"]
    of_plan = {"2016": int(total["values"][0]) * 1000, "2019": int(total["values"][2]) * 1000}
    listed = {"2021": 1000 * sum(claim["amount_k"] for claim in golden("claim_list"))}
    return {
        "271004": {"年度別未収金": of_forms, "未収金の推移": of_forms, "全市目標": of_city},
        "332038": {"年度別未収金": of_plan, "計画の進捗": of_plan},
        "282022": {"年度別未収金": listed, "債権一覧": listed},
    }


@pytest.mark.parametrize("built", ["workbooks"], indirect=True)
def test_what_the_guide_adds_up_is_each_citys_own_total_wherever_it_is_added_up(
    built: Built, workshop: Workshop, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home").create()
    home.warehouse.symlink_to(built.path)
    generation = publish(home, datetime(2020, 7, 10, tzinfo=TOKYO))
    extracts.publish(generation.path, home.extracts)
    manifest = workshop.project.manifest()
    wrong = []
    with running() as server:
        database = server.database()
        serve(home, database.loader_dsn, database.reader, manifest)
        for city, views in printed_totals().items():
            for rule in guide.rules():
                years = views.get(rule.view, {})
                for place in guide.PLACES if years else ():
                    added = guide.added_up(home, database, place, rule, city)
                    # Amagasaki's sheets are in yen; its list, and so its total, in 千円.
                    found = {year: round(Decimal(added[year] or 0) / 1000) * 1000 for year in years}
                    if found != years:
                        wrong.append((place, city, rule.view, found, years))
    assert wrong == []
