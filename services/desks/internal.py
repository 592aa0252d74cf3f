"""What is made for the city's own desks, under `internal/`: forms, the bulletin, conference packs.

Each file is replaced whole; nothing here is read by the website.
"""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from exports.desks import bulletin, conference, forms
from exports.desks.sheets import paper_files, web_files
from services import waiting
from services.city import read_city
from services.desks.entrance import desks
from services.exits import Stop
from services.generation import compared
from services.home import Home
from services.query import ask
from services.troubles import write_files

_MONTH = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])", re.ASCII)


def print_forms(
    home: Home,
    today: date,
    fiscal_year: int,
    *,
    form: str | None = None,
    claim: str | None = None,
    folder: Path | None = None,
) -> list[Path]:
    """The forms of a year as workbook and PDF: one kind or all, one claim's or all claims'.

    `folder`: internal/forms/<year> when not told. Raises Stop where the marts have none.
    """
    if form is not None and form not in forms.FORMS:
        raise Stop(f"印刷できる様式は {'、'.join(forms.FORMS)} です: {form}")
    if claim is not None and form not in forms.OF_A_CLAIM:
        raise Stop(f"--claim は {'、'.join(forms.OF_A_CLAIM)} で使えます。")
    city = read_city(home)
    made: dict[str, bytes] = {}
    for each in [form] if form else forms.FORMS:
        found = forms.document(
            compared(home),
            each,
            fiscal_year,
            city,
            issued=today,
            claim_number=claim,
        )
        if found:
            made |= paper_files(found, f"{each}-{claim}" if claim else each)
    if not made:
        whose = f"債権{claim}の" if claim else ""
        raise Stop(f"{fiscal_year}年度の{whose}{forms.FORMS.get(form or '', '様式')}がありません。")
    return _written(home, f"forms/{fiscal_year}", made, folder)


def write_bulletin(home: Home, issue: date, folder: Path | None = None) -> list[Path]:
    """The bulletin of a month as page, PDF and workbook. `issue`: the 1st of the month.

    Raises Stop where no balances of before are known.
    """
    city = read_city(home)
    made = bulletin.document(compared(home), issue, city, waiting.forms(home))
    if made is None:
        raise Stop(f"{issue.isoformat()} より前の残高報告がないため、庁内情報紙を作れません。")
    return _written(home, f"bulletin/{issue:%Y-%m}", web_files(made, "bulletin"), folder)


def write_conference(home: Home, name: str, today: date, folder: Path | None = None) -> list[Path]:
    """The pack of a conference (`april` or `august`) as workbook and PDF. Raises Stop."""
    if name not in conference.CONFERENCES:
        raise Stop(f"会議は {'、'.join(conference.CONFERENCES)} のどちらかです: {name}")
    city = read_city(home)
    made = conference.document(compared(home), name, city, today)
    return _written(home, f"conference/{today:%Y}-{name}", paper_files(made, "pack"), folder)


def newest_year(home: Home) -> int:
    """The newest fiscal year that annual forms were handed in for. Raises Stop."""
    sql = "select max(fiscal_year) from mart_submission where form = 'annual' and in_force"
    ((year,),) = ask(home, sql).rows
    if year is None:
        raise Stop("提出された調書がまだありません。")
    return int(year)


def first_of(month: str) -> date:
    """`2026-10` → 1 October 2026. Raises Stop."""
    if not _MONTH.fullmatch(month):
        raise Stop(f"月は年と月で書いてください(例 2026-10): {month}")
    return date.fromisoformat(f"{month}-01")


def _written(
    home: Home, place: str, made: Mapping[str, bytes], elsewhere: Path | None
) -> list[Path]:
    """The files, in their place under internal/ or where somebody wants them. Raises Stop."""
    if elsewhere:
        return write_files(elsewhere, made)
    with desks(home) as internal:
        return write_files(internal / place, made)
