"""The macro that compares names, against what ingest compares them by."""

import itertools

import duckdb

from ingest.names import name_key

from .conftest import Workshop
from .warehouse import Landing

WIDE = [chr(code) for code in (*range(0xFF01, 0xFF5F), *range(0xFF61, 0xFFA0))]
VOICED = [base + mark for base in "ｶｷｸｹｺｻﾊﾋﾌﾍﾎｳ" for mark in "ﾞﾟ"]
UNSEEN = [*" \t\r\n\u00a0\u2003\u202f\u3000\u200b\u200d\u2060\ufeff\u00ad\x07"]
NAMES = [
    *(f"市税{mark}分" for mark in (*WIDE, *VOICED, *UNSEEN)),
    "ＡＢＣ貸付金（２）",
    "abc貸付金(2)",
    "子ども手当",
    "子供手当",
    "こども手当",
    *(f"第{prime}号" for prime in "’‘′´`ʹʼ″”“ʺ"),
    "桜ヶ丘〔南〕",
    "桜ケ丘[南]",
    "市税",
    "市 税",
    "市税分",
]


def test_names_are_compared_as_at_the_door(workshop: Workshop, landing: Landing) -> None:
    compiled = workshop.dbt("compile", "--inline", "select {{ name_key('name') }} from said")
    sql = compiled.results[0].node.compiled_code.removeprefix("select ").removesuffix(" from said")
    with duckdb.connect() as connection:
        connection.execute("create table said (name varchar)")
        connection.executemany("insert into said values (?)", [[name] for name in NAMES])
        keys = dict(connection.execute(f"select name, {sql} from said").fetchall())  # noqa: S608
    assert [name for name in NAMES if keys[name] != name_key(name)] == []
    assert len(set(keys.values())) < len(NAMES)


def test_what_looks_alike_has_one_key() -> None:
    alike = itertools.pairwise(["市税", "市 税", "市　税", "市\u200b税", "\ufeff市税", "市税\n"])
    assert [pair for pair in alike if len(set(map(name_key, pair))) > 1] == []
    assert name_key("ﾎﾞｲﾗｰ") == name_key("ボイラー")
    assert name_key("市税") != name_key("県税")
