"""Ways to change a published city's home behind its back: each is told, and nothing comes of it.

How the audit log itself may be changed, `rules/services/test_audit.py` and `test_acts.py` try.
"""

import json
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from flow.city import fingerprint
from flow.conftest import build, copied
from flow.test_truth import flip
from support.once import once

from exports.press.files import sha256
from orchestration import runs
from services import releases
from services.clock import stopped_at
from services.exits import Exit, Stop
from services.home import Home
from services.records import audit, doctor
from services.records.doctor import State
from terms.years import TOKYO

JULY, OCTOBER = date(2020, 7, 31), date(2020, 10, 31)
PUBLISHED = datetime(2020, 10, 30, 9, tzinfo=TOKYO)
LATER = datetime(2021, 2, 1, 9, tzinfo=TOKYO)
Way = Callable[[Home], str]
FOUND: dict[str, Way] = {}
REFUSED: dict[str, Way] = {}


def told(way: Way) -> Way:
    """`mishukin doctor --deep` names what `way` returns."""
    FOUND[way.__name__] = way
    return way


def refused(way: Way) -> Way:
    """Of the other report, drafted and approved, nothing is published then."""
    REFUSED[way.__name__] = way
    return way


def published(folder: Path) -> None:
    """July is published, October is approved."""
    home = copied(once("city", build), folder)
    releases.approve(home, JULY, "財政課長", PUBLISHED)
    assert runs.publish(home, stopped_at(PUBLISHED), JULY).code is Exit.DONE
    releases.draft(home, OCTOBER, LATER)  # knowing what is public
    releases.approve(home, OCTOBER, "財政課長", LATER)


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Home:
    return copied(once("published city", published), tmp_path)


def batch(home: Home, number: int = -1) -> Path:
    return sorted(home.landing.glob("batch=2*"))[number]


def workbook(home: Home, number: int = 0) -> Path:
    return sorted(home.archive.glob("*.xlsx"))[number]


def receipt(home: Home) -> Path:
    return sorted((home.archive / "receipts").glob("*.json"))[-1]


def revision(home: Home) -> Path:
    return home.public / JULY.isoformat() / "r1"


def named(home: Home, path: Path) -> str:
    return path.relative_to(home.root).as_posix()


def removed(home: Home, path: Path) -> str:
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    return named(home, path)


def changed(home: Home, path: Path) -> str:
    path.chmod(0o600)
    flip(path)
    return named(home, path)


def edited(home: Home, path: Path, old: str, new: str) -> str:
    """A word of a text is another one."""
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")
    return named(home, path)


def summed(folder: Path) -> None:
    """The list of hashes tells what lies there now, as an honest one would."""
    sums = folder / "SHA256SUMS"
    names = [line.split("  ", 1)[1] for line in sums.read_text(encoding="utf-8").splitlines()]
    lines = (f"{sha256((folder / name).read_bytes())}  {name}\n" for name in names)
    sums.write_text("".join(lines), encoding="utf-8")


@told
def a_bit_of_what_landed(home: Home) -> str:
    return changed(home, batch(home) / "cell.parquet")


@told
def a_batch_removed(home: Home) -> str:
    return removed(home, batch(home))


@told
def a_batch_once_more_under_a_later_name(home: Home) -> str:
    again = home.landing / "batch=20201120T000000000001Z-000000000000"
    shutil.copytree(batch(home), again)
    return named(home, again)


@told
def a_batch_under_an_earlier_name(home: Home) -> str:
    earlier = home.landing / "batch=20190101T000000000000Z-000000000000"
    batch(home).rename(earlier)
    return named(home, earlier)


@told
def the_rows_of_two_batches_exchanged(home: Home) -> str:
    first, second = (batch(home, number) / "cell.parquet" for number in (0, -1))
    kept = first.read_bytes()
    shutil.copyfile(second, first)
    second.write_bytes(kept)
    return named(home, first)


@told
def a_file_more_in_a_batch(home: Home) -> str:
    more = batch(home) / "withdrawal-2.parquet"
    shutil.copyfile(batch(home) / "withdrawal.parquet", more)
    return named(home, more)


@told
def a_batch_without_its_withdrawals(home: Home) -> str:
    return removed(home, batch(home) / "withdrawal.parquet")


@told
def a_row_more_written_by_a_database(home: Home) -> str:
    rows = batch(home) / "cell.parquet"
    duckdb.sql(f"copy (from '{rows}' union all (from '{rows}' limit 1)) to '{rows}.new'")
    Path(f"{rows}.new").replace(rows)
    return named(home, rows)


@told
def a_bit_of_a_workbook(home: Home) -> str:
    return changed(home, workbook(home))


@told
def a_workbook_removed(home: Home) -> str:
    return removed(home, workbook(home))


@told
def a_workbook_in_the_place_of_another(home: Home) -> str:
    shutil.copyfile(workbook(home, 1), workbook(home, 0))
    return named(home, workbook(home, 0))


@told
def a_receipt_that_tells_another_day(home: Home) -> str:
    return edited(home, receipt(home), "2020-", "2019-")


@told
def a_receipt_removed(home: Home) -> str:
    return removed(home, receipt(home))


@told
def a_figure_of_the_marts(home: Home) -> str:
    path = home.current.resolve()
    path.chmod(0o600)
    with duckdb.connect(path) as marts:
        marts.execute("update marts.mart_balance_report set balance = balance + 1")
    return path.name


@told
def a_bit_of_the_marts(home: Home) -> str:
    changed(home, home.current.resolve())
    return home.current.resolve().name


