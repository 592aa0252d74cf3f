"""config/ of a home, every file of it read in one way: a model says what may stand there.

A fault names the file, the key, what was found and what is expected; the faults of a file are told
at once, and an item that nobody knows is one. Values are read as they were typed: 010 stays 010.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from services.exits import Stop
from services.home import Home

ITEMS = "「項目: 値」の形で書いてください。"
LIST = "「- 」で始まる項目を並べてください。"
WORDS = "一つの値を書いてください。"
# What the models' own checks, which speak English, are told as.
_OF_KEYS = ("missing", "unexpected_keyword_argument")
EXPECTED = {
    "missing": "がありません。",
    "unexpected_keyword_argument": "という項目はありません。",
    **dict.fromkeys(("model_type", "dict_type", "mapping_type"), ITEMS),
    **dict.fromkeys(("tuple_type", "frozen_set_type"), LIST),
    **dict.fromkeys(("string_type", "string_too_short"), WORDS),
}


class FaultyError(Stop):
    """A file of config/ that cannot be used."""


class File(BaseModel):
    """A file of config/. `FILE` is its name, `TITLE` what the staff call it."""

    FILE: ClassVar[str]
    TITLE: ClassVar[str]

    @classmethod
    def of(cls, home: Home) -> Self:
        """What the file says; the usual where there is none. Raises FaultyError."""
        try:
            return cls.read((home.config / cls.FILE).read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            return cls()
        except UnicodeDecodeError:
            raise cls.faulty(["UTF-8で保存してください。"]) from None

    @classmethod
    def read(cls, content: str) -> Self:
        """What the content of the file says. Raises FaultyError with a line for each fault."""
        try:
            told = typed(content)
            return cls.model_validate(told) if told else cls()
        except yaml.YAMLError as error:
            raise cls.faulty([unreadable(error, content)]) from None
        except ValidationError as error:
            raise cls.faulty(list(faults_of(error))) from None

    @classmethod
    def faulty(cls, faults: Iterable[str]) -> FaultyError:
        """The refusal that tells the faults."""
        lines = "\n".join(f"  {fault}" for fault in faults)
        return FaultyError(
            f"{cls.TITLE}(config/{cls.FILE})を読めません。直してからやり直してください。\n{lines}"
        )


class Settings(File):
    """A file, or a part of one, of items by their names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _only_known(cls, told: object) -> object:
        """What is left blank is not told; what is not known is a fault."""
        if not isinstance(told, Mapping):
            return told
        known = [field.alias or name for name, field in cls.model_fields.items()]
        if unknown := [name for name in told if name not in known]:
            raise ValueError(
                f"「{'」「'.join(unknown)}」という項目はありません。"
                f"使えるのは {'、'.join(known)} です。"
            )
        return {name: value for name, value in told.items() if value not in ("", None)}


def without_unknown(model: type[Settings], content: str) -> str:
    """A file without the items that nobody knows, which earlier versions passed over."""
    told = typed(content) or {}
    known = {name: value for name, value in told.items() if name in model.model_fields}
    return yaml.safe_dump(known, allow_unicode=True)


def typed(content: str) -> Any:  # noqa: ANN401 - what YAML holds
    """Every item as it was typed: 010 is a claim number, not eight. None where nothing is said."""
    return yaml.load(content, Loader=yaml.CBaseLoader)  # noqa: S506 - builds strings only


def told_as(read: Callable[[str], Any], expected: str) -> BeforeValidator:
    """A value that `read` takes from what was typed, a ValueError where it is not as `expected`."""

    def checked(found: object) -> object:
        try:
            return read(str(found))
        except ValueError:
            raise ValueError(f"「{found}」は使えません。{expected}") from None

    return BeforeValidator(checked)


def whole(low: int, high: int | None = None) -> BeforeValidator:
    """A whole number from `low` on, or up to `high`."""

    def read(found: str) -> int:
        number = int(found)
        if number < low or (high is not None and number > high):
            raise ValueError
        return number

    limits = f"{low}以上の整数" if high is None else f"{low}から{high}までの整数"
    return told_as(read, f"{limits}を書いてください。")


Day = Annotated[date, told_as(date.fromisoformat, "日付を書いてください(例 2026-10-30)。")]


def unreadable(error: yaml.YAMLError, content: str) -> str:
    """Where a file ceases to be YAML: its last line where the rest is missing."""
    mark = getattr(error, "problem_mark", None)
    lines = content.count("\n") + 1
    place = f"{min(mark.line + 1, lines)}行目: " if mark else ""
    return f"{place}YAMLとして読めません。"


def faults_of(error: ValidationError) -> Iterator[str]:
    """A line for each fault: where, what was found, what is expected."""
    for fault in error.errors():
        place = [f"{at + 1}件目" if isinstance(at, int) else at for at in fault["loc"]]
        where = " ".join(each for each in place if each != "[key]")
        what = fault.get("ctx", {}).get("error") or EXPECTED.get(fault["type"], fault["msg"])
        if fault["type"] in _OF_KEYS:
            yield f"{where} {what}"
            continue
        if where and fault["type"] in EXPECTED:
            what = f"「{fault['input']}」は使えません。{what}"
        yield f"{where}: {what}" if where else str(what)
