"""The entrance to ``internal/``: what lies there for the staff, as a page (never public)."""

from collections.abc import Sequence
from dataclasses import dataclass

from exports.press.templates import internal_page


@dataclass(frozen=True, slots=True)
class File:
    """A file to open: its address, relative to the page and quoted; what it is; and its kind."""

    address: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A folder: what was made, and its files."""

    title: str
    files: Sequence[File]


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs together, the newest first."""

    title: str
    entries: Sequence[Entry]


def entrance_page(groups: Sequence[Group]) -> str:
    """The groups as an accessible page, which leads to every file."""
    return internal_page("entrance.html", groups=groups)
