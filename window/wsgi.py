"""The window as a WSGI server calls it."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "window.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
