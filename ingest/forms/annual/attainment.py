"""Section 1: 達成状況 as reported, and as it follows from target and result."""

from collections.abc import Mapping

from ingest import text
from ingest.forms.annual.rows import Row
from ingest.forms.annual.sections import Sections, part_labels
from ingest.forms.header import Entry, likely_place, read_entries
from ingest.forms.page import Page
from ingest.forms.reading import PART_NAMES, most_common
from ingest.forms.tables.columns import Table
from ingest.forms.tables.computed import Computed
from ingest.quoting import quoted
from ingest.text import Unreadable, key
from ingest.workbook import Place

ENOUGH = 2  # of 過年度, 現年度 and 合計 in one row make it the row of section 1

Reported = Mapping[str, tuple[str | None, Place]]


def read_attainment(page: Page, sections: Sections, table: Table) -> Reported:
    """Section 1 as reported: part → (A, B1, B2 or —; place)."""
    labels = part_labels(page)
    left = sections.left("attainment")
    beside = left > table.left  # the section stands to the right of section 2
    rows = sections.rows("attainment") or _without_heading(page, sections, table, labels)
    entries = read_entries(page, labels, rows, left if beside else 0)
    reported = {part: (_answer(page, entry), entry.place) for part, entry in entries.items()}
    for part, (answer, place) in reported.items():
        page.land("attainment", part, "reported", place, answer)
    for part, name in PART_NAMES.items():
        if part not in reported:
            page.warn(
                "header_value",
                likely_place(page, entries, labels.keys(), rows),
                f"「１．」の{name}の達成状況が見当たりません。見出し「達成状況」と"
                f"「{name}」を残して記入してください。",
                found=None,
                expected="A・B1・B2・— のいずれか",
            )
    return reported


def _without_heading(
    page: Page, sections: Sections, table: Table, labels: Mapping[str, str]
) -> range:
    """The rows of section 1 where its heading was changed: between the header and section 2."""
    end = min(sections.start("collection", table.label_row), table.label_row)
    rows = [r for r, _, words in page.sheet.texts if r < end and key(words) in labels]
    row = most_common(rows)
    if row is None or rows.count(row) < ENOUGH:
        return range(0)
    place = (max(row - 1, 0), page.sheet.left)
    page.warn(
        "damaged_heading",
        place,
        "「１．」の見出しが見当たらないため、過年度・現年度・合計の行を達成状況として読みました。"
        "見出しを元の様式のとおりに戻してください。",
        expected="１．…達成状況",
    )
    return range(row, row + 2)


def _answer(page: Page, entry: Entry) -> str | None:
    if page.note_doubt(entry.place, "達成状況", "A・B1・B2・— のいずれか"):
        return None
    try:
        return text.attainment(entry.text)
    except Unreadable as problem:
        page.error(
            "header_value",
            entry.place,
            f"達成状況の「{quoted(entry.text)}」を読み取れません。{problem}を記入してください。",
            found=entry.text,
            expected=str(problem),
        )
    return None


def attainment(rows: Mapping[str, Row], computed: Mapping[str, Computed], part: str) -> str:
    """A, B or — for a part, from the target (C) and the result (D) (domain §2, section 1)."""
    if not any(yen for letter in "ABC" for yen in rows[letter].amounts.values()):
        return "—"  # a claim that is new in Y
    name = "balance" if part == "total" else f"balance_{part}"
    target, actual = computed["C"][name], computed["D"][name]
    parts = ("prior", "current") if part == "total" else (part,)
    assessed = any(rows["C"].amounts[f"assessed_{each}"] for each in parts)
    if not assessed and actual == 0:
        return "—"
    return "A" if int(actual) <= int(target) else "B"  # type: ignore[arg-type]


def check_attainment(
    page: Page,
    rows: Mapping[str, Row],
    computed: Mapping[str, Computed],
    reported: Reported,
) -> None:
    """Note what is reported otherwise than it follows."""
    for part, (answer, place) in reported.items():
        right = attainment(rows, computed, part)
        if answer is not None and answer[0] != right[0]:
            page.warn(
                "attainment",
                place,
                f"{PART_NAMES[part]}の達成状況は「{answer}」と報告されていますが、"
                f"目標と実績の残高からは「{right}」になります。判断の理由を確かめてください。",
                found=answer,
                expected=right,
            )
