"""Draft, approve, publish: what each state allows, and what an interruption leaves behind."""

import hashlib
import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from integration.exports.published_marts import CLAIMS, CODE, DAY, ISSUED, SETTINGS

from exports import release
from exports.errors import (
    DraftChanged,
    NotApproved,
    NothingToPublish,
    ReportRefused,
    RevisionDamaged,
)
from exports.release import State

MakeGeneration = Callable[..., Path]
AT = datetime(2025, 10, 10, 1, 0, tzinfo=UTC)
LATER = datetime(2025, 11, 4, 1, 0, tzinfo=UTC)
CONTENT = (
    "index.html", "report.csv", "report.xlsx", "chart-claims.svg", "datapackage.json",
    "target.html", "targets.csv", "targets.xlsx", "report.pdf", "report.json", "SHA256SUMS",
)  # fmt: skip


class Office:
    """A finance division with its folders, doing what the commands do."""

    def __init__(self, root: Path, make_generation: MakeGeneration) -> None:
        self.drafts = root / "drafts"
        self.public = root / "public"
        self.make_generation = make_generation

    def draft(self, generation: Path, as_of: date = DAY) -> release.Draft:
        return release.draft(
            generation,
            as_of,
            municipality_code=CODE,
            drafts=self.drafts,
            settings=SETTINGS,
            issued=ISSUED,
        )

    def approve(self) -> release.Approval:
        return release.approve(self.drafts, DAY, "債権管理課長", AT)

    def publish(self, at: datetime = AT) -> release.Published:
        return release.publish(self.drafts, self.public, DAY, at)

    def state(self) -> State:
        (found,) = release.list_releases(self.drafts, self.public)
        return found.state


@pytest.fixture
def office(tmp_path: Path, make_generation: MakeGeneration) -> Office:
    return Office(tmp_path, make_generation)


@pytest.fixture
def first(make_generation: MakeGeneration) -> Path:
    return make_generation("first")


@pytest.fixture
def second(make_generation: MakeGeneration) -> Path:
    return make_generation("second", claims=CLAIMS[:-1])


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder with its hash."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_states_in_turn(office: Office, first: Path, second: Path) -> None:
    office.draft(first)
    assert office.state() is State.DRAFTED
    approval = office.approve()
    assert approval.approved_at.utcoffset() is not None
    assert office.state() is State.APPROVED
    published = office.publish()
    assert (published.added, published.revision.number) == (True, 1)
    assert office.state() is State.PUBLISHED
    office.draft(second)
    assert office.state() is State.VOID


def test_nothing_is_published_unapproved(office: Office, first: Path) -> None:
    with pytest.raises(NothingToPublish):
        office.publish()
    office.draft(first)
    with pytest.raises(NotApproved, match="まだ承認されていません"):
        office.publish()
    assert not office.public.exists()


def test_same_inputs_give_the_same_bytes(tmp_path: Path, office: Office, first: Path) -> None:
    made = office.draft(first)
    again = Office(tmp_path / "elsewhere", office.make_generation).draft(first)
    assert tree(made.folder) == tree(again.folder)
    assert made.content_hash == again.content_hash


def test_redrafting_the_same_content_keeps_the_approval(office: Office, first: Path) -> None:
    office.draft(first)
    office.approve()
    made = office.draft(office.make_generation("later"))
    assert made.generation == "later"
    assert release.read_draft(office.drafts, DAY).generation == "later"
    assert office.state() is State.APPROVED


def test_other_content_voids_the_approval_for_good(
    office: Office, first: Path, second: Path
) -> None:
    office.draft(first)
    office.approve()
    office.draft(second)
    with pytest.raises(NotApproved):
        office.publish()
    office.draft(first)
    assert office.state() is State.VOID
    with pytest.raises(NotApproved, match="作り直されました"):
        office.publish()
    office.approve()
    assert office.publish().added


