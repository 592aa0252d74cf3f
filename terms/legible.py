"""How words of others are shown: on one line, and doing nothing to the reader's screen."""

from unicodedata import category

# Spreadsheets take text with these in front for a formula; Japanese ones the wide forms too.
FORMULA_STARTS = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


def legible(words: str) -> str:
    """The words; "�" for what is no character, or is not seen: line breaks, escapes, bidi marks."""
    return "".join(c if c.isprintable() or category(c) == "Zs" else "�" for c in words)
