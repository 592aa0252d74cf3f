"""All definitions of the code location, put together and nothing else."""

from typing import Any

import dagster as dg

from orchestration.assets.collection import collection_grid, reminders
from orchestration.assets.extracts import extracts
from orchestration.assets.ingest import inbox, landing
from orchestration.assets.internal import conference_pack, monthly_bulletin, printed_forms
from orchestration.assets.postgres import postgres_marts
from orchestration.assets.reports import balance_report_draft, website
from orchestration.assets.warehouse import dbt_assets, generation_asset
from orchestration.assets.year import year_assets
from orchestration.checks import soda_checks
from orchestration.jobs import every_job
from orchestration.progress import NAME, progress
from orchestration.resources import default_resources
from orchestration.schedules import every_schedule
from orchestration.sensors import every_sensor
from services.home import Home
from services.words import adopt

# The finance division's team; who is in it is no business of the code.
OWNERS = ["team:zaisei"]


def build_defs(home: Home | None = None, **overrides: Any) -> dg.Definitions:  # noqa: ANN401
    """The definitions over one home; `overrides` replace resources by name.

    Runs stay in this process and one at a time: the warehouse file has one writer.
    """
    home = (home or Home.at(None)).create()
    adopt(home)
    resources = default_resources(home) | overrides
    manifest = resources["warehouse"].manifest()
    assets = dg.map_asset_specs(
        lambda spec: spec.replace_attributes(owners=OWNERS),
        [
            inbox,
            landing,
            dbt_assets(manifest),
            generation_asset(manifest),
            extracts,
            postgres_marts,
            balance_report_draft,
            website,
            monthly_bulletin,
            printed_forms,
            conference_pack,
            collection_grid,
            reminders,
            *year_assets,
        ],
    )
    return dg.Definitions(
        assets=assets,
        asset_checks=[soda_checks(manifest)],
        jobs=every_job,
        schedules=every_schedule,
        sensors=every_sensor,
        resources=resources,
        executor=dg.in_process_executor,
        loggers={"console": dg.colored_console_logger, NAME: progress},
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What `workspace.yaml` loads: the home of MISHUKIN_HOME, else ./var."""
    return build_defs()
