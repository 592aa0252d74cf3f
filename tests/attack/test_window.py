"""Who is not let in, or sends what no page has sent, gets nothing from the window."""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from html import escape
from io import BytesIO
from pathlib import Path

import pytest
from support.killed import ENVIRONMENT
from support.window import PASSWORD, Visitor, add, people, served
from support.workbooks import GOOD, with_cell

from ingest import landing
from services.home import Home
from services.records import audit

KYOIKU, KODOMO = "教育委員会事務局", "こども青少年局"
CODE, HOST = "271004", "127.0.0.1"
# What the sign-in page is drawn with is open, too.
OPEN = ("/sign-in/", "/sign-out/", "/asset/")
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module", name="home")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("window") / "home").create()
    (home.config / "city.yml").write_text(f'municipality_code: "{CODE}"\n', encoding="utf-8")
    # Believed of the proxy on its socket only; here everybody can reach the port.
    (home.config / "window.yml").write_text("user_header: X-Remote-User\n", encoding="utf-8")
    add(home, "hanako", "佐藤花子", ("department", "--department", KYOIKU))
    add(home, "taro", "鈴木太郎", ("department", "--department", KODOMO))
    add(home, "kansa", "監査 一郎", ("auditor",))
    add(home, "kanri", "管理 二郎", ("administrator",))
    add(home, "mukashi", "退職 三郎", ("data", "--since", "2020-04-01", "--until", "2021-03-31"))
    return home


@pytest.fixture(scope="module", name="address")
def _address(home: Home) -> Iterator[str]:
    with served(home) as address:
        yield address


def signed_in(address: str, username: str) -> Visitor:
    visitor = Visitor(address).sign_in(username)
    assert visitor.status == 200
    return visitor


def actions(home: Home) -> list[str]:
    return [line["action"] for line in audit.read(home)]


PATTERNS = """
import django; django.setup()
from django.urls import get_resolver
print(*get_resolver().url_patterns, sep="\\n")
"""


def every_path(home: Home) -> list[str]:
    """An address of each page, as a stranger would guess it."""
    environment = ENVIRONMENT | {
        "MISHUKIN_HOME": str(home.root), "DJANGO_SETTINGS_MODULE": "window.settings",
    }  # fmt: skip
    command = [sys.executable, "-c", PATTERNS]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found = re.findall(r"<URLPattern '([^']*)'", told.stdout)
    assert len(found) > 10
    return ["/" + re.sub(r"<int:\w+>", "1", re.sub(r"<str:\w+>", "x", each)) for each in found]


def test_nothing_is_open_but_the_sign_in_page(home: Home, address: str) -> None:
    for path in every_path(home):
        if path.startswith(OPEN):
            continue
        for method in ("get", "post", "put", "delete", "head"):
            visitor = Visitor(address)
            answer = visitor.session.request(method, address + path[1:], allow_redirects=False)
            # A form without the token of a page is refused before anything is looked at.
            assert answer.status_code in (302, 403, 405), (method, path)
            if answer.status_code == 302:
                assert answer.headers["Location"].startswith("/sign-in/"), (method, path)


def test_an_asset_is_one_of_ours_and_nothing_else(address: str) -> None:
    for name in ("window.css", "..%2fsettings.py", "%2e%2e/house.py", "secret"):
        assert Visitor(address).open(f"/asset/{name}").status == 404


def test_a_form_that_no_page_of_ours_has_sent_is_refused(home: Home, address: str) -> None:
    visitor = signed_in(address, "hanako")
    before = len(landing.batches(home.landing))
    visitor.page = ""  # and with it the token
    assert visitor.send("/hand-in/", files=[("a.xlsx", GOOD.read_bytes())]).status == 403
    assert len(landing.batches(home.landing)) == before


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost:1@evil"])
def test_another_name_of_the_house_is_refused(address: str, host: str) -> None:
    assert Visitor(address).open("/sign-in/", Host=host).status == 400


def test_who_was_in_before_does_not_share_the_session_of_who_signs_in(address: str) -> None:
    """A session that an attacker has planted in a browser is not the one that is signed in."""
    visitor = Visitor(address).open("/sign-in/")
    visitor.session.cookies.set("mishukin", "planted0planted0planted0planted0", domain=HOST)
    visitor.sign_in("hanako")
    assert visitor.session.cookies["mishukin"] != "planted0planted0planted0planted0"
    thief = Visitor(address)
    thief.session.cookies.set("mishukin", "planted0planted0planted0planted0")
    assert "/sign-in/" in thief.open("/").answer.url


