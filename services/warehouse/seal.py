"""The seal on a checked warehouse: only what passed every check may become a generation.

A blocking check stops the run it belongs to; the seal also stops a generation that somebody
asks for on its own, or one that would copy what another process built in between.
"""

import json
from pathlib import Path
from typing import Any

from exports.press.files import write_file
from services.home import Home

CHECKS = frozenset({"dbt", "soda"})


def _file(home: Home) -> Path:
    return home.dagster / "warehouse.seal"


def _fingerprint(home: Home) -> list[int]:
    stat = home.warehouse.stat()
    return [stat.st_ino, stat.st_size, stat.st_mtime_ns]


def break_seal(home: Home) -> None:
    """Before the warehouse is written to."""
    _file(home).unlink(missing_ok=True)


def passed(home: Home, check: str) -> None:
    """Note that the warehouse, as it is now, passed `check` (one of CHECKS)."""
    fingerprint = _fingerprint(home)
    checks = {check} | _noted(home, fingerprint)
    note = {"warehouse": fingerprint, "passed": sorted(checks)}
    write_file(_file(home), json.dumps(note).encode())


def is_sealed(home: Home) -> bool:
    """Whether the warehouse is the one that passed every check."""
    return home.warehouse.exists() and _noted(home, _fingerprint(home)) == CHECKS


def last_build_passed(home: Home) -> bool:
    """Whether no check failed since the newest generation, wherever the home was copied to."""
    return set(_note(home)["passed"]) == CHECKS


def _noted(home: Home, fingerprint: list[int]) -> set[str]:
    note = _note(home)
    return set(note["passed"]) if note["warehouse"] == fingerprint else set()


def _note(home: Home) -> dict[str, list[Any]]:
    try:
        note: dict[str, list[Any]] = json.loads(_file(home).read_text())
    except FileNotFoundError:
        return {"warehouse": [], "passed": []}
    return note
