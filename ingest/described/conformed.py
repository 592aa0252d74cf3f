"""What a described table tells in common with a form lands as that form's does, in the same marts.

A figure that the form has no column for lands as one of its own: nothing printed is lost.
"""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence

from ingest import text
from ingest.addresses import address
from ingest.described.figures import PERCENT, YEN
from ingest.described.layout import Described
from ingest.described.rows import Read
from ingest.forms.page import Page
from ingest.forms.reading import WHOLE_CITY
from ingest.layout import layout
from ingest.workbook import Place
from terms.years import fiscal_year_of

TOTAL = "total"
_OWNERS = ("bureau", "section", "department")
_CLAIM = ("claim_number", "claim_name", "claim_classes", *_OWNERS)
_IN_ALL = (None, "total")  # of both parts of a claim
Words = Mapping[str, str | None]


class Kind(ABC):
    """A form as which figures land: which column a figure has there, and which item it is of."""

    block: str
    dimensions: tuple[str, ...] = ("scenario", "part", *_CLAIM)

    @abstractmethod
    def column(self, read: Read) -> str | None:
        """What the form calls a figure; None where it has no column for it."""

    def item(self, read: Read) -> Hashable:
        """What the figures of one item have in common."""
        return tuple(read.means(dimension) for dimension in _CLAIM)

    def words(self, read: Read) -> Words:
        """What is told of an item beside its figures."""
        return {}

    @abstractmethod
    def head(self, page: Page, read: Sequence[Read], common: Words) -> None:
        """What the form tells of itself. `common`: the dimensions that all figures share."""


class _ClaimList(Kind):
    block = "claim_list"

    def column(self, read: Read) -> str | None:
        is_told = _is_amount(read, "uncollected") and _is_actual(read) and _in_all(read)
        is_claim = read.means("claim_name") and not read.means("total")
        return "uncollected" if is_told and is_claim else None

    def words(self, read: Read) -> Words:
        owners = [name for dimension in _OWNERS if (name := read.means(dimension))]
        return {
            "claim_name": read.means("claim_name"),
            "claim_classes": read.means("claim_classes"),
            "bureau": owners[0] if len(owners) > 1 else None,
            "section": owners[-1] if owners else None,
        }

    def head(self, page: Page, read: Sequence[Read], common: Words) -> None:
        page.form.subject = WHOLE_CITY
        _note_several(page, read, "fiscal_year", "年度")


class _Settlement(Kind):
    block = "settlement"

    def column(self, read: Read) -> str | None:
        measure, part = read.meaning.measure, read.means("part")
        if read.meaning.fiscal_year is None or not _is_actual(read):
            return None
        part = "" if part in _IN_ALL else f"_{part}" if part in ("current", "prior") else None
        if part is None or read.means("total"):
            return None
        if _is_amount(read, "assessed", "collected"):
            return f"{measure}{part}"
        if measure == "collection_rate" and read.unit == PERCENT:
            return f"rate{part}"
        is_told = _is_amount(read, "written_off", "uncollected") or _is_count(read, "debtors")
        return measure if is_told and not part else None

    def item(self, read: Read) -> Hashable:
        return ""

    def head(self, page: Page, read: Sequence[Read], common: Words) -> None:
        for name in ("claim_name", "department"):
            _note_several(page, read, name, "債権名" if name == "claim_name" else "所属")
        page.form.subject = f"{common.get('claim_name')}／{common.get('department')}"


class _Collection(Kind):
    block = "collection"
    dimensions = (*Kind.dimensions, "as_of")

    def column(self, read: Read) -> str | None:
        measure, part = read.meaning.measure, read.means("part")
        is_claim = read.means("claim_number") and not read.means("total")
        if not is_claim or not read.means("as_of") or not _is_actual(read):
            return None
        if _is_amount(read, "carried_forward") or _is_count(read, "cases", "debtors"):
            return measure
        is_typed = _is_amount(read, "assessed", "collected", "written_off")
        return f"{measure}_{part}" if is_typed and part in ("prior", "current") else None

    def item(self, read: Read) -> Hashable:
        return read.means("claim_number")

    def words(self, read: Read) -> Words:
        return {each: read.means(each) for each in ("claim_name", "claim_classes")}

    def head(self, page: Page, read: Sequence[Read], common: Words) -> None:
        _note_several(page, read, "as_of", "基準日")
        _note_several(page, read, "department", "所属")
        page.form.subject = common.get("department")
        if page.form.as_of:
            page.form.fiscal_year = fiscal_year_of(page.form.as_of)
        for each in read:
            page.form.places[f"claim_number {each.means('claim_number')}"] = address(*each.place)
        _note_incomplete(page, [self.column(each) for each in read])


class _CityTarget(Kind):
    block = "city_target"
    dimensions = ("scenario", "part")

    def column(self, read: Read) -> str | None:
        part = read.means("part")
        if not _is_amount(read, "uncollected") or read.meaning.fiscal_year is None:
            return None
        what = {None: "actual", "actual": "actual", "forecast": None}.get(
            read.means("scenario"), "target"
        )
        if what is None or part not in (*_IN_ALL, "current", "prior"):
            return None
        return what if part in _IN_ALL else f"{what}_{part}"

    def item(self, read: Read) -> Hashable:
        return read.meaning.fiscal_year, self._target(read)

    def words(self, read: Read) -> Words:
        return {"target_kind": self._target(read)}

    def head(self, page: Page, read: Sequence[Read], common: Words) -> None:
        page.form.subject = WHOLE_CITY

    def _target(self, read: Read) -> str:
        """A target without its kind is the first one; a result stands beside it."""
        is_revised = read.means("scenario") == "revised_target"
        return "revised_target" if is_revised else "initial_target"


