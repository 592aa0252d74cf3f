"""A backfill of one past quarter: what the UI submits, as the daemon carries it out."""

import shutil

import dagster as dg
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._daemon.backfill import execute_backfill_iteration
from flow.year import LOGGER, daemon

from orchestration.assets.reports import NOTHING_CHANGES
from services.clock import now
from services.home import Home

JULY = "2020-07-31"
DRAFT = dg.AssetKey("balance_report_draft")


def test_a_backfill_of_one_date_drafts_it_and_tells_what_would_change(built: Home) -> None:
    shutil.rmtree(built.drafts / JULY)
    with daemon(built) as running:
        graph = running.workspace.create_request_context().asset_graph
        backfill = PartitionBackfill.from_asset_partitions(
            backfill_id="july",
            asset_graph=graph,
            asset_selection=[DRAFT],
            partition_names=[JULY],
            tags={},
            backfill_timestamp=now().timestamp(),
            all_partitions=False,
            dynamic_partitions_store=running.instance,
            title=None,
            description=None,
            run_config=None,
        )
        running.instance.add_backfill(backfill)
        for _ in range(3):  # submit, run, notice its end
            list(execute_backfill_iteration(running.workspace, LOGGER))
            list(running.queue.run_iteration(running.workspace))
        ended = running.instance.get_backfill("july")
        assert ended is not None
        assert ended.status is BulkActionStatus.COMPLETED_SUCCESS, ended.error
        made = running.instance.get_latest_materialization_event(DRAFT)
    assert made is not None
    assert made.asset_materialization is not None
    assert made.asset_materialization.partition == JULY
    assert made.asset_materialization.metadata["would_change"].value == NOTHING_CHANGES
    assert (built.drafts / JULY / "report.csv").is_file()
