"""How a department writes the same form: what may differ without changing what is meant."""

from dataclasses import dataclass
from typing import Literal

from terms.years import era_of_year, year_name

_WIDE = str.maketrans("0123456789,", "０１２３４５６７８９，")


@dataclass(frozen=True)
class Dialect:
    """One department's habits (domain §4). The template itself is `STANDARD`.

    `left`, `top`: empty columns and rows before the form.
    `joined_labels`: letter and year of a row in one cell.
    `year`: 令和5年度, 令5, R5年度, 令和５年度 or a bare 令和.
    `amounts`: numbers, full-width text, or numbers with ▲ text for negatives.
    `computed`: formulas with results as Excel saves them, formulas without, or typed results.
    `gap`: an empty row after so many claims.
    """

    left: int = 0
    top: int = 0
    joined_labels: bool = False
    year: Literal["full", "short", "latin", "wide", "bare"] = "full"
    primes: tuple[str, str] = ("'", "''")
    amounts: Literal["number", "wide", "marked"] = "number"
    blank_zero: bool = False
    computed: Literal["cached", "uncached", "typed"] = "cached"
    gap: int = 0

    def row_year(self, fiscal_year: int) -> str:
        """A fiscal year as this department names a row."""
        era, year = era_of_year(fiscal_year)
        match self.year:
            case "short":
                return f"{era.name[0]}{year_name(fiscal_year).removeprefix(era.name)}"
            case "latin":
                return f"{era.letter}{year}年度"
            case "bare":
                return era.name
            case _:
                return self.heading_year(fiscal_year)

    def heading_year(self, fiscal_year: int) -> str:
        """A fiscal year as section headings name it; it is never left out there."""
        name = f"{year_name(fiscal_year)}年度"
        return name.translate(_WIDE) if self.year == "wide" else name

    def heading(self, words: str) -> str:
        """A heading with this department's primes: ケ'' or ケ″."""
        one, two = self.primes
        return words.replace("''", "\0").replace("'", one).replace("\0", two)

    def amount(self, value: int) -> int | str | None:
        """An amount or a count as this department types it."""
        if value == 0 and self.blank_zero:
            return None
        if self.amounts == "wide" or (self.amounts == "marked" and value < 0):
            written = f"{'▲' if value < 0 else ''}{abs(value):,}"
            return written.translate(_WIDE) if self.amounts == "wide" else written
        return value


STANDARD = Dialect()
