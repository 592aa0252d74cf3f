"""The dictionary as one page: no server, no framework, searchable from disk, printable."""

import base64
import hashlib
from pathlib import Path

from markupsafe import Markup

from exports.dictionary.catalogue import Dictionary, Table
from exports.press.templates import templates_in

_FOLDER = Path(__file__).parent / "html"


def render_page(dictionary: Dictionary) -> str:
    """The page; its only script is named by its hash, so nothing else may run in it."""
    environment = templates_in(_FOLDER)
    environment.filters["anchor"] = _anchor
    script = (_FOLDER / "search.js").read_text("utf-8")
    return environment.get_template("dictionary.html").render(
        dictionary=dictionary,
        # Ours, and with characters that HTML would write otherwise.
        style=Markup((_FOLDER / "style.css").read_text("utf-8")),  # noqa: S704
        script=Markup(script),  # noqa: S704
        script_hash=_hash(f"\n{script}\n"),
    )


def _anchor(table: Table) -> str:
    return table.name or f"view-{table.view}"


def _hash(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