class _Plan(Kind):
    block = "plan"
    dimensions = (*Kind.dimensions, "plan")

    def column(self, read: Read) -> str | None:
        is_rate = read.meaning.measure == "collection_rate" and read.unit == PERCENT
        scenario = read.means("scenario") or "actual"
        if not _in_all(read) or scenario not in ("actual", "target"):
            return None
        is_told = (is_rate or _is_amount(read, "uncollected")) and read.meaning.fiscal_year
        return f"other_{scenario}" if is_told else None

    def item(self, read: Read) -> Hashable:
        return TOTAL if read.means("total") else super().item(read)

    def words(self, read: Read) -> Words:
        return {each: read.means(each) for each in ("department", "claim_name")}

    def head(self, page: Page, read: Sequence[Read], common: Words) -> None:
        _note_several(page, read, "plan", "計画の名前")
        _note_several(page, read, "measure", "項目(収納率か収入未済額)")
        if read:
            first = read[0]
            measure, plan = first.meaning.measure, common.get("plan") or ""
            page.form.subject = f"{plan}／{measure}"
            page.land(self.block, "", "plan", first.place, plan)
            page.land(self.block, "", "measure", first.place, measure)


KINDS: Mapping[str, Kind] = {
    "claim_list": _ClaimList(),
    "settlement": _Settlement(),
    "collection": _Collection(),
    "city_target": _CityTarget(),
    "plan": _Plan(),
}


def land_as_form(page: Page, described: Described, read: Sequence[Read]) -> list[Read]:
    """Land the figures that a form has columns for; the others are given back."""
    kind = KINDS[described.lands_as]
    columns = {
        each.place: column
        for each in read
        if each.meaning.dimensions.keys() <= {*kind.dimensions, TOTAL} and not each.bound
        if (column := kind.column(each))
    }
    mine = [each for each in read if each.place in columns]
    if not mine:
        page.error(
            "no_meaning",
            None,
            f"{described.lands_as} に入れられる数値が一つもありません。様式の定義の見出しの意味を"
            "確かめるか、lands_as を figure にしてください。",
        )
        return list(read)
    kind.head(page, mine, common(mine))
    items = _items(kind, mine)
    told: set[str] = set()
    places: dict[tuple[object, ...], Place] = {}
    for each in mine:
        item = items[each.place]
        one = (item, columns[each.place], each.meaning.fiscal_year)
        if (other := places.setdefault(one, each.place)) != each.place:
            _note_same(page, each, other)
        _land(page, kind.block, item, columns[each.place], each)
        words = {} if item in told else kind.words(each)
        for name, said in words.items():
            if said:
                page.land(kind.block, item, name, each.place, said, each.meaning.fiscal_year)
        told.add(item)
    return [each for each in read if each.place not in columns]


def common(read: Sequence[Read]) -> Words:
    """The dimensions that have one value for all figures."""
    first, *others = [each.meaning.dimensions for each in read] or [{}]
    return {d: v for d, v in first.items() if all(other.get(d) == v for other in others)}


def _items(kind: Kind, read: Sequence[Read]) -> Mapping[Place, str]:
    """The item of each figure: as the kind names it, else a running number."""
    numbers: dict[Hashable, str] = {}
    for each in read:
        item = kind.item(each)
        named = item if isinstance(item, str) else str(len(numbers) + 1)
        numbers.setdefault(item, named)
    return {each.place: numbers[kind.item(each)] for each in read}


def _land(page: Page, block: str, item: str, column: str, read: Read) -> None:
    is_rate = read.unit == PERCENT
    said = text.percent(read.value) if is_rate else int(read.value)
    page.land(block, item, column, read.place, said, read.meaning.fiscal_year)


def _note_several(page: Page, read: Sequence[Read], dimension: str, label: str) -> None:
    """Note a form that must speak of one value of a dimension, and does not."""
    told = {
        each.meaning.fiscal_year if dimension == "fiscal_year" else each.means(dimension)
        for each in read
    }
    if len(told) != 1 or None in told:
        page.error(
            "header_value",
            None,
            f"{label}が一つに決まりません。見出しか様式の定義で一つに決めてください。",
            expected=f"一つの{label}",
        )


def _note_incomplete(page: Page, columns: Sequence[str | None]) -> None:
    """Note a balance report that lacks a column: nought is a figure that somebody wrote."""
    typed = [c for c in layout("interim").typed if c.kind == "money"]
    missing = [column.title for column in typed if column.name not in columns]
    if missing:
        page.error(
            "missing_heading",
            None,
            f"collection には{'・'.join(missing)}も要ります。見出しの意味を様式の定義に書くか、"
            "lands_as を figure にしてください。",
            expected="・".join(missing),
        )


def _note_same(page: Page, read: Read, other: Place) -> None:
    """Note a figure for which the form has one place, and another one has it."""
    page.error(
        "same_meaning",
        read.place,
        f"セル{address(*other)}の数値と同じ欄に入ります。どちらを入れるか、見出しの意味"
        "(part など)を様式の定義で分けるか、lands_as を figure にしてください。",
        expected=f"セル{address(*other)}と違う意味",
    )


def _is_actual(read: Read) -> bool:
    return read.means("scenario") in (None, "actual")


def _in_all(read: Read) -> bool:
    return read.means("part") in _IN_ALL


def _is_amount(read: Read, *measures: str) -> bool:
    return read.meaning.measure in measures and read.unit == YEN


def _is_count(read: Read, *measures: str) -> bool:
    return read.meaning.measure in measures and read.unit not in (YEN, PERCENT) and _in_all(read)