@told
def marts_of_somebody_else(home: Home) -> str:
    other = home.marts / "20301231T000000-000000000000.duckdb"
    shutil.copyfile(home.current.resolve(), other)
    home.current.unlink()
    home.current.symlink_to(other.name)
    return other.name


@told
def marts_removed(home: Home) -> str:
    removed(home, home.current.resolve())
    return "公開用データ"


@told
def a_published_figure(home: Home) -> str:
    return edited(home, revision(home) / "report.csv", "奨学金", "奨学金等")


@told
def a_published_figure_and_its_sums(home: Home) -> str:
    name = edited(home, revision(home) / "report.csv", "奨学金", "奨学金等")
    summed(revision(home))
    return name


@told
def a_published_workbook(home: Home) -> str:
    return changed(home, revision(home) / "report.xlsx")


@told
def a_published_file_removed(home: Home) -> str:
    return removed(home, revision(home) / "report.pdf")


@told
def a_revision_removed(home: Home) -> str:
    return removed(home, revision(home))


@told
def a_revision_nobody_approved(home: Home) -> str:
    second = revision(home).with_name("r2")
    shutil.copytree(revision(home), second)
    return named(home, second)


@told
def the_first_page(home: Home) -> str:
    return edited(home, home.public / "index.html", "2020", "2021")


@told
def the_page_of_a_day(home: Home) -> str:
    return removed(home, home.public / JULY.isoformat() / "index.html")


@told
def a_page_more(home: Home) -> str:
    page = home.public / "訂正.html"
    page.write_text("<h1>0円</h1>", encoding="utf-8")
    return named(home, page)


@told
def the_feed(home: Home) -> str:
    return edited(home, home.public / "feed.xml", "r1", "r2")


@told
def what_a_revision_was_rendered_from(home: Home) -> str:
    return edited(home, home.releases / JULY.isoformat() / "r1.json", "奨学金", "奨学金等")


@told
def the_record_of_a_revision_removed(home: Home) -> str:
    return removed(home, home.releases / JULY.isoformat() / "r1.json")


@told
def the_log_made_anew_from_its_middle(home: Home) -> str:
    """By somebody who knows how: every hash fits, but the report that is public names another."""
    before, lines = audit.GENESIS, []
    for line in audit.read(home):
        made = dict(line) | {"prev": before, **({"by": "別人"} if line.get("by") else {})}
        made["hash"] = before = audit._hash(made)
        lines.append(audit._canonical(made) + b"\n")
    home.audit.write_bytes(b"".join(lines))
    head = {"seq": len(lines), "hash": before}
    home.audit.with_suffix(".head").write_text(json.dumps(head))
    return "監査記録"


@refused
def a_drafted_figure(home: Home) -> str:
    return edited(home, home.drafts / OCTOBER.isoformat() / "report.csv", "奨学金", "奨学金等")


@refused
def a_drafted_figure_and_its_sums(home: Home) -> str:
    name = edited(home, home.drafts / OCTOBER.isoformat() / "report.csv", "奨学金", "奨学金等")
    summed(home.drafts / OCTOBER.isoformat())
    return name


@refused
def the_model_of_a_draft(home: Home) -> str:
    return edited(home, home.drafts / OCTOBER.isoformat() / "model.json", "奨学金", "奨学金等")


@refused
def whom_a_draft_waits_for(home: Home) -> str:
    return edited(
        home, home.drafts / OCTOBER.isoformat() / "draft.json", '"revision": 1', '"revision": 2'
    )


@refused
def an_approval_by_hand_of_other_figures(home: Home) -> str:
    """The draft is changed and its hashes are; who approved it is written as the log has it."""
    draft = home.drafts / OCTOBER.isoformat()
    edited(home, draft / "report.csv", "奨学金", "奨学金等")
    summed(draft)
    lines = audit.read(home)
    approval = next(line for line in reversed(lines) if line["action"] == "approve")
    now = sha256((draft / "SHA256SUMS").read_bytes())
    forged = {
        **approval,
        "content_hash": now,
        "seq": lines[-1]["seq"] + 1,
        "prev": lines[-1]["hash"],
    }
    forged["hash"] = audit._hash(forged)
    with home.audit.open("ab") as log:
        log.write(audit._canonical(forged) + b"\n")
    return ""


@refused
def a_setting(home: Home) -> str:
    (home.config / "city.yml").write_text("approvals_needed: 2\n", encoding="utf-8")
    return ""


@refused
def the_settings_of_disclosure(home: Home) -> str:
    (home.config / "city.yml").write_text("disclosure_threshold: 0\n", encoding="utf-8")
    return ""


def test_nothing_is_wrong_before(home: Home) -> None:
    assert faults(home) == {}


@pytest.mark.parametrize("way", FOUND)
def test_what_was_changed_is_told_at_its_file(home: Home, way: str) -> None:
    name = FOUND[way](home)
    found = faults(home)
    assert any(name in f"{check} {message}" for check, message in found.items()), found


@pytest.mark.parametrize("way", REFUSED)
def test_what_is_not_what_was_approved_is_not_published(home: Home, way: str) -> None:
    before = fingerprint(home.public)
    REFUSED[way](home)
    try:
        ended = runs.publish(home, stopped_at(LATER), OCTOBER).code
    except Stop as stopped:
        ended = stopped.code
    assert ended in (Exit.NOT_APPROVED, Exit.CHECK_FAILED, Exit.UNEXPECTED)
    assert fingerprint(home.public) == before


def faults(home: Home) -> dict[str, str]:
    """What doctor says is wrong, by its check."""
    found = doctor.examine(home, LATER, deep=True)
    return {each.name: each.message for each in found if each.state is State.FAULT}
