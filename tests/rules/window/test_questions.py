"""照会: what staff ask is answered in bounds, changes nothing, and can be given again."""

import csv
import io
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client
from openpyxl import load_workbook

from services.home import Home
from services.query import ask
from services.records import audit

SignIn = Callable[..., Client]
BALANCES = "select claim_number, fiscal_year, balance from fct_collection order by all"


@pytest.fixture
def finance(sign_in: SignIn) -> Client:
    return sign_in("takahashi", "finance")


def address(page: str, **told: str) -> str:
    return f"/questions/{page}/?{urlencode(told)}"


def body(client: Client, page: str, **told: str) -> bytes:
    answer = client.get(address(page, **told))
    assert answer.status_code == 200, answer.content.decode()
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def rows_of(page: str) -> list[list[str]]:
    (table,) = re.findall(r'<table id="result">.*?<tbody>(.*?)</tbody>', page, re.DOTALL)
    lines = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    return [
        [unescape(re.sub("<[^>]+>", "", cell)) for cell in re.findall(r"<td.*?</td>", line)]
        for line in lines
    ]


def said_wrong(client: Client, sql: str) -> str:
    answer = client.get(address("ask", sql=sql))
    assert answer.status_code == 400, answer.content.decode()
    (words,) = re.findall(r'role="alert">(.*?)</p>', answer.content.decode(), re.DOTALL)
    return unescape(words)


def test_a_question_is_answered_as_the_command_line_answers_it(home: Home, finance: Client) -> None:
    rows = rows_of(body(finance, "ask", sql=BALANCES).decode())
    assert [[c.replace(",", "") for c in row] for row in rows] == [
        ["—" if value is None else str(value) for value in row] for row in ask(home, BALANCES).rows
    ]


def test_every_question_of_the_library_is_answered(home: Home, finance: Client) -> None:
    page = finance.get("/questions/").content.decode()
    names = re.findall(r"\?name=(\w+)", page)
    assert set(names) >= {name for (name,) in ask(home, "select name from saved_question").rows}
    for name in ("largest_balances", "claims_off_target", "write_offs"):
        assert name in names
        assert b'id="answer"' in body(finance, "ask", name=name)


