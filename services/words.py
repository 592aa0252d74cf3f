"""Words that a home adds to those of `terms/`: config/terms.yml, for what the world changes.

eras:
  - {name: 令和の次, letter: X, first_day: 2040-05-01}
status_classes:     # 調書 表3: from which version of the form on; 回収債権 or 整理債権
  - {code: 17, version: 1, label: 相続財産清算人選任中, group: 整理債権}
claim_classes:      # the code of the marts: what staff read, how forms write it
  other: {label: その他の債権, words: [その他債権, その他]}
municipalities:
  012025: 函館市
"""

import re
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from services.home import Home
from services.settings import Day, Settings, told_as, whole
from terms import codes
from terms.reading import extend


def _of_form(pattern: str, expected: str) -> BeforeValidator:
    def read(found: str) -> str:
        if not re.fullmatch(pattern, found):
            raise ValueError
        return found

    return told_as(read, expected)


def _group(label: str) -> str:
    labels = codes.labels("status_group")
    for code in ("recovery", "disposal"):
        if labels[code] == label:
            return code
    raise ValueError


Text = Annotated[str, _of_form(r"\S(?:.*\S)?", "文字を書いてください。")]
Letter = Annotated[str, _of_form("[A-Z]", "略号をアルファベットの大文字1字で書いてください。")]
StatusCode = Annotated[str, _of_form(r"\d\d", "番号を2桁で書いてください(例 17)。")]
ClassCode = Annotated[str, _of_form("[a-z][a-z_]*", "半角の英小文字と下線で書いてください。")]
Municipality = Annotated[str, _of_form("[0-9]{6}", "団体コードは半角数字6桁です。")]


class Era(Settings):
    """An era, the letter of its short form and its first day."""

    name: Text
    letter: Letter
    first_day: Day


class StatusClass(Settings):
    """A class of uncollected claims, from a version of 調書 on."""

    code: StatusCode
    version: Annotated[int, whole(1)]
    label: Text
    group: Annotated[str, told_as(_group, "回収債権 か 整理債権 を書いてください。")]


class ClaimClass(Settings):
    """A class of claims: what staff read, and how forms write it."""

    label: Text
    words: tuple[Text, ...]


class Words(Settings):
    """What the home adds."""

    FILE: ClassVar[str] = "terms.yml"
    TITLE: ClassVar[str] = "用語の追加"

    eras: tuple[Era, ...] = ()
    status_classes: tuple[StatusClass, ...] = ()
    claim_classes: dict[ClassCode, ClaimClass] = Field(default_factory=dict)
    municipalities: dict[Municipality, Text] = Field(default_factory=dict)


def adopt(home: Home) -> None:
    """From now on this process knows the words of ``home``. Raises FaultyError."""
    told = Words.of(home).model_dump(mode="json", exclude_defaults=True)
    extend(told)
