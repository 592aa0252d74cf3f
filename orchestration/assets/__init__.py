"""The assets, in the order of the flow: `ingest`, `warehouse`, `reports`."""
