"""Who is who."""

import unicodedata


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are one person's, however they are typed."""
    return _key(one) == _key(other)


def _key(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
