"""Collection: who has handed in what, and the reminders to those who have not."""

import dagster as dg

from orchestration import reminders as post
from orchestration.clock import TOKYO, Clock
from orchestration.collection import write_page
from orchestration.exits import Stop
from orchestration.home import Home
from orchestration.refusals import stops_as_refusals

# A mail server that is away is asked again after 1, 2 and 4 minutes; then with the next day's run.
LATER = dg.RetryPolicy(max_retries=3, delay=60, backoff=dg.Backoff.EXPONENTIAL)


@dg.asset(
    deps=["generation"],
    description="提出状況の一覧(所属×債権×提出)。庁内限り。毎朝、その日のものに入れ替わる",
    group_name="collection",
    kinds={"html", "excel"},
)
def collection_grid(
    home: dg.ResourceParam[Home], clock: dg.ResourceParam[Clock]
) -> dg.MaterializeResult[None]:
    """Rewrite the page of the day."""
    with home.writer(wait=True), stops_as_refusals():
        grid = write_page(home, clock().astimezone(TOKYO).date())
    return dg.MaterializeResult(
        metadata={"departments": len(grid.departments), "escalated": len(grid.late)}
    )


@dg.asset(
    deps=["generation"],
    description="提出の催促(期限の14日・7日・1日前、翌日、その後1週間ごと)。outbox/に残し、メールで送る",
    group_name="collection",
    kinds={"email"},
    retry_policy=LATER,
)
def reminders(
    home: dg.ResourceParam[Home], clock: dg.ResourceParam[Clock]
) -> dg.MaterializeResult[None]:
    """Write the mails that are due and send what no server has taken yet."""
    at = clock().astimezone(TOKYO)
    with home.writer(wait=True), stops_as_refusals():
        written = post.write(home, at)
    try:
        sent = post.send(home, at.date())
    except Stop as stop:
        raise dg.Failure(str(stop), allow_retries=True) from stop
    return dg.MaterializeResult(metadata={"written": [file.name for file in written], "sent": sent})
