"""The loader that one would put together by hand: every sheet into a DataFrame, nothing checked."""

import sys
from pathlib import Path

import pandas as pd

rows = 0
for path in sorted(Path(sys.argv[1]).rglob("*.xlsx")):
    for sheet in pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl").values():
        rows += len(sheet)
print(rows)
