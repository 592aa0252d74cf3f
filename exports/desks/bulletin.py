"""The monthly bulletin for the city's own staff (庁内情報紙): balances against targets, outlook.

It names every claim with its figures, few debtors or many: it is never public.
"""

from collections.abc import Callable, Container, Sequence
from datetime import date
from pathlib import Path

from exports.desks.sheets.model import (
    Cell,
    Document,
    Sheet,
    Table,
    figure,
    label,
    listed,
    shown,
    words,
)
from exports.marts import Marts, Row, reading, whole
from exports.press.drawing import DARK, TARGET, Bar, Drawing
from exports.report.charts import unit_for, wrapped
from exports.report.completeness import Form
from exports.report.settings import City, ReportSettings
from terms.years import fiscal_year_label, japanese_date, year_earlier

TITLE = "未収金 庁内情報紙"
# The departments in the order of their first claims, then the city; each with its outlook.
_TOTALS = """
select
    total.claims, total.balance, total.change, total.target_balance,
    outlook.expected_balance, outlook.expected_balance_low, outlook.expected_balance_high,
    outlook.target_balance as expected_target, outlook.expected_above_target,
    outlook.is_off_target, outlook.is_target_in_interval,
    total.dimension = 'city' as is_city,
    case
        when is_city then '市全体' else coalesce(nullif(total.member, ''), '所属未登録')
    end as name
from marts.mart_balance_total as total
left join marts.mart_outlook_total as outlook
    using (municipality_code, as_of, dimension, member)
left join (
    select municipality_code, as_of, department as member, min(claim_number) as first_claim
    from marts.mart_balance_report
    group by all
) as led using (municipality_code, as_of, member)
where municipality_code = $city and as_of = $as_of and dimension in ('department', 'city')
order by is_city, coalesce(first_claim, ''), member
"""

Column = tuple[str, Callable[[Row], Cell]]  # of a table of rows

MOVERS = 5  # of the largest increases, and of the decreases


def document(
    generation: Path, issue: date, city: City, arrived: Container[Form] = ()
) -> Document | None:
    """The bulletin of ``issue`` (the 1st of a month): the newest balances of before.

    ``arrived`` are forms that have come since the generation was made: nobody owes them. None
    where no balance report of before is known.
    """
    settings = city.settings
    with reading(generation, city.municipality_code) as marts:
        days = marts.of("mart_balance_report", "as_of <= ? order by as_of desc limit 1", issue)
        if not days:
            return None
        as_of = days[0]["as_of"]
        assert isinstance(as_of, date)  # noqa: S101 - the column is a DATE
        overdue = [row for row in _overdue(marts, issue) if _form(row) not in arrived]
        sheets = (*_sheets(marts, as_of, settings), _missing(overdue))
    return Document(
        title=f"{TITLE}　{issue.year}年{issue.month}月号",
        author=settings.publisher,
        running=f"{settings.municipality_name}　{TITLE}　{issue.year}年{issue.month}月号　庁内用",
        issued=issue,
        sheets=sheets,
        flows=True,
        minus_sign=settings.minus_sign,
    )


def _sheets(marts: Marts, as_of: date, settings: ReportSettings) -> tuple[Sheet, ...]:
    claims = marts.of("mart_balance_report", "as_of = ? order by claim_number", as_of)
    off_target = marts.of(
        "mart_outlook",
        "as_of = ? and is_off_target order by expected_above_target desc, claim_number",
        as_of,
    )
    return (
        _departments(as_of, marts.named(_TOTALS, as_of=as_of), settings),
        _movers(claims, settings.unit),
        _off_target(off_target, settings.unit),
    )


