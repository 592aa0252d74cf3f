"""How dates, fiscal years, amounts and codes are written for Japanese readers."""

from datetime import date
from decimal import Decimal

UNITS = {"円": 1, "千円": 1_000, "百万円": 1_000_000, "億円": 100_000_000}

CLASS_LABELS = {
    "enforceable": "強制徴収公債権",
    "non_enforceable": "非強制徴収公債権",
    "private": "私債権",
}
TARGET_LABELS = {"revised_target": "修正目標", "initial_target": "当初目標"}

STATUS_GROUPS = {"recovery": "回収債権", "disposal": "整理債権"}
ATTAINED = {True: "達成", False: "未達成", None: "決算前"}
NOT_TOLD = "秘匿"

_ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
)


def _era_year(day: date) -> str:
    for first_day, name in _ERAS:
        if day >= first_day:
            year = day.year - first_day.year + 1
            return f"{name}{'元' if year == 1 else year}年"
    raise ValueError(f"no era is known for {day.isoformat()}")


def japanese_date(day: date) -> str:
    """``2025-07-31`` → ``令和7年7月31日``."""
    return f"{_era_year(day)}{day.month}月{day.day}日"


def wareki(day: date) -> str:
    """``2025-07-31`` → ``令和7年7月31日（2025年）``."""
    return f"{japanese_date(day)}（{day.year}年）"


def year_earlier(day: date) -> date:
    """The same day a year earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def fiscal_year_label(year: int) -> str:
    """``2025`` → ``令和7年度``; 2019 is 令和元年度."""
    return f"{_era_year(date(year, 12, 31))}度"


def fiscal_year_of(day: date) -> int:
    """The fiscal year a day lies in: April to March, named by its first calendar year."""
    return day.year if day.month >= 4 else day.year - 1


def displayed(yen: int, unit: str) -> int:
    """Yen in ``unit`` (a key of ``UNITS``), rounded once, half away from zero, in integers."""
    return rounded(yen, UNITS[unit])


def rounded(amount: int, divisor: int) -> int:
    """``amount`` ÷ ``divisor`` to a whole number, half away from zero, in integers."""
    magnitude = (abs(amount) * 2 + divisor) // (divisor * 2)
    return -magnitude if amount < 0 else magnitude


def grouped(number: int | Decimal) -> str:
    """The magnitude with thousands separators; the sign is put before it by whoever prints it."""
    return f"{abs(number):,}"


def places(text: str) -> int:
    """How wide a text is; a Japanese character takes two places."""
    return sum(1 if character.isascii() else 2 for character in text)


def class_label(claim_classes: str) -> str:
    """``enforceable,private`` → ``強制徴収公債権・私債権``; unknown codes stand as they are."""
    codes = [code for code in claim_classes.split(",") if code]
    return "・".join(CLASS_LABELS.get(code, code) for code in codes) or "区分未登録"


def class_rank(claim_classes: str) -> tuple[int, ...]:
    """Sort key: the order of ``CLASS_LABELS``, single classes before combinations."""
    order = list(CLASS_LABELS)
    codes = claim_classes.split(",")
    ranks = [order.index(code) if code in order else len(order) for code in codes]
    return (len(codes), *ranks)
