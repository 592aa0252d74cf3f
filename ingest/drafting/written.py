"""A draft as a file: YAML that a person goes on with, each question above its line."""

from collections.abc import Iterator, Mapping, Sequence

import yaml

from ingest.described.layout import LANDS_AS, Meaning
from ingest.drafting.sheet import Draft
from ingest.drafting.table import TableDraft
from ingest.layout import title_of
from ingest.quoting import clean_name

SCHEMA = "layout.schema.json"
_HEAD = (
    f"# yaml-language-server: $schema=./{SCHEMA}",
    "# 「？」に書き込み、「推定:」を確かめ、mishukin layout check と layout show で見てください。",
)
_WIDE = 2**20


def written(draft: Draft) -> str:
    """The file's content."""
    return "\n".join([*_HEAD, *_lines(draft)]) + "\n"


def _lines(draft: Draft) -> Iterator[str]:
    yield f"title: {_scalar(draft.title)}"
    if draft.lands_as:
        yield f"# {title_of(LANDS_AS[draft.lands_as])}として入れるなら、この行の # を消します:"
        yield f"# lands_as: {draft.lands_as}"
    for key, words in (("titles", draft.titles), ("texts", draft.texts)):
        if words:
            yield f"{key}: {_flow(words)}"
    for key, said in (("file", draft.file), ("unit", draft.unit)):
        if said:
            yield from _note(draft.notes, (key, ""), "")
            yield f"{key}: {_scalar(said)}"
    if draft.given:
        yield from _given(draft.given, draft.notes, "")
    yield "tables:"
    for each in draft.tables:
        first, *rest = _table(each)
        yield f"  - {first}" if not first.startswith("#") else f"  # {first[2:]}"
        yield from (f"    {line}" for line in rest)
    if draft.identities:
        yield "identities:"
        yield from (f"  - {_flow(each)}" for each in draft.identities)


def _table(table: TableDraft) -> Iterator[str]:
    yield "columns:"
    yield from _entries("columns", table.columns, table.notes)
    if table.rows:
        yield "rows:"
        yield from _entries("rows", table.rows, table.notes)
    if table.stub:
        for number in range(1, len(table.stub) + 1):
            yield from _note(table.notes, ("stub", str(number)), "")
        yield f"stub: {_flow(table.stub)}"
    if table.above:
        yield from _note(table.notes, ("above", ""), "")
        yield f"above: {_flow(table.above)}"
    if table.levels:
        yield "levels: true"
    if table.given:
        yield from _given(table.given, table.notes, "")
    if table.era:
        yield from _note(table.notes, ("era", ""), "")
        yield f"era: {table.era}"
    if table.passed_over:
        yield f"pass_over: {_flow({'columns': table.passed_over})}"


def _given(
    given: Mapping[str, str], notes: Mapping[tuple[str, str], str], indent: str
) -> Iterator[str]:
    for dimension in given:
        yield from _note(notes, ("given", dimension), indent)
    yield f"given: {_flow(given)}"


def _entries(
    key: str, entries: Mapping[str, Meaning], notes: Mapping[tuple[str, str], str]
) -> Iterator[str]:
    for words, meaning in entries.items():
        yield from _note(notes, (key, words), "  ")
        yield f"  {_scalar(words)}: {_flow(meaning)}"


def _note(notes: Mapping[tuple[str, str], str], of: tuple[str, str], indent: str) -> Iterator[str]:
    if note := notes.get(of):
        yield f"{indent}# {clean_name(note)}"


def _scalar(words: str) -> str:
    return _flow(words)


def _flow(said: object) -> str:
    plain = (
        dict(said)
        if isinstance(said, Mapping)
        else list(said)
        if isinstance(said, Sequence) and not isinstance(said, str)
        else said
    )
    told = yaml.safe_dump(
        plain, allow_unicode=True, default_flow_style=True, width=_WIDE, sort_keys=False
    )
    return told.removesuffix("...\n").strip()
