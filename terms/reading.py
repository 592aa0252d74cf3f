"""The data files of this folder."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_BLOCK = re.compile(r"{% docs (\w+) %}(.*?){% enddocs %}", re.DOTALL)


@cache
def columns() -> Mapping[str, str]:
    """columns.md: what a column means wherever it stands, by its name, or by what tells it."""
    return dict(_BLOCK.findall(Path(__file__).with_name("columns.md").read_text("utf-8")))


@cache
def told(name: str) -> Mapping[str, Any]:
    """What `<name>.yml` says."""
    text = Path(__file__).with_name(f"{name}.yml").read_text("utf-8")
    content: Mapping[str, Any] = yaml.safe_load(text)
    return content
