"""The data files of this folder."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def told(name: str) -> Mapping[str, Any]:
    """What `<name>.yml` says."""
    text = Path(__file__).with_name(f"{name}.yml").read_text("utf-8")
    content: Mapping[str, Any] = yaml.safe_load(text)
    return content
