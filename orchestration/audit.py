"""The audit log: who did what to a publication, one JSON object a line, appended only."""

import json
import os
from datetime import datetime

from orchestration.clock import TOKYO
from orchestration.home import Home


def note(home: Home, at: datetime, action: str, **facts: str | int | None) -> None:
    """Append one act; it is on the disk when this returns."""
    line = {"at": at.astimezone(TOKYO).isoformat(timespec="seconds"), "action": action, **facts}
    with home.audit.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
