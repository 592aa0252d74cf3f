"""Section 1: 達成状況 as reported, and as it follows from target and result."""

from collections.abc import Mapping

from ingest import text
from ingest.addresses import address
from ingest.forms.annual.rows import Row
from ingest.forms.annual.sections import Sections
from ingest.forms.columns import Table
from ingest.forms.header import Entry, likely_place, read_entries
from ingest.forms.reading import PART_NAMES, CellValue, FormReading, Page, best_row
from ingest.layout import Rate
from ingest.quoting import quoted
from ingest.text import Unreadable, key

ENOUGH = 2  # of 過年度, 現年度 and 合計 in one row make it the row of section 1

Reported = Mapping[str, tuple[str | None, tuple[int, int]]]


def read_attainment(
    page: Page, sections: Sections, form: FormReading, table: Table
) -> dict[str, tuple[str | None, tuple[int, int]]]:
    """Section 1 as reported: part → (A, B1, B2 or —; place)."""
    labels = {k: name for name, ws in page.layout.spec["parts"].items() for k in map(key, ws)}
    left = sections.left("attainment")
    beside = left > table.left  # the section stands to the right of section 2
    rows = sections.rows("attainment") or _without_heading(page, sections, table, labels)
    entries = read_entries(page, labels, rows, left if beside else 0)
    reported = {part: (_answer(page, entry), entry.place) for part, entry in entries.items()}
    for part, (answer, place) in reported.items():
        form.cells.append(CellValue("attainment", part, "reported", address(*place), text=answer))
    for part in PART_NAMES:
        if part not in reported:
            page.note(
                "warning",
                "header_value",
                likely_place(page, entries, labels.keys(), rows),
                f"「１．」の{PART_NAMES[part]}の達成状況が見当たりません。見出し「達成状況」と"
                f"「{PART_NAMES[part]}」を残して記入してください。",
                expected="A・B1・B2・— のいずれか",
            )
    return reported


def _without_heading(
    page: Page, sections: Sections, table: Table, labels: Mapping[str, str]
) -> range:
    """The rows of section 1 where its heading was changed: between the header and section 2."""
    end = min(sections.start("collection", table.label_row), table.label_row)
    rows = [r for r, _, words in page.sheet.texts if r < end and key(words) in labels]
    row = best_row(rows)
    if row is None or rows.count(row) < ENOUGH:
        return range(0)
    place = (max(row - 1, 0), page.sheet.left)
    page.note(
        "warning",
        "damaged_heading",
        place,
        "「１．」の見出しが見当たらないため、過年度・現年度・合計の行を達成状況として読みました。"
        "見出しを元の様式のとおりに戻してください。",
        found=page.value(*place),
        expected="１．…達成状況",
    )
    return range(row, row + 2)


def _answer(page: Page, entry: Entry) -> str | None:
    if page.note_doubt(*entry.place, "達成状況", "A・B1・B2・— のいずれか"):
        return None
    try:
        return text.attainment(entry.text)
    except Unreadable as problem:
        page.note(
            "error",
            "header_value",
            entry.place,
            f"達成状況の「{quoted(entry.text)}」を読み取れません。{problem}を記入してください。",
            found=entry.text,
            expected=str(problem),
        )
    return None


def attainment(
    rows: Mapping[str, Row], computed: Mapping[str, Mapping[str, int | Rate]], part: str
) -> str:
    """A, B or — for a part, from the target (C) and the result (D) (domain §2, section 1)."""
    if not any(yen for letter in "ABC" for yen in rows[letter].amounts.values()):
        return "—"  # a claim that is new in Y
    target = computed["C"]["balance" if part == "total" else f"balance_{part}"]
    actual = computed["D"]["balance" if part == "total" else f"balance_{part}"]
    parts = ("prior", "current") if part == "total" else (part,)
    assessed = any(rows["C"].amounts[f"assessed_{each}"] for each in parts)
    if not assessed and actual == 0:
        return "—"
    return "A" if int(actual) <= int(target) else "B"  # type: ignore[arg-type]


def check_attainment(
    page: Page,
    rows: Mapping[str, Row],
    computed: Mapping[str, Mapping[str, int | Rate]],
    reported: Reported,
) -> None:
    for part, (answer, place) in reported.items():
        right = attainment(rows, computed, part)
        if answer is None or answer[0] == right[0]:
            continue
        page.note(
            "warning",
            "attainment",
            place,
            f"{PART_NAMES[part]}の達成状況は「{answer}」と報告されていますが、"
            f"目標と実績の残高からは「{right}」になります。判断の理由を確かめてください。",
            found=answer,
            expected=right,
        )
