"""Told of cells that count and are not plainly to be seen: hidden, scaled, partly struck out."""

from collections.abc import Iterable

from ingest.addresses import address, place
from ingest.forms.page import Page
from ingest.values import Shown
from ingest.workbook import Place

_LISTED = 5


def note_as_shown(page: Page) -> None:
    """Warn of cells that were landed otherwise than by plainly reading the screen."""
    sheet, filled = page.sheet, page.sheet.filled
    is_scaled = any(isinstance(v, Shown) and v.scale > 1 for v in filled.values())
    if not (is_scaled or sheet.remarks or sheet.hidden_rows or sheet.hidden_columns):
        return
    landed = sorted({place(cell.cell) for cell in page.form.cells})
    for each in landed:
        if remark := sheet.remarks.get(each):
            page.warn(remark.rule, each, remark.words)
    scaled = [p for p in landed if isinstance(v := filled.get(p), Shown) and v.scale > 1]
    if scaled:
        page.warn(
            "not_as_seen",
            scaled[0],
            f"表示形式によって千円などの単位に丸めて表示されている金額({_cells(scaled)})は、"
            "セルに入っている円の金額のまま読みました。違う場合は、様式の単位で入力し直してください。",
        )
    hidden = [p for p in landed if p in filled and sheet.is_hidden(p)]
    if hidden:
        page.warn(
            "hidden_cells",
            hidden[0],
            f"非表示の行や列(絞り込みで隠れたものを含む)にある記入({_cells(hidden)})も読み込みました。"
            "提出しない内容であれば、行や列を削除してください。",
        )


def _cells(places: Iterable[Place]) -> str:
    cells = [address(*each) for each in places]
    more = f"など{len(cells)}か所" if len(cells) > _LISTED else ""
    return f"セル{'・'.join(cells[:_LISTED])}{more}"
