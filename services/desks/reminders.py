"""Reminders to the departments: 14, 7 and 1 days before a form is due, the day after, then weekly.

Every mail is a file first, `outbox/<day>-<department>.eml`, and `….sent` beside it says that the
mail server took it. A department gets one a day with everything that it is to be asked for; the
mail itself tells for which forms, and of which of those days (header `ASKS`), so that none is asked
twice. A file that is there is never written again; what could not be sent goes with the next run,
under the same Message-ID.

`config/departments.yml`:

    smtp: {host: mail.city.example, port: 25, from: zaisei@city.example}
    departments:
      健康福祉局: [kenko@city.example]
    escalation: [taisaku@city.example]      # told of what is a week late
    audit: [kansa@city.example]             # told the hash of the audit log, on days of reminders
"""

import hashlib
import smtplib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from itertools import groupby
from pathlib import Path
from typing import Annotated

from pydantic import Field

from exports.press.files import write_file
from services.desks.collection import Missing, missing
from services.exits import Exit, Stop
from services.home import Home
from services.records import audit
from services.settings import Settings, told_as, whole
from terms.years import japanese_date

BEFORE = tuple(timedelta(days=days) for days in (14, 7, 1))
AFTER, AGAIN = timedelta(days=1), timedelta(days=7)
# A mail that no server took for so long says nothing true any more.
STALE = timedelta(days=7)
# The header that holds each ask of a mail.
ASKS = "X-Mishukin-Asks"
TIMEOUT_SECONDS = 30
NOBODY = "mishukin@localhost"


def _address(text: str) -> str:
    if parseaddr(text)[1] != text or not text.isascii() or "@" not in text:
        raise ValueError
    return text


Address = Annotated[str, told_as(_address, "name@example.lg.jp の形でアドレスを書いてください。")]


class Server(Settings):
    """The mail server, and who writes."""

    host: str
    port: Annotated[int, whole(1)] = 25
    sender: str = Field(NOBODY, alias="from")


class Post(Settings):
    """config/departments.yml: the mail server, and who reads the mail of a department."""

    FILE = "departments.yml"
    TITLE = "宛先の一覧"

    smtp: Server | None = None
    departments: Mapping[str, tuple[Address, ...]] = {}
    escalation: tuple[Address, ...] = ()
    audit: tuple[Address, ...] = ()

    @property
    def sender(self) -> str:
        """Who writes."""
        return self.smtp.sender if self.smtp else NOBODY


def reminder_day(due_on: date, day: date) -> date | None:
    """The newest day, up to `day`, on which a form due on `due_on` is asked for; None before."""
    if day > due_on:
        return due_on + AFTER + (day - due_on - AFTER) // AGAIN * AGAIN
    reached = [due_on - before for before in BEFORE if due_on - before <= day]
    return max(reached, default=None)


def write(home: Home, at: datetime) -> list[Path]:
    """Put what departments are to be reminded of by now into the outbox; returns what is new."""
    post = Post.of(home)
    home.outbox.mkdir(parents=True, exist_ok=True)
    new = []
    for department, forms in groupby(missing(home, at.date()), key=lambda form: form.department):
        # The name of a department is no name of a file.
        place = hashlib.sha256(department.encode()).hexdigest()[:12]
        file = home.outbox / f"{at.date().isoformat()}-{place}.eml"
        told = {ask for before in home.outbox.glob(f"*-{place}.eml") for ask in _asks_of(before)}
        asks = {ask: form for form in forms if (ask := _ask(form, at.date())) and ask not in told}
        if asks and not file.exists():
            write_file(file, mail(post, department, asks, file.stem, at))
            new.append(file)
    file = home.outbox / f"{at.date().isoformat()}-audit.eml"
    is_reminded = any(home.outbox.glob(f"{at.date().isoformat()}-*.eml"))
    if is_reminded and post.audit and not file.exists() and (head := audit.verify(home).head):
        write_file(file, anchor_mail(post, head.hash, file.stem, at))
        new.append(file)
    return new


def _ask(form: Missing, day: date) -> str | None:
    """A form and the day on which it is asked for: `interim 2021-01-31 on 2021-02-17`."""
    asked_on = reminder_day(form.due_on, day)
    if asked_on is None:
        return None
    return f"{form.form} {form.as_of or form.fiscal_year} on {asked_on}"


