"""No column goes, or changes its name or type, without a new version of the contract."""

import pytest

from .interface import broken, current, declared_version, recorded

BEFORE = {"marts.fct": {"balance": "bigint", "note": "varchar"}}


@pytest.mark.parametrize(
    ("after", "missed"),
    [
        ({"marts.fct": {"note": "varchar", "balance": "bigint", "cases": "bigint"}}, []),
        ({"marts.fct": {"balance": "bigint"}}, ["marts.fct.note (varchar)"]),
        ({"marts.fct": {"balance": "bigint", "remark": "varchar"}}, ["marts.fct.note (varchar)"]),
        ({"marts.fct": {"balance": "double", "note": "varchar"}}, ["marts.fct.balance (bigint)"]),
        ({}, ["marts.fct.balance (bigint)", "marts.fct.note (varchar)"]),
    ],
    ids=["added", "removed", "renamed", "retyped", "table removed"],
)
def test_what_breaks_a_reader(after: dict[str, dict[str, str]], missed: list[str]) -> None:
    assert broken(BEFORE, after) == missed


def test_what_breaks_readers_has_a_new_version() -> None:
    version, before = recorded()
    assert declared_version() > version or broken(before, current()) == []


def test_the_interface_is_recorded() -> None:
    message = "record it: PYTHONPATH=tests/rules/dbt python -m interface"
    assert recorded() == (declared_version(), current()), message
