"""The audit log: who did what, one JSON object a line, appended only and chained by hashes.

A line carries its number `seq`, the hash of the line before (`prev`), the system's `user` who ran
the command, the `person` who was signed in at the window (for a command that the window runs, as
MISHUKIN_PERSON tells it), and its own `hash` (SHA-256 over the canonical JSON of all the rest). A
line in any other bytes than the canonical ones does not count: two programs could read it
differently.
`audit.head` beside the log holds number and hash of the last line, so that a line missing at the
end is found, too; it is there before anything else is in the home. Lines of before the chain stay
as they are: the first chained line holds the hash of their bytes.
"""

import fcntl
import hashlib
import json
import os
import pwd
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from exports.press.files import write_file
from ingest.landing import batches
from services.exits import Exit, Stop
from services.home import Home
from terms.years import TOKYO

Fact = str | int | Sequence[str] | Mapping[str, str] | Mapping[str, str | None] | None
Line = Mapping[str, Any]
# What the first line follows.
GENESIS = "0" * 64
BEGINNING = "chain_begins"
# Somebody went on after a loss.
RESUMED = "resume"
# What a line says of its place and of the process that wrote it, not of what happened.
OWN = frozenset({"seq", "prev", "hash", "user", "sudo_user", "person"})
# The login name of who asked the window for what is done just now.
signed_in: ContextVar[str | None] = ContextVar("signed_in", default=None)
# The same for a command that the window runs: a process of its own knows no request.
PERSON = "MISHUKIN_PERSON"
LOST = "監査記録(audit.jsonl か audit.head)が失われています。"
REMEDY = (
    "控えを別のフォルダに戻し(mishukin --home 別のフォルダ restore 控えのフォルダ)、その "
    "audit.jsonl と audit.head を写してください。控えより後のことは、そのあと "
    "mishukin audit resume で記録し直します。控えがなければ、すぐに "
    "mishukin audit resume を実行してください。"
)


class LostError(Stop):
    """The log is not there, or lacks what it must hold: nothing may be noted behind it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}{REMEDY}", Exit.CHECK_FAILED)


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
    """What `verify` found: faults in Japanese with the number of the line in the file.

    `notes` tell where somebody went on after a loss, which is no fault, and seen for ever.
    """

    lines: int
    head: Head | None
    faults: tuple[str, ...]
    notes: tuple[str, ...] = ()


def begin(home: Home) -> None:
    """See to it that there is a log before anything is in the home. Raises LostError."""
    if _read_head(home) is None:
        with _open(home) as log:
            _place(home, log)


def note(home: Home, at: datetime, action: str, **facts: Fact) -> None:
    """Append one act; it is on the disk when this returns. Raises LostError."""
    with _open(home) as log:
        _append(home, log, [Act(at, action, facts)])


def note_all(home: Home, acts: Sequence[Act]) -> None:
    """Append several acts at once, all or none. Raises LostError."""
    if acts:
        with _open(home) as log:
            _append(home, log, acts)


def note_missing(home: Home, acts: Iterable[Act]) -> int:
    """Append those acts that the log does not hold yet, to the letter; returns how many.

    Raises LostError.
    """
    with _open(home) as log:
        noted = {_canonical(_content(line)) for line in _records(log)}
        missing = [act for act in acts if _canonical(act.content) not in noted]
        if missing:
            _append(home, log, missing)
    return len(missing)


def read(home: Home) -> list[dict[str, Any]]:
    """The lines that count, oldest first."""
    return lines(home.audit) if home.audit.exists() else []


def lines(log: Path) -> list[dict[str, Any]]:
    """The lines of a log wherever it lies, as `read` gives them."""
    with log.open("rb") as opened:
        return list(_records(opened))


def is_lost(home: Home) -> bool:
    """Whether there is no log, or nothing that tells its end, though there is what it speaks of."""
    return _read_head(home) is None and (_holds_anything(home) or bool(_split(_read(home))[1]))


def verify(home: Home, known: Mapping[str, str] | None = None) -> Verdict:
    """Look for lines that were altered, removed, added or put in another place.

    `known` are hashes of lines that are noted elsewhere, each with where that is: they must still
    be there, which also tells a log that was forged anew from beginning to end.
    """
    faults: list[str] = []
    before, chained = _split(_read(home))
    first_number = before.count(b"\n") + 1
    last: Head | None = None
    found: dict[int, str] = {}
    resumed: list[Line] = []
    for number, raw in enumerate(chained, first_number):
        line = _parsed(raw)
        if line is None or type(line.get("seq")) is not int:
            faults.append(f"{number}行目: 読めない行です。")
            continue
        if raw != _canonical(line) + b"\n":
            faults.append(f"{number}行目: 決まった書き方でないため、記録として数えません。")
            continue
        faults += [f"{number}行目: {fault}" for fault in _faults_of(line, last, before)]
        last = Head(line["seq"], str(line.get("hash")))
        found[last.seq] = last.hash
        resumed += [line] if line.get("action") == RESUMED else []
    faults += [LOST] if is_lost(home) else _faults_of_head(_read_head(home), found)
    given_up = {each for line in resumed for each in str(line.get("lost", "")).split()}
    faults += [
        f"{place}に記された {digest} の行がありません。"
        for digest, place in (known or {}).items()
        if digest not in found.values() and digest not in given_up
    ]
    return Verdict(
        first_number - 1 + len(chained), last, tuple(faults), tuple(map(_resumption, resumed))
    )


def _resumption(line: Line) -> str:
    return (
        f"番号{line['seq']}: {line.get('at')} に{line.get('by')}が、失われた記録の続きを始めました"
        f"(理由: {line.get('reason')})。それより前のことは、控えで確かめてください。"
    )


def resume(home: Home, at: datetime, by: str, reason: str, known: Iterable[str]) -> None:
    """Go on after a loss, and say so; a log that has faults is put aside, and named.

    Those of the `known` hashes that are lost with it are named, too.
    """
    facts: dict[str, Fact] = {"by": by, "reason": reason}
    if verify(home).faults:
        facts |= _put_aside(home)
    kept = {line["hash"] for line in _chain(_read(home))}
    if lost := sorted(set(known) - kept):
        facts["lost"] = " ".join(lost)
    note(home, at, RESUMED, **facts)


def _put_aside(home: Home) -> dict[str, Fact]:
    """Keep what is left of a faulty log as it is, and begin anew; returns where it is."""
    log = _read(home)
    digest = hashlib.sha256(log).hexdigest()
    aside = home.audit.with_name(f"audit.{digest[:12]}.jsonl")
    if log:
        write_file(aside, log)
    home.audit.unlink(missing_ok=True)
    _write_head(home, Head(0, GENESIS))
    return {"before": aside.name, "before_sha256": digest} if log else {}


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
    """The log for one process at a time, without the line that a kill cut short.

    Raises LostError.
    """
    if is_lost(home):
        raise LostError(LOST)
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
    line: dict[str, Any] = {"seq": head.seq + 1, **act.content, **_user(), "prev": head.hash}
    return {**line, "hash": _hash(line)}


def _user() -> dict[str, str]:
    """Who runs this process as the system has it, who became that user with sudo, who signed in."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run under a number that has no name
        name = str(os.getuid())
    sudo = os.environ.get("SUDO_USER")
    person = signed_in.get() or os.environ.get(PERSON)
    return {
        "user": name,
        **({"sudo_user": sudo} if sudo else {}),
        **({"person": person} if person else {}),
    }


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


