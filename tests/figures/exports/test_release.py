"""Draft, approve, publish, correct, rebuild: what each state allows."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from figures.exports.office import (
    AT,
    LATER,
    MakeGeneration,
    Office,
    assert_site_works,
    tree,
)
from figures.exports.published_marts import CLAIMS, DAY, Row

from exports.errors import (
    DraftChanged,
    NotApproved,
    NotAsTold,
    NothingToCorrect,
    NothingToPublish,
    NotKept,
    NotSeen,
    Overtaken,
    ReportRefused,
    RevisionDamaged,
    TooEarly,
    Unreported,
)
from exports.press import files
from exports.release import approval, kept
from exports.release import publishing as release
from exports.release.publishing import State
from exports.release.records import (
    Approvals,
    Draft,
    binding,
    changed_file,
    mark_of,
    read_draft,
    read_model,
)
from exports.report.notable import Bounds
from exports.report.rendering import report_files

OCTOBER = date(2025, 10, 31)
CONTENT = (
    "index.html", "report.csv", "report.xlsx", "chart-claims.svg", "datapackage.json",
    "target.html", "targets.csv", "targets.xlsx", "report.pdf", "report.json", "SHA256SUMS",
)  # fmt: skip


def test_the_states_in_turn(office: Office, first: Path, second: Path) -> None:
    office.draft(first)
    assert office.state() is State.DRAFTED
    (approval,) = office.approve()
    assert approval.approved_at.utcoffset() is not None
    assert office.state() is State.APPROVED
    published = office.publish()
    assert (published.added, published.revision.number) == (True, 1)
    assert office.state() is State.PUBLISHED
    office.correct(second)
    assert office.state() is State.VOID


def test_nothing_is_published_unapproved(office: Office, first: Path) -> None:
    with pytest.raises(NothingToPublish):
        office.publish()
    office.draft(first)
    with pytest.raises(NotApproved, match="まだ承認されていません"):
        office.publish()
    assert not office.public.exists()


def test_a_draft_reckons_with_what_was_published_since(
    office: Office, first: Path, make_generation: MakeGeneration
) -> None:
    office.draft(first)
    office.approve()
    claims = [{**row, "as_of": OCTOBER} for row in CLAIMS]
    office.draft(make_generation("october", claims), as_of=OCTOBER)
    october = read_draft(office.drafts, OCTOBER)
    given = approval.approve(october, Approvals(), "債権管理課長", AT)
    release.publish(office.places, OCTOBER, AT, Approvals((given,)), office.is_as_told)
    with pytest.raises(Overtaken, match="ほかの残高報告が公表されました"):
        office.publish()
    office.draft(first)  # says the same: its approval holds
    assert office.publish().added


def test_same_inputs_give_the_same_bytes(tmp_path: Path, office: Office, first: Path) -> None:
    made = office.draft(first)
    again = Office(tmp_path / "elsewhere").draft(first)
    assert tree(made.folder) == tree(again.folder)
    assert made.content_hash == again.content_hash


def test_redrafting_the_same_content_keeps_the_approval(
    office: Office, first: Path, make_generation: MakeGeneration
) -> None:
    office.draft(first)
    office.approve()
    made = office.draft(make_generation("later"))
    assert made.generation == "later"
    assert read_draft(office.drafts, DAY).generation == "later"
    assert office.state() is State.APPROVED


def test_an_approval_of_other_content_is_none(office: Office, first: Path, second: Path) -> None:
    office.draft(first)
    office.approve()
    office.draft(second)
    assert office.state() is State.VOID
    with pytest.raises(NotApproved, match="内容か設定が変わりました"):
        office.publish()
    office.approve()
    assert office.publish().added


def test_a_void_approval_stays_void(office: Office, first: Path) -> None:
    office.draft(first)
    office.approve()
    office.given = tuple(replace(each, void=True) for each in office.given)
    assert office.state() is State.VOID
    with pytest.raises(NotApproved, match="作り直されたか、差し戻されました"):
        office.publish()


def test_an_approval_written_by_hand_is_told_and_counts_for_nothing(
    office: Office, first: Path
) -> None:
    made = office.draft(first)
    by_hand = {"approvals": [{"binding": binding(made), "approved_by": "財政部長"}]}
    (made.folder / "approvals.json").write_text(json.dumps(by_hand), encoding="utf-8")
    assert office.state() is State.VOID
    for act in (office.publish, office.approve):
        with pytest.raises(
            (NotApproved, DraftChanged), match=r"承認されていません|approvals\.json"
        ):
            act()


def altered(made: Draft, **facts: object) -> None:
    path = made.folder / "draft.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | facts), encoding="utf-8")


FACTS: dict[str, object] = {
    "municipality_code": "271004",
    "issued": "2025-10-09",
    "revision": 2,
    "settings": "other",
    "content_hash": "0" * 64,
}


@pytest.mark.parametrize("name", FACTS)
def test_an_approval_is_of_all_that_a_draft_says_of_itself(
    office: Office, first: Path, name: str
) -> None:
    made = office.draft(first)
    office.approve()
    altered(made, **{name: FACTS[name]})
    assert office.state() is State.VOID
    with pytest.raises(NotApproved, match="変わりました"):
        office.publish()
    assert not office.public.exists()


def test_an_approval_is_of_the_model_that_is_kept_and_corrected_from(
    office: Office, first: Path
) -> None:
    made = office.draft(first)
    office.approve()
    model = made.folder / "model.json"
    model.write_bytes(model.read_bytes().replace(b"812345499", b"812345498"))
    with pytest.raises(NotApproved, match="変わりました"):
        office.publish()


def test_a_forged_draft_is_not_published_though_it_was_approved(
    office: Office, first: Path
) -> None:
    """Whoever forges all of it before people look deceives them, and not the public."""
    made = office.draft(first)
    report = read_model(made)
    city = replace(report.city, figures=replace(report.city.figures, balance=1))
    content = report_files(replace(report, city=city))
    for name, data in content.items():
        (made.folder / name).write_bytes(data)
    (made.folder / "model.json").write_bytes(kept.report_json(replace(report, city=city)))
    altered(made, content_hash=files.sha256(content["SHA256SUMS"]))
    office.approve()
    assert office.state() is State.APPROVED
    with pytest.raises(NotAsTold, match="公開用データと設定から作ったものと異なります"):
        office.publish()
    assert not office.public.exists()


@pytest.mark.parametrize(
    "facts",
    [
        {"generation": "20250101T000000-0000"},
        {"unreported": ["環境局: 債権040"]},
        {"notable": ["x"]},
    ],
    ids=str,
)
def test_what_the_marts_do_not_tell_is_not_published(
    office: Office, first: Path, facts: dict[str, object], make_generation: MakeGeneration
) -> None:
    made = office.draft(make_generation(then=REGISTER)) if "unreported" in facts else None
    made = made or office.draft(first)
    altered(made, **({"unreported": []} if "unreported" in facts else facts))
    office.approve(seen=mark_of(read_draft(office.drafts, DAY).notable))
    with pytest.raises(NotAsTold):
        office.publish()
    assert not office.public.exists()


def test_settings_that_changed_since_are_approved_anew(office: Office, first: Path) -> None:
    office.draft(first, settings="two people approve")
    office.approve()
    office.asked = replace(office.asked, settings="one does")
    with pytest.raises(NotAsTold):
        office.publish()
    office.draft(first, settings="one does")
    assert office.state() is State.VOID
    office.approve()
    assert office.publish().added


def earlier(day: date, *claims: Row, **balances: int) -> list[Row]:
    """The claims as a report before told them, some with another balance."""
    return [
        {**row, "as_of": day, "balance": balances.get(f"c{row['claim_number']}", row["balance"])}
        for row in claims or CLAIMS
    ]


def test_what_fell_to_nothing_came_went_or_changed_is_to_be_seen(
    office: Office, make_generation: MakeGeneration
) -> None:
    nothing = {"balance": 0, "balance_current": 0, "balance_prior": 0, "change": -95_000_000}
    now = [row | nothing if row["claim_number"] == "003" else row for row in CLAIMS]
    now = [row for row in now if row["claim_number"] != "011"]
    before = earlier(date(2025, 1, 31), *CLAIMS[:-1], c011=5, c014=900)
    year_ago = earlier(date(2024, 7, 31), *CLAIMS[:-1], c014=43_000_000, c021=186_000_000)
    made = office.draft(make_generation("g", [*now, *before, *year_ago]))
    a_year = "（令和6年7月31日の報告との差）"
    assert made.notable == (
        "債権003（介護保険料）: 残高が0になりました（令和7年1月31日の報告では 91,000,998円）",
        "債権011（保育所利用者負担額）: 令和7年1月31日の報告にあった債権がありません（残高 5円）",
        "債権030（放課後児童クラブ利用料）: これまでの報告になかった債権です（残高 210,500円）",
        f"所属「教育委員会」: 残高 43,000,000円 → 56,000,000円{a_year}",
        f"債権014（奨学金貸付金返還金）: 残高 43,000,000円 → 56,000,000円{a_year}",
    )
    for bounds in (Bounds(percent=31), Bounds(yen=13_000_001)):
        told = office.draft(made.folder.parents[1] / "marts" / "g.duckdb", bounds=bounds).notable
        assert [line for line in made.notable if line not in told] == [
            line for line in made.notable if a_year in line
        ]


@pytest.mark.parametrize(
    ("before", "now", "is_notable"),
    [
        (10_000_000, 13_000_000, True),
        (10_000_000, 12_999_999, False),
        (10_000_000, 7_000_000, True),
        (1_000_000, 2_000_000, True),
        (1_000_000, 1_999_999, False),
        (0, 1_000_000, True),
        (0, 999_999, False),
    ],
)
def test_a_change_is_notable_from_both_bounds_on(
    before: int, now: int, *, is_notable: bool
) -> None:
    assert Bounds(percent=30, yen=1_000_000).passed_by(before, now) is is_notable


def test_a_first_report_has_nothing_to_be_held_against(office: Office, first: Path) -> None:
    assert office.draft(first).notable == ()


def test_an_approval_names_that_every_notable_change_was_seen(
    office: Office, make_generation: MakeGeneration
) -> None:
    day = date(2025, 1, 31)
    before = CLAIMS[:-1]
    office.draft(make_generation("g", [*CLAIMS, *earlier(day, *before)]))
    mark = mark_of(read_draft(office.drafts, DAY).notable)
    assert mark.startswith("1-")
    for seen in ("", "1", "2-0000"):
        with pytest.raises(NotSeen, match=rf"--seen {mark} .*\n・債権030（.*なかった債権"):
            office.approve(seen=seen)
    assert office.state() is State.DRAFTED
    (given,) = office.approve(seen=mark)
    assert given.seen == read_draft(office.drafts, DAY).notable
    assert office.state() is State.APPROVED

    # The same report, and something else to be seen of it: the approval does not cover that.
    office.draft(make_generation("more", [*CLAIMS, *earlier(day, *before, c011=24_000_000)]))
    assert office.state() is State.VOID
    with pytest.raises(NotApproved, match="大きな変化が増えました"):
        office.publish()
    with pytest.raises(NotSeen):
        office.approve(seen=mark)  # that of another list
    office.approve(seen=mark_of(read_draft(office.drafts, DAY).notable))
    page = release.preview(office.places, DAY, office.approvals()).read_text(encoding="utf-8")
    assert "承認する人が確かめる大きな変化（3件、印 3-" in page
    office.publish()
    record = kept.read(office.places.releases, DAY, 1)
    assert record is not None
    assert len(record.seen) == 3
    published = [path for path in office.public.rglob("*") if path.is_file()]
    assert not any("になかった債権".encode() in path.read_bytes() for path in published)
    office.draft(make_generation("later", [*CLAIMS, *earlier(day, *before, c011=24_000_000)]))
    assert read_draft(office.drafts, DAY).notable == ()


def test_seeing_more_than_there_is_approves_nothing(office: Office, first: Path) -> None:
    office.draft(first)
    with pytest.raises(NotSeen, match="大きな変化はありません"):
        office.approve(seen="1-0000")


@pytest.mark.parametrize("name", CONTENT)
def test_any_changed_byte_voids_the_approval(office: Office, first: Path, name: str) -> None:
    made = office.draft(first)
    office.approve()
    path = made.folder / name
    whole = path.read_bytes()
    for at in (0, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert office.state() is State.VOID
        with pytest.raises(NotApproved, match="内容か設定が変わりました"):
            office.publish()
        with pytest.raises(DraftChanged):
            office.approve()
    assert not office.public.exists()


def test_unreadable_records_never_publish(office: Office, first: Path) -> None:
    made = office.draft(first)
    office.approve()
    (made.folder / "model.json").unlink()
    assert office.state() is State.VOID
    with pytest.raises(DraftChanged, match=r"model\.json"):
        office.publish()
    (made.folder / "draft.json").write_text("{")
    assert office.state() is State.VOID
    with pytest.raises(DraftChanged):
        office.publish()
    assert office.draft(first) == made
    assert office.state() is State.APPROVED  # it is again what was approved


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


def test_a_refused_report_leaves_the_draft_alone(
    office: Office, first: Path, make_generation: MakeGeneration
) -> None:
    made = office.draft(first)
    before = tree(made.folder)
    broken = make_generation(
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
    old = office.publish_all(first).revision
    before = tree(old.folder)
    office.correct(second)
    office.approve()
    new = office.publish(LATER).revision
    assert (new.number, tree(old.folder)) == (2, before)
    (found,) = release.list_releases(office.places, lambda _: office.approvals())
    assert [revision.number for revision in found.revisions] == [1, 2]
    assert 'href="r2/report.csv"' in (office.public / "2025-07-31/index.html").read_text()


def test_sums_can_be_checked_by_anybody(office: Office, first: Path) -> None:
    office.draft(first)
    office.approve()
    folder = office.publish().revision.folder
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    listed = dict(reversed(line.split("  ", 1)) for line in lines)
    hashes = tree(folder)
    about_publishing = {"SHA256SUMS", "release.json"}
    assert listed == {name: hashes[name] for name in hashes.keys() - about_publishing}


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


def test_a_draft_takes_the_others_place_in_one_step(
    office: Office, first: Path, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = office.draft(first)
    remove = shutil.rmtree

    def killed(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(shutil, "rmtree", killed)  # the old one, once it has lost its place
    with pytest.raises(Killed):
        office.draft(second)
    monkeypatch.setattr(shutil, "rmtree", remove)
    new = read_draft(office.drafts, DAY)
    assert new.content_hash != old.content_hash
    assert changed_file(new) is None
    office.draft(first)
    assert read_draft(office.drafts, DAY) == old
    assert [path.name for path in office.drafts.iterdir()] == [DAY.isoformat()]


@pytest.mark.parametrize("killed_at", [1, 2])
def test_a_killed_draft_leaves_the_old_or_the_new_draft(
    office: Office,
    first: Path,
    second: Path,
    stop_at_rename: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
    killed_at: int,
) -> None:
    def cannot(*_: object) -> None:
        raise OSError

    old = office.draft(first)
    office.approve()
    monkeypatch.setattr(files, "exchange", cannot)  # a disk where folders do not swap names
    stop_at_rename(killed_at)
    with pytest.raises(Killed):
        office.draft(second)
    assert read_draft(office.drafts, DAY) == old
    assert office.state() is State.APPROVED
    office.draft(second)
    assert office.state() is State.VOID
    assert [path.name for path in office.drafts.iterdir()] == [DAY.isoformat()]


def test_two_different_people_approve_where_the_city_asks_for_two(
    office: Office, first: Path
) -> None:
    office.draft(first)
    for one_person in ("財政 部長", "財政部長", "財政部長様", "財政\u200b部長", "財政部\u2fa7"):
        office.approve(one_person)
    assert office.state(approvals_needed=2) is State.PARTLY
    with pytest.raises(NotApproved, match="承認は2人必要です（承認済み: 財政 部長）"):
        office.publish(approvals_needed=2)
    office.approve("債権管理課長")
    assert office.publish(approvals_needed=2).added


REGISTER = """
insert into marts.dim_claim values
('999999', '001', '市税', '財政局税務部', date '1989-04-01', null, true),
('999999', '040', '霊園使用料', '環境局', date '1989-04-01', null, true),
('999999', '041', '廃止された債権', '環境局', date '1989-04-01', date '2025-07-31', true),
('999999', '042', '台帳にない債権', '環境局', date '1989-04-01', null, false)
"""


def test_a_claim_that_nobody_reported_keeps_the_report_from_the_public(
    office: Office, make_generation: MakeGeneration
) -> None:
    made = office.draft(make_generation(then=REGISTER))
    assert made.unreported == ("環境局: 債権040（霊園使用料）",)
    with pytest.raises(Unreported, match="霊園使用料"):
        office.approve()
    with pytest.raises(Unreported, match="霊園使用料"):
        office.publish()


def test_a_department_let_pass_by_name_is_named_on_the_page(
    office: Office, make_generation: MakeGeneration
) -> None:
    waived = {"環境局": "システム更改のため", "財政局税務部": "報告済みなので載らない"}
    made = office.draft(make_generation(then=REGISTER), waived=waived)
    assert made.unreported == ()
    page = (made.folder / "index.html").read_text(encoding="utf-8")
    assert "システム更改のため" in page
    assert "報告済みなので載らない" not in page
    office.approve()
    assert office.publish().added


def test_nothing_is_published_before_the_day_it_prints(office: Office, first: Path) -> None:
    made = office.draft(first, issued=date(2025, 10, 11))
    office.approve()
    with pytest.raises(TooEarly, match="10月11日"):
        office.publish()
    assert office.draft(first).issued == made.issued  # the same figures keep their day
    assert office.publish(LATER).added


def test_a_published_report_is_corrected_only_on_request(
    office: Office, first: Path, second: Path
) -> None:
    with pytest.raises(NothingToCorrect):
        office.correct(first)
    published = office.publish_all(first).revision
    with pytest.raises(NothingToCorrect):
        office.correct(first)
    made = office.draft(second)
    assert (made.content_hash, office.state()) == (published.content_hash, State.PUBLISHED)
    assert made.changed > 0


def test_nothing_is_drafted_beside_a_revision_that_nobody_knows_any_more(
    office: Office, first: Path, second: Path
) -> None:
    office.publish_all(first)
    for record in office.places.releases.rglob("*.json"):
        record.unlink()
    before = tree(office.drafts)
    # What is out already may give away what a new draft would hide.
    with pytest.raises(NotKept):
        office.draft(second)
    assert tree(office.drafts) == before


def test_a_correction_says_old_new_and_why(
    office: Office, first: Path, make_generation: MakeGeneration
) -> None:
    office.publish_all(first)
    more = [
        {**line, "balance_current": 812_345_500, "balance": 2_311_111_000, "change": -98_889_001}
        if line["claim_number"] == "001"
        else line
        for line in CLAIMS
    ]
    office.correct(make_generation("more", claims=more))
    office.approve()
    revision = office.publish(LATER).revision
    correction = kept.read(office.places.releases, DAY, 2).report.correction
    assert (correction.revision, correction.reason) == (1, "再提出")
    items = {(item.place, item.column): (item.old, item.new) for item in correction.items}
    assert {place for place, _ in items} == {
        "市全体", "強制徴収公債権", "財政局税務部", "001 市税"
    }  # fmt: skip
    assert {column: told for (place, column), told in items.items() if place == "001 市税"} == {
        "balance_current": (812_345_499, 812_345_500),
        "balance": (2_311_110_999, 2_311_111_000),
        "change": (-98_889_002, -98_889_001),
    }
    page = (office.public / "corrections.html").read_text(encoding="utf-8")
    assert "再提出" in page
    assert "812,345,499円" in page
    assert "マイナス98,889,001円" in page
    assert revision.number == 2
    assert_site_works(office.public)


def test_a_correction_that_waits_follows_the_data_and_keeps_its_reason(
    office: Office, first: Path, second: Path, make_generation: MakeGeneration
) -> None:
    office.publish_all(first)
    office.correct(second)
    office.approve()
    third = make_generation("third", claims=CLAIMS[:-2])
    assert office.draft(third, planned=LATER.date()).revision == 2
    assert office.state() is State.VOID
    assert office.draft(first).revision == 1  # nothing is left to be corrected
    assert office.state() is State.PUBLISHED


def test_every_revision_can_be_rendered_again_to_the_byte(
    office: Office, first: Path, second: Path
) -> None:
    office.publish_all(first)
    office.correct(second)
    office.approve()
    office.publish(LATER)
    for number in (1, 2):
        assert release.rebuild(office.places, DAY, number).differing == ()
    (office.public / "2025-07-31" / "r1" / "report.csv").write_text("")
    assert release.rebuild(office.places, DAY, 1).differing == ("report.csv",)
    with pytest.raises(NothingToPublish):
        release.rebuild(office.places, DAY, 3)


def test_a_published_file_that_is_lost_is_not_as_it_was_rendered(
    office: Office, first: Path
) -> None:
    folder = office.publish_all(first).revision.folder
    (folder / "report.pdf").unlink()
    assert release.rebuild(office.places, DAY, 1).differing == ("report.pdf",)


def test_what_is_kept_of_a_report_is_the_report(office: Office, first: Path) -> None:
    made = office.draft(first)
    report = replace(read_model(made), revision=7)
    path = made.folder / "again.json"
    path.write_bytes(kept.report_json(report))
    assert kept.read_report_json(path) == report
    assert report.claims[0].figures.collection_rate_pct == Decimal("25.0")


def test_the_preview_shows_the_draft_under_a_watermark_and_changes_nothing(
    office: Office, first: Path
) -> None:
    made = office.draft(first)
    before = tree(made.folder)
    page = release.preview(office.places, DAY, office.approvals())
    assert page.parent == office.drafts
    shown = page.read_text(encoding="utf-8")
    assert "下書き" in shown
    assert 'src="2025-07-31/index.html"' in shown
    assert tree(made.folder) == before
    office.approve()
    office.publish()
    assert not list(office.public.rglob("2025-07-31.html"))
