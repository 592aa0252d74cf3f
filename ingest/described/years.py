"""Years as tables write them: 平成28年度, 29, 30, 令和元, ２; and 平成32年度 of an old plan."""

import re
from collections.abc import Iterable, Iterator

from ingest import text
from terms.years import eras

_BARE = re.compile(r"(元|\d{1,2})(?=年|$)")
_OF_ERA = re.compile(r"(\D+)(\d{1,2})(?:年度?)?")
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
        told = each
        if bare := _BARE.match(text.key(each)):
            names = [
                name for name in (known.name for known in eras()) if _follows(name, bare[1], before)
            ]
            names += [era] if era and not names else []
            told = f"{names[0]}{each}" if names else each
        before = fiscal_year(told) or before
        yield told


def _follows(era: str, number: str, before: int | None) -> bool:
    year = fiscal_year(f"{era}{number}")
    return before is not None and year is not None and abs(year - before) <= 1
