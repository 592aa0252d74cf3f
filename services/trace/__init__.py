"""`mishukin trace`: from a figure of the marts to the cells of the workbooks it comes from.

`lineage` declares where figures come from, `walk` follows it through the generation and the landing
zone, `told` prints what was found. Free text is never read.
"""

from collections.abc import Sequence
from datetime import date, datetime, time

import duckdb

from services.as_of import known_at as known_at_of
from services.home import Home
from services.query import connect, connect_as_of
from services.trace.catalogue import Catalogue, Row
from services.trace.figure import Figure, submissions
from services.trace.landed import Landed
from services.trace.lineage import read_by
from services.trace.rows import KEYS, Filter, Marts
from services.trace.told import Trace, as_data, lines
from services.trace.walk import Walk
from terms.years import TOKYO

__all__ = ["Figure", "Filter", "Trace", "Tracer", "as_data", "lines", "trace"]


def trace(
    home: Home,
    mart: str,
    column: str,
    filters: Sequence[Filter] = (),
    *,
    known_at: str | None = None,
) -> Trace:
    """The figure in `column` of the one row of `mart` (or a 財政 view) that the filters leave.

    `known_at`: as it was known at the end of that day, or at that moment (ISO 8601). Raises Stop,
    naming what there is, where there is no such mart, column or row, or several.
    """
    with connect(home) as newest:
        if known_at is None:
            return Tracer(home, newest).ask(mart, column, filters)
        moment = end_of(known_at)
        names = read_by(Marts(newest).named(mart))
        with connect_as_of(home, known_at, names) as then:
            return Tracer(home, then, Catalogue(newest), moment).ask(mart, column, filters)


class Tracer:
    """Traces figures of one generation, or as they were known at a moment.

    The `catalogue` is that of the generation where the connection holds an earlier day's marts.
    """

    def __init__(
        self,
        home: Home,
        connection: duckdb.DuckDBPyConnection,
        catalogue: Catalogue | None = None,
        known_at: datetime | None = None,
    ) -> None:
        self._home = home
        self._marts = Marts(connection, catalogue)
        self._walk = Walk(self._marts, Landed(home.landing), known_at)

    def ask(self, mart: str, column: str, filters: Sequence[Filter] = ()) -> Trace:
        """The figure of the one row that is meant. Raises Stop."""
        asked = self._marts.ask(mart, column, filters)
        return self.of_row(asked.mart, asked.column, asked.row, asked.note)

    def of_row(self, mart: str, column: str, row: Row, note: str | None = None) -> Trace:
        """The figure in a column of a row of a mart. Raises Stop for a column that is no figure."""
        figure = self._walk.figure(mart, column, row)
        if figure.value is None and row.get("note"):  # the mart's own words for what is missing
            note = f"注記: {row['note']}" + (f"\n{note}" if note else "")
        return Trace(
            figure=figure,
            row=self._walk.describe(row),
            key={key: _plain(row[key]) for key in KEYS if key in row},
            note=note,
            kept=_kept(self._home, figure),
            form_names=self._marts.catalogue.labels.get("form", {}),
        )


def end_of(told: str) -> datetime:
    """The moment that --known-at tells: a date is its end in Japan. Raises Stop."""
    instant = known_at_of(told)
    if len(instant) == len("2024-08-20"):
        return datetime.combine(date.fromisoformat(instant), time.max, TOKYO)
    return datetime.fromisoformat(instant)


def _kept(home: Home, figure: Figure) -> dict[str, str]:
    """Where the untouched workbooks lie, below the home folder."""
    return {
        each.file_sha256: path.relative_to(home.root).as_posix()
        for each in submissions(figure)
        for path in home.archive.glob(f"{each.file_sha256}*")
    }


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | None) else str(value)
