"""The finance division's guide: the rows that it says may be added up, and its commands.

`docs/finance.md` is read as it is, so that what it tells people to do is what is tested.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
from python_calamine import CalamineWorkbook
from support.postgres import Database

from exports.extracts import CURRENT, WORKBOOK
from services.home import Home

GUIDE = Path(__file__).parents[2] / "docs" / "finance.md"
PLACES = ("DuckDB", "PostgreSQL", "Parquet", "CSV", "Excel")
_RULE = re.compile(r"\| `財政\.(\S+)` \| `(\S+)` \| `(\S+)` \| `([^`]+)`")
_COMMANDS = re.compile(r"```sh\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.DOTALL)


@dataclass(frozen=True)
class Rule:
    """Of a view, the column to add up, by what, and the rows that may be."""

    view: str
    column: str
    per: str
    rows: str

    def query(self, relation: str, city: str) -> str:
        """The sum of a city by year or day, in SQL that every place understands."""
        return (
            f"select cast({self.per} as varchar), cast(sum({self.column}) as bigint)"  # noqa: S608
            f" from {relation} where ({self.rows}) and cast(自治体コード as varchar) = '{city}'"
            " group by 1 having count(*) > 0 order by 1"
        )


def rules() -> list[Rule]:
    """The lines of 足し合わせるときの約束."""
    return [Rule(*match) for match in _RULE.findall(GUIDE.read_text("utf-8"))]


def commands() -> Iterator[tuple[str, list[str], str | None]]:
    """Program, arguments and printed answer (where the guide has it) of every command, in order."""
    for block, answer in _COMMANDS.findall(GUIDE.read_text("utf-8")):
        each = re.split(r"^(?=mishukin |psql )", block, flags=re.MULTILINE)
        lines = [shlex.split(words, comments=True) for words in each]
        for line in filter(None, lines):
            yield line[0], line[1:], answer if line is lines[-1] and answer else None


def added_up(
    home: Home, database: Database, place: str, rule: Rule, city: str
) -> dict[str, int | None]:
    """Year or day → the sum of the rows that may be added up, in one of the PLACES."""
    return dict(_rows(home, database, place, rule, city))


def _rows(
    home: Home, database: Database, place: str, rule: Rule, city: str
) -> list[tuple[str, int | None]]:
    if place == "PostgreSQL":
        return database.ask(rule.query(f'財政."{rule.view}"', city))
    folder = home.extracts / CURRENT
    relations = {
        "DuckDB": f'財政."{rule.view}"',
        "Parquet": f"read_parquet('{folder}/parquet/{rule.view}.parquet')",
        "CSV": f"read_csv('{folder}/csv/{rule.view}.csv', header = true)",
        "Excel": "sheet",
    }
    file = home.current.resolve() if place == "DuckDB" else ":memory:"
    with duckdb.connect(str(file), read_only=place == "DuckDB") as connection:
        if place == "Excel":
            connection.register("sheet", _sheet(folder / WORKBOOK, rule.view))
        return connection.execute(rule.query(relations[place], city)).fetchall()


def _sheet(workbook: Path, name: str) -> pd.DataFrame:
    heading, *rows = CalamineWorkbook.from_path(workbook).get_sheet_by_name(name).to_python()
    frame = pd.DataFrame(rows, columns=heading).replace("", None)
    return frame.convert_dtypes()  # whole numbers as such
