"""What a landed cell is, in the words of the form's layout."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from ingest.forms.reading import FIGURE, PART_NAMES
from ingest.layout import Layout, layouts
from terms.codes import labels
from terms.years import year_name

HEADER = {
    "claim_number": "債権整理番号",
    "claim_name": "債権名",
    "claim_classes": "債権区分",
    "department": "所属",
    "section": "担当",
    "subject": "対象",
    "period": "年度・基準日",
    "unit_yen": "金額の単位(円)",
    "layout_version": "様式の版",
}
# Dimensions of a figure that its name tells anyway, or that change no name.
_SAID_ELSEWHERE = ("as_of", "unit", "total")
_COUNTS = frozenset({"cases", "debtors", "limitation_years", "footnoted"})


def is_money(measure: str) -> bool:
    """Whether a landed number is yen; the others count people, cases or years."""
    return measure not in _COUNTS


def cell_title(form: str, version: str, form_year: int | None, cell: Mapping[str, Any]) -> str:
    """A landed cell's row and column as the layout names them: D 令和元年度実績 ウ 調定額.

    `cell` has block, item, measure and fiscal_year, as in the landing zone.
    """
    item, measure = cell["item"], cell["measure"]
    if cell["block"] == FIGURE:
        return _of_dimensions(json.loads(item), measure, cell["fiscal_year"])
    layout = _layout(form, version)
    year = f"{year_name(cell['fiscal_year'])}年度 " if cell["fiscal_year"] else ""
    if layout is None:
        return f"{year}{item} {measure}".strip()
    name = _measure(layout, cell["block"], measure)
    return f"{year}{_item(layout, cell['block'], item, form_year)} {name}".strip()


def _of_dimensions(told: Mapping[str, Any], measure: str, year: int | None) -> str:
    """A figure of a described table: 令和3年度 不動産取得税・徳島・過年度 assessed."""
    when = f"{year_name(year)}年度 " if year else f"{told['as_of']} " if "as_of" in told else ""
    words = [PART_NAMES.get(v, v) for d, v in told.items() if d not in _SAID_ELSEWHERE]
    label = labels("figure_measure").get(measure, measure)
    return f"{when}{'・'.join(words)} {label}".strip()


def narrative_title(part: str, item: str) -> str:
    """A free text's place in the form: 取組内容(過年度)."""
    group = PART_NAMES.get(part.rpartition("/")[2])
    return f"{''.join(item.split()) or '自由記述'}({group})" if group else item or "備考"


def _layout(form: str, version: str) -> Layout | None:
    return next((each for each in layouts() if (each.form, each.version) == (form, version)), None)


def _item(layout: Layout, block: str, item: str, form_year: int | None) -> str:
    spec = layout.spec
    if block == "collection" and layout.form == "annual":
        row = next((row for row in spec["table"]["rows"] if row["letter"] == item), None)
        if row is not None and form_year is not None:
            words = spec["table"]["scenarios"][row["scenario"]][0]
            return f"{item} {year_name(form_year + row['year_offset'])}年度{words}"
    if block == "status":
        part, _, code = item.partition("/")
        labels = {c["code"]: "".join(c["label"].split()) for c in spec["status"]["classes"]}
        return f"{PART_NAMES.get(part, part)} {code} {labels.get(code, '')}".strip()
    if block == "attainment":
        return f"達成状況 {PART_NAMES.get(item, item)}"
    return f"債権{item}" if block == "collection" else item


def _measure(layout: Layout, block: str, measure: str) -> str:
    if block == "attainment":
        return ""
    if block == "total" and measure in layout.spec.get("totals", {}):
        return str(layout.spec["totals"][measure]["words"][0])
    column = next((c for c in layout.columns if c.name == measure), None)
    if column is not None and block != "status":
        return column.title
    return _labels(layout.form, layout.version).get(measure, measure)


@lru_cache
def _labels(form: str, version: str) -> Mapping[str, str]:
    """Every name of the layout file that has labels, with the first of them."""
    layout = _layout(form, version)
    return dict(_named(layout.spec)) if layout else {}


def _named(spec: object) -> Iterator[tuple[str, str]]:
    if isinstance(spec, Mapping):
        if isinstance(spec.get("name"), str) and spec.get("labels"):
            yield spec["name"], "".join(str(spec["labels"][0]).split())
        for name, value in spec.items():
            if isinstance(value, list) and value and all(isinstance(v, str) for v in value):
                yield str(name), "".join(value[0].split())
            yield from _named(value)
    elif isinstance(spec, list):
        for each in spec:
            yield from _named(each)
