"""The app as Django knows it."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People and posts."""

    name = "window.people"
    label = "people"
