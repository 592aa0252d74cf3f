"""Descriptions follow the grammar that the dictionary and staff read them by."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from exports.dictionary.grammar import ColumnText, NotInGrammar, column_text, model_text
from terms.reading import columns as meanings

PROJECT = Path(__file__).parents[3] / "dbt_project"
# Numbers that count or measure something, and so have a unit. Years and numbers have none.
MEASURED = ("bigint", "double", "decimal")


def models() -> Iterator[tuple[str, dict[str, object]]]:
    """The models that readers see, with the name of their folder."""
    for path in sorted(PROJECT.glob("models/*/*.yml")):
        file = yaml.safe_load(path.read_text("utf-8"))
        yield from ((path.parent.name, model) for model in file.get("models", []))


def columns() -> Iterator[tuple[str, str, str]]:
    """`model.column`, its type ('' for a view) and its description."""
    for _, model in models():
        for column in model.get("columns", []):
            told = column.get("description") or meanings()[column["name"]]
            text = re.sub(r'{{ doc\("(\w+)"\) }}', lambda m: meanings()[m[1]], told)
            yield f"{model['name']}.{column['name']}", column.get("data_type", ""), text


def wrong(description: str) -> bool:
    try:
        column_text(description)
    except NotInGrammar:
        return True
    return False


@pytest.mark.parametrize(
    ("description", "parts"),
    [
        ("年度", ("年度", "", "", "", "", "")),
        ("年度。西暦（開始年）。2019 など", ("年度", "", "", "", "", "西暦（開始年）。2019 など")),
        ("ア 調定繰越額（円）。記入値", ("調定繰越額", "ア", "円", "", "", "記入値")),
        ("収納率（％）＝甲÷乙", ("収納率", "", "％", "", "甲÷乙", "")),
        (
            "キ'' 徴収率（％、四捨五入）＝（エ＋エ'）÷（ウ＋ウ'）。0なら NULL",
            ("徴収率", "キ''", "％", "四捨五入", "（エ＋エ'）÷（ウ＋ウ'）", "0なら NULL"),
        ),
    ],
)
def test_a_description_is_taken_apart(description: str, parts: tuple[str, ...]) -> None:
    assert column_text(description) == ColumnText(*parts)


@pytest.mark.parametrize("description", ["", "所属（所管する部署）", "＝ア－ウ", "数（債権）"])
def test_what_is_not_in_the_grammar_is_refused(description: str) -> None:
    with pytest.raises(NotInGrammar):
        column_text(description)


def test_every_column_follows_the_grammar() -> None:
    assert [name for name, _, text in columns() if wrong(text)] == []


def test_every_column_has_a_meaning_or_a_formula() -> None:
    texts = [(name, column_text(text)) for name, _, text in columns()]
    assert [name for name, text in texts if not (text.meaning or text.formula)] == []


def test_every_measured_column_has_a_unit() -> None:
    without = [
        name
        for name, kind, text in columns()
        if kind.startswith(MEASURED)
        and not column_text(text).unit
        and "単位は" not in text
        and not column_text(text).name.endswith("番号")
    ]
    assert without == []


def test_every_model_says_what_a_row_is() -> None:
    silent = []
    for _, model in models():
        try:
            model_text(str(model["description"]))
        except NotInGrammar:
            silent.append(model["name"])
    assert silent == []
