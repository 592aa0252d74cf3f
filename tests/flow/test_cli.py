"""The command line at its edges: usage, exit codes, and what it does not import."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flow.city import OSAKA, RECEIVED
from openpyxl import Workbook

import cli
from ingest.landing import table
from services.arguments import files_to_load
from services.exits import Exit, Stop
from services.home import Home
from services.records.rebuild import land_again

REAL = OSAKA / "010.xlsx"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nosuch"], "使い方が違います"),
        (["diff"], "引数が足りません"),
        (["sql"], "SQLか --saved のどちらか一つ"),
        (["sql", "select 1", "--saved", "largest_balances"], "SQLか --saved のどちらか一つ"),
        (["sql", "--nosuch", "select 1"], "そのようなオプションはありません"),
        (["sql", "--format", "pdf", "select 1"], "--format は"),
        (["sql", "select 1"], "まだありません"),
        (["findings"], "まだありません"),
        (["check"], "検査するブック"),
        (["check", "nosuch.xlsx"], "見つかりません"),
        (["check", "--json", "--html", "x.html", str(REAL)], "--json と --html"),
        (["load", "--municipality", "１２３４５６"], "半角数字6桁"),
        (["load", "--received-at", "昨日"], "ISO 8601"),
        (["withdraw", "x", "--by", "係", "--reason", "090-1234-5678に確認"], "電話番号のような"),
        (["load", str(REAL)], "どの団体のものか分かりません"),
        (["report", "draft", "2024-08-31"], "7月31日・10月31日・1月31日"),
        (["report", "draft", "2024-07"], "7月31日・10月31日・1月31日"),
        (["report", "approve", "2024-07-31"], "引数が足りません"),
        (["template", "nosuch", "-o", "x.xlsx"], "様式は"),
        (["template", "annual", "-o", "x.xlsx"], "--fiscal-year"),
    ],
)
def test_a_wrong_call_is_explained_in_japanese_and_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert cli.run(["--home", str(tmp_path), *arguments]) == Exit.USAGE
    assert said in capsys.readouterr().err


def test_an_unexpected_failure_is_one_line_and_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Home(tmp_path).create().audit.mkdir()
    monkeypatch.delenv("MISHUKIN_DEBUG", raising=False)
    assert cli.run(["--home", str(tmp_path), "audit", "show"]) == Exit.UNEXPECTED
    said = capsys.readouterr().err
    assert said.startswith("思いがけない誤り")
    assert "Traceback" not in said
    monkeypatch.setenv("MISHUKIN_DEBUG", "1")
    assert cli.run(["--home", str(tmp_path), "audit", "show"]) == Exit.UNEXPECTED
    assert "Traceback" in capsys.readouterr().err


def test_check_says_where_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    assert cli.run(["--home", str(home), "check", "--json", str(OSAKA)]) == Exit.DONE
    said = capsys.readouterr()
    books = json.loads(said.out)
    assert sorted(book["file"] for book in books) == sorted(path.name for path in OSAKA.iterdir())
    assert {"file", "sha256", "status", "sheets", "findings"} <= set(books[0])
    assert "010.xlsx › Sheet1!G9 警告 達成状況の不一致: " in said.err
    assert not home.exists()


def test_check_can_write_a_page_and_explain_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, home, page = tmp_path / "似た表.xlsx", tmp_path / "home", tmp_path / "結果.html"
    sheet = Workbook()
    sheet.worksheets[0].append(["未収金残高報告"])
    sheet.worksheets[0].append(["債権整理番号", "債権名", "メモ"])
    sheet.save(book)
    check = ["--home", str(home), "check", "--explain"]
    assert cli.run([*check, "--html", str(page), str(book)]) == Exit.REJECTED
    assert "似た表.xlsx › Sheet 様式との違い: いちばん近い様式は" in capsys.readouterr().err
    assert "シート「Sheet」と様式の違い" in page.read_text("utf-8")
    assert cli.run([*check, "--json", str(book)]) == Exit.REJECTED
    (told,) = json.loads(capsys.readouterr().out)
    assert told["explain"][0]["form"] == "interim"
    assert {"heading": "メモ", "cell": "C2", "expected": None} in told["explain"][0]["new"]
    assert not home.exists()


def test_load_says_where_the_copy_waits_that_goes_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path).create()
    (home.inbox / "271004").mkdir()
    (home.inbox / "271004" / "文字.xlsx").write_text("text")
    load = ["--home", str(tmp_path), "load", "--received-at", "2020-07-10T09:00"]
    assert cli.run(load) == Exit.REJECTED
    (copy,) = (home.returned / "271004").glob("*.xlsx")
    said = capsys.readouterr().err
    assert f"返却するブックを作りました: returned/271004/{copy.name} (元: 文字.xlsx)" in said
    assert cli.run(load) == Exit.REJECTED
    assert "返却するブック" not in capsys.readouterr().err


def test_whatever_lies_in_the_inbox_is_answered_once_and_costs_no_form_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path).create()
    (home.config / "city.yml").write_text('municipality_code: "271004"\n', encoding="utf-8")
    for folder in ("271004", "131016"):
        (home.inbox / folder).mkdir()
        (home.inbox / folder / "010.xlsx").write_bytes(REAL.read_bytes())
    (home.inbox / "271004" / "表.csv").write_text("債権,残高\n003,1\n", encoding="cp932")
    (home.inbox / "271004" / "消えた.xlsx").symlink_to(tmp_path / "nowhere.xlsx")
    (home.inbox / "271004" / "~$010.xlsx").write_bytes(b"owner")
    load = ["--home", str(tmp_path), "load", "--json", "--received-at", "2020-07-10T09:00"]
    told = []
    for _ in range(2):
        assert cli.run(load) == Exit.REJECTED
        said = capsys.readouterr()
        told.append(sorted((b["file"], b["status"]) for b in json.loads(said.out)))
        assert "010.xlsx はExcelなどで開かれています" in said.err
    others = [("消えた.xlsx", "rejected"), ("表.csv", "rejected")]
    assert told == [
        [("010.xlsx", "accepted"), ("010.xlsx", "rejected"), *others],
        [("010.xlsx", "rejected"), ("010.xlsx", "unchanged"), *others],
    ]
    returned = {p.name: len(list(p.glob("*.xlsx"))) for p in home.returned.iterdir()}
    assert returned == {"271004": 2, "131016": 1}
    rules = [row["rule"] for row in table(home.landing, "finding", ["rule", "severity"])
             if row["severity"] == "error"]  # fmt: skip
    assert sorted(rules) == ["municipality", "unreadable_file", "unreadable_file"]
    assert land_again(home, RECEIVED) == 1  # the link that led nowhere is answered from the receipt


def test_load_takes_the_inbox_or_what_it_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path).create()
    told = ["--municipality", "271004", "--received-at", "2020-07-10T09:00"]
    assert cli.run(["--home", str(tmp_path), "load", *told, str(REAL)]) == Exit.DONE
    assert cli.run(["--home", str(tmp_path), "load", "--json", *told, str(REAL)]) == Exit.DONE
    assert json.loads(capsys.readouterr().out)[0]["status"] == "unchanged"
    (home.inbox / "271004").mkdir()
    (home.inbox / "271004" / "文字.xlsx").write_text("text")
    assert cli.run(["--home", str(tmp_path), "load"]) == Exit.REJECTED
    assert "文字.xlsx" in capsys.readouterr().err


def test_a_template_can_be_written_for_each_form(tmp_path: Path) -> None:
    base = ["--home", str(tmp_path), "template"]
    annual, interim = tmp_path / "a.xlsx", tmp_path / "i.xlsx"
    code = ["--municipality", "999999", "-o"]
    assert cli.run([*base, "annual", "--fiscal-year", "2024", *code, str(annual)]) == Exit.DONE
    assert cli.run([*base, "interim", "--as-of", "2024-07-31", *code, str(interim)]) == Exit.DONE
    assert annual.read_bytes()[:2] == interim.read_bytes()[:2] == b"PK"


HEAVY = """
import sys
from ingest.landing import table
import cli
from services.arguments import files_to_load
code = cli.run(sys.argv[1:])
heavy = {"dagster", "dagster_dbt", "dbt", "soda_core"} & set(sys.modules)
sys.exit(f"imported: {heavy}" if heavy or code not in (0, 2, 3) else 0)
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", str(OSAKA)],
        ["sql", "select 1"],
        ["findings"],
        ["submissions"],
        ["questions"],
        ["sql", "--saved", "largest_balances"],
        ["report", "list"],
        ["load", "--municipality", "271004", str(REAL)],
        ["--help"],
    ],
)
def test_what_only_reads_starts_without_dagster_and_dbt(
    tmp_path: Path, arguments: list[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HEAVY, "--home", str(tmp_path), *arguments],
        capture_output=True, text=True, check=False, env=os.environ,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_home_that_says_whose_it_is_need_not_be_told_again(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    city = home.config / "city.yml"
    city.write_text('municipality_code: "271004"\n', encoding="utf-8")
    (found,) = files_to_load([REAL], home, None).files
    assert found.municipality_code == "271004"
    with pytest.raises(Stop, match=r"282022.*municipalities"):
        files_to_load([REAL], home, "282022")
    city.write_text('municipality_code: "271004"\nmunicipalities: ["282022"]\n', encoding="utf-8")
    (found,) = files_to_load([REAL], home, "282022").files
    assert found.municipality_code == "282022"
    with pytest.raises(Stop, match="どの団体のものか"):
        files_to_load([REAL], home, None)


@pytest.mark.parametrize("told", ["municipalities: [12025]", 'municipality_code: "27100"'])
def test_a_code_that_is_none_stops_before_anything_is_read(tmp_path: Path, told: str) -> None:
    home = Home(tmp_path / "home").create()
    (home.config / "city.yml").write_text(f"{told}\n", encoding="utf-8")
    with pytest.raises(Stop, match="半角数字6桁"):
        files_to_load([REAL], home, None)
