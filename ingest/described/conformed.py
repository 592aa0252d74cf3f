"""What a described table tells in common with a form lands as that form's does, in the same marts.

A figure that the form has no column for lands as one of its own: nothing printed is lost.
"""

from collections.abc import Hashable, Mapping, Sequence

from ingest import text
from ingest.addresses import address
from ingest.described.amounts import Read
from ingest.described.balances import Annual, Interim
from ingest.described.figures import PERCENT
from ingest.described.kind import (
    IN_ALL,
    OWNERS,
    TOTAL,
    Kind,
    Words,
    in_all,
    is_actual,
    is_amount,
    is_count,
    note_several,
)
from ingest.described.layout import Described
from ingest.forms.page import Page
from ingest.forms.reading import WHOLE_CITY
from ingest.workbook import Place


class _ClaimList(Kind):
    block = "claim_list"

    def column(self, read: Read) -> str | None:
        is_told = is_amount(read, "uncollected") and is_actual(read) and in_all(read)
        is_claim = read.means("claim_name") and not read.means("total")
        return "uncollected" if is_told and is_claim else None

    def words(self, read: Read) -> Words:
        owners = [name for dimension in OWNERS if (name := read.means(dimension))]
        return {
            "claim_name": read.means("claim_name"),
            "claim_classes": read.means("claim_classes"),
            "bureau": owners[0] if len(owners) > 1 else None,
            "section": owners[-1] if owners else None,
        }

    def head(self, page: Page, read: Sequence[Read], common: Words) -> None:
        page.form.subject = WHOLE_CITY
        note_several(page, read, "fiscal_year", "年度")


class _Settlement(Kind):
    block = "settlement"

    def column(self, read: Read) -> str | None:
        measure, part = read.meaning.measure, read.means("part")
        if read.meaning.fiscal_year is None or not is_actual(read):
            return None
        part = "" if part in IN_ALL else f"_{part}" if part in ("current", "prior") else None
        if part is None or read.means("total"):
            return None
        if is_amount(read, "assessed", "collected"):
            return f"{measure}{part}"
        if measure == "collection_rate" and read.unit == PERCENT:
            return f"rate{part}"
        is_told = is_amount(read, "written_off", "uncollected") or is_count(read, "debtors")
        return measure if is_told and not part else None

    def item(self, read: Read) -> Hashable:
        return ""

    def head(self, page: Page, read: Sequence[Read], common: Words) -> None:
        for name in ("claim_name", "department"):
            note_several(page, read, name, "債権名" if name == "claim_name" else "所属")
        page.form.subject = f"{common.get('claim_name')}／{common.get('department')}"


class _CityTarget(Kind):
    block = "city_target"
    dimensions = ("scenario", "part")

    def column(self, read: Read) -> str | None:
        part = read.means("part")
        if not is_amount(read, "uncollected") or read.meaning.fiscal_year is None:
            return None
        what = {None: "actual", "actual": "actual", "forecast": None}.get(
            read.means("scenario"), "target"
        )
        if what is None or part not in (*IN_ALL, "current", "prior"):
            return None
        return what if part in IN_ALL else f"{what}_{part}"

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
        if not in_all(read) or scenario not in ("actual", "target"):
            return None
        is_told = (is_rate or is_amount(read, "uncollected")) and read.meaning.fiscal_year
        return f"other_{scenario}" if is_told else None

    def item(self, read: Read) -> Hashable:
        return TOTAL if read.means("total") else super().item(read)

    def words(self, read: Read) -> Words:
        return {each: read.means(each) for each in ("department", "claim_name")}

    def head(self, page: Page, read: Sequence[Read], common: Words) -> None:
        note_several(page, read, "plan", "計画の名前")
        note_several(page, read, "measure", "項目(収納率か収入未済額)")
        if read:
            first = read[0]
            measure, plan = first.meaning.measure, common.get("plan") or ""
            page.form.subject = f"{plan}／{measure}"
            page.land(self.block, "", "plan", first.place, plan)
            page.land(self.block, "", "measure", first.place, measure)


KINDS: Mapping[str, type[Kind]] = {
    "annual": Annual,
    "claim_list": _ClaimList,
    "settlement": _Settlement,
    "collection": Interim,
    "city_target": _CityTarget,
    "plan": _Plan,
}


def land_as_form(
    page: Page, described: Described, read: Sequence[Read], said_year: int | None = None
) -> list[Read]:
    """Land the figures that a form has columns for; the others are given back, but for dashes.

    `said_year`: the fiscal year that the sheet tells for all of them.
    """
    kind = KINDS[described.lands_as](read, said_year)
    columns = {
        each.place: column
        for each in read
        if each.meaning.dimensions.keys() <= {*kind.dimensions, TOTAL} and not each.bound
        if kind.takes_dashes or not each.is_dash
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
        return [each for each in read if not each.is_dash]
    page.form.unit_yen = int(max(each.step for each in mine))
    kind.head(page, mine, common(mine))
    items = _items(kind, mine)
    told: set[str] = set()
    places: dict[tuple[object, ...], Place] = {}
    for each in mine:
        item = items[each.place]
        one = (item, columns[each.place], kind.year(each))
        if (other := places.setdefault(one, each.place)) != each.place:
            _note_same(page, each, other)
        page.land(kind.block, item, columns[each.place], each.place, _said(each), kind.year(each))
        words = {} if item in told else kind.words(each)
        for name, said in words.items():
            if said:
                page.land(kind.block, item, name, each.place, said, kind.year(each))
        told.add(item)
    return [each for each in read if each.place not in columns and not each.is_dash]


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


def _said(read: Read) -> int | str:
    return text.percent(read.value) if read.unit == PERCENT else int(read.value)


def _note_same(page: Page, read: Read, other: Place) -> None:
    """Note a figure for which the form has one place, and another one has it."""
    page.error(
        "same_meaning",
        read.place,
        f"セル{address(*other)}の数値と同じ欄に入ります。どちらを入れるか、見出しの意味"
        "(part など)を様式の定義で分けるか、lands_as を figure にしてください。",
        expected=f"セル{address(*other)}と違う意味",
    )
