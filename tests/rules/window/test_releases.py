"""公表 in the window: who approves what was looked at, and nobody else anything else."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from subprocess import PIPE

import pytest
from django.test import Client
from flow.city import CODE, RECEIVED, with_marts
from flow.conftest import build, copied
from rules.window.conftest import city_told, refilled
from support.once import once

from exports.release.records import binding, mark_of, read_draft
from orchestration import runs
from services import releases
from services.clock import now, stopped_at
from services.exits import Exit, Stop
from services.home import Home
from services.query import ask
from services.records import audit
from window import commands

JULY, OCTOBER = date(2020, 7, 31), date(2020, 10, 31)
PAGE = "/releases/2020-07-31/"
CITY = f"municipality_code: '{CODE}'\nmunicipality_name: 見本市\napprovals_needed: 2\n"
SIGNED_IN = "django.contrib.auth.backends.ModelBackend"
HOSTILE = "<script>alert(1)</script>"

Come = Callable[..., Client]


def drafted(folder: Path) -> None:
    """The small city, whose reports two people must approve."""
    home = copied(once("city", build), folder)
    (home.config / "city.yml").write_text(CITY, "utf-8")
    assert runs.draft(home, stopped_at(now()), JULY).code is Exit.DONE


@pytest.fixture
def home(window_home: Home) -> Iterator[Home]:
    """The home of the window with that city in it."""
    refilled(window_home, once("releases", drafted) / "home")
    yield window_home
    from window.people.models import Person, Post

    Post.objects.all().delete()
    Person.objects.all().delete()
    refilled(window_home, once("city", build) / "home")
    city_told(window_home)


@pytest.fixture
def come(home: Home) -> Come:
    """Somebody with a role comes to the window."""
    from window.people import keeping  # once Django is set up

    def came(username: str, name: str, *roles: str, municipality: str = "", **more: str) -> Client:
        person = keeping.add(home, username, name, None, now())
        for role in roles:
            keeping.give(home, username, keeping.Given(role, municipality, **more), now())
        client = Client(SERVER_NAME="localhost")
        client.force_login(person, SIGNED_IN)
        return client

    return came


def of(client: Client, page: str = PAGE) -> str:
    """What the form of the page says of the draft that it shows."""
    found = re.search(r'name="of" value="([0-9a-f]{64})"', client.get(page).content.decode())
    assert found
    return found[1]


def said(client: Client, page: str = PAGE) -> str:
    """What the page tells after something was done."""
    return client.get(page).content.decode()


def lines(home: Home, *actions: str) -> list[audit.Line]:
    return [line for line in audit.read(home) if line["action"] in actions]


@contextmanager
def held_by_another_process(home: Home) -> Iterator[None]:
    """As if a build were at work."""
    code = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); " \
           "print('held', flush=True); sys.stdin.read()"  # fmt: skip
    lock = home.dagster / "writer.lock"
    command = [sys.executable, "-c", code, str(lock)]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) as other:
        assert other.stdin
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        yield
        other.stdin.close()


ACTS = ("approve", "reject", "draft", "correct", "publish")
DONE = ("approve", "send_back", "draft", "correct", "publish")


def test_only_those_whose_work_it_is_come_in(home: Home, come: Come) -> None:
    clerk = come("clerk", "所属 花子", "department", department="教育委員会事務局")
    nobody = Client(SERVER_NAME="localhost")
    made = read_draft(home.drafts, JULY)
    before = lines(home, *DONE)
    for address in ("/releases/", PAGE, f"{PAGE}draft/{made.content_hash}/index.html"):
        assert clerk.get(address).status_code == 403
        assert nobody.get(address)["Location"].startswith("/sign-in/")
    for username, role in (("audit", "auditor"), ("money", "finance")):
        reader = come(username, "読む 人", role)
        assert reader.get("/releases/").status_code == reader.get(PAGE).status_code == 200
        for act in ACTS:
            told = {"of": binding(made), "reason": "誤り", "sure": "1"}
            assert reader.post(f"{PAGE}{act}/", told).status_code == 403
    data = come("data", "作る 人", "data")
    for act in ("approve", "reject"):
        assert data.post(f"{PAGE}{act}/", {"of": binding(made), "reason": "誤"}).status_code == 403
    assert lines(home, *DONE) == before


def test_another_citys_approver_is_nobody_here(home: Home, come: Come) -> None:
    (home.config / "city.yml").write_text(CITY + 'municipalities: ["234567"]\n', "utf-8")
    other = come("other", "隣町 太郎", "approver", municipality="234567")
    assert other.get("/releases/").status_code == 403
    assert other.post(f"{PAGE}approve/", {"of": "x"}).status_code == 403
    assert lines(home, "approve") == []


def test_days_and_files_that_are_none_are_not_found(home: Home, come: Come) -> None:
    data, made = come("data", "作る 人", "data"), read_draft(home.drafts, JULY)
    forged = (
        "2020-13-99", "20200731", "2020-W31-5", "2020-07-30", "2099-07-31", "2019-07-31",
        "2020-07-31%0a", "%2e%2e", "..%2f..%2faudit.jsonl", "２０２０-07-31", HOSTILE,
    )  # fmt: skip
    for day in forged:
        assert data.get(f"/releases/{day}/").status_code == 404, day
        assert data.post(f"/releases/{day}/correct/", {"reason": "誤"}).status_code in (404, 405)
    for name in ("draft.json", "model.json", "..%2f..%2faudit.jsonl", ".index.html.new", "x"):
        address = f"{PAGE}draft/{made.content_hash}/{name}"
        assert data.get(address).status_code == 404, name
    assert data.get(f"{PAGE}r1/index.html").status_code == 404
    assert data.get(f"{PAGE}publish/").status_code == 405


def test_two_people_approve_under_their_own_names(home: Home, come: Come) -> None:
    one = come("takahashi", "髙橋 一郎", "approver", acting_for="財政部長")
    one.post(f"{PAGE}approve/", {"of": of(one), "by": "別人 次郎"})
    line = lines(home, "approve")[-1]
    told = [line.get(fact) for fact in ("by", "person", "acting_for")]
    assert told == ["髙橋 一郎", "takahashi", "財政部長"]
    assert "あと1人" in said(one)

    # Another account of somebody of the same name is no second person.
    again = come("takahashi2", "高橋 一郎", "approver")
    assert "あなたの名前での承認は済んでいます" in said(again)
    again.post(f"{PAGE}approve/", {"of": binding(read_draft(home.drafts, JULY))})
    assert "同じ人がすでに承認しています" in said(again)
    assert len(lines(home, "approve")) == 1

    two = come("sato", "佐藤 花子", "approver")
    two.post(f"{PAGE}approve/", {"of": of(two)})
    page = said(two)
    assert "必要な承認はそろっています" in page
    assert "髙橋 一郎(財政部長の代理)" in page
    assert "窓口の利用者 sato" in page


def test_a_draft_that_changed_since_it_was_looked_at_is_not_approved(
    home: Home, come: Come
) -> None:
    chief = come("chief", "財政 課長", "approver")
    looked_at, before = of(chief), read_draft(home.drafts, JULY)
    shown = f"{PAGE}draft/{before.content_hash}/index.html"
    assert chief.get(shown).status_code == 200
    with_marts(home, "update marts.mart_balance_report set claim_name = '奨学金貸付' "
                     "where claim_name = '奨学金'")  # fmt: skip
    assert runs.draft(home, stopped_at(now()), JULY).code is Exit.DONE
    for act in ("approve", "reject"):
        for seen in (looked_at, "", "0" * 64):
            chief.post(f"{PAGE}{act}/", {"of": seen, "reason": "誤り"})
            assert "下書きが変わりました" in said(chief)
    chief.post(f"{PAGE}approve/")
    assert lines(home, "approve", "send_back") == []
    assert chief.get(shown).status_code == 410
    chief.post(f"{PAGE}approve/", {"of": of(chief)})
    assert len(lines(home, "approve")) == 1


def test_a_draft_whose_files_were_changed_is_neither_shown_nor_approved(
    home: Home, come: Come
) -> None:
    chief, made = come("chief", "財政 課長", "approver"), read_draft(home.drafts, JULY)
    looked_at = of(chief)
    (made.folder / "index.html").write_text("<p>うその数値", "utf-8")
    shown = chief.get(f"{PAGE}draft/{made.content_hash}/index.html")
    assert (shown.status_code, "うその数値" in shown.content.decode()) == (410, False)
    chief.post(f"{PAGE}approve/", {"of": looked_at})
    assert "作成後に変更されています" in said(chief)
    assert lines(home, "approve") == []


def test_every_notable_change_must_be_ticked(home: Home, come: Come) -> None:
    with_marts(home, "delete from marts.mart_balance_report "
                     "where as_of = '2020-07-31' and claim_number in ('003', '008')")  # fmt: skip
    assert runs.draft(home, stopped_at(now()), OCTOBER).code is Exit.DONE
    notable = read_draft(home.drafts, OCTOBER).notable
    chief, page = come("chief", "財政 課長", "approver"), "/releases/2020-10-31/"
    boxes = re.findall(r'name="seen" value="([0-9a-f]{64})"', said(chief, page))
    assert len(boxes) == len(notable) > 1
    looked_at = of(chief, page)
    for ticked in ([], boxes[1:], [*boxes[1:], "0" * 64], [mark_of(notable)]):
        refused = chief.post(f"{page}approve/", {"of": looked_at, "seen": ticked})
        assert refused.status_code == 400
        assert "まだ確かめていない大きな変化" in refused.content.decode()
    assert lines(home, "approve") == []
    chief.post(f"{page}approve/", {"of": looked_at, "seen": boxes})
    assert lines(home, "approve")[-1]["seen"] == list(notable)


def test_what_is_missing_and_what_was_found_is_on_the_page(home: Home, come: Come) -> None:
    found = ask(
        home,
        "select message from mart_finding "
        "where in_force and severity = 'warning' and form = 'annual' and fiscal_year = 2019",
    ).rows
    with_marts(home, "update marts.dim_claim set is_registered = true")
    assert runs.draft(home, stopped_at(now()), JULY).code is Exit.DONE
    made, chief = read_draft(home.drafts, JULY), come("chief", "財政 課長", "approver")
    page = unescape(said(chief))
    assert found
    assert made.unreported
    for told in (*(message for (message,) in found), *made.unreported):
        assert told in page
    assert "承認する</button>" not in page
    chief.post(f"{PAGE}approve/", {"of": binding(made)})
    assert "報告のない債権があるため公表できません" in said(chief)
    assert lines(home, "approve") == []


def test_a_form_that_was_sent_back_is_told_until_it_comes_again(home: Home, come: Come) -> None:
    error = (
        "insert into marts.mart_finding by name select 'b' as batch_id, 1 as finding_no, "
        f"'2020-08-{{day}}'::timestamptz as received_at, 'error' as severity, 'unit' as rule, "
        f"'{HOSTILE}' as message, '{CODE}' as municipality_code, 'f.xlsx' as file, 's' as sheet, "
        "'interim' as form, '{department}' as department, '2020-07-31'::date as as_of, "
        "false as in_force, '2020-08-01'::timestamptz as known_from"
    )
    data = come("data", "作る 人", "data")
    with_marts(home, error.format(day="01", department="教育委員会事務局"))
    assert "alert(1)" not in said(data)  # its report was accepted on the 20th
    with_marts(home, error.format(day="01", department="環境局"), at=RECEIVED + timedelta(days=2))
    page = said(data)
    assert "&lt;script&gt;alert(1)" in page
    assert HOSTILE not in page


def test_who_sends_back_says_why_and_markup_stays_words(home: Home, come: Come) -> None:
    chief = come("chief", f"{HOSTILE}課長", "approver")
    chief.post(f"{PAGE}approve/", {"of": of(chief)})
    looked_at = binding(read_draft(home.drafts, JULY))
    for reason in ("", "  ", "一行目\n二行目", "\u202e逆", "長" * 201, "電話 090-1234-5678"):
        chief.post(f"{PAGE}reject/", {"of": looked_at, "reason": reason})
        assert 'class="message error"' in said(chief), reason
    assert lines(home, "send_back") == []
    chief.post(f"{PAGE}reject/", {"of": looked_at, "reason": HOSTILE})
    assert lines(home, "send_back")[-1]["reason"] == HOSTILE
    page = said(chief)
    assert HOSTILE not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3
    assert '<span class="note">無効</span>' in page


def test_the_draft_is_shown_as_it_is_and_does_nothing(home: Home, come: Come) -> None:
    chief, made = come("chief", "財政 課長", "approver"), read_draft(home.drafts, JULY)
    address = f"{PAGE}draft/{made.content_hash}/"
    shown = chief.get(f"{address}index.html")
    policy = shown["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert re.search(r"sandbox(?!.*allow-(scripts|forms|popups|top))", policy)
    drafted = (made.folder / "index.html").read_bytes()
    assert shown.content.replace(b"data-href", b"href") == drafted
    assert b' href="../' not in shown.content
    for name in ("report.csv", "report.pdf"):
        taken = chief.get(f"{address}{name}")
        assert taken.content == (made.folder / name).read_bytes()
        assert taken["Content-Disposition"].startswith("attachment")
    assert "'unsafe-inline'" not in chief.get(PAGE)["Content-Security-Policy"]


def test_nobody_waits_for_a_build_to_approve(home: Home, come: Come) -> None:
    chief = come("chief", "財政 課長", "approver")
    looked_at = of(chief)
    with held_by_another_process(home):
        chief.post(f"{PAGE}approve/", {"of": looked_at})
        assert "作っているところ" in said(chief)
        assert lines(home, "approve") == []
    chief.post(f"{PAGE}approve/", {"of": looked_at})
    assert len(lines(home, "approve")) == 1


def test_what_cannot_be_read_is_told(home: Home, come: Come) -> None:
    chief, looked_at = (
        come("chief", "財政 課長", "approver"),
        binding(read_draft(home.drafts, JULY)),
    )
    (home.config / "city.yml").write_text("approvals_needed: 7\n", "utf-8")
    for page in (
        chief.get("/releases/"), chief.get(PAGE), chief.post(f"{PAGE}approve/", {"of": looked_at})
    ):  # fmt: skip
        assert (page.status_code, "approvals_needed" in page.content.decode()) == (409, True)
    assert lines(home, "approve") == []


def test_a_form_of_another_site_does_nothing(home: Home, come: Come) -> None:
    forged = come("chief", "財政 課長", "approver")
    forged.handler.enforce_csrf_checks = True
    told = {"of": binding(read_draft(home.drafts, JULY)), "reason": "誤り", "sure": "1"}
    for act in ACTS:
        assert forged.post(f"{PAGE}{act}/", told).status_code == 403
    assert lines(home, "approve", "send_back") == []


def test_from_draft_to_website_and_its_correction(home: Home, come: Come) -> None:
    data = come("data", "作る 人", "data")
    with_marts(home, "update marts.mart_balance_report set claim_name = '奨学金貸付' "
                     "where claim_name = '奨学金'")  # fmt: skip
    assert "より新しい公開用データがあります。「下書きを作り直す」で" in said(data)
    data.post(f"{PAGE}draft/")
    assert "下書きを作りました" in said(data)
    assert lines(home, "draft")[-1]["person"] == "data"
    data.post(f"{PAGE}publish/", {"sure": "1"})
    assert "承認されていません" in said(data)
    for username, name in (("one", "財政 課長"), ("two", "財政 部長")):
        chief = come(username, name, "approver")
        chief.post(f"{PAGE}approve/", {"of": of(chief)})
    data.post(f"{PAGE}publish/")
    assert lines(home, "publish") == []
    data.post(f"{PAGE}publish/", {"sure": "1"})
    assert "公表しました" in said(data)
    line = lines(home, "publish")[-1]
    assert (line["person"], line["revision"]) == ("data", 1)
    assert "公表済み" in said(data, "/releases/")
    page = said(data)
    assert page.count("公表した版の承認") == 2
    assert f'<iframe src="{PAGE}r1/index.html"' in page

    third = come("three", "会計 管理者", "approver")
    third.post(f"{PAGE}approve/", {"of": binding(read_draft(home.drafts, JULY))})
    third.post(f"{PAGE}reject/", {"of": binding(read_draft(home.drafts, JULY)), "reason": "誤り"})
    assert [line["action"] for line in lines(home, *DONE)][-1] == "publish"

    data.post(f"{PAGE}correct/", {"reason": "なにも変わらない"})
    assert "訂正するところはありません" in said(data)
    again = "update marts.mart_balance_report set claim_name = '貸付金' where claim_number = '008'"
    with_marts(home, again, at=RECEIVED + timedelta(days=2))
    assert "貸付金" in said(data)
    data.post(f"{PAGE}correct/", {"reason": f"--by={HOSTILE}"})
    line = lines(home, "correct")[-1]
    told = [line[fact] for fact in ("person", "by", "reason")]
    assert told == ["data", "作る 人", f"--by={HOSTILE}"]
    page = said(data)
    assert HOSTILE not in page
    assert "訂正する数値" in page
    assert "/releases/2020-07-31/r1/index.html" in page
    assert data.get(f"{PAGE}r1/index.html").status_code == 200
    (home.public / "2020-07-31" / "r1" / "index.html").write_text("<p>うその数値", "utf-8")
    assert "公表後に変更されています" in data.get(f"{PAGE}r1/index.html").content.decode()


def test_a_command_of_the_window_is_the_persons_and_no_other_is(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit.note(home, now(), "look")
    monkeypatch.setenv(audit.PERSON, "of the command")
    audit.note(home, now(), "look")
    token = audit.signed_in.set("of the request")
    audit.note(home, now(), "look")
    audit.signed_in.reset(token)
    told = [line.get("person") for line in lines(home, "look")]
    assert told == [None, "of the command", "of the request"]
    approve = ("report", "approve", "2020-07-31", "--by=財政課長")
    assert commands.run(home, "data", *approve).is_done
    assert lines(home, "approve")[-1]["person"] == "data"
    ended = commands.run(home, "data", *approve, "--seen=1-0000")
    assert (ended.is_done, ended.code) == (False, Exit.NOT_APPROVED)
    assert "大きな変化はありません" in ended.said[-1]


def test_of_the_binding_another_one_is_refused_by_the_service(home: Home) -> None:
    with pytest.raises(Stop, match="下書きが変わりました"):
        releases.approve(home, JULY, "財政課長", now(), of="0" * 64)
    told = releases.approve(
        home, JULY, "財政課長", now(), of=binding(read_draft(home.drafts, JULY))
    )
    assert "承認しました" in told
