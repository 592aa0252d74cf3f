"""What the steps of the year leave behind: blank forms to hand out, and papers that stay.

`internal/year/<fiscal year>/<step>/` is written once and never again: a freeze or a lock is a
folder that nobody changes, with its hash in the audit log.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from exports.desks.collection import Changed
from exports.press.files import SUMS, move_folder, sha256, stage_folder, sums
from services.arguments import municipality_or_only
from services.as_of import NeverKnownError
from services.calendar import BALANCE_REPORTS, STEPS, Calendar, as_of_dates
from services.desks.entrance import desks
from services.formats import to_xlsx
from services.home import Home
from services.intake.handouts import Blank, handout
from services.query import Table, ask, saved
from services.records import audit

# Each paper: the name of its file, and a query with {year} for the step's fiscal year, or the name
# of a saved question.
PAPERS: Mapping[str, Mapping[str, str]] = {
    "freeze": {
        "決算見込": "from 財政.年度末の見込み where 年度 = {year} - 1 "
        "qualify 基準日 = max(基準日) over () order by 債権整理番号",
        "提出済みの決算": "from 財政.未収金の推移 where 年度 = {year} - 1 and 区分 = '実績' "
        "order by 債権整理番号, 基準日",
        "繰越額の照合": "from 財政.繰越額の照合 where 年度 = {year} - 1 order by 債権整理番号",
    },
    "lock_targets": {
        "全市目標": "from 財政.全市目標 where 年度 in ({year}, {year} + 1) order by all",
        "債権別の目標": "from 財政.未収金の推移 where 年度 in ({year}, {year} + 1) "
        "and 区分 in ('当初目標', '修正目標') order by 債権整理番号, 年度, 区分",
    },
    "limitation": {
        "時効期間を経過した債権": "expired_claims",
        "時効期間が満了しうる債権": "limitation_ending",
    },
    "extra_hearings": {
        "残高の減らない債権": "not_falling_balances",
        "年度末に目標を超える見込みの債権": "outlook_off_target",
    },
}
# The figures of a step that hold from then on: which (four columns), in words, and how much.
FIXED: Mapping[str, str] = {
    "freeze": "select 自治体コード, 年度, '決算見込', 債権整理番号, "
    "concat_ws(' ', 債権整理番号, 債権名), 推計残高 "
    "from 財政.年度末の見込み where 年度 = {year} - 1 qualify 基準日 = max(基準日) over ()",
    "lock_targets": "select 自治体コード, 年度, 区分, 債権整理番号, "
    "concat_ws(' ', 債権整理番号, 債権名), 未収金残高 "
    "from 財政.未収金の推移 where 年度 in ({year}, {year} + 1) "
    "and 区分 in ('当初目標', '修正目標') "
    "union all "
    "select 自治体コード, 年度, 目標の種別, cast(目標の順番 as varchar), '全市', 目標残高 "
    "from 財政.全市目標 where 年度 in ({year}, {year} + 1)",
}
YEAR = "[0-9]" * 4
ANNUAL, INTERIM = "調書", "残高報告"


def keep(home: Home, step: str, year: int, at: datetime) -> Path:
    """The folder of a step, written where it is not there yet, and noted. Raises Stop."""
    make = hand_outs if step.startswith("hand_out") else papers
    with desks(home) as internal:
        folder = internal / "year" / str(year) / step
        if folder.exists():
            return folder
        files = make(home, step, year)
        files[SUMS] = sums(files)
        aside = folder.with_name(f".{step}.new")
        stage_folder(aside, files)
        move_folder(aside, folder)
    audit.note(home, at, step, fiscal_year=year, content_hash=sha256(files[SUMS]))
    return folder


def papers(home: Home, step: str, year: int) -> dict[str, bytes]:
    """The papers of a step as workbooks, as known when its day began: a late run says the same."""
    name = next(name for name in PAPERS if step.startswith(name))
    eve = _eve(home, step, year)
    return {
        f"{title}.xlsx": to_xlsx(_as_known(home, _query(home, told, year), eve))
        for title, told in PAPERS[name].items()
    }


def changed(home: Home) -> list[Changed]:
    """The figures of the newest freeze and lock that are told otherwise today, or no more.

    What came in addition is no change: the settlement after the freeze, the next year's targets.
    """
    found = []
    for step, told in FIXED.items():
        kept = [int(folder.parent.name) for folder in home.internal.glob(f"year/{YEAR}/{step}")]
        if not kept:
            continue
        sql = told.format(year=max(kept))
        now = {row[:4]: row[-1] for row in ask(home, sql).rows}
        for row in _as_known(home, sql, _eve(home, step, max(kept))).rows:
            _, year, kind, _, claim, before = row
            if (after := now.get(row[:4])) != before:
                found.append(Changed(claim, year, kind, STEPS[step].title, before, after))
    return sorted(found, key=lambda each: (each.claim, each.fiscal_year, each.kind))


def hand_outs(home: Home, step: str, year: int) -> dict[str, bytes]:
    """The blank forms of a collection, prefilled: one a claim, or one a department; and a list."""
    code = municipality_or_only(home, None)
    as_of = _as_of(step, year)
    form_year = year if as_of else year - 1
    expected = ask(
        home,
        """
        select department, claim_number, claim_name, due_on from mart_collection_status
        where municipality_code = ? and fiscal_year = ? and as_of is not distinct from ?
        order by department, claim_number
        """,
        [code, form_year, as_of],
    ).rows
    files: dict[str, bytes] = {}
    listed: list[tuple[object, ...]] = []
    departments = list(dict.fromkeys(row[0] for row in expected))
    for department, number, claim, due_on in expected:
        if as_of is None:
            name = f"{ANNUAL}_{number}.xlsx"
            files[name], _ = handout(home, Blank("annual", code, form_year, claim=number))
        else:
            # By number: the name of a department is no name of a file.
            name = f"{INTERIM}_{departments.index(department) + 1:02}.xlsx"
            if name not in files:
                files[name], _ = handout(
                    home, Blank("interim", code, as_of=as_of, department=department)
                )
        listed.append((name, department, number, claim, due_on.isoformat()))
    headings = ("ファイル", "所属", "債権整理番号", "債権名", "提出期限")
    return files | {"一覧.xlsx": to_xlsx(Table(headings, listed))}


def _as_of(step: str, year: int) -> date | None:
    """Which balances a hand-out asks for; None for the annual form."""
    days = zip(BALANCE_REPORTS, as_of_dates(year), strict=True)
    return next((day for report, day in days if step.endswith(f"_{report.name}")), None)


def _query(home: Home, told: str, year: int) -> str:
    return told.format(year=year) if " " in told else saved(home, told)


def _eve(home: Home, step: str, year: int) -> date:
    """The day whose end a step looks at."""
    return Calendar.of(home).day_of(step, year) - timedelta(days=1)


def _as_known(home: Home, sql: str, day: date) -> Table:
    try:
        return ask(home, sql, as_of=day.isoformat())
    except NeverKnownError:  # it tells of today only
        return ask(home, sql)
