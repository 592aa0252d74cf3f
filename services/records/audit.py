"""The audit log: who did what, one JSON object a line, appended only and chained by hashes.

A line carries its number `seq`, the hash of the line before (`prev`) and its own (`hash`, SHA-256
over the canonical JSON of all the rest). `audit.head` beside the log holds number and hash of the
last line, so that a line missing at the end is found, too. Lines of before the chain stay as they
are: the first chained line holds the hash of their bytes.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from exports.press.files import write_file
from services.home import Home
from terms.years import TOKYO

Fact = str | int | None | Mapping[str, str] | Mapping[str, str | None]
Line = Mapping[str, Any]
# What the first line follows.
GENESIS = "0" * 64
BEGINNING = "chain_begins"


@dataclass(frozen=True, slots=True)
class Act:
    """Something that happened, as it will be noted."""

    at: datetime
    action: str
    facts: Mapping[str, Fact]

    @property
    def content(self) -> dict[str, Fact]:
        """The line without its place in the chain."""
        at = self.at.astimezone(TOKYO).isoformat(timespec="seconds")
        return {"at": at, "action": self.action, **self.facts}


@dataclass(frozen=True, slots=True)
class Head:
    """The last line: its number, from 1 on, and its hash."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: faults in Japanese with the number of the line in the file."""

    lines: int
    head: Head | None
    faults: tuple[str, ...]


def note(home: Home, at: datetime, action: str, **facts: Fact) -> None:
    """Append one act; it is on the disk when this returns."""
    with _open(home) as log:
        _append(home, log, [Act(at, action, facts)])


def note_missing(home: Home, acts: Iterable[Act]) -> int:
    """Append those acts that the log does not hold yet, to the letter; returns how many."""
    with _open(home) as log:
        noted = {_canonical(_content(line)) for line in _records(log)}
        missing = [act for act in acts if _canonical(act.content) not in noted]
        if missing:
            _append(home, log, missing)
    return len(missing)


def read(home: Home) -> list[dict[str, Any]]:
    """The lines as they stand, oldest first; what is no JSON object is left out."""
    return lines(home.audit) if home.audit.exists() else []


def lines(log: Path) -> list[dict[str, Any]]:
    """The lines of a log wherever it lies, as `read` gives them."""
    with log.open("rb") as opened:
        return list(_records(opened))


def verify(home: Home, known: str | None = None) -> Verdict:
    """Look for lines that were altered, removed, added or put in another place.

    `known` is the hash of a line somebody noted outside the home: it must still be there, which
    also tells a log that was forged anew from beginning to end.
    """
    data = home.audit.read_bytes() if home.audit.exists() else b""
    faults: list[str] = []
    before, chained = _split(data)
    first_number = before.count(b"\n") + 1
    last: Head | None = None
    found: dict[int, str] = {}
    for number, raw in enumerate(chained, first_number):
        line = _parsed(raw)
        if line is None or not isinstance(line.get("seq"), int):
            faults.append(f"{number}行目: 読めない行です。")
            continue
        faults += [f"{number}行目: {fault}" for fault in _faults_of(line, last, before)]
        last = Head(line["seq"], str(line.get("hash")))
        found[last.seq] = last.hash
    faults += _faults_of_head(_read_head(home), found)
    if known is not None and known not in found.values():
        faults.append(f"控えのハッシュ値 {known} の行がありません。")
    return Verdict(first_number - 1 + len(chained), last, tuple(faults))


def _faults_of(line: Line, last: Head | None, before: bytes) -> Iterator[str]:
    """What is wrong with one line that follows `last`."""
    if line.get("hash") != _hash(line):
        yield f"内容が書き換えられています(番号{line['seq']})。"
    expected = last.seq + 1 if last else 1
    if line["seq"] != expected:
        yield f"番号が{expected}ではなく{line['seq']}です。行が失われたか、入れ替わっています。"
    elif line.get("prev") != (last.hash if last else GENESIS):
        yield f"前の行とつながりません(番号{line['seq']})。"
    if last is None and line.get("action") == BEGINNING:
        if line.get("before_sha256") != hashlib.sha256(before).hexdigest():
            yield "連鎖より前の行が書き換えられています。"
    elif last is None and before:
        yield "連鎖の前に、記録のない行があります。"


