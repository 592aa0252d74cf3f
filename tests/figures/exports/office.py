"""A finance division that drafts, approves and publishes, and what its website must be."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from figures.exports.published_marts import CITY, DAY, ISSUED

from exports.release import approval, drafting
from exports.release import publishing as release
from exports.release.publishing import State
from exports.release.records import Approval, Approvals, Draft, Places, read_draft

MakeGeneration = Callable[..., Path]
AT = datetime(2025, 10, 10, 1, 0, tzinfo=UTC)
LATER = datetime(2025, 11, 4, 1, 0, tzinfo=UTC)


class Office:
    """A finance division with its folders, doing what the commands do."""

    def __init__(self, root: Path) -> None:
        self.drafts = root / "drafts"
        self.public = root / "public"
        self.places = Places(self.drafts, self.public, root / "releases")
        self.given: tuple[Approval, ...] = ()  # as the audit log has them

    def copy(self, root: Path) -> "Office":
        """The same division in other folders."""
        shutil.copytree(
            self.drafts.parent, root, ignore=shutil.ignore_patterns("killed-*", "marts", "whole")
        )
        office = Office(root)
        office.given, office.generation, office.asked = self.given, self.generation, self.asked
        return office

    def draft(self, generation: Path, as_of: date = DAY, **asked: Any) -> Draft:
        self.generation = generation
        self.asked = drafting.Asked(planned=asked.pop("planned", ISSUED), **asked)
        return drafting.draft(self.books(), as_of, self.asked)

    def books(self) -> drafting.Books:
        return drafting.Books(self.generation, CITY, self.places)

    def correct(self, generation: Path) -> Draft:
        return self.draft(generation, reason="再提出", planned=LATER.date())

    def approve(self, by: str = "債権管理課長", *, seen: str = "") -> tuple[Approval, ...]:
        made = read_draft(self.drafts, DAY)
        if given := approval.approve(made, self.approvals(), by, AT, seen=seen):
            head = hashlib.sha256(f"{len(self.given)}".encode()).hexdigest()
            self.given = (*self.given, replace(given, head=head))
        return approval.valid_approvals(made, self.approvals())

    def approvals(self, needed: int = 1) -> Approvals:
        return Approvals(self.given, needed)

    def publish(self, at: datetime = AT, approvals_needed: int = 1) -> release.Published:
        return release.publish(
            self.places, DAY, at, self.approvals(approvals_needed), self.is_as_told
        )

    def is_as_told(self, made: Draft) -> bool:
        return drafting.is_as_told(self.books(), made, self.asked)

    def publish_all(self, generation: Path) -> release.Published:
        self.draft(generation)
        self.approve()
        return self.publish()

    def state(self, approvals_needed: int = 1) -> State:
        (found,) = release.list_releases(self.places, lambda _: self.approvals(approvals_needed))
        return found.state


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder with its hash."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class Links(HTMLParser):
    """The links of a page, and the ids it has."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.ids: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.hrefs.append(value)
            elif name == "id" and value:
                self.ids.add(value)


def assert_site_works(public: Path) -> None:
    """Every page that can be reached from the index leads only to what is there."""
    reached: set[Path] = set()
    waiting = [public / "index.html"] if (public / "index.html").exists() else []
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        links = Links(page)
        for href in links.hrefs:
            if href.startswith("https://creativecommons.org/"):
                continue
            if href.startswith("#"):
                assert href[1:] in links.ids, (page, href)
                continue
            target = (page.parent / unquote(href)).resolve()
            assert target.is_file(), (page, href)
            if target.suffix == ".html":
                waiting.append(target)
    for sums in public.glob("*/r*/SHA256SUMS"):
        for line in sums.read_text().splitlines():
            digest, name = line.split("  ", 1)
            assert hashlib.sha256((sums.parent / name).read_bytes()).hexdigest() == digest
