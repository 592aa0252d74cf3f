"""What a worker answers, on its way to the parent: JSON, held against the types it must have.

A workbook that took a worker over can make it answer wrongly, but nothing in an answer is run.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any

from ingest.findings import Finding
from ingest.forms.reading import FormReading
from ingest.packed import Packed, pack


@dataclass(slots=True)
class Reading:
    """What one workbook says: its forms, and findings that belong to no form.

    From another process a form comes without its cells: they are in `packed`, one for each form.
    """

    forms: list[FormReading] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    packed: list[Packed] = field(default_factory=list)

    def pack(self) -> "Reading":
        """Take the cells off the forms, for the way to another process."""
        self.packed = [pack(form) for form in self.forms]
        return self


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A workbook that cost the process its life, or cannot be read; `why` in Japanese."""

    why: str


_ANY_TASK: Mapping[str, Any] = {each.__name__: each for each in (Reading, GivenUp)}


def written(task: str, answer: object) -> bytes:
    """The answer to a task: a line that tells its kind, then bytes as they are, or JSON."""
    kind = type(answer).__name__
    head = f"{kind if kind in _ANY_TASK else task}\n".encode()
    if isinstance(answer, bytes):
        return head + answer
    return head + json.dumps(answer, default=_plain, ensure_ascii=False).encode()


def understood(task: str, data: bytes) -> object:
    """The answer to a task. Raises ValueError or KeyError where it is none."""
    head, _, body = data.partition(b"\n")
    kind = head.decode()
    if kind == task == "annotate":
        return body
    if kind not in (task, *_ANY_TASK):
        raise ValueError(kind)
    return _adapter(kind).validate_json(body)


@cache
def _adapter(kind: str) -> Any:  # noqa: ANN401 - a TypeAdapter of what is answered
    """What is answered to a task; only what that needs is imported."""
    from pydantic import TypeAdapter

    if kind == "explain":
        from ingest.explain import Explanation

        return TypeAdapter(list[Explanation])
    if kind == "draft":
        from ingest.drafting import Drafted

        return TypeAdapter(Drafted)
    if kind == "show":
        from ingest.drafting.shown import ShownSheet

        return TypeAdapter(list[ShownSheet])
    if kind == "list":
        return TypeAdapter(list[list[tuple[str, str, str]]])
    if kind == "piece":
        from ingest.drafting.piece import Piece

        return TypeAdapter(Piece)
    return TypeAdapter(_ANY_TASK.get(kind, Reading))


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    raise TypeError(type(value))
