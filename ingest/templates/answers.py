"""What a cell accepts while it is being filled in: prompts, lists and messages of a spreadsheet.

They spare the department an error; what was pasted over them is still checked when it is read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl.worksheet.datavalidation import DataValidation

TARGET_KINDS = ("当初目標", "修正目標", "実績")
_CLASSES = ("強制徴収公債権", "非強制徴収公債権", "私債権")
_COMBINED = ((0, 1), (0, 2), (1, 2), (0, 1, 2))
ATTAINMENT = ("A", "B1", "B2", "—")
CLAIM_CLASSES = (*_CLASSES, *("・".join(_CLASSES[n] for n in each) for each in _COMBINED))


@dataclass(frozen=True)
class Answer:
    """What may stand in a cell.

    `limit`: the rest of a DataValidation, in which {cell} is the first of the cells; none: any.
    """

    title: str
    prompt: str
    error: str = ""
    limit: Mapping[str, Any] | None = None

    def on(self, cells: Iterable[str], unit: str) -> DataValidation:
        """The validation of some cells (A1 addresses); {unit} is the form's unit of money."""
        cells = list(cells)
        limit = dict(self.limit or {})
        if "formula1" in limit:
            limit["formula1"] = limit["formula1"].format(cell=cells[0].partition(":")[0])
        validation = DataValidation(
            sqref=" ".join(cells),
            allow_blank=True,
            showInputMessage=True,
            showErrorMessage=self.limit is not None,
            **limit,
        )
        validation.promptTitle = validation.errorTitle = self.title
        validation.prompt = self.prompt.format(unit=unit)
        validation.error = self.error.format(unit=unit) or None
        return validation


def one_of(choices: Iterable[str]) -> dict[str, Any]:
    """The limit of a list to choose from."""
    return {"type": "list", "formula1": f'"{",".join(choices)}"'}


_WHOLE: dict[str, Any] = {"type": "whole", "operator": "greaterThanOrEqual", "formula1": "0"}
_PERCENT: dict[str, Any] = {"type": "decimal", "operator": "between", "formula1": "0"}


def _or_dash(limit: str) -> dict[str, Any]:
    """A formula's limit, or － where there is no target: a blank one may have been forgotten."""
    return {"type": "custom", "formula1": f'OR({{cell}}="－",AND(ISNUMBER({{cell}}),{limit}))'}


ANSWERS: Mapping[str, Answer] = {
    "money": Answer(
        "金額", "{unit}単位の整数(0以上)。なければ空欄か0。",
        "{unit}単位で、0以上の整数だけを記入してください。「{unit}」の文字や小数は記入できません。",
        _WHOLE,
    ),
    "count": Answer(
        "件数・人数", "0以上の整数。なければ空欄か0。",
        "0以上の整数だけを記入してください。「件」「人」の文字は記入できません。", _WHOLE,
    ),
    "points": Answer(
        "率(%)", "パーセントの数字だけ(例 97.3)。分からなければ空欄。",
        "0から100までの数字を記入してください(例 97.3)。「%」の文字は要りません。",
        _PERCENT | {"formula2": "100"},
    ),
    "share": Answer(
        "率", "パーセントで記入(例 97.87%)。分からなければ空欄。",
        "0%から100%までの率を記入してください(例 97.87%)。", _PERCENT | {"formula2": "1"},
    ),
    "target_share": Answer(
        "目標の率", "パーセントで記入(例 97.87%)。目標がなければ「－」。",
        "0%から100%までの率、または「－」を記入してください(例 97.87%)。",
        _or_dash("{cell}>=0,{cell}<=1"),
    ),
    "target_money": Answer(
        "目標額", "{unit}単位の整数(0以上)。目標がなければ「－」。",
        "{unit}単位で、0以上の整数だけを記入してください。目標がなければ「－」を記入してください。",
        _or_dash("{cell}>=0,{cell}=INT({cell})"),
    ),
    "day": Answer(
        "日付", "例 2024/8/20", "日付を記入してください(例 2024/8/20)。",
        {"type": "date", "operator": "greaterThanOrEqual", "formula1": "32874"},  # 1990
    ),
    "attainment": Answer(
        "達成状況", "A 達成／B1・B2 未達成／— 目標なし",
        "一覧から選んでください(A 達成／B1・B2 未達成／— 目標なし)。", one_of(ATTAINMENT),
    ),
    "claim_classes": Answer(
        "債権区分", "一覧から選んでください。", "一覧から選んでください。", one_of(CLAIM_CLASSES)
    ),
    "short_classes": Answer("種別", "強・非・私。複数あるときは「強・非」のように。"),
    "target_kind": Answer(
        "目標の区分", "当初目標か修正目標。実績だけの行は「実績」。",
        "一覧から選んでください(当初目標・修正目標・実績)。", one_of(TARGET_KINDS),
    ),
    "fiscal_year": Answer("年度", "例 令和6年度"),
    "outline": Answer("債権の概要", "例 【強制徴収公債権】時効期間:2年"),
    "footnote": Answer("注記", "定義の変更などがあれば「※」で始めて記入。なければ空欄。"),
    "register_municipality_code": Answer("団体コード", "半角数字6桁(例 271004)"),
    "register_aliases": Answer("別名", "いくつもあるときは「、」で区切る。"),
    "register_limitation_years": Answer(
        "時効期間(年)", "年数(例 5)。分からなければ空欄。", "1から30までの整数を記入してください。",
        {"type": "whole", "operator": "between", "formula1": "1", "formula2": "30"},
    ),
    "register_basis": Answer(
        "出納", "空欄は「出納整理期間あり」。", "一覧から選んでください。",
        one_of(("出納整理期間あり", "出納整理期間なし")),
    ),
    "claim_number": Answer("債権整理番号", "3桁の番号(例 008)"),
    "as_of": Answer("基準日", "7月31日・10月31日・1月31日のいずれか(例 令和7年7月31日)"),
}  # fmt: skip
