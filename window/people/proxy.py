"""People whom the proxy has signed in: those that the window knows, and nobody else."""

from django.contrib.auth.backends import RemoteUserBackend


class ProxyBackend(RemoteUserBackend):
    """Adds nobody: who has no account here has no post either."""

    create_unknown_user = False
