"""The administrator's page: people and posts by hand, and April's changes from a list."""

import csv
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from io import BytesIO, StringIO
from itertools import count
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from flow.city import CODE
from openpyxl import Workbook

from services.clock import now
from services.home import Home
from services.records import audit

PASSWORD = "tsubaki no mi 88"  # noqa: S105 - of people that are made here
HEADINGS = ("利用者名", "氏名", "役割", "団体コード", "所属", "代理", "開始日", "終了日")
_NUMBERS = count(1)


@pytest.fixture(name="administrator")
def _administrator(home: Home) -> Iterator[str]:
    from window.people import keeping
    from window.people.models import Post

    username = a_person(home, "administrator")
    yield username
    keeping.find(username).posts.all().delete()
    Post.objects.filter(role="administrator").delete()


@pytest.fixture(name="window")
def _window(administrator: str) -> Client:
    return signed_in(administrator)


def a_person(home: Home, role: str | None = None, name: str = "若葉 緑") -> str:
    from window.people import keeping

    username = f"staff{next(_NUMBERS)}"
    keeping.add(home, username, name, PASSWORD, now())
    if role:
        keeping.give(home, username, keeping.Given(role), now())
    return username


def signed_in(username: str, password: str = PASSWORD) -> Client:
    client = Client(SERVER_NAME="localhost")
    answer = client.post("/sign-in/", {"username": username, "password": password})
    assert answer.status_code == 302
    return client


def as_csv(*rows: Sequence[str], encoding: str = "cp932") -> SimpleUploadedFile:
    text = StringIO()
    csv.writer(text).writerows([HEADINGS, *rows])
    return SimpleUploadedFile("4月異動.csv", text.getvalue().encode(encoding))


def as_workbook(*rows: Sequence[object]) -> SimpleUploadedFile:
    book, file = Workbook(), BytesIO()
    sheet = book.active
    sheet["A1"] = "令和9年4月の異動"
    for row in (HEADINGS, *rows):
        sheet.append(row)
    book.save(file)
    return SimpleUploadedFile("4月異動.xlsx", file.getvalue())


def test_a_person_is_added_with_a_password_that_is_shown_once(home: Home, window: Client) -> None:
    from window.people import keeping

    answer = window.post("/people/add/", {"username": "Aoki", "name": "青木 葵", "password": ""})
    ((username, name, password),) = answer.context["made"]
    assert (username, name) == ("aoki", "青木 葵")
    assert password in answer.content.decode()
    assert password not in window.get("/people/of/aoki/").content.decode()
    assert password not in home.audit.read_text("utf-8")
    client = signed_in("aoki", password)
    assert client.get("/password/").status_code == 200  # also before there is a post
    assert client.get("/people/").status_code == 403

    given = {"role": "department", "municipality": CODE, "department": "教育委員会事務局"}
    assert window.post("/people/of/aoki/give/", given).status_code == 302
    assert [str(each) for each in keeping.find("aoki").posts.all()] == ["所属(教育委員会事務局)"]
    assert client.get("/hand-in/").status_code == 200


def test_what_is_wrong_is_told_and_what_was_typed_stays(window: Client) -> None:
    answer = window.post(
        "/people/add/", {"username": "上野", "name": "上野 公園", "password": PASSWORD}
    )
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "半角の英小文字" in page
    assert 'value="上野 公園"' in page
    assert PASSWORD not in page


def test_a_post_that_nobody_can_hold_is_refused_on_the_page(home: Home, window: Client) -> None:
    username = a_person(home)
    answer = window.post(f"/people/of/{username}/give/", {"role": "department", "since": "4月1日"})
    assert (answer.status_code, answer.context["item"]) == (400, "since")
    answer = window.post(f"/people/of/{username}/give/", {"role": "department"})
    assert (answer.status_code, answer.context["item"]) == (400, "department")


def test_posts_end_and_people_are_put_out(home: Home, window: Client, administrator: str) -> None:
    from window.people import keeping

    username = a_person(home, "finance")
    client = signed_in(username)
    post = keeping.find(username).posts.get()
    yesterday = now().date() - timedelta(days=1)
    window.post(f"/people/of/{username}/end/{post.pk}/", {"until": yesterday.isoformat()})
    assert client.get("/standing/").status_code == 403
    window.post(f"/people/of/{username}/active/", {"active": "0"})
    assert client.get("/").headers["Location"].startswith("/sign-in/")

    own = keeping.find(administrator).posts.get()
    for address, told in ((f"end/{own.pk}/", {"until": ""}), ("active/", {"active": "0"})):
        answer = window.post(f"/people/of/{administrator}/{address}", told, follow=True)
        assert "管理者がいなくなる" in answer.content.decode()
    assert window.get("/people/").status_code == 200
    other = a_person(home, "finance")
    foreign = keeping.find(other).posts.get()
    address = f"/people/of/{username}/end/{foreign.pk}/"
    assert window.post(address, {"until": yesterday.isoformat()}).status_code == 404


