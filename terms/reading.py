"""The data files of this folder, and what a home adds to them.

What the world changes needs no release: a new era, a 17th class of uncollected claims, a class of
claims, a municipality. A process that serves a home calls `extend` with what its config tells;
processes that it starts know the same.
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import yaml

P = ParamSpec("P")
R = TypeVar("R")

# What the home adds, for this process and those that it starts.
ADDED = "MISHUKIN_TERMS_ADDED"
_BLOCK = re.compile(r"{% docs (\w+) %}(.*?){% enddocs %}", re.DOTALL)
_remembered: list[Any] = []


def remembered(function: Callable[P, R]) -> Callable[P, R]:
    """Remembers what a function made of the terms, for as long as they are the same."""
    kept = lru_cache(maxsize=8192)(function)
    _remembered.append(kept)
    return kept  # type: ignore[return-value]  # the cache hides the parameters


def extend(added: Mapping[str, Any]) -> None:
    """From now on the terms are those of this folder and ``added``: list or mapping by its name."""
    os.environ[ADDED] = json.dumps(added, default=str, ensure_ascii=False)
    for kept in _remembered:
        kept.cache_clear()


@remembered
def told(name: str) -> Mapping[str, Any]:
    """What `<name>.yml` says, with what the home adds to it."""
    content: dict[str, Any] = yaml.safe_load(_text(f"{name}.yml"))
    for key, more in json.loads(os.environ.get(ADDED, "{}")).items():
        if key in content:
            content[key] = content[key] | more if isinstance(more, dict) else content[key] + more
    return content


@remembered
def columns() -> Mapping[str, str]:
    """columns.md: what a column means wherever it stands, by its name, or by what tells it."""
    return dict(_BLOCK.findall(_text("columns.md")))


def _text(file: str) -> str:
    return Path(__file__).with_name(file).read_text("utf-8")
