"""People whose passwords the city's directory knows (LDAP, Active Directory).

Only those whom the window knows come in: a directory says who somebody is, a post what is open.
Needs the extra `ldap`.
"""

from typing import Any

from django.http import HttpRequest
from django_auth_ldap.backend import LDAPBackend

from window.people.models import Person


class DirectoryBackend(LDAPBackend):  # type: ignore[misc] # the extra is not always there
    """Asks the directory; adds nobody, and lets in nobody who is disabled."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        **told: Any,  # noqa: ANN401
    ) -> Person | None:
        """The person, where the directory takes the password."""
        known = Person.objects.filter(username=username, is_active=True).exists()
        return super().authenticate(request, username=username, **told) if known else None

    def get_user(self, user_id: int) -> Person | None:
        """The person of a session, as long as it is let in."""
        return Person.objects.filter(pk=user_id, is_active=True).first()
