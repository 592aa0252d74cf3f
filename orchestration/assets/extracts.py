"""The generation as files, for those who work with Excel, Power BI or scripts."""

import dagster as dg
import duckdb

from exports import extracts as files
from orchestration.refusals import stops_as_refusals
from services.desks import dictionary
from services.exits import Exit, Stop
from services.generation import compared
from services.home import Home


@dg.asset(
    deps=["generation"],
    description="公開用データのファイル。Parquet、CSV、Excelブック、データ辞書がそろって入れ替わる",
    group_name="publication",
    kinds={"parquet", "csv", "excel"},
)
def extracts(home: dg.ResourceParam[Home]) -> dg.MaterializeResult[None]:
    """Write the files of the current generation; those of a generation are written once."""
    with stops_as_refusals(), home.writer():
        try:
            made = files.publish(compared(home), home.extracts, dictionary.files_of(home))
        except (OSError, duckdb.IOException) as problem:
            message = f"公開用データのファイルを書き出せません({problem})。"
            raise Stop(message, Exit.UNEXPECTED) from problem
    return dg.MaterializeResult(metadata={"name": made.path.name, "is_new": made.is_new})