def _read(home: Home) -> bytes:
    return home.audit.read_bytes() if home.audit.exists() else b""


def _holds_anything(home: Home) -> bool:
    """Whether something was landed, drafted or published here."""
    folders = (home.archive, home.drafts, home.releases, home.public)
    return bool(batches(home.landing)) or any(any(each.glob("[!.]*")) for each in folders)


def _split(data: bytes) -> tuple[bytes, list[bytes]]:
    """The bytes of before the chain, and the lines from its first line on."""
    lines = [line for line in re.split(rb"(?<=\n)", data) if line]
    plain = 0
    while plain < len(lines) and "hash" not in (_parsed(lines[plain]) or {"hash": ""}):
        plain += 1
    return b"".join(lines[:plain]), lines[plain:]


def _chain(data: bytes) -> Iterator[dict[str, Any]]:
    """The chained lines in canonical form: of others nobody can say what they say."""
    for raw in _split(data)[1]:
        line = _parsed(raw)
        if line is not None and raw == _canonical(line) + b"\n":
            yield line


def _drop_torn_end(log: BinaryIO) -> None:
    data = _bytes(log)
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        log.truncate(whole)
        log.seek(0, os.SEEK_END)


def _records(log: BinaryIO) -> Iterator[dict[str, Any]]:
    data = _bytes(log)
    plain = (_parsed(raw) for raw in _split(data)[0].splitlines())
    yield from (line for line in plain if line is not None)
    yield from _chain(data)


def _bytes(log: BinaryIO) -> bytes:
    log.seek(0)
    return log.read()


def _parsed(raw: bytes) -> dict[str, Any] | None:
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return line if isinstance(line, dict) else None


def _content(line: Line) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in OWN}


def _hash(line: Line) -> str:
    told = {name: value for name, value in line.items() if name != "hash"}
    return hashlib.sha256(_canonical(told)).hexdigest()


def _canonical(record: Mapping[str, Any]) -> bytes:
    """One line of JSON: names sorted, no blanks, the same bytes for the same content."""
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode(errors="backslashreplace")
