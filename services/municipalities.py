"""Whose home this is: config/city.yml, and what it says of municipalities. Asks no data."""

from typing import Any

import yaml

from services.exits import Stop
from services.home import Home

DIGITS = 6
CITY = "city.yml"


class CityUnknownError(Stop):
    """config/city.yml is missing or incomplete, and the data do not tell."""


def city_settings(home: Home) -> dict[str, Any]:
    """All of config/city.yml; nothing where the home has none."""
    file = home.config / CITY
    return (yaml.safe_load(file.read_text(encoding="utf-8")) or {}) if file.exists() else {}


def configured_municipality(home: Home) -> str | None:
    """The code in config/city.yml, or None. The data are not asked: they may be another city's."""
    code = city_settings(home).get("municipality_code")
    return None if code is None else str(code)


def municipalities(home: Home) -> tuple[str, ...]:
    """Whose forms the home takes: `municipality_code` and `municipalities` of config/city.yml.

    Nothing told: everybody's. Raises CityUnknownError where one is no code.
    """
    told: object = city_settings(home).get("municipalities") or []
    own = configured_municipality(home)
    codes = [own] if own else []
    codes += map(str, told) if isinstance(told, list) else [str(told)]
    if wrong := [code for code in codes if not is_municipality_code(code)]:
        raise CityUnknownError(
            "config/city.yml の municipality_code と municipalities には、団体コードを"
            f'半角数字6桁で、引用符を付けて書いてください(例 "012025"): {"、".join(wrong)}'
        )
    return tuple(dict.fromkeys(codes))


def default_municipality(home: Home) -> str | None:
    """Whose a form is of which nobody says so: the home's, where it has just one."""
    codes = municipalities(home)
    return codes[0] if len(codes) == 1 else None


def is_municipality_code(text: str) -> bool:
    """Six ASCII digits."""
    return len(text) == DIGITS and text.isascii() and text.isdigit()
