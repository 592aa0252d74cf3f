"""From a department's form to the published page and back to its cell, all of it in the window."""

import shutil
import subprocess
import sys
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from browser.window import PATIENCE, hand_in, signed_in
from flow import clerks
from flow.city import CODE, balance_report
from flow.conftest import build, copied
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect
from support.killed import ENVIRONMENT
from support.once import once
from support.window import add
from support.workbooks import GOOD, saved

from services.home import Home
from services.records import audit

KYOIKU, OTHER = "教育委員会事務局", "第5局"
JULY = date(2020, 7, 31)
REPORT = f"releases/{JULY.isoformat()}/"
QUESTION = (
    "select claim_number, as_of, balance from mart_balance_report"
    " where as_of = date '2020-07-31' order by claim_number"
)
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module", name="home")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = copied(once("city", build), tmp_path_factory.mktemp("story"))
    (home.config / "city.yml").write_text(
        f'municipality_code: "{CODE}"\nmunicipality_name: 見本市\napprovals_needed: 2\n', "utf-8"
    )
    add(home, "hanako", "佐藤花子", ("department", "--department", KYOIKU))
    add(home, "jiro", "高橋次郎", ("department", "--department", OTHER))
    add(home, "data", "田中三郎", ("data",))
    add(home, "zaisei", "伊藤四郎", ("finance",))
    add(home, "kacho", "渡辺課長", ("approver",))
    add(home, "bucho", "山本部長", ("approver",))
    add(home, "kansa", "中村監査", ("auditor",))
    return home


def with_a_word(content: bytes) -> tuple[bytes, str]:
    """A report in which somebody wrote a word for a number; and the cell."""
    book = load_workbook(BytesIO(content))
    (cell, *_) = [
        cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == 40
    ]
    cell.value = "約四十"
    return saved(book), cell.coordinate


def test_a_form_becomes_a_published_figure_that_leads_back_to_its_cell(
    browser: Browser, address: str, home: Home, tmp_path: Path
) -> None:
    hanako, jiro = (signed_in(browser, address, name) for name in ("hanako", "jiro"))
    inbox = tmp_path / CODE
    inbox.mkdir()
    shutil.copy(GOOD, inbox / "別の調書.xlsx")
    load = [sys.executable, "-m", "cli", "--home", str(home.root), "load", "--municipality", CODE]
    with subprocess.Popen([*load, str(inbox)], env=ENVIRONMENT, stderr=subprocess.DEVNULL) as loads:
        # Two departments at once, while a load runs.
        wrong, cell = with_a_word(balance_report(JULY, 1234))
        hand_in(hanako, address, "残高報告.xlsx", wrong)
        hand_in(jiro, address, "残高報告.xlsx", clerks.report(5))
        expect(jiro.locator("main")).to_contain_text("すべて受け付けました")
        expect(hanako.locator(".findings")).to_contain_text(cell)
        hand_in(hanako, address, "残高報告.xlsx", balance_report(JULY, 1234))
        hanako.get_by_label("差し替える理由").fill("7月分の転記の誤り")
        hanako.get_by_role("button", name="この理由で差し替える").click()
        expect(hanako.locator("main")).to_contain_text("すべて受け付けました")
    assert loads.returncode == 0
    assert KYOIKU not in jiro.goto(f"{address}handed-in/").text()  # type: ignore[union-attr]

    data = signed_in(browser, address, "data")
    data.goto(f"{address}standing/build/")
    data.get_by_role("button", name="作り直しを始める").click()
    expect(data.locator("#build .message.success")).to_be_visible()

    finance = signed_in(browser, address, "zaisei")
    finance.goto(f"{address}questions/ask/?sql={QUESTION}")
    figure = finance.locator("#result tbody a").first
    shown = figure.inner_text()
    figure.click()
    expect(finance.locator("main")).to_contain_text(f"{shown}円")
    expect(finance.locator("main")).to_contain_text("残高報告.xlsx")
    expect(finance.locator("main")).to_contain_text(f"{KYOIKU} 佐藤花子")

    data.goto(address + REPORT)
    data.get_by_role("button", name="下書きを作り直す").click()
    data.get_by_role("link", name="合計の数字").click()
    data.locator("#result tbody a").first.click()
    expect(data.locator("main")).to_contain_text("提出されたシート")
    for username in ("kacho", "bucho"):
        approver = signed_in(browser, address, username)
        approver.goto(address + REPORT)
        for box in approver.locator("input[name=seen]").all():
            box.check()
        approver.get_by_role("button", name="承認する").click()
    data.goto(address + REPORT)
    data.get_by_label("下書きを確かめました").check()
    data.get_by_role("button", name="公表する").click()
    expect(data.locator(".state.published")).to_be_visible()
    assert (home.public / JULY.isoformat() / "r1" / "index.html").exists()

    auditor = signed_in(browser, address, "kansa")
    auditor.goto(address + REPORT)
    steps = auditor.locator("#steps")
    for name in ("渡辺課長", "山本部長"):
        expect(steps).to_contain_text(name)
    assert auditor.get_by_role("button", name="公表する").count() == 0
    told = {(line["action"], line.get("person")) for line in audit.read(home)}
    assert told >= {
        ("reject", "hanako"), ("load", "hanako"), ("load", "jiro"), ("build_start", "data"),
        ("draft", "data"), ("approve", "kacho"), ("approve", "bucho"), ("publish", "data"),
    }  # fmt: skip
    assert audit.verify(home).faults == ()


def test_the_published_site_holds_no_address_of_the_window(home: Home, address: str) -> None:
    """Whoever reads the site learns nothing of the window."""
    for path in home.public.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for inner in (b"/origin/", b"/releases/", address.encode()):
                assert inner not in content, path
