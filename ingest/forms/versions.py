"""Whether a form was filled in on the template meant for it: version, year and municipality."""

import re
from collections.abc import Sequence

from ingest.addresses import address
from ingest.findings import Finding
from ingest.forms.page import Page
from ingest.forms.reading import FormReading
from ingest.forms.recognition import mark
from ingest.layout import Layout, layout, layouts
from ingest.text import key
from terms.years import year_name

_MUNICIPALITY = re.compile(r"団体コード:?(\d{6})(?!\d)")


def note_version(page: Page) -> None:
    """Note a form of another year's version (error), and a mark of no known version (warning)."""
    form, used, named = page.form, page.layout, mark(page.sheet)
    place = named[1] if named else None
    if place and (found := _MUNICIPALITY.search(key(str(page.value(*place))))):
        form.drawn_for, form.places["mark"] = found[1], address(*place)
    year = form.fiscal_year
    if year is not None and not used.is_valid(year):
        right = layout(used.form, year)
        page.error(
            "form_version",
            place,
            f"この様式({used.mark}、{validity_of(used)})は、{year_name(year)}年度には使えません。"
            f"様式番号「{right.mark}」の「{right.title}」({validity_of(right)})に記入し直すか、"
            "年度が正しいか確かめてください。",
            found=used.mark,
            expected=right.mark,
        )
    elif named and named[0] not in {key(each.mark) for each in layouts()}:
        page.warn(
            "form_version",
            place,
            f"様式番号「{named[0].lower()}」の様式は知られていません。見出しから「{used.title}」"
            f"({used.mark})として読みました。次回は様式番号「{used.mark}」の様式を使ってください。",
            found=named[0].lower(),
            expected=used.mark,
        )
    elif named and named[0] != key(used.mark):
        page.warn(
            "form_version",
            place,
            f"様式番号は「{named[0].lower()}」ですが、見出しは「{used.title}」({used.mark})の"
            "ものです。見出しのとおりに読みました。様式番号が正しいか確かめてください。",
            found=named[0].lower(),
            expected=used.mark,
        )


def note_foreign(form: FormReading, file: str, municipalities: Sequence[str]) -> None:
    """Note a template that was drawn for another municipality than those that it may be of.

    None of them named: it may be anybody's.
    """
    if form.drawn_for is None or form.drawn_for in municipalities or not municipalities:
        return
    right = layout(form.form, form.fiscal_year)
    received = "・".join(municipalities)
    form.findings.append(
        Finding(
            file,
            form.sheet,
            form.places.get("mark"),
            "form_version",
            "error",
            f"団体コード {form.drawn_for}",
            f"団体コード {received}",
            f"この様式は団体コード{form.drawn_for}の団体のものですが、団体コード{received}に"
            "提出されています。内容がほかの団体のものでないか確かめ、"
            f"団体コード{received}の様式番号「{right.mark}」の様式に記入し直してください。",
        )
    )


def validity_of(each: Layout) -> str:
    """For which years a version is handed in, in words."""
    until = f"{year_name(each.valid_until)}年度まで" if each.valid_until else "以後"
    return f"{year_name(each.valid_from)}年度{'から' if each.valid_until else ''}{until}"
