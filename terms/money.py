"""Units of money and exact rounding: amounts are whole yen, and are rounded once, when shown."""

from decimal import Decimal
from fractions import Fraction

UNITS = {"円": 1, "千円": 1_000, "百万円": 1_000_000, "億円": 100_000_000}
# In which other tables print, too.
EVERY_UNIT = UNITS | {"万円": 10_000, "千万円": 10_000_000, "十億円": 1_000_000_000}
# What tables count in, whole numbers; the first are those of the forms.
COUNTS = (
    *("件", "人", "世帯"),
    *("名", "戸", "校", "社", "回", "通", "位", "か所", "箇所", "施設", "病院", "団体"),
)
UNIT_NAMES = {yen: unit for unit, yen in EVERY_UNIT.items()}


def displayed(yen: int, unit: str) -> int:
    """Yen in ``unit`` (a key of ``UNITS``), rounded once, half away from zero, in integers."""
    return rounded(yen, UNITS[unit])


def rounded(amount: int, divisor: int) -> int:
    """``amount`` ÷ ``divisor`` to a whole number, half away from zero, in integers."""
    magnitude = (abs(amount) * 2 + divisor) // (divisor * 2)
    return -magnitude if amount < 0 else magnitude


def percentage(rate: Fraction, digits: int) -> Decimal:
    """A rate as a percentage with some decimals, rounded half away from zero, exactly."""
    scaled = rate * 100 * 10**digits
    return Decimal(rounded(scaled.numerator, scaled.denominator)).scaleb(-digits)
