"""The city's own descriptions of tables, config/layouts/*.yml: read, checked, and told to editors.

A file that cannot be used is told and stops nothing but itself.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ingest.described.layout import DIMENSIONS, LANDS_AS, Described, Meaning, Table
from ingest.described.meaning import TRUE, parsed
from ingest.described.words import Pattern, heading, is_pattern
from ingest.text import Unreadable
from services.home import Home
from services.settings import faults_of, typed
from terms.money import UNITS

FOLDER = "layouts"
_NAME = re.compile(r"[\w-]+")


class FaultyLayoutError(Exception):
    """A description that cannot be used: a line for each fault."""

    def __init__(self, file: str, faults: list[str]) -> None:
        super().__init__(file)
        self.file, self.faults = file, faults

    def __str__(self) -> str:
        """For the data team."""
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        return (
            f"様式の定義(config/{FOLDER}/{self.file})を読めないため、使いませんでした。"
            f"直してからやり直してください。\n{lines}"
        )


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Described]:
    """Made where a home has layouts: most commands need none."""
    return TypeAdapter(Described)


def layouts_of(home: Home) -> tuple[tuple[Described, ...], tuple[str, ...]]:
    """Every description of a home that can be used, and a note for each that cannot."""
    usable, notes = [], []
    for path in sorted((home.config / FOLDER).glob("*.yml")):
        try:
            usable.append(read_layout(path.stem, path.read_bytes()))
        except FaultyLayoutError as faulty:
            notes.append(str(faulty))
    return tuple(usable), tuple(notes)


def read_layout(name: str, content: bytes) -> Described:
    """The description that a file holds; `name`: of the file. Raises FaultyLayoutError."""
    file = f"{name}.yml"
    if not _NAME.fullmatch(name):
        raise FaultyLayoutError(file, ["ファイルの名前は、文字、数字、_ と - で付けてください。"])
    try:
        told = typed(content.decode("utf-8-sig"))
    except ValueError as problem:  # also UnicodeDecodeError
        raise FaultyLayoutError(file, [str(problem)]) from None
    if not isinstance(told, Mapping):
        raise FaultyLayoutError(file, ["「項目: 値」の形で書いてください。"])
    try:
        layout = _adapter().validate_python({**_without_blanks(told), "name": name})
    except ValidationError as error:
        raise FaultyLayoutError(file, list(faults_of(error))) from None
    if faults := list(_faults(layout)):
        raise FaultyLayoutError(file, faults)
    return layout


def schema() -> dict[str, Any]:
    """The JSON Schema of a file, for editors. The file's name is the name of the layout."""
    told = _adapter().json_schema()
    del told["properties"]["name"]
    told["required"].remove("name")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **told}


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
    if unit is not None and unit not in UNITS:
        yield f"{key}: 「{unit}」は使えません。使えるのは {'、'.join(UNITS)} です。"
