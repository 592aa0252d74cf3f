"""Reads 計画表: collection rates or uncollected amounts of a plan, claim by claim (domain §3)."""

import re

from ingest.forms.page import Page
from ingest.forms.plan.heading import Heading, find_heading, place_of_lost_name, settled
from ingest.forms.plan.lines import read_lines
from ingest.forms.plan.roles import find_roles
from ingest.forms.tables.headings import note_rows_of_parts
from ingest.quoting import clean_name
from ingest.text import key, money_units

_PLAN = re.compile(r".*?計画")
_PERCENT = re.compile(r"単位.{0,6}(?:%|パーセント)|\(%\)$|^%$")
_LONGEST_TITLE = 100


def read(page: Page) -> None:
    """Read the table on a page. The reading's findings say all that is wrong with it."""
    heading = find_heading(page)
    if heading is None or "department" not in heading.names:
        missing = "所管課" if heading else "債権名・決算値・目標値"
        page.error(
            "missing_heading",
            place_of_lost_name(page, heading),
            f"計画表の見出し({missing})が見当たりません。元の様式の見出しを残して記入してください。",
            found=None,
            expected="所管課 債権名 決算値① ～ ③-④",
        )
        return
    measure = _measure(page, heading)
    _read_plan(page, heading, measure)
    is_rate = measure is not None and page.layout.spec["measures"][measure]["percent"]
    if measure:
        errors = page.errors
        heading = settled(page, heading, is_rate)
        if page.errors > errors or _is_divided(page, heading):
            return
    roles = find_roles(page, heading)
    if roles and measure:
        page.form.fiscal_year = roles.actual.year
        read_lines(page, heading, roles, is_rate)


def _is_divided(page: Page, heading: Heading) -> bool:
    """Whether each claim stands on several rows; noted."""
    names = range(page.sheet.left, min(f.place for f in heading.figures))
    return note_rows_of_parts(page, names, range(heading.lines.stop, page.sheet.bottom))


def _read_plan(page: Page, heading: Heading, measure: str | None) -> None:
    """The plan's name: the words of the title up to 計画."""
    titles = [t for t in page.sheet.texts if t[0] < heading.lines.start]
    titles = [t for t in titles if "計画" in t[2] and len(t[2]) <= _LONGEST_TITLE]
    known = [t for t in titles if any(title in key(t[2]) for title in page.layout.title_keys)]
    if not titles:
        page.error(
            "header_value",
            None,
            "計画の名前が見当たりません。表の上に「第1次○○市債権管理計画」のように書いてください。",
            expected="計画の名前",
        )
        return
    row, column, words = (known or titles)[0]
    found = _PLAN.match(clean_name(words))
    plan = found[0] if found else clean_name(words)
    page.land("plan", "", "plan", (row, column), plan)
    if measure:
        page.land("plan", "", "measure", (row, column), measure)
        page.form.subject = f"{plan}／{measure}"


def _measure(page: Page, heading: Heading) -> str | None:
    """What the figures are, from the unit, else from the title; both must agree."""
    said: dict[str, tuple[int, int]] = {}
    units: dict[bool, tuple[int, int]] = {}
    measures = page.layout.spec["measures"]
    for row, column, words in page.sheet.texts:
        if row not in range(heading.lines.stop):
            continue
        k = key(words)
        if _PERCENT.search(k):
            units.setdefault(True, (row, column))
        if money_units(k):
            units.setdefault(False, (row, column))
        for name, spec in measures.items():
            if any(word in k for word in spec["words"]):
                said.setdefault(name, (row, column))
    by_unit = {name for name, spec in measures.items() if spec["percent"] in units}
    possible: set[str] = by_unit & said.keys() if said and by_unit else by_unit or set(said)
    if len(possible) == 1 and len(units) < 2:
        return possible.pop()
    place = next(iter([*units.values(), *said.values()]), None)
    page.error(
        "unit",
        place,
        "収納率(%)の表か収入未済額(千円)の表か決まりません。表題に「収納率」か「収入未済額」の"
        "どちらか一つを、右上に「(単位：%)」か「(単位：千円)」を書いてください。",
        expected="収納率(%)または収入未済額(千円)",
    )
    return None
