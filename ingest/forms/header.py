"""Labelled entries: 所属, 債権名 … and the answers of section 1, wherever their values stand."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from itertools import chain

from ingest.addresses import address
from ingest.forms.page import Page
from ingest.quoting import as_written, clean_name, quoted
from ingest.text import key
from ingest.workbook import Place

MAX_NAME = 200
LONGEST_LABEL = 40
_GAP = re.compile(r"[:：\s]+")


@dataclass(frozen=True)
class Entry:
    """An entry as written ("" when blank) and the place where it stands, or should stand."""

    text: str
    place: Place


def read_header(page: Page, last_row: int) -> dict[str, Entry]:
    """The entries above the tables of a form: name in the layout → entry."""
    labels = {k: name for name, keys in page.layout.header.items() for k in keys}
    return read_entries(page, labels, range(last_row))


def read_owner(page: Page, entries: Mapping[str, Entry]) -> None:
    """Whose form it is: the department, and its section where one is told."""
    page.form.department = required(page, entries, "department")
    section = entries.get("section")
    if section and not page.note_doubt(section.place, "担当", "担当"):
        page.form.section = section.text or None


def read_entries(
    page: Page, labels: Mapping[str, str], rows: range, left: int = 0
) -> dict[str, Entry]:
    """Entries of the labels in some rows: name → entry. The first label of a name counts.

    A value stands behind its label in the same cell, or to the right of it; below it where no
    label of the row but the last has anything to its right.
    """
    lines: dict[int, list[tuple[int, str]]] = {}
    found: dict[str, Entry] = {}
    for row, column, words in page.sheet.texts:
        if row not in rows or column < left:
            continue
        name = labels.get(key(words))
        if name is not None:
            lines.setdefault(row, []).append((column, name))
            continue
        name, behind = _inline(words, labels)
        if name is not None and name not in found:
            found[name] = Entry(clean_name(behind), (row, column))
    for row, line in lines.items():
        for (_, name), place in zip(line, _places(page, row, line, labels, rows), strict=True):
            value = page.value(*place)
            is_label = isinstance(value, str) and key(value) in labels
            written = "" if value is None or is_label else clean_name(as_written(value))
            found.setdefault(name, Entry(written, place))
    page.form.places |= {name: address(*entry.place) for name, entry in found.items()}
    return found


def _inline(words: str, labels: Mapping[str, str]) -> tuple[str | None, str]:
    """Label and value in one cell: 所属：財政局 or 所属　財政局."""
    for gap in _GAP.finditer(words, 0, LONGEST_LABEL):
        name = labels.get(key(words[: gap.start()]))
        if name is not None and words[gap.end() :].strip():
            return name, words[gap.end() :]
    return None, ""


def _places(
    page: Page, row: int, line: list[tuple[int, str]], labels: Mapping[str, str], rows: range
) -> list[Place]:
    columns = [column for column, _ in line]
    ends = [*columns[1:], page.sheet.right]
    beside = [_right(page, row, c, end) for c, end in zip(columns, ends, strict=True)]
    below = [_below(page, row + 1, c, labels) if row + 1 in rows else None for c in columns]
    if not any(beside[:-1] or beside) and any(below):
        return [place or (row + 1, c) for place, c in zip(below, columns, strict=True)]
    return [place or (row, c + 1) for place, c in zip(beside, columns, strict=True)]


def _right(page: Page, row: int, column: int, end: int) -> Place | None:
    for c in range(column + 1, end):
        value = page.value(row, c)
        if isinstance(value, str) and "単位" in value:
            return None
        if value is not None or page.is_doubtful(row, c):
            return row, c
    return None


def _below(page: Page, row: int, column: int, labels: Mapping[str, str]) -> Place | None:
    value = page.value(row, column)
    if isinstance(value, str):
        groups = frozenset().union(*page.layout.groups.values())
        if key(value) in labels or key(value) in groups or _inline(value, labels)[0]:
            return None
    return (row, column) if value is not None or page.is_doubtful(row, column) else None


def likely_place(
    page: Page, entries: Mapping[str, Entry], labels: Container[str], rows: range
) -> Place | None:
    """Where a label is likely to have been: the cell beside other entries that nothing explains.

    Where only one is left over, that is the value, and the label before it was deleted.
    """
    taken = {entry.place for entry in entries.values()}
    lines = {row for row, _, words in page.sheet.texts if row in rows and key(words) in labels}
    left = [
        place
        for place, value in page.sheet.filled.items()
        if place[0] in lines
        and place not in taken
        and not (isinstance(value, str) and key(value) in labels)
    ]
    if len(left) == 1 and left[0][1]:
        return left[0][0], left[0][1] - 1
    return left[0] if left else None


def _likely_label(page: Page, entries: Mapping[str, Entry]) -> Place | None:
    labels = set(chain(*page.layout.header.values()))
    return likely_place(page, entries, labels, range(page.sheet.bottom))


def required(page: Page, entries: Mapping[str, Entry], name: str) -> str | None:
    """A header entry that must be there; noted when it is missing or too long."""
    label = "".join(page.layout.spec["header"][name][0].split())
    entry = entries.get(name)
    if entry and page.note_doubt(entry.place, label, label):
        return None
    if not entry or not entry.text:
        page.error(
            "header_value",
            entry.place if entry else _likely_label(page, entries),
            f"「{label}」が見当たらないか、記入されていません。"
            f"見出し「{label}」の右の欄に記入してください。",
            found=None,
            expected=label,
        )
    elif len(entry.text) > MAX_NAME:
        page.error(
            "header_value",
            entry.place,
            f"「{label}」が長すぎます({len(entry.text)}文字)。{MAX_NAME}文字以内で記入してください。",
            found=entry.text,
            expected=f"{MAX_NAME}文字以内",
        )
    return entry.text if entry and entry.text else None


def note_several_forms(page: Page, name: str) -> bool:
    """Note a label that only one form can have and that stands on the sheet twice."""
    keys = set(page.layout.header[name])
    places = [(r, c) for r, c, words in page.sheet.texts if key(words) in keys]
    if len(places) < 2:
        return False
    page.error(
        "several_forms",
        places[1],
        f"1枚のシートに様式が2つ以上あります(「{quoted(page.value(*places[1]))}」の欄が{len(places)}か所)。"
        "シートを分けて提出してください。",
        expected="1シートに様式1つ",
    )
    return True
