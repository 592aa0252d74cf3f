"""What a home says of its window: config/window.yml."""

from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

from services.settings import Settings, told_as, whole

NAME = "{name}"
Hosts = Annotated[
    tuple[str, ...], BeforeValidator(lambda told: told if isinstance(told, list) else [told])
]


def _address(text: str) -> str:
    if not text.startswith(("ldap://", "ldaps://")):
        raise ValueError
    return text


def _filter(text: str) -> str:
    if NAME not in text or not (text.startswith("(") and text.endswith(")")):
        raise ValueError
    return text


class Directory(Settings):
    """The city's directory (LDAP, Active Directory), which knows the passwords of its people.

    The password of `reader` is told by the environment (MISHUKIN_LDAP_PASSWORD).
    """

    server: Annotated[
        str, told_as(_address, "ldap:// か ldaps:// で始まるアドレスを書いてください。")
    ]
    base: str
    filter: Annotated[
        str, told_as(_filter, "利用者名の入る所を {name} として書いてください(例 (uid={name}))。")
    ] = "(uid={name})"
    reader: str = ""
    start_tls: bool = True


class WindowSettings(Settings):
    """Under which names the window is reached, how patient it is, and who else knows its people.

    `user_header`: the header in which the proxy names who has signed in there.
    """

    FILE = "window.yml"
    TITLE = "窓口の設定"

    hosts: Hosts = ()
    user_header: str | None = None
    directory: Directory | None = None
    idle_minutes: Annotated[int, whole(1)] = 30
    attempts: Annotated[int, whole(1)] = 5
    lock_minutes: Annotated[int, whole(1)] = 15

    @property
    def lock_hours(self) -> timedelta:
        """How long nobody signs in under a name that was tried too often."""
        return timedelta(minutes=self.lock_minutes)
