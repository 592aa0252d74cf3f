"""Waivers: an error that somebody lets pass is a recorded warning, and only for as long."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from support.workbooks import with_cell

from ingest import landing as zone
from ingest.load import Arrival, Rules, SourceFile, check, load
from ingest.reports import LoadReport
from ingest.waivers import Waiver
from services.intake.waivers import ErrorWaivers
from services.settings import FaultyError

JULY, OCTOBER = (datetime(2020, month, 1, 9, 0, tzinfo=UTC) for month in (7, 10))
WAIVER = """
- rule: computed_amount
  claim: 003
  fiscal_year: 2019
  reason: システム改修までの間
  by: 財政課長
  until: 2020-09-30
"""


def read_waivers(content: str) -> tuple[Waiver, ...]:
    return ErrorWaivers.read(content).waivers


def take(home: Path, at: datetime, waivers: str = WAIVER) -> LoadReport:
    """Hand in a form whose computed amount is typed over."""
    if not (home / "a.xlsx").exists():
        (home / "a.xlsx").write_bytes(with_cell("D16", 5))
    return load(
        [SourceFile(home / "a.xlsx", "271004")], Arrival(at), landing=home / "landing",
        archive=home / "archive", rules=Rules(waivers=read_waivers(waivers)),
    )  # fmt: skip


def test_a_waived_error_is_a_warning_that_says_who_why_and_until_when(tmp_path: Path) -> None:
    report = take(tmp_path, JULY)
    assert report.workbooks[0].status == "accepted"
    assert report.notes == []
    (row,) = zone.table(tmp_path / "landing", "finding")
    assert (row["rule"], row["cell"], row["severity"]) == ("computed_amount", "D16", "warning")
    assert row["waiver"] == "承認: 財政課長(2020-09-30まで) システム改修までの間"


def test_a_form_that_was_returned_is_taken_once_it_is_waived(tmp_path: Path) -> None:
    assert take(tmp_path, JULY, "").workbooks[0].status == "rejected"
    assert take(tmp_path, JULY.replace(day=2)).workbooks[0].status == "accepted"
    rows = zone.table(tmp_path / "landing", "submission")
    assert [row["status"] for row in rows] == ["rejected", "accepted"]
    findings = zone.table(tmp_path / "landing", "finding")
    assert [(f["submission_id"], f["severity"], bool(f["waiver"])) for f in findings] == [
        (rows[0]["submission_id"], "error", False), (rows[1]["submission_id"], "warning", True),
    ]  # fmt: skip


def test_what_was_taken_under_a_waiver_stays_when_the_waiver_ends(tmp_path: Path) -> None:
    """The inbox keeps its files: the night after must not turn away what counts."""
    take(tmp_path, JULY)
    report = take(tmp_path, OCTOBER)
    assert report.workbooks[0].status == "unchanged"
    assert report.batch_id is None


def test_an_expired_waiver_does_nothing_and_is_told(tmp_path: Path) -> None:
    report = take(tmp_path, OCTOBER)
    assert report.workbooks[0].status == "rejected"
    (note,) = report.notes
    assert "債権003" in note
    assert "2020-09-30" in note


@pytest.mark.parametrize(
    "line",
    [
        "rule: carry_over", "claim: 004", "fiscal_year: 2018", "municipality: 282022",
        "as_of: 2020-07-31", "until: 2020-06-30",
    ],
)  # fmt: skip
def test_a_waiver_for_something_else_lets_nothing_pass(tmp_path: Path, line: str) -> None:
    name = line.partition(":")[0]
    lines = [each for each in WAIVER.strip("\n- ").splitlines() if each.split()[0] != f"{name}:"]
    waivers = "- " + "\n  ".join(each.strip() for each in [*lines, line])
    assert take(tmp_path, JULY, waivers).workbooks[0].status == "rejected"


def test_a_check_asks_the_same_waivers(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(with_cell("D16", 5))
    files, rules = [SourceFile(tmp_path / "a.xlsx")], Rules(waivers=read_waivers(WAIVER))
    for day, status in ((date(2020, 9, 30), "accepted"), (date(2020, 10, 1), "rejected")):
        (book,) = check(files, today=day, rules=rules).workbooks
        assert book.status == status


def test_a_claim_number_is_read_as_typed_and_padded() -> None:
    """YAML would take 010 for eight."""
    claims = [read_waivers(WAIVER.replace("003", typed))[0].claim for typed in ("010", "8", "全市")]
    assert claims == ["010", "008", "全市"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("- rule: [", "1行目: YAMLとして読めません"),
        ("rule: computed_amount", "並べてください"),
        ("- computed_amount", "1件目: 「computed_amount」は使えません。「項目: 値」の形で"),
        (WAIVER.replace("computed_amount", "computed"), "1件目 rule: 「computed」という検査は"),
        (WAIVER.replace("computed_amount", "unreadable_number"), "承認で通せません"),
        (WAIVER.replace("by: 財政課長", ""), "1件目 by がありません"),
        (WAIVER.replace("by:", "who:"), "「who」という項目はありません"),
        (WAIVER.replace("2020-09-30", "9月末"), "1件目 until: 「9月末」は使えません。日付を"),
        (WAIVER.replace("2019", "令和元"), "1件目 fiscal_year: 「令和元」は使えません。西暦4桁"),
        (
            WAIVER + "  municipality: 大阪市",
            "1件目 municipality: 「大阪市」は使えません。団体コードを",
        ),
    ],
)
def test_a_faulty_file_says_where_and_what_to_write(content: str, said: str) -> None:
    with pytest.raises(FaultyError, match=re.escape(said)):
        read_waivers(content)


def test_an_empty_file_waives_nothing() -> None:
    assert read_waivers("# まだありません\n") == ()
