"""How dates, fiscal years, amounts and codes are written for Japanese readers."""

from datetime import date
from decimal import Decimal

from terms.codes import labels
from terms.years import japanese_date

TARGET_LABELS = {kind: labels("target_kind")[kind] for kind in ("revised_target", "initial_target")}
STATUS_GROUPS = {group: labels("status_group")[group] for group in ("recovery", "disposal")}
ATTAINED = {True: "達成", False: "未達成", None: "決算前"}
NOT_TOLD = "秘匿"


def wareki(day: date) -> str:
    """``2025-07-31`` → ``令和7年7月31日（2025年）``."""
    return f"{japanese_date(day)}（{day.year}年）"


def grouped(number: int | Decimal) -> str:
    """The magnitude with thousands separators; the sign is put before it by whoever prints it."""
    return f"{abs(number):,}"


def places(text: str) -> int:
    """How wide a text is; a Japanese character takes two places."""
    return sum(1 if character.isascii() else 2 for character in text)
