"""Why a sheet was taken for no form: which form is nearest, and how its headings differ.

The sheet is read in the worker process; what is said of it quotes nothing personal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from ingest.addresses import address
from ingest.findings import ANSWERED
from ingest.forms.reading import PART_NAMES
from ingest.forms.recognition import candidates, ranking
from ingest.forms.tables.vocabulary import vocabulary
from ingest.layout import Column, Layout
from ingest.personal import looks_personal, masked, shown_sheets
from ingest.quoting import quoted
from ingest.text import key
from ingest.workbook import Sheet, sheets_of

Place = tuple[int, int]

_NEAR = 2  # a heading of several lines: label, note, symbol
_FEW = 2  # words that any sheet may hold


@dataclass(frozen=True)
class Heading:
    """A heading: the cell where it stands, if it does, and where the form would have it."""

    heading: str
    cell: str | None = None
    expected: str | None = None


@dataclass(frozen=True)
class Explanation:
    """How a sheet differs from the nearest form; `form` is None when it resembles none.

    `found` of the form's `of` column headings are there, in place or moved.
    """

    sheet: str
    form: str | None
    title: str
    version: str
    found: int
    of: int
    missing: tuple[Heading, ...] = ()
    new: tuple[Heading, ...] = ()
    moved: tuple[Heading, ...] = ()

    @property
    def lines(self) -> list[str]:
        """In plain Japanese: one line for the form, one for each kind of difference."""
        if self.form is None:
            return ["どの様式の見出しも見当たりません。"]
        differences = [
            ("足りない見出し", [f"「{h.heading}」{_about(h)}" for h in self.missing]),
            ("様式にない見出し", [f"「{h.heading}」({h.cell})" for h in self.new]),
            ("場所の違う見出し", [f"「{h.heading}」{_about(h)}" for h in self.moved]),
        ]
        return [
            f"いちばん近い様式は「{self.title}」(第{self.version}版)です。"
            f"表の見出し{self.of}個のうち{self.found}個があります。",
            *(f"{label}: {'、'.join(headings)}" for label, headings in differences if headings),
        ]


def explain_workbook(data: bytes) -> list[Explanation]:
    """An explanation for each visible sheet that is no form. Raises WorkbookRefused."""
    sheets = {sheet.name: sheet for sheet in sheets_of(data)}
    shown = shown_sheets(sheets)
    return [
        explain(sheet, shown[name])
        for name, sheet in sheets.items()
        if sheet.visible and not sheet.refused and not _is_known(sheet)
    ]


def _is_known(sheet: Sheet) -> bool:
    return sheet.filled.get((1, 0)) == ANSWERED or bool(candidates(sheet))


def explain(sheet: Sheet, shown_as: str) -> Explanation:
    """Compare a sheet with the nearest form."""
    line = _nearest(sheet)
    layout = line.layout
    keys = {key(words) for _, _, words in sheet.texts}
    absent = [names[0] for names in layout.header.values() if keys.isdisjoint(names)]
    titled = any(title in each for title in layout.title_keys for each in keys)
    labelled = len(layout.header) - len(absent)
    found = len(line.placed) + len(line.moved)
    of = len(layout.columns)
    if found < _FEW and not titled and labelled < _FEW:
        return Explanation(shown_as, None, "", "", found, of)
    missing = [
        *([] if titled else [Heading(layout.title)]),
        *map(Heading, absent),
        *(
            Heading(_named(layout.columns[n], layout.columns), None, line.expected(n))
            for n in line.missing
        ),
    ]
    moved = [
        Heading(_named(layout.columns[n], layout.columns), address(*place), line.expected(n))
        for n, place in line.moved.items()
    ]
    new = [Heading(_quotable(words), address(*place)) for place, words in line.new]
    return Explanation(
        shown_as, layout.form, layout.title, layout.version, found, of,
        tuple(missing), tuple(new), tuple(moved),
    )  # fmt: skip


def _nearest(sheet: Sheet) -> "_HeadingLine":
    """The form with most signs; of equals, the one with most headings in their order."""
    lines = [(score, _HeadingLine(sheet, layout)) for score, layout in ranking(sheet)]
    return max(lines, key=lambda each: (int(each[0]), len(each[1].placed), each[0]))[1]


class _HeadingLine:
    """The line of a sheet with most of a form's headings: a row, or a column of a form by years.

    `placed`: number of a layout's column → place on the line, in the layout's order; `moved`: those
    out of that order, or elsewhere; `missing`: numbers of the rest; `new`: other words on the line.
    """

    def __init__(self, sheet: Sheet, layout: Layout) -> None:
        self.downwards = bool(layout.spec["recognise"].get("years_across"))
        self.layout = layout
        said = [((r, c), names) for r, c, w in sheet.texts if (names := self._names(w))]
        lines = [self._turned(place)[0] for place, _ in said]
        self.line = max(set(lines), key=lambda n: (lines.count(n), -n), default=0)
        slots: dict[int, tuple[Place, frozenset[int]]] = {}
        for place, names in sorted(said, key=lambda each: len(each[1])):  # a symbol names one
            line, at = self._turned(place)
            if abs(line - self.line) <= _NEAR:
                slots.setdefault(at, (place, names))
        in_order = [slots[at] for at in sorted(slots)]
        self.placed = dict(self._aligned(in_order))
        self.moved: dict[int, Place] = {}
        taken = set(self.placed.values())
        elsewhere = [(p, n) for p, n in said if abs(self._turned(p)[0] - self.line) > _NEAR]
        for place, names in in_order + elsewhere:
            free = sorted(names - self.placed.keys() - self.moved.keys())
            if free and place not in taken:
                self.moved[free[0]] = place
                taken.add(place)
        self.missing = [
            n for n in range(len(layout.columns)) if n not in self.placed and n not in self.moved
        ]
        self.new = list(self._unknown(sheet, set(slots)))

    def expected(self, number: int) -> str | None:
        """Where a column would stand, counted from the nearest one before it, or after it."""
        before = [n for n in self.placed if n <= number]
        anchor = max(before) if before else min(self.placed, default=None)
        if anchor is None:
            return None
        at = self._turned(self.placed[anchor])[1] + number - anchor
        return address(*self._turned((self.line, at))) if at >= 0 else None

    def _turned(self, place: Place) -> Place:
        """(row, column) ↔ (line, position on it)."""
        return (place[1], place[0]) if self.downwards else place

    def _names(self, words: str) -> frozenset[int]:
        """Numbers of the columns that a text may name: one by its symbol, several by a label."""
        known = vocabulary(self.layout.columns)
        columns = self.layout.columns
        symbol = known.symbol(words)
        if symbol is not None:
            return frozenset(n for n, c in enumerate(columns) if key(c.symbol or "") == symbol)
        label = known.label(words)
        return frozenset(n for n, c in enumerate(columns) if label in c.label_keys)

    def _aligned(
        self, slots: Sequence[tuple[Place, frozenset[int]]]
    ) -> Iterator[tuple[int, Place]]:
        """The longest run of headings that keeps the layout's order."""
        many = len(self.layout.columns)
        best = [[0] * (many + 1) for _ in range(len(slots) + 1)]
        for s, n in product(reversed(range(len(slots))), reversed(range(many))):
            skip = max(best[s + 1][n], best[s][n + 1])
            best[s][n] = max(skip, 1 + best[s + 1][n + 1]) if n in slots[s][1] else skip
        s = n = 0
        while s < len(slots) and n < many:
            if n in slots[s][1] and best[s][n] == 1 + best[s + 1][n + 1]:
                yield n, slots[s][0]
                s, n = s + 1, n + 1
            elif best[s][n] == best[s + 1][n]:
                s += 1
            else:
                n += 1

    def _unknown(self, sheet: Sheet, known: set[int]) -> Iterator[tuple[Place, str]]:
        groups = frozenset().union(*self.layout.groups.values(), *self.layout.header.values())
        first = min(known, default=0)
        for row, column, words in sheet.texts:
            line, at = self._turned((row, column))
            on_line = line == self.line and at > first and at not in known
            if known and on_line and key(words) not in groups:
                yield (row, column), words


def _named(column: Column, columns: Sequence[Column]) -> str:
    """A heading as messages name it: ウ 調定額, or 調定額(過年度分) where there are several."""
    alike = [each for each in columns if each.title == column.title]
    part = PART_NAMES.get(column.group, "") if len(alike) > 1 else ""
    return f"{column.title}({part})" if part else column.title


def _about(heading: Heading) -> str:
    if heading.cell and heading.expected:
        return f"({heading.cell}。様式では{heading.expected}のあたり)"
    if heading.cell:
        return f"({heading.cell})"
    return f"({heading.expected}のあたり)" if heading.expected else ""


def _quotable(words: str) -> str:
    said = quoted(words)
    return masked(said) if looks_personal(said) else said
