"""Names and texts as they stand in SQL."""

from pathlib import Path


def quoted(*parts: str) -> str:
    """A name of a relation or column, its parts quoted: "schema"."table"."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def literal(value: str | Path) -> str:
    """A literal."""
    return "'" + str(value).replace("'", "''") + "'"
