"""How many words a person types to make a layout of its draft."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import yaml

from services.settings import typed

Statement = tuple[str, ...]


def words_between(draft: str, final: str) -> list[str]:
    """The words of the final layout that the draft lacks, and what had to be struck from it."""
    before, after = (typed(each) for each in (draft, final))
    identities = _identities(before.pop("identities", []), after.pop("identities", []))
    said, wanted = set(_statements(before)), set(_statements(after))
    added = [word for each in sorted(wanted - said) for word in _new(each, said)]
    gone = {_gone(each, wanted) for each in said - wanted if not _has(wanted, each[:-1])}
    return [*added, *(f"-{each[-1]}" for each in sorted(gone)), *identities]


def _statements(told: Any, path: Statement = ()) -> Iterator[Statement]:
    """Every value with the keys that lead to it; a measure may be told in short."""
    if isinstance(told, dict):
        if not told:
            yield (*path, "")
        for key, each in told.items():
            yield from _statements(each, (*path, key))
    elif isinstance(told, list):
        for number, each in enumerate(told):
            yield from _statements(each, (*path, f"#{number}"))
    elif len(path) > 1 and path[-2] in ("columns", "rows") and not told.startswith("<"):
        yield (*path, "measure", told)
    else:
        yield (*path, told)


def _new(statement: Statement, said: set[Statement]) -> list[str]:
    known = max(n for n in range(len(statement)) if _has(said, statement[:n]))
    return [word for word in statement[known:] if not word.startswith("#")]


def _gone(statement: Statement, wanted: set[Statement]) -> Statement:
    """What was struck, with all that stood under it: one act."""
    starts = (statement[:n] for n in range(1, len(statement)))
    return next(each for each in starts if not _has(wanted, each))


def _has(said: set[Statement], start: Statement) -> bool:
    return any(each[: len(start)] == start for each in said)


def _identities(before: list[Any], after: list[Any]) -> Iterator[str]:
    """The words of identities that no drafted one has; each drafted one serves once."""
    left = [Counter(_tokens(each)) for each in before]
    for each in after:
        wanted = Counter(_tokens(each))
        best = min(
            left, key=lambda one: (wanted - one).total() + (one - wanted).total(), default=None
        )
        if best is None or (wanted & best).total() * 2 < wanted.total():
            yield from wanted.elements()
            continue
        left.remove(best)
        yield from (wanted - best).elements()
        yield from (f"-{word}" for word in (best - wanted).elements())
    yield from ("-identity" for _ in left)


def _tokens(told: Any) -> list[str]:
    return re.findall(r"[\w<>%]+", yaml.safe_dump(told, allow_unicode=True))
