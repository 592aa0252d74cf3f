"""The fictional city as city.yml describes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from ingest.templates import Dialect


@dataclass(frozen=True)
class Claim:
    """One claim and how it behaves: amounts in 千円, rates in ‰."""

    number: str
    name: str
    classes: tuple[str, ...]
    department: str
    section: str
    opening: int
    assessed: int
    growth: int
    current: int
    prior: int
    written_off: int
    reduction: int
    per_case: int
    starts: int
    limitation_years: int


@dataclass(frozen=True)
class Department:
    """One department: its claims and its habits. `annual`, `interim`: names of files and sheets."""

    name: str
    claims: tuple[Claim, ...]
    classes: str
    annual: Mapping[str, str]
    interim: Mapping[str, str]
    dialect: Dialect


@dataclass(frozen=True)
class City:
    """The city: `years` are the fiscal years whose annual forms it hands in.

    `reported`: the first and the last reference date of its balance reports.
    """

    code: str
    name: str
    first_year: int
    years: tuple[int, ...]
    reported: tuple[date, date]
    restatements: Mapping[tuple[str, int], int]
    roundings: frozenset[tuple[str, int]]
    departments: tuple[Department, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All claims, by number."""
        return tuple(claim for department in self.departments for claim in department.claims)


def claims_of(owner: City | Department, year: int) -> list[Claim]:
    """The claims that the city, or one department, has in a fiscal year."""
    return [claim for claim in owner.claims if claim.starts <= year]


@lru_cache(maxsize=1)
def city() -> City:
    """見本市."""
    spec = yaml.safe_load((files("ingest.sample") / "city.yml").read_text("utf-8"))
    return City(
        code=spec["code"],
        name=spec["name"],
        first_year=spec["first_year"],
        years=tuple(spec["years"]),
        reported=tuple(spec["reported"]),
        restatements={(r["claim"], r["fiscal_year"]): r["moved"] for r in spec["restatements"]},
        roundings=frozenset((r["claim"], r["fiscal_year"]) for r in spec["roundings"]),
        departments=tuple(_department(each, spec["first_year"]) for each in spec["departments"]),
    )


def _department(spec: Mapping[str, Any], first_year: int) -> Department:
    name = spec["name"]
    claims = tuple(
        Claim(
            **{"starts": first_year, **claim, "classes": tuple(claim["classes"])}, department=name
        )
        for claim in spec["claims"]
    )
    dialect = dict(spec["dialect"])
    if "primes" in dialect:
        dialect["primes"] = tuple(dialect["primes"])
    habits = {key: spec[key] for key in ("classes", "annual", "interim")}
    return Department(name, claims, dialect=Dialect(**dialect), **habits)
