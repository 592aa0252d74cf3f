"""dbt's own documentation builds, with every mart of the warehouse in its catalogue."""

import json
from pathlib import Path
from shutil import copyfile

from .conftest import PROJECT, Workshop


def test_dbt_docs_are_generated(workshop: Workshop, tmp_path: Path) -> None:
    built = workshop.landing() and workshop.build()
    copyfile(built.path, workshop.folder / "warehouse.duckdb")
    workshop.dbt("docs", "generate", "--target-path", str(tmp_path))
    (workshop.folder / "warehouse.duckdb").unlink()
    catalogue = json.loads((tmp_path / "catalog.json").read_text("utf-8"))
    marts = {node["metadata"]["name"] for node in catalogue["nodes"].values()}
    assert {path.stem for path in PROJECT.glob("models/marts/*.sql")} - marts == set()
    assert (tmp_path / "index.html").stat().st_size > 0
