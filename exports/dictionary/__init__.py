"""The data dictionary (データ辞書): what every mart, view and column means, as HTML and XLSX.

`catalogue` reads it from a generation and the dbt project, `grammar` takes the descriptions apart,
`checks` puts what is checked into words; `page` and `workbook` write it.
"""

from exports.dictionary.catalogue import Dictionary, read_dictionary
from exports.dictionary.page import render_page
from exports.dictionary.workbook import workbook_bytes

PAGE = "データ辞書.html"
WORKBOOK = "データ辞書.xlsx"


def files(dictionary: Dictionary) -> dict[str, bytes]:
    """The dictionary as files, by name."""
    return {PAGE: render_page(dictionary).encode(), WORKBOOK: workbook_bytes(dictionary)}


__all__ = ["PAGE", "WORKBOOK", "Dictionary", "files", "read_dictionary"]
