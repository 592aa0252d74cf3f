"""The codes of the warehouse: which there are, what staff read instead, how they are written."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

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


def municipalities() -> Mapping[str, str]:
    """The municipalities that are known: 6-digit code → name."""
    found: Mapping[str, str] = told("codes")["municipalities"]
    return found


def formats() -> Mapping[str, Mapping[str, str]]:
    """How codes that no list holds are written: `name` and `regex`, by column."""
    found: Mapping[str, Mapping[str, str]] = told("codes")["formats"]
    return found


def class_words() -> Sequence[tuple[str, str]]:
    """How forms write the classes of claims: (word, code), a word before those it contains."""
    classes = told("codes")["claim_classes"]
    pairs = [(word, code) for code, each in classes.items() for word in each["words"]]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


def class_names(of: Iterable[str]) -> str:
    """What staff read of several classes of claims; unknown codes stand as they are."""
    known = labels(CLAIM_CLASS)
    return "・".join(known.get(code, code) for code in of if code)


def class_label(claim_classes: str) -> str:
    """``enforceable,private`` → ``強制徴収公債権・私債権``."""
    return class_names(claim_classes.split(",")) or "区分未登録"


def class_rank(claim_classes: str) -> tuple[int, ...]:
    """Sort key: the order of the classes, single classes before combinations."""
    order = list(labels(CLAIM_CLASS))
    codes_told = claim_classes.split(",")
    ranks = [order.index(code) if code in order else len(order) for code in codes_told]
    return (len(codes_told), *ranks)


class AnnualRow(NamedTuple):
    """A row of 調書 表2: its year as seen from the form's, and what it tells of it."""

    letter: str
    year_offset: int
    scenario: str
    stage: str | None = None


def annual_rows() -> Sequence[AnnualRow]:
    """The rows A–G."""
    return [AnnualRow(**each) for each in told("codes")["annual_rows"]]


def expression(measure: Mapping[str, str]) -> str | None:
    """What a measure of measures.yml is computed from, over columns; None where it is typed."""
    if "numerator" not in measure:
        return measure.get("expression")
    parts = (measure["numerator"], measure["denominator"])
    return " / ".join(f"({part})" if " " in part else part for part in parts)
