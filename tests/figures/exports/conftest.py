"""Generations of the marts, written as the warehouse publishes them."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from figures.exports.office import Office
from figures.exports.published_marts import CLAIMS, Row, write_generation

MakeGeneration = Callable[..., Path]


@pytest.fixture
def make_generation(tmp_path: Path) -> MakeGeneration:
    """Writes ``marts/<name>.duckdb`` from claims; ``then`` is SQL run on it afterwards."""

    def make(name: str = "g1", claims: Iterable[Row] = CLAIMS, then: str = "") -> Path:
        path = tmp_path / "marts" / f"{name}.duckdb"
        path.parent.mkdir(exist_ok=True)
        write_generation(path, claims, then)
        return path

    return make


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def first(make_generation: MakeGeneration) -> Path:
    return make_generation("first")


@pytest.fixture
def second(make_generation: MakeGeneration) -> Path:
    return make_generation("second", claims=CLAIMS[:-1])
