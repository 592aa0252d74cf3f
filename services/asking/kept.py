"""Answers that were given to somebody (the council, an auditor) and can be given again.

Each is a folder of internal/answers/: what was asked, of which day and generation, by whom, and the
workbook as it was given. The audit log holds the workbook's hash.
"""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from exports.press.files import as_json, move_folder, sha256, stage_folder
from ingest.personal import looks_personal
from services.asking.running import Asked, download
from services.exits import Exit, Stop
from services.home import Home
from services.records import audit
from services.troubles import told_by_its_place
from terms.legible import legible
from terms.years import TOKYO

FOLDER, RECORD, WORKBOOK = "answers", "answer.json", "answer.xlsx"
ACTION = "keep_answer"
LONGEST_TITLE = 120
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that was kept. `given_to`: for whom or what; `generation`: its time and hash."""

    answer_id: str
    title: str
    given_to: str
    sql: str
    known_at: str | None
    parameters: Mapping[str, str]
    narrowed: Mapping[str, str]
    generation: str
    rows: int
    sha256: str
    by: str
    at: str

    @property
    def when(self) -> datetime:
        """When it was kept."""
        return datetime.fromisoformat(self.at)


def keep(
    home: Home, asked: Asked, title: str, given_to: str, seen: str, by: str, at: datetime
) -> Kept:
    """Keep the answer of the generation that was `seen`. Raises Stop where there is a newer one."""
    title, given_to = _words(title, "題名"), _words(given_to, "渡す相手")
    found = download(home, asked, by, "xlsx")
    with found.file as file:
        workbook = file.read()
    if found.generation != seen:
        raise Stop(
            "表示してから後に、公開用データが新しくなりました。もう一度実行し、"
            "答えを確かめてから残してください。"
        )
    kept = Kept(
        f"{at.astimezone(TOKYO):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}",
        title,
        given_to,
        asked.sql.strip(),
        asked.known_at,
        dict(asked.parameters),
        dict(asked.narrowed),
        found.generation,
        found.count,
        sha256(workbook),
        by,
        at.astimezone(TOKYO).isoformat(timespec="seconds"),
    )
    with told_by_its_place(_folder(home)):
        aside = _folder(home) / f".{kept.answer_id}.new"
        stage_folder(aside, {RECORD: as_json(asdict(kept)), WORKBOOK: workbook})
        move_folder(aside, _folder(home) / kept.answer_id)
    audit.note(
        home,
        at,
        ACTION,
        by=by,
        answer=kept.answer_id,
        title=title,
        given_to=given_to,
        generation=kept.generation,
        sha256=kept.sha256,
    )
    return kept


def listing(home: Home) -> list[Kept]:
    """Every answer that was kept, the newest first."""
    records = sorted(_folder(home).glob(f"*/{RECORD}"), reverse=True)
    return [_read(path) for path in records if _ID.fullmatch(path.parent.name)]


def of(home: Home, answer_id: str) -> Kept:
    """The answer of a number. Raises Stop."""
    path = _folder(home) / answer_id / RECORD
    if not _ID.fullmatch(answer_id) or not path.is_file():
        raise Stop("その答えは残されていません。")
    return _read(path)


def workbook(home: Home, answer_id: str) -> tuple[Kept, bytes]:
    """The very bytes that were given. Raises Stop where they are not those that were noted."""
    kept = of(home, answer_id)
    content = (_folder(home) / answer_id / WORKBOOK).read_bytes()
    noted = [line["sha256"] for line in audit.read(home)
             if line["action"] == ACTION and line.get("answer") == answer_id]  # fmt: skip
    if noted != [sha256(content)]:
        raise Stop(
            "残したブックが、監査記録にあるものと違います。控えから戻してください。",
            Exit.CHECK_FAILED,
        )
    return kept, content


def _words(words: str, what: str) -> str:
    words = legible(" ".join(words.split()))
    if not words or len(words) > LONGEST_TITLE:
        raise Stop(f"{what}を{LONGEST_TITLE}文字までで書いてください。")
    if kind := looks_personal(words):
        raise Stop(f"{what}に{kind}のような記載があります。個人を特定しない言葉で書いてください。")
    return words


def _folder(home: Home) -> Path:
    return home.internal / FOLDER


def _read(path: Path) -> Kept:
    return Kept(**json.loads(path.read_bytes()))
