"""The warehouse: dbt's models as assets with their tests as checks, and the generation."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings
from dagster_dbt.asset_utils import build_dbt_specs

from orchestration.assets.ingest import A_SEASON
from orchestration.refusals import stops_as_refusals
from services import generation as generations
from services.city import CitySettings
from services.clock import Clock
from services.desks.collection import land_due_dates
from services.exits import Exit, Stop
from services.home import Home
from services.intake.register import land_register
from services.records import truth
from services.troubles import explained
from services.warehouse import seal
from services.warehouse.build import NodeResult, Warehouse
from services.warehouse.failures import explain, tested_model, title

PUBLISHED_LAYERS = ("marts", "zaisei")
# 財政 is the schema's name in the database; names in the graph are ASCII.
LAYER_OF_SCHEMA = {"財政": "zaisei"}

BuildEvent = dg.MaterializeResult[None] | dg.AssetCheckResult


class LayeredTranslator(DagsterDbtTranslator):
    """A model is `<layer>/<name>`, described in the words of its YAML; sources are `landing`."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))

    def get_asset_spec(
        self,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: Any,  # noqa: ANN401 - never used here
    ) -> dg.AssetSpec:
        """The spec of one model, seed or source."""
        node = self.get_resource_props(manifest, unique_id)
        spec = super().get_asset_spec(manifest, unique_id, project)
        if node["resource_type"] == "source":
            return spec.replace_attributes(key=asset_key(node))
        return spec.replace_attributes(
            key=asset_key(node),
            deps=[
                asset_key(self.get_resource_props(manifest, parent))
                for parent in node["depends_on"].get("nodes", [])
            ],
            description=node.get("description", ""),
            group_name=layer(node),
            skippable=False,
        )

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: Any,  # noqa: ANN401
    ) -> dg.AssetCheckSpec | None:
        """A test is a check of the model it stands with; it says what it demands."""
        test = manifest["nodes"][unique_id]
        if tested_model(test) != asset_spec.metadata["dagster_dbt/unique_id"]:
            return None
        return dg.AssetCheckSpec(
            test["name"],
            asset=asset_spec.key,
            description=title(test),
            blocking=test["config"]["severity"].lower() == "error",
        )


def layer(node: Mapping[str, Any]) -> str:
    """The layer a model or seed belongs to: the schema it is built in."""
    schema = str(node["schema"])
    return LAYER_OF_SCHEMA.get(schema, schema)


def asset_key(node: Mapping[str, Any]) -> dg.AssetKey:
    """`<layer>/<name>`; every source is the landing zone."""
    if node["resource_type"] == "source":
        return dg.AssetKey("landing")
    return dg.AssetKey([layer(node), node["name"]])


def dbt_assets(manifest: dict[str, Any]) -> dg.AssetsDefinition:
    """Every model and seed as an asset, every test as its check, built in one dbt run."""
    specs, check_specs = build_dbt_specs(
        translator=LayeredTranslator(),
        manifest=manifest,
        select="fqn:*",
        exclude="resource_type:unit_test",
        selector="",
        io_manager_key=None,
        project=None,
    )

    @dg.multi_asset(name="dbt", specs=specs, check_specs=check_specs)
    def dbt(
        home: dg.ResourceParam[Home],
        warehouse: dg.ResourceParam[Warehouse],
    ) -> Iterator[BuildEvent]:
        with stops_as_refusals(), home.writer():
            with home.receiving():
                truth.hold(home, truth.LANDING, deep=True)
                seal.break_seal(home)
                land_register(home)
                land_due_dates(home)
                landed = warehouse.take_in()
            results = warehouse.build(landed)
            wrong = [result for result in results if result.failed]
            if not wrong:
                seal.passed(home, "dbt")
            told = list(events(home, results, manifest))
        yield from told
        if wrong:
            broken = "\n".join(
                f"{result.unique_id}: {result.message}" for result in wrong if not result.is_test
            )
            with stops_as_refusals():
                if explained(broken):
                    raise Stop(broken, Exit.UNEXPECTED)
            raise dg.Failure(broken or failed_checks(wrong, manifest), allow_retries=False)

    return dbt


def failed_checks(wrong: Sequence[NodeResult], manifest: Mapping[str, Any]) -> str:
    """Which checks failed, and where the UI shows the sheets and cells."""
    tests = [manifest["nodes"][result.unique_id] for result in wrong]
    lines = [
        f"  {asset_key(manifest['nodes'][tested_model(test)]).to_user_string()} "
        f"{test['name']}: {title(test)}"
        for test in tests
    ]
    heading = "不合格の検査があります。もとのシートとセルは、各アセットのChecksに出ています。"
    return "\n".join([heading, *lines])


def events(
    home: Home, results: Sequence[NodeResult], manifest: Mapping[str, Any]
) -> Iterator[BuildEvent]:
    """What dbt did, as Dagster says it. What dbt skipped did not happen."""
    nodes = manifest["nodes"]
    found = explain(home, [result for result in results if result.found_rows], manifest)
    for result in results:
        node = nodes[result.unique_id]
        if result.status == "skipped" or result.is_hook:
            continue
        if result.is_test:
            yield dg.AssetCheckResult(
                asset_key=asset_key(nodes[tested_model(node)]),
                check_name=node["name"],
                passed=result.status == "pass",
                severity=dg.AssetCheckSeverity(node["config"]["severity"].upper()),
                metadata={
                    "title": title(node),
                    "failures": [str(failure) for failure in found.get(result.unique_id, ())],
                },
            )
        elif not result.failed:
            yield dg.MaterializeResult(
                asset_key=asset_key(node), metadata={"seconds": round(result.seconds, 3)}
            )


def generation_asset(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The published copy of the marts and the views on them."""
    published = [
        asset_key(node)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and layer(node) in PUBLISHED_LAYERS
    ]

    @dg.asset(
        deps=sorted(published),
        description="公開用データ。検査にすべて合格した倉庫のmartsと財政の写しで、まるごと入れ替わる",
        group_name="publication",
        kinds={"duckdb"},
        freshness_policy=A_SEASON,
    )
    def generation(
        home: dg.ResourceParam[Home], clock: dg.ResourceParam[Clock]
    ) -> dg.MaterializeResult[None]:
        with stops_as_refusals(), home.writer():
            if not seal.is_sealed(home):
                raise dg.Failure(
                    "倉庫が検査に合格していないため、公開用データを入れ替えません。"
                    "main または build のジョブを実行してください。",
                    allow_retries=False,
                )
            keep = CitySettings.of(home).generations_kept
            made = generations.publish(home, clock(), keep=keep)
        return dg.MaterializeResult(
            metadata={
                "name": made.name,
                "is_new": made.is_new,
                "rows": made.content.rows,
                "mended": made.mended,
            },
            data_version=dg.DataVersion(made.content.hash),
        )

    return generation
