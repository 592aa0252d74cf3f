"""What the assets need from outside: the home, the clock, the warehouse, PostgreSQL, who hands in.

Plain objects, no configuration of their own: a test or a command passes others to `build_defs`.
"""

from dataclasses import dataclass, field
from typing import Any

from ingest.reports import LoadReport
from ingest.returned import Returned
from services.clock import now
from services.home import Home
from services.postgres.target import Target
from services.warehouse.build import Warehouse


@dataclass(slots=True)
class Intake:
    """One reading of the inbox, and from whom; `reports` and `copies` collect what came of it."""

    by: str | None = None
    reports: list[LoadReport] = field(default_factory=list)
    copies: list[Returned] = field(default_factory=list)


def default_resources(home: Home) -> dict[str, Any]:
    """What runs in the city's own house."""
    return {
        "home": home,
        "clock": now,
        "warehouse": Warehouse(home),
        "postgres": Target.told(),
        "intake": Intake(),
    }
