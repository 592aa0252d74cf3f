"""From a draft to the website, by the command line's own functions."""

import json
import shutil
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
from pypdf import PdfReader

from exports.errors import NothingToPublish
from exports.press.files import point
from exports.release import drafting
from exports.release.records import binding, read_draft
from orchestration import runs
from services import releases, reviews
from services.clock import now, stopped_at
from services.exits import Exit, Stop, exit_of
from services.home import Home
from services.records import acts, audit, backup, soundness
from services.warehouse import seal
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
    assert acts[0]["content_hash"] == acts[1]["approved"]
    drafted = runs.draft(built, stopped_at(LATER + timedelta(days=1)), JULY)
    assert drafted.code is Exit.DONE, drafted.messages
    assert '"state": "published"' in reviews.listing(built, as_json=True)
    assert [line["action"] for line in audit.read(built)][
        -1
    ] == "publish"  # nothing new was drafted


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


def test_one_person_approves_once_however_the_name_is_written(built: Home) -> None:
    (built.config / "city.yml").write_text(
        "municipality_name: 見本市\nmunicipality_code: '271004'\napprovals_needed: 2\n", "utf-8"
    )
    runs.draft(built, stopped_at(LATER), JULY)
    assert "あと1人" in releases.approve(built, JULY, "髙橋 一郎", LATER)
    for again in ("高橋一郎", "髙橋ー郎様", "高\u200b橋一郎", "高橋\U000e0100一郎"):
        assert "同じ人がすでに承認" in releases.approve(built, JULY, again, LATER)
    with pytest.raises(Stop, match="漢字・かな・ローマ字"):
        releases.approve(built, JULY, "\u200b", LATER)
    assert runs.publish(built, stopped_at(LATER), JULY).code is Exit.NOT_APPROVED
    releases.approve(built, JULY, "財政部長", LATER)
    # Whoever says now that one is enough, or that it was enough, has what was approved otherwise.
    (built.config / "city.yml").write_text(
        "municipality_name: 見本市\nmunicipality_code: '271004'\napprovals_needed: 1\n", "utf-8"
    )
    refused = runs.publish(built, stopped_at(LATER), JULY)
    assert (refused.code, "設定から作ったものと異なります" in refused.messages[0]) == (
        Exit.NOT_APPROVED, True
    )  # fmt: skip
    assert fingerprint(built.public) == {}


def test_a_draft_that_was_sent_back_is_approved_anew(built: Home) -> None:
    releases.approve(built, JULY, "財政課長", LATER)
    told = mishukin(
        built, "report", "reject", "2020-07-31", "--by", "財政部長", "--reason", "区分の誤り"
    )  # fmt: skip
    assert (told.code, "差し戻しました" in told.err) == (Exit.DONE, True)
    act = audit.read(built)[-1]
    assert (act["action"], act["by"], act["reason"]) == ("send_back", "財政部長", "区分の誤り")
    refused = runs.publish(built, stopped_at(LATER), JULY)
    assert (refused.code, "差し戻されました" in refused.messages[0]) == (Exit.NOT_APPROVED, True)
    releases.approve(built, JULY, "財政課長", LATER)
    assert runs.publish(built, stopped_at(LATER), JULY).code is Exit.DONE
    with pytest.raises(Stop, match="公表されています"):
        releases.reject(built, JULY, "財政部長", "区分の誤り", LATER)


def test_an_approval_that_no_chain_tells_counts_for_nothing(built: Home) -> None:
    made = read_draft(built.drafts, JULY)
    line = {
        "action": "approve", "as_of": "2020-07-31", "at": LATER.isoformat(), "by": "財政課長",
        "binding": binding(made), "content_hash": made.content_hash,
        "seq": 999, "hash": "", "prev": "",
    }  # fmt: skip
    log = built.audit.read_bytes()
    built.audit.write_bytes(log + audit._canonical(line) + b"\n")
    refused = runs.publish(built, stopped_at(LATER), JULY)
    assert (refused.code, "監査記録が変えられている" in refused.messages[0]) == (
        Exit.CHECK_FAILED, True
    )  # fmt: skip
    with pytest.raises(Stop, match="監査記録が変えられている"):
        releases.approve(built, JULY, "財政課長", LATER)
    assert fingerprint(built.public) == {}


