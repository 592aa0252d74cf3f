"""config/report_waivers.yml: who may be missing in a report, by name."""

from datetime import date
from pathlib import Path

import pytest

from services.exits import Stop
from services.home import Home
from services.intake.waivers import let_pass

JULY = date(2026, 7, 31)


def home_with(root: Path, content: str) -> Home:
    home = Home(root).create()
    (home.config / "report_waivers.yml").write_text(content, encoding="utf-8")
    return home


def test_a_department_is_let_pass_on_the_day_it_is_named_for(tmp_path: Path) -> None:
    entry = "- {as_of: 2026-07-31, department: 環境局, reason: システム更改のため, by: 財政課長}"
    home = home_with(tmp_path, entry)
    assert let_pass(home, JULY) == {"環境局": "システム更改のため"}
    assert let_pass(home, date(2026, 10, 31)) == {}
    assert let_pass(Home(tmp_path / "other").create(), JULY) == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("- {as_of: 2026-07-31, department: 環境局, by: 課長}", "1件目 reason がありません"),
        (
            "- {as_of: 2026-07-30, department: 環境局, reason: 更改, by: 課長}",
            "1件目 as_of: 「2026-07-30」は使えません。基準日",
        ),
        (
            "- {as_of: 2026-07-31, department: 環境局, reason: 更改, by: 課長, claim: '008'}",
            "1件目: 「claim」という項目はありません",
        ),
        ("環境局", "「- 」で始まる"),
        ("- 環境局", "1件目: 「環境局」は使えません。「項目: 値」の形"),
        ("- [", "YAMLとして読めません"),
    ],
)
def test_what_cannot_be_used_is_told(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(Stop, match=said):
        let_pass(home_with(tmp_path, content), JULY)
