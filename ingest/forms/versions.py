"""Whether a form was filled in on the version that is valid for its fiscal year."""

from ingest.forms.reading import FormReading, Page
from ingest.forms.recognition import mark
from ingest.layout import Layout, layout, layouts
from ingest.text import key, wareki


def note_version(page: Page, form: FormReading) -> None:
    """Note a form of another year's version (error), and a mark of no known version (warning)."""
    named = mark(page.sheet)
    place = named[1] if named else None
    year, used = form.fiscal_year, page.layout
    if year is not None and not used.is_valid(year):
        right = layout(used.form, year)
        page.note(
            "error",
            "form_version",
            place,
            f"この様式({used.mark}、{_validity(used)})は、{wareki(year)}年度には使えません。"
            f"様式番号「{right.mark}」の「{right.title}」({_validity(right)})に記入し直すか、"
            "年度が正しいか確かめてください。",
            found=used.mark,
            expected=right.mark,
        )
    elif named and named[0] not in {key(each.mark) for each in layouts()}:
        page.note(
            "warning",
            "form_version",
            place,
            f"様式番号「{named[0].lower()}」の様式は知られていません。見出しから「{used.title}」"
            f"({used.mark})として読みました。次回は様式番号「{used.mark}」の様式を使ってください。",
            found=named[0].lower(),
            expected=used.mark,
        )
    elif named and named[0] != key(used.mark):
        page.note(
            "warning",
            "form_version",
            place,
            f"様式番号は「{named[0].lower()}」ですが、見出しは「{used.title}」({used.mark})の"
            "ものです。見出しのとおりに読みました。様式番号が正しいか確かめてください。",
            found=named[0].lower(),
            expected=used.mark,
        )


def _validity(each: Layout) -> str:
    until = f"{wareki(each.valid_until)}年度まで" if each.valid_until else "以後"
    return f"{wareki(each.valid_from)}年度{'から' if each.valid_until else ''}{until}"
