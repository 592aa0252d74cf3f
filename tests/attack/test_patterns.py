"""No pattern that sees what was handed in can be made to take for ever by what stands there."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from support.patterns import How, growth

import ingest

ROOT = Path(ingest.__file__).parent
SEARCHES = {"search", "findall", "finditer", "sub", "subn", "split"}
# At worst quadratic in the text of a cell, of which there are at most 32,767 characters: a second.
QUADRATIC = {
    ("forms/lists/claims.py", "_NEXT_PAGE"),
    ("forms/lists/claims.py", "_PAGE_OF"),
    ("forms/lists/claims.py", "_DATED"),
    ("forms/lists/lines.py", "_TOTAL"),
    ("forms/plan/lines.py", "_BRACKETED"),
    ("forms/tables/vocabulary.py", "_NUMBERED"),
    # A run of digits is looked at once, which the check cannot know: what stands before it counts.
    ("drafting/sheet.py", "_NO_NAME"),
}


def how_of(name: str, text: str) -> How:
    """The most that a module does with a pattern: a search begins anew at each character."""
    uses = set(re.findall(rf"\b{name}\.(\w+)\b", text))
    if uses and uses <= {"fullmatch"}:
        return "fullmatch"
    return "match" if uses and uses <= {"match", "fullmatch"} else "search"


def patterns() -> Iterator[tuple[str, str, re.Pattern[str], How]]:
    """Module, name, pattern and use of each pattern of the reader."""
    everything = "\n".join(path.read_text("utf-8") for path in ROOT.rglob("*.py"))
    for path in sorted(ROOT.rglob("*.py")):
        file, text = path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
        if file.startswith("sample/"):
            continue
        module = import_module(".".join(("ingest", *path.relative_to(ROOT).with_suffix("").parts)))
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and f"\n{name} = " in text:
                used_in = text if f"{name}." in text else everything
                yield file, name, value, how_of(name, used_in)
        for call in ast.walk(ast.parse(text)):
            match call:
                case ast.Call(
                    ast.Attribute(ast.Name("re"), method), [ast.Constant(str(told)), *_]
                ) if method != "compile":
                    how: How = "search" if method in SEARCHES else "match"
                    yield file, told, re.compile(told), how


@pytest.mark.parametrize(
    ("pattern", "how", "grows"),
    [
        (r"(a+)+b", "match", "exponential"),
        (r"(a*)*b", "match", "exponential"),
        (r"(a|a)*b", "match", "exponential"),
        (r"([※注]\d*|\d)*", "fullmatch", "exponential"),
        (r"a*a*b", "match", "polynomial"),
        (r"a+b", "search", "polynomial"),
        (r"\s+$", "search", "polynomial"),
        (r"a+b", "match", "linear"),
        (r"(?<!a)a+b", "search", "linear"),
        (r"a*+[ab]*c", "match", "linear"),
        (r"\d+(,\d+)*", "fullmatch", "linear"),
        (r"a+", "search", "linear"),
    ],
)
def test_the_growth_of_a_pattern_is_told_by_its_structure(
    pattern: str, how: How, grows: str
) -> None:
    assert growth(re.compile(pattern), how) == grows


def test_every_pattern_that_sees_submitted_text_is_linear() -> None:
    found = {(file, name): growth(pattern, how) for file, name, pattern, how in patterns()}
    assert len(found) > 150
    worse = {place: grows for place, grows in found.items() if grows != "linear"}
    assert worse == dict.fromkeys(QUADRATIC, "polynomial")
