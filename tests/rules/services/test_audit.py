"""The audit log: any line that is altered, missing, added or moved is found."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import cli
from services.exits import Exit
from services.home import Home
from services.records import audit

NOON = datetime(2026, 4, 1, 3, tzinfo=UTC)
PLAIN = b'{"at": "2025-10-31T09:00:00+09:00", "action": "approve", "by": "a"}\n'


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home").create()
    for number in range(1, 5):
        audit.note(home, NOON + timedelta(days=number), "approve", by="課長", revision=number)
    return home


def lines(home: Home) -> list[bytes]:
    return home.audit.read_bytes().splitlines(keepends=True)


def put(home: Home, kept: list[bytes]) -> None:
    home.audit.write_bytes(b"".join(kept))


def test_what_was_noted_is_a_chain_that_holds(home: Home) -> None:
    verdict = audit.verify(home)
    assert (verdict.lines, verdict.faults) == (4, ())
    first, *_ = audit.read(home)
    assert first["at"] == "2026-04-02T12:00:00+09:00"
    assert (first["seq"], first["by"], first["revision"]) == (1, "課長", 1)


def rechained(home: Home, number: int) -> list[bytes]:
    """A line altered by somebody who knows how a line's own hash is made."""
    kept = lines(home)
    line = json.loads(kept[number])
    line["by"] = "別人"
    line["hash"] = audit._hash(line)
    kept[number] = audit._canonical(line) + b"\n"
    return kept


def led_to(home: Home, number: int) -> list[bytes]:
    """The same, and the line behind it, whose own hash stays, follows the altered one."""
    kept = rechained(home, number)
    behind = json.loads(kept[number + 1])
    behind["prev"] = json.loads(kept[number])["hash"]
    kept[number + 1] = audit._canonical(behind) + b"\n"
    return kept


def with_more(home: Home, number: int, more: bytes) -> list[bytes]:
    """A line that says the same to a program which takes the last of two, and hashes the same."""
    kept = lines(home)
    kept[number] = b"{" + more + kept[number][1:]
    return kept


def written_otherwise(home: Home, number: int, **how: Any) -> list[bytes]:
    kept = lines(home)
    kept[number] = json.dumps(json.loads(kept[number]), **how).encode() + b"\n"
    return kept


ATTACKS: dict[str, Callable[[Home], list[bytes]]] = {
    "a word altered": lambda home: [
        line.replace("課長".encode(), "部長".encode()) if n == 1 else line
        for n, line in enumerate(lines(home))
    ],
    "altered with its own hash": lambda home: rechained(home, 1),
    "altered, and the next one led to it": lambda home: led_to(home, 1),
    "the last one, with its own hash": lambda home: rechained(home, 3),
    "the first removed": lambda home: lines(home)[1:],
    "one removed": lambda home: lines(home)[:2] + lines(home)[3:],
    "the last removed": lambda home: lines(home)[:-1],
    "all removed": lambda _: [],
    "two exchanged": lambda home: [lines(home)[n] for n in (0, 2, 1, 3)],
    "one twice": lambda home: [lines(home)[n] for n in (0, 1, 1, 2, 3)],
    "a plain one in front": lambda home: [PLAIN, *lines(home)],
    "a plain one behind": lambda home: [*lines(home), PLAIN],
    "a name told twice": lambda home: with_more(home, 1, '"by":"別人",'.encode()),
    "a blank in between": lambda home: with_more(home, 1, b" "),
    "in another order": lambda home: written_otherwise(home, 1, ensure_ascii=False),
    "escaped": lambda home: written_otherwise(
        home, 1, separators=(",", ":"), sort_keys=True, ensure_ascii=True
    ),
    "another line's end": lambda home: [line.replace(b"\n", b"\r\n") for line in lines(home)],
    "deep": lambda home: [*lines(home), b"[" * 100_000 + b"\n"],
    "an unreadable one": lambda home: [*lines(home)[:2], b"\xff\n", *lines(home)[2:]],
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_changed_log_is_found_then_and_ever_after(home: Home, attack: str) -> None:
    put(home, ATTACKS[attack](home))
    assert audit.verify(home).faults
    audit.note(home, NOON + timedelta(days=9), "publish")
    assert audit.verify(home).faults


def test_a_line_that_can_be_read_in_two_ways_is_told_and_does_not_count(home: Home) -> None:
    put(home, with_more(home, 1, '"by":"別人",'.encode()))
    assert any(fault.startswith("2行目") for fault in audit.verify(home).faults)
    assert [line["seq"] for line in audit.read(home)] == [1, 3, 4]


def test_a_removed_head_is_found(home: Home) -> None:
    home.audit.with_suffix(".head").unlink()
    assert audit.verify(home).faults


def test_a_log_forged_from_the_beginning_lacks_the_hash_noted_elsewhere(home: Home) -> None:
    head = audit.verify(home).head
    assert head is not None
    assert audit.verify(home, {head.hash: "紙"}).faults == ()
    for file in (home.audit, home.audit.with_suffix(".head")):
        file.unlink()
    audit.note(home, NOON, "approve", by="別人")
    assert audit.verify(home).faults == ()
    assert audit.verify(home, {head.hash: "紙"}).faults


def test_lines_of_before_the_chain_stay_and_are_taken_in_once(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    put(home, [PLAIN, PLAIN])
    assert audit.verify(home).faults == ()
    for day in range(2):
        audit.note(home, NOON + timedelta(days=day), "publish")
    assert lines(home)[:2] == [PLAIN, PLAIN]
    assert [line["action"] for line in audit.read(home)[2:]] == [
        audit.BEGINNING, "publish", "publish",
    ]  # fmt: skip
    assert audit.verify(home).faults == ()
    put(home, [PLAIN, PLAIN.replace(b'"a"', b'"b"'), *lines(home)[2:]])
    assert audit.verify(home).faults


def test_a_line_cut_short_by_a_kill_goes_and_a_line_beyond_the_head_stays(home: Home) -> None:
    head = home.audit.with_suffix(".head")
    before = head.read_bytes()
    audit.note(home, NOON, "publish", revision=5)
    head.write_bytes(before)  # killed before the head was written
    assert audit.verify(home).faults == ()
    with home.audit.open("ab") as log:
        log.write(b'{"action":"pub')  # killed while the next line was written
    audit.note(home, NOON, "publish", revision=6)
    assert [line.get("revision") for line in audit.read(home)] == [1, 2, 3, 4, 5, 6]
    assert audit.verify(home).faults == ()


def test_what_is_noted_already_is_not_noted_again(home: Home) -> None:
    acts = [
        audit.Act(NOON + timedelta(days=day), "approve", {"by": "課長", "revision": day})
        for day in (4, 5)
    ]
    assert [audit.note_missing(home, acts), audit.note_missing(home, acts)] == [1, 0]
    assert audit.verify(home).lines == 5


def test_the_staff_see_the_acts_and_whether_the_log_is_whole(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    def mishukin(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(["--home", str(home.root), "audit", *arguments])
        return code, *capsys.readouterr()

    code, out, _ = mishukin("show")
    assert code == Exit.DONE
    assert "課長" in out
    code, out, _ = mishukin("verify")
    assert (code, str(audit.verify(home).head.hash) in out) == (Exit.DONE, True)
    put(home, lines(home)[:-1])
    code, _, err = mishukin("verify")
    assert (code, "末尾の行が失われています" in err) == (Exit.CHECK_FAILED, True)
