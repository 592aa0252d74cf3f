"""The Dagster instance of a home: run history in SQLite, so that the UI shows every run."""

import json

import dagster as dg

from orchestration.home import Home

CONFIG = """\
# Written by mishukin; changes are lost.
telemetry:
  enabled: false
# No dialogue that asks a first visitor to sign up somewhere.
nux:
  enabled: false
run_monitoring:
  enabled: false
# Capturing standard output starts two more processes for every step; the events say it all.
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
event_log_storage:
  module: orchestration.storage
  class: OpenEventLogStorage
  config:
    base_dir: {history}
concurrency:
  runs:
    max_concurrent_runs: 1
"""


def configure(home: Home) -> None:
    """Write dagster.yaml where it is not what it should be."""
    file = home.create().dagster / "dagster.yaml"
    # JSON is YAML: a path with a colon or a quotation mark stays a text.
    config = CONFIG.format(history=json.dumps(str(home.dagster / "history" / "runs")))
    if not file.exists() or file.read_text(encoding="utf-8") != config:
        aside = file.with_suffix(".tmp")
        aside.write_text(config, encoding="utf-8")
        aside.replace(file)


def open_instance(home: Home) -> dg.DagsterInstance:
    """The instance of this home."""
    configure(home)
    return dg.DagsterInstance.from_config(str(home.dagster))
