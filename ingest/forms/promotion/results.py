"""The results on a 債権管理推進シート: measures by fiscal year, read and landed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction

from ingest import text
from ingest.addresses import address
from ingest.forms.page import Page
from ingest.forms.tables.percentages import read_percentages
from ingest.forms.tables.years_across import Block, RowName
from ingest.layout import Rate
from ingest.quoting import clean_name
from ingest.text import key
from ingest.workbook import Place
from terms.money import percentage
from terms.years import year_name

_UNIT_OF_NAME = re.compile(r"\((?:単位:)?(千円|円)\)")
_UNIT_BEHIND = re.compile(r"\d(千円|円)$")
_FACTORS = {"円": 1, "千円": 1000}


@contextmanager
def unit_of_row(page: Page, name: RowName, columns: Iterable[int]) -> Iterator[None]:
    """Read in the unit that a row's name gives, else in the one behind each of its amounts."""
    usual = page.unit_yen
    named = set(_UNIT_OF_NAME.findall(key(name.words)))
    values = [v for c in columns if (v := page.value(name.row, c)) is not None]
    behind = {m[1] if (m := _UNIT_BEHIND.search(key(str(v)))) else "" for v in values}
    unit = next((u for u in (named, behind) if len(u) == 1 and u <= _FACTORS.keys()), set())
    page.unit_yen = _FACTORS[next(iter(unit))] if unit else usual
    yield
    page.unit_yen = usual


class Results:
    """The years of results: measure → year → yen or count, or percentage.

    A year in which nothing is filled in is not there; a blank amount in any other year is 0, and
    a computed cell whose result was not saved is what its formula gives.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.names: dict[str, RowName] = {}
        self.places: dict[tuple[str, int], Place] = {}
        self.amounts: dict[str, dict[int, int | None]] = {}
        self.rates: dict[str, dict[int, Decimal]] = {}
        self.illegible: set[int] = set()
        self._filled: set[int] = set()

    @property
    def years(self) -> list[int]:
        """The years that hold figures, in order."""
        return sorted(self._filled)

    @property
    def unfilled_year(self) -> int | None:
        """The newest year of the sheet, where nothing is filled in for it though for others."""
        newest = max((year for _, year in self.places), default=None)
        return newest if self._filled and newest not in self._filled else None

    @property
    def legible_years(self) -> list[int]:
        """The years of which every figure could be read; the others prove nothing."""
        return [year for year in self.years if year not in self.illegible]

    def amount(self, measure: str, year: int) -> int | None:
        """Yen or a count; None where the row is missing or says nothing."""
        return self.amounts.get(measure, {}).get(year)

    def computed(self, measure: str, year: int) -> int | Rate | None:
        """What the layout's formula gives; None where a figure that it needs is missing."""
        formula = self.page.layout.column(measure).formula
        known = {m: v for m, each in self.amounts.items() if (v := each.get(year)) is not None}
        try:
            return formula(known) if formula else None
        except NameError:
            return None

    def wrong(self, measure: str) -> dict[int, int]:
        """The legible years in which an amount is not what its formula gives: year → the latter."""
        return {
            year: right
            for year in self.legible_years
            if self.amount(measure, year) is not None
            and isinstance(right := self.computed(measure, year), int)
            and right != self.amount(measure, year)
        }

    def add(self, block: Block, columns: Mapping[int, int]) -> None:
        """Take in the amounts of a block. `columns`: column → fiscal year."""
        self.names = block.rows | self.names
        for measure, name in block.rows.items():
            with unit_of_row(self.page, name, columns):
                for column, year in columns.items():
                    self._add_cell(measure, year, (name.row, column), name)

    def _add_cell(self, measure: str, year: int, place: Place, name: RowName) -> None:
        page, column = self.page, self.page.layout.column(measure)
        if (measure, year) in self.places:
            page.error(
                "several_forms",
                place,
                f"「{clean_name(name.words)}」の{year_name(year)}年度の欄が2つあります(もう一つは"
                f"セル{address(*self.places[measure, year])})。提出する表だけを残してください。",
                expected="年度ごとに1か所",
            )
            return
        self.places[measure, year] = place
        computed = column.formula is not None and page.is_uncached(*place)
        if not page.says_nothing(*place) and not computed:
            self._filled.add(year)
        if column.kind == "rate":
            return
        errors = page.errors
        amount: int | None = None
        if not computed:
            read = page.count if column.kind == "count" else page.amount
            amount = read(*place, f"{year_name(year)}年度 {clean_name(name.words)}")
            if column.kind == "count" and text.is_blank(page.value(*place)):
                amount = None  # nobody counted
        self.amounts.setdefault(measure, {})[year] = amount
        if page.errors > errors:
            self.illegible.add(year)

    def complete(self) -> None:
        """Compute what formulas were saved without; read the rates beside what they should be."""
        for column in self.page.layout.computed:
            for year, amount in self.amounts.get(column.name, {}).items():
                result = self.computed(column.name, year)
                if amount is None and isinstance(result, int):
                    self.amounts[column.name][year] = result
        for column in self.page.layout.computed:
            if column.kind == "rate" and column.name in self.names:
                self.rates[column.name] = self._rates(column.name)

    def _rates(self, measure: str) -> dict[int, Decimal]:
        row, columns = self.names[measure].row, {}
        for (each, year), (at, column) in self.places.items():
            if each == measure and at == row and not self.page.is_uncached(at, column):
                columns[column] = year
        exact = [
            Fraction(*result)
            for year in self.years
            if isinstance(result := self.computed(measure, year), Rate) and result.denominator
        ]
        known = text.percent(percentage(max(exact), 2)) if exact else None
        name = clean_name(self.names[measure].words)
        read = read_percentages(self.page, row, columns, name, known)
        return {columns[column]: rate for column, rate in read.items()}

    def land(self) -> None:
        """Every figure of the years that are filled in; of an empty form, that it is empty."""
        for (measure, year), place in self.places.items():
            if year in self._filled or not self._filled:
                rate = self.rates.get(measure, {}).get(year)
                amount = self.amount(measure, year) if self._filled else None
                said = amount if rate is None else text.percent(rate)
                self.page.land("settlement", "", measure, place, said, year)
