"""Which column of a plan table is baseline, target, actual, next target, or a difference."""

from collections.abc import Mapping
from dataclasses import dataclass

from ingest.forms.page import Page
from ingest.forms.plan.heading import Figures, Heading
from ingest.layout import Column
from ingest.quoting import quoted


@dataclass(frozen=True)
class Difference:
    """A printed difference `minuend` − `subtrahend`; `measure` where it lands as one."""

    figures: Figures
    minuend: Figures
    subtrahend: Figures
    measure: str | None


@dataclass(frozen=True)
class Roles:
    """Columns by what they are. `others`: values of further years."""

    values: Mapping[str, Figures]
    others: tuple[Figures, ...]
    differences: tuple[Difference, ...]

    @property
    def actual(self) -> Figures:
        """The column of the year that the table is about (③)."""
        return self.values["actual"]


def find_roles(page: Page, heading: Heading) -> Roles | None:
    """The roles of all columns; None, with the faults noted, where they cannot be made out."""
    values = [f for f in heading.figures if not f.comparison]
    errors = page.errors
    _note_years(page, values)
    _note_repeated(page, values)
    actual = _actual(heading, values)
    if actual is None:
        last = heading.figures[-1]
        page.error(
            "missing_heading",
            (last.row, last.place),
            "計画表に決算値の列が見当たりません。見出しに「決算値」(または「実績」)と年度を"
            "書いてください。",
            found=last.words,
            expected="決算値③",
        )
    if actual is None or page.errors > errors:
        return None
    compared = _compared(heading, values, actual)
    named = {"actual": actual}
    for name, candidates in _candidates(values, actual).items():
        if candidates:
            named[name] = next((f for f in candidates if f in compared), candidates[0])
    differences = _differences(page, heading, values, named)
    _note_missing(page, heading, named, differences)
    for place in heading.others:
        page.note_unknown_column(place, quoted(page.value(*place)))
    others = [f for f in values if f not in named.values()]
    return Roles(named, tuple(others), tuple(differences))


def _note_years(page: Page, values: list[Figures]) -> None:
    for each in values:
        if each.year is None:
            page.error(
                "fiscal_year",
                (each.row, each.place),
                f"「{quoted(each.words)}」の列がどの年度のものか読み取れません。"
                "見出しに年度(例 令和元年度)を書いてください。",
                found=each.words,
                expected="年度のある見出し",
            )


def _note_repeated(page: Page, values: list[Figures]) -> None:
    seen: set[tuple[int | None, str | None]] = set()
    for each in values:
        if each.year is not None and (each.year, each.scenario) in seen:
            page.error(
                "damaged_heading",
                (each.row, each.place),
                f"「{quoted(each.words)}」と同じ年度・同じ区分の列が2つあります。"
                "見出しの年度と決算値・目標値の別を確かめてください。",
                found=each.words,
                expected="列ごとに違う年度または区分",
            )
        seen.add((each.year, each.scenario))


def _actual(heading: Heading, values: list[Figures]) -> Figures | None:
    """The column that differences start from, else the newest result."""
    marks = [f.compares[0] for f in heading.figures if f.compares]
    started = [f for f in values if f.mark and f.mark in marks and f.scenario == "actual"]
    results = [f for f in values if f.scenario == "actual"]
    if started:
        return max(started, key=lambda f: marks.count(f.mark or ""))
    return max(results, key=lambda f: f.year or 0, default=None)


def _compared(heading: Heading, values: list[Figures], actual: Figures) -> list[Figures]:
    marks = {f.compares[1] for f in heading.figures if f.compares and f.compares[0] == actual.mark}
    return [f for f in values if f.mark in marks]


def _candidates(values: list[Figures], actual: Figures) -> dict[str, list[Figures]]:
    """Columns that may be baseline, target and next target, the likeliest first."""
    year = actual.year or 0
    by_year = sorted(values, key=lambda f: f.year or 0)
    targets = [f for f in by_year if f.scenario == "target"]
    return {
        "baseline_actual": [f for f in by_year if f.scenario == "actual" and f != actual],
        "target": [f for f in targets if f.year == year],
        "next_target": [f for f in targets if (f.year or 0) > year],
    }


