"""Who has not handed in: the grid, the reminders, and the mail server."""

import re
import socket
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flow.city import RECEIVED, fingerprint, mishukin

from exports.desks.collection import Occasion
from orchestration import runs
from services.clock import stopped_at
from services.desks import collection, reminders, year
from services.exits import Exit, Stop
from services.home import Home
from services.intake.versions import withdraw
from services.query import ask
from services.records import audit
from terms.years import TOKYO

# The balance reports of 31 January 2021 are due on 24 February; nobody has handed one in.
DUE = date(2021, 2, 24)
KYOIKU = "教育委員会事務局"


class Server:
    """A mail server that keeps what it takes, and refuses who it is told to refuse."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], EmailMessage]] = []
        self.refuses = threading.Event()

    async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:  # noqa: N802 - its name
        if self.refuses.is_set():
            return "451 later"
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append((envelope.rcpt_tos, message))
        return "250 OK"


@pytest.fixture
def server() -> Iterator[tuple[Server, int]]:
    """A real SMTP server on loopback."""
    handler = Server()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


def addresses(home: Home, port: int) -> None:
    (home.config / "departments.yml").write_text(
        f"smtp: {{host: 127.0.0.1, port: {port}, from: zaisei@city.example}}\n"
        f"departments:\n  {KYOIKU}: [kyoiku@city.example]\n"
        "escalation: [taisaku@city.example]\n",
        encoding="utf-8",
    )


def to_kyoiku(server: Server) -> list[EmailMessage]:
    return [message for to, message in server.taken if "kyoiku@city.example" in to]


def at_six(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), TOKYO) + timedelta(hours=6)


@pytest.mark.parametrize(
    ("days_left", "asked_on"),
    [
        (15, None), (14, 14), (13, 14), (7, 7), (1, 1), (0, 1),
        (-1, -1), (-7, -1), (-8, -8), (-14, -8), (-15, -15),
    ],
)  # fmt: skip
def test_a_form_is_asked_for_before_it_is_due_and_every_week_after(
    days_left: int, asked_on: int | None
) -> None:
    asked = reminders.reminder_day(DUE, DUE - timedelta(days=days_left))
    assert asked == (None if asked_on is None else DUE - timedelta(days=asked_on))


def test_from_the_seventh_day_on_the_conference_is_told_of_a_form() -> None:
    form = collection.Missing(KYOIKU, "interim", 2020, date(2021, 1, 31), DUE, ())
    late = [days for days in range(10) if form.is_escalated(DUE + timedelta(days=days))]
    assert late == [7, 8, 9]


def test_a_reminder_is_sent_once_and_names_what_is_missing(
    built: Home, server: tuple[Server, int]
) -> None:
    mails, port = server
    addresses(built, port)
    day = DUE - timedelta(days=7)
    assert reminders.write(built, at_six(day))
    outbox = fingerprint(built.outbox)
    assert reminders.send(built, day)
    assert reminders.write(built, at_six(day)) == []
    assert reminders.send(built, day) == 0
    (body,) = [message.get_content() for message in to_kyoiku(mails)]
    assert "令和3年1月31日現在の残高報告(期限 令和3年2月24日、あと7日)" in body
    assert "008 " in body
    assert {name for name in outbox if name.endswith(".eml")} == {
        name for name in fingerprint(built.outbox) if name.endswith(".eml")
    }


def test_the_hash_of_the_audit_log_is_mailed_with_reminders_to_those_who_keep_it(
    built: Home, server: tuple[Server, int]
) -> None:
    mails, port = server
    addresses(built, port)
    post = built.config / "departments.yml"
    post.write_text(f"{post.read_text('utf-8')}\naudit: [kansa@city.example]\n", "utf-8")
    day = DUE - timedelta(days=7)
    for _ in range(2):
        reminders.write(built, at_six(day))
        reminders.send(built, day)
    head = audit.verify(built).head
    (told,) = [message for to, message in mails.taken if to == ["kansa@city.example"]]
    assert head
    assert head.hash in told.get_content()


def test_a_department_gets_one_mail_a_morning_and_nothing_is_asked_twice_or_lost(
    built: Home, server: tuple[Server, int]
) -> None:
    mails, port = server
    addresses(built, port)
    # The machine stands still on 16 and 17 February, when October's report is asked for again and
    # January's a week before it is due.
    mornings = [DUE + timedelta(days=days) for days in range(-15, 9) if days not in (-8, -7)]
    for day in mornings:
        reminders.write(built, at_six(day))
        assert reminders.write(built, at_six(day) + timedelta(hours=3)) == []
        reminders.send(built, day)
    october, january = "令和2年10月31日現在の残高報告", "令和3年1月31日現在の残高報告"
    assert [
        (str(message["Date"].datetime.date()), re.findall(r"■ (.+)\(期限", message.get_content()))
        for message in to_kyoiku(mails)
    ] == [
        ("2021-02-09", [october]),
        ("2021-02-10", [january]),
        ("2021-02-18", [october, january]),
        ("2021-02-23", [october, january]),
        ("2021-02-25", [january]),
        ("2021-03-02", [october]),
        ("2021-03-04", [january]),
    ]
    assert len({message["Message-ID"] for _, message in mails.taken}) == len(mails.taken)


def test_what_is_a_week_late_is_told_to_the_conference(
    built: Home, server: tuple[Server, int]
) -> None:
    mails, port = server
    addresses(built, port)
    day = DUE + timedelta(days=8)
    reminders.write(built, at_six(day))
    reminders.send(built, day)
    told = {address for recipients, _ in mails.taken for address in recipients}
    assert told == {"kyoiku@city.example", "taisaku@city.example"}
    grid = collection.write_page(built, day)
    assert (KYOIKU, Occasion("令和3年1月31日現在の残高報告", DUE)) in [
        (each.department, each.occasion) for each in grid.escalated
    ]
    page = (built.internal / "collection" / "index.html").read_text(encoding="utf-8")
    assert "対策会議への報告" in page


def test_targets_told_otherwise_after_they_were_locked_are_named(built: Home) -> None:
    locked, later = RECEIVED + timedelta(days=60), RECEIVED + timedelta(days=90)
    year.keep(built, "lock_targets", 2020, locked)
    assert collection.write_page(built, locked.date()).changed == ()
    sql = "select submission_id from mart_submission where claim_number = '010' and in_force"
    ((form,),) = ask(built, sql).rows
    withdraw(built, form, "財政課長", "別の債権の調書だった", later)
    assert runs.build(built, stopped_at(later)).code is Exit.DONE
    changed = collection.write_page(built, later.date()).changed
    assert {each.claim[:3] for each in changed} == {"010"}
    assert {(each.fiscal_year, each.kind, each.step, each.now) for each in changed} == {
        (2020, "当初目標", "目標の確定", None),
        (2020, "修正目標", "目標の確定", None),
        (2021, "当初目標", "目標の確定", None),
    }
    page = (built.internal / "collection" / "index.html").read_text(encoding="utf-8")
    assert "確定した後に変わった数値" in page
    assert all(f"{each.fixed:,}" in page for each in changed if each.fixed is not None)


def test_what_the_server_refuses_waits_in_the_outbox(
    built: Home, server: tuple[Server, int]
) -> None:
    mails, port = server
    addresses(built, port)
    day = DUE - timedelta(days=14)
    reminders.write(built, at_six(day))
    mails.refuses.set()
    with pytest.raises(Stop, match="送れません"):
        reminders.send(built, day)
    mails.refuses.clear()
    waiting = len(list(built.outbox.glob("*.eml")))
    assert not list(built.outbox.glob("*.sent"))
    assert reminders.send(built, day + timedelta(days=1)) == len(mails.taken) > 0
    assert len({message["Message-ID"] for _, message in mails.taken}) == len(mails.taken)
    assert len(list(built.outbox.glob("*.eml"))) == waiting


def test_a_mail_that_no_server_took_for_a_week_is_sent_no_more(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    file = home.outbox / f"{DUE.isoformat()}-000000000000.eml"
    file.write_bytes(b"")
    waits = [days for days in range(9) if reminders.unsent(home, DUE + timedelta(days=days))]
    assert waits == [0, 1, 2, 3, 4, 5, 6]


def test_without_addresses_the_outbox_is_all_there_is(built: Home) -> None:
    done = mishukin(built, "remind", "--at", f"{DUE - timedelta(days=1)}T06:00")
    assert (done.code, "0通を送りました" in done.err) == (0, True), done.err
    assert list(built.outbox.glob("*.eml"))
    assert not list(built.outbox.glob("*.sent"))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("- 1", "「項目: 値」の形"),
        ("a: [", "YAMLとして"),
        ("mail: {}", "「mail」という項目はありません"),
        ("smtp: {port: 25}", "host"),
        ("smtp: {host: a, port: x}", "smtp port: 「x」は使えません"),
        ("departments: {財政局: zaisei@city.example}", "departments 財政局: 「zaisei@"),
        ("departments: {財政局: ['a@b\\nBcc: c@d']}", "departments 財政局 1件目: "),
    ],
)
def test_a_faulty_list_of_addresses_is_told(tmp_path: Path, content: str, fault: str) -> None:
    home = Home(tmp_path).create()
    (home.config / "departments.yml").write_text(content, encoding="utf-8")
    with pytest.raises(Stop, match=fault):
        reminders.Post.of(home)
