"""config/city.yml: what it may not say is answered in one line."""

from pathlib import Path

import pytest

from services.city import read_city
from services.home import Home
from services.settings import FaultyError


def home_of(folder: Path, line: str) -> Home:
    home = Home(folder)
    home.config.mkdir(parents=True)
    (home.config / "city.yml").write_text(
        f'municipality_code: "999999"\nmunicipality_name: 見本市\n{line}\n', encoding="utf-8"
    )
    return home


@pytest.mark.parametrize(
    "line",
    [
        "unit: 両",
        "approvals_needed: 3",
        "site_url: 12",
        "site_url: example.lg.jp",
        "site_url: https://example.lg.jp/a",
    ],
)
def test_a_wrong_setting_is_told_by_its_value(tmp_path: Path, line: str) -> None:
    value = line.split(": ")[1]
    with pytest.raises(
        FaultyError, match=rf"config/city\.yml\)を読めません[^「]*「{value}」は使えません"
    ):
        read_city(home_of(tmp_path, line))


@pytest.mark.parametrize(
    "address", ["https://example.lg.jp/", "http://example.lg.jp/zaisei/mishu/"]
)
def test_the_address_of_the_site_ends_in_a_slash(tmp_path: Path, address: str) -> None:
    assert read_city(home_of(tmp_path, f"site_url: {address}")).settings.site_url == address