def _departments(as_of: date, totals: Sequence[Row], settings: ReportSettings) -> Sheet:
    table = listed(
        _COLUMNS,
        totals,
        f"{japanese_date(as_of)}現在",
        unit=settings.unit,
        note="推計は過年度の同じ基準日から年度末までの減り方によるもので、10回に8回は下限と上限の間に"
        "入ると見込む。— は数値がないこと、または比べられないことを表す。",
    )
    widths = (24.0, 8.0, *[14.0] * 7, 32.0)
    *departments, city = totals
    lead = _lead(as_of, city, settings)
    chart = _outlook_chart(departments, settings.minus_sign)
    return Sheet("所属別", "所属別の残高と年度末の見込み", widths, (table,), lead, chart=chart)


def _outlook_chart(departments: Sequence[Row], minus_sign: str) -> Drawing | None:
    """Where each department will stand at year-end, beside its target."""
    foreseen = [
        (str(row["name"]), expected, whole(row["expected_target"]))
        for row in departments
        if (expected := whole(row["expected_balance"])) is not None
    ]
    if not foreseen:
        return None
    unit = unit_for((expected for _, expected, _ in foreseen), 4, minus_sign)
    told = "、".join(f"{name}{unit.written(expected)}{unit.name}" for name, expected, _ in foreseen)
    return Drawing(
        name="chart-outlook",
        title="所属別の年度末の推計残高と目標",
        unit=unit.name,
        description=f"年度末の推計残高を所属ごとに表す棒グラフ。{told}。目標を縦線で示す。",
        bars=[
            Bar(wrapped(name), (("年度末の推計残高", expected),), unit.written(expected), target)
            for name, expected, target in foreseen
        ],
        colours={"年度末の推計残高": DARK, "目標": TARGET},
        names_width=128,
        pitch=32,
        shown_width=64,
    )


def _amount(name: str, column: str) -> Column:
    return name, lambda row: figure(row[column], "money", strong=bool(row["is_city"]))


_COLUMNS: tuple[Column, ...] = (
    ("所属", lambda row: words(row["name"], "label")),
    ("債権数", lambda row: figure(row["claims"], "count")),
    _amount("残高", "balance"),
    _amount("前年同月末\nからの増減", "change"),
    _amount("当年度目標", "target_balance"),
    _amount("年度末の\n推計残高", "expected_balance"),
    _amount("推計の下限", "expected_balance_low"),
    _amount("推計の上限", "expected_balance_high"),
    _amount("推計と\n目標の差", "expected_above_target"),
    ("年度末の見込み", lambda row: Cell(_foreseen(row))),
)


def _foreseen(outlook: Row) -> str:
    """What the outlook says of the target, and how surely."""
    if outlook["is_off_target"] is None:
        return "推計なし" if outlook["expected_balance"] is None else "目標なし"
    words = "目標に届かない見込み" if outlook["is_off_target"] else "目標達成の見込み"
    return f"{words}（幅の中）" if outlook["is_target_in_interval"] else words


def _lead(as_of: date, city: Row, settings: ReportSettings) -> tuple[str, ...]:
    def money(value: object) -> str:
        amount = abs(value) if isinstance(value, int) else None
        return shown(Cell(amount, "money"), settings.unit, "") + settings.unit

    said = [f"{japanese_date(as_of)}現在の市の未収金残高は{money(city['balance'])}です。"]
    if isinstance(change := city["change"], int):
        moved = f"{money(change)}{'増え' if change > 0 else '減り'}ました" if change else "同額です"
        said.append(f"前年の同じ日と比べて{moved}。")
    if city["expected_balance"] is not None:
        said.append(f"年度末の残高は{money(city['expected_balance'])}と推計します。")
    if isinstance(above := city["expected_above_target"], int):
        apart = f"{money(above)}{'上回る' if above > 0 else '下回る'}" if above else "ちょうど"
        said.append(f"目標の{money(city['expected_target'])}を{apart}見込みです。")
    return ("".join(said),)


