"""債権管理推進シート as the marts know it: years of results and of targets (domain §3)."""

from collections.abc import Sequence

from exports.desks.sheets.model import Cell, Kind, Sheet, Table, figure, heading, label
from exports.marts import Marts, Row
from terms.codes import class_label
from terms.years import fiscal_year_label

TITLE = "債権管理推進シート"
YEARS = 5  # of results; and as many of targets

Line = tuple[str, str, Kind]  # what it is called, its column and kind

_RESULTS: dict[str, tuple[Line, ...]] = {
    group: (
        ("調定額", f"assessed{part}", "money"),
        ("収入済額", f"collected{part}", "money"),
        ("収納率", f"rate{part}_pct", "percent"),
    )
    for group, part in (("現年", "_current"), ("滞納繰越", "_prior"), ("計", ""))
}
_TARGETS: dict[str, tuple[Line, ...]] = {
    "現年": (("収納率", "rate_current_pct", "percent"),),
    "滞納繰越": (("収納率", "rate_prior_pct", "percent"),),
    "": (("収入未済の目標額", "uncollected_target", "money"),),
}
_DEBTORS = {"世帯": "滞納世帯数（世帯）", "件": "滞納件数（件）"}
_WIDTHS = (14.0, 24.0, *[18.0] * YEARS)


def sheets(marts: Marts, fiscal_year: int, claim_number: str | None = None) -> tuple[Sheet, ...]:
    """A sheet for each claim with results of the year, or for the one asked for."""
    newest = marts.of(
        "mart_settlement",
        "fiscal_year = ? and coalesce(claim_number = ?, true)"
        " order by claim_number nulls last, claim_key",
        fiscal_year,
        claim_number,
    )
    return tuple(_sheet(marts, row, fiscal_year) for row in newest)


def _sheet(marts: Marts, newest: Row, fiscal_year: int) -> Sheet:
    first = fiscal_year - YEARS + 1
    of_claim = "claim_key = ? and fiscal_year between ? and ? order by fiscal_year"
    results = marts.of("mart_settlement", of_claim, newest["claim_key"], first, fiscal_year)
    targets = marts.of(
        "mart_settlement_target",
        of_claim,
        newest["claim_key"],
        fiscal_year + 1,
        fiscal_year + 2 * YEARS,
    )
    wanted = [int(str(row["fiscal_year"])) for row in targets[:YEARS]]
    whole: tuple[Line, ...] = (
        ("不納欠損額", "written_off", "money"),
        ("収入未済額計", "uncollected", "money"),
        (_DEBTORS.get(str(newest["debtor_unit"]), "滞納者数（人）"), "debtors", "count"),
    )
    return Sheet(
        name=str(newest["claim_number"] or newest["claim_name"]),
        title=TITLE,
        widths=_WIDTHS,
        tables=(
            _header(newest),
            _outline(newest),
            _years(
                "直近5か年の収納状況",
                range(first, fiscal_year + 1),
                results,
                {**_RESULTS, "": whole},
                str(newest["scope_note"] or ""),
            ),
            _years("目標", wanted, targets, _TARGETS),
        ),
        pages=1,
    )


def _header(row: Row) -> Table:
    cells = (
        label("債権名"), Cell(str(row["claim_name"]), across=3),
        label("所管課"), Cell(str(row["department"] or ""), across=2),
    )  # fmt: skip
    return Table("", (), (cells,))


def _outline(row: Row) -> Table:
    limitation = row["limitation_years"]
    cells = (
        label("債権区分"), Cell(class_label(str(row["claim_classes"] or "")), across=3),
        label("時効期間"), Cell(f"{limitation}年" if limitation else "", across=2),
    )  # fmt: skip
    return Table("債権の概要", (), (cells,))


def _years(
    caption: str,
    years: Sequence[int],
    rows: Sequence[Row],
    groups: dict[str, tuple[Line, ...]],
    note: str = "",
) -> Table:
    """Fiscal years across, and what ``groups`` lists below them."""
    by_year = {row["fiscal_year"]: row for row in rows}
    blank = [heading("")] * (YEARS - len(years))
    head = (
        heading("区分", 2),
        *(heading(f"{fiscal_year_label(year)}\n（{year}年度）") for year in years),
        *blank,
    )
    body = []
    for group, lines in groups.items():
        for n, (name, column, kind) in enumerate(lines):
            named = [label(group, down=len(lines)), label(name)] if group else [label(name, 2)]
            cells = [figure(by_year.get(year, {}).get(column), kind) for year in years]
            unused = [Cell(None)] * len(blank)
            body.append((*(named[1:] if group and n else named), *cells, *unused))
    return Table(caption, (head,), tuple(body), "円", note)
