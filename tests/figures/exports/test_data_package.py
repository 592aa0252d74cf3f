"""datapackage.json: a stranger's tool reads the open data by it, and finds a damaged copy."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from figures.exports.published_marts import CITY, DAY, ISSUED, SETTINGS
from frictionless import Checklist, validate

from exports.report.figures import read_report
from exports.report.rendering import report_files

MakeGeneration = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path, make_generation: MakeGeneration) -> Path:
    """The files of a revision, and no others."""
    report = read_report(make_generation(), CITY, DAY, ISSUED)
    folder = tmp_path / "revision"
    folder.mkdir()
    for name, content in report_files(report).items():
        (folder / name).write_bytes(content)
    return folder


def errors(folder: Path) -> list[str]:
    found = validate(folder / "datapackage.json", checklist=Checklist()).flatten(["type", "note"])
    return [f"{kind}: {note}" for kind, note in found]


def test_frictionless_accepts_the_package(folder: Path) -> None:
    assert errors(folder) == []


@pytest.mark.parametrize(
    ("whole", "damaged", "said"),
    [
        ("401234500", "４０１", "hash-count"),
        ("2025-07-31,2025,claim,債権,002", "2025-07-31,2025,claim,債権,001", "hash-count"),
    ],
    ids=["a figure", "a key"],
)
def test_frictionless_finds_a_changed_byte(
    folder: Path, whole: str, damaged: str, said: str
) -> None:
    table = folder / "report.csv"
    text = table.read_text(encoding="utf-8-sig")
    assert whole in text
    table.write_text(text.replace(whole, damaged), encoding="utf-8-sig")
    assert any(said in error for error in errors(folder))


@pytest.mark.parametrize(
    ("whole", "damaged", "said"),
    [
        ("401234500", "401千円", "type-error"),
        ("2025-07-31,2025,claim,債権,002", "2025-07-31,2025,claim,債権,001", "primary-key"),
        ("2025-07-31,2025,claim", "2025-07-31,2025,claims", "constraint-error"),
        ("残高_円", "残高", "incorrect-label"),
    ],
    ids=["a figure with its unit", "a row twice", "an unknown code", "a heading"],
)
def test_the_schema_tells_what_each_column_may_hold(
    folder: Path, whole: str, damaged: str, said: str
) -> None:
    table = folder / "report.csv"
    text = table.read_text(encoding="utf-8-sig")
    assert whole in text
    table.write_text(text.replace(whole, damaged), encoding="utf-8-sig")
    described = json.loads((folder / "datapackage.json").read_bytes())
    described["resources"] = [without_sums(described["resources"][0])]
    (folder / "datapackage.json").write_text(json.dumps(described))
    assert any(said in error for error in errors(folder))


def without_sums(resource: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name not in ("bytes", "hash")}


def test_every_data_file_is_described_with_its_hash(folder: Path) -> None:
    described = json.loads((folder / "datapackage.json").read_bytes())
    resources = {one["path"]: one for one in described["resources"]}
    data = {path for path in folder.iterdir() if path.suffix in (".csv", ".xlsx", ".pdf", ".svg")}
    assert resources.keys() == {path.name for path in data}
    for path in data:
        content = path.read_bytes()
        assert resources[path.name]["bytes"] == len(content)
        assert resources[path.name]["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_the_package_says_whose_it_is_and_how_it_may_be_used(folder: Path) -> None:
    described = json.loads((folder / "datapackage.json").read_bytes())
    assert described["licenses"][0]["name"] == "CC-BY-4.0"
    assert described["publisher"] == SETTINGS.publisher
    assert described["contactPoint"] == SETTINGS.contact
    assert described["issued"] == ISSUED.isoformat()
    assert described["temporal"] == {"start": "2025-04-01", "end": "2025-07-31"}
