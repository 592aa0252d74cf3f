"""The words of the field, each told once: for Python here, for dbt in variables of the environment.

`codes` are the codes of the warehouse with what staff read instead, `measures.yml` the amounts and
rates with their formulas, `columns.md` what a column means wherever it stands; `years` are fiscal
years and eras, `money` units and rounding.
Imports nothing of ours.
"""

import json

from terms.codes import every_label
from terms.reading import columns, told


def variables() -> dict[str, str]:
    """All of them as JSON, in the variables of the environment that dbt's macros read."""
    words = {
        **told("codes"),
        "labels": every_label(),
        "measures": told("measures"),
        "columns": columns(),
    }
    return {
        f"MISHUKIN_TERMS_{name.upper()}": json.dumps(each, ensure_ascii=False)
        for name, each in words.items()
    }
