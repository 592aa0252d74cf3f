"""The library: the saved questions of the generation, and those that the staff saved themselves.

An own question is a file of config/questions/, named by the program, in the form of all saved
questions: a line with what is asked, one with when it is, then the SQL.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from exports.press.files import write_file
from ingest.personal import looks_personal
from services.asking.wording import LONGEST
from services.exits import Stop
from services.generation import NoGenerationError, used
from services.home import Home
from services.query import QUESTIONS_OF, ask
from services.records import audit
from services.troubles import told_by_its_place
from terms.legible import legible
from terms.years import TOKYO

FOLDER = "questions"
OWN = "庁内で保存した問い"
LONGEST_TITLE, MOST_OWN = 100, 500
_NAME = re.compile(r"own-\d{8}-[0-9a-f]{8}")
_OCCASION = "-- 場面: "


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the library; an own one was saved in this home."""

    name: str
    title: str
    occasion: str
    sql: str
    is_own: bool = False


def library(home: Home) -> list[Question]:
    """Every saved question, own ones first; before a build only those."""
    try:
        return [*own(home), *_given(home, used(home))]
    except NoGenerationError:
        return own(home)


@lru_cache(maxsize=2)
def _given(home: Home, _: Path) -> Sequence[Question]:
    """Those of a generation, which never changes: a page that many look at asks once."""
    records = ask(home, QUESTIONS_OF).records
    return [Question(r["name"], r["title"], r["occasion"], r["sql"]) for r in records]


def own(home: Home) -> list[Question]:
    """What was saved in this home, the newest first."""
    paths = sorted(_folder(home).glob("own-*.sql"), reverse=True)
    return [_read(path) for path in paths if _NAME.fullmatch(path.stem)]


def named(questions: Sequence[Question], name: str) -> Question:
    """The question of a name. Raises Stop."""
    found = next((each for each in questions if each.name == name), None)
    if found is None:
        raise Stop("その問いはありません。消されたか、アドレスが違います。")
    return found


def save(home: Home, title: str, sql: str, by: str, at: datetime) -> Question:
    """Save a question under a title, for everybody of the home. Raises Stop."""
    title, sql = " ".join(title.split()), sql.replace("\r\n", "\n").strip()
    if not title or not sql:
        raise Stop("保存するには、問いの題名とSQLの両方を書いてください。")
    if len(title) > LONGEST_TITLE or len(sql) > LONGEST:
        raise Stop(f"題名は{LONGEST_TITLE}文字、SQLは{LONGEST:,}文字までです。")
    if kind := looks_personal(title) or looks_personal(sql):
        raise Stop(f"{kind}のような記載があります。個人を特定しない言葉で書いてください。")
    if len(own(home)) >= MOST_OWN:
        raise Stop(f"保存できる問いは{MOST_OWN}までです。使わないものを消してください。")
    name = f"own-{at.astimezone(TOKYO):%Y%m%d}-{secrets.token_hex(4)}"
    content = f"-- {legible(title)}\n{_OCCASION}{OWN}\n{sql}\n"
    _folder(home).mkdir(mode=0o700, exist_ok=True)
    with told_by_its_place(_folder(home)):
        write_file(_folder(home) / f"{name}.sql", content.encode())
    audit.note(home, at, "save_question", by=by, question=name, title=legible(title))
    return _read(_folder(home) / f"{name}.sql")


def drop(home: Home, name: str, by: str, at: datetime) -> Question:
    """Take an own question out of the library. Raises Stop."""
    question = named(own(home), name)
    audit.note(home, at, "drop_question", by=by, question=name, title=question.title)
    (_folder(home) / f"{name}.sql").unlink(missing_ok=True)
    return question


def _folder(home: Home) -> Path:
    return home.config / FOLDER


def _read(path: Path) -> Question:
    """Somebody may have put it there by hand: then its first lines say what they say."""
    lines = path.read_text("utf-8", "replace").splitlines()
    title = lines[0].removeprefix("-- ") if lines and lines[0].startswith("-- ") else path.stem
    told = lines[1:2] if lines[1:2] and lines[1].startswith(_OCCASION) else []
    head = (1 if title != path.stem else 0) + len(told)
    occasion = told[0].removeprefix(_OCCASION) if told else OWN
    return Question(path.stem, legible(title), legible(occasion), "\n".join(lines[head:]), True)
