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
