"""Telemetry of every tool off, in code: on a closed network a tool that calls home hangs.

The package imports this first, before any of them is imported.
"""

import os

SILENCE = {
    "DO_NOT_TRACK": "1",
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DBT_NO_VERSION_CHECK": "1",
    "SODA_CORE_TELEMETRY_ENABLED": "false",
}

os.environ.update(SILENCE)
