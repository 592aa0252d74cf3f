"""What the names of rows and columns of a 債権管理推進シート leave unsaid, and its remarks."""

from dataclasses import replace

from ingest.forms.page import Page
from ingest.forms.tables.years_across import Block, RowName, other_columns
from ingest.layout import Column
from ingest.text import key


def note_rows(page: Page, block: Block, table: list[Block], columns: tuple[Column, ...]) -> None:
    """Rows that are named twice, or not at all, and rows that are missing.

    `table`: the blocks that a table is made of; what no other has is missing in the last one.
    """
    missing = _missing(table, columns) if block is table[-1] else []
    unknown = [name for name in block.unknown if key(name.words) not in _remarks(page)]
    unclear = [n for n in unknown if n.known or missing or not n.words]
    for name in _first_of_each_run(block.repeated):
        what = f"行の名前「{name.words}」は、ほかの行と同じものを指しています"
        _note_name(page, replace(name, place=name.group_place), what)
    for name in _first_of_each_run(unclear):
        shown = f"行の名前「{name.words}」" if name.words else "名前のない行"
        _note_name(page, name, f"{shown}が何を指すか分かりません")
    for name in unknown:
        if name not in unclear:
            message = f"様式にない行「{name.words}」があります。この行は読み込みません。"
            page.warn("unknown_row_label", name.place, message, found=name.words)
    if not block.repeated and not unclear:
        for column in missing:
            _note_missing(page, block, column)


def _note_missing(page: Page, block: Block, column: Column) -> None:
    groups = page.layout.spec["table"]["groups"]
    group = f"{groups[column.group][0]}の" if column.group in groups else ""
    needed = column.formula is None and column.kind == "money"
    page.note(
        "error" if needed or column.name == "uncollected" else "warning",
        "missing_row",
        (block.line.last + 1, page.sheet.left),
        f"「{group}{column.title}」の行が見当たりません。行を削らず、行の名前を元の様式のとおりに戻してください。",
        found=None,
        expected=f"{group}{column.title}",
    )


def _remarks(page: Page) -> set[str]:
    return {key(word) for word in page.layout.spec["narrative"]}


def _first_of_each_run(names: list[RowName]) -> list[RowName]:
    """Rows below each other have lost the same heading: one finding is enough."""
    rows = {name.row for name in names}
    return [name for name in names if name.row - 1 not in rows]


def _missing(blocks: list[Block], columns: tuple[Column, ...]) -> list[Column]:
    found = {name for block in blocks for name in block.rows}
    return [column for column in columns if column.name not in found]


def _note_name(page: Page, name: RowName, what: str) -> None:
    page.error(
        "unknown_row_label",
        name.place,
        f"{what}。行の名前を元の様式のとおりに戻してください。",
        expected="元の様式の行の名前",
    )


def read_remarks(page: Page, block: Block) -> None:
    """Remarks beside and below the table go to the narrative; other columns are passed over."""
    for column, heading in other_columns(page, block):
        if key(heading) in _remarks(page):
            for name in block.names:
                page.keep(heading, (name.row, column))
        else:
            page.note_unknown_column((block.line.first, column), heading, heading)
    for name in block.unknown:
        if key(name.words) in _remarks(page):
            for column in block.line.headings:
                page.keep(name.words, (name.row, column))
