"""What each revision was rendered from, kept so that it can be rendered again for ever.

``releases/<as_of>/r<N>.json``: the report, who approved it, and the versions of what rendered
it. Written before the revision appears, and never read by the public.
"""

import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from exports.press import files
from exports.report.model import Report

_PACKAGE = Path(__file__).parents[1]
# What bytes are made of: another version may write the same report in other bytes.
_LIBRARIES = ("jinja2", "openpyxl", "typst", "vl-convert-python")
_SOURCES = frozenset({".py", ".html", ".css", ".js", ".typ", ".ttf"})


@dataclass(frozen=True)
class Kept:
    """A revision's report and how it came about; ``content_hash`` as in ``site.Revision``.

    ``early`` is why it came before the calendar's day, as ``early_by`` decided; ``seen``, the
    notable changes that those who approved had seen.
    """

    report: Report
    generation: str
    content_hash: str
    published_at: datetime
    approved_by: tuple[str, ...]
    versions: Mapping[str, str]
    early: str = ""
    early_by: str = ""
    seen: tuple[str, ...] = ()


_REPORT = TypeAdapter(Report)
_KEPT = TypeAdapter(Kept)


def keep(releases: Path, kept: Kept) -> None:
    """Write ``releases/<as_of>/r<N>.json``, whole."""
    path = _path(releases, kept.report.as_of, kept.report.revision)
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_file(path, _json(asdict(kept)))


def read(releases: Path, as_of: date, number: int) -> Kept | None:
    """What was kept of a revision; None where nothing was, or nothing that can be read."""
    try:
        record = _read(_path(releases, as_of, number))
        return _KEPT.validate_python(record)
    except (FileNotFoundError, ValueError):
        return None


def report_json(report: Report) -> bytes:
    """A report as canonical JSON: equal reports, equal bytes."""
    return _json(asdict(report))


def read_report_json(path: Path) -> Report:
    """The report that ``report_json`` wrote. Raises ValueError, FileNotFoundError."""
    return _REPORT.validate_python(_read(path))


@cache
def versions() -> Mapping[str, str]:
    """What renders reports here: Python, the libraries, and the SHA-256 of this package."""
    digest = sha256()
    for path in sorted(_sources()):
        digest.update(f"{path.relative_to(_PACKAGE).as_posix()}\0".encode())
        digest.update(sha256(path.read_bytes()).digest())
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in ("mishukin", *_LIBRARIES)},
        "exports": digest.hexdigest(),
    }


def other_versions(then: Mapping[str, str]) -> Sequence[str]:
    """A line for each version that is another one now."""
    now = versions()
    return [
        f"{name}: {then.get(name, 'なし')} → {now.get(name, 'なし')}"
        for name in sorted(then.keys() | now.keys())
        if then.get(name) != now.get(name)
    ]


def _path(releases: Path, as_of: date, number: int) -> Path:
    return releases / as_of.isoformat() / f"r{number}.json"


def _sources() -> Iterator[Path]:
    return (path for path in _PACKAGE.rglob("*") if path.suffix in _SOURCES)


def _json(record: object) -> bytes:
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True, default=files.plain)
    return (text + "\n").encode()


def _read(path: Path) -> Any:  # noqa: ANN401 - what pydantic then validates
    return json.loads(path.read_bytes(), parse_float=Decimal)
