"""People and their posts, changed by `mishukin people` and by the administrator's page.

Each change is a line of the audit log. Raises Stop, in words for the administrator.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from services.city import CitySettings
from services.exits import Stop
from services.home import Home
from services.records import audit
from terms.legible import legible
from terms.people import person as same_person
from window.people.models import Person, Post, Role

# Without what is read for another letter (0 and o, 1 and l); to be typed once, from paper.
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
PARTS, LETTERS_A_PART = 4, 5
# The acts of changes that are made together; None outside of such.
_together: ContextVar[list[audit.Act] | None] = ContextVar("together", default=None)


@contextmanager
def together(home: Home, *, is_trial: bool = False) -> Iterator[None]:
    """Make several changes, all or none, and note them all at once; none of a trial stays."""
    token = _together.set([])
    try:
        with transaction.atomic():
            yield
            if is_trial:
                transaction.set_rollback(True)
            else:
                audit.note_all(home, _together.get() or ())
    finally:
        _together.reset(token)


def _note(home: Home, at: datetime, action: str, **facts: str) -> None:
    act, waiting = audit.Act(at, action, facts), _together.get()
    if waiting is None:
        audit.note_all(home, [act])
    else:
        waiting.append(act)


class Refused(Stop):
    """What cannot be done, and which item of what was told is the cause."""

    def __init__(self, item: str, message: str) -> None:
        super().__init__(message)
        self.item = item


@dataclass(frozen=True, slots=True)
class Given:
    """A post to be given. `since` None: from today; `until` None: until it is ended."""

    role: str
    municipality: str = ""
    department: str = ""
    acting_for: str = ""
    since: date | None = None
    until: date | None = None


def add(home: Home, username: str, name: str, password: str | None, at: datetime) -> Person:
    """A new person, who cannot do anything yet; without a password only others sign it in."""
    if legible(name) != name or not same_person(name):
        raise Refused("name", "氏名を、漢字・かな・ローマ字の1行で書いてください。")
    found = Person(username=username, name=name.strip())
    _set_password(found, password)
    _save(found)
    _note(home, at, "person_add", person_added=username, name=found.name)
    return found


def _set_password(person: Person, password: str | None) -> None:
    if password is None:
        person.set_unusable_password()
        return
    try:
        validate_password(password, person)
    except ValidationError as wrong:
        raise Refused("password", "パスワードを使えません。" + "".join(wrong.messages)) from wrong
    person.set_password(password)


def _save(person: Person) -> None:
    try:
        person.full_clean()
    except ValidationError as wrong:
        raise Refused(next(iter(wrong.message_dict)), "".join(wrong.messages)) from wrong
    person.save()


def made_password() -> str:
    """A password that nobody guesses, to be given to a person once: k3hfa-…, in four parts."""
    parts = ("".join(secrets.choice(LETTERS) for _ in range(LETTERS_A_PART)) for _ in range(PARTS))
    return "-".join(parts)


def change_password(home: Home, person: Person, password: str, at: datetime) -> None:
    """A new password; every session of the person ends."""
    _set_password(person, password)
    person.save()
    _note(home, at, "person_password", person_changed=person.username)


def asked_for(home: Home, username: str, asked: Given, at: datetime) -> Post:
    """The post that is asked for, not given yet. Raises Refused for one that nobody can hold."""
    post = Post(
        person=find(username),
        role=asked.role,
        municipality=asked.municipality or _only(home),
        department=asked.department.strip(),
        acting_for=asked.acting_for.strip(),
        since=asked.since or at.date(),
        until=asked.until,
    )
    _refuse_faulty(home, post)
    return post


def give(home: Home, username: str, asked: Given, at: datetime) -> Post:
    """Give a person a post."""
    post = asked_for(home, username, asked, at)
    person = post.person
    if any(same(post, held) and _meet(post, held) for held in person.posts.all()):
        raise Refused(
            "role",
            f"{person.name}({username})には、同じ役割「{post}」が、その期間にすでにあります。",
        )
    post.save()
    _note(home, at, "person_role", person_changed=username, **_facts(post))
    return post


def same(one: Post, other: Post) -> bool:
    """Whether two posts let do the same for the same, on whatever days."""
    kind = ("role", "municipality", "department", "acting_for")
    return all(getattr(one, name) == getattr(other, name) for name in kind)


def _meet(one: Post, other: Post) -> bool:
    """Whether there is a day on which both are held."""
    last = min(one.until or date.max, other.until or date.max)
    return max(one.since, other.since) <= last


def _only(home: Home) -> str:
    return CitySettings.of(home).only_municipality or ""


def _refuse_faulty(home: Home, post: Post) -> None:
    roles = "、".join(f"{role.value}({role.label})" for role in Role)
    if post.role not in Role.values:
        raise Refused("role", f"役割は {roles} のどれかです: {post.role}")
    known = CitySettings.of(home).whose_forms
    if not post.municipality or (known and post.municipality not in known):
        raise Refused(
            "municipality",
            f"団体コードを6桁で書いてください({'、'.join(known) or '設定にありません'})。",
        )
    if (post.role == Role.DEPARTMENT) != bool(post.department):
        raise Refused("department", "所属の名前は、役割が所属(department)のときに書きます。")
    if any(legible(word) != word for word in (post.department, post.acting_for)):
        raise Refused("department", "所属と代理の相手は、1行で書いてください。")
    if post.until and post.until < post.since:
        raise Refused("until", "終了日が開始日より前です。")


def _facts(post: Post) -> dict[str, str]:
    told = {
        "role": post.role,
        "municipality_code": post.municipality,
        "department": post.department,
        "acting_for": post.acting_for,
        "since": post.since.isoformat(),
        "until": post.until.isoformat() if post.until else "",
    }
    return {name: value for name, value in told.items() if value}


@transaction.atomic
def end(home: Home, post: Post, last_day: date, at: datetime) -> None:
    """A post ends with a day; before it began, it never holds.

    Raises Stop for one that is over, and for the last administrator's.
    """
    if post.until and post.until < at.date():
        raise Refused("until", f"「{post}」は、もう終わっています({post.until.isoformat()}まで)。")
    post.until = max(last_day, post.since - timedelta(days=1))
    post.save()
    if post.role == Role.ADMINISTRATOR:
        _refuse_without_administrator(at.date())
    _note(home, at, "person_role_end", person_changed=post.person.username, **_facts(post))


@transaction.atomic
def set_active(home: Home, username: str, *, active: bool, at: datetime) -> Person:
    """Let a person in again, or no more, also who is in just now.

    Raises Stop for the last administrator.
    """
    person = find(username)
    person.is_active = active
    person.save()
    if not active and any(post.role == Role.ADMINISTRATOR for post in person.posts.all()):
        _refuse_without_administrator(at.date())
    _note(home, at, "person_enable" if active else "person_disable", person_changed=username)
    return person


def unlock(home: Home, username: str, at: datetime) -> Person:
    """Let somebody try again who was locked out after too many failures."""
    person = find(username)
    reset(username=username)
    _note(home, at, "person_unlock", person_changed=username)
    return person


def locked_out(at: datetime) -> frozenset[str]:
    """The login names under which nobody gets in just now."""
    tried = AccessAttempt.objects.filter(
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
        attempt_time__gt=at - settings.AXES_COOLOFF_TIME,
    )
    return frozenset(tried.values_list("username", flat=True))


def _refuse_without_administrator(today: date) -> None:
    """Somebody must be able to let people in, today and for good."""
    posts = Post.objects.filter(role=Role.ADMINISTRATOR, person__is_active=True)
    if not any(post.holds_on(today) and post.until is None for post in posts):
        raise Stop(
            "管理者がいなくなるため、できません。"
            "先に、ほかの人を終了日のない管理者(administrator)にしてください。"
        )


def find(username: str) -> Person:
    """The person of a login name. Raises Stop."""
    found = Person.objects.filter(username=username).first()
    if found is None:
        raise Stop(f"「{legible(username)}」という利用者はいません。")
    return found


def everybody() -> Sequence[Person]:
    """Every person with the posts, by login name."""
    return list(Person.objects.prefetch_related("posts").order_by("username"))


def lines(people: Iterable[Person], today: date) -> list[tuple[str, ...]]:
    """A line a post: login name, name, state, role, municipality, department, from and until."""
    return [
        (person.username, person.name, "有効" if person.is_active else "停止", *told)
        for person in people
        for told in (
            [
                (
                    str(post) if post.holds_on(today) else f"{post}(今は効かない)",
                    post.municipality,
                    post.since.isoformat(),
                    post.until.isoformat() if post.until else "",
                )
                for post in person.posts.all()
            ]
            or [("役割なし", "", "", "")]
        )
    ]