def test_a_session_that_was_ended_cannot_be_used_again(address: str) -> None:
    visitor = signed_in(address, "hanako")
    stolen = visitor.session.cookies["mishukin"]
    visitor.open("/").send("/sign-out/")
    thief = Visitor(address)
    thief.session.cookies.set("mishukin", stolen)
    assert "/sign-in/" in thief.open("/").answer.url


@pytest.mark.parametrize("header", ["Remote-User", "X-Remote-User", "X-Forwarded-User"])
def test_a_header_does_not_sign_in_whoever_has_no_password(address: str, header: str) -> None:
    assert "/sign-in/" in Visitor(address).open("/", **{header: "kanri"}).answer.url


def test_after_sign_in_nobody_is_sent_elsewhere(address: str) -> None:
    for elsewhere in (
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:1",
    ):
        visitor = Visitor(address).open("/sign-in/")
        visitor.send("/sign-in/", {"username": "hanako", "password": PASSWORD, "next": elsewhere})
        assert visitor.answer.url == address


def test_many_failures_shut_a_name_for_a_while_and_are_noted(home: Home, address: str) -> None:
    add(home, "tsugi", "次 四郎")
    for _ in range(5):
        visitor = Visitor(address).sign_in("tsugi", "wrong")
    assert visitor.status == 429
    assert Visitor(address).sign_in("tsugi").status == 429
    assert audit.read(home)[-1]["signed_in"] == "tsugi"
    assert actions(home)[-1] == "sign_in_locked"
    assert signed_in(address, "hanako").status == 200


def test_nobody_learns_which_names_there_are(address: str) -> None:
    known, unknown = (Visitor(address).sign_in(name, "wrong") for name in ("kansa", "nobody"))
    assert known.status == unknown.status == 403
    assert known.text.replace("kansa", "") == unknown.text.replace("nobody", "")


def test_who_is_disabled_is_out_at_once(home: Home, address: str) -> None:
    add(home, "deru", "出 五郎", ("data",))
    visitor = signed_in(address, "deru")
    people(home, "disable", "deru")
    assert "/sign-in/" in visitor.open("/").answer.url
    assert Visitor(address).sign_in("deru").status == 403


def test_a_post_that_has_ended_opens_nothing(address: str) -> None:
    visitor = signed_in(address, "mukashi")
    assert "まだ役割がありません" in visitor.text
    assert visitor.open("/hand-in/").status == 403


def test_an_auditor_reads_and_changes_nothing(home: Home, address: str) -> None:
    visitor = signed_in(address, "kansa").open("/hand-in/")
    assert visitor.status == 200
    before = len(landing.batches(home.landing))
    visitor.open("/password/")  # a page with a token
    assert visitor.send("/hand-in/", files=[("a.xlsx", GOOD.read_bytes())]).status == 403
    assert len(landing.batches(home.landing)) == before


def test_a_department_sees_nothing_of_another_one(home: Home, address: str) -> None:
    hanako = signed_in(address, "hanako").hand_in(("調書.xlsx", with_cell("G29", "約二件")))
    copy = hanako.page.split("/hand-in/copy/")[1].split('"')[0]
    accepted = signed_in(address, "hanako").hand_in(GOOD)
    assert "すべて受け付けました" in accepted.text
    (row,) = [
        each
        for each in landing.table(home.landing, "submission")
        if each["status"] == "accepted" and each["file"] == GOOD.name
    ]
    taro = signed_in(address, "taro")
    assert GOOD.name not in taro.open("/handed-in/").text
    assert taro.open(f"/handed-in/{row['submission_id']}/workbook/").status == 404
    assert taro.open(f"/hand-in/copy/{copy}").status == 404
    hanako.open(f"/handed-in/{row['submission_id']}/workbook/")
    assert hanako.answer.content == GOOD.read_bytes()
    assert hanako.open(f"/hand-in/copy/{copy}").status == 200
    tampered = copy[:5] + ("A" if copy[5] != "A" else "B") + copy[6:]
    assert hanako.open(f"/hand-in/copy/{tampered}").status == 404


