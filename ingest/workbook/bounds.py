"""How much a sheet may hold, and how one is refused that holds more: by naming the bound."""

from ingest.workbook.container import WorkbookRefused

# A sheet is laid out from its first to its last value: one stray value far out fills memory.
FAR_ROW, FAR_COLUMN = 10_000, 702
MAX_CELLS = 1_000_000  # of a workbook, the blank ones that have a format included


def refuse_many_cells(count: int) -> None:
    """Raises WorkbookRefused for more cells than anybody fills in."""
    if count > MAX_CELLS:
        raise WorkbookRefused(
            "too_large",
            f"値か書式のあるセルが{count:,}個あります(上限{MAX_CELLS:,}個)。"
            "表だけを新しいブックに貼り付けて提出し直してください。",
        )


def too_far(cell: str) -> WorkbookRefused:
    """A sheet with a value far from everything else, which would fill memory."""
    return WorkbookRefused(
        "too_large",
        f"表から遠く離れたセル{cell}に値があるため、シートを読みません"
        f"(上限{FAR_ROW:,}行・{FAR_COLUMN}列)。そのセルを削除(クリア)して提出し直してください。",
        cell,
    )
