"""What a city does with one home folder; commands, assets and sensors call it.

What belongs here: what is due, what is stale, who may approve, what is known of whom. What does
not: Dagster (`orchestration`), the terminal (`cli`), reading workbooks (`ingest`),
pages (`exports`).
"""

from services import quiet  # noqa: F401 - before any tool that calls home is imported
