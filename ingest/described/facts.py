"""What is told once for many figures: by the layout, the file's name, titles and entries."""

from collections.abc import Iterable

from ingest.described.blocks import Block
from ingest.described.layout import DIMENSIONS, Described
from ingest.described.words import Dimensions, Pattern
from ingest.forms.page import Page
from ingest.quoting import as_written, quoted
from ingest.text import key
from ingest.workbook import Place


def of_sheet(page: Page, layout: Described) -> tuple[Dimensions, set[Place]]:
    """What holds for every figure of a page, and the cells that are taken by it."""
    told = dict(layout.given)
    if layout.file:
        name = page.file.rpartition(".")[0]
        of_file, missing = _matched([layout.file], [page.file, name])
        told |= of_file
        for each in missing:
            page.error(
                "header_value",
                None,
                f"ファイルの名前「{quoted(page.file)}」が「{each}」の形ではありません。"
                "名前を直して提出してください。",
                expected=each,
            )
    of_texts, missing = _matched(layout.texts, [words for _, _, words in page.sheet.texts])
    for each in missing:
        page.error(
            "missing_heading",
            None,
            f"「{each}」の形の語がシートにありません。表題などを元のとおりに戻してください。",
            expected=each,
        )
    entries, taken = _beside(page, layout)
    return {**told, **of_texts, **entries}, taken


def above(page: Page, block: Block) -> Dimensions:
    """What the words over a table tell, the nearest first."""
    if not block.table.above:
        return {}
    grid = block.grid
    rows = range(grid.rows.start, block.lines.start)
    texts = [words for r in reversed(rows) for c in grid.columns if (words := grid.words(r, c))]
    told, missing = _matched(block.table.above, texts)
    for each in missing:
        page.error(
            "missing_heading",
            block.first_place,
            f"表の上に「{each}」の形の語がありません。元の様式のとおりに戻してください。",
            found=None,
            expected=each,
        )
    return told


def _matched(patterns: Iterable[str], texts: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """What texts tell at the places of patterns, and the patterns that none of them matches."""
    told: dict[str, str] = {}
    missing = []
    candidates = list(texts)
    for each in patterns:
        pattern = Pattern(each)
        found = next((t for words in candidates if (t := pattern.told(words)) is not None), None)
        if found is None:
            missing.append(each)
        else:
            told |= found
    return told, missing


def _beside(page: Page, layout: Described) -> tuple[Dimensions, set[Place]]:
    """Values to the right of their words."""
    labels = {key(words): dimension for words, dimension in layout.beside.items()}
    told: dict[str, str] = {}
    taken: set[Place] = set()
    for row, column, words in page.sheet.texts:
        dimension = labels.get(key(words))
        if dimension is None or dimension in told:
            continue
        right = ((row, c) for c in range(column + 1, page.sheet.right))
        place = next((p for p in right if page.value(*p) is not None), None)
        if place:
            told[dimension] = as_written(page.value(*place))
            taken.add(place)
        else:
            page.note_entry(words, (row, column), DIMENSIONS.get(dimension, dimension))
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