def forged(home: Home, by: str) -> None:
    """The whole log made anew by somebody who can write to the home: other people approved."""
    before = audit.read(home)
    home.audit.unlink()
    home.audit.with_suffix(".head").write_text(json.dumps({"seq": 0, "hash": audit.GENESIS}))
    for line in before:
        facts = {name: fact for name, fact in line.items() if name not in audit.OWN}
        at = datetime.fromisoformat(facts.pop("at"))
        audit.note(home, at, facts.pop("action"), **facts | ({"by": by} if "by" in facts else {}))


def test_a_report_names_its_approval_and_a_log_made_anew_lacks_it(
    built: Home, tmp_path: Path
) -> None:
    backup.backup(built, tmp_path / "backup", LATER - timedelta(days=1))
    releases.approve(built, JULY, "財政課長", LATER)
    head = audit.read(built)[-1]["hash"]
    assert runs.publish(built, stopped_at(LATER), JULY).code is Exit.DONE
    revision = built.public / "2020-07-31" / "r1"
    for name in ("index.html", "report.json", "../../feed.xml", "../index.html"):
        assert head in (revision / name).read_text("utf-8"), name
    pages = PdfReader(revision / "report.pdf").pages
    assert head in "".join("".join(page.extract_text() for page in pages).split())
    assert reviews.rebuild(built, JULY, 1, None)[1]
    verify = ("audit", "verify", "--backup", str(tmp_path / "backup"))
    assert mishukin(built, *verify).code == Exit.DONE

    forged(built, "別人")
    assert audit.verify(built).faults == ()
    told = mishukin(built, *verify)
    assert told.code == Exit.CHECK_FAILED
    assert f"公表した2020-07-31の第1版に記された {head} の行がありません" in told.err
    assert "控え20201029T090000に記された" in told.err
    with pytest.raises(Stop, match="監査記録が変えられている"):
        releases.approve(built, date(2020, 10, 31), "財政課長", LATER)
    shutil.rmtree(built.public)
    assert "releases/2020-07-31/r1.json" in soundness.verify(built).faults[0]

    soundness.resume(built, LATER, "情報課", "記録の差替え")
    assert soundness.verify(built).faults == ()
    assert mishukin(built, *verify).code == Exit.CHECK_FAILED  # the backup still knows better


def test_nothing_is_done_at_a_time_to_come(built: Home) -> None:
    for command in (
        ("report", "approve", "2020-07-31", "--by", "財政課長", "--at"),
        ("report", "publish", "2020-07-31", "--at"),
        ("load", "--received-at"),
    ):
        before = built.audit.read_bytes()
        refused = mishukin(built, *command, (now() + timedelta(hours=1)).isoformat())
        assert (refused.code, "これからの日時" in refused.err) == (Exit.USAGE, True)
        assert built.audit.read_bytes() == before
    assert mishukin(built, "doctor", "--at", (now() + timedelta(days=9)).isoformat()).code in (0, 4)


def test_other_figures_void_an_approval_for_good(built: Home) -> None:
    releases.approve(built, JULY, "財政課長", LATER)
    renamed(built, "奨学金", "奨学金(貸付)")
    runs.draft(built, stopped_at(LATER), JULY)
    renamed(built, "奨学金(貸付)", "奨学金")
    runs.draft(built, stopped_at(LATER), JULY)
    refused = runs.publish(built, stopped_at(LATER), JULY)
    assert (refused.code, "作り直されたか" in refused.messages[0]) == (Exit.NOT_APPROVED, True)


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
