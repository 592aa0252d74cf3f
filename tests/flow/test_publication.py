"""From a draft to the website, by the command line's own functions."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flow.city import (
    RECEIVED,
    balance_report,
    fingerprint,
    land,
    mishukin,
    with_marts,
)

from exports.errors import NothingToPublish
from exports.press.files import point
from exports.release import approval, drafting
from orchestration import runs
from services import releases, reviews, seal
from services.clock import stopped_at
from services.exits import Exit, exit_of
from services.home import Home
from services.records import acts, audit, truth
from terms.years import TOKYO

JULY = date(2020, 7, 31)
PUBLICATION = date(2020, 10, 30)  # the 31st is a Saturday
LATER = datetime(2020, 10, 30, 9, 0, tzinfo=TOKYO)


def test_nothing_is_published_without_an_approval(built: Home) -> None:
    refused = runs.publish(built, stopped_at(LATER), JULY)
    assert refused.code is Exit.NOT_APPROVED
    assert "承認されていません" in refused.messages[0]
    assert runs.publish(built, stopped_at(LATER), None).code is Exit.NOT_APPROVED
    assert fingerprint(built.public) == {}


def test_an_approved_draft_becomes_a_revision_that_stays(built: Home) -> None:
    releases.approve(built, JULY, "財政課長", LATER)
    done = runs.publish(built, stopped_at(LATER), None)
    assert (done.code, done.results) == (Exit.DONE, ["public/2020-07-31/r1/"])
    published = fingerprint(built.public)
    assert "index.html" in published
    again = runs.publish(built, stopped_at(LATER + timedelta(days=1)), JULY)
    assert (again.code, fingerprint(built.public)) == (Exit.DONE, published)
    acts = [line for line in audit.read(built) if line["action"] in ("approve", "publish")]
    assert [(act["action"], act["as_of"]) for act in acts] == [
        ("approve", "2020-07-31"),
        ("publish", "2020-07-31"),
    ]
    assert acts[0]["by"] == "財政課長"
    assert acts[0]["content_hash"] == acts[1]["content_hash"]


def test_what_a_correction_would_change_is_listed_beforehand(built: Home) -> None:
    unpublished = mishukin(built, "report", "draft", "2020-07-31", "--dry-run")
    assert (unpublished.code, "まだ公表されていません" in unpublished.out) == (0, True)
    releases.approve(built, JULY, "財政課長", LATER)
    assert runs.publish(built, stopped_at(LATER), JULY).code is Exit.DONE
    assert releases.compare(built, JULY) == drafting.Compared(1, ())

    renamed(built, "奨学金", "奨学金 *貸付*")
    before = fingerprint(built.drafts) | fingerprint(built.public)
    told = mishukin(built, "report", "draft", "2020-07-31", "--dry-run")
    asked = mishukin(built, "report", "draft", "2020-07-31", "--dry-run", "--json")
    assert fingerprint(built.drafts) | fingerprint(built.public) == before
    assert ("008 奨学金 *貸付*" in told.out, "(1行)" in told.out) == (True, True)
    assert json.loads(asked.out) == {
        "as_of": "2020-07-31",
        "revision": 1,
        "items": [
            {
                "place": "008 奨学金 *貸付*",
                "column": "債権名",
                "old": "奨学金",
                "new": "奨学金 *貸付*",
            }
        ],
    }
    with runs.runner(built, stopped_at(LATER)) as running:
        drafted = running.execute("balance_report_july", partition="2020-07-31")
    table = runs.materialized(drafted, "balance_report_draft")["would_change"]
    assert table.splitlines()[2:] == [
        r"| 008 奨学金 \*貸付\* | 債権名 | 奨学金 | 奨学金 \*貸付\* |"
    ]


def renamed(home: Home, name: str, new: str) -> None:
    """A newer generation, in which a claim has another name."""
    with_marts(
        home,
        f"update marts.mart_balance_report set claim_name = '{new}' where claim_name = '{name}'",  # noqa: S608
    )


def test_an_approval_that_a_kill_left_un_noted_is_noted_by_the_next_command(built: Home) -> None:
    approval.approve(built.drafts, JULY, "財政課長", LATER)
    assert runs.publish(built, stopped_at(LATER + timedelta(hours=1)), JULY).code is Exit.DONE
    lines = [line for line in audit.read(built) if line["action"] != truth.ACTION]
    approved, published = lines[-2:]
    assert [approved["action"], approved["by"], published["action"]] == [
        "approve", "財政課長", "publish",
    ]  # fmt: skip
    assert approved["at"] == LATER.isoformat()


def test_what_a_kill_left_un_noted_is_noted_later_to_the_letter(built: Home) -> None:
    early = stopped_at(LATER - timedelta(days=9))
    runs.draft(built, early, JULY, issued=early().date())
    releases.approve(built, JULY, "財政課長", early())
    done = runs.publish(built, early, JULY, early="議会への報告に合わせるため", by="財政部長")
    assert done.code is Exit.DONE, done.messages
    note_the_last_line_later(built, early())

    renamed(built, "奨学金", "奨学金(貸付)")
    done = runs.correct(built, early, JULY, reason="債権名の誤り", by="財政課")
    assert done.code is Exit.DONE, done.messages
    note_the_last_line_later(built, early())


def note_the_last_line_later(home: Home, at: datetime) -> None:
    """As if the command had been killed before that line; it comes to the same log."""
    log = home.audit.read_bytes()
    lines = log.splitlines(keepends=True)
    home.audit.write_bytes(b"".join(lines[:-1]))
    before = json.loads(lines[-2])
    head = {"seq": before["seq"], "hash": before["hash"]}
    home.audit.with_suffix(".head").write_text(json.dumps(head))
    acts.catch_up(home, at)
    assert home.audit.read_bytes() == log


def test_an_approval_is_void_once_the_figures_change(built: Home, tmp_path: Path) -> None:
    releases.approve(built, JULY, "財政課長", LATER)
    path = tmp_path / "july.xlsx"
    path.write_bytes(balance_report(JULY, 1500))
    land(built, [path], RECEIVED + timedelta(days=1))
    assert runs.run(built, stopped_at(LATER)).code is Exit.DONE
    assert runs.publish(built, stopped_at(LATER), JULY).code is Exit.NOT_APPROVED
    assert '"state": "void"' in reviews.listing(built, as_json=True)


def test_the_same_figures_keep_their_approval(built: Home) -> None:
    releases.approve(built, JULY, "財政課長", LATER)
    drafted = runs.draft(built, stopped_at(LATER + timedelta(days=9)), JULY)
    assert drafted.code is Exit.DONE, drafted.messages
    assert runs.publish(built, stopped_at(LATER), JULY).code is Exit.DONE


@pytest.mark.parametrize(("day", "word"), [(10, "未報告(提出期限前)"), (11, "未報告")])
def test_who_has_not_reported_is_late_only_after_the_day_of_collection(
    built: Home, day: int, word: str
) -> None:
    with_marts(built, "update marts.dim_claim set is_registered = true")
    told = runs.draft(built, stopped_at(datetime(2020, 9, day, 23, tzinfo=TOKYO)), JULY).messages
    assert told
    assert {message.split(" ")[1] for message in told} == {word}


def test_a_date_without_reports_is_refused(built: Home) -> None:
    refused = runs.draft(built, stopped_at(LATER), date(2019, 7, 31))
    assert refused.code is Exit.USAGE
    with pytest.raises(NothingToPublish) as refusal:
        releases.approve(built, date(2019, 7, 31), "財政課長", LATER)
    assert exit_of(refusal.value) is Exit.NOT_APPROVED


def test_the_command_line_ends_with_5_and_lists_the_state(built_once: Home) -> None:
    refused = mishukin(built_once, "report", "publish", "2020-07-31")
    assert (refused.code, refused.out) == (5, "")
    listed = mishukin(built_once, "report", "list")
    assert listed.code == 0
    assert "2020-07-31" in listed.out
    assert "下書き" in listed.out


def test_a_report_waits_for_its_day_unless_somebody_decides_otherwise(built: Home) -> None:
    early = stopped_at(LATER - timedelta(days=9))
    releases.approve(built, JULY, "財政課長", early())
    refused = runs.publish(built, early, JULY)
    assert (refused.code, refused.results) == (Exit.NOT_APPROVED, [])
    assert PUBLICATION.isoformat() in refused.messages[0]
    assert runs.publish(built, early, None).code is Exit.NOT_APPROVED
    assert fingerprint(built.public) == {}

    runs.draft(built, early, JULY, issued=early().date())
    releases.approve(built, JULY, "財政課長", early())
    done = runs.publish(built, early, JULY, early="議会への報告に合わせるため", by="財政部長")
    assert done.code is Exit.DONE, done.messages
    act = list(audit.read(built))[-1]
    assert (act["action"], act["early"], act["by"]) == (
        "publish", "議会への報告に合わせるため", "財政部長"
    )  # fmt: skip


def test_nothing_is_published_from_data_that_failed_or_are_not_the_newest(built: Home) -> None:
    releases.approve(built, JULY, "財政課長", LATER)
    made_from = built.current.resolve().name
    with_marts(built, "comment on table marts.mart_balance_report is '新しい'")
    refused = runs.publish(built, stopped_at(LATER), JULY)
    assert (refused.code, "より新しい公開用データ" in refused.messages[0]) == (
        Exit.CHECK_FAILED, True
    )  # fmt: skip
    point(built.current, made_from)
    seal.break_seal(built)
    refused = runs.publish(built, stopped_at(LATER), JULY)
    assert (refused.code, "検査に合格していない" in refused.messages[0]) == (
        Exit.CHECK_FAILED, True
    )  # fmt: skip
    assert fingerprint(built.public) == {}
