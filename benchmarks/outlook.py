"""`python -m benchmarks.outlook`: how well the outlook foresaw the sample city; docs/outlook.md."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import mean, median

import duckdb

from benchmarks.sample import sample_home

ROOT = Path(__file__).resolve().parent.parent
# Reports come three weeks after their date, what had to be corrected two weeks later.
REPORTED_AFTER = timedelta(days=60)
MILLION = 1_000_000

# Claim or city, what was foreseen and known then, and what came of it. Amounts in yen.
Foreseen = tuple[int, int, int, int, int, int]
CLAIMS = """
    select foreseen.expected_balance, foreseen.expected_balance_low, foreseen.expected_balance_high,
        foreseen.balance, foreseen.previous_settlement_balance, settled.settled_balance
    from marts.mart_outlook_as_of($known_at) as foreseen
    inner join marts.mart_outlook as settled using (municipality_code, as_of, claim_number)
    where foreseen.as_of = $as_of and foreseen.expected_balance is not null
    order by claim_number
"""
CITY = """
    select foreseen.expected_balance, foreseen.expected_balance_low, foreseen.expected_balance_high,
        foreseen.balance, foreseen.previous_settlement_balance, settled.settled_balance
    from marts.mart_outlook_total_as_of($known_at) as foreseen
    inner join marts.mart_outlook_total as settled
        using (municipality_code, as_of, dimension, member)
    where foreseen.as_of = $as_of and dimension = 'city' and foreseen.expected_balance is not null
"""


def settled_dates(connection: duckdb.DuckDBPyConnection) -> list[date]:
    """The reference dates with an outlook, of years that are settled."""
    return [
        as_of
        for (as_of,) in connection.execute(
            "select as_of from marts.mart_outlook_total"
            " where dimension = 'city' and outlook_error is not null order by as_of"
        ).fetchall()
    ]


def foreseen(connection: duckdb.DuckDBPyConnection, query: str, as_of: date) -> list[Foreseen]:
    """What was foreseen on a reference date, with what was known soon after it."""
    known_at = f"{as_of + REPORTED_AFTER}"
    return connection.execute(query, {"as_of": as_of, "known_at": known_at}).fetchall()


def claims_line(what: str, rows: Sequence[Foreseen]) -> str:
    """One line of the table of claims."""
    errors = [
        [abs(guess - settled) for guess in (expected, balance, last)]
        for expected, _, _, balance, last, settled in rows
    ]
    inside = sum(low <= settled <= high for _, low, high, _, _, settled in rows)
    means = [f"{mean(column) / MILLION:.1f}" for column in zip(*errors, strict=True)]
    off = median(abs(row[0] - row[5]) / row[5] for row in rows if row[5])
    share = f"{inside} of {len(rows)} ({inside / len(rows):.0%})"
    return f"| {what} | {len(rows)} | {' | '.join(means)} | {off:.1%} | {share} |"


def millions(yen: int | None) -> str:
    """Yen as printed; a dash where a claim of the city is too new for the sum."""
    return "—" if yen is None else f"{yen / MILLION:,.0f}"


def city_line(as_of: date, row: Foreseen) -> str:
    """One line of the table of the city, in millions of yen."""
    expected, low, high, balance, last, settled = map(millions, row)
    inside = "yes" if row[1] <= row[5] <= row[2] else "no"
    return f"| {as_of} | {expected} | {low} – {high} | {settled} | {inside} | {balance} | {last} |"


def figures(connection: duckdb.DuckDBPyConnection) -> str:
    """The tables of the back-test, in Markdown."""
    dates = settled_dates(connection)
    by_date = {as_of: foreseen(connection, CLAIMS, as_of) for as_of in dates}
    every = [row for rows in by_date.values() for row in rows]
    return "\n".join(
        [
            "| claims, on | outlooks | mean error of the outlook | if the balance stayed "
            "| if last year's stayed | median error | inside the interval (80 % asked) |",
            "|---|--:|--:|--:|--:|--:|--:|",
            *(claims_line(f"{as_of}", rows) for as_of, rows in by_date.items()),
            claims_line("**all**", every),
            "",
            "Mean errors are absolute, in millions of yen.",
            "",
            "| the city, on | outlook | interval | settled | inside | balance of the date "
            "| last year's settlement |",
            "|---|--:|--:|--:|---|--:|--:|",
            *(
                city_line(as_of, row)
                for as_of in dates
                for row in foreseen(connection, CITY, as_of)
            ),
            "",
            "Millions of yen.",
        ]
    )


def write(generation: Path) -> None:
    """Write docs/outlook.md from a generation of the sample city."""
    text = (ROOT / "benchmarks" / "outlook.md").read_text("utf-8")
    with duckdb.connect(generation, read_only=True) as connection:
        tables = figures(connection)
    print(tables)
    (ROOT / "docs" / "outlook.md").write_text(f"{text}\n{tables}\n", "utf-8")


if __name__ == "__main__":
    with sample_home() as home:
        write(home / "marts" / "current.duckdb")
