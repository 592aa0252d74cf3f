"""The city's own descriptions of tables, config/layouts/*.yml: read, checked, and told to editors.

A file that cannot be used is told and stops nothing but itself.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

import yaml
from pydantic import TypeAdapter, ValidationError

from ingest.described.layout import DIMENSIONS, LANDS_AS, UNKNOWN, Described, Meaning, Table
from ingest.described.meaning import TRUE, parsed
from ingest.described.words import Pattern, heading, is_pattern
from ingest.text import Unreadable
from services.home import Home
from services.settings import faults_of, typed, unreadable
from terms.money import EVERY_UNIT

FOLDER = "layouts"
_NAME = re.compile(r"[\w-]+")


class FaultyLayoutError(Exception):
    """A description that cannot be used: a line for each fault.

    `is_draft`: of which nothing is wrong but that it still asks.
    """

    def __init__(self, file: str, faults: list[str], *, is_draft: bool = False) -> None:
        super().__init__(file)
        self.file, self.faults, self.is_draft = file, faults, is_draft

    def __str__(self) -> str:
        """For the data team."""
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        return (
            f"様式の定義(config/{FOLDER}/{self.file})を読めないため、使いませんでした。"
            f"直してからやり直してください。\n{lines}"
        )


class Layouts(NamedTuple):
    """The descriptions of a home that can be used, its drafts as far as they are answered, and why
    files cannot be used.
    """

    usable: tuple[Described, ...]
    drafts: tuple[Described, ...]
    faulty: tuple[FaultyLayoutError, ...]


def layouts_of(home: Home) -> Layouts:
    """Every description of a home."""
    usable, drafts, faulty = [], [], []
    for path in sorted((home.config / FOLDER).glob("*.yml")):
        try:
            usable.append(read_layout(path.stem, path.read_bytes()))
        except FaultyLayoutError as why:
            faulty.append(why)
            with suppress(FaultyLayoutError):
                drafts.append(read_layout(path.stem, path.read_bytes(), is_open=True))
    return Layouts(tuple(usable), tuple(drafts), tuple(faulty))


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Described]:
    """Made where a home has layouts: most commands need none."""
    return TypeAdapter(Described)


def read_layout(name: str, content: bytes, *, is_open: bool = False) -> Described:
    """The description that a file holds; `name`: of the file. Raises FaultyLayoutError.

    `is_open`: what a draft still asks is passed over.
    """
    file = f"{name}.yml"
    if not as_name(name):
        raise FaultyLayoutError(file, ["ファイルの名前は、文字、数字、_ と - で付けてください。"])
    try:
        words = content.decode("utf-8-sig")
        told, twice = typed(words), list(_told_twice(yaml.compose(words, yaml.CBaseLoader)))
    except UnicodeDecodeError:
        raise FaultyLayoutError(file, ["UTF-8で保存してください。"]) from None
    except yaml.YAMLError as error:
        raise FaultyLayoutError(file, [unreadable(error, words)]) from None
    if twice:
        raise FaultyLayoutError(file, twice)
    if not isinstance(told, Mapping):
        raise FaultyLayoutError(file, ["「項目: 値」の形で書いてください。"])
    if is_open:
        told = _without_questions(told)
    asked = [
        f"{where}: 「{UNKNOWN}」が残っています。意味を書いてください。"
        for where in dict.fromkeys(_questions(told))
        if not is_open
    ]
    try:
        layout = _adapter().validate_python(
            {**_without_blanks(told), "name": name, "is_draft": is_open}
        )
    except ValidationError as error:
        others = [fault for fault in faults_of(error) if UNKNOWN not in fault]
        raise FaultyLayoutError(file, asked + others, is_draft=not others) from None
    others = [fault for fault in _faults(layout) if UNKNOWN not in fault]
    if asked or others:
        raise FaultyLayoutError(file, asked + others, is_draft=not others)
    return layout


def as_name(name: str) -> bool:
    """Whether a file of that name (without .yml) may be a layout."""
    return _NAME.fullmatch(name) is not None


def schema_file() -> bytes:
    """The JSON Schema as a file."""
    return (json.dumps(schema(), ensure_ascii=False, indent=1) + "\n").encode()


def schema() -> dict[str, Any]:
    """The JSON Schema of a file, for editors. The file's name is the name of the layout."""
    told = _adapter().json_schema()
    for no_key in ("name", "is_draft"):
        del told["properties"][no_key]
    told["required"].remove("name")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_as_typed(told)}


def _as_typed(schema: Any) -> Any:  # noqa: ANN401 - a part of a JSON Schema
    """The schema for a file as editors read it, to whom 2 and true are no words."""
    if isinstance(schema, list):
        return list(map(_as_typed, schema))
    if not isinstance(schema, dict):
        return schema
    told = {key: _as_typed(each) for key, each in schema.items()}
    return (
        {**told, "type": ["string", "number", "boolean"]} if told.get("type") == "string" else told
    )


