"""Every setting of the platform. What an operator may choose comes from the environment:

DATABASE_URL          where PostgreSQL is; by default the embedded server of the data directory
TONGCHOU_DATA         the data directory: uploaded files, the embedded database, generated secrets
TONGCHOU_HOSTS        host names served, separated by commas
TONGCHOU_HTTPS        1 when users come through HTTPS: secure cookies, HSTS
TONGCHOU_PROXIES      how many trusted proxies stand before the platform; needed to know a client's address
TONGCHOU_SECRET_KEY   the signing key; by default made once and kept in the data directory
TONGCHOU_DEBUG        1 while developing
TONGCHOU_DEMO         1 in the demo: its clock can be set on every page
TONGCHOU_DB_POOL      connections kept by each web process (set by wsgi.py; other processes keep no pool)
TONGCHOU_MAIL_URL     smtp://user:password@host:port or smtps://…; by default mail is written to files
TONGCHOU_MAIL_FROM    the sender of mail
TONGCHOU_URL          the address people open (https://tongchou.example.org), which mails lead to
TONGCHOU_CLAMD        a virus scanner: the path of clamd's socket, or host:port; by default files are not scanned
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from psycopg.conninfo import conninfo_to_dict

from tongchou.paths import data_dir, database_url

DATA = data_dir()
FILES = DATA / "files"
BASE = Path(__file__).resolve().parent


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes"}


def _secret_key() -> str:
    """Made once, readable by its owner alone; two processes that start together agree on one."""
    if key := os.environ.get("TONGCHOU_SECRET_KEY"):
        return key
    path = DATA / "secret_key"
    DATA.mkdir(mode=0o711, parents=True, exist_ok=True)
    draft = DATA / f"secret_key.{os.getpid()}"
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def _database(url: str) -> dict[str, Any]:
    """The parser of libpq itself reads the URL, so whatever psql accepts is accepted here."""
    options: dict[str, Any] = dict(conninfo_to_dict(url))
    pool = int(os.environ.get("TONGCHOU_DB_POOL", "0"))
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": options.pop("dbname", "tongchou"),
        "USER": options.pop("user", ""),
        "PASSWORD": options.pop("password", ""),
        "HOST": options.pop("host", ""),
        "PORT": options.pop("port", ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
    # The server binds the values, and plans a statement once a connection, from its sixth time on: of a save's question,
    # with its ten tables, planning took ten times as long as answering. Pages that are read: see guards.PlansOfReading.
    options |= {"server_side_binding": True, "prepare_threshold": 5}
    if pool:
        options["pool"] = {"min_size": min(2, pool), "max_size": pool, "timeout": 20}
    return database


# ---------------------------------------------------------------- the platform

DEBUG = _flag("TONGCHOU_DEBUG")
DEMO = _flag("TONGCHOU_DEMO")
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = [h for h in os.environ.get("TONGCHOU_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if h]
ROOT_URLCONF = "tongchou.urls"
WSGI_APPLICATION = "tongchou.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": _database(database_url())}
# Shared by every process, so that a limit on failed logins is one limit.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "procrastinate.contrib.django",
    "tongchou.core",
    "tongchou.outbox",
    "tongchou.orgs",
    "tongchou.programmes",
    "tongchou.applications",
    "tongchou.reviews",
    "tongchou.designations",
    "tongchou.monitoring",
    "tongchou.insight",
    "tongchou.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tongchou.guards.ContentSecurityPolicy",
    "tongchou.guards.SlowBodies",
    "tongchou.guards.PlansOfReading",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # deny first; web.screens.public opens a view
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
if DEMO:
    MIDDLEWARE.append("tongchou.web.demo_clock.DemoClock")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "web" / "templates"],  # before allauth's own
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# ---------------------------------------------------------------- people

AUTH_USER_MODEL = "orgs.Person"
AUTHENTICATION_BACKENDS = ["tongchou.logins.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in [
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    ]
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "tongchou.guards.AccountAdapter"  # closes allauth's own signup: units register with us
ACCOUNT_EMAIL_VERIFICATION = "none"  # the registration of a unit is checked by its authority
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "feedback": "10/h/ip",
    "objection": "20/h/ip,5/h/key",  # by e-mail: each is answered by a mail to it
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "统筹"

SESSION_ENGINE = "tongchou.logins"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# ---------------------------------------------------------------- words and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE / "web" / "locale"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = False
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# ---------------------------------------------------------------- files

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
COLLECTED = (STATIC_ROOT / "staticfiles.json").is_file() and not DEBUG
WHITENOISE_USE_FINDERS = not COLLECTED
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": FILES, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20  # the body without its files: a 250-field form is about 10 KB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 50
BODY_SLOTS = 64  # of the threads of a web process (cli/serve.py), how many may wait for bodies
CLAMD = os.environ.get("TONGCHOU_CLAMD", "")

# ---------------------------------------------------------------- safety

HTTPS = _flag("TONGCHOU_HTTPS")
PROXIES = int(os.environ.get("TONGCHOU_PROXIES", "0"))
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and PROXIES else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 86400 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "SAMEORIGIN"  # the expert's screen shows a PDF beside the score sheet
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS]

# ---------------------------------------------------------------- messages and logs

DEFAULT_FROM_EMAIL = os.environ.get("TONGCHOU_MAIL_FROM", "tongchou@localhost")
SITE_URL = os.environ.get("TONGCHOU_URL", "").rstrip("/")
EMAIL_TIMEOUT = 20
if mail := os.environ.get("TONGCHOU_MAIL_URL"):
    parts = urlsplit(mail)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_USE_SSL = parts.scheme == "smtps"
    EMAIL_USE_TLS = parts.scheme == "smtp" and bool(parts.username)
    EMAIL_HOST = parts.hostname or "localhost"
    EMAIL_PORT = parts.port or (465 if EMAIL_USE_SSL else 25)
    EMAIL_HOST_USER = unquote(parts.username or "")
    EMAIL_HOST_PASSWORD = unquote(parts.password or "")
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA / "mail"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "tongchou": {"level": "INFO"},
    },
}

# ---------------------------------------------------------------- the worker

PROCRASTINATE_WORKER_DEFAULTS = {"concurrency": 4}  # mail and deadlines don't wait for a rehearsal
PROCRASTINATE_IMPORT_PATHS = ["tongchou.rehearsal.tasks"]  # the tasks of rooms that are no Django apps
