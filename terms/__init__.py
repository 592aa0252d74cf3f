"""The words of the field, each told once: for Python here, for dbt as text (`python -m terms`).

`codes` are the codes of the warehouse with what staff read instead, `measures.yml` the amounts and
rates with their formulas. Imports nothing of ours.
"""

import json

from terms.reading import told

VARIABLE = "MISHUKIN_TERMS"


def as_text() -> str:
    """All of them as JSON, for the variable of the environment that dbt's macros read."""
    return json.dumps({**told("codes"), "measures": told("measures")}, ensure_ascii=False)
