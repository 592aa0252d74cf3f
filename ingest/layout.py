"""The layouts of forms as data: headings, rows and formulas, one file per form and version.

Reader, template and messages all read the same file; the formulas are evaluated exactly, with
integers, and a rate is kept as numerator and denominator.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from importlib.resources import files
from types import CodeType
from typing import Any, NamedTuple

import yaml

from ingest.text import bare, key
from terms.codes import expression, labels
from terms.money import rounded
from terms.reading import remembered, told

LAYOUTS = files("ingest") / "forms" / "layouts"


class Rate(NamedTuple):
    """An exact rate; `denominator` 0 means that there is none (printed —)."""

    numerator: int
    denominator: int

    def percent_tenths(self) -> int | None:
        """The rate in tenths of a percent, rounded half away from zero; None when there is none."""
        if self.denominator == 0:
            return None
        exact = Fraction(self.numerator, self.denominator) * 1000
        return rounded(exact.numerator, exact.denominator)

    def printed(self) -> str:
        """As the form prints it: 35.2%, -16.5%, or — when there is none."""
        tenths = self.percent_tenths()
        if tenths is None:
            return "—"
        return f"{'-' if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10}%"


@dataclass(frozen=True)
class Formula:
    """An expression over measure names with + − × and at most one division, at the top."""

    text: str

    def __call__(self, values: Mapping[str, int]) -> int | Rate:
        """Evaluate exactly. `values`: measure → integer."""
        results = [eval(code, {"__builtins__": {}}, values) for code in self._codes]  # noqa: S307 - the project's own layout, checked below
        return Rate(*results) if len(results) == 2 else int(results[0])

    @property
    def is_rate(self) -> bool:
        """Whether the formula divides."""
        return len(self._codes) > 1

    @property
    def is_usable(self) -> bool:
        """Whether it is made of nothing else. Raises SyntaxError."""
        try:
            return bool(self._codes)
        except ValueError:
            return False

    @cached_property
    def names(self) -> frozenset[str]:
        """The measures it is made of."""
        tree = ast.parse(self.text, mode="eval")
        return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))

    @cached_property
    def _codes(self) -> list[CodeType]:
        tree = ast.parse(self.text, mode="eval").body
        divides = isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Div)
        sides = [tree.left, tree.right] if divides and isinstance(tree, ast.BinOp) else [tree]
        allowed = (ast.BinOp, ast.Add, ast.Sub, ast.Name, ast.Load)
        for node in (n for side in sides for n in ast.walk(side)):
            if not isinstance(node, allowed):
                raise ValueError(f"{self.text}: {type(node).__name__}")
        return [compile(ast.Expression(side), self.text, "eval") for side in sides]


@dataclass(frozen=True)
class Column:
    """One column of a table: found by its symbol or number, or by its group and label.

    `presence`: a form without it is refused (required), warned of (expected), or fine (optional).
    """

    name: str
    group: str
    labels: tuple[str, ...]
    symbol: str | None = None
    note: str = ""
    formula: Formula | None = None
    kind: str = "money"
    presence: str = "required"

    @cached_property
    def label_keys(self) -> frozenset[str]:
        """Its labels as they are compared."""
        return frozenset(map(key, self.labels))

    @cached_property
    def title(self) -> str:
        """How messages name it: ウ 調定額."""
        label = "".join(self.labels[0].split())
        return f"{self.symbol} {label}" if self.symbol else label


@dataclass(frozen=True)
class Layout:
    """A form in one version, handed in for the fiscal years `valid_from` to `valid_until`.

    `signs`: column headings on one line → signs of the form that they count for.
    `spec` is the layout file as it stands.
    """

    form: str
    version: str
    title: str
    title_keys: tuple[str, ...]
    valid_from: int
    valid_until: int | None
    unit_yen: int
    signs: Mapping[int, int]
    header: Mapping[str, tuple[str, ...]]
    columns: tuple[Column, ...]
    groups: Mapping[str, frozenset[str]]
    spec: Mapping[str, Any]

    @property
    def mark(self) -> str:
        """What a template prints to say which form and version it is: annual-1."""
        return f"{self.form}-{self.version}"

    def is_valid(self, fiscal_year: int) -> bool:
        """Whether the version is the one to hand in for a fiscal year."""
        return self.valid_from <= fiscal_year <= (self.valid_until or fiscal_year)

    @property
    def units(self) -> tuple[str, ...]:
        """The units of money that the form may be written in."""
        return tuple(self.spec.get("units", ("千円", "円")))

    def column(self, name: str) -> Column:
        """The column of a measure."""
        return next(column for column in self.columns if column.name == name)

    @cached_property
    def typed(self) -> tuple[Column, ...]:
        """The columns that departments type."""
        return tuple(c for c in self.columns if c.formula is None)

    @cached_property
    def computed(self) -> tuple[Column, ...]:
        """The columns that are recomputed, never trusted."""
        return tuple(c for c in self.columns if c.formula is not None)

    def roots(self, name: str) -> tuple[str, ...]:
        """The typed columns that a computed one follows from, in the layout's order."""
        formulas = {c.name: c.formula for c in self.computed if c.formula}
        wanted = {name}
        while inner := wanted & formulas.keys():
            wanted = (wanted - inner).union(*(formulas[each].names for each in inner))
        return tuple(c.name for c in self.typed if c.name in wanted)

    @cached_property
    def target_columns(self) -> tuple[Column, ...]:
        """The measures of a second table, of targets, below the first."""
        return tuple(map(_column, self.spec["target"]["columns"]))

    @cached_property
    def headings(self) -> tuple[frozenset[str], ...]:
        """Every heading of the form, each as the set of compared words that may stand for it."""
        columns = list(self.columns)
        columns += self.status_columns if "status" in self.spec else ()
        columns += self.target_columns if "target" in self.spec else ()
        named = [*self.header.values(), *self.groups.values(), *(c.label_keys for c in columns)]
        return tuple(frozenset(map(bare, names)) for names in named)

    @cached_property
    def status_columns(self) -> tuple[Column, ...]:
        """Section 3's classes ①–⑯ as columns, named by their code (01–16)."""
        return tuple(
            Column(
                spec["code"],
                spec["group"],
                (spec["label"],),
                str(int(spec["code"])),
                presence=spec.get("presence", "required"),
            )
            for spec in self.spec["status"]["classes"]
        )

    def compute(self, typed: Mapping[str, int]) -> dict[str, int | Rate]:
        """All computed measures of one row, exactly. Money in the unit of `typed`."""
        values: dict[str, Any] = dict(typed)
        for column in self.computed:
            if column.formula:
                values[column.name] = column.formula(values)
        return {column.name: values[column.name] for column in self.computed}


