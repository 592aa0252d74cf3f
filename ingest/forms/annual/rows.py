"""Section 2: the rows A–G, known by letter, else by year and scenario."""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass

from ingest import text
from ingest.addresses import address
from ingest.forms.columns import Table, note_untaken
from ingest.forms.reading import CellValue, FormReading, Page
from ingest.layout import Layout
from ingest.quoting import as_written
from ingest.text import key

# A, (A), A. or A平29実績; not the A of a word, but AH29年度 is row A of H29 and A29 of 29
_LETTER = re.compile(r"\(?([A-Z])\)?[.:]?(?=$|[^A-Z0-9]|[MTSHR](?:\d|元))")
_LETTER_AND_DIGITS = re.compile(r"([A-G])[.:]?(?=\d)")


@dataclass(frozen=True)
class Row:
    """One of the rows A–G: where it stands, and its typed amounts in yen.

    `legible` is false when an amount could not be read; such a row proves nothing about others.
    """

    letter: str
    place: int
    amounts: Mapping[str, int]
    legible: bool = True


def read_rows(page: Page, table: Table, end: int, year: int | None) -> dict[str, Row]:
    """Rows A–G by letter, else by year and scenario; every other row with figures is a fault."""
    specs = {spec["letter"]: spec for spec in page.layout.spec["table"]["rows"]}
    found: dict[str, Row] = {}
    above = ""
    rows = range(table.first_row, end)
    shown = [_letter_and_year(_joined(_labels(page, table, r)))[0] for r in rows]
    unclear = {letter for letter in shown if shown.count(letter) > 1}
    for r in rows:
        labels = _labels(page, table, r)
        label = _joined(labels)
        filled = any(page.is_figure(r, c) for c in table.columns.values())
        if not label and not filled:
            continue
        place = (r, labels[0][0] if labels else table.left)
        places = [(r, c) for c, _ in labels] or [place]
        letter = _letter(page, label, specs, year, places, above, unclear)
        above = label if text.fiscal_year(label) is not None else above
        if letter is None or letter in found:
            if filled:
                _note_row_label(page, place, label, repeated=letter)
            continue
        errors = page.errors
        amounts = {
            c.name: page.amount(r, table.columns[c.name], f"{letter} {c.title}")
            for c in page.layout.typed
        }
        found[letter] = Row(letter, r, amounts, page.errors == errors)
    headed = {c for r, c, _ in page.sheet.texts if r == table.label_row}
    note_untaken(page, table, [row.place for row in found.values()], headed)
    for letter, spec in specs.items():
        if letter not in found:
            page.note(
                "error",
                "missing_row",
                _expected_place(page, table, found, letter),
                f"「２．未収金の推移」に{letter}の行がありません。行を削らず、A～Gの7行をそろえて"
                "ください。",
                expected=f"{letter} {_row_name(page.layout, spec, year)}",
            )
    return found


def _expected_place(
    page: Page, table: Table, found: Mapping[str, Row], letter: str
) -> tuple[int, int]:
    """Where the label of a missing row should stand: below the row before it."""
    before = [row.place for each, row in found.items() if each < letter]
    row = max(before) + 1 if before else table.first_row
    left = min((c for r in found.values() for c, _ in _labels(page, table, r.place)), default=0)
    return row, left


def _labels(page: Page, table: Table, row: int) -> list[tuple[int, str]]:
    """The cells left of the table that name a row: words, and years typed as numbers."""
    found = []
    for c in range(page.sheet.left, table.left):
        value = page.value(row, c)
        if isinstance(value, str) or (isinstance(value, int | float) and 1900 < value < 2100):
            found.append((c, as_written(value)))
    return found


def implied_years(page: Page, table: Table, end: int) -> dict[int, int]:
    """Y as it follows from the rows that show both a letter and a year: Y → number of rows."""
    offsets = {s["letter"]: s["year_offset"] for s in page.layout.spec["table"]["rows"]}
    implied: dict[int, int] = {}
    for r in range(table.first_row, end):
        label = _joined(_labels(page, table, r))
        letter, year = _letter_and_year(label)
        if letter in offsets and year is not None:
            implied[year - offsets[letter]] = implied.get(year - offsets[letter], 0) + 1
    return implied


