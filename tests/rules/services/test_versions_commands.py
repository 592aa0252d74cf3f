"""`mishukin diff` and `mishukin withdraw`, as the staff use them."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from support.workbooks import GOOD, with_cell

import cli
from ingest import landing as zone
from ingest import templates
from services.exits import Exit
from services.home import Home
from services.records import audit


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Home:
    """Two versions of one form."""
    home = Home(tmp_path / "home").create()
    for name, day, data in (
        ("a", "2020-07-01", GOOD.read_bytes()),
        ("b", "2020-08-01", with_cell("G29", 3)),
    ):
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(data)
        told = ["--municipality", "271004", "--received-at", day, "--by", "教育委員会"]
        assert mishukin(home, "load", *told, str(path)) == Exit.DONE
    return home


def mishukin(home: Home, *arguments: str) -> int:
    """Run the command in this process."""
    return cli.run(["--home", str(home.root), *arguments])


def versions(home: Home) -> list[str]:
    return [row["submission_id"] for row in zone.table(home.landing, "submission")]


def test_diff_prints_a_table_json_and_a_workbook(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    older, newer = versions(home)
    capsys.readouterr()
    assert mishukin(home, "diff", older, newer[:8]) == Exit.DONE
    assert "G29" in capsys.readouterr().out
    assert mishukin(home, "diff", "--json", older, newer) == Exit.DONE
    (change,) = json.loads(capsys.readouterr().out)
    assert change == {
        "sheet": "003", "cell": "G29", "title": "債務者数", "kind": "changed",
        "old": "2", "new": "3",
    }  # fmt: skip
    output = tmp_path / "diff.xlsx"
    assert mishukin(home, "diff", older, newer, "-o", str(output)) == Exit.DONE
    sheet = load_workbook(output).worksheets[0]
    assert [cell.value for cell in sheet[2]] == ["003", "G29", "債務者数", "変更", "2", "3"]


def test_a_name_that_looks_like_a_formula_stays_text_in_the_workbook(
    home: Home, tmp_path: Path
) -> None:
    rows = zone.table(home.landing, "submission")
    zone.write_batch(
        home.landing,
        rows[-1]["received_at"] + timedelta(days=1),
        {"submission": [{**rows[0], "submission_id": "formula", "claim_name": "=1+1"}]},
    )
    output = tmp_path / "diff.xlsx"
    assert mishukin(home, "diff", rows[0]["submission_id"], "formula", "-o", str(output)) == 0
    cells = [cell for row in load_workbook(output).worksheets[0] for cell in row]
    assert {cell.data_type for cell in cells if cell.value == "=1+1"} == {"s"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["diff", "nosuch", "nosuch"], "ありません"),
        (["diff", "{0}", "{1}", "-o", "diff.csv"], ".xlsx"),
        (["withdraw", "nosuch", "--by", "課長", "--reason", "誤り"], "ありません"),
        (["withdraw", "{1}", "--by", " ", "--reason", "誤り"], "--by"),
        (["withdraw", "{1}", "--by", "課長"], "引数が足りません"),
    ],
)
def test_a_wrong_call_says_what_to_write(
    home: Home, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    told = [each.format(*versions(home)) for each in arguments]
    assert mishukin(home, *told) == Exit.USAGE
    assert said in capsys.readouterr().err


def test_a_withdrawal_is_told_and_noted_in_the_audit_log(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    older, newer = versions(home)
    told = ["--by", "課長", "--reason", "債務者数の誤り", "--at", "2020-09-01T10:00"]
    assert mishukin(home, "withdraw", newer[:10], *told) == Exit.DONE
    assert f"提出番号{older}" in capsys.readouterr().err
    *_, line = audit.read(home)
    assert line["at"] == "2020-09-01T10:00:00+09:00"
    assert [line[name] for name in ("action", "submission_id", "by", "reason")] == [
        "withdraw", newer, "課長", "債務者数の誤り",
    ]  # fmt: skip


def test_a_withdrawn_file_is_taken_again_only_by_name_and_with_a_reason(
    home: Home, tmp_path: Path
) -> None:
    told = ["--by", "課長", "--reason", "誤り", "--at", "2020-09-01T10:00"]
    mishukin(home, "withdraw", versions(home)[1], *told)
    load = ["load", "--municipality", "271004", "--received-at", "2020-09-02"]
    load.append(str(tmp_path / "b.xlsx"))
    assert mishukin(home, *load) == Exit.DONE
    assert len(versions(home)) == 2
    assert mishukin(home, *load, "--reason", "やはり正しかった") == Exit.DONE
    assert len(versions(home)) == 3


def test_a_check_in_a_home_compares_with_what_was_accepted(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Next year's form says another result of the year that was closed."""
    (home.config / "city.yml").write_text('municipality_code: "271004"\n', encoding="utf-8")
    rows = zone.table(home.landing, "cell")
    row_d = {row["measure"]: row["number"] for row in rows if row["item"] == "D"}
    assert row_d
    path = tmp_path / "next.xlsx"
    values = {("collection", "B", name): yen // 1000 for name, yen in row_d.items()}
    values["collection", "B", "collected_prior"] += 1
    path.write_bytes(
        templates.draw(
            "annual", municipality_code="271004", fiscal_year=2020,
            header={"claim_number": "003", "claim_name": "就学援助費", "claim_classes": "私",
                    "department": "教育委員会事務局", "section": "学務"},
            values=values,
        )
    )  # fmt: skip
    capsys.readouterr()
    mishukin(home, "check", str(path))
    assert "過去の年度の修正" in capsys.readouterr().err
