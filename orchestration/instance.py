"""The Dagster instance of a home: run history in SQLite, so that the UI shows every run."""

import dagster as dg

from orchestration.home import Home

CONFIG = """\
# Written by mishukin; changes are lost.
telemetry:
  enabled: false
run_monitoring:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
"""


def configure(home: Home) -> None:
    """Write dagster.yaml where it is not what it should be."""
    file = home.create().dagster / "dagster.yaml"
    if not file.exists() or file.read_text(encoding="utf-8") != CONFIG:
        aside = file.with_suffix(".tmp")
        aside.write_text(CONFIG, encoding="utf-8")
        aside.replace(file)


def open_instance(home: Home) -> dg.DagsterInstance:
    """The instance of this home."""
    configure(home)
    return dg.DagsterInstance.from_config(str(home.dagster))
