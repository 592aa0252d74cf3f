"""What is told once for many figures: by the layout, the file's name, titles and entries."""

from collections.abc import Iterable, Mapping

from ingest.described.blocks import Block
from ingest.described.layout import DIMENSIONS, Described
from ingest.described.meaning import parsed
from ingest.described.words import Dimensions, Pattern
from ingest.forms.page import Page
from ingest.quoting import as_written, quoted
from ingest.text import Unreadable, key
from ingest.workbook import Place

_OUTSIDE = (-1, -1)  # where the name of a sheet stands


def of_sheet(page: Page, layout: Described) -> tuple[Dimensions, set[Place]]:
    """What holds for every figure of a page, and the cells that are taken by it."""
    told = dict(layout.given)
    taken: set[Place] = set()
    of_file = _of_file(page, layout.file) if layout.file else {}
    of_texts: dict[str, str] = {}
    texts = [((row, column), words) for row, column, words in page.sheet.texts]
    texts.append((_OUTSIDE, page.sheet.name))
    for each in layout.texts:
        if found := _first(each, texts):
            of_texts |= found[1]
            taken.add(found[0])
        else:
            page.error(
                "missing_heading",
                None,
                f"「{each}」の形の語がシートにありません。表題などを元のとおりに戻してください。",
                expected=each,
            )
    for dimension in of_file.keys() & of_texts.keys():
        _note_other_file(page, dimension, of_file[dimension], of_texts[dimension])
    entries, of_entries = _beside(page, layout)
    return {**told, **of_file, **of_texts, **entries}, taken | of_entries


def above(page: Page, block: Block, before: Block | None) -> Dimensions:
    """What the words over a table tell, the nearest first; `before`: whose own are further up."""
    if not block.table.above:
        return {}
    grid = block.grid
    is_below = before is not None and before.grid is grid and before.lines != block.lines
    first = before.lines.stop if before and is_below else grid.rows.start
    rows = range(first, block.lines.start)
    columns = sorted(grid.columns, key=lambda column: column not in block.columns)
    places = [(r, c) for r in reversed(rows) for c in columns]
    texts = [(place, words) for place in places if (words := grid.words(*place))]
    told: dict[str, str] = {}
    for each in block.table.above:
        if found := _first(each, texts):
            told |= found[1]
        else:
            page.error(
                "missing_heading",
                block.first_place,
                f"表の上に「{each}」の形の語がありません。元の様式のとおりに戻してください。",
                found=None,
                expected=each,
            )
    return told


def _first(
    pattern: str, texts: Iterable[tuple[Place, str]]
) -> tuple[Place, Mapping[str, str]] | None:
    """The first text that a pattern matches: where it stands, and what it tells."""
    read = Pattern(pattern)
    matched = ((place, told) for place, words in texts if (told := read.told(words)) is not None)
    return next(matched, None)


def _of_file(page: Page, pattern: str) -> Mapping[str, str]:
    """What the name of the file tells, with its ending or without."""
    read = Pattern(pattern)
    names = (page.file, page.file.rpartition(".")[0])
    told = next((told for name in names if (told := read.told(name)) is not None), None)
    if told is None:
        page.error(
            "header_value",
            None,
            f"ファイルの名前「{quoted(page.file)}」が「{pattern}」の形ではありません。"
            "名前を直して提出してください。",
            expected=pattern,
        )
    return told or {}


def _note_other_file(page: Page, dimension: str, of_file: str, of_sheet: str) -> None:
    """Note a file whose name tells another thing than its sheet."""
    try:
        is_same = parsed(dimension, of_file) == parsed(dimension, of_sheet)
    except Unreadable:
        return  # told where the value is used
    if not is_same:
        label = DIMENSIONS.get(dimension, dimension)
        page.error(
            "header_value",
            None,
            f"{label}が、ファイルの名前では「{quoted(of_file)}」、シートでは「{quoted(of_sheet)}」です。"
            "どちらかを直して提出してください。",
            found=of_file,
            expected=of_sheet,
        )


def _beside(page: Page, layout: Described) -> tuple[Dimensions, set[Place]]:
    """The cells beside labels."""
    labels = {key(words): dimension for words, dimension in layout.beside.items()}
    told: dict[str, str] = {}
    taken: set[Place] = set()
    for row, column, words in page.sheet.texts:
        dimension = labels.get(key(words))
        if dimension is None or dimension in told:
            continue
        label = DIMENSIONS.get(dimension, dimension)
        right = ((row, c) for c in range(column + 1, page.sheet.right))
        place = next((p for p in right if not page.is_blank(*p)), None)
        if place is None:
            page.note_entry(words, (row, column), label)
        elif not page.note_doubt(place, words, label):
            told[dimension] = as_written(page.value(*place))
            taken.add(place)
    for label, dimension in layout.beside.items():
        if not any(key(label) == key(words) for _, _, words in page.sheet.texts):
            page.error(
                "missing_heading",
                None,
                f"「{label}」({DIMENSIONS.get(dimension, dimension)})の欄が見当たりません。"
                "元の様式のとおりに戻してください。",
                expected=label,
            )
    return told, taken
