"""Django's settings, all of them from `environment.py`. Nothing here has a default secret."""

from __future__ import annotations

import importlib.util
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any

from dripstand.server.environment import (
    DatabaseAddress,
    SettingRefused,
    read_bus_address,
    read_database_address,
    read_environment,
    read_mail_address,
    read_site_address,
)

environment = read_environment()

DATA_DIR: Path = environment.folder("DRIPSTAND_DATA")
DEMO: bool = (DATA_DIR / "demo.json").exists()
DEBUG = False


def _secret_key() -> str:
    """From the environment, else the file that the first `serve` wrote; "" where there is none."""
    given = environment.text("DRIPSTAND_SECRET_KEY")
    stored = DATA_DIR / "secret.key"
    if given is None and stored.exists():
        given = stored.read_text(encoding="ascii").strip()
    if given is None:
        return ""
    if len(given) < 50:
        raise SettingRefused("DRIPSTAND_SECRET_KEY is shorter than 50 characters.")
    return given


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = environment.listed("DRIPSTAND_ALLOWED_HOSTS")


# --- stores ---------------------------------------------------------------------------------------------------------


def _database(address: DatabaseAddress) -> dict[str, Any]:
    if address.engine == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(address.path),
            # Tests use a file as well: a database in memory shares its locks, not its behaviour, between threads.
            "TEST": {"NAME": f"{address.path}.test"},
            "OPTIONS": {
                # Read-then-write under the default DEFERRED mode fails with "database is locked" as soon as two write.
                "transaction_mode": "IMMEDIATE",
                "timeout": 5,
                # In WAL mode NORMAL may lose the last commits at a power cut; what was acknowledged may not be lost.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address.name,
        "USER": address.user,
        "PASSWORD": address.password,
        "HOST": address.host,
        "PORT": str(address.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, **({"sslmode": address.sslmode} if address.sslmode else {})},
    }


_given_database = environment.text("DRIPSTAND_DATABASE_URL")
DATABASE_ADDRESS = (
    read_database_address(_given_database)
    if _given_database is not None
    else DatabaseAddress("sqlite", path=DATA_DIR / "dripstand.sqlite3")
)
DATABASES = {"default": _database(DATABASE_ADDRESS)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_given_bus = environment.text("DRIPSTAND_BUS_URL")
BUS_URL: str | None = read_bus_address(_given_bus) if _given_bus is not None else None

# --- rooms ----------------------------------------------------------------------------------------------------------

# The house, from the ground up; a room that is not built yet is passed over.
ROOMS = (
    "live",
    "jobs",
    "people",
    "premises",
    "protocol",
    "evaluation",
    "course",
    "outcomes",
    "ledger",
    "monitoring",
    "infusion",
    "devices",
    "records",
    "registry",
    "guide",
    "calm",
)


def _is_built(room: str) -> bool:
    return importlib.util.find_spec(f"dripstand.{room}") is not None and (
        importlib.util.find_spec(f"dripstand.{room}.apps") is not None
    )


MONITORING: bool = environment.yes("DRIPSTAND_MONITORING")
DEVICE_LINES_COUNT = environment.whole_number("DRIPSTAND_DEVICE_LINES", 1, 10_000)
DEVICE_NETWORKS = environment.networks("DRIPSTAND_DEVICE_NETWORKS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "dripstand.server",
    *(f"dripstand.{room}" for room in ROOMS if _is_built(room)),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "dripstand.server.middleware.security_headers",
    "dripstand.server.middleware.clinics_zone",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "dripstand.server.middleware.language_of_the_reader",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dripstand.server.middleware.sign_in_limits",
    "dripstand.server.middleware.screen_lock",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "dripstand.server.urls"
ASGI_APPLICATION = "dripstand.server.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dripstand.server.context.frame",
            ],
        },
    }
]

# --- who ------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.StaffMember"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["dripstand.people.hashing.OneAtATimeHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"

# A guesser is slowed by name and address together, so that nobody can lock a colleague out from elsewhere.
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=5)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address"]

# --- over the wire --------------------------------------------------------------------------------------------------

TLS: bool = environment.yes("DRIPSTAND_TLS")
SESSION_IDLE_S = environment.whole_number("DRIPSTAND_SESSION_IDLE_MINUTES", 1, 24 * 60) * 60
SESSION_ABSOLUTE_S = environment.whole_number("DRIPSTAND_SESSION_HOURS", 1, 7 * 24) * 3600
LOCK_AFTER_S = environment.whole_number("DRIPSTAND_LOCK_MINUTES", 1, 24 * 60) * 60
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_S
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = TLS
SESSION_COOKIE_NAME = "__Host-dripstand" if TLS else "dripstand"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = TLS
CSRF_COOKIE_NAME = "__Host-dripstand-csrf" if TLS else "dripstand-csrf"
CSRF_FAILURE_VIEW = "dripstand.server.errors.csrf_refused"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if TLS else 0
X_FRAME_OPTIONS = "DENY"
# A proxy's word about scheme, host or address is not taken: nothing here may be talked into another's place.
USE_X_FORWARDED_HOST = False
USE_X_FORWARDED_PORT = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# --- e-mail ---------------------------------------------------------------------------------------------------------

_given_site, _given_mail = environment.text("DRIPSTAND_SITE"), environment.text("DRIPSTAND_MAIL_URL")
SITE_ADDRESS = read_site_address(_given_site) if _given_site is not None else ""
DEFAULT_FROM_EMAIL = environment.text("DRIPSTAND_MAIL_FROM") or "dripstand@localhost"
if _given_mail is not None:
    _mail = read_mail_address(_given_mail)
    EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.security == "starttls", _mail.security == "tls"
CAN_MAIL = _given_mail is not None

# --- words and times ------------------------------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = environment.zone("DRIPSTAND_TIME_ZONE")
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "Español")]
LANGUAGE_COOKIE_NAME = "dripstand-language"
LANGUAGE_COOKIE_SECURE = TLS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 180 * 24 * 3600
LOCALE_PATHS = [Path(__file__).parent / "locale"]

# --- files ----------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = None
# WhiteNoise hands its small files over synchronously under ASGI; harmless for them, and said once for every file.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
WHITENOISE_USE_FINDERS = True  # the files lie in the package; nothing is collected or copied
WHITENOISE_AUTOREFRESH = False
# Vite puts a hash of the content into these names, so a browser may keep them for good.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/dist/assets/.+$"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": environment.one_of("DRIPSTAND_LOG_LEVEL", ("debug", "info", "warning", "error")).upper(),
    },
    # Django's own line for a fault carries the message, which may hold what someone entered; errors.py logs the place.
    "loggers": {"django.request": {"level": "CRITICAL"}, "axes": {"level": "WARNING"}},
}
