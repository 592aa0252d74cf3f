"""The loader that one puts together by hand: every cell into one Parquet file, none checked."""

import sys
from pathlib import Path

import pandas as pd

folder, output = map(Path, sys.argv[1:])
frames = [
    frame.melt(ignore_index=False, var_name="column").assign(file=path.name, sheet=sheet)
    for path in sorted(folder.rglob("*.xlsx"))
    for sheet, frame in pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl").items()
]
cells = pd.concat(frames).dropna().rename_axis("row").reset_index()
cells.astype({"value": str}).to_parquet(output)
