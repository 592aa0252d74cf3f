"""Self-contained, accessible pages from the templates in `html/`: no scripts, no other hosts."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ingest.findings import RULES, SEVERITIES
from ingest.reports import WorkbookReport
from ingest.returned.answer import HEADINGS, answer_to, cells_of, moment

if TYPE_CHECKING:
    from ingest.drafting.shown import ShownSheet


def check_page(books: Iterable[WorkbookReport]) -> str:
    """The page of `mishukin check --html`: each workbook's outcome, findings and next steps."""
    shown = [(book, answer_to([book])) for book in books]
    return render("check.html", books=shown)


def layout_page(file: str, sheets: Sequence["ShownSheet"], notes: Sequence[str]) -> str:
    """The page of `mishukin layout show --html`: each sheet as it lies, each figure's meaning."""
    told = {"severities": SEVERITIES, "rules": RULES}
    return render("layout.html", file=file, sheets=sheets, notes=notes, **told)


def render(template: str, **values: object) -> str:
    """A template with its values, every text escaped; lone surrogates become question marks."""
    page = _templates().get_template(template).render(**values)
    return page.encode("utf-8", "replace").decode()


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(headings=HEADINGS, cells_of=cells_of)
    environment.filters["moment"] = moment
    return environment
