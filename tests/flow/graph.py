"""The asset graph as text, to be compared with `asset_graph.txt`.

After a change that is meant: `python tests/flow/graph.py`.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.definitions.freshness import CronFreshnessPolicy, TimeWindowFreshnessPolicy

from orchestration.definitions import build_defs
from services.home import Home

GOLDEN = Path(__file__).parent / "asset_graph.txt"


def graph_lines(definitions: dg.Definitions) -> Iterator[str]:
    """Each asset with its group and what it stands on, then its checks; then what runs them."""
    graph = definitions.resolve_asset_graph()
    for key in sorted(graph.get_all_asset_keys()):
        node = graph.get(key)
        parents = ", ".join(parent.to_user_string() for parent in sorted(node.parent_keys))
        yield f"{key.to_user_string()} [{node.group_name}] <- {parents or '-'}"
        if node.partitions_def:
            yield f"    partitions {partitions(node.partitions_def)}"
        if node.freshness_policy:
            yield f"    fresh {freshness(node.freshness_policy)}"
        for check in sorted(node.check_keys, key=lambda key: key.name):
            blocking = "blocking" if graph.get_check_spec(check).blocking else "reporting"
            yield f"    {blocking} {check.name}"
    repository = definitions.get_repository_def()
    for job in sorted(repository.get_all_jobs(), key=lambda job: job.name):
        yield f"job {job.name}: {job.executor_def.name}"
    for schedule in sorted(repository.schedule_defs, key=lambda schedule: schedule.name):
        zone = schedule.execution_timezone
        yield f"schedule {schedule.name}: {schedule.cron_schedule} {zone} {schedule.job_name}"
    for sensor in sorted(repository.sensor_defs, key=lambda sensor: sensor.name):
        yield f"sensor {sensor.name}: {', '.join(sorted(t.job_name for t in sensor.targets))}"


def partitions(told: dg.PartitionsDefinition[Any]) -> str:
    """From when, how often, in whose time."""
    assert isinstance(told, dg.TimeWindowPartitionsDefinition)
    return f"{told.start:{told.fmt}} {told.cron_schedule} {told.timezone}"


def freshness(policy: dg.FreshnessPolicy) -> str:
    """By when each time, or for how long."""
    if isinstance(policy, CronFreshnessPolicy):
        return f"{policy.deadline_cron} {policy.lower_bound_delta} {policy.timezone}"
    assert isinstance(policy, TimeWindowFreshnessPolicy)
    return str(policy.fail_window.to_timedelta())


def main() -> None:
    """Write the golden file from the definitions as they are."""
    with tempfile.TemporaryDirectory() as folder:
        lines = graph_lines(build_defs(Home(Path(folder))))
        GOLDEN.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
