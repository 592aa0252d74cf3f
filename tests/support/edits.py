"""Edits of a form, as departments make them: some leave it legible, others send it back."""

from collections.abc import Callable

from openpyxl.worksheet.worksheet import Worksheet

from ingest.forms.reading import FormReading

Edit = Callable[[Worksheet], object]


class Edits:
    """What a test module collects: edits by name, and of what is refused the errors to expect."""

    def __init__(self) -> None:
        self.legible_ones: dict[str, Edit] = {}
        self.refused_ones: dict[str, tuple[Edit, set[tuple[str, str | None]]]] = {}

    def legible(self, edit: Edit) -> Edit:
        """The form says the same after it."""
        self.legible_ones[getattr(edit, "__name__", "")] = edit
        return edit

    def refused(self, *errors: tuple[str, str | None]) -> Callable[[Edit], Edit]:
        """The form goes back with these errors: rule and cell."""

        def keep(edit: Edit) -> Edit:
            self.refused_ones[getattr(edit, "__name__", "")] = (edit, set(errors))
            return edit

        return keep


def nothing(_: Worksheet) -> None:
    """The form as it is."""


def errors(form: FormReading) -> set[tuple[str, str | None]]:
    """Rule and cell of every error. No finding tells people Python's word for nothing."""
    for f in form.findings:
        assert "None" not in f"{f.message} {f.found or ''} {f.expected or ''}"
    return {(f.rule, f.cell) for f in form.findings if f.severity == "error"}
