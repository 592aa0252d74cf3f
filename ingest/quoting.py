"""How findings quote what a cell holds."""

from ingest.personal import masked
from ingest.values import Value

LONGEST_QUOTATION = 60
_WHOLE = 10**15  # a double holds every integer up to here


def as_written(value: Value) -> str:
    """A cell value as a person would read it; a blank cell is 空欄."""
    if value is None:
        return "空欄"
    if type(value) is float and value.is_integer() and abs(value) < _WHOLE:
        return f"{int(value)}"
    return str(value)


def quoted(value: Value) -> str:
    """A cell value as findings quote it: on one line, cut when it is long, nothing personal."""
    words = masked(clean_name(as_written(value)))
    return words if len(words) <= LONGEST_QUOTATION else f"{words[:LONGEST_QUOTATION]}…"


def clean_name(words: str) -> str:
    """A name on one line; nothing but white space and control characters is touched."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else " " for c in words).split())
