"""What the staff type, made into what the program needs; each raises Stop with what to write."""

import os
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from ingest.personal import looks_personal, shown_file
from ingest.text import Unreadable, claim_number
from services.calendar import is_as_of
from services.city import CitySettings, is_municipality_code, read_city
from services.clock import Clock, now, read_instant, stopped_at
from services.exits import Stop
from services.home import Home
from services.intake.inbox import MORE_MUNICIPALITIES, Sources, sources

# So much the clocks of two machines may differ.
CLOCKS_DIFFER = timedelta(minutes=5)


def clock_at(instant: str | None, *, may_be_ahead: bool = False) -> Clock:
    """The clock a command runs by: told, or the wall's.

    What is done is not done yet to come; only what reads may look ahead. Raises Stop.
    """
    if instant is None:
        return stopped_at(now())
    try:
        told = read_instant(instant)
    except ValueError:
        raise Stop(f"日時はISO 8601で書いてください(例 2024-08-20T09:00): {instant}") from None
    if told > now() + CLOCKS_DIFFER and not may_be_ahead:
        raise Stop(f"これからの日時では実行できません: {instant}")
    return stopped_at(told)


def report_date(text: str) -> date:
    """A date a balance report speaks of."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not is_as_of(day):
        raise Stop(f"基準日は7月31日・10月31日・1月31日です(例 2024-07-31): {text}")
    return day


def day_of(option: str, text: str) -> date:
    """A date as an option gives it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Stop(f"{option} の日付はISO 8601で書いてください(例 2024-10-31): {text}") from None


def municipality_or_only(home: Home, municipality: str | None) -> str:
    """The code that was told, else the one of config/city.yml or of the data."""
    if municipality is None:
        return CitySettings.of(home).municipality_code or read_city(home).municipality_code
    return _of_this_home(home, municipality)


def _of_this_home(home: Home, municipality: str) -> str:
    """A code as it was told; raises Stop where it is none, or not one of the home's."""
    if not is_municipality_code(municipality):
        raise Stop(f"団体コードは半角数字6桁です: {municipality}")
    own = CitySettings.of(home).whose_forms
    if own and municipality not in own:
        raise Stop(
            f"団体コード{municipality}は、この倉庫の団体({'・'.join(own)})ではありません。"
            "--municipality を確かめてください。"
            f"{municipality}の分も扱うときは、{MORE_MUNICIPALITIES}"
        )
    return municipality


def claim_told(claim: str | None) -> str | None:
    """A claim's number as the data have it: `O8` and `8` are 008."""
    if claim is None:
        return None
    try:
        return claim_number(claim)
    except Unreadable as problem:
        raise Stop(f"--claim の「{claim}」を読めません。{problem}を指定してください。") from None


def reason_to_keep(reason: str) -> str:
    """A reason as it is recorded and shown to everybody who sees the submissions."""
    if kind := looks_personal(reason):
        raise Stop(
            f"--reason に{kind}のような記載があります。個人を特定しない言葉で書いてください。"
        )
    return reason


def existing(paths: Sequence[Path]) -> Sequence[Path]:
    """The paths, all of which must exist, if only as a link that leads nowhere."""
    missing = [str(path) for path in paths if not os.path.lexists(path)]
    if missing:
        raise Stop(f"見つかりません: {'、'.join(missing)}")
    return paths


def files_to_check(paths: Sequence[Path], home: Home) -> Sources:
    """The files of `paths`, each with its municipality as far as inbox or home tell it."""
    city = CitySettings.of(home)
    return sources(existing(paths), home.inbox, city.only_municipality, city.whose_forms)


def files_to_load(paths: Sequence[Path], home: Home, municipality: str | None) -> Sources:
    """The files of `paths`, each with its municipality: told, its inbox's, or the home's."""
    city = CitySettings.of(home)
    told = _of_this_home(home, municipality) if municipality else city.only_municipality
    found = sources(existing(paths), home.inbox, told, city.whose_forms)
    if found.without_municipality:
        names = "、".join(shown_file(path.name) for path in found.without_municipality)
        raise Stop(
            f"どの団体のものか分かりません: {names}。--municipality で団体コードを指定するか、"
            "inbox/<団体コード>/ に置くか、config/city.yml に municipality_code を書いてください。"
        )
    return found