def test_downloads_hold_all_rows_where_the_page_shows_some(finance: Client) -> None:
    sql = "select range as n, '=1+1' as t from range(1500)"
    page = body(finance, "ask", sql=sql).decode()
    assert len(rows_of(page)) == 1000
    assert "1,500行" in page
    text = body(finance, "download", sql=sql, form="csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["n", "t"]
    assert [row[0] for row in rows[1:]] == [str(n) for n in range(1500)]
    sheet = load_workbook(io.BytesIO(body(finance, "download", sql=sql, form="xlsx"))).active
    assert sheet is not None
    assert (sheet.max_row, sheet["B2"].value, sheet["B2"].data_type) == (1501, "=1+1", "s")


def test_a_day_before_everything_knows_nothing(finance: Client) -> None:
    page = body(finance, "ask", sql=BALANCES, known_at="2019-01-01").decode()
    assert "あてはまる行はありません" in page


def test_parameters_are_asked_for_and_are_texts_and_nothing_else(finance: Client) -> None:
    sql = "select claim_number, '$x' as plain from fct_collection where claim_number = $番号"
    empty = body(finance, "ask", sql=sql).decode()
    assert 'name="p.番号"' in empty
    assert 'name="p.x"' not in empty
    assert 'id="answer"' not in empty
    page = body(finance, "ask", sql=sql, **{"p.番号": "003"}).decode()
    assert {tuple(row) for row in rows_of(page)} == {("003", "$x")}
    harmless = body(finance, "ask", sql=sql, **{"p.番号": "003' or '1'='1"}).decode()
    assert "あてはまる行はありません" in harmless


def test_an_answer_is_narrowed_by_what_its_columns_say(finance: Client) -> None:
    told = {"sql": "from 財政.未収金の推移", "年度": "2020", "債権": "003"}
    page = body(finance, "ask", **told).decode()
    assert {(row[1], row[5]) for row in rows_of(page)} == {("003", "2020")}
    refused = finance.get(address("ask", sql="select 1 as x", 年度="2020"))
    assert "「年度」の列がないため" in refused.content.decode()


@pytest.mark.parametrize(
    "sql",
    [
        "copy (select 1) to '{folder}/stolen.csv'",
        "attach '{folder}/stolen.db'",
        "export database '{folder}/stolen'",
        "from read_csv('/etc/passwd')",
        "from read_text('/etc/passwd')",
        "from glob('/*')",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "reset lock_configuration",
        "create table marts.mine as select 1",
        "commit; drop table marts.fct_collection",
        "update marts.fct_collection set balance = 0",
    ],
)
def test_a_question_writes_nothing_and_reads_no_file(
    sql: str, home: Home, finance: Client, tmp_path: Path
) -> None:
    before = ask(home, "select count(*), sum(balance) from fct_collection").rows
    assert "実行できません" in said_wrong(finance, sql.format(folder=tmp_path))
    assert list(tmp_path.iterdir()) == []
    assert ask(home, "select count(*), sum(balance) from fct_collection").rows == before
    line = audit.read(home)[-1]
    assert (line["action"], line["why"]) == ("question_refused", "forbidden")
    assert line["person"] == "takahashi"


@pytest.mark.parametrize(
    "sql",
    [
        "with recursive a as (select 1 as x union all select x + 1 from a)"
        " select count(*) from a where x < 0",
        "select count(*) from range(1000000) a, range(1000000) b, range(1000000) c"
        " where a.range + b.range = c.range * 7 + 1",
        "select repeat('x', 1000000000)",
        "select list(repeat('x', 10000)) from range(10000000)",
    ],
)
def test_what_would_not_end_is_ended(sql: str, home: Home, finance: Client) -> None:
    city = home.config / "city.yml"
    told = city.read_text("utf-8") if city.exists() else ""
    city.write_text(f"{told}\nquery_seconds: 2\nquery_memory_mib: 64\n", "utf-8")
    try:
        assert "中止しました" in said_wrong(finance, sql)
        assert audit.read(home)[-1]["why"] == "bounds"
    finally:
        city.write_text(told, "utf-8")
    assert len(rows_of(body(finance, "ask", sql="select 1").decode())) == 1
    assert list(home.window.glob(".staged-ask-*")) == []


def test_one_person_does_not_take_every_place(home: Home, finance: Client, sign_in: SignIn) -> None:
    city = home.config / "city.yml"
    told = city.read_text("utf-8") if city.exists() else ""
    city.write_text(f"{told}\nquery_seconds: 4\n", "utf-8")
    endless = "with recursive a as (select 1 as x union all select x from a) select count(*) from a"
    other = sign_in("tanaka", "data")
    try:
        with ThreadPoolExecutor(4) as threads:
            asked = [threads.submit(finance.get, address("ask", sql=endless)) for _ in range(4)]
            quick = other.get(address("ask", sql="select 1"))
            said = [each.result().content.decode() for each in asked]
    finally:
        city.write_text(told, "utf-8")
    assert quick.status_code == 200
    assert sum("前の問い合わせが、まだ続いています" in each for each in said) >= 1
    assert sum("中止しました" in each for each in said) >= 2


def test_words_of_others_are_shown_as_words(finance: Client) -> None:
    evil = "<script>alert(1)</script>"
    page = body(finance, "ask", sql=f"select '{evil}' as \"{evil}\"").decode()
    assert evil not in page
    assert rows_of(page) == [[evil]]


def test_an_own_question_is_there_for_all_and_named_by_us(
    home: Home, finance: Client, sign_in: SignIn
) -> None:
    saved = {"title": "../../etc/債権の数", "sql": "select count(*) as 数 from dim_claim"}
    answer = finance.post("/questions/save/", saved)
    (file,) = (home.config / "questions").iterdir()
    assert re.fullmatch(r"own-\d{8}-[0-9a-f]{8}\.sql", file.name)
    other = sign_in("tanaka", "data")
    assert "../../etc/債権の数" in other.get("/questions/").content.decode()
    expected = ask(home, saved["sql"]).rows[0][0]
    assert rows_of(other.get(answer["Location"]).content.decode()) == [[f"{expected:,}"]]
    assert "save_question" in {line["action"] for line in audit.read(home)}
    assert other.post("/questions/drop/", {"name": file.stem}).status_code == 302
    assert file.stem not in other.get("/questions/").content.decode()
    assert not file.exists()


def test_personal_words_are_not_saved(finance: Client) -> None:
    told = {"title": "滞納者 090-1234-5678 のこと", "sql": "select 1"}
    page = finance.post("/questions/save/", told, follow=True).content.decode()
    assert "個人を特定しない言葉" in page
    assert "滞納者" not in finance.get("/questions/").content.decode()


def test_a_kept_answer_is_given_again_to_the_byte(home: Home, finance: Client) -> None:
    generation = home.current.resolve().stem
    told = {
        "address": urlencode({"sql": BALANCES}), "generation": generation,
        "title": "残高の一覧", "given_to": "9月議会",
    }  # fmt: skip
    page = finance.post("/questions/keep/", told, follow=True).content.decode()
    (given,) = re.findall(r"/questions/kept/([\w-]+)/", page)
    line = audit.read(home)[-1]
    assert (line["action"], line["answer"], line["generation"]) == (
        "keep_answer",
        given,
        generation,
    )
    assert generation in page
    assert "9月議会" in page
    again = finance.get(f"/questions/kept/{given}/").content
    sheet = load_workbook(io.BytesIO(again)).active
    assert sheet is not None
    assert [list(row) for row in sheet.values][1:] == [list(r) for r in ask(home, BALANCES).rows]
    record = json.loads((home.internal / "answers" / given / "answer.json").read_bytes())
    assert (record["sql"], record["by"]) == (BALANCES, "takahashiさん")
    workbook = home.internal / "answers" / given / "answer.xlsx"
    workbook.write_bytes(again + b"x")
    refused = finance.get(f"/questions/kept/{given}/", follow=True).content.decode()
    assert "監査記録にあるものと違います" in refused
    workbook.write_bytes(again)


def test_nothing_is_kept_of_a_generation_that_nobody_saw(home: Home, finance: Client) -> None:
    before = set((home.internal / "answers").glob("*"))
    told = {"address": "sql=select+1", "generation": "20190101T000000-0", "title": "x",
            "given_to": "y"}  # fmt: skip
    page = finance.post("/questions/keep/", told, follow=True).content.decode()
    assert "もう一度実行し" in page
    assert set((home.internal / "answers").glob("*")) == before


def test_an_auditor_reads_and_changes_nothing(home: Home, sign_in: SignIn) -> None:
    auditor = sign_in("kansa", "auditor")
    page = body(auditor, "ask", sql="select 1").decode()
    assert "この問いを一覧に保存する" not in page
    for place in ("save", "drop", "keep"):
        assert auditor.post(f"/questions/{place}/", {"title": "x", "sql": "y"}).status_code == 403


@pytest.mark.parametrize("role", ["department", "administrator"])
def test_questions_are_no_room_of_theirs(role: str, sign_in: SignIn) -> None:
    department = "教育委員会事務局" if role == "department" else ""
    client = sign_in(f"not-{role}", role, department)
    for place in ("", "ask/?sql=select+1", "download/?sql=select+1&form=csv", "kept/", "tables/"):
        assert client.get(f"/questions/{place}").status_code == 403


def test_the_dictionary_names_every_table(home: Home, finance: Client) -> None:
    page = unescape(finance.get("/questions/tables/").content.decode())
    names = ask(home, "select table_name from duckdb_tables() where schema_name = 'marts'").rows
    assert all(name in page for (name,) in names)
    assert 'data-word="未収金残高"' in page
