"""How words of others are shown: on one line, and doing nothing to the reader's screen."""

from unicodedata import category


def legible(words: str) -> str:
    """The words; "�" for what is no character, or is not seen: line breaks, escapes, bidi marks."""
    return "".join(c if c.isprintable() or category(c) == "Zs" else "�" for c in words)
