"""People and posts: who may come in, until when, and that each change is told."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count

import pytest
from django.test import Client
from flow.city import CODE

from services.clock import now
from services.exits import Stop
from services.home import Home
from services.records import audit

PASSWORD = "ajisai no hana 7"  # noqa: S105 - of people that are made here
_NUMBERS = count(1)


@pytest.fixture(name="today")
def _today() -> date:
    return now().date()


@pytest.fixture(name="administrator", autouse=True)
def _administrator(home: Home) -> Iterator[str]:
    """The one administrator there is while a test runs."""
    from window.people import keeping
    from window.people.models import Post

    Post.objects.filter(role="administrator").delete()
    username = a_person(home, "三宅 令子")
    keeping.give(home, username, keeping.Given("administrator"), now())
    yield username
    Post.objects.filter(role="administrator").delete()


def a_person(home: Home, name: str = "遠山 桜") -> str:
    from window.people import keeping

    username = f"person{next(_NUMBERS)}"
    keeping.add(home, username, name, PASSWORD, now())
    return username


def signed_in(username: str) -> Client:
    client = Client(SERVER_NAME="localhost")
    answer = client.post("/sign-in/", {"username": username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def noted(home: Home) -> list[tuple[str, str]]:
    lines = audit.read(home)
    return [
        (line["action"], line.get("person_changed") or line.get("person_added")) for line in lines
    ]


def test_the_last_administrator_cannot_vanish(home: Home, administrator: str, today: date) -> None:
    from window.people import keeping

    post = keeping.find(administrator).posts.get()
    before = noted(home)
    with pytest.raises(Stop, match="管理者がいなくなる"):
        keeping.set_active(home, administrator, active=False, at=now())
    with pytest.raises(Stop, match="管理者がいなくなる"):
        keeping.end(home, post, today + timedelta(days=400), now())
    assert keeping.find(administrator).is_active
    assert keeping.find(administrator).posts.get().until is None
    assert noted(home) == before

    other = a_person(home)
    keeping.give(home, other, keeping.Given("administrator", until=today), now())
    with pytest.raises(Stop, match="管理者がいなくなる"):  # one whose end is set does not stay
        keeping.set_active(home, administrator, active=False, at=now())
    keeping.give(home, other, keeping.Given("administrator", since=today + timedelta(1)), now())
    with pytest.raises(Stop, match="管理者がいなくなる"):  # nor one who is to come help today
        keeping.set_active(home, administrator, active=False, at=now())
    third = a_person(home)
    keeping.give(home, third, keeping.Given("administrator"), now())
    keeping.set_active(home, administrator, active=False, at=now())
    assert noted(home)[-1] == ("person_disable", administrator)


def test_others_leave_whoever_is_administrator(home: Home) -> None:
    from window.people import keeping
    from window.people.models import Post

    username = a_person(home)
    Post.objects.filter(role="administrator").delete()
    assert not keeping.set_active(home, username, active=False, at=now()).is_active


def test_a_post_holds_from_its_first_day_to_its_last(home: Home, today: date) -> None:
    from window.people import keeping

    username = a_person(home)
    for role, since, until in (
        ("finance", today, today),
        ("data", today + timedelta(1), None),
        ("auditor", today - timedelta(9), today - timedelta(1)),
    ):
        keeping.give(home, username, keeping.Given(role, since=since, until=until), now())
    person = keeping.find(username)
    assert [post.role for post in person.posts_on(today)] == ["finance"]
    assert [post.role for post in person.posts_on(today + timedelta(1))] == ["data"]
    client = signed_in(username)
    assert client.get("/standing/").status_code == 200
    keeping.end(home, person.posts.get(role="finance"), today - timedelta(1), now())
    assert client.get("/standing/").status_code == 403  # at once, in the same session


def test_a_post_that_has_not_begun_is_called_off(home: Home, today: date) -> None:
    from window.people import keeping

    username = a_person(home)
    later = today + timedelta(30)
    post = keeping.give(home, username, keeping.Given("finance", since=later), now())
    keeping.end(home, post, today, now())
    assert not any(keeping.find(username).posts_on(today + timedelta(days)) for days in range(365))
    with pytest.raises(Stop, match="もう終わって"):
        keeping.end(home, keeping.find(username).posts.get(), later, now())


@pytest.mark.parametrize(
    ("asked", "item"),
    [
        ({"role": "mayor"}, "role"),
        ({"role": "department"}, "department"),
        ({"role": "finance", "department": "税務課"}, "department"),
        ({"role": "finance", "municipality": "012025"}, "municipality"),
        ({"role": "finance", "acting_for": "一行目\n二行目"}, "department"),
        ({"role": "finance", "since": date(2026, 4, 1), "until": date(2026, 3, 31)}, "until"),
    ],
)
def test_what_no_post_can_be(home: Home, asked: dict[str, str], item: str) -> None:
    from window.people import keeping

    username = a_person(home)
    with pytest.raises(keeping.Refused) as refused:
        keeping.give(home, username, keeping.Given(**asked), now())
    assert refused.value.item == item
    assert not keeping.find(username).posts.exists()


def test_the_same_post_is_given_once(home: Home, today: date) -> None:
    from window.people import keeping

    username = a_person(home)
    keeping.give(home, username, keeping.Given("finance", until=today), now())
    with pytest.raises(Stop, match="その期間にすでに"):
        keeping.give(home, username, keeping.Given("finance"), now())
    again = keeping.Given("finance", since=today + timedelta(1))
    assert keeping.give(home, username, again, now()).since == again.since


def test_who_acts_for_another_is_told_as_such(home: Home) -> None:
    from window.people import keeping

    username = a_person(home, "森 一")
    asked = keeping.Given("approver", acting_for="財政課長 佐藤")
    assert str(keeping.give(home, username, asked, now())) == "承認者、財政課長 佐藤の代理"
    page = signed_in(username).get("/").content.decode()
    assert "承認者、財政課長 佐藤の代理" in page
    assert audit.read(home)[-2]["acting_for"] == "財政課長 佐藤"


def test_who_is_disabled_is_out_with_the_next_click(home: Home) -> None:
    from window.people import keeping

    username = a_person(home)
    client = signed_in(username)
    assert client.get("/").status_code == 200
    keeping.set_active(home, username, active=False, at=now())
    assert client.get("/").headers["Location"].startswith("/sign-in/")
    assert client.post("/sign-in/", {"username": username, "password": PASSWORD}).status_code == 403
    keeping.set_active(home, username, active=True, at=now())
    assert signed_in(username).get("/").status_code == 200


def test_a_new_password_ends_every_session(home: Home) -> None:
    from window.people import keeping

    username = a_person(home)
    client = signed_in(username)
    keeping.change_password(home, keeping.find(username), keeping.made_password(), now())
    assert client.get("/").headers["Location"].startswith("/sign-in/")
    assert noted(home)[-1] == ("person_password", username)


@pytest.mark.parametrize(
    "password", ["kazegafuku", "password12345", "123456789012345", "sakurada.mon"]
)
def test_passwords_that_others_guess_are_refused(home: Home, password: str) -> None:
    """Short, common, all digits, like the login name."""
    from window.people import keeping

    with pytest.raises(keeping.Refused) as refused:
        keeping.add(home, "sakurada.mo", "桜田 門", password, now())
    assert refused.value.item == "password"
    with pytest.raises(Stop, match="いません"):
        keeping.find("sakurada.mo")


def test_passwords_that_are_made_hold_to_the_rules_and_differ(home: Home) -> None:
    from window.people import keeping

    made = {keeping.made_password() for _ in range(200)}
    assert len(made) == 200
    username = a_person(home)
    keeping.change_password(home, keeping.find(username), made.pop(), now())


@pytest.mark.parametrize(
    ("username", "name"),
    [
        ("Tanaka", "田中"),
        ("田中", "田中"),
        ("-x", "田中"),
        ("tanaka", ""),
        ("tanaka", "田中\u202eabc"),
    ],
)
def test_names_that_nobody_can_be_called_by(home: Home, username: str, name: str) -> None:
    from window.people import keeping

    with pytest.raises(keeping.Refused):
        keeping.add(home, username, name, PASSWORD, now())


def test_every_change_is_a_line_with_who_made_it(home: Home, today: date) -> None:
    from window.people import keeping

    token = audit.signed_in.set("chief")
    before = len(audit.read(home))
    try:
        username = a_person(home)
        post = keeping.give(home, username, keeping.Given("department", department="税務課"), now())
        keeping.end(home, post, today, now())
        keeping.unlock(home, username, now())
    finally:
        audit.signed_in.reset(token)
    lines = audit.read(home)[before:]
    assert [line["action"] for line in lines] == [
        "person_add", "person_role", "person_role_end", "person_unlock",
    ]  # fmt: skip
    assert {line["person"] for line in lines} == {"chief"}
    assert lines[1]["department"] == "税務課"
    assert lines[1]["municipality_code"] == CODE
    assert not audit.verify(home).faults
    assert PASSWORD not in home.audit.read_text("utf-8")


def test_changes_made_together_stay_together(home: Home) -> None:
    from window.people import keeping

    before = audit.read(home)
    with pytest.raises(Stop), keeping.together(home):
        keeping.add(home, "first.one", "一人 目", None, now())
        keeping.add(home, "First.one", "二人 目", None, now())
    with pytest.raises(Stop, match="いません"):
        keeping.find("first.one")
    assert audit.read(home) == before


def test_too_many_failures_lock_out_until_it_is_taken_back(home: Home) -> None:
    from window.people import keeping

    username = a_person(home)
    client = Client(SERVER_NAME="localhost")
    for _ in range(5):
        client.post("/sign-in/", {"username": username, "password": "wrong"})
    at: datetime = now()
    assert username in keeping.locked_out(at)
    right = {"username": username, "password": PASSWORD}
    assert client.post("/sign-in/", right).status_code == 429
    keeping.unlock(home, username, at)
    assert username not in keeping.locked_out(at)
    assert client.post("/sign-in/", right).status_code == 302
