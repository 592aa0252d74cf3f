"""Layouts of a home: their faults, their schema, and the list of them."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from flow.city import mishukin
from support.workbooks import DATA

from services.exits import Exit
from services.home import Home
from services.layouts import FaultyLayoutError, read_layout, schema, schema_file

LAYOUTS = sorted((DATA / "layouts").glob("*.yml"))
SCHEMA = Path(__file__).parents[3] / "docs" / "layout.schema.json"
TABLE = "tables:\n  - columns: {調定額: assessed}\n"


def faults(content: str, name: str = "表") -> list[str]:
    with pytest.raises(FaultyLayoutError) as told:
        read_layout(name, content.encode())
    assert f"config/layouts/{name}.yml" in str(told.value)
    return told.value.faults


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (f"title: 表\nunit: 兆円\n{TABLE}", "unit: 「兆円」は使えません。使えるのは 円、"),
        (f"title: 表\nlands_as: report\n{TABLE}", "lands_as: 「report」は使えません。"),
        (f"title: 表\n語: 値\n{TABLE}", "語 という項目はありません。"),
        (TABLE, "title がありません。"),
        ("title: 表\ntables: []\n", "tables: 表を一つ以上書いてください。"),
        (f"title: 表\ngiven: {{fiscal_year: いつか}}\n{TABLE}", "fiscal_year(年度)の「いつか」"),
        (f"title: 表\nmunicipalities: [大阪市]\n{TABLE}", "団体コードは半角数字6桁です。"),
        (
            "title: 表\ntables:\n  - columns: {調定額: assessed, 調　定　額: collected}\n",
            "「調定額」と「調　定　額」は同じ見出しです。",
        ),
        (
            f"title: 表\n{TABLE}    optional: [収入額]\n",
            "optional: 「収入額」が columns にありません。",
        ),
        ("title: [\n", "2行目: YAMLとして読めません。"),
        (f"title: 表\n{TABLE}title: 表\n", "1行目: 「title」が二つあります。"),
        ("- 表\n", "「項目: 値」の形で書いてください。"),
    ],
)
def test_a_fault_is_told_by_its_key_and_with_a_remedy(content: str, fault: str) -> None:
    assert any(fault in each for each in faults(content))


def test_all_faults_of_a_file_are_told_at_once() -> None:
    told = faults(f"title: 表\nunit: 兆円\ngiven: {{fiscal_year: いつか}}\n{TABLE}")
    assert len(told) == 2


def test_a_question_of_a_draft_is_told_where_it_stands_and_nothing_else_of_it() -> None:
    content = (
        "title: 表\nunit: ？\ntables:\n  - columns: {甲: {？: 甲}, 乙: '<？>'}\n    stub: [？]\n"
    )
    assert faults(content) == [
        "unit: 「？」が残っています。意味を書いてください。",
        "tables 1件目 columns 甲: 「？」が残っています。意味を書いてください。",
        "tables 1件目 columns 乙: 「？」が残っています。意味を書いてください。",
        "tables 1件目 stub 1件目: 「？」が残っています。意味を書いてください。",
    ]


def test_a_question_mark_in_a_word_is_no_question() -> None:
    assert read_layout("表", "title: 何？\ntables:\n  - columns: {滞納？: uncollected}\n".encode())


def test_a_name_that_is_no_file_of_a_layout_is_refused() -> None:
    assert faults(f"title: 表\n{TABLE}", "a b") == [
        "ファイルの名前は、文字、数字、_ と - で付けてください。"
    ]


def test_the_schema_that_ships_is_the_one_of_the_program() -> None:
    assert SCHEMA.read_bytes() == schema_file(), "write schema_file() to docs/layout.schema.json"
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("path", LAYOUTS, ids=lambda path: path.stem)
def test_editors_find_no_fault_with_an_example(path: Path) -> None:
    told = yaml.safe_load(path.read_text("utf-8"))
    jsonschema.Draft202012Validator(schema()).validate(told)


def test_editors_take_numbers_and_truths_as_they_are_typed() -> None:
    told = f"title: 表\nversion: 2\ngiven: {{fiscal_year: 2020, total: true}}\n{TABLE}"
    jsonschema.Draft202012Validator(schema()).validate(yaml.safe_load(told))
    assert read_layout("表", told.encode()).version == "2"


def test_editors_know_each_key_and_what_it_is_for() -> None:
    table = schema()["$defs"]["Table"]
    assert all(each["description"] for each in table["properties"].values())
    validator = jsonschema.Draft202012Validator(schema())
    assert not validator.is_valid({"title": "表", "tables": [{"columns": {}, "cols": {}}]})


# Commands


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home").create()
    (home.config / "layouts").mkdir()
    for path in LAYOUTS:
        (home.config / "layouts" / path.name).write_bytes(path.read_bytes())
    return home


def test_check_tells_the_faults_of_the_home_or_of_named_files(home: Home, tmp_path: Path) -> None:
    assert mishukin(home, "layout", "check").code == Exit.DONE
    faulty = tmp_path / "私の表.yml"
    faulty.write_text("title: 表\n", "utf-8")
    told = mishukin(home, "layout", "check", str(faulty), "--json")
    assert told.code == Exit.CHECK_FAILED
    assert json.loads(told.out) == [{"file": str(faulty), "fault": "tables がありません。"}]
    assert f"{faulty}: tables がありません。" in told.err
    assert mishukin(home, "layout", "check", str(tmp_path / "ない.yml")).code == Exit.USAGE


def test_list_tells_what_each_layout_is_for_and_how_often_it_read(home: Home) -> None:
    waived = DATA / "tables" / "平成30年度に放棄した債権.xlsx"
    assert mishukin(home, "load", str(waived), "--municipality", "271004").code == Exit.DONE
    (home.config / "layouts" / "他.yml").write_text("title: 他\n", "utf-8")
    told = mishukin(home, "layout", "list", "--json")
    records = {each["name"]: each for each in json.loads(told.out)}
    assert len(records) == len(LAYOUTS)
    assert records["hoki"] == {
        "name": "hoki",
        "version": "1",
        "title": "放棄した債権",
        "valid_from": None,
        "valid_until": None,
        "municipalities": [],
        "lands_as": "figure",
        "tables": 1,
        "submissions": 1,
    }
    assert records["mishu"]["submissions"] == 0
    assert "config/layouts/他.yml" in told.err
    assert mishukin(home, "layout", "list").out.splitlines()[0].startswith("名前\t版\t名称")


def test_a_draft_lies_beside_its_schema_and_replaces_nothing(home: Home) -> None:
    book = DATA / "tables" / "平成30年度に放棄した債権.xlsx"
    target = home.config / "layouts" / "下書き.yml"
    told = mishukin(home, "layout", "draft", str(book), "-o", str(target))
    assert told.code == Exit.DONE
    assert "数値20個を読めます。" in told.err
    first, *_ = target.read_text("utf-8").splitlines()
    assert first == "# yaml-language-server: $schema=./layout.schema.json"
    assert (target.parent / "layout.schema.json").read_bytes() == schema_file()
    before = target.read_bytes()
    again = mishukin(home, "layout", "draft", str(book), "-o", str(target))
    assert again.code == Exit.USAGE
    assert "すでにあります" in again.err
    assert target.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["ない.xlsx", "-o", "a.yml"], Exit.USAGE, "見つかりません: ない.xlsx"),
        ([str(DATA), "-o", "a.yml"], Exit.USAGE, "ブックを一つ指定してください"),
        (["ない.xlsx", "-o", "a.json"], Exit.USAGE, "-o の名前は"),
    ],
)
def test_a_draft_of_nothing_is_refused(
    home: Home, arguments: list[str], code: Exit, said: str
) -> None:
    told = mishukin(home, "layout", "draft", *arguments)
    assert told.code == code
    assert said in told.err


def test_a_draft_of_another_sheet_is_one_option_away(home: Home, tmp_path: Path) -> None:
    book = DATA / "tables" / "令和2年度債権回収・整理計画_目標達成状況.xlsx"
    first = mishukin(home, "layout", "draft", str(book), "-o", str(tmp_path / "一.yml"))
    assert "「部局別」" in first.err
    options = ("--sheet", "部局別", "-o", str(tmp_path / "二.yml"))
    assert mishukin(home, "layout", "draft", str(book), *options).code == Exit.DONE
    assert "above:" in (tmp_path / "二.yml").read_text("utf-8")
    options = ("--sheet", "ない", "-o", str(tmp_path / "三.yml"))
    none = mishukin(home, "layout", "draft", str(book), *options)
    assert none.code == Exit.REJECTED
    assert "--sheet で選べるのは「全体」「部局別」です。" in none.err


def test_show_tells_meanings_as_lines_as_json_and_as_a_page(home: Home, tmp_path: Path) -> None:
    book = str(DATA / "tables" / "平成30年度に放棄した債権.xlsx")
    lines = mishukin(home, "layout", "show", book).out.splitlines()
    assert lines[0] == "債権放棄: hoki"
    meaning = "平成30年度・くらしの資金貸付金・福祉部・実績・ground「第2号」・放棄額 83件"
    assert lines[1] == f"C4\t83\t{meaning}"
    (sheet,) = json.loads(mishukin(home, "layout", "show", book, "--json").out)
    assert sheet["figures"][0]["meaning"] == meaning
    page = tmp_path / "確認.html"
    assert mishukin(home, "layout", "show", book, "--html", str(page)).code == Exit.DONE
    assert meaning in page.read_text("utf-8")


def test_a_draft_is_shown_as_far_as_it_is_answered(home: Home) -> None:
    for path in (home.config / "layouts").glob("*.yml"):
        path.unlink()
    book = str(DATA / "tables" / "平成21年度県税決算額_総括.xlsx")
    target = home.config / "layouts" / "県税.yml"
    assert mishukin(home, "layout", "draft", book, "-o", str(target)).code == Exit.DONE
    told = mishukin(home, "layout", "show", book)
    assert "「？」が残っています" in told.err
    lines = told.out.splitlines()
    assert "B7\t消\t？" in lines
    told = "平成21年度・普通税・実績・現年度・内訳のある計・予算額 109,714,271,000円"
    assert f"C5\t109,714,271,000\t{told}" in lines


def test_an_open_question_is_told_where_its_table_is_read_and_nowhere_else(home: Home) -> None:
    path = home.config / "layouts" / "hoki.yml"
    path.write_text(path.read_text("utf-8").replace("<ground>", "<？>"), "utf-8")
    table = mishukin(home, "check", str(DATA / "tables" / "平成30年度に放棄した債権.xlsx"))
    assert "様式の定義「hoki.yml」の表のようですが" in table.err
    other = mishukin(home, "check", str(DATA / "tables" / "佐井村_市町村税の徴収実績.xlsx"))
    assert "？" not in other.err
    assert "hoki.yml" not in other.err
    assert "「？」が残っています" in mishukin(home, "layout", "list").err


def test_check_ends_with_the_command_that_would_help(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    book = DATA / "tables" / "平成30年度に放棄した債権.xlsx"
    told = mishukin(home, "check", "--explain", str(book))
    assert told.code == Exit.REJECTED
    assert f"mishukin layout draft '{book}' --sheet '債権放棄' -o " in told.err
