"""What is tried again: trouble with a server or the disk, not a refusal, and not a command."""

import pytest

from orchestration import refusals
from orchestration.definitions import build_defs
from orchestration.instance import open_instance
from orchestration.tags import COMMAND
from services.home import Home
from services.postgres.target import Target

NOBODY = Target("host=127.0.0.1 port=1 connect_timeout=1", "mishukin_reader")


def waits(home: Home, job: str, partition: str | None = None, **tags: str) -> list[float]:
    """How long a job that fails waits before each further try, in seconds."""
    with open_instance(home) as instance:
        result = (
            build_defs(home, postgres=NOBODY)
            .resolve_job_def(job)
            .execute_in_process(
                instance=instance, partition_key=partition, tags=tags, raise_on_error=False
            )
        )
    assert not result.success
    return [
        event.step_retry_data.seconds_to_wait
        for event in result.all_events
        if event.is_step_up_for_retry
    ]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "FIRST_WAIT_SECONDS", 0.01)


def test_a_server_that_is_away_is_asked_again_each_time_later(built_once: Home) -> None:
    assert waits(built_once, "postgres") == [0.01, 0.02, 0.04]


def test_somebody_at_the_terminal_is_told_at_once(built_once: Home) -> None:
    assert waits(built_once, "postgres", **{COMMAND: "postgres"}) == []


def test_a_refusal_is_not_tried_again(built_once: Home) -> None:
    assert waits(built_once, "balance_report_july", "2019-07-31") == []
