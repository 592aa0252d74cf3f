"""The same graph as the manuals show it: the dbt command, and a process for every step."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource
from dagster_dbt import dbt_assets as stock_dbt_assets

from ingest import load
from orchestration.assets.warehouse import LayeredTranslator
from services import generation as generations
from services.home import Home
from services.intake.inbox import sources
from services.warehouse.build import PROJECT, Warehouse
from services.warehouse.contracts import contracts as promised
from services.warehouse.quality import verify
from terms.years import TOKYO

home = Home(Path(os.environ["MISHUKIN_HOME"]))
NOW = datetime(2026, 7, 6, 9, tzinfo=TOKYO)


@dg.asset
def landing() -> None:
    """The inbox, read."""
    files = sources([home.inbox], home.inbox, None).files
    load.load(files, load.Arrival(NOW), landing=home.landing, archive=home.archive)


@stock_dbt_assets(
    manifest=Path(os.environ["DBT_TARGET_PATH"]) / "manifest.json",
    dagster_dbt_translator=LayeredTranslator(),
    exclude="resource_type:unit_test",
)
def warehouse(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
    """Every model and test, by the dbt command."""
    command = ["build", "--exclude-resource-type", "unit_test"]
    yield from dbt.cli(command, context=context).stream()


@dg.asset(deps=[dg.AssetKey(["marts", "mart_balance_total"])])
def contracts() -> None:
    """The contracts of the marts."""
    failed = [
        result.mart
        for result in verify(home, promised(Warehouse(home).manifest()))
        if not result.passed
    ]
    if failed:
        raise dg.Failure(", ".join(failed))


@dg.asset(deps=[contracts])
def generation() -> None:
    """The published copy of the marts."""
    generations.publish(home, NOW)


defs = dg.Definitions(
    assets=[landing, warehouse, contracts, generation],
    jobs=[dg.define_asset_job("main")],
    resources={"dbt": DbtCliResource(project_dir=str(PROJECT), profiles_dir=str(PROJECT))},
)
