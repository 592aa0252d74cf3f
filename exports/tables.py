"""The report as open data: rows and columns shared by CSV and XLSX, and the CSV itself.

The rules are the Ministry of Internal Affairs' for machine-readable tables: one table, one
datum a cell, numbers bare with the unit in the heading, ISO dates, codes beside names. What is
missing is empty and the column ``…_欠測理由`` beside it says why; zero is 0.
"""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from exports.japanese import TARGET_LABELS, class_label
from exports.model import MONEY, RATES, ClaimLine, Report, TotalLine

Datum = str | int | Decimal | date | None
TableRow = dict[str, Datum]

SUPPRESSED_REASON = "債務者が少ないため秘匿"
DIMENSIONS = {"claim": "債権", "class": "債権区分", "department": "所属", "city": "市全体"}

# Spreadsheets take text with these in front for a formula; Japanese ones the wide forms too.
FORMULA_STARTS = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
_NOT_IN_A_CELL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


@dataclass(frozen=True)
class Column:
    """A heading and what it means, for the dictionary."""

    name: str
    meaning: str


def _money_column(key: str) -> str:
    return f"{MONEY[key]}_円"


def _rate_column(key: str) -> str:
    return f"{RATES[key]}_パーセント"


FIGURE_COLUMNS = (
    Column(_money_column("previous_settlement_balance"), "前年度の決算における残高（円）"),
    Column("前年度決算残高_欠測理由", "前年度決算残高が空欄である理由"),
    Column(_money_column("target_balance"), "当年度末の目標残高（円）"),
    Column("目標残高_欠測理由", "目標残高が空欄である理由"),
    Column(_money_column("balance_current"), "基準日の残高のうち現年度分（円）"),
    Column(_money_column("balance_prior"), "基準日の残高のうち過年度分（円）"),
    Column(_money_column("balance"), "基準日の残高（円）。現年度分と過年度分の計"),
    Column("残高_欠測理由", "基準日の残高が空欄である理由"),
    Column(_money_column("balance_last_year"), "前年の同じ基準日の残高（円）"),
    Column(_money_column("change"), "残高から前年同月末残高を差し引いた額（円）"),
    Column("前年同月末_欠測理由", "前年同月末残高と増減額が空欄である理由"),
    Column(_rate_column("collection_rate_current_pct"), "現年度分の調定額に対する徴収額の割合"),
    Column(_rate_column("collection_rate_prior_pct"), "過年度分の調定額に対する徴収額の割合"),
    Column(_rate_column("collection_rate_pct"), "調定額の計に対する徴収額の計の割合"),
    Column("徴収率_欠測理由", "徴収率が空欄である理由"),
    Column("注記", "数値についての注記"),
)
_PLACE = (
    Column("団体コード", "全国地方公共団体コード（6桁）"),
    Column("団体名", "地方公共団体の名称"),
    Column("基準日", "残高の基準日（西暦）"),
    Column("年度", "会計年度（4月から翌年3月まで）の始まる年（西暦）"),
)
_CLASS = (
    Column(
        "債権区分コード",
        "enforceable:強制徴収公債権 non_enforceable:非強制徴収公債権 private:私債権。"
        "複数の区分にわたるときは+でつなぐ",
    ),
    Column("債権区分", "債権区分の名称"),
)
_DEPARTMENT = (Column("所属", "債権を所管する所属の名称"),)
_CLAIM = (
    Column("債権番号", "債権整理番号（3桁）"),
    Column("債権名", "債権の名称"),
)
_TARGET_KIND = (
    Column("目標の種類コード", "initial_target:当初目標 revised_target:修正目標"),
    Column("目標の種類", "目標の種類の名称"),
)
_COUNT = (Column("債権数", "合計に含まれる債権の数"),)
_DIMENSION = (
    Column("集計区分コード", "claim:債権 class:債権区分 department:所属 city:市全体"),
    Column("集計区分", "行が何の数値であるか。合計の行を足し合わせると重複する"),
)

CSV_COLUMNS = (
    *_PLACE, *_DIMENSION, *_CLAIM, *_CLASS, *_DEPARTMENT, *_COUNT, *_TARGET_KIND, *FIGURE_COLUMNS
)  # fmt: skip
SHEETS = {
    "債権別": (*_PLACE, *_CLAIM, *_CLASS, *_DEPARTMENT, *_TARGET_KIND, *FIGURE_COLUMNS),
    "区分別": (*_PLACE, *_CLASS, *_COUNT, *FIGURE_COLUMNS),
    "所属別": (*_PLACE, *_DEPARTMENT, *_COUNT, *FIGURE_COLUMNS),
    "全市": (*_PLACE, *_COUNT, *FIGURE_COLUMNS),
}


