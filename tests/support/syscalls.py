"""Runs `mishukin` and kills it, with SIGKILL, just before a system call that changes its home.

By strace: whatever library or thread writes, it is seen. Only the calls of the main thread are
places to die at, for the others do not come in the same order twice.
"""

import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from support.killed import ENVIRONMENT, Step

CALLS = (
    "write,pwrite64,writev,ftruncate,fsync,fdatasync,rename,renameat,renameat2,link,linkat,symlink,"
    "symlinkat,unlink,unlinkat,mkdir,rmdir,copy_file_range,sendfile"
)
STRACE = ("strace", "-f", "-qq", "-e", "signal=none")
_CALL = re.compile(r"(\d+) +(\w+)\(")


def steps(home: Path, arguments: Sequence[str]) -> list[Step]:
    """Run the command to its end; the calls that change the home. Raises RuntimeError if it fails.

    The number of a step counts all calls of its kind.
    """
    with NamedTemporaryFile("r", encoding="utf-8") as told:
        how = (*STRACE, "-y", "-s", "0", "-e", f"trace=execve,{CALLS}", "-o", told.name)
        if code := _run(*how, *_command(home, arguments)).returncode:
            raise RuntimeError(f"{arguments} ended with {code}")
        lines = told.read().splitlines()
    # The first call of all is the main thread's, which becomes the command.
    main, counted = lines[0].split()[0], Counter[str]()
    found = []
    for call in (match for line in lines if (match := _CALL.match(line)) and match[1] == main):
        counted[kind := call[2]] += 1
        paths = re.findall(re.escape(f"{home}/") + r'([^">]*)', call.string)
        if paths and " = -1 " not in call.string:
            found.append(Step(kind, paths[-1], counted[kind]))
    return found


def kill(home: Path, arguments: Sequence[str], step: Step) -> bool:
    """Run the command until this call; whether it came to it."""
    at = ("-e", f"trace={step.kind}", "-e", f"inject={step.kind}:signal=KILL:when={step.number}")
    done = _run(*STRACE, *at, "-o", "/dev/null", *_command(home, arguments))
    return done.returncode == -signal.SIGKILL


def _command(home: Path, arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "cli", "--home", str(home), *arguments]


def _run(*command: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(command, env=ENVIRONMENT, check=False, capture_output=True)
