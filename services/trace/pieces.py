"""The sheet a figure comes from, as a piece with the cells marked.

The workbook is opened by a process with limits, never by the one that asks.
"""

from collections.abc import Sequence

from ingest.drafting.piece import Piece
from ingest.reading import Request, ask_all
from services.exits import Stop
from services.home import Home


def piece(home: Home, file_sha256: str, sheet: str, cells: Sequence[str]) -> Piece:
    """What stands around cells of a submitted sheet. Raises Stop where it cannot be shown."""
    path = next(home.archive.glob(f"{file_sha256}*"), None)
    if path is None:
        raise Stop("原本のブックは、もう保存されていません。")
    asked = Request("piece", path.name, path.read_bytes(), (sheet, list(cells)))
    ((_, _, answer),) = ask_all([asked])
    if isinstance(answer, Piece):
        return answer
    raise Stop("原本のシートを、いま示せません。ブックを受け取って見てください。")
