"""`python -m terms` writes them as dbt reads them, from the variable MISHUKIN_TERMS."""

from terms import as_text

print(as_text())
