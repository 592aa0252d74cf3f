"""The codes of the warehouse: which there are, what staff read instead, how they are written."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from terms.reading import remembered, told

CLAIM_CLASS, CLAIM_CLASSES, STATUS_CODE = "claim_class", "claim_classes", "status_code"


@remembered
def every_label() -> Mapping[str, Mapping[str, str]]:
    """What staff read, by list and code, in the order in which the list is told."""
    words = told("codes")
    classes = {code: each["label"] for code, each in words["claim_classes"].items()}
    return {**words["labels"], CLAIM_CLASS: classes}


def labels(of: str) -> Mapping[str, str]:
    """What staff read, by code. Raises KeyError where there is no such list."""
    return every_label()[of]


def is_list(of: str) -> bool:
    """Whether there is a list of that name."""
    return of in (CLAIM_CLASSES, STATUS_CODE) or of in every_label()


def codes(of: str) -> Sequence[str]:
    """The codes of a list. A claim may have several classes, comma-joined in their order."""
    if of == STATUS_CODE:
        return tuple(dict.fromkeys(each["code"] for each in told("codes")["status_classes"]))
    if of != CLAIM_CLASSES:
        return tuple(labels(of))
    classes = labels(CLAIM_CLASS)
    sizes = range(1, len(classes) + 1)
    return tuple(",".join(some) for size in sizes for some in combinations(classes, size))


def formats() -> Mapping[str, Mapping[str, str]]:
    """How codes that no list holds are written: `name` and `regex`, by column."""
    found: Mapping[str, Mapping[str, str]] = told("codes")["formats"]
    return found


def class_words() -> Sequence[tuple[str, str]]:
    """How forms write the classes of claims: (word, code), a word before those it contains."""
    classes = told("codes")["claim_classes"]
    pairs = [(word, code) for code, each in classes.items() for word in each["words"]]
    return sorted(pairs, key=lambda pair: -len(pair[0]))