def test_who_is_locked_out_is_seen_and_let_in_again(home: Home, window: Client) -> None:
    username = a_person(home)
    stranger = Client(SERVER_NAME="localhost")
    for _ in range(5):
        stranger.post("/sign-in/", {"username": username, "password": "wrong"})
    assert "締め出し中" in window.get("/people/").content.decode()
    answer = window.post(f"/people/of/{username}/password/", {"password": ""})
    ((_, _, password),) = answer.context["made"]
    assert signed_in(username, password).get("/").status_code == 200
    actions = [line["action"] for line in audit.read(home)[-3:]]
    assert actions == ["person_password", "person_unlock", "sign_in"]


@pytest.mark.parametrize("role", ["department", "data", "finance", "approver", "auditor", None])
def test_only_administrators_change_people_and_auditors_read(home: Home, role: str | None) -> None:
    from window.people import keeping

    username = a_person(home)
    if role:
        asked = keeping.Given(role, department="税務課" if role == "department" else "")
        keeping.give(home, username, asked, now())
    client = signed_in(username)
    reads = 200 if role == "auditor" else 403
    for address in ("/people/", f"/people/of/{username}/", "/people/list/", "/people/list/now/"):
        assert client.get(address).status_code == reads
    before = len(audit.read(home))
    for address in ("add/", f"of/{username}/give/", f"of/{username}/password/", "list/",
                    f"of/{username}/active/", f"of/{username}/unlock/", "list/apply/"):  # fmt: skip
        assert client.post(f"/people/{address}", {"role": "administrator"}).status_code == 403
    assert len(audit.read(home)) == before


def test_a_list_is_shown_before_it_changes_anything(home: Home, window: Client) -> None:
    from window.people import keeping

    leaving, staying = a_person(home, "finance"), a_person(home, "data")
    rows = (
        (leaving, "若葉 緑", "財政", CODE, "", "", "", "2099-03-31"),
        (staying, "若葉　緑", "データ担当", "", "", "", "", ""),
        ("umeda", "梅田 咲", "所属", CODE, "教育委員会事務局", "佐藤", "令和81年4月1日", ""),
    )
    before = audit.read(home)
    answer = window.post("/people/list/", {"list": as_csv(*rows)})
    plan = answer.context["plan"]
    assert [bool(line.changes) for line in plan.lines] == [True, False, True]
    assert [line.number for line in plan.lines] == [2, 3, 4]
    assert audit.read(home) == before
    assert keeping.find(leaving).posts.get().until is None

    answer = window.post("/people/list/apply/", {"mark": plan.mark})
    ((username, _, password),) = answer.context["made"]
    assert username == "umeda"
    assert signed_in("umeda", password)
    assert keeping.find(leaving).posts.get().until == date(2099, 3, 31)
    post = keeping.find("umeda").posts.get()
    assert (str(post), post.since) == ("所属(教育委員会事務局)、佐藤の代理", date(2099, 4, 1))
    told = [line["action"] for line in audit.read(home)[len(before) :]]
    assert told == ["person_role_end", "person_add", "person_role", "sign_in"]
    # The same list again changes nothing, and what was applied is not applied twice.
    again = window.post("/people/list/", {"list": as_csv(*rows, encoding="utf-8-sig")})
    assert (again.context["plan"].changes, again.context["plan"].faults) == (0, 0)


