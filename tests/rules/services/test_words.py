"""What the world changes is told in config/terms.yml, and needs no release."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from ingest import text
from ingest.layout import layout
from ingest.templates import draw
from services.exits import Stop
from services.home import Home
from services.words import adopt
from terms import codes
from terms.reading import extend
from terms.years import fiscal_year_label, japanese_date

TERMS = """
eras:
  - {name: 天平, letter: E, first_day: 2030-05-01}
status_classes:
  - {code: 17, version: 1, label: 相続財産清算人の選任中, group: 整理債権}
claim_classes:
  other: {label: その他の債権, words: [その他債権, 他]}
municipalities:
  012025: 函館市
"""


@pytest.fixture
def home(tmp_path) -> Iterator[Home]:
    made = Home(tmp_path).create()
    (made.config / "terms.yml").write_text(TERMS, encoding="utf-8")
    adopt(made)
    yield made
    extend({})


def test_a_new_era_is_read_and_written(home: Home) -> None:
    assert text.fiscal_year("天平2年度") == text.fiscal_year("E2") == 2031
    assert text.day("天平元年7月31日") == date(2030, 7, 31)
    assert fiscal_year_label(2030) == "天平元年度"
    assert japanese_date(date(2030, 4, 30)) == "令和12年4月30日"
    with pytest.raises(text.Unreadable):
        text.day("令和13年7月31日")


def test_a_new_class_of_claims_is_read_and_written(home: Home) -> None:
    assert text.claim_classes("強・他") == ("enforceable", "other")
    assert codes.class_label("private,other") == "私債権・その他の債権"
    assert "enforceable,private,other" in codes.codes("claim_classes")


def test_a_new_class_of_uncollected_claims_is_a_column_that_older_forms_may_lack(
    home: Home,
) -> None:
    last = layout("annual", 2024).status_columns[-1]
    assert (last.name, last.group, last.presence) == ("17", "disposal", "expected")
    assert codes.codes("status_code")[-1] == "17"


def test_the_form_that_is_handed_out_has_a_column_for_it(home: Home) -> None:
    book = load_workbook(BytesIO(draw("annual", municipality_code="999999", fiscal_year=2024)))
    written = [cell.value for row in book.worksheets[0] for cell in row]
    assert {"⑯", "⑰", "相続財産清算人の選任中"} <= set(written)


def test_a_new_municipality_has_a_name(home: Home) -> None:
    assert codes.told("codes")["municipalities"]["012025"] == "函館市"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("era: []", "「era」という項目はありません"),
        ("eras: [{name: 天平, letter: E}]", "first_day がありません"),
        ("eras: [{name: 天平, letter: 天, first_day: 2030-05-01}]", "大文字1字"),
        (
            "status_classes: [{code: 17, version: 1, label: 新, group: 回収}]",
            "回収債権 か 整理債権",
        ),
        ("municipalities: {12025: 函館市}", "半角数字6桁"),
    ],
)
def test_a_fault_is_told_with_file_key_and_remedy(content: str, said: str, tmp_path) -> None:
    home = Home(tmp_path).create()
    (home.config / "terms.yml").write_text(content, encoding="utf-8")
    with pytest.raises(Stop, match=said) as told:
        adopt(home)
    assert "config/terms.yml" in str(told.value)
