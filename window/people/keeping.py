"""People and their posts, changed by `mishukin people` and by the administrator's page.

Each change is a line of the audit log. Raises Stop, in words for the administrator.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

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
        raise Stop("氏名を、漢字・かな・ローマ字の1行で書いてください。")
    found = Person(username=username, name=name.strip())
    _set_password(found, password)
    _save(found)
    audit.note(home, at, "person_add", person_added=username, name=found.name)
    return found


def _set_password(person: Person, password: str | None) -> None:
    if password is None:
        person.set_unusable_password()
        return
    try:
        validate_password(password, person)
    except ValidationError as wrong:
        raise Stop("パスワードを使えません。" + "".join(wrong.messages)) from wrong
    person.set_password(password)


def _save(person: Person) -> None:
    try:
        person.full_clean()
    except ValidationError as wrong:
        raise Stop("".join(wrong.messages)) from wrong
    person.save()


def change_password(home: Home, person: Person, password: str, at: datetime) -> None:
    """A new password; every session of the person ends."""
    _set_password(person, password)
    person.save()
    audit.note(home, at, "person_password", person_changed=person.username)


def give(home: Home, username: str, asked: Given, at: datetime) -> Post:
    """Give a person a post."""
    person, today = find(username), at.date()
    post = Post(
        person=person,
        role=asked.role,
        municipality=asked.municipality or _only(home),
        department=asked.department.strip(),
        acting_for=asked.acting_for.strip(),
        since=asked.since or today,
        until=asked.until,
    )
    _refuse_faulty(home, post)
    post.save()
    audit.note(home, at, "person_role", person_changed=username, **_facts(post))
    return post


def _only(home: Home) -> str:
    return CitySettings.of(home).only_municipality or ""


def _refuse_faulty(home: Home, post: Post) -> None:
    roles = "、".join(f"{role.value}({role.label})" for role in Role)
    if post.role not in Role.values:
        raise Stop(f"役割は {roles} のどれかです: {post.role}")
    known = CitySettings.of(home).whose_forms
    if not post.municipality or (known and post.municipality not in known):
        raise Stop(f"団体コードを6桁で書いてください({'、'.join(known) or '設定にありません'})。")
    if (post.role == Role.DEPARTMENT) != bool(post.department):
        raise Stop("所属の名前は、役割が所属(department)のときに書きます。")
    if any(legible(word) != word for word in (post.department, post.acting_for)):
        raise Stop("所属と代理の相手は、1行で書いてください。")
    if post.until and post.until < post.since:
        raise Stop("終了日が開始日より前です。")


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
    """A post ends with a day. Raises Stop for the last administrator's."""
    post.until = max(last_day, post.since)
    post.save()
    _refuse_without_administrator(at.date())
    audit.note(home, at, "person_role_end", person_changed=post.person.username, **_facts(post))


@transaction.atomic
def set_active(home: Home, username: str, *, active: bool, at: datetime) -> Person:
    """Let a person in again, or no more. Raises Stop for the last administrator."""
    person = find(username)
    person.is_active = active
    person.save()
    _refuse_without_administrator(at.date())
    audit.note(home, at, "person_enable" if active else "person_disable", person_changed=username)
    return person


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
