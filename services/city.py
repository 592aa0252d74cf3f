"""Which city this house belongs to, and what it decided for itself: config/city.yml."""

from dataclasses import fields

from exports.report.model import City, ReportSettings
from exports.report.notable import Bounds
from services.generation import KEPT
from services.home import Home
from services.municipalities import CityUnknownError, city_settings
from services.query import ask

CONTACT = "債権管理担当"


# What config/city.yml may say beside the settings of the reports.
OWN_ITEMS = frozenset(
    {
        "municipality_code",
        "municipalities",
        "generations_kept",
        "approvals_needed",
        "notable_change_percent",
        "notable_change_yen",
    }
)
MOST_APPROVALS = 2


def read_city(home: Home) -> City:
    """config/city.yml; what it leaves out comes from the one municipality of the generation."""
    told = city_settings(home)
    known = {field.name for field in fields(ReportSettings)} | OWN_ITEMS
    if unknown := sorted(set(told) - known):
        raise CityUnknownError(f"config/city.yml に知らない項目があります: {'、'.join(unknown)}")
    code = str(told.pop("municipality_code", None) or _only_municipality(home))
    for item in OWN_ITEMS:
        told.pop(item, None)
    name = told.pop("municipality_name", None) or _name_of(home, code)
    publisher = told.pop("publisher", name)
    contact = told.pop("contact", CONTACT)
    try:
        return City(code, ReportSettings(name, publisher, contact, **told))
    except ValueError as unusable:
        raise CityUnknownError(f"config/city.yml: {unusable}") from unusable


def generations_kept(home: Home) -> int:
    """How many generations stay, `generations_kept` of config/city.yml, the current one included.

    Raises CityUnknownError where that is no whole number of at least one.
    """
    kept: object = city_settings(home).get("generations_kept", KEPT)
    if isinstance(kept, bool) or not isinstance(kept, int) or kept < 1:
        raise CityUnknownError(
            "config/city.yml の generations_kept(残す公開用データの世代数)は"
            f"1以上の整数です: {kept}"
        )
    return kept


def approvals_needed(home: Home) -> int:
    """How many people must approve a report, `approvals_needed` of config/city.yml: 1 or 2.

    Raises CityUnknownError where it is neither.
    """
    needed: object = city_settings(home).get("approvals_needed", 1)
    if isinstance(needed, bool) or not isinstance(needed, int):
        needed = 0
    if not 1 <= needed <= MOST_APPROVALS:
        raise CityUnknownError(
            "config/city.yml の approvals_needed(残高報告の承認に要る人数)は1か2です。"
        )
    return needed


def bounds(home: Home) -> Bounds:
    """From when on a change must be seen by whoever approves: `notable_change_percent` and `_yen`.

    Raises CityUnknownError where one is no whole number from 0 on.
    """
    told = {name: city_settings(home).get(f"notable_change_{name}") for name in ("percent", "yen")}
    try:
        return Bounds(**{name: value for name, value in told.items() if value is not None})
    except ValueError as unusable:
        raise CityUnknownError(
            "config/city.yml の notable_change_percent(%)と notable_change_yen(円)は"
            f"0以上の整数です: {unusable}"
        ) from unusable


def _only_municipality(home: Home) -> str:
    codes = [
        row[0] for row in ask(home, "select distinct municipality_code from mart_submission").rows
    ]
    if len(codes) != 1:
        raise CityUnknownError(
            "config/city.yml に municipality_code(団体コード6桁)を書いてください。"
            f"公開用データには{len(codes)}団体があります。"
        )
    return str(codes[0])


def _name_of(home: Home, code: str) -> str:
    rows = ask(
        home, "select municipality_name from dim_municipality where municipality_code = ?", [code]
    ).rows
    if not rows or not rows[0][0]:
        raise CityUnknownError(
            f"config/city.yml に municipality_name(団体名)を書いてください。"
            f"団体コード{code}の名称が分かりません。"
        )
    return str(rows[0][0])
