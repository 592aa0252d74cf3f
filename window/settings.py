"""Django's settings for one home: nothing here names a machine, a secret or a person."""

import os
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from services.desks.window import NAME, WindowSettings
from services.home import Home
from window.house import BEHIND_PROXY, secret_of

HOME = Home.at(None)
TOLD = WindowSettings.of(HOME)

DEBUG = False
SECRET_KEY = secret_of(HOME)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", *TOLD.hosts]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in TOLD.hosts]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "axes",
    "window.people",
]
MIDDLEWARE = [
    "window.middleware.headers",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "window.middleware.Door",
    "axes.middleware.AxesMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
if TOLD.directory:
    import ldap
    from django_auth_ldap.config import LDAPSearch

    AUTHENTICATION_BACKENDS.append("window.people.directory.DirectoryBackend")
    AUTH_LDAP_SERVER_URI = TOLD.directory.server
    AUTH_LDAP_START_TLS = TOLD.directory.start_tls and TOLD.directory.server.startswith("ldap://")
    AUTH_LDAP_BIND_DN = TOLD.directory.reader
    AUTH_LDAP_BIND_PASSWORD = os.environ.get("MISHUKIN_LDAP_PASSWORD", "")
    AUTH_LDAP_USER_SEARCH = LDAPSearch(
        TOLD.directory.base,
        ldap.SCOPE_SUBTREE,
        TOLD.directory.filter.replace("%", "%%").replace(NAME, "%(user)s"),
    )
    AUTH_LDAP_NO_NEW_USERS = True
    # Whoever waits for a directory that is away waits no longer than for a page.
    AUTH_LDAP_CONNECTION_OPTIONS = {ldap.OPT_NETWORK_TIMEOUT: 5, ldap.OPT_TIMEOUT: 5}

# Whom the proxy has signed in, it says in a header; others could say so, too, but on its socket.
USER_HEADER = "HTTP_" + (TOLD.user_header or "").upper().replace("-", "_")
if TOLD.user_header and os.environ.get(BEHIND_PROXY):
    MIDDLEWARE.insert(-2, "window.middleware.SignedInByProxy")
    AUTHENTICATION_BACKENDS.append("window.people.proxy.ProxyBackend")

ROOT_URLCONF = "window.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "window.access.menu",
            ],
            "builtins": ["window.pages.filters"],
        },
    }
]


def _database(dsn: str | None) -> dict[str, object]:
    """PostgreSQL where the environment names a server, else SQLite in the home."""
    if dsn is None:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME.window / "people.sqlite3",
            # Who writes waits for others instead of failing.
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "pragma journal_mode=wal; pragma synchronous=full",
            },
        }
    told = conninfo_to_dict(dsn)
    names = {
        "NAME": "dbname",
        "USER": "user",
        "PASSWORD": "password",
        "HOST": "host",
        "PORT": "port",
    }
    found = {name: str(told[each]) for name, each in names.items() if each in told}
    return {"ENGINE": "django.db.backends.postgresql", **found}


DATABASES = {"default": _database(os.environ.get("MISHUKIN_WINDOW_DSN"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
# Memory-hard, and quick enough for many who sign in at the same minute.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
_RULES = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _RULES + "MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": _RULES + "UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("username", "name")}},
    {"NAME": _RULES + "CommonPasswordValidator"},
    {"NAME": _RULES + "NumericPasswordValidator"},
]  # fmt: skip
LOGIN_URL = SIGN_IN = "/sign-in/"

AXES_FAILURE_LIMIT = TOLD.attempts
AXES_COOLOFF_TIME = TOLD.lock_hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "window.pages.entrance.locked_out"
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
SILENCED_SYSTEM_CHECKS = ["axes.W003"]

SESSION_COOKIE_NAME = "mishukin"
SESSION_COOKIE_AGE = TOLD.idle_minutes * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "window.pages.entrance.forged"
# Over plain HTTP on loopback a browser would not send them back.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = bool(TOLD.hosts)

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# An upload is kept in a file of the home's, never in memory beyond this.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
DATA_UPLOAD_MAX_NUMBER_FILES = 50
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_TEMP_DIR = HOME.window

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