def _told_twice(node: yaml.Node | None) -> Iterator[str]:
    """Keys that stand twice in one place, of which YAML would take the last in silence."""
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        for key, value in node.value:
            if keys.count(key.value) > 1:
                line = key.start_mark.line + 1
                yield f"{line}行目: 「{key.value}」が二つあります。一つにしてください。"
            yield from _told_twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _told_twice(each)


def _questions(told: object, place: tuple[str, ...] = ()) -> Iterator[str]:
    """Where a draft still asks."""
    if isinstance(told, Mapping):
        for key, value in told.items():
            if key == UNKNOWN or f"<{UNKNOWN}>" in key:
                yield " ".join(place)
            yield from _questions(value, (*place, key))
    elif isinstance(told, list):
        for number, each in enumerate(told, 1):
            yield from _questions(each, (*place, f"{number}件目"))
    elif told == UNKNOWN or f"<{UNKNOWN}>" in str(told):
        yield " ".join(place)


def _without_questions(told: Any) -> Any:  # noqa: ANN401 - what YAML holds
    """What a draft tells, without the words that it asks about; a column that asks keeps its place.

    Identities wait until all of it is answered.
    """
    if isinstance(told, list):
        return list(map(_without_questions, told))
    if not isinstance(told, Mapping):
        return told
    kept = {key: each for key, each in told.items() if each != UNKNOWN and key != "identities"}
    for key in ("columns", "rows"):
        if isinstance(words := kept.get(key), Mapping):
            kept[key] = {w: m for w, m in words.items() if not [*_questions({w: m})]}
    return {key: _without_questions(each) for key, each in kept.items()}


def _without_blanks(told: Mapping[str, Any]) -> dict[str, Any]:
    """What is left blank is not told."""
    found = {key: value for key, value in told.items() if value not in ("", None)}
    if isinstance(tables := found.get("tables"), list):
        found["tables"] = [_without_blanks(t) if isinstance(t, dict) else t for t in tables]
    return found


def _faults(layout: Described) -> Iterator[str]:
    """What no type tells: units, dimensions and words that contradict each other."""
    if layout.lands_as not in LANDS_AS:
        usable = "、".join(LANDS_AS)
        yield f"lands_as: 「{layout.lands_as}」は使えません。使えるのは {usable} です。"
    if not layout.tables:
        yield "tables: 表を一つ以上書いてください。"
    for code in layout.municipalities:
        if not re.fullmatch("[0-9]{6}", code):
            yield f"municipalities: 「{code}」は使えません。団体コードは半角数字6桁です。"
    yield from _faults_of_unit("unit", layout.unit)
    yield from _faults_of_meaning("given", layout.given)
    patterns = [("texts", each) for each in layout.texts]
    patterns += [("file", layout.file)] if layout.file else []
    for key, each in patterns:
        yield from _faults_of_pattern(key, each)
    for number, table in enumerate(layout.tables, 1):
        for fault in _faults_of_table(table):
            yield f"tables {number}件目 {fault}"


def _faults_of_table(table: Table) -> Iterator[str]:
    yield from _faults_of_unit("unit", table.unit)
    yield from _faults_of_meaning("given", table.given)
    yield from _faults_of_words("columns", table.columns)
    yield from _faults_of_words("rows", table.rows)
    for each in table.above:
        yield from _faults_of_pattern("above", each)
    for words in table.optional:
        if words not in table.columns:
            yield f"optional: 「{words}」が columns にありません。"


def _faults_of_words(key: str, words: Mapping[str, Meaning]) -> Iterator[str]:
    first: dict[str, str] = {}
    for each, meaning in words.items():
        compared = heading(each.replace("/", "")).words
        if not compared:
            yield f"{key}: 見出しの語が空です。"
        elif compared in first:
            yield f"{key}: 「{first[compared]}」と「{each}」は同じ見出しです。一つにしてください。"
        first.setdefault(compared, each)
        if is_pattern(each):
            yield from _faults_of_pattern(key, each)
        if isinstance(meaning, Mapping):
            yield from _faults_of_meaning(f"{key} {each}", meaning)


def _faults_of_pattern(key: str, words: str) -> Iterator[str]:
    for dimension in Pattern(words).dimensions:
        if not dimension.strip():
            yield f"{key}: 「{words}」の < > の中に次元の名を書いてください。"


def _faults_of_meaning(key: str, meaning: Mapping[str, str]) -> Iterator[str]:
    for dimension, value in meaning.items():
        try:
            parsed(dimension, value)
        except Unreadable as problem:
            label = DIMENSIONS.get(dimension, dimension)
            yield f"{key}: {dimension}({label})の「{value}」は読めません。{problem}です。"
        if dimension == "total" and value != TRUE:
            yield f"{key}: total に書けるのは {TRUE} だけです。"
        if dimension == "measure" and not value.strip():
            yield f"{key}: measure に項目の名を書いてください。"


def _faults_of_unit(key: str, unit: str | None) -> Iterator[str]:
    if unit is not None and unit not in EVERY_UNIT:
        yield f"{key}: 「{unit}」は使えません。使えるのは {'、'.join(EVERY_UNIT)} です。"
