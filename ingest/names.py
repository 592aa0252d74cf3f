"""Names of claims and departments as they are compared, never as they are stored."""

import unicodedata
from functools import lru_cache

from ingest.text import key

# One word in several writings.
_SAME = {"子ども": "こども", "子供": "こども", "ヶ": "ケ", "ヵ": "カ", "〔": "[", "〕": "]"}
_UNSEEN = ("Cc", "Cf")  # control characters, and those without a width


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """Equal for names that look alike: NFKC, no spaces, nothing unseen; 子ども is こども.

    `name_key` of dbt_project/macros/names.sql says the same.
    """
    compared = "".join(c for c in key(name) if unicodedata.category(c) not in _UNSEEN)
    for writing, same in _SAME.items():
        compared = compared.replace(writing, same)
    return compared
