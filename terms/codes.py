"""The codes of the warehouse: which there are, what staff read instead, how they are written."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from terms.reading import told

CLAIM_CLASSES, STATUS_CODE = "claim_classes", "status_code"


def labels(of: str) -> Mapping[str, str]:
    """What staff read, by code, in the order in which the list is told. Raises KeyError."""
    found: Mapping[str, str] = told("codes")["labels"][of]
    return found


def is_list(of: str) -> bool:
    """Whether there is a list of that name."""
    return of in (CLAIM_CLASSES, STATUS_CODE) or of in told("codes")["labels"]


def codes(of: str) -> Sequence[str]:
    """The codes of a list. A claim may have several classes, comma-joined in their order."""
    if of == STATUS_CODE:
        return tuple(dict.fromkeys(each["code"] for each in told("codes")["status_classes"]))
    if of != CLAIM_CLASSES:
        return tuple(labels(of))
    classes = labels("claim_class")
    sizes = range(1, len(classes) + 1)
    return tuple(",".join(some) for size in sizes for some in combinations(classes, size))


def formats() -> Mapping[str, Mapping[str, str]]:
    """How codes that no list holds are written: `name` and `regex`, by column."""
    found: Mapping[str, Mapping[str, str]] = told("codes")["formats"]
    return found
