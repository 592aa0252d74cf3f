"""The asset graph as text, to be compared with `asset_graph.txt`.

After a change that is meant: `python tests/integration/orchestration/graph.py`.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from orchestration.definitions import build_defs
from orchestration.home import Home

GOLDEN = Path(__file__).parent / "asset_graph.txt"


def graph_lines(definitions: dg.Definitions) -> Iterator[str]:
    """Each asset with its group and what it stands on, then its checks; then what runs them."""
    graph = definitions.resolve_asset_graph()
    for key in sorted(graph.get_all_asset_keys()):
        node = graph.get(key)
        parents = ", ".join(parent.to_user_string() for parent in sorted(node.parent_keys))
        partitioned = " (partitioned)" if node.is_partitioned else ""
        yield f"{key.to_user_string()} [{node.group_name}]{partitioned} <- {parents or '-'}"
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


def main() -> None:
    """Write the golden file from the definitions as they are."""
    with tempfile.TemporaryDirectory() as folder:
        lines = graph_lines(build_defs(Home(Path(folder))))
        GOLDEN.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
