"""The report as open data: rows and columns shared by CSV and XLSX, and the CSV itself.

The rules are the Ministry of Internal Affairs' for machine-readable tables: one table, one
datum a cell, numbers bare with the unit in the heading, ISO dates, codes beside names. A figure
that is missing is empty and the column ``…_欠測理由`` beside it says why; zero is 0.
"""

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain

from exports.press.japanese import TARGET_LABELS
from exports.press.workbooks import safe_text
from exports.report.model import FLAGS, MONEY, RATES, ClaimLine, Flag, Report, TotalLine
from terms.codes import class_label

Datum = str | int | Decimal | date | None
TableRow = dict[str, Datum]

# True of each figure it stands at: which one is of few debtors, and which only protects another,
# would give figures away.
SUPPRESSED_REASON = "個人の特定を防ぐため秘匿"
SUPPRESSED_MEANING = (
    f"「{SUPPRESSED_REASON}」は、債務者の少ない（又は人数の分からない）債権の数値、及びその数値を"
    "ほかの数値から計算できないようにあわせて秘匿した数値に付ける。どちらであるかは示さない"
)
DIMENSIONS = {"claim": "債権", "class": "債権区分", "department": "所属", "city": "市全体"}


@dataclass(frozen=True)
class Column:
    """A heading and what it means; ``kind`` is its type in Table Schema."""

    name: str
    meaning: str
    kind: str = "string"
    is_required: bool = False
    pattern: str | None = None
    enum: tuple[str, ...] = ()


_FIGURE_MEANINGS = {
    "previous_settlement_balance": "前年度の決算における残高",
    "target_balance": "当年度末の目標残高",
    "balance_current": "基準日の残高のうち現年度分",
    "balance_prior": "基準日の残高のうち過年度分",
    "balance": "基準日の残高。現年度分と過年度分の計",
    "balance_last_year": "前年の同じ基準日の残高",
    "change": "残高から前年同月末残高を差し引いた額",
    "collection_rate_current_pct": "現年度分の調定額に対する徴収額の割合",
    "collection_rate_prior_pct": "過年度分の調定額に対する徴収額の割合",
    "collection_rate_pct": "調定額の計に対する徴収額の計の割合",
}


def amount_columns(name: str, meaning: str) -> tuple[Column, Column]:
    """Yen, and why there are none."""
    return Column(f"{name}_円", f"{meaning}（単位：円）", "integer"), _reason_column(name)


def _rate_columns(name: str, meaning: str) -> tuple[Column, Column]:
    told = f"{meaning}（単位：パーセント、小数第1位まで）"
    return Column(f"{name}_パーセント", told, "number"), _reason_column(name)


def _reason_column(name: str) -> Column:
    return Column(f"{name}_欠測理由", f"{name}が空欄である理由。{SUPPRESSED_MEANING}")


def figure_cells(
    columns: Mapping[str, tuple[Column, Column]],
    figures: object,
    reasons: Mapping[str, str],
    hidden: Collection[str] = (),
) -> TableRow:
    """Each of the figures by its key, and where it is empty the reason beside it."""
    row: TableRow = {}
    for key, (figure, reason) in columns.items():
        row[figure.name] = getattr(figures, key)
        if row[figure.name] is None:
            row[reason.name] = SUPPRESSED_REASON if key in hidden else reasons[key]
    return row


_FIGURES = {
    **{key: amount_columns(name, _FIGURE_MEANINGS[key]) for key, name in MONEY.items()},
    **{key: _rate_columns(name, _FIGURE_MEANINGS[key]) for key, name in RATES.items()},
}
FIGURE_COLUMNS = (
    *chain(*_FIGURES.values()),
    Column("注記", "数値についての注記"),
)
MUNICIPALITY = (
    Column("団体コード", "全国地方公共団体コード（6桁）", is_required=True, pattern="[0-9]{6}"),
    Column("団体名", "地方公共団体の名称", is_required=True),
)
_PLACE = (
    *MUNICIPALITY,
    Column("基準日", "残高の基準日（西暦の年月日）", "date", is_required=True),
    Column("年度", "会計年度（4月から翌年3月まで）の始まる年（西暦）", "year", is_required=True),
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
    Column("債権番号", "債権整理番号（3桁）", pattern="[0-9]{3}"),
    Column("債権名", "債権の名称"),
)
TARGET_KIND = (
    Column(
        "目標の種類コード",
        "initial_target:当初目標 revised_target:修正目標",
        enum=tuple(TARGET_LABELS),
    ),
    Column("目標の種類", "目標の種類の名称", enum=tuple(TARGET_LABELS.values())),
)
_COUNT = (Column("債権数", "行に含まれる債権の数", "integer", is_required=True),)
_DIMENSION = (
    Column(
        "集計区分コード",
        "claim:債権 class:債権区分 department:所属 city:市全体",
        is_required=True,
        enum=tuple(DIMENSIONS),
    ),
    Column(
        "集計区分",
        "行が何の数値であるか。合計の行を足し合わせると重複する",
        is_required=True,
        enum=tuple(DIMENSIONS.values()),
    ),
    Column(
        "集計対象",
        "集計区分のうちのどれか。債権は債権番号、債権区分と所属は名称",
        is_required=True,
    ),
)