def _movers(claims: Sequence[Row], unit: str) -> Sheet:
    """The claims that rose and fell most since the same day last year."""
    changed = [(change, row) for row in claims if (change := whole(row["change"]))]
    changed.sort(key=lambda each: (-each[0], each[1]["claim_number"]))
    risen = [row for change, row in changed if change > 0][:MOVERS]
    fallen = [row for change, row in reversed(changed) if change < 0][:MOVERS]
    tables = tuple(
        _claims(caption, rows, unit, (
            ("残高", "balance"), ("前年同月末残高", "balance_last_year"), ("増減額", "change"),
            ("当年度目標", "target_balance"),
        ))
        for caption, rows in (("増えた債権", risen), ("減った債権", fallen))
        if rows
    )  # fmt: skip
    lead = () if tables else ("前年の同じ日と比べられる債権はありません。",)
    return Sheet("増減", f"前年同月末からの増減（大きい順に{MOVERS}件まで）", _WIDE, tables, lead)


def _off_target(rows: Sequence[Row], unit: str) -> Sheet:
    columns = (
        ("残高", "balance"), ("年度末の推計残高", "expected_balance"),
        ("当年度目標", "target_balance"), ("目標を超える額", "expected_above_target"),
    )  # fmt: skip
    tables = (_claims("推計が目標を超える債権", rows, unit, columns),) if rows else ()
    lead = () if rows else ("年度末に目標を超える見込みの債権はありません。",)
    return Sheet("目標超過の見込み", "年度末に目標を超える見込みの債権", _WIDE, tables, lead)


_WIDE = (9.0, 34.0, 24.0, *[18.0] * 4)


def _claims(
    caption: str, rows: Sequence[Row], unit: str, columns: Sequence[tuple[str, str]]
) -> Table:
    return listed((*_CLAIM, *(_money(*column) for column in columns)), rows, caption, unit=unit)


_CLAIM: tuple[Column, ...] = (
    ("債権番号", lambda row: words(row["claim_number"], "code")),
    ("債権名", lambda row: words(row["claim_name"], "label")),
    ("所属", lambda row: words(row["department"])),
)


def _money(name: str, column: str) -> Column:
    return name, lambda row: figure(row[column], "money")


def _overdue(marts: Marts, issue: date) -> list[Row]:
    """What should have been handed in within the year before, and was not."""
    return marts.of(
        "mart_collection_status",
        "collection_status = 'missing' and due_on < ? and due_on >= ?"
        " order by due_on, form, claim_number",
        issue,
        year_earlier(issue),
    )


def _form(row: Row) -> Form:
    speaks_of = row["as_of"] or row["fiscal_year"]
    assert isinstance(speaks_of, int | date)  # noqa: S101 - the columns are INTEGER and DATE
    return str(row["form"]), str(row["claim_number"]), speaks_of


def _missing(rows: Sequence[Row]) -> Sheet:
    title = "期限を過ぎて提出されていない様式"
    if not rows:
        none = "この1年に期限の来た様式に、未提出はありません。"
        return Sheet("未提出", title, _FEW, (), (none,))
    table = listed(_OVERDUE, rows, "未提出の様式")
    return Sheet("未提出", title, _FEW, (table,))


def _collected(row: Row) -> str:
    """調書（令和7年度） or 残高報告（令和8年7月31日現在）."""
    if row["as_of"] is None:
        return f"調書（{fiscal_year_label(int(str(row['fiscal_year'])))}）"
    return f"残高報告（{_day(row['as_of'])}現在）"


def _day(value: object) -> str:
    return japanese_date(value) if isinstance(value, date) else ""


_FEW = (24.0, 24.0, 10.0, 36.0, 36.0, 18.0)
_OVERDUE: tuple[Column, ...] = (
    ("所属", lambda row: label(str(row["department"] or "所属未登録"))),
    ("担当", lambda row: words(row["section"])),
    ("債権番号", lambda row: words(row["claim_number"], "code")),
    ("債権名", lambda row: words(row["claim_name"])),
    ("様式", lambda row: Cell(_collected(row))),
    ("提出期限", lambda row: Cell(_day(row["due_on"]))),
)
