"""Dagster, one module per concept, and the command line that runs the same assets.

What belongs here: what runs when, in which order, and what stops it. What does not: reading
workbooks (`ingest`), SQL (`dbt_project`), pages and tables (`exports`).
"""

from orchestration import quiet  # noqa: F401 - before any tool that calls home is imported
