"""PostgreSQL: the generation's copy for tools that speak ODBC."""

import dagster as dg

from orchestration.refusals import stops_as_refusals
from services.home import Home
from services.postgres.serving import serve
from services.postgres.target import DSN_VARIABLE, Target
from services.warehouse.build import Warehouse


@dg.asset(
    deps=["generation"],
    description="PostgreSQLに置く公開用データの写し。接続先が設定されていなければ何もしない",
    group_name="publication",
    kinds={"postgres"},
)
def postgres_marts(
    home: dg.ResourceParam[Home],
    warehouse: dg.ResourceParam[Warehouse],
    postgres: dg.ResourceParam[Target],
) -> dg.MaterializeResult[None]:
    """Copy the current generation; without a DSN do nothing and say so."""
    if postgres.dsn is None:
        said = f"環境変数 {DSN_VARIABLE} がないため、PostgreSQLには写しませんでした。"
        return dg.MaterializeResult(metadata={"said": said})
    with stops_as_refusals():
        served = serve(home, postgres.dsn, postgres.reader, warehouse.manifest())
    return dg.MaterializeResult(
        metadata={
            "said": str(served),
            "generation": served.generation,
            "is_new": served.is_new,
            "rows": served.rows,
        }
    )