def test_another_departments_form_is_told_and_not_taken(home: Home, address: str) -> None:
    before = {r["submission_id"] for r in landing.table(home.landing, "submission")
              if r["status"] == "accepted"}  # fmt: skip
    taro = signed_in(address, "taro").hand_in(("調書.xlsx", with_cell("G28", 5)))
    assert f"「{KYOIKU}」のものです" in taro.text
    assert before == {r["submission_id"] for r in landing.table(home.landing, "submission")
                      if r["status"] == "accepted"}  # fmt: skip


def test_a_department_that_is_not_ones_own_cannot_be_chosen(address: str) -> None:
    taro = signed_in(address, "taro").open("/hand-in/")
    taro.send("/hand-in/", {"post": "1"}, [("調書.xlsx", with_cell("G29", 3))])
    assert f"{KODOMO} 鈴木太郎" in taro.text


def test_no_name_runs_as_a_script(home: Home, address: str) -> None:
    add(home, "waru", f"悪{SCRIPT}")
    people(home, "role", "waru", "department", "--department", f"局{SCRIPT}")
    visitor = signed_in(address, "waru").hand_in((f"{SCRIPT}.xlsx", b"no workbook"))
    visitor.open("/handed-in/").open("/")
    assert SCRIPT not in visitor.page
    assert escape(f"悪{SCRIPT}") in visitor.page
    policy = visitor.answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def bomb() -> bytes:
    """A small file that is a gigabyte once it is opened."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", b" " * 2**30)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("爆弾.xlsx", bomb, "爆弾.xlsx"),
        ("空.xlsx", lambda: b"", "0バイト"),
        ("../../etc/passwd", lambda: b"root", "passwd"),
        ("a" * 300 + ".xlsx", lambda: b"x", "返却"),
    ],
    ids=["bomb", "empty", "path", "long"],
)
def test_what_is_no_workbook_is_answered_like_any_other(
    address: str, name: str, content: object, said: str
) -> None:
    assert callable(content)
    visitor = signed_in(address, "hanako").hand_in((name, content()))
    assert visitor.status == 200
    assert said in visitor.text
    assert "返却" in visitor.text


def test_nothing_that_was_uploaded_lies_about(home: Home, address: str) -> None:
    signed_in(address, "hanako").hand_in(("a.xlsx", b"x"))
    names = {path.name.partition(".sqlite3")[0] for path in home.window.iterdir()}
    assert names == {"people", "secret", "tables.lock"}


def test_a_replacement_is_of_who_asked_and_only_once(home: Home, address: str) -> None:
    signed_in(address, "hanako").hand_in(GOOD)
    hanako = signed_in(address, "hanako").hand_in(("訂正.xlsx", with_cell("G29", 1)))
    assert "まだ受け付けていません" in hanako.text
    token = hanako.page.split('name="token" value="')[1].split('"')[0]
    taro = signed_in(address, "taro").open("/hand-in/")
    taro.send("/hand-in/confirm/", {"token": token, "reason": "乗っ取り"})
    assert "もう一度ブックを選んでください" in taro.text
    for forged in ("../..", "zzzzzzzz"):
        answer = taro.open("/hand-in/").send("/hand-in/confirm/", {"token": forged, "reason": "x"})
        assert answer.status in (200, 404)
    hanako.send("/hand-in/confirm/", {"token": token, "reason": ""})
    assert hanako.status == 400
    hanako.send("/hand-in/confirm/", {"token": token, "reason": "転記の誤り"})
    assert "受付番号" in hanako.text
    hanako.open("/hand-in/").send("/hand-in/confirm/", {"token": token, "reason": "転記の誤り"})
    assert "もう一度ブックを選んでください" in hanako.text


def test_every_act_is_in_the_log_with_the_person(home: Home, address: str) -> None:
    signed_in(address, "hanako").hand_in(("記録.xlsx", with_cell("G29", "三件")))
    lines = [line for line in audit.read(home) if line["action"] == "reject"]
    assert json.dumps(lines[-1], ensure_ascii=False).count("hanako") == 1
    assert audit.verify(home).faults == ()


def test_the_server_listens_on_the_machine_itself_only(tmp_path: Path) -> None:
    import subprocess
    import sys

    from support.killed import ENVIRONMENT

    command = [sys.executable, "-m", "cli", "--home", str(tmp_path), "window", "--host", "0.0.0.0"]  # noqa: S104
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "この機械の中" in done.stderr
