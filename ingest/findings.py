"""What is wrong with a workbook, said so that the department can act without calling anybody."""

from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]

SEVERITIES: dict[Severity, str] = {"error": "エラー", "warning": "警告", "info": "情報"}

# The second line of the first sheet of a returned workbook, by which it is known again.
ANSWERED = "提出されたブックを確認した結果です。"

# The same bytes were expunged from the home: they are neither read nor kept.
EXPUNGED = "expunged"
# One line a rule: its name in findings, checks and documents.
RULES: dict[str, str] = {
    "unreadable_file": "ファイルを開けない",
    "municipality": "団体が違う・分からない",
    "department": "ほかの所属の様式",
    "password": "パスワード付き",
    "macro": "マクロ付き",
    "too_large": "大きすぎるファイル",
    "internal": "読み取りプログラムの誤り",
    "no_known_form": "様式が見当たらない",
    "sheet_passed_over": "様式でないシート",
    "several_forms": "1枚のシートに複数の様式",
    "missing_heading": "見出しがない",
    "damaged_heading": "見出しが変わっている",
    "unknown_column": "様式にない列",
    "ambiguous_heading": "見出しがどの列のものか決まらない",
    "no_meaning": "意味の決まらない数値",
    "same_meaning": "同じ意味の数値が二つ",
    "divided_rows": "1つの債権がいくつもの行に分かれる",
    "missing_row": "行がない",
    "unknown_row_label": "行の名前を読めない",
    "row_year": "行の年度が合わない",
    "fiscal_year": "年度を読めない",
    "form_version": "様式の版の違い",
    "too_early": "まだ来ていない日・年度",
    "header_value": "記入欄の内容を読めない",
    "not_filled_in": "未記入",
    "unreadable_number": "数値を読めない",
    "thousands_dot": "桁区切りのピリオド",
    "unit": "単位の食い違い",
    "thousandfold": "単位の疑い(千倍)",
    "uncached_formula": "計算結果のない数式",
    "not_as_seen": "画面の表示と値の食い違い",
    "struck_out": "取り消し線",
    "hidden_cells": "非表示の行・列",
    "negative_amount": "負の金額",
    "computed_amount": "計算欄の不一致",
    "computed_rate": "率の不一致",
    "carry_over": "繰越額の不一致",
    "status_subtotal": "小計の不一致",
    "status_total": "内訳と残高の不一致",
    "status_pair": "件数と残高の片方がない",
    "grand_total": "総数の不一致",
    "attainment": "達成状況の不一致",
    "difference": "印刷された差の不一致",
    "parts": "内訳と計の不一致",
    "residual": "前年度からの繰越との差",
    "opening": "前回の提出との不一致",
    "restated": "過去の年度の修正",
    "unknown_claim": "台帳にない債権",
    "register": "台帳との食い違い",
    "personal": "個人情報のおそれ",
    "duplicate_claim": "同じ債権の重複",
    "same_number": "同じ番号で名前か所属の違う債権",
    "settled": "訂正済みのシート",
    "withdrawn": "取下げ済みのシート",
    EXPUNGED: "消去したブック",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault (or remark) and where it stands. `cell` is A1 style; all texts are Japanese."""

    file: str
    sheet: str | None
    cell: str | None
    rule: str
    severity: Severity
    found: str | None
    expected: str | None
    message: str
    waiver: str | None = None  # who let an error pass as a warning, why and until when

    def __post_init__(self) -> None:
        """A rule that nobody registered is a programming error."""
        if self.rule not in RULES:
            raise KeyError(self.rule)

    def to_json(self) -> dict[str, str | None]:
        """The finding as in the contract: `{file, sheet, cell, rule, severity, …}`."""
        return asdict(self)


def of_file(file: str, rule: str, message: str, expected: str | None = None) -> Finding:
    """The error of a file as a whole."""
    return Finding(file, None, None, rule, "error", None, expected, message)


def where(finding: Finding) -> str:
    """`file › sheet!cell`, as far as it is known."""
    return place_of(finding.file, finding.sheet, finding.cell)


def place_of(file: str, sheet: str | None, cell: str | None = None) -> str:
    """`file › sheet!cell`, as far as it is known."""
    place = f"{sheet or ''}!{cell}" if cell else sheet
    return f"{file} › {place}" if place else file
