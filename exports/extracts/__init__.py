"""A generation as files: every mart and view as Parquet and CSV, and the views as one workbook.

`folder.publish` writes `<folder>/<generation>/` aside and puts it in place whole; `relations` tells
what a generation holds, `tables` writes Parquet and CSV, `workbook` and `sheets` the workbook.
DuckDB writes the rows of every format, so that a city's whole history takes moments.
"""

from exports.extracts.folder import CURRENT, WORKBOOK, Extracts, publish, touched

__all__ = ["CURRENT", "WORKBOOK", "Extracts", "publish", "touched"]
