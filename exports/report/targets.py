"""The city's targets and what became of them as open data: one row a target, exact yen."""

from datetime import date
from itertools import chain

from exports.press.japanese import ATTAINED, NOT_TOLD, TARGET_LABELS
from exports.press.workbooks import safe_text
from exports.report.model import CityTarget, Report, YearEnd
from exports.report.tables import (
    MUNICIPALITY,
    TARGET_KIND,
    Column,
    TableRow,
    amount_columns,
    as_csv,
    figure_cells,
    municipality,
)
from exports.report.workbook import as_xlsx

_TARGET = {
    "target": amount_columns("目標残高", "年度末の残高の目標"),
    "target_current": amount_columns("目標残高（現年度分）", "目標残高のうち現年度分"),
    "target_prior": amount_columns("目標残高（過年度分）", "目標残高のうち過年度分"),
    "change": amount_columns("変更額", "同じ年度の前の目標との差。負は目標を厳しくしたこと"),
}
_NO_TARGET = {**dict.fromkeys(_TARGET, "内訳なし"), "change": "その年度の最初の目標"}
_ACTUAL = {
    "balance": amount_columns("実績残高", "年度末の残高の実績"),
    "balance_current": amount_columns("実績残高（現年度分）", "実績残高のうち現年度分"),
    "balance_prior": amount_columns("実績残高（過年度分）", "実績残高のうち過年度分"),
}

TARGET_COLUMNS = (
    *MUNICIPALITY,
    Column("基準日", "年度末（西暦の年月日）", "date", is_required=True),
    Column("年度", "会計年度（4月から翌年3月まで）の始まる年（西暦）", "year", is_required=True),
    Column("目標の順", "その年度の何番目の目標か", "integer", is_required=True),
    *TARGET_KIND,
    *chain(*_TARGET.values()),
    Column("変更の向き", "上方修正:目標残高を引き下げて厳しくした 下方修正:引き上げた"),
    *chain(*_ACTUAL.values()),
    Column(
        "達成状況",
        f"実績残高が目標残高以下なら達成。実績残高を秘匿したときは{NOT_TOLD}",
        enum=(*ATTAINED.values(), NOT_TOLD),
    ),
    Column("決定日", "目標を決めた日（西暦の年月日）", "date"),
    Column("会議", "目標を決めた会議"),
    Column("理由", "目標を決めた、又は改めた理由"),
)
TARGET_KEY = ("団体コード", "年度", "目標の順")


def targets_csv(report: Report) -> bytes:
    """``targets.csv``."""
    return as_csv(TARGET_COLUMNS, target_rows(report))


def targets_xlsx(report: Report) -> bytes:
    """``targets.xlsx``."""
    return as_xlsx(report, {"目標と実績": (TARGET_COLUMNS, target_rows(report))})


def target_rows(report: Report) -> list[TableRow]:
    """A row a target, by year and revision, text already made safe."""
    ends = {end.fiscal_year: end for end in report.history}
    return [
        _row(report, target, ends.get(target.fiscal_year, YearEnd(target.fiscal_year)))
        for target in report.targets
    ]


def _row(report: Report, target: CityTarget, end: YearEnd) -> TableRow:
    no_actual = "内訳なし" if end.is_settled else "決算前"
    return {
        **municipality(report),
        "基準日": date(target.fiscal_year + 1, 3, 31),
        "年度": target.fiscal_year,
        "目標の順": target.revision_no,
        "目標の種類コード": target.kind,
        "目標の種類": TARGET_LABELS.get(target.kind),
        **figure_cells(_TARGET, target, _NO_TARGET, target.hidden),
        "変更の向き": target.direction,
        **figure_cells(_ACTUAL, end, dict.fromkeys(_ACTUAL, no_actual), end.hidden),
        "達成状況": end.attainment(target),
        "決定日": target.decided_on,
        "会議": safe_text(target.meeting) or None,
        "理由": safe_text(target.reason) or None,
    }