CSV_COLUMNS = (
    *_PLACE, *_DIMENSION, *_CLAIM, *_CLASS, *_DEPARTMENT, *_COUNT, *TARGET_KIND, *FIGURE_COLUMNS
)  # fmt: skip
CSV_KEY = ("団体コード", "基準日", "集計区分コード", "集計対象")
SHEETS = {
    "債権別": (*_PLACE, *_CLAIM, *_CLASS, *_DEPARTMENT, *TARGET_KIND, *FIGURE_COLUMNS),
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
    """``report.csv``: exact yen; claims first, then the totals."""
    rows = [row for rows in sheet_rows(report).values() for row in rows]
    return as_csv(CSV_COLUMNS, rows)


def as_csv(columns: Sequence[Column], rows: Iterable[TableRow]) -> bytes:
    """One table in UTF-8 with BOM and CRLF."""
    text = io.StringIO(newline="")
    names = [column.name for column in columns]
    writer = csv.DictWriter(text, names, restval="", extrasaction="raise", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def municipality(report: Report) -> TableRow:
    """The columns of ``MUNICIPALITY``."""
    return {
        "団体コード": report.municipality_code,
        "団体名": safe_text(report.settings.municipality_name),
    }


def _claim_row(report: Report, line: ClaimLine) -> TableRow:
    return {
        **_place(report, "claim", line.claim_number),
        "債権番号": safe_text(line.claim_number),
        "債権名": safe_text(line.claim_name),
        **_class_columns(line.claim_classes),
        "所属": safe_text(line.department),
        "債権数": 1,
        "目標の種類コード": line.target_kind,
        "目標の種類": TARGET_LABELS.get(line.target_kind) if line.target_kind else None,
        **figure_cells(_FIGURES, line.figures, _claim_reasons(line), line.hidden),
        "注記": safe_text(line.note) if line.note else None,
    }


def _total_row(report: Report, total: TotalLine) -> TableRow:
    return {
        **_place(report, total.dimension, total.label),
        **(_class_columns(total.member) if total.dimension == "class" else {}),
        **({"所属": safe_text(total.label)} if total.dimension == "department" else {}),
        "債権数": total.claims,
        **figure_cells(_FIGURES, total.figures, _total_reasons(total), total.hidden),
        "注記": None,
    }


def _place(report: Report, dimension: str, member: str) -> TableRow:
    return {
        **municipality(report),
        "基準日": report.as_of,
        "年度": report.fiscal_year,
        "集計区分コード": dimension,
        "集計区分": DIMENSIONS[dimension],
        "集計対象": safe_text(member),
    }


def _class_columns(claim_classes: str) -> TableRow:
    return {
        "債権区分コード": safe_text(claim_classes.replace(",", "+")),
        "債権区分": safe_text(class_label(claim_classes)),
    }


# A rate of more digits than the marts hold is none, too.
_NO_RATE = dict.fromkeys(RATES, "調定額が0円であるか徴収額に比べて小さすぎるため算出せず")


def _claim_reasons(line: ClaimLine) -> dict[str, str]:
    """Why each figure of a claim may be empty."""
    return _reasons((flag, flag.reason) for flag in FLAGS if flag.of(line))


def _total_reasons(total: TotalLine) -> dict[str, str]:
    """Why each figure of a total may be empty."""
    return _reasons(
        (flag, f"{flag.claims}{count}件を含むため{flag.outcome}")
        for flag in FLAGS
        if (count := flag.counted(total))
    )


def _reasons(told: Iterable[tuple[Flag, str]]) -> dict[str, str]:
    reasons = dict(_NO_RATE)
    for flag, reason in told:
        for column in flag.leaves_empty:
            reasons.setdefault(column, reason)
    return reasons
