"""Years as tables write them: 平成28年度, 29, 30, 令和元, ２; and 平成32年度 of an old plan."""

import re
from collections.abc import Iterable, Iterator

from ingest import text
from terms.years import eras

_BARE = re.compile(r"(元|\d{1,2})(?=年|$)")
_OF_ERA = re.compile(r"(\D+)(\d{1,2})(?:年度?)?")
_BESIDE = 1  # year between two that stand side by side
_MOST_PLANNED = 20  # years that plans count on in an era that then ended


def fiscal_year(words: str) -> int | None:
    """The first fiscal year that words name; an era may be counted on: 平成32年度 is 2020."""
    if year := text.fiscal_year(words):
        return year
    found = _OF_ERA.fullmatch(text.key(words))
    era = next((each for each in eras() if found and found[1] in (each.name, each.letter)), None)
    if found is None or era is None or not 0 < int(found[2]) <= era.years + _MOST_PLANNED:
        return None
    return era.first_year + int(found[2]) - 1


def with_eras(words: Iterable[str], era: str | None = None) -> Iterator[str]:
    """Each of several words; a bare year with the era that makes it follow the year beside it.

    `era`: of a bare year beside none. One that follows nothing stays as it is.
    """
    before: int | None = None
    for each in words:
        bare = _BARE.match(text.key(each))
        found = era_near(bare[1], before, _BESIDE) or era if bare else None
        told = f"{found}{each}" if found else each
        before = fiscal_year(told) or before
        yield told


def era_near(bare: str, year: int | None, most: int) -> str | None:
    """The era of which a bare year (29, 元) is near another one, by `most` years."""
    told = ((era.name, fiscal_year(f"{era.name}{bare}")) for era in eras())
    near = (name for name, own in told if own and year and abs(own - year) <= most)
    return next(near, None)


def bare_years(words: Iterable[str]) -> list[str]:
    """The years whose era nothing beside them tells."""
    found = (_BARE.match(text.key(each)) for each in with_eras(words))
    return [each[1] for each in found if each]