def _joined(labels: list[tuple[int, str]]) -> str:
    """The words of a row's label; a letter in a cell of its own stays apart from them."""
    words = [key(v) for _, v in labels]
    mark = ":" if len(words) > 1 and len(words[0]) == 1 else ""
    return words[0] + mark + "".join(words[1:]) if words else ""


def _letter_and_year(label: str) -> tuple[str | None, int | None]:
    marked = _LETTER.match(label) or _LETTER_AND_DIGITS.match(label)
    if marked is None:
        return None, text.fiscal_year(label)
    return marked[1], text.fiscal_year(label[marked.end() :])


def _letter(
    page: Page,
    label: str,
    specs: Mapping[str, Mapping[str, object]],
    year: int | None,
    places: list[tuple[int, int]],
    above: str,
    unclear: Set[str | None],
) -> str | None:
    """The row's letter. A label that contradicts the letter's year or scenario is noted.

    `places`: the label's cells; the letter stands in the first, year and scenario in the last.
    `above`: the last label that named a year, which a merged cell shows only once. `unclear`:
    letters that several rows show; there year and name tell which of them is meant.
    """
    scenario = _scenario(page.layout, label)
    marked, named = _letter_and_year(label)
    letter = marked if marked in specs else None
    if letter and letter in unclear and scenario and named and year is not None:
        letter = letter if _speaks_of(specs[letter], named - year, scenario) else None
    if letter is None:
        if named is None and not text.names_an_era(label):
            named = text.fiscal_year(above)
        if scenario is None or named is None or year is None:
            return None
        matches = [each for each, spec in specs.items() if _speaks_of(spec, named - year, scenario)]
        if matches and marked:
            page.note(
                "warning",
                "unknown_row_label",
                places[0],
                f"行の記号が「{marked}」になっています。年度と名前から{matches[0]}の行として"
                "読みました。記号を戻してください。",
                found=marked,
                expected=matches[0],
            )
        return matches[0] if matches else None
    spec = specs[letter]
    if scenario is not None and scenario != spec["scenario"]:
        page.note(
            "error",
            "unknown_row_label",
            places[-1],
            f"{letter}の行の名前が「{label}」になっています。行の記号と名前のどちらが正しいか"
            "確かめてください。",
            found=label,
            expected=_row_name(page.layout, spec, year),
        )
    elif scenario is None:
        page.note(
            "warning",
            "unknown_row_label",
            places[-1],
            f"{letter}の行の名前「{label}」に実績・目標の別がありません。記号{letter}の行として"
            "読みました。",
            found=label,
            expected=_row_name(page.layout, spec, year),
        )
    if named is not None and year is not None and named - year != spec["year_offset"]:
        page.note(
            "warning",
            "row_year",
            places[-1],
            f"{letter}の行の年度が「{label}」です。{_row_name(page.layout, spec, year)}として"
            "読みました。違う場合は訂正してください。",
            found=label,
            expected=_row_name(page.layout, spec, year),
        )
    return letter


def _speaks_of(spec: Mapping[str, object], offset: int, scenario: str) -> bool:
    return (spec["year_offset"], spec["scenario"]) == (offset, scenario)


def _scenario(layout: Layout, label: str) -> str | None:
    names: Mapping[str, list[str]] = layout.spec["table"]["scenarios"]
    found = [name for name, words in names.items() if any(key(w) in label for w in words)]
    return found[0] if len(found) == 1 else None


def _row_name(layout: Layout, spec: Mapping[str, object], year: int | None) -> str:
    words = layout.spec["table"]["scenarios"][spec["scenario"]][0]
    offset = spec["year_offset"]
    if year is None or not isinstance(offset, int):
        return str(words)
    return f"{text.wareki(year + offset)}年度 {words}"


def _note_row_label(page: Page, place: tuple[int, int], label: str, repeated: str | None) -> None:
    problem = f"{repeated}の行が2つあります" if repeated else "どの行か読み取れません"
    page.note(
        "error",
        "unknown_row_label",
        place,
        f"金額のある行の名前「{label}」は、{problem}。行の先頭に記号A～Gを残してください。",
        found=label or None,
        expected="A～G",
    )


def land_rows(page: Page, form: FormReading, table: Table, rows: Mapping[str, Row]) -> None:
    form.cells += [
        CellValue("collection", row.letter, name, address(row.place, table.columns[name]), yen)
        for row in rows.values()
        for name, yen in row.amounts.items()
    ]