def sheet_rows(report: Report) -> dict[str, list[TableRow]]:
    """The rows of each sheet of ``SHEETS``, text already made safe."""
    return {
        "債権別": [_claim_row(report, line) for line in report.claims],
        "区分別": [_total_row(report, line) for line in report.classes],
        "所属別": [_total_row(report, line) for line in report.departments],
        "全市": [_total_row(report, report.city)],
    }


def csv_bytes(report: Report) -> bytes:
    """``report.csv``: UTF-8 with BOM, CRLF, exact yen; claims first, then the totals."""
    text = io.StringIO(newline="")
    names = [column.name for column in CSV_COLUMNS]
    writer = csv.DictWriter(text, names, restval="", extrasaction="raise", lineterminator="\r\n")
    writer.writeheader()
    for rows in sheet_rows(report).values():
        writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def safe_text(text: str) -> str:
    """Text for a cell: on one line, and never taken for a formula."""
    guarded = f"'{text}" if text.startswith(FORMULA_STARTS) else text
    return _NOT_IN_A_CELL.sub(" ", guarded)


def _claim_row(report: Report, line: ClaimLine) -> TableRow:
    return {
        **_place(report, "claim"),
        "債権番号": safe_text(line.claim_number),
        "債権名": safe_text(line.claim_name),
        **_class_columns(line.claim_classes),
        "所属": safe_text(line.department),
        "債権数": 1,
        "目標の種類コード": line.target_kind,
        "目標の種類": TARGET_LABELS.get(line.target_kind) if line.target_kind else None,
        **_figure_columns(line, _CLAIM_REASONS),
        "注記": safe_text(line.note) if line.note else None,
    }


def _total_row(report: Report, total: TotalLine) -> TableRow:
    return {
        **_place(report, total.dimension),
        **(_class_columns(total.member) if total.dimension == "class" else {}),
        **({"所属": safe_text(total.label)} if total.dimension == "department" else {}),
        "債権数": total.claims,
        **_figure_columns(total, _total_reasons(total)),
        "注記": None,
    }


def _place(report: Report, dimension: str) -> TableRow:
    return {
        "団体コード": report.municipality_code,
        "団体名": safe_text(report.settings.municipality_name),
        "基準日": report.as_of,
        "年度": report.fiscal_year,
        "集計区分コード": dimension,
        "集計区分": DIMENSIONS[dimension],
    }


def _class_columns(claim_classes: str) -> TableRow:
    return {
        "債権区分コード": safe_text(claim_classes.replace(",", "+")),
        "債権区分": safe_text(class_label(claim_classes)),
    }


@dataclass(frozen=True)
class _Reasons:
    settlement: str
    target: str
    last_year: str
    change: str


_CLAIM_REASONS = _Reasons(
    "前年度の決算なし",
    "目標なし",
    "前年同月末の報告なし",
    "残高の締めが前年から変わったため増減額は算出せず",
)


def _total_reasons(total: TotalLine) -> _Reasons:
    return _Reasons(
        f"前年度の決算がない債権{total.claims_without_settlement}件を含むため算出せず",
        f"目標のない債権{total.claims_without_target}件を含むため算出せず",
        f"前年同月末の報告がない債権{total.claims_without_last_year}件を含むため算出せず",
        f"残高の締めの変わった債権{total.claims_with_basis_break}件を含むため増減額は算出せず",
    )


def _figure_columns(line: ClaimLine | TotalLine, reasons: _Reasons) -> TableRow:
    figures = line.figures

    def why(reason: str, *columns: str) -> str | None:
        if line.hidden.intersection(columns):
            return SUPPRESSED_REASON
        missing = any(getattr(figures, column) is None for column in columns)
        return reason if missing else None

    return {
        **{_money_column(key): figures.money(key) for key in MONEY},
        **{_rate_column(key): figures.rate(key) for key in RATES},
        "前年度決算残高_欠測理由": why(reasons.settlement, "previous_settlement_balance"),
        "目標残高_欠測理由": why(reasons.target, "target_balance"),
        "残高_欠測理由": why("", "balance_current", "balance_prior", "balance") or None,
        "前年同月末_欠測理由": why(reasons.last_year, "balance_last_year")
        or why(reasons.change, "change"),
        "徴収率_欠測理由": why("調定額が0円のため算出できず", *RATES),
    }
