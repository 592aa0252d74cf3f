"""Who may open which page: a page says its roles, and what says nothing is open to nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import resolve, reverse

from window.people.models import Person, Post, Role

View = Callable[..., HttpResponseBase]
READING = ("GET", "HEAD")


@dataclass(frozen=True)
class Holder:
    """The person of a request, with the posts held today."""

    person: Person
    posts: tuple[Post, ...]

    @cached_property
    def roles(self) -> frozenset[str]:
        """What the posts let do."""
        return frozenset(post.role for post in self.posts)

    @property
    def departments(self) -> tuple[Post, ...]:
        """The posts in a department."""
        return tuple(post for post in self.posts if post.role == Role.DEPARTMENT)

    @property
    def sees_all(self) -> bool:
        """Whether the figures of every department are shown."""
        return bool(self.roles - {Role.DEPARTMENT, Role.ADMINISTRATOR})

    def may(self, view: View, method: str) -> bool:
        """Whether a page is open: to its roles, for reading to auditors, or to everybody."""
        if getattr(view, "is_for_all", False):
            return True
        roles: frozenset[str] = getattr(view, "roles", frozenset())
        if self.roles & roles:
            return True
        return method in READING and Role.AUDITOR in self.roles and bool(roles)


def open_to(*roles: Role) -> Callable[[View], View]:
    """A page for these roles."""

    def told(view: View) -> View:
        view.roles = frozenset(map(str, roles))  # type: ignore[attr-defined]
        return view

    return told


def open_to_all(view: View) -> View:
    """A page for everybody who is signed in, also who has no post yet."""
    view.is_for_all = True  # type: ignore[attr-defined]
    return view


def open_to_the_world(view: View) -> View:
    """The sign-in page and what it needs; nothing else."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def holder(request: HttpRequest) -> Holder:
    """Who asks; the door (`middleware.Door`) has let the person in."""
    found: Holder = request.holder  # type: ignore[attr-defined]
    return found


# The rooms in the order of the menu: the name of the page, and what it is called.
ROOMS = (
    ("entrance", "はじめに"),
    ("hand-in", "提出"),
    ("handed-in", "提出したもの"),
    ("blanks", "様式"),
    ("standing", "状況"),
    ("releases", "公表"),
    ("questions", "照会"),
    ("people", "利用者"),
)


def menu(request: HttpRequest) -> dict[str, Any]:
    """The rooms that are open to who asks."""
    asking = getattr(request, "holder", None)
    if asking is None:
        return {}
    rooms = [(reverse(name), title) for name, title in ROOMS]
    return {
        "holder": asking,
        "rooms": [
            (address, title, _is_in(request.path, address))
            for address, title in rooms
            if asking.may(resolve(address).func, "GET")
        ],
    }


def _is_in(path: str, room: str) -> bool:
    """Whether a page lies in a room; the first page is in none but its own."""
    return path == room or (room != "/" and path.startswith(room))
