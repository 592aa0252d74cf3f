"""The mistakes that the city's departments make, each of them once and believable."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ingest.templates import Key, Value

Values = Mapping[Key, Value]


@dataclass(frozen=True)
class Mistake:
    """One mistake, and the finding it must lead to.

    `where`: department; fiscal year of an annual form, or reference date of an interim one; claim.
    `change`: the cells that are wrong. `spoils`: the whole file is no workbook. `copied`: the form
    is handed in twice, and the copy has the change. An error is followed by a resubmission.
    """

    what: str
    where: tuple[str, int | date, str]
    rule: str
    severity: Literal["error", "warning"]
    change: Callable[[Values], dict[Key, Value]] = lambda values: {}
    spoils: bool = False
    copied: bool = False


def _number(values: Values, key: Key) -> int:
    value = values[key]
    if not isinstance(value, int):
        raise TypeError(key)
    return value


def _written(
    block: str, item: str, measure: str, otherwise: Callable[[int], Value]
) -> Callable[[Values], dict[Key, Value]]:
    """A change of one number: what is written in its place."""
    key = (block, item, measure)
    return lambda values: {key: otherwise(_number(values, key))}


def _swapped(number: int) -> int:
    """A number with two neighbouring, different digits swapped."""
    digits = str(number)
    for n in range(len(digits) - 1, 0, -1):
        if digits[n] != digits[n - 1] and (n > 1 or digits[n] != "0"):
            return int(digits[: n - 1] + digits[n] + digits[n - 1] + digits[n + 1 :])
    return number + 1


def _stale_balance(values: Values) -> dict[Key, Value]:
    return {("collection", "B", "balance"): _number(values, ("collection", "B", "carried_forward"))}


_wrong_opening = _written("collection", "F", "carried_forward", _swapped)
_wrong_class = _written("status", "prior/06", "balance", _swapped)
_in_yen = _written("collection", "G", "assessed_current", lambda number: number * 1000)
_about = _written("collection", "011", "cases", lambda number: f"約{round(number, -1)}")
_dotted = _written(
    "collection", "D", "assessed_current", lambda number: f"{number:,}".replace(",", ".")
)
_other_debtors = _written("total", "", "debtors", lambda number: number - 1)
_one_month_short = _written("collection", "014", "collected_prior", lambda number: number * 3 // 4)


def _no_heading(values: Values) -> dict[Key, Value]:
    return {("heading", "collection", "written_off_prior"): None}


def _pessimism(values: Values) -> dict[Key, Value]:
    return {("attainment", "total", "reported"): "B1"}


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "計算欄に前の年の金額が残る",
        ("健康福祉局", 2023, "008"), "computed_amount", "error", _stale_balance,
    ),
    Mistake(
        "繰越額の数字の入れ違い",
        ("都市整備局", 2024, "014"), "carry_over", "error", _wrong_opening,
    ),
    Mistake(
        "見出しが消えている",
        ("環境局", 2024, "018"), "missing_heading", "error", _no_heading,
    ),
    Mistake(
        "中身が文字だけのファイル",
        ("環境局", date(2025, 7, 31), ""), "unreadable_file", "error", spoils=True,
    ),
    Mistake(
        "件数が概数",
        ("こども青少年局", date(2025, 10, 31), "011"), "unreadable_number", "error", _about,
    ),
    Mistake(
        "内訳の数字の入れ違い",
        ("こども青少年局", 2025, "010"), "status_total", "error", _wrong_class,
    ),
    Mistake(
        "円単位で記入",
        ("教育委員会事務局", 2025, "022"), "thousandfold", "error", _in_yen,
    ),
    Mistake(
        "二重に提出",
        ("環境局", 2025, "019"), "duplicate_claim", "error", _other_debtors, copied=True,
    ),
    Mistake(
        "達成しているのにB1",
        ("財政局", 2025, "003"), "attainment", "warning", _pessimism,
    ),
    Mistake(
        "桁区切りがピリオド",
        ("教育委員会事務局", 2025, "021"), "thousands_dot", "warning", _dotted,
    ),
)  # fmt: skip


# No mistakes: earlier years' assessment was lowered during the year, and the reader remarks on it.
REMARKS: tuple[Mistake, ...] = (
    Mistake("調定の減額", ("健康福祉局", 2025, "005"), "residual", "warning"),
    Mistake("調定の減額", ("都市整備局", 2025, "014"), "residual", "warning"),
)


@dataclass(frozen=True)
class Slip:
    """A wrong figure that no rule can find; the department notices it after the publication."""

    what: str
    where: tuple[str, date]
    noticed_on: date
    change: Callable[[Values], dict[Key, Value]]


SLIP = Slip(
    "7月分の徴収額が入っていない",
    ("都市整備局", date(2025, 7, 31)), date(2025, 11, 10), _one_month_short,
)  # fmt: skip


def mistakes_in(department: str, period: int | date) -> list[Mistake]:
    """The mistakes a department makes in what it hands in for a period."""
    return [m for m in MISTAKES if m.where[:2] == (department, period)]