def _asks_of(file: Path) -> list[str]:
    return _read(file).get_all(ASKS, [])


def mail(
    post: Post, department: str, asks: Mapping[str, Missing], name: str, at: datetime
) -> bytes:
    """One department's reminder, the same bytes for the same moment. `asks`: earliest due first."""
    day, forms = at.date(), list(asks.values())
    message = _letter(post, post.departments.get(department, ()), name, at)
    if post.escalation and any(form.is_escalated(day) for form in forms):
        message["Cc"] = ", ".join(post.escalation)
    for ask in asks:
        message[ASKS] = ask
    kind = "期限が過ぎています" if day > forms[0].due_on else "提出のお願い"
    others = f"(ほか{len(forms) - 1}件)" if forms[1:] else ""
    message["Subject"] = f"【未収金】{forms[0].title} {kind}{others}"
    message.set_content(_body(department, forms, day), charset="utf-8", cte="base64")
    return message.as_bytes()


def anchor_mail(post: Post, head: str, name: str, at: datetime) -> bytes:
    """The hash of the audit log's last line, to those who keep it where the home is not."""
    message = _letter(post, post.audit, name, at)
    message["Subject"] = f"【未収金】監査記録の印({at.date().isoformat()})"
    told = (
        f"{japanese_date(at.date())}現在の監査記録の、最後の行のハッシュ値です。\n\n{head}\n\n"
        "このメールを残しておくと、記録が後から作り直されていないことを、\n"
        "mishukin audit verify --known で確かめられます。\n"
    )
    message.set_content(told, charset="utf-8", cte="base64")
    return message.as_bytes()


def _letter(post: Post, to: Sequence[str], name: str, at: datetime) -> EmailMessage:
    message = EmailMessage(policy=policy.SMTP)
    message["Message-ID"] = f"<{name}@{parseaddr(post.sender)[1].rpartition('@')[2]}>"
    message["Date"] = format_datetime(at)
    message["From"] = post.sender
    message["To"] = ", ".join(to) or "undisclosed-recipients:;"
    return message


def _body(department: str, forms: Sequence[Missing], day: date) -> str:
    lines = [f"{department} 債権管理ご担当者様", "", "次の提出がまだ確認できていません。", ""]
    for form in forms:
        left = (form.due_on - day).days
        when = f"あと{left}日" if left > 0 else "本日まで" if left == 0 else f"{-left}日超過"
        lines.append(f"■ {form.title}(期限 {japanese_date(form.due_on)}、{when})")
        lines += [f"　・{number} {name}".rstrip() for number, name in form.claims]
        lines.append("")
    return "\n".join([*lines, "行き違いで提出済みの場合はご容赦ください。"]) + "\n"


def send(home: Home, day: date) -> int:
    """Give the mail server what it has not taken yet; returns how many it took.

    Raises Stop (UNEXPECTED) when the server cannot be reached or refuses: the mails stay.
    """
    post = Post.of(home)
    if post.smtp is None:
        return 0
    waiting = [file for file in unsent(home, day) if _recipients(file)]
    if not waiting:
        return 0
    try:
        with smtplib.SMTP(post.smtp.host, post.smtp.port, timeout=TIMEOUT_SECONDS) as server:
            for file in waiting:
                server.sendmail(post.sender, _recipients(file), file.read_bytes())
                write_file(file.with_suffix(".sent"), b"")
    except (OSError, smtplib.SMTPException) as problem:
        raise Stop(
            f"催促のメールを送れません({problem})。メールは outbox/ に残っています。",
            Exit.UNEXPECTED,
        ) from problem
    return len(waiting)


def unsent(home: Home, day: date) -> list[Path]:
    """The mails of the last days that no server took yet, oldest first."""
    return [
        file
        for file in sorted(home.outbox.glob("*.eml"))
        if not file.with_suffix(".sent").exists()
        and date.fromisoformat(file.name[: len("2026-08-27")]) > day - STALE
    ]


def _recipients(file: Path) -> list[str]:
    message = _read(file)
    return [
        address.addr_spec
        for header in ("To", "Cc")
        for address in getattr(message[header], "addresses", ())
    ]


def _read(file: Path) -> EmailMessage:
    return message_from_bytes(file.read_bytes(), EmailMessage, policy=policy.SMTP)
