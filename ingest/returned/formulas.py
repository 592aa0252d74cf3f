"""Which formulas of a submitted workbook may stand in its copy: those that only reckon."""

import re

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import TokenizerError

_FUNCTIONS = re.compile(
    r"ABS|AND|AVERAGE|CEILING|CHOOSE|COLUMN|CONCATENATE|COUNT|COUNTA|COUNTBLANK|COUNTIF|"
    r"COUNTIFS|DATE|DAY|EOMONTH|EVEN|EXACT|FIND|FIXED|FLOOR|HLOOKUP|IF|IFERROR|IFS|INDEX|INT|"
    r"ISBLANK|ISERR|ISERROR|ISNA|ISNUMBER|ISTEXT|LEFT|LEN|LOOKUP|MATCH|MAX|MID|MIN|MOD|MONTH|N|"
    r"NA|NOT|ODD|OR|PRODUCT|REPT|RIGHT|ROUND|ROUNDDOWN|ROUNDUP|ROW|ROWS|SEARCH|SIGN|SUBSTITUTE|"
    r"SUBTOTAL|SUM|SUMIF|SUMIFS|SUMPRODUCT|TEXT|TRIM|TRUNC|VALUE|VLOOKUP|YEAR"
)
_CELLS = re.compile(
    r"(?:(?:'(?:[^'\[\]|]|'')+'|[^\W\d][\w.]*)!)?"
    r"(?:\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?"
    r"|\$?[A-Z]{1,3}:\$?[A-Z]{1,3}|\$?\d{1,7}:\$?\d{1,7})"
)
_LONGEST = 2_000


def is_plain(formula: str) -> bool:
    """Whether a formula only reckons with cells of this workbook."""
    try:
        tokens = Tokenizer(formula).items if len(formula) <= _LONGEST else None
    except (TokenizerError, IndexError):
        tokens = None
    if tokens is None:
        return False
    for token in tokens:
        if token.type == "FUNC" and token.subtype == "OPEN":
            if not _FUNCTIONS.fullmatch(token.value.rstrip("(").upper()):
                return False
        elif token.type == "OPERAND" and token.subtype == "RANGE":
            if not _CELLS.fullmatch(token.value):
                return False
        elif token.type in ("LITERAL", "ARRAY"):
            return False
    return True
