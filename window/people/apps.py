"""The app as Django knows it."""

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth.signals import user_logged_in

from services.clock import now
from services.records import audit

if TYPE_CHECKING:
    from window.people.models import Person


class PeopleConfig(AppConfig):
    """People and posts."""

    name = "window.people"
    label = "people"

    def ready(self) -> None:
        """Whoever comes in, whichever way, is noted."""
        user_logged_in.connect(_note)


def _note(sender: object, user: "Person", **_: object) -> None:
    del sender
    audit.note(settings.HOME, now(), "sign_in", by=user.name, signed_in=user.username)
