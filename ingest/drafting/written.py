"""A draft as a file: YAML that a person goes on with, each question above its line."""

from collections.abc import Iterator, Mapping

import yaml

from ingest.described.layout import LANDS_AS
from ingest.drafting.sheet import Draft
from ingest.layout import title_of
from ingest.quoting import clean_name

SCHEMA = "layout.schema.json"
_HEAD = (
    f"# yaml-language-server: $schema=./{SCHEMA}",
    "# 「？」に書き込み、「推定:」を確かめ、mishukin layout check と layout show で見てください。",
)
_LINE_BY_LINE = ("columns", "rows")
_WIDE = 2**20
Notes = Mapping[tuple[str, str], str]


def written(draft: Draft) -> str:
    """The file's content."""
    return "\n".join([*_HEAD, *_lines(draft)]) + "\n"


def _lines(draft: Draft) -> Iterator[str]:
    title, *rest = _block(draft.content, draft.notes)
    yield title
    if draft.lands_as:
        yield f"# {title_of(LANDS_AS[draft.lands_as])}として入れるなら、この行の # を消します:"
        yield f"# lands_as: {draft.lands_as}"
    yield from rest
    yield "tables:"
    for table in draft.tables:
        first, *others = _block(table.content, table.notes)
        yield f"  - {first}"
        yield from (f"    {line}" for line in others)
    if draft.identities:
        yield "identities:"
        yield from (f"  - {_flow(each)}" for each in draft.identities)


def _block(told: Mapping[str, object], notes: Notes) -> Iterator[str]:
    """Keys and their values, line by line, each below what a person should know of it."""
    for key, value in told.items():
        if key in _LINE_BY_LINE and isinstance(value, Mapping):
            yield f"{key}:"
            for words, meaning in value.items():
                yield from (f"  # {clean_name(n)}" for n in [notes.get((key, words))] if n)
                yield f"  {_flow(words)}: {_flow(meaning)}"
        else:
            yield from (f"# {clean_name(n)}" for (of, _), n in notes.items() if of == key and n)
            yield f"{key}: {_flow(value)}"


def _flow(said: object) -> str:
    told = yaml.safe_dump(
        said, allow_unicode=True, default_flow_style=True, width=_WIDE, sort_keys=False
    )
    return str(told).removesuffix("...\n").strip()
