"""A question as it is sent to the database: its parameters filled in, its rows narrowed."""

import re
from collections.abc import Mapping, Sequence

from exports.press.quoting import literal, quoted
from services.exits import Stop

# What an answer can be narrowed by, and what its columns are called in answers and marts.
NARROWED_BY: Mapping[str, Sequence[str]] = {
    "年度": ("年度", "fiscal_year"),
    "所属": ("所属", "department"),
    "債権": ("債権整理番号", "債権", "債権名", "claim_number", "claim_key", "claim_name"),
}
LONGEST = 20_000
# A parameter outside of texts, names and comments; $tag$ … $tag$ is a text.
_PARAMETER = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$"""
    r"""|\$(?P<name>[^\W\d]\w*)""",
    re.DOTALL,
)


def parameters_of(sql: str) -> list[str]:
    """The names of the `$parameters` of a question, each once."""
    found = (match["name"] for match in _PARAMETER.finditer(sql))
    return list(dict.fromkeys(name for name in found if name))


def filled_in(sql: str, given: Mapping[str, str]) -> str:
    """The question with a text for each parameter. Raises Stop where one lacks its value."""
    lacking = [name for name in parameters_of(sql) if not given.get(name, "").strip()]
    if lacking:
        raise Stop(f"{'、'.join(lacking)} を入れてください。")

    def replaced(match: re.Match[str]) -> str:
        return literal(given[match["name"]].strip()) if match["name"] else match[0]

    return _PARAMETER.sub(replaced, sql)


def narrowed(sql: str, columns: Sequence[str], by: Mapping[str, str]) -> str:
    """Only the rows that agree with what is told. Raises Stop where the answer lacks the column."""
    conditions = []
    for name, value in by.items():
        there = [column for column in NARROWED_BY[name] if column in columns]
        if not there:
            raise Stop(f"この問いの答えには「{name}」の列がないため、{name}では絞れません。")
        same = (f"cast({quoted(column)} as varchar) = {literal(value)}" for column in there)
        conditions.append(f"({' or '.join(same)})")
    return f"select * from (\n{bare(sql)}\n) where {' and '.join(conditions)}"  # noqa: S608


def bare(sql: str) -> str:
    """The question without what ends it."""
    return sql.strip().rstrip(";").rstrip()
