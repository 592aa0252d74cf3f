"""Section 1: 達成状況 as reported, and as it follows from target and result."""

from collections.abc import Mapping

from ingest import text
from ingest.addresses import address
from ingest.forms.annual.rows import Row
from ingest.forms.annual.sections import Sections
from ingest.forms.reading import PART_NAMES, CellValue, FormReading, Page, as_written
from ingest.layout import Rate
from ingest.text import Unreadable, key

Reported = Mapping[str, tuple[str | None, tuple[int, int]]]


def read_attainment(
    page: Page, sections: Sections, form: FormReading
) -> dict[str, tuple[str | None, tuple[int, int]]]:
    """Section 1 as reported: part → (A, B1, B2 or —; place)."""
    labels = {k: name for name, ws in page.layout.spec["parts"].items() for k in map(key, ws)}
    reported: dict[str, tuple[str | None, tuple[int, int]]] = {}
    rows = sections.rows("attainment")
    for r, c, words in page.sheet.texts:
        part = labels.get(key(words)) if r in rows else None
        if part is None or part in reported:
            continue
        place = page.beside(r, c, labels) or (r, c + 1)
        value = page.value(*place)
        try:
            answer = text.attainment(value)
        except Unreadable as problem:
            answer = None
            page.note(
                "error",
                "header_value",
                place,
                f"達成状況の「{as_written(value)}」を読み取れません。{problem}を記入してください。",
                found=value,
                expected=str(problem),
            )
        reported[part] = (answer, place)
        form.cells.append(CellValue("attainment", part, "reported", address(*place), text=answer))
    return reported


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