def _differences(
    page: Page, heading: Heading, values: list[Figures], named: Mapping[str, Figures]
) -> list[Difference]:
    by_mark = {f.mark: f for f in values if f.mark}
    roles = {f: name for name, f in named.items()}
    found: list[Difference] = []
    for each in (f for f in heading.figures if f.comparison):
        marked = [by_mark.get(m) for m in each.compares or ()]
        minuend, subtrahend = marked if len(marked) == 2 else (None, None)
        if minuend is None or subtrahend is None:
            minuend, subtrahend = named["actual"], _said(each, values, named)
            _note_marks(page, each, subtrahend)
        if subtrahend is None:
            continue
        role = roles.get(subtrahend, "").removesuffix("_actual")
        lands = minuend == named["actual"] and role in ("baseline", "target", "next_target")
        taken = {d.measure for d in found}
        measure = f"reported_vs_{role}"
        found.append(
            Difference(
                each, minuend, subtrahend, measure if lands and measure not in taken else None
            )
        )
    return found


def _said(each: Figures, values: list[Figures], named: Mapping[str, Figures]) -> Figures | None:
    """The column a comparison names by year and scenario: 平成28年 決算と比較, 対前年度増減."""
    if "前年" in each.words and each.year is None:
        before = (named["actual"].year or 0) - 1
        return next((f for f in values if (f.scenario, f.year) == ("actual", before)), None)
    meant = [
        f
        for f in values
        if f != named["actual"]
        and each.scenario in (None, f.scenario)
        and each.year in (None, f.year)
        and (each.scenario, each.year) != (None, None)
    ]
    return meant[0] if len(meant) == 1 else None


def _note_marks(page: Page, each: Figures, subtrahend: Figures | None) -> None:
    """A comparison whose marks stand over no column."""
    if subtrahend is None and each.compares:
        page.error(
            "missing_heading",
            (each.row, each.place),
            f"「{quoted(each.words)}」が比べる列が見当たりません。列を削らず、決算値・目標値の"
            "見出しに①～④の番号を残してください。",
            found=each.words,
            expected="比べる2つの列の番号",
        )
    elif subtrahend is None:
        page.note_unknown_column((each.row, each.place), quoted(each.words))
    elif each.compares:
        page.warn(
            "damaged_heading",
            (each.row, each.place),
            f"「{quoted(each.words)}」の番号の列が見当たりません。「{quoted(subtrahend.words)}」"
            "との差として読みました。決算値・目標値の見出しの番号を戻してください。",
            found=each.words,
            expected="比べる2つの列の番号",
        )


def _note_missing(
    page: Page, heading: Heading, named: Mapping[str, Figures], differences: list[Difference]
) -> None:
    """Warn of columns that a plan table has; a table of the plan's last year lacks the next.

    A table that prints no difference at all lacks nothing: they can be computed.
    """
    landed = {d.measure for d in differences}
    row = max(f.row for f in heading.figures)
    before = max(heading.names.values())
    for column in page.layout.columns:
        if column.name in named:
            before = named[column.name].place
        elif column.group == "figures" and column.kind == "money" and column.name not in landed:
            compared = column.formula.text.split(" - ") if column.formula else []
            if not compared or (differences and all(name in named for name in compared)):
                _note_column(page, column, (row, before + 1))
        elif column.name in landed:
            before = next(d.figures.place for d in differences if d.measure == column.name)


def _note_column(page: Page, column: Column, place: tuple[int, int]) -> None:
    page.warn(
        "missing_heading",
        place,
        f"計画表に「{column.title}」の列が見当たりません。列を削っていないか、見出しの年度と"
        "決算値・目標値の別を確かめてください。",
        expected=column.title,
    )