def _faults_of_head(head: Head | None, found: Mapping[int, str]) -> Iterator[str]:
    """The head must be one of the lines; a kill may have left more behind it."""
    last = max(found, default=0)
    if head is None:
        if found:
            yield "audit.head(最後の行の控え)がありません。"
    elif head.seq > last:
        yield f"末尾の行が失われています(控えは番号{head.seq}、記録は番号{last}まで)。"
    elif head.hash != found.get(head.seq, GENESIS):
        yield f"audit.head(最後の行の控え)が番号{head.seq}の行と違います。"


@contextmanager
def _open(home: Home) -> Iterator[BinaryIO]:
    """The log for one process at a time, without the line that a kill cut short."""
    with home.audit.open("a+b") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        _drop_torn_end(log)
        yield log


def _append(home: Home, log: BinaryIO, acts: Sequence[Act]) -> None:
    """The lines first, then the head: a kill in between leaves lines beyond the head."""
    head = _place(home, log)
    for act in (*_beginning(log, head, acts), *acts):
        line = _chained(act, head)
        log.write(_canonical(line) + b"\n")
        head = Head(line["seq"], line["hash"])
    log.flush()
    os.fsync(log.fileno())
    _write_head(home, head)


def _beginning(log: BinaryIO, head: Head, acts: Sequence[Act]) -> Iterator[Act]:
    """The line that takes in those of before the chain, where there are any."""
    before = _split(_bytes(log))[0] if head.seq == 0 else b""
    if before:
        digest = hashlib.sha256(before).hexdigest()
        facts: dict[str, Fact] = {"before_lines": before.count(b"\n"), "before_sha256": digest}
        yield Act(acts[0].at, BEGINNING, facts)


def _chained(act: Act, head: Head) -> dict[str, Any]:
    line: dict[str, Any] = {"seq": head.seq + 1, **act.content, "prev": head.hash}
    return {**line, "hash": _hash(line)}


def _place(home: Home, log: BinaryIO) -> Head:
    """What the next line follows: the head, or the last of the lines a kill left beyond it.

    Where lines have gone the chain goes on from the head, so that the gap is seen for ever.
    """
    head = _read_head(home)
    if head is None:
        head = Head(0, GENESIS)
        _write_head(home, head)
        return head
    for line in _records(log):
        if (line.get("seq"), line.get("prev")) == (head.seq + 1, head.hash):
            head = Head(line["seq"], line["hash"]) if line.get("hash") == _hash(line) else head
    return head


def _read_head(home: Home) -> Head | None:
    try:
        told = json.loads(_head_file(home).read_bytes())
        return Head(int(told["seq"]), str(told["hash"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _write_head(home: Home, head: Head) -> None:
    write_file(_head_file(home), _canonical({"seq": head.seq, "hash": head.hash}) + b"\n")


def _head_file(home: Home) -> Path:
    return home.audit.with_suffix(".head")


def _split(data: bytes) -> tuple[bytes, list[bytes]]:
    """The bytes of before the chain, and the lines from its first line on."""
    lines = data.splitlines(keepends=True)
    plain = 0
    while plain < len(lines) and "hash" not in (_parsed(lines[plain]) or {"hash": ""}):
        plain += 1
    return b"".join(lines[:plain]), lines[plain:]


def _drop_torn_end(log: BinaryIO) -> None:
    data = _bytes(log)
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        log.truncate(whole)
        log.seek(0, os.SEEK_END)


def _records(log: BinaryIO) -> Iterator[dict[str, Any]]:
    for raw in _bytes(log).splitlines():
        line = _parsed(raw)
        if line is not None:
            yield line


def _bytes(log: BinaryIO) -> bytes:
    log.seek(0)
    return log.read()


def _parsed(raw: bytes) -> dict[str, Any] | None:
    try:
        line = json.loads(raw)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None


def _content(line: Line) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in ("seq", "prev", "hash")}


def _hash(line: Line) -> str:
    told = {name: value for name, value in line.items() if name != "hash"}
    return hashlib.sha256(_canonical(told)).hexdigest()


def _canonical(record: Mapping[str, Any]) -> bytes:
    """One line of JSON: names sorted, no blanks, the same bytes for the same content."""
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode(errors="backslashreplace")
