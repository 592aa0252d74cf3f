"""The Dagster instance of a home: the run history, so that the UI shows every run.

In SQLite below the home; in PostgreSQL where MISHUKIN_DAGSTER_DSN names a database, as a team's
deployment does. The address stays in the environment: it holds a password.
"""

import json
import os

import dagster as dg

from exports.press.files import write_file
from services.home import Home

DSN_VARIABLE = "MISHUKIN_DAGSTER_DSN"
CONFIG = """\
# Written by mishukin; changes are lost.
telemetry:
  enabled: false
# No dialogue that asks a first visitor to sign up somewhere.
nux:
  enabled: false
run_monitoring:
  enabled: false
# Capturing standard output starts two more processes for every step and writes files that nobody
# prunes; the events say it all.
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
{storage}
freshness:
  enabled: true
# What a sensor that looks every minute did not do is of no use a week later.
retention:
  schedule:
    purge_after_days: 365
  sensor:
    purge_after_days:
      skipped: 7
      failure: 365
      success: 365
concurrency:
  runs:
    max_concurrent_runs: 1
"""
IN_SQLITE = """\
event_log_storage:
  module: orchestration.storage
  class: OpenEventLogStorage
  config:
    base_dir: {history}
"""
IN_POSTGRES = f"""\
storage:
  postgres:
    postgres_url:
      env: {DSN_VARIABLE}
"""


def configure(home: Home) -> None:
    """Write dagster.yaml where it is not what it should be."""
    file = home.create().dagster / "dagster.yaml"
    write_file(file, CONFIG.format(storage=_storage(home).rstrip()).encode())


def _storage(home: Home) -> str:
    if os.environ.get(DSN_VARIABLE):
        return IN_POSTGRES
    # JSON is YAML: a path with a colon or a quotation mark stays a text.
    return IN_SQLITE.format(history=json.dumps(str(home.dagster / "history" / "runs")))


def open_instance(home: Home) -> dg.DagsterInstance:
    """The instance of this home."""
    configure(home)
    return dg.DagsterInstance.from_config(str(home.dagster))
