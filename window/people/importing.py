"""April's changes of staff from a list: what it would change line by line, then all or nothing.

A line is a person with a post: people who are not there are added, posts that are not held are
given, and of posts that are held the last day is set. Nobody is removed who is not in the list.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from ingest.answers import GivenUp
from ingest.quoting import clean_name
from ingest.reading import Request, ask_all
from ingest.text import Unreadable, day, key
from ingest.workbook.container import MAX_FILE_BYTES
from services.exits import Stop
from services.formats import to_csv
from services.home import Home
from services.query import Table
from terms.people import person as same_person
from window.people import keeping
from window.people.models import Person, Post, Role

HEADINGS = {
    "username": "利用者名",
    "name": "氏名",
    "role": "役割",
    "municipality": "団体コード",
    "department": "所属",
    "acting_for": "代理",
    "since": "開始日",
    "until": "終了日",
}
REQUIRED = ("username", "name", "role")
OF_POSTS = ("municipality", "department", "acting_for", "since", "until")
MOST_ROWS = 1000
# Each first password costs a moment of the processor's time, on purpose.
MOST_NEW = 100
_ROW = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list: its number, and of each item the cell, its words and what is doubtful."""

    number: int
    cells: Mapping[str, tuple[str, str, str]]

    def words(self, item: str) -> str:
        """What is written, on one line."""
        return clean_name(self.cells[item][1]) if item in self.cells else ""

    def place(self, item: str) -> str:
        """The address of the cell, or which item is missing."""
        return self.cells[item][0] if item in self.cells else ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell. `cell` is empty where nothing is written."""

    cell: str
    heading: str
    message: str


@dataclass(frozen=True, slots=True)
class Line:
    """What a row would change, or what is wrong with it."""

    number: int
    username: str
    name: str
    changes: tuple[str, ...]
    faults: tuple[Fault, ...] = ()
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """All lines of a list; `mark` tells it from what the same list would change another day."""

    lines: tuple[Line, ...]

    @property
    def faults(self) -> int:
        """How many there are; with any, nothing is applied."""
        return sum(len(line.faults) for line in self.lines)

    @property
    def changes(self) -> int:
        """How many lines change something."""
        return sum(bool(line.changes) for line in self.lines)

    @property
    def new(self) -> list[Line]:
        """The lines that add a person."""
        return [line for line in self.lines if line.is_new]

    @property
    def mark(self) -> str:
        """The hash of what would change."""
        return hashlib.sha256(repr([asdict(line) for line in self.lines]).encode()).hexdigest()[:12]


@dataclass(slots=True)
class _Told:
    """What a row says, as far as it can be understood."""

    row: Row
    faults: list[Fault] = field(default_factory=list)

    def fault(self, item: str, message: str) -> None:
        self.faults.append(Fault(self.row.place(item), HEADINGS.get(item, item), message))

    def day(self, item: str) -> date | None:
        """A date as people write it."""
        if not (words := self.row.words(item)):
            return None
        try:
            return day(words)
        except Unreadable as problem:
            self.fault(item, f"「{words}」を読めません。{problem}を書いてください。")
            return None

    def role(self) -> str:
        """A role by its name or its word; empty where only the person is told."""
        words = self.row.words("role")
        if not words and any(self.row.words(item) for item in OF_POSTS):
            self.fault("role", "役割を書いてください。")
        if words and words not in _roles():
            known = "、".join(role.label for role in Role)
            self.fault("role", f"「{words}」という役割はありません。あるのは {known} です。")
        return _roles().get(words, "")


def _roles() -> Mapping[str, str]:
    return {word: role.value for role in Role for word in (role.value, role.label)}


def read(file: str, data: bytes) -> list[Row]:
    """The rows of a list, opened in a process of its own. Raises Stop where it is no such list."""
    if len(data) > MAX_FILE_BYTES:
        raise Stop(f"ファイルが大きすぎます(上限{MAX_FILE_BYTES // 2**20}MiB)。")
    request = Request("list", file, data, list(HEADINGS.values()))
    ((_, _, answer),) = ask_all([request])
    if isinstance(answer, GivenUp):
        raise Stop(answer.why)
    if not isinstance(answer, list):
        raise Stop("一覧を読めません。.xlsxかCSVで保存し直してください。")
    rows = list(_under_headings(answer))
    if not rows:
        raise Stop("見出しの下に、利用者の行がありません。")
    if len(rows) > MOST_ROWS:
        raise Stop(f"一度に読める行は{MOST_ROWS}行までです。分けてください。")
    return rows


def _under_headings(told: Sequence[Sequence[tuple[str, str, str]]]) -> list[Row]:
    names = {key(heading): item for item, heading in HEADINGS.items()}
    columns: dict[str, str] = {}
    rows = []
    for cells in told:
        found = {_column(cell): names.get(key(words)) for cell, words, _ in cells}
        if not columns and "username" in found.values():
            columns = {column: item for column, item in found.items() if item}
            _refuse_headings(list(columns.values()))
        elif columns:
            mine = {columns[c]: each for each in cells if (c := _column(each[0])) in columns}
            if mine:
                rows.append(Row(_number(cells[0][0]), mine))
    return rows


def _refuse_headings(items: Sequence[str]) -> None:
    for item, heading in HEADINGS.items():
        if items.count(item) > 1:
            raise Stop(f"見出し「{heading}」が2つあります。1つにしてください。")
        if item in REQUIRED and item not in items:
            raise Stop(f"見出し「{heading}」がありません。列を加えてください。")


def _column(cell: str) -> str:
    return _ROW.sub("", cell)


def _number(cell: str) -> int:
    return int("".join(_ROW.findall(cell)))


def plan(home: Home, rows: Sequence[Row], at: datetime) -> Plan:
    """What a list would change, found out by doing it and taking it back."""
    with keeping.together(home, is_trial=True):
        return _done(home, rows, at)


def apply(home: Home, rows: Sequence[Row], at: datetime, seen: str) -> list[tuple[str, str, str]]:
    """Do what a plan of the mark `seen` says; returns who is new: login name, name and password.

    Raises Stop, and nothing has changed, where there is a fault or the list would do other things.
    """
    expected = plan(home, rows, at)
    _refuse_unlike(expected, seen)
    made = [(line.username, line.name, keeping.made_password()) for line in expected.new]
    with ThreadPoolExecutor() as crew:  # the hashing, not the database, takes the time
        hashed = list(crew.map(make_password, (password for *_, password in made)))
    with keeping.together(home):
        _refuse_unlike(_done(home, rows, at), seen)
        for (username, *_), password in zip(made, hashed, strict=True):
            Person.objects.filter(username=username).update(password=password)
    return made


def _refuse_unlike(found: Plan, seen: str) -> None:
    if found.faults:
        raise Stop("直すところがあるため、何も変えていません。")
    if len(found.new) > MOST_NEW:
        raise Stop(f"一度に加えられる人は{MOST_NEW}人までです。一覧を分けてください。")
    if found.mark != seen:
        raise Stop(
            "確かめたあとに利用者が変わったため、何も変えていません。もう一度確かめてください。"
        )


def _done(home: Home, rows: Sequence[Row], at: datetime) -> Plan:
    return Plan(tuple(_line(home, row, at) for row in rows))


def _line(home: Home, row: Row, at: datetime) -> Line:
    told = _Told(row)
    for item, (_, words, why) in row.cells.items():
        if why:
            told.fault(item, f"「{clean_name(words)}」の{why}")
    about = row.number, row.words("username"), row.words("name")
    role, since, until = told.role(), told.day("since"), told.day("until")
    if told.faults:
        return Line(*about, (), tuple(told.faults))
    try:
        with transaction.atomic():
            is_new, changes = _person(home, row, at)
            if role:
                changes += _post(home, row, at, role, since, until)
    except keeping.Refused as refused:
        told.fault(refused.item, str(refused))
    except Stop as refused:
        told.fault("username", str(refused))
    if told.faults:
        return Line(*about, (), tuple(told.faults))
    return Line(*about, tuple(changes), is_new=is_new)


def _person(home: Home, row: Row, at: datetime) -> tuple[bool, list[str]]:
    username, name = row.words("username"), row.words("name")
    person = Person.objects.filter(username=username).first()
    if person is None:
        keeping.add(home, username, name, None, at)
        return True, ["利用者を加える"]
    if name and same_person(name) != same_person(person.name):
        raise keeping.Refused(
            "name",
            f"利用者名「{username}」は「{person.name}」のものです。別の人には別の利用者名を付けてください。",
        )
    if not person.is_active:
        raise keeping.Refused(
            "username", f"「{username}」は停止しています。先に、ふたたび入れるようにしてください。"
        )
    return False, []


def _post(
    home: Home, row: Row, at: datetime, role: str, since: date | None, until: date | None
) -> list[str]:
    """Give the post, or set the last day of the one that is held."""
    whose, department, acting_for = map(row.words, ("municipality", "department", "acting_for"))
    asked = keeping.Given(role, whose, department, acting_for, since, until)
    wanted = keeping.asked_for(home, row.words("username"), asked, at)
    held = next(filter(lambda each: _goes_on(each, wanted, at), wanted.person.posts.all()), None)
    if held is None:
        post = keeping.give(home, row.words("username"), asked, at)
        return [f"役割「{post}」を与える({_days(post)})"]
    if until is None or until == held.until:
        return []
    keeping.end(home, held, until, at)
    return [f"役割「{held}」の期間を変える({_days(held)})"]


def _goes_on(held: Post, wanted: Post, at: datetime) -> bool:
    """Whether a post that is held, or will be, is the one that a line speaks of."""
    is_over = held.until is not None and held.until < max(at.date(), wanted.since)
    return keeping.same(held, wanted) and not is_over


def _days(post: Post) -> str:
    return f"{post.since.isoformat()}から{post.until.isoformat() if post.until else ''}"


def exported(today: date) -> bytes:
    """Who may sign in, with the posts that hold or will hold, as a list that can be read again."""
    rows: list[tuple[str, ...]] = []
    for person in filter(lambda each: each.is_active, keeping.everybody()):
        posts = [p for p in person.posts.all() if p.until is None or p.until >= today]
        told = [
            (Role(p.role).label, p.municipality, p.department, p.acting_for, p.since.isoformat(),
             p.until.isoformat() if p.until else "")
            for p in posts
        ]  # fmt: skip
        rows += [(person.username, person.name, *each) for each in told or [("",) * 6]]
    return to_csv(Table(tuple(HEADINGS.values()), rows)).encode("utf-8-sig")
