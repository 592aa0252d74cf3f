"""What holds for every test."""

import gc

from cli import SELDOM

# As in the command itself: dagster and dbt make many objects, and few cycles.
gc.set_threshold(*SELDOM)