@pytest.mark.parametrize("name", CONTENT)
def test_any_changed_byte_voids_the_approval(office: Office, first: Path, name: str) -> None:
    made = office.draft(first)
    office.approve()
    path = made.folder / name
    whole = path.read_bytes()
    for at in (0, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert office.state() is State.VOID
        with pytest.raises(NotApproved, match="内容が変わりました"):
            office.publish()
        with pytest.raises(DraftChanged):
            office.approve()
    assert not office.public.exists()


def test_unreadable_records_never_publish(office: Office, first: Path) -> None:
    made = office.draft(first)
    office.approve()
    (made.folder / "approval.json").write_text("{")
    with pytest.raises(NotApproved):
        office.publish()
    (made.folder / "draft.json").write_text("{")
    assert office.state() is State.VOID
    with pytest.raises(DraftChanged):
        office.publish()
    assert office.draft(first) == made
    assert office.state() is State.DRAFTED


def test_a_damaged_revision_is_not_built_upon(office: Office, first: Path) -> None:
    office.draft(first)
    office.approve()
    folder = office.publish().revision.folder
    (folder / "report.csv").write_text("")
    with pytest.raises(RevisionDamaged, match="第1版"):
        office.publish()


def test_an_added_or_missing_file_voids_the_approval(office: Office, first: Path) -> None:
    made = office.draft(first)
    office.approve()
    extra = made.folder / "extra.html"
    extra.write_text("x")
    with pytest.raises(NotApproved):
        office.publish()
    extra.unlink()
    (made.folder / "report.csv").unlink()
    with pytest.raises(NotApproved):
        office.publish()


def test_a_tampered_draft_is_mended_by_drafting_again(office: Office, first: Path) -> None:
    made = office.draft(first)
    (made.folder / "report.csv").write_text("")
    office.draft(first)
    assert office.state() is State.DRAFTED


def test_a_refused_report_leaves_the_draft_alone(office: Office, first: Path) -> None:
    made = office.draft(first)
    before = tree(made.folder)
    broken = office.make_generation(
        "broken", then="update marts.mart_balance_report set change = change + 1"
    )
    with pytest.raises(ReportRefused):
        office.draft(broken)
    assert tree(made.folder) == before


def test_publishing_again_changes_nothing(office: Office, first: Path) -> None:
    office.draft(first)
    office.approve()
    office.publish()
    before = {path: path.stat().st_mtime_ns for path in office.public.rglob("*")}
    again = office.publish(LATER)
    assert (again.added, again.revision.number) == (False, 1)
    assert {path: path.stat().st_mtime_ns for path in office.public.rglob("*")} == before


def test_a_revision_never_changes(office: Office, first: Path, second: Path) -> None:
    office.draft(first)
    office.approve()
    old = office.publish().revision
    before = tree(old.folder)
    office.draft(second)
    office.approve()
    new = office.publish(LATER).revision
    assert (new.number, tree(old.folder)) == (2, before)
    (found,) = release.list_releases(office.drafts, office.public)
    assert [revision.number for revision in found.revisions] == [1, 2]
    assert 'href="r2/report.csv"' in (office.public / "2025-07-31/index.html").read_text()


def test_sums_can_be_checked_by_anybody(office: Office, first: Path) -> None:
    office.draft(first)
    office.approve()
    folder = office.publish().revision.folder
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    listed = dict(reversed(line.split("  ", 1)) for line in lines)
    hashes = tree(folder)
    assert listed == {name: hashes[name] for name in CONTENT if name != "SHA256SUMS"}


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def stop_at_rename(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Ends the process at the n-th rename from now on; 0 lets all pass."""
    rename = os.replace
    left = [0]

    def replace(*args: Any, **kwargs: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        rename(*args, **kwargs)

    def stop_at(number: int) -> None:
        left[0] = number

    monkeypatch.setattr(os, "replace", replace)
    yield stop_at
    left[0] = 0


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


RENAMES = (1, 2, 3, 4)  # the revision, the day's page, the targets, the index


@pytest.mark.parametrize("killed_at", RENAMES)
@pytest.mark.parametrize("published_before", [False, True], ids=["first", "revision"])
def test_a_killed_publisher_leaves_the_old_or_the_new_site(
    office: Office,
    first: Path,
    second: Path,
    stop_at_rename: Callable[[int], None],
    published_before: bool,
    killed_at: int,
) -> None:
    if published_before:
        office.draft(first)
        office.approve()
        office.publish()
        assert_site_works(office.public)
    old = tree(office.public)
    office.draft(second)
    office.approve()

    stop_at_rename(killed_at)
    with pytest.raises(Killed):
        office.publish()
    assert_site_works(office.public)
    now = tree(office.public)
    assert {name: now[name] for name in old if "/r1/" in name} == {
        name: old[name] for name in old if "/r1/" in name
    }

    published = office.publish(LATER)
    assert published.revision.number == (2 if published_before else 1)
    assert_site_works(office.public)
    assert not list(office.public.rglob(".*"))
    assert office.state() is State.PUBLISHED


def test_publishing_renames_as_often_as_the_test_above_kills(
    office: Office, first: Path, stop_at_rename: Callable[[int], None]
) -> None:
    office.draft(first)
    office.approve()
    stop_at_rename(len(RENAMES) + 1)
    office.publish()


@pytest.mark.parametrize("killed_at", [1, 2])
def test_a_killed_draft_leaves_the_old_or_the_new_draft(
    office: Office,
    first: Path,
    second: Path,
    stop_at_rename: Callable[[int], None],
    killed_at: int,
) -> None:
    old = office.draft(first)
    office.approve()
    stop_at_rename(killed_at)
    with pytest.raises(Killed):
        office.draft(second)
    assert release.read_draft(office.drafts, DAY) == old
    assert office.state() is State.APPROVED
    office.draft(second)
    assert office.state() is State.VOID
    assert [path.name for path in office.drafts.iterdir()] == [DAY.isoformat()]
