"""What must hold between the figures of a sheet, as its layout tells: sums and formulas."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from ingest.addresses import address
from ingest.described.amounts import Read
from ingest.described.figures import PERCENT, YEN
from ingest.described.layout import Described, Identity, Table
from ingest.described.rows import WITHIN
from ingest.described.stub import CLOSED
from ingest.findings import Severity
from ingest.forms.page import Page
from ingest.layout import Rate

PREVIOUS = "前年度_"
_LISTED = 5
_NOISE = Fraction(1, 10**9)
_ALIKE = ("total", WITHIN)  # what a total and its parts tell differently, whatever is summed


class _Held(NamedTuple):
    """A printed figure and what it follows from; `right`: what it should be, where it is not."""

    read: Read
    right: str | None
    why: str


def check_identities(page: Page, layout: Described, read: Sequence[Read]) -> None:
    """Note each printed figure that is not what the layout's identities make of the others.

    An identity that no figure is held against is noted, too: it checks nothing.
    """
    for number, identity in enumerate(layout.identities, 1):
        rule = "parts" if identity.sum else "computed_amount"
        held = list(_formula(identity, read) if identity.formula else _sums(identity, read, layout))
        for each in held:
            if each.right is not None:
                _note(page, each, "residual" if identity.residual else rule)
        if not held:
            page.warn(
                rule,
                None,
                f"様式の定義の identities {number}件目で調べられる数値がありません。"
                "定義を確かめてください。",
            )


def _note(page: Page, held: _Held, rule: str) -> None:
    is_kept = rule == "residual"
    advice = "(そのまま読み込みます)。" if is_kept else "。どちらが正しいか確かめてください。"
    severity: Severity = "warning" if is_kept else "error"
    page.note_differs(rule, held.read.place, held.why, held.right or "", advice, severity)


def _is_meant(read: Read, where: Mapping[str, str]) -> bool:
    return all(read.means(dimension) == value for dimension, value in where.items())


# Sums


def _with_levels(layout: Described) -> Set[str]:
    """The dimensions whose rows have levels: those of the columns furthest left."""
    told = ([*t.stub, *_each(t)] for t in layout.tables if t.levels)
    return {dimensions[0] for dimensions in told if dimensions}


def _of_rows(layout: Described) -> Set[str]:
    """The dimensions that names beside rows tell; a total row lacks those that it sums."""
    told = (dimension for t in layout.tables for dimension in (*t.stub, *_each(t)))
    return {WITHIN, *told} - {*CLOSED, "fiscal_year", "as_of"}


def _each(table: Table) -> Iterator[str]:
    """The dimensions whose values stand in columns of their own."""
    meanings = (meaning for meaning in table.columns.values() if isinstance(meaning, str))
    return (meaning.strip("<>") for meaning in meanings if meaning.startswith("<"))


def _sums(identity: Identity, read: Sequence[Read], layout: Described) -> Iterator[_Held]:
    meant = [each for each in read if each.unit != PERCENT and _is_meant(each, identity.where)]
    totals = [each for each in meant if _is_total(each, identity)]
    if WITHIN in identity.sum:
        parts_of = _under(meant, identity, _with_levels(layout))
    else:
        parts = [each for each in meant if _is_part(each, identity)]
        # A row of totals says less than its parts: what it does not tell is summed.
        is_row = identity.total is None
        parts_of = (
            _rows_of(totals, parts, identity, _of_rows(layout))
            if is_row
            else _like(parts, identity)
        )
    for total in totals:
        found = parts_of(total)
        told = {each.means(identity.sum[0]) for each in found}
        if found and told >= set(identity.of):
            right = sum((each.value for each in found), Decimal(0))
            yield _held(total, right, found, "を足すと", identity)


def _like(parts: Sequence[Read], identity: Identity) -> Callable[[Read], Sequence[Read]]:
    """The parts that mean what a total does, but for what is summed."""
    found = _grouped(parts, lambda each: _beside(each, (*identity.sum, *_ALIKE)))
    return lambda total: found.get(_beside(total, (*identity.sum, *_ALIKE)), [])


def _rows_of(
    totals: Sequence[Read], parts: Sequence[Read], identity: Identity, of_rows: Set[str]
) -> Callable[[Read], Sequence[Read]]:
    """The parts that mean what a row of totals tells, whatever names they have besides.

    `of_rows`: the dimensions that names of rows tell.
    """
    but_for = {*identity.sum, *_ALIKE}

    def told(read: Read) -> frozenset[str]:
        return frozenset(read.meaning.dimensions.keys() & of_rows - but_for)

    def meaning(read: Read, own: frozenset[str]) -> object:
        return _beside(read, {*but_for, *(of_rows - own)})

    kinds = {told(total) for total in totals}
    found = {kind: _grouped(parts, partial(meaning, own=kind)) for kind in kinds}
    return lambda total: found[told(total)].get(meaning(total, told(total)), [])


def _grouped(
    read: Sequence[Read], key: Callable[[Read], object]
) -> Mapping[object, Sequence[Read]]:
    groups: dict[object, list[Read]] = defaultdict(list)
    for each in read:
        groups[key(each)].append(each)
    return groups


def _under(
    read: Sequence[Read], identity: Identity, names: Set[str]
) -> Callable[[Read], Sequence[Read]]:
    """The rows that stand under a row of levels."""

    def key(each: Read) -> object:
        return _beside(each, (*identity.sum, *_ALIKE, *names))

    found = {told: _within(group, names) for told, group in _grouped(read, key).items()}
    return lambda total: found[key(total)](total)


def _within(group: Sequence[Read], names: Collection[str]) -> Callable[[Read], Sequence[Read]]:
    """The rows that stand under a row, but for those that only tell a part of it (うち)."""
    under: dict[str | None, list[Read]] = defaultdict(list)
    for each in group:
        under[each.means(WITHIN)].append(each)
    return lambda total: [
        each
        for each in under.get(_path(total, names), [])
        if not each.means("total") or _path(each, names) in under
    ]


def _held(read: Read, right: Decimal, used: Sequence[Read], how: str, identity: Identity) -> _Held:
    is_right = abs(right - read.value) <= identity.tolerance * read.step
    return _Held(read, None if is_right else shown(right, read.step), cells(used) + how)


def cells(used: Sequence[Read]) -> str:
    """Where figures stand, as messages tell it."""
    first = "・".join(address(*each.place) for each in used[:_LISTED])
    return f"セル{first}" + (f"など{len(used)}か所" if len(used) > _LISTED else "")


def _is_total(read: Read, identity: Identity) -> bool:
    if identity.total is not None:
        return read.means(identity.sum[0]) == identity.total
    if WITHIN in identity.sum:
        return read.means("total") is not None
    return read.means("total") is not None and all(read.means(d) is None for d in identity.sum)


def _is_part(read: Read, identity: Identity) -> bool:
    value = read.means(identity.sum[0])
    if identity.of:
        return value in identity.of
    if identity.total is not None:
        return value not in (None, identity.total)
    return value is not None and read.means("total") is None


def _path(read: Read, names: Collection[str]) -> str:
    named = (name for d in names if (name := read.means(d)))
    return "/".join(each for each in (read.means(WITHIN), next(named, None)) if each)


def _beside(read: Read, but_for: Collection[str]) -> object:
    """The meaning of a figure but for some dimensions."""
    rest = {d: v for d, v in read.meaning.dimensions.items() if d not in but_for}
    measure = None if "measure" in but_for else read.meaning.measure
    told = tuple(sorted(rest.items()))
    return measure, read.unit, read.bound, read.meaning.fiscal_year, told


# Formulas


def _formula(identity: Identity, read: Sequence[Read]) -> Iterator[_Held]:
    formula, result = identity.right, identity.result
    known: dict[tuple[object, ...], Read] = {
        (each.meaning.measure, *_row(each, identity.where)): each
        for each in read
        if all(each.means(d) in (None, value) for d, value in identity.where.items())
    }
    for each in read:
        if each.meaning.measure != result or each.is_dash or not _is_meant(each, identity.where):
            continue
        row = _row(each, identity.where)
        used = {name: known.get(_operand(name, *row)) for name in sorted(formula.names)}
        operands = [found for found in used.values() if found]
        if len(operands) == len(used):
            digits = max((_decimals(found.value) for found in operands), default=0)
            whole = {name: int(found.value.scaleb(digits)) for name, found in used.items() if found}
            right = formula(whole)
            if isinstance(right, Rate):
                yield _held_rate(each, right, operands)
            else:
                exact = Decimal(right).scaleb(-digits)
                yield _held(each, exact, operands, "から計算すると", identity)


def _held_rate(read: Read, right: Rate, used: Sequence[Read]) -> _Held:
    """A rate is right when it is the exact one to its last printed digit."""
    why = f"{cells(used)}から計算すると"
    if not right.denominator:  # 0.0 is what some print of nothing
        return _Held(read, "—" if right.numerator or read.value else None, why)
    exact = Fraction(right.numerator, right.denominator) * 100
    half = Fraction(1, 2 * 10 ** _decimals(read.value))
    is_right = abs(Fraction(read.value) - exact) <= half + _NOISE
    return _Held(read, None if is_right else right.printed(), why)


def _decimals(value: Decimal) -> int:
    return max(0, -int(value.normalize().as_tuple().exponent))


def _operand(name: str, year: int | None, *rest: object) -> tuple[object, ...]:
    """The measure and the row of a name in a formula, seen from the result's row."""
    if name.startswith(PREVIOUS) and year is not None:
        return name.removeprefix(PREVIOUS), year - 1, *rest
    return name, year, *rest


def _row(read: Read, but_for: Mapping[str, str]) -> tuple[int | None, str, str | None, object]:
    """What figures have in common that a formula combines; 件 are not combined with 円."""
    kind = "" if read.unit in (PERCENT, YEN) else read.unit
    rest = {d: v for d, v in read.meaning.dimensions.items() if d not in but_for}
    return read.meaning.fiscal_year, kind, read.bound, tuple(sorted(rest.items()))


def shown(value: Decimal, step: Decimal) -> str:
    """An amount in the unit that the table prints."""
    return f"{value / step:,f}".rstrip("0").rstrip(".") if value % step else f"{value / step:,.0f}"
