"""`mishukin trace`: from a figure of the marts to the cells of the workbooks."""

import hashlib
import json
import shutil
from typing import Any

import pytest
from flow.city import CODE, with_marts
from support.traced import differing, random_figures, traceable

import cli
from services.exits import Exit
from services.home import Home
from services.query import ask, connect

SCHOLARSHIP = ("--claim", "8", "--fiscal-year", "2019")
OF_ROW_D = ("fct_collection", *SCHOLARSHIP, "--scenario", "actual", "--column", "balance")
FILE = "調書（008奨学金）.xlsx"
TREE_OF_ROW_D = """
ケ'' 未収金残高＝ケ＋ケ'                       50,158,000円
├ ケ 過年度分の未収金残高＝ウ－（エ＋オ）      47,956,000円
│ ├ ウ 過年度分の調定額                        50,315,000円  [1]E15(50,315千円)
│ ├ エ 過年度分の徴収額                         1,917,000円  [1]F15(1,917千円)
│ └ オ 過年度分の不納欠損額                       442,000円  [1]G15(442千円)
└ ケ' 現年度分の未収金残高＝ウ'－（エ'＋オ'）   2,202,000円
  ├ ウ' 現年度分の調定額                        7,899,000円  [1]L15(7,899千円)
  ├ エ' 現年度分の徴収額                        5,697,000円  [1]M15(5,697千円)
  └ オ' 現年度分の不納欠損額                            0円  [1]N15(0千円)

提出されたシート
[1] 調書（008奨学金）.xlsx › 調書(2019年度 調書)
    受付 2020-08-20 09:00 (提出者の記録なし) 提出番号{submission}(第1版、有効)
    原本 archive/{hash}.xlsx(名前がSHA-256)

6個のセルから計算し直した値は、公開用データの値と一致します。"""
NUMBERS = {"BIGINT", "INTEGER", "HUGEINT", "DOUBLE"}
# Numbers that are no figures of a form: they say which row it is, or count rows of the warehouse.
TOLD_OTHERWISE = {
    "fiscal_year", "form_fiscal_year", "unit_yen", "revision_no", "no", "years", "past_fiscal_year",
    "baseline_actual_year", "next_target_year", "initial_target_form_fiscal_year",
    "revised_target_form_fiscal_year", "actual_form_fiscal_year",
}  # fmt: skip


