"""What the descriptions of the columns tell as a formula is what the models compute."""

import pytest

from exports.dictionary.grammar import column_text
from terms.reading import columns as meanings

from .conftest import Workshop

TOLD = (
    "{% for name, parts in measures().items() %}"
    "{{ parts.get('symbol', '') }}|{{ parts.label }}|{{ measure_formula(name) or '' }}\n"
    "{% endfor %}"
)


@pytest.fixture(scope="module")
def measures(workshop: Workshop) -> set[tuple[str, str, str]]:
    """Symbol, label and formula of every measure."""
    text = workshop.dbt("compile", "--inline", TOLD).results[0].node.compiled_code
    return {tuple(line.strip().split("|")) for line in text.splitlines() if "|" in line}


@pytest.fixture(scope="module")
def described() -> set[tuple[str, str, str]]:
    """Symbol, name and formula of every column that tells one."""
    texts = [column_text(meaning) for meaning in meanings().values()]
    return {(text.symbol, text.name, text.formula) for text in texts if text.formula}


def summed(formula: str) -> str:
    """The formula of a total's rate: sums over sums."""
    return "÷".join(f"Σ{part}" for part in formula.split("÷"))


def test_every_formula_of_a_column_is_one_of_a_measure(
    measures: set[tuple[str, str, str]], described: set[tuple[str, str, str]]
) -> None:
    formulas = {(symbol, formula) for symbol, _, formula in measures}
    rates = {(symbol, summed(formula)) for symbol, formula in formulas}
    sums = {("", f"Σ{symbol}") for symbol, _ in formulas}
    told = {(symbol, formula) for symbol, _, formula in described}
    assert told - formulas - rates - sums == set()


def test_every_computed_measure_is_described(
    measures: set[tuple[str, str, str]], described: set[tuple[str, str, str]]
) -> None:
    computed = {(symbol, formula) for symbol, _, formula in measures if formula}
    assert computed - {(symbol, formula) for symbol, _, formula in described} == set()