@remembered
def layouts() -> tuple[Layout, ...]:
    """Every layout file, in order of form and version (10 comes after 2)."""
    specs = (
        yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        for path in LAYOUTS.iterdir()
        if path.name.endswith(".yml")
    )
    read = map(_read, map(_with_added_classes, specs))
    return tuple(sorted(read, key=lambda each: (each.form, _order(each.version))))


def _order(version: str) -> tuple[int, str]:
    return (int(version), "") if version.isdecimal() else (0, version)


def layout(form: str, fiscal_year: int | None = None) -> Layout:
    """The newest layout of a form, of those valid for the year if one is given.

    Where none is valid for the year, the newest of all. Raises KeyError for an unknown form.
    """
    found = [each for each in layouts() if each.form == form]
    if not found:
        raise KeyError(form)
    valid = [each for each in found if fiscal_year is None or each.is_valid(fiscal_year)]
    return (valid or found)[-1]


def title_of(form: str) -> str:
    """What staff call a form; of a table that a home describes, what all of those are called."""
    known = [each.title for each in layouts() if each.form == form]
    return known[-1] if known else labels("form")[form]


def first_year(form: str) -> int:
    """The first fiscal year that any version of a form is valid for."""
    return min(each.valid_from for each in layouts() if each.form == form)


def _read(spec: Mapping[str, Any]) -> Layout:
    table = spec["table"]
    return Layout(
        form=spec["form"],
        version=spec["version"],
        title=spec["title"],
        title_keys=tuple(key(t) for t in [spec["title"], *spec["title_variants"]]),
        valid_from=spec["valid_from"],
        valid_until=spec["valid_until"],
        unit_yen=spec["unit_yen"],
        signs=spec["recognise"]["headings"],
        header={name: tuple(map(key, labels)) for name, labels in spec["header"].items()},
        columns=tuple(_column(spec) for spec in _as_measures(table)),
        groups={name: frozenset(map(key, labels)) for name, labels in table["groups"].items()},
        spec=spec,
    )


def _as_measures(table: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The columns of a table, with symbol and formula where they are measures of terms/."""
    known = told("measures") if table.get("are_measures") else {}
    columns = []
    for column in table["columns"]:
        measure = known.get(column["name"], {})
        is_known = {"symbol": measure.get("symbol"), "formula": expression(measure)}
        columns.append(column | is_known if measure else column)
    return columns


def _with_added_classes(spec: dict[str, Any]) -> dict[str, Any]:
    """The form with the classes of uncollected claims that a home adds; they may be missing."""
    if "status" in spec:
        classes = spec["status"]["classes"]
        known = {each["code"] for each in classes}
        classes += [
            {**each, "presence": "expected"}
            for each in told("codes")["status_classes"]
            if each["code"] not in known and each["version"] <= _order(spec["version"])[0]
        ]
    return spec


def _column(spec: Mapping[str, Any]) -> Column:
    formula = spec.get("formula")
    is_note = spec.get("kind") == "free_text"
    return Column(
        name=spec["name"],
        group=spec["group"],
        labels=tuple(spec["labels"]),
        symbol=spec.get("symbol"),
        note=spec.get("note", ""),
        formula=Formula(formula) if formula else None,
        kind=spec.get("kind", "money"),
        presence=spec.get("presence", "expected" if formula or is_note else "required"),
    )