def told(home: Home, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command prints."""
    code = cli.run(["--home", str(home.root), "trace", *arguments])
    printed = capsys.readouterr()
    assert code == Exit.DONE, printed.err
    return printed.out


def data(home: Home, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told(home, capsys, *arguments, "--json"))
    return found


def test_a_balance_is_told_down_to_its_cells(
    built_once: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = (built_once.inbox / CODE / FILE).read_bytes()
    submission = ask(built_once, "select submission_id from mart_submission where file = ?", [FILE])
    printed = told(built_once, capsys, *OF_ROW_D).splitlines()
    assert printed[0] == "fct_collection › balance"
    assert "債権008 高等学校等奨学金" in printed[1]
    assert printed[1].endswith("2019年度 実績 決算見込 2020-05-31現在")
    assert "\n".join(printed[2:]) == TREE_OF_ROW_D.format(
        hash=hashlib.sha256(sent).hexdigest(), submission=submission.rows[0][0]
    )


def test_a_view_and_its_japanese_names_lead_to_the_same_cells(
    built_once: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    in_japanese = (
        "財政.未収金の推移",
        *SCHOLARSHIP,
        "--scenario",
        "実績",
        "--column",
        "未収金残高",
    )
    assert told(built_once, capsys, *in_japanese) == told(built_once, capsys, *OF_ROW_D)


def test_a_total_is_the_claims_that_add_up_and_each_of_them(
    built_once: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    city = ("mart_balance_total", "--as-of", "2020-07-31", "--where", "集計単位=全市")
    traced = data(built_once, capsys, *city, "--column", "balance")
    parts = traced["figure"]["parts"]
    assert [(part["about"], part["value"]) for part in parts] == [
        ("債権003 就学援助費 教育委員会事務局", 1_160_000),
        ("債権008 奨学金 教育委員会事務局", 1_160_000),
    ]
    cells = [cell for part in parts for cell in cells_of(part)]
    assert sorted(cells) == [f"{column}{row}" for column in "EFGIJK" for row in (8, 9)]
    assert [sheet["file"] for sheet in traced["submissions"]] == ["2020-07-31.xlsx"]


def cells_of(figure: dict[str, Any]) -> list[str]:
    """The addresses below a figure."""
    below = [cell for part in figure.get("parts", ()) for cell in cells_of(part)]
    return [figure["cell"]["cell"], *below] if "cell" in figure else below


def test_a_value_that_there_is_not_is_told_with_the_reason(
    built_once: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    report = ("mart_balance_report", "--claim", "8", "--as-of", "2020-07-31", "--column", "change")
    printed = told(built_once, capsys, *report)
    assert "└ 前年同月末残高" in printed
    assert "注記: " in printed
    assert "前年同月末の報告なし" in printed


def test_a_value_that_its_cells_do_not_give_is_told_and_ends_with_4(
    built: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    with_marts(
        built,
        "update marts.fct_collection set balance = balance + 1"
        " where claim_number = '008' and fiscal_year = 2019 and scenario = 'actual'",
    )
    assert cli.run(["--home", str(built.root), "trace", *OF_ROW_D]) == Exit.CHECK_FAILED
    assert "一致しません: ケ'' 未収金残高" in capsys.readouterr().out


def test_a_value_whose_cells_are_gone_is_told(
    built: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    for batch in built.landing.glob("batch=2020*"):
        shutil.rmtree(batch)
    assert cli.run(["--home", str(built.root), "trace", *OF_ROW_D]) == Exit.CHECK_FAILED
    printed = capsys.readouterr().out
    assert "ウ 過年度分の調定額（もとになるセルがない）" in printed
    assert (
        "一致しません: ウ 過年度分の調定額 公開用データは 50,315,000円、計算し直すと —" in printed
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("nosuch", "--column", "balance"),
            "「nosuch」はたどれません。たどれるもの: fct_collection",
        ),
        (("mart_submission", "--column", "errors"), "「mart_submission」はたどれません"),
        (("fct_collection", "--column", "nosuch"), "「nosuch」という列はありません。ある列: muni"),
        (("未収金の推移", "--column", "残高"), "ある列: 自治体コード"),
        ((*OF_ROW_D[:-1], "claim_name"), "たどれる列: carried_forward"),
        ((*OF_ROW_D, "--claim", "999"), "--claim 999 の行はありません。あるのは: 003、"),
        ((*OF_ROW_D, "--part", "prior"), "--part では絞れません。絞れる列: municipality_code"),
        (("fct_collection", "--claim", "8", "--column", "balance"), "一つに絞ってください"),
        ((*OF_ROW_D, "--where", "stage"), "--where は 列=値"),
    ],
)
def test_what_is_not_there_is_answered_with_what_there_is(
    built_once: Home,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    assert cli.run(["--home", str(built_once.root), "trace", *arguments]) == Exit.USAGE
    assert said in capsys.readouterr().err


def test_before_the_first_build_there_is_nothing_to_trace(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["--home", str(tmp_path), "trace", *OF_ROW_D]) == Exit.USAGE
    assert "まだありません" in capsys.readouterr().err


def test_every_mart_with_figures_can_be_traced(built_once: Home) -> None:
    """A new column needs a measure or a line in the lineage."""
    columns = ask(
        built_once,
        "select table_name, column_name, data_type from duckdb_columns()"
        " where schema_name = 'marts' order by all",
    ).rows
    with connect(built_once) as connection:
        told = traceable(built_once, connection)
    untold = [
        f"{mart}.{column}"
        for mart, column, kind in columns
        if (kind in NUMBERS or kind.startswith("DECIMAL"))
        and column not in TOLD_OTHERWISE
        and not column.startswith("claims")  # how many rows a total counts
        and not mart.startswith("dim_")
        and not mart.startswith(("mart_submission", "mart_finding", "mart_contract_version"))
        and column not in told.get(mart, [])
    ]
    assert untold == []


def test_random_figures_of_real_forms_are_what_their_cells_say(built_once: Home) -> None:
    assert differing(built_once, random_figures(built_once, each=10, seed=8)) == []
