"""Loads that wait for a build: what has landed, and the current generation does not contain.

Who asks the generation meanwhile is told, so that nobody takes for lost what has come.
"""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import duckdb

from exports.errors import GenerationTooOld
from exports.report.completeness import Form
from ingest import landing
from ingest.landing import Batch
from services.generation import NoGenerationError, UnusableError
from services.home import Home
from services.messages import say
from services.query import Table, asked, connect
from terms.years import TOKYO


def batches(home: Home, connection: duckdb.DuckDBPyConnection) -> list[Batch]:
    """The landed batches that a generation does not contain, oldest first.

    Raises GenerationTooOld.
    """
    told = asked(
        connection,
        "select batch_id, withdrawn_at from mart_submission"
        " union select batch_id, null from mart_finding",
    ).rows
    # A withdrawal leaves no row of its own.
    contained = {batch for batch, _ in told} | {landing.stamp_of(at) for _, at in told if at}
    landed = landing.batches(home.landing)
    waiting = (batch for batch in landed if contained.isdisjoint((batch.id, batch.stamp)))
    return [batch for batch in waiting if _holds_anything(batch)]


def _holds_anything(batch: Batch) -> bool:
    """Whether not everything of it was expunged."""
    return any(batch.rows(name, ["batch_id"]) for name in ("submission", "finding", "withdrawal"))


def line(home: Home, connection: duckdb.DuckDBPyConnection) -> str | None:
    """What to tell whoever is answered from a generation; None where nothing waits."""
    try:
        waiting = batches(home, connection)
    except GenerationTooOld:
        return None
    if not waiting:
        return None
    last = waiting[-1].received_at.astimezone(TOKYO)
    return (
        f"まだ公開用データに入っていない受付が{len(waiting)}回あります"
        f"(最後は{last:%Y-%m-%d %H:%M})。mishukin build を実行すると入ります。"
    )


def tell(home: Home, connection: duckdb.DuckDBPyConnection | None = None) -> None:
    """Say so on standard error; `connection` is one that is open, as `query.connect` opens it."""
    if connection is None:
        with suppress(NoGenerationError, UnusableError), connect(home) as opened:
            tell(home, opened)
    elif waits := line(home, connection):
        say(waits)


def submissions(home: Home) -> Table:
    """`mart_submission` with those that wait; the last column, `waiting`, tells them.

    It is true, too, of a submission that was withdrawn since.
    """
    with connect(home) as connection:
        known = asked(connection, "select * from mart_submission")
        waiting = batches(home, connection)
    withdrawn = {
        row["submission_id"]
        for batch in waiting
        for row in batch.rows("withdrawal", ["submission_id"])
    }
    place = known.columns.index("submission_id")
    rows = [(*row, row[place] in withdrawn) for row in known.rows]
    for batch in waiting:
        rows += [
            (*(landed.get(column) for column in known.columns), True) for landed in _landed(batch)
        ]
    order = [known.columns.index(name) for name in ("received_at", "file", "sheet")]
    rows.sort(key=lambda row: [(row[each] is not None, row[each]) for each in order])
    return Table((*known.columns, "waiting"), rows)


def deciding(home: Home) -> int:
    """How many of the waiting batches accept or withdraw a form: these may change figures."""
    with connect(home) as connection:
        waiting = batches(home, connection)
    return sum(
        any(row["status"] == "accepted" for row in batch.rows("submission", ["status"]))
        or bool(batch.rows("withdrawal", ["submission_id"]))
        for batch in waiting
    )


def forms(home: Home) -> frozenset[Form]:
    """The forms of claims that were accepted, and wait."""
    with connect(home) as connection:
        waiting = batches(home, connection)
    return frozenset(form for batch in waiting for form in _forms(batch))


def _landed(batch: Batch) -> list[Mapping[str, Any]]:
    """The submissions of a batch, as far as a mart will say the same of them."""
    findings = batch.rows("finding", ["submission_id", "severity"])
    found = Counter((row["submission_id"], row["severity"]) for row in findings)
    return [
        {
            **row,
            "received_at": row["received_at"].astimezone(TOKYO),
            "errors": found[row["submission_id"], "error"],
            "warnings": found[row["submission_id"], "warning"],
            "infos": found[row["submission_id"], "info"],
        }
        for row in batch.rows("submission")
    ]


def _forms(batch: Batch) -> list[Form]:
    """An annual form is one claim's; a balance report is of every claim that it has a row for."""
    accepted = {
        row["submission_id"]: row for row in batch.rows("submission") if row["status"] == "accepted"
    }
    annual: list[Form] = [
        ("annual", str(row["claim_number"]), row["fiscal_year"])
        for row in accepted.values()
        if row["form"] == "annual"
    ]
    cells = batch.rows("cell", ["submission_id", "item"])
    interim: list[Form] = [
        ("interim", str(item), accepted[submission]["as_of"])
        for submission, item in {(cell["submission_id"], cell["item"]) for cell in cells}
        if submission in accepted and accepted[submission]["form"] == "interim"
    ]
    return [*annual, *interim]
