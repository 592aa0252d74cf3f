"""How descriptions are written, so that the dictionary can take them apart.

A column: ``[symbol ]name[（unit）][＝formula][。meaning]``, as in
``キ 過年度分の徴収率（％、小数第1位に四捨五入）＝エ÷ウ。ウが0なら NULL``.
A model: ``粒度: grain[。meaning]``.
"""

import re
from dataclasses import dataclass

UNITS = frozenset({"円", "％", "比", "件", "人", "年", "か月", "日"})

_COLUMN = re.compile(
    r"(?:(?P<symbol>[ア-ケ]'{0,2}|[①-⑨]) )?"
    r"(?P<name>[^。（）＝]+)"
    r"(?:（(?P<unit>[^（）、]+)(?:、(?P<rounding>[^（）]+))?）)?"
    r"(?:＝(?P<formula>[^。]+))?"
    r"(?:。(?P<meaning>.+))?",
    re.DOTALL,
)
_MODEL = re.compile(r"粒度: (?P<grain>[^。]+)(?:。(?P<meaning>.+))?", re.DOTALL)


class NotInGrammar(ValueError):
    """A description that the dictionary cannot take apart."""


@dataclass(frozen=True, slots=True)
class ColumnText:
    """What a column's description says. Missing parts are empty."""

    name: str
    symbol: str
    unit: str
    rounding: str
    formula: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ModelText:
    """What a model's description says: what a row is, and the rest."""

    grain: str
    meaning: str


def column_text(description: str) -> ColumnText:
    """The parts of a column's description. Raises NotInGrammar."""
    found = _COLUMN.fullmatch(description.strip())
    if not found:
        raise NotInGrammar(description)
    text = ColumnText(**{key: value or "" for key, value in found.groupdict().items()})
    if text.unit and text.unit not in UNITS:
        raise NotInGrammar(f"{description} ({text.unit} is no unit: {' '.join(sorted(UNITS))})")
    return text


def model_text(description: str) -> ModelText:
    """The parts of a model's description. Raises NotInGrammar."""
    found = _MODEL.fullmatch(description.strip())
    if not found:
        raise NotInGrammar(description)
    return ModelText(found["grain"], found["meaning"] or "")
