"""出どころ: every figure that is said to lead somewhere leads to the cell it was typed in."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from openpyxl import load_workbook

from ingest import landing
from services.home import Home
from services.query import ask

SignIn = Callable[..., Client]


@pytest.fixture
def finance(sign_in: SignIn) -> Client:
    return sign_in("takahashi", "finance")


def links(client: Client, sql: str, **told: str) -> list[str]:
    page = client.get(f"/questions/ask/?{urlencode({'sql': sql, **told})}").content.decode()
    assert 'id="answer"' in page, page
    return [unescape(each) for each in re.findall(r'href="(/origin/[^"]+)"', page)]


def origin(client: Client, **told: object) -> str:
    answer = client.get(f"/origin/?{urlencode(told)}")
    assert answer.status_code == 200, answer.content.decode()
    return unescape(answer.content.decode())


def test_a_figure_shows_its_formula_and_the_cells_of_the_sheet(home: Home, finance: Client) -> None:
    told = {"claim_number": "003", "fiscal_year": 2019, "scenario": "actual"}
    page = origin(finance, mart="fct_collection", column="balance_prior", **told)
    (row,) = ask(
        home,
        "select assessed_prior, balance_prior, file, sheet, file_sha256"
        " from fct_collection join mart_submission using (submission_id)"
        " where fct_collection.claim_number = '003' and fct_collection.fiscal_year = 2019"
        " and scenario = 'actual'",
    ).rows
    assessed, balance, file, sheet, digest = row
    assert f'<p class="total">{balance:,}円</p>' in page
    assert f"{assessed:,}円" in page
    assert "= ウ－（エ＋オ）" in page
    assert f"{file} › {sheet}" in page
    marked = re.findall(r'<td class="marked[^"]*">.*?</span></span>\s*(.*?)</td>', page)
    (path,) = home.archive.glob(f"{digest}*")
    book = load_workbook(path, data_only=True)[sheet]
    cells = set(re.findall(rf">{re.escape(sheet)}!([A-Z]+\d+)</a>", page))
    typed = sorted(f"{book[cell].value or 0:,}" for cell in cells)
    assert sorted(marked) == typed
    assert len(typed) >= 3


def test_every_figure_that_leads_somewhere_leads_to_itself(finance: Client) -> None:
    found = links(finance, "from 財政.未収金の推移")
    assert found
    for link in found[:: len(found) // 25]:
        page = finance.get(link)
        assert page.status_code == 200, link
        text = page.content.decode()
        assert "一致します" in text, link
        assert "一致しません" not in text, link


@pytest.mark.parametrize(
    "sql",
    [
        "select claim_number, fiscal_year, scenario, balance from fct_collection",
        "with n as (select * from marts.fct_collection where form = 'annual')"
        " select n.claim_number, n.fiscal_year as y, n.scenario, n.balance as b from n",
        "select a.claim_number, a.fiscal_year, a.scenario, a.balance from fct_collection a"
        " left join dim_claim c on a.claim_number = c.claim_number",
        "select * from (select claim_number, fiscal_year, scenario, balance from fct_collection)",
    ],
)
def test_a_figure_handed_on_keeps_its_way(sql: str, home: Home, finance: Client) -> None:
    found = links(finance, sql)
    assert found
    for link in found[:3]:
        told = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
        keys = {name: told[name] for name in told if name not in ("mart", "column")}
        where = " and ".join(f"cast({name} as varchar) = '{value}'" for name, value in keys.items())
        sql = f"select {told['column']} from {told['mart']} where {where}"  # noqa: S608 - ours
        ((value,),) = ask(home, sql).rows
        assert f'<p class="total">{value:,}円</p>' in finance.get(link).content.decode()


@pytest.mark.parametrize(
    "sql",
    [
        "select sum(balance) as balance from fct_collection",
        "select claim_number, sum(balance) as balance from fct_collection group by 1",
        "select claim_number, fiscal_year, scenario, balance + 1 as balance from fct_collection",
        "select claim_number, fiscal_year, scenario, 5 as balance from fct_collection",
        "select claim_number, fiscal_year, scenario, balance from fct_collection"
        " union all select '003', 2019, 'actual', 5",
        "select '003' as claim_number, 2019 as fiscal_year, balance from fct_collection"
        " where balance = 0",
    ],
)
def test_what_is_no_figure_of_a_row_promises_nothing(sql: str, finance: Client) -> None:
    assert links(finance, sql) == []


def test_a_figure_of_an_earlier_day_leads_to_what_was_known_then(finance: Client) -> None:
    sql = "select claim_number, fiscal_year, scenario, balance from fct_collection"
    then = links(finance, sql, known_at="2020-09-30")
    assert then
    assert all("known_at=2020-09-30" in link for link in then)
    page = finance.get(then[0]).content.decode()
    assert "2020-09-30の終わりに分かっていた内容" in page


def test_a_department_sees_the_way_of_its_own_figures_only(home: Home, sign_in: SignIn) -> None:
    rows = landing.table(home.landing, "submission")
    departments = {row["department"] for row in rows if row["status"] == "accepted"}
    own = "教育委員会事務局"
    other = next(iter(sorted(each for each in departments if each and each != own)))
    clerk, stranger = sign_in("kyoiku", "department", own), sign_in("yoso", "department", other)
    told = urlencode({"mart": "fct_collection", "column": "balance", "claim_number": "003",
                      "fiscal_year": 2019, "scenario": "actual"})  # fmt: skip
    assert clerk.get(f"/origin/?{told}").status_code == 200
    assert stranger.get(f"/origin/?{told}").status_code == 404
    page = clerk.get(f"/origin/?{told}").content.decode()
    sheet = re.findall(r"/origin/sheet/\w+/\?cell=\w+", page)[0]
    assert clerk.get(sheet).status_code == 200
    assert stranger.get(sheet).status_code == 404


def test_what_is_not_there_is_told(finance: Client) -> None:
    answer = finance.get("/origin/?mart=fct_collection&column=balance&claim_number=999")
    assert answer.status_code == 404
    assert "claim_number 999 の行はありません" in answer.content.decode()
    assert finance.get("/origin/sheet/nothing/?cell=A1").status_code == 404
    assert finance.get("/origin/sheet/nothing/?cell=../etc").status_code == 404
