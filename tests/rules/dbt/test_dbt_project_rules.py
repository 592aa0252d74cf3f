"""The rules of the dbt project that no build enforces: layers, grain, one home for a formula."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from terms.reading import columns as meanings
from terms.reading import told

PROJECT = Path(__file__).parents[3] / "dbt_project"
# What a layer may read; a layer always may read itself.
MAY_READ = {
    "staging": set(),
    "core": {"staging"},
    "marts": {"core"},
    "zaisei": {"marts"},
    "analyses": {"marts"},
}
MODELS = {path.stem: path for path in (PROJECT / "models").rglob("*.sql")}


def layer(name: str) -> str:
    """The folder a model lives in."""
    return MODELS[name].parent.name


def read_by(path: Path) -> set[str]:
    """The models that a file reads."""
    return set(re.findall(r"(?:ref|mart)\('(\w+)'\)", path.read_text("utf-8")))


def described() -> dict[str, dict[str, object]]:
    """What the YAML beside the models says, by model."""
    files = [yaml.safe_load(path.read_text("utf-8")) for path in PROJECT.glob("models/**/*.yml")]
    return {model["name"]: model for file in files for model in file.get("models", [])}


def test_layers_read_only_what_lies_before_them() -> None:
    files = [*MODELS.values(), *(PROJECT / "analyses").glob("*.sql")]
    across = {
        (path.stem, name)
        for path in files
        for name in read_by(path)
        if layer(name) not in MAY_READ[path.parent.name] | {path.parent.name}
    }
    assert across == set()


def test_only_staging_reads_the_landing_zone_and_nobody_its_narratives() -> None:
    files = [*MODELS.values(), *PROJECT.glob("analyses/*.sql"), *PROJECT.glob("tests/**/*.sql")]
    readers = {path.stem: path for path in files if "source(" in path.read_text("utf-8")}
    assert {path.parent.name for path in readers.values()} == {"staging"}
    sources = yaml.safe_load((PROJECT / "models/staging/sources.yml").read_text("utf-8"))
    tables = {table["name"] for source in sources["sources"] for table in source["tables"]}
    assert tables == {"submission", "cell", "finding", "withdrawal", "claim", "due_date"}


def test_every_model_names_its_grain_first() -> None:
    models = described()
    assert set(models) == set(MODELS)
    silent = [
        name for name, model in models.items() if not str(model["description"]).startswith("粒度: ")
    ]
    assert silent == []


def test_every_meaning_is_used_and_exists() -> None:
    texts = [path.read_text("utf-8") for path in PROJECT.glob("**/*.yml")]
    used = {name for text in texts for name in re.findall(r'doc\("(\w+)"\)', text)}
    used |= {column["name"] for _, column in columns_of_models() if "description" not in column}
    assert used == set(meanings())


def columns_of_models() -> Iterator[tuple[str, dict[str, object]]]:
    """Every column that the YAML tells of, with its model."""
    for name, model in described().items():
        yield from ((name, column) for column in model.get("columns", []))


def test_what_people_typed_as_sentences_is_marked_wherever_it_is_published() -> None:
    free_text, open_text = set(), set()
    for name, column in columns_of_models():
        if layer(name) in {"marts", "zaisei"}:
            is_marked = column.get("config", {}).get("meta", {}).get("free_text", False)
            named = f'{{{{ doc("{column["name"]}") }}}}'
            (free_text if is_marked else open_text).add(column.get("description", named))
    findings = {"message", "found", "expected", "waiver"}
    blocks = findings | {"reason", "withdrawal_reason", "target_reason", "scope_note"}
    assert free_text == {f'{{{{ doc("{block}") }}}}' for block in blocks}
    assert free_text & open_text == set()


def test_no_model_writes_the_formula_of_a_measure_again() -> None:
    parts = [text for each in told("measures").values() for text in each.values()]
    formulas = [text for text in parts if isinstance(text, str) and re.search(r"\w [-+] \w", text)]
    assert "balance_prior + balance_current" in formulas
    again = {
        (path.stem, formula)
        for path in MODELS.values()
        for formula in formulas
        if re.search(rf"(?<!\w){re.escape(formula)}(?!\w)", without_relations(path))
    }
    assert again == set()


def without_relations(path: Path) -> str:
    """A model's SQL, its columns without the relation they are read from."""
    return re.sub(r"\b\w+\.(?=\w)", "", path.read_text("utf-8"))
