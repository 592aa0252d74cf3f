"""The planted defects are kept up: each says what it breaks, names a test, and still applies.

Whether that test finds it, `make planted` tells.
"""

import ast
import shutil
from collections import Counter
from pathlib import Path

import pytest
from planted.run import PRODUCT, ROOT, Planted, apply, patches, read

PLANTED = patches()


@pytest.mark.parametrize("defect", PLANTED, ids=[defect.name for defect in PLANTED])
def test_a_defect_names_its_test_and_applies(defect: Planted, tmp_path: Path) -> None:
    tree = ast.parse((ROOT / defect.test_file).read_text(encoding="utf-8"))
    assert defect.test in {part.name for part in tree.body if isinstance(part, ast.FunctionDef)}
    assert defect.touched
    for name in defect.touched:
        assert name.split("/")[0] in PRODUCT
        place = tmp_path / "house" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, place)
    assert apply(defect, tmp_path / "house") == ""
    for name in defect.touched:
        assert (tmp_path / "house" / name).read_bytes() != (ROOT / name).read_bytes()


def test_no_two_are_of_one_test_and_one_file() -> None:
    told = Counter((defect.caught_by, name) for defect in PLANTED for name in defect.touched)
    assert [each for each, times in told.items() if times > 1] == []
    assert len({defect.promise for defect in PLANTED}) == len(PLANTED)


@pytest.mark.parametrize(
    "text",
    ["diff --git a/cli/a.py b/cli/a.py\n", "Promise: A.\n\ndiff --git a/cli/a.py b/cli/a.py\n"],
    ids=["nothing", "no test"],
)
def test_a_defect_without_its_two_lines_is_told(text: str, tmp_path: Path) -> None:
    path = tmp_path / "00-nothing.patch"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=path.name):
        read(path)
