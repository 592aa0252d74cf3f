"""What the machine refuses, in words that say what to do: a full disk, a file held by others."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from exports.press.files import write_file
from services.exits import Stop

AGAIN = "直したら、同じコマンドをもう一度実行してください。途中までの書込みは使われません。"

FULL = f"ディスクの空きがありません。空きを増やしてください。{AGAIN}"
READ_ONLY = f"読み取り専用の場所のため、書き込めません。{AGAIN}"
# What the system, DuckDB and Arrow all quote, whatever they put around it; then SQLite's own.
WORDS = {
    "No space left on device": FULL,
    "Disk quota exceeded": f"使えるディスクの量を超えました。空きを増やしてください。{AGAIN}",
    "Read-only file system": READ_ONLY,
    "Permission denied": f"権限がないため、ファイルを読み書きできません。{AGAIN}",
    "Input/output error": f"ディスクの読み書きに失敗しました。機器を確かめてください。{AGAIN}",
    "database or disk is full": FULL,
    "attempt to write a readonly database": READ_ONLY,
    # Of its log in shared memory SQLite says no more than this, also where the disk is full.
    "disk I/O error": (
        f"ディスクの読み書きに失敗しました。ディスクの空きと機器を確かめてください。{AGAIN}"
    ),
}
# DuckDB's words for a file that another process has open; it may not know which.
HELD_OPEN = re.compile(
    r'Could not set lock on file "(?P<file>[^"]+)"'
    r"(?:: Conflicting lock is held in (?:(?P<program>.+?) )?\(?PID (?P<process>\d+))?"
)
CLOSE_IT = (
    "ので、そのプログラムで閉じるか、読み取り専用で開き直してから、もう一度実行してください。"
)


def held_open(text: str) -> str | None:
    """Which program holds which database, where an error of DuckDB says so; else None."""
    found = HELD_OPEN.search(text)
    if found is None:
        return None
    file = Path(found["file"])
    holder = [
        *([Path(found["program"]).name] if found["program"] else []),
        *([f"プロセス番号{found['process']}"] if found["process"] else []),
    ]
    who = f"別のプログラム({'、'.join(holder)})" if holder else "別のプログラム"
    return f"{file.parent.name}/{file.name} は、{who}が開いている"


def explained(text: str) -> str | None:
    """What to do, with the first line that quotes the system; None where none does."""
    if held := held_open(text):
        return held + CLOSE_IT
    for words, advice in WORDS.items():
        quoting = next((line for line in text.splitlines() if words in line), None)
        if quoting is not None:
            return f"{advice}({quoting.strip()})"
    return None


@contextmanager
def told_by_its_place(place: Path) -> Iterator[None]:
    """What the system refuses to write, as a Stop that names the file or folder."""
    try:
        yield
    except OSError as problem:
        raise Stop(f"{place} に書き出せません({problem.strerror or problem})。") from None


def write_files(folder: Path, made: Mapping[str, bytes]) -> list[Path]:
    """Files into a folder that somebody named; returns where they are. Raises Stop."""
    with told_by_its_place(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in made.items():
            write_file(folder / name, content)
    return [folder / name for name in made]