def test_faults_are_told_by_line_and_cell_and_keep_all_out(home: Home, window: Client) -> None:
    from window.people import keeping
    from window.people.models import Person

    known = a_person(home)
    gone = a_person(home)
    keeping.set_active(home, gone, active=False, at=now())
    rows = (
        ("ueda", "上田 新", "財政", CODE, "", "", "", ""),
        ("ueda2", "上田 古", "市長", CODE, "", "", "4月1日", ""),
        ("Ueda3", "上田 大", "財政", CODE, "", "", "", ""),
        (known, "別人 太郎", "財政", CODE, "", "", "", ""),
        ("ueda5", "上田 中", "所属", CODE, "", "", "", ""),
        ("ueda6", "上田 外", "財政", "123456", "", "", "", ""),
        (gone, "若葉 緑", "財政", CODE, "", "", "", ""),
        ("ueda8", "上田 逆", "財政", CODE, "", "", date(2030, 4, 1), date(2030, 3, 31)),
    )
    answer = window.post("/people/list/", {"list": as_workbook(*rows)})
    plan = answer.context["plan"]
    assert [[(f.cell, f.heading) for f in line.faults] for line in plan.lines] == [
        [],
        [("C4", "役割"), ("G4", "開始日")],
        [("A5", "利用者名")],
        [("B6", "氏名")],
        [("", "所属")],
        [("D8", "団体コード")],
        [("A9", "利用者名")],
        [("H10", "終了日")],
    ]
    assert "直すところが8か所" in answer.content.decode()
    window.post("/people/list/apply/", {"mark": plan.mark})
    assert not Person.objects.filter(username__startswith="ueda").exists()


def test_what_changed_since_it_was_shown_is_shown_again(home: Home, window: Client) -> None:
    from window.people import keeping

    username = a_person(home)
    upload = as_csv((username, "若葉 緑", "財政", CODE, "", "", "", ""))
    plan = window.post("/people/list/", {"list": upload}).context["plan"]
    keeping.give(home, username, keeping.Given("finance"), now())
    answer = window.post("/people/list/apply/", {"mark": plan.mark}, follow=True)
    assert "もう一度確かめて" in answer.content.decode()
    assert keeping.find(username).posts.count() == 1


def test_a_list_cannot_take_the_last_administrator(
    home: Home, window: Client, administrator: str
) -> None:
    upload = as_csv((administrator, "若葉 緑", "管理者", CODE, "", "", "", "2099-03-31"))
    (line,) = window.post("/people/list/", {"list": upload}).context["plan"].lines
    assert "管理者がいなくなる" in line.faults[0].message
    del home


def test_the_list_of_today_changes_nothing(home: Home, window: Client) -> None:
    a_person(home, "auditor")
    a_person(home)
    content = window.get("/people/list/now/").content
    upload = SimpleUploadedFile("利用者.csv", content)
    plan = window.post("/people/list/", {"list": upload}).context["plan"]
    assert len(plan.lines) >= 3
    assert (plan.changes, plan.faults) == (0, 0)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("表.csv", "氏名,役割\n青木,財政\n".encode()),
        ("表.csv", "利用者名,氏名\na,青木\n".encode()),
        ("表.csv", "利用者名,氏名,氏名,役割\na,青木,青木,財政\n".encode()),
        ("表.csv", "利用者名,氏名,役割\n".encode()),
        ("表.xlsx", b"PK\x03\x04 no workbook"),
        ("表.xlsx", b"%PDF-1.7"),
        ("表.csv", b""),
    ],
)
def test_what_is_no_list_is_refused_in_words(window: Client, name: str, content: bytes) -> None:
    answer = window.post("/people/list/", {"list": SimpleUploadedFile(name, content)}, follow=True)
    assert answer.status_code == 200
    assert "plan" not in answer.context
    assert 'class="message error"' in answer.content.decode()


def test_a_hidden_row_is_not_taken_in_unseen(window: Client) -> None:
    book, file = Workbook(), BytesIO()
    sheet = book.active
    for row in (HEADINGS, ("okada", "岡田 隠", "管理者", CODE)):
        sheet.append(row)
    sheet.row_dimensions[2].hidden = True
    book.save(file)
    upload = SimpleUploadedFile("表.xlsx", file.getvalue())
    (line,) = window.post("/people/list/", {"list": upload}).context["plan"].lines
    assert "非表示" in line.faults[0].message


def test_the_sample_city_has_people_of_each_role_once(tmp_path: Path) -> None:
    """In a process of its own: Django is bound to one home a process."""
    script = """
import sys
from pathlib import Path
from cli import demo
from services.home import Home

home = Home(Path(sys.argv[1])).create()
demo.configure(home)
done = [demo.add_people(home), demo.add_people(home)]
from window.people import keeping

everybody = keeping.everybody()
roles = sorted({post.role for person in everybody for post in person.posts.all()})
print(*done, *roles, all(each.check_password(demo.PEOPLES_PASSWORD) for each in everybody))
"""

    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "home")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    roles = "administrator approver auditor data department finance"
    assert done.stdout.strip() == f"True False {roles} True"


def test_a_real_city_gets_no_people_of_the_demonstration(home: Home) -> None:
    from cli import demo
    from window.people import keeping

    before = [each.username for each in keeping.everybody()]
    assert not demo.add_people(home)
    assert [each.username for each in keeping.everybody()] == before
