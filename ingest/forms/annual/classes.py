"""The columns of section 3: the classes ①–⑯, their subtotals and the total."""

from ingest.forms.page import Page
from ingest.forms.reading import most_common
from ingest.forms.tables.columns import Table
from ingest.forms.tables.vocabulary import symbol_row, vocabulary
from ingest.layout import Column
from ingest.quoting import as_written, quoted
from ingest.text import bare, key
from ingest.workbook import Place


def circled(code: str) -> str:
    """A class as the form numbers it: 02 → ②."""
    return chr(ord("①") + int(code) - 1)


def find_code_row(page: Page, rows: range) -> int | None:
    """The row of ①–⑯; by the labels below it when the numbers cannot be read as text."""
    columns = page.layout.status_columns
    shown = symbol_row(page.sheet, columns, 8, rows)
    if shown is not None:
        return shown
    labels = vocabulary(columns).labels
    found = [r for r, _, words in page.sheet.texts if r in rows and bare(key(words)) in labels]
    label_row = most_common(found)
    return label_row - 1 if label_row is not None and found.count(label_row) >= 8 else None


def find_classes(page: Page, code_row: int) -> Table | None:
    """The table around the row of ①–⑯; None where none of them is there. Notes its faults."""
    classes = _Classes(page, code_row)
    classes.by_codes()
    classes.by_labels()
    classes.find_sums()
    classes.note_missing()
    if not any(column.name in classes.codes for column in classes.columns):
        return None
    return Table(classes.codes, code_row + 1, code_row)


class _Classes:
    """Codes stand above, below or beside their labels, and numbers may be numbers."""

    def __init__(self, page: Page, code_row: int) -> None:
        self.page, self.code_row = page, code_row
        self.columns = page.layout.status_columns
        self.words = vocabulary(self.columns)
        self.heading = range(code_row - 2, code_row + 3)
        self.texts = [t for t in page.sheet.texts if t[0] in self.heading]
        self.codes: dict[str, int] = {}

    def by_codes(self) -> None:
        """Find the columns by their numbers."""
        for c in self.page.span:
            value = self.page.value(self.code_row, c)
            symbol = self.words.symbol(as_written(value)) if value is not None else None
            if symbol:
                self.codes.setdefault(self.words.symbols[symbol], c)

    def by_labels(self) -> None:
        """Compare each code with the label of its column; find columns without a code by label."""
        owners = {k: column for column in self.columns for k in column.label_keys}
        labelled: dict[int, tuple[Place, Column]] = {}
        for r, c, said in self.texts:
            if bare(key(said)) in owners:
                labelled.setdefault(c, ((r, c), owners[bare(key(said))]))
        for column in self.columns:
            c = self.codes.get(column.name, -1)
            if c < 0:
                named = (at for at, (_, owner) in labelled.items() if owner is column)
                self._without_code(column, next(named, None))
            elif c in labelled:
                place, owner = labelled[c]
                if owner is not column:
                    self._note_other_label(column, place)
            elif not any(at == c and key(said) in self.words.joined for _, at, said in self.texts):
                self._note_changed_label(column, (self.code_row + 1, c))

    def find_sums(self) -> None:
        """Find 小計, which stands behind its group, and 合計."""
        spec = self.page.layout.spec["status"]
        subtotal, total = (set(map(key, w)) for w in (spec["subtotal"], spec["groups"]["total"]))
        recovery, disposal = (
            [self.codes[c.name] for c in self.columns if c.group == group and c.name in self.codes]
            for group in ("recovery", "disposal")
        )
        for _, c, said in self.texts:
            if key(said) in subtotal:
                behind = bool(disposal) and c > min(disposal) and c > max(recovery, default=0)
                self.codes["subtotal_disposal" if behind else "subtotal_recovery"] = c
            elif key(said) in total:
                self.codes["total"] = c

    def note_missing(self) -> None:
        """Note the classes that are not there; those that a home adds may be missing."""
        required = [c for c in self.columns if c.presence == "required"]
        for column in (c for c in required if c.name not in self.codes):
            self.page.error(
                "missing_heading",
                (self.code_row, min(self.codes.values(), default=0)),
                f"「３．」の表に{circled(column.name)} {column.title.partition(' ')[2]}の列が"
                "見当たりません。列を削らず、番号を元の様式のとおりに戻してください。",
                found=None,
                expected=circled(column.name),
            )

    def _without_code(self, column: Column, c: int | None) -> None:
        if c is None or c in self.codes.values():
            return
        self.codes[column.name] = c
        self.page.warn(
            "damaged_heading",
            (self.code_row, c),
            f"{circled(column.name)}の番号が読めません。見出しの名前から{circled(column.name)}として"
            "読みましたが、番号を戻してください。",
            expected=circled(column.name),
        )

    def _note_other_label(self, column: Column, place: Place) -> None:
        self.page.error(
            "damaged_heading",
            place,
            f"{circled(column.name)}の列の見出しが、ほかの番号の「{quoted(self.page.value(*place))}」に"
            "なっています。番号と見出しを元の様式のとおりに戻してください。",
            expected=column.labels[0],
        )

    def _note_changed_label(self, column: Column, place: Place) -> None:
        self.page.warn(
            "damaged_heading",
            place,
            f"{circled(column.name)}の列の見出しが元の様式と違います。番号から"
            f"「{' '.join(column.labels[0].split())}」として読みました。",
            expected=column.labels[0],
        )
