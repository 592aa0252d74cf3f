"""Dagster and nothing else, one module per concept.

What belongs here: what runs when, in which order, and what stops it. What does not: what is done
(`services`), SQL (`dbt_project`), pages and tables (`exports`).
"""

from services import quiet  # noqa: F401 - before any tool that calls home is imported
