"""Workbooks in, rows and findings out. Knows nothing of Dagster, dbt or the warehouse."""
