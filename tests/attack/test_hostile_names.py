"""Names of files and sheets are only ever shown, and shown legibly: none becomes a path."""

import json
import re
from pathlib import Path

import duckdb
from attack.conftest import Handled
from attack.names import FILES, SHEETS
from flow.city import CODE

LEGIBLE = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*")

OF_THESE = "(claim_number = '014' or claim_number >= '200')"


def submissions(handled: Handled, which: str) -> list[tuple[str, str]]:
    """File and sheet of submissions, as the finance division sees them."""
    with duckdb.connect(str(handled.home.current), read_only=True) as marts:
        return marts.execute(
            f"select file, sheet from marts.mart_submission where {which}"  # noqa: S608
        ).fetchall()


def test_what_is_said_of_them_cannot_act_on_a_screen(handled: Handled) -> None:
    said = handled.said
    assert LEGIBLE.fullmatch(said)
    assert "Traceback" not in said
    assert max(map(len, said.splitlines())) < 3_000
    assert not any(line.startswith("偽の行") for line in said.splitlines())


def test_no_name_became_a_path(handled: Handled) -> None:
    home = handled.home
    assert not Path("/tmp/落とし穴").exists()  # noqa: S108 - where the name points
    kept = re.compile(r"(settings/)?[0-9a-f]{64}(\.(xlsx|ods))?|receipts/\d{8}\.json")
    archived = [path for path in home.archive.rglob("*") if path.is_file()]
    assert archived and all(
        kept.fullmatch(path.relative_to(home.archive).as_posix()) for path in archived
    )
    returned = re.compile(r"\d{8}-[0-9a-f]{12}\.xlsx|index\.(html|json)")
    copies = [path for path in home.returned.rglob("*") if path.is_file()]
    assert copies and all(returned.fullmatch(path.name) for path in copies)
    assert {path.parent.name for path in copies} == {CODE}
    batch = re.compile(r"batch=[0-9TZ]+(-[0-9a-f]{12})?|register")
    assert all(batch.fullmatch(path.name) for path in home.landing.iterdir())


def test_the_marts_and_the_index_show_them_as_plain_text(handled: Handled) -> None:
    rows = submissions(handled, "true")
    assert len(submissions(handled, OF_THESE)) == len(SHEETS) + len(FILES) // 2 + 1
    assert all(LEGIBLE.fullmatch(file) and LEGIBLE.fullmatch(sheet) for file, sheet in rows)
    page = (handled.home.returned / CODE / "index.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page and "<b>'" not in page


def test_the_sensor_asks_for_files_of_any_name(handled: Handled) -> None:
    paths = handled.asked["ops"]["landing"]["config"]["paths"]
    inbox = handled.home.inbox
    assert len(paths) == len([path for path in inbox.rglob("*") if path.is_file()])
    assert all(LEGIBLE.fullmatch(path) for path in paths)
    json.dumps(paths, ensure_ascii=False).encode()


def test_a_good_form_on_a_sheet_of_any_name_is_still_read(handled: Handled) -> None:
    accepted = submissions(handled, f"{OF_THESE} and status = 'accepted'")
    assert len(accepted) >= (len(SHEETS) + 1) // 2 + len(FILES) // 2
