"""Describes a sheet that nobody has described: a layout with questions where a person must say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.described import Described, Likely
from ingest.described.amounts import Read
from ingest.described.conformed import KINDS, land_as_form
from ingest.described.layout import UNKNOWN
from ingest.drafting.books import sheets_in
from ingest.drafting.identities import add_identities
from ingest.drafting.sheet import Draft, describe
from ingest.drafting.vocabulary import vocabulary
from ingest.drafting.written import written
from ingest.findings import Finding
from ingest.forms.page import Page
from ingest.personal import shown_sheets
from ingest.workbook import Sheet


@dataclass(frozen=True)
class Drafted:
    """A draft for one sheet: the content of its file, and what it makes of the sheet.

    `sheet`: None where no table of figures was found; `figures`: how many it reads; `problems`:
    what it does not; `others`: sheets with tables beside it.
    """

    sheet: str | None
    content: str = ""
    questions: int = 0
    figures: int = 0
    problems: Sequence[Finding] = ()
    others: Sequence[str] = ()


def draft_workbook(
    data: bytes, file: str, name: str | None, layouts: Sequence[Described] = ()
) -> Drafted:
    """Describe a sheet of a workbook: the named one, or the first that holds a table.

    Raises WorkbookRefused.
    """
    sheets = {each.name: each for each in sheets_in(data)}
    shown, known = shown_sheets(sheets), vocabulary(layouts)
    made: dict[str, Draft] = {}
    for each in sheets.values():
        if each.visible and not each.refused and (draft := describe(each, file, known)):
            made[each.name] = draft
    chosen = next((each for each in made if name in (None, each, shown[each])), None)
    if chosen is None:
        _raise_refusal(each for each in sheets.values() if name in (None, each.name))
        return Drafted(None, others=[shown[each] for each in made])
    return _drafted(
        made[chosen], sheets[chosen], file, shown[chosen], [shown[m] for m in made if m != chosen]
    )


def _raise_refusal(sheets: Iterable[Sheet]) -> None:
    """Say why a sheet cannot be read, where that is why there is no draft."""
    for each in sheets:
        if each.visible and each.refused:
            raise each.refused


def _form_for(draft: Draft, sheet: Sheet, file: str, read: Sequence[Read]) -> str | None:
    """The form that has a column for every figure but for totals, if there is just one."""
    fitting = []
    for kind in KINDS:
        layout = replace(draft.described, lands_as=kind)
        page = Page(sheet, layout.layout, file)
        rest = land_as_form(page, layout, read)
        if page.form.cells and not page.errors and all(each.means("total") for each in rest):
            fitting.append(kind)
    return fitting[0] if len(fitting) == 1 else None


def _drafted(draft: Draft, sheet: Sheet, file: str, name: str, others: Sequence[str]) -> Drafted:
    read = add_identities(draft, sheet, file)
    draft.lands_as = _form_for(draft, sheet, file, read)
    form = Likely(1, draft.described).read(sheet, file)
    problems = [each for each in form.findings if each.severity == "error"]
    content = written(draft)
    plain = "".join(line for line in content.splitlines() if not line.lstrip().startswith("#"))
    questions = plain.count(UNKNOWN)
    return Drafted(name, content, questions, len(form.cells), problems, others)
