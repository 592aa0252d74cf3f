"""A build beside whoever asks for it: started once, looked at while it runs, found again later.

It is a process of its own, which outlives the one that started it. What it says goes to a file in
a folder of the build's, and how it ended to another.
"""

import json
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from exports.press.files import write_file
from services.exits import Exit, Stop
from services.home import Home
from services.locks import holder, locked
from services.records import audit
from terms.legible import legible
from terms.years import TOKYO

ACTION = "build_start"
# So many are told; what older ones said goes.
KEPT = 20
ENDINGS = {
    int(Exit.DONE): "終わりました",
    int(Exit.CHECK_FAILED): "検査に合格しませんでした(公開用データは前のままです)",
}
MOST_SAID = 2**18
# The shell stays to note how the build ended, also when nobody who asked for it is there any more.
_TO_ITS_END = 'umask 077; "$@" >"$0/said" 2>&1; echo $? >"$0/code.tmp"; mv "$0/code.tmp" "$0/code"'
_BEGAN = 19  # of /proc/<pid>/stat, behind the name: when the process began, in ticks since boot
_GONE = "ZX"  # the states of one that has ended


@dataclass(frozen=True, slots=True)
class Build:
    """One build: who asked for it and when, what it said so far, and how it ended.

    `code` None of one that does not run: it was ended from outside.
    """

    started_at: datetime
    by: str
    is_running: bool
    code: int | None
    said: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether it ended with a new generation, or the same one."""
        return self.code == Exit.DONE

    @property
    def outcome(self) -> str:
        """How it stands, in words."""
        if self.is_running:
            return "実行中"
        if self.code is None:
            return "途中で止められました"
        return ENDINGS.get(self.code, f"誤りで終わりました(終了コード{self.code})")


def start(home: Home, by: str, at: datetime) -> Build:
    """Start a build and note who asked for it. Raises Stop while one runs, or another writes."""
    with locked(_folder(home).with_suffix(".lock")):
        if any(build.is_running for build in every(home)):
            raise Stop("作り直しは、もう始まっています。終わるまで待ってください。")
        if process := writing(home):
            raise Stop(
                f"ほかの処理(プロセス番号{process})が書き込んでいます。"
                "終わってから、もう一度始めてください。"
            )
        audit.note(home, at, ACTION, by=by)
        folder = _folder(home) / f"{at.astimezone(TOKYO):%Y%m%dT%H%M%S%f}"
        folder.mkdir(mode=0o700, parents=True)
        process = _started(home, folder)
        told = {"by": by, "at": at.isoformat(), "process": process, "began": _began(process)}
        write_file(folder / "started.json", json.dumps(told, ensure_ascii=False).encode())
        for old in _folders(home)[KEPT:]:
            shutil.rmtree(old, ignore_errors=True)
    return _read(folder)


def every(home: Home) -> list[Build]:
    """The last builds that were started so, the newest first."""
    return [_read(folder) for folder in _folders(home)]


def writing(home: Home) -> int | None:
    """The process that makes something from the landing zone just now, whoever started it."""
    return holder(home.dagster / "writer.lock")


def _started(home: Home, folder: Path) -> int:
    """In a session of its own: what ends the window, or its terminal, does not end it."""
    command = [sys.executable, "-m", "cli", "--home", str(home.root), "build", "--progress"]
    process = subprocess.Popen(  # noqa: S603 - this interpreter, this package
        ["/bin/sh", "-c", _TO_ITS_END, str(folder), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    # Who has ended is a process until its parent has asked how.
    threading.Thread(target=process.wait, daemon=True).start()
    return process.pid


def _read(folder: Path) -> Build:
    told = json.loads((folder / "started.json").read_bytes())
    is_running = told["began"] is not None and _began(told["process"]) == told["began"]
    code, said = folder / "code", folder / "said"
    words = said.read_bytes()[-MOST_SAID:].decode(errors="replace") if said.exists() else ""
    ended = int(code.read_text("ascii")) if code.exists() else None
    return Build(
        datetime.fromisoformat(told["at"]),
        told["by"],
        is_running and ended is None,
        ended,
        tuple(legible(line) for line in words.splitlines()),
    )


def _began(process: int) -> int | None:
    """When a process began, which tells it from later ones of its number; None: it has ended."""
    try:
        _, _, told = Path(f"/proc/{process}/stat").read_text().rpartition(")")
    except OSError:
        return None
    fields = told.split()
    return None if fields[0] in _GONE else int(fields[_BEGAN])


def _folders(home: Home) -> list[Path]:
    """Those of builds that were started, the newest first."""
    return sorted((each.parent for each in _folder(home).glob("*/started.json")), reverse=True)


def _folder(home: Home) -> Path:
    return home.window / "builds"
