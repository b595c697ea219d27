"""Django's settings: everything that differs between machines comes from the environment."""

from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from config import api_settings, signin_settings
from config.env import BASE_DIR, database, env, origin, redis_addresses, secret_key, var_dir
from config.timetable import CLOCK, WORK, ZONE

VAR_DIR: Path = var_dir()
ORIGIN = origin()
# Demonstration data for an empty database, and links to sign in with: on this machine alone, unless
# asked for, and never where people come over https.
DEMO = env.bool("WERKDAG_DEMO", default=ORIGIN.is_loopback) and not ORIGIN.secure
# web, worker or command: decides how database connections are kept and how long a query may take.
ROLE = env.str("WERKDAG_ROLE", default="command")
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = secret_key(VAR_DIR)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])

# -- the house ---------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config",
    "support",
    "sla",
    "tickets",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "django_htmx",
    "csp",
    *signin_settings.APPS,
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
# Each page says to people of the helpdesk where its time went; see docs/performance.md.
SERVER_TIMING = env.bool("WERKDAG_SERVER_TIMING", default=False)
MIDDLEWARE = [
    *(["config.timing.TimingMiddleware"] if SERVER_TIMING else []),
    "support.brands.hosts.HostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "support.status_page.stored.StoredMiddleware",
    "config.limits.BodyLimitMiddleware",
    "config.faults.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.limits.OddTextMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    *signin_settings.MIDDLEWARE,
    "support.audit.middleware.AuditMiddleware",
    "config.forms.FormsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        # Ours: pages and letters.
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "environment": "config.jinja.environment",
            "context_processors": ["config.jinja.of_request"],
        },
    },
    {
        # The admin's, the packages', and our changes to the admin's.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates" / "django"],
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
FORM_RENDERER = "config.jinja.FormRenderer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- people --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "tickets.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = signin_settings.PASSWORD_CHECKS
SESSION_ENGINE = "config.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
# Whoever works here signs in again after so many hours without use.
STAFF_IDLE = timedelta(hours=env.int("WERKDAG_STAFF_IDLE_HOURS", default=12))

# How long the log of what was done to the house is kept; the database keeps a year in any case.
AUDIT_KEPT = timedelta(days=366 * env.int("WERKDAG_AUDIT_YEARS", default=7))
vars().update(signin_settings.SETTINGS)
# Roles that must have a second factor before they can do anything else.
MFA_REQUIRED_ROLES = frozenset(env.str("WERKDAG_MFA_REQUIRED", default="").split())
SOCIALACCOUNT_PROVIDERS = signin_settings.PROVIDERS
# Entra ID says no email_verified: its tenant's word may be trusted, or not.
OIDC_EMAIL_TRUSTED = env.bool("WERKDAG_OIDC_EMAIL_TRUSTED", default=False)

# -- language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = ZONE  # for showing; deadlines follow their own calendar
USE_TZ = True

# -- the API -------------------------------------------------------------------------------------
REST_FRAMEWORK = api_settings.REST_FRAMEWORK
SPECTACULAR_SETTINGS = api_settings.SPECTACULAR_SETTINGS

# Who sends it hears what is wrong from /readyz and /health; without it, only this machine does.
HEALTH_TOKEN = env.str("WERKDAG_HEALTH_TOKEN", default="")

# How long what is known of the house is shown on staff's pages before it is looked at again.
STANDING_FRESH = timedelta(seconds=15)

# -- addresses -----------------------------------------------------------------------------------
DATABASES = {"default": database(VAR_DIR, ROLE)}
_redis = redis_addresses(VAR_DIR)
_cache: dict[str, Any] = {
    "LOCATION": _redis.cache,
    "TIMEOUT": 300,
    "KEY_PREFIX": "werkdag",
    "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 5},
}
CACHES = {
    "default": {"BACKEND": "config.cache.SharedCache", **_cache},
    # The same, for whoever must know that Redis is lost.
    "redis": {"BACKEND": "django.core.cache.backends.redis.RedisCache", **_cache},
    # And for a page that must not wait for it.
    "brief": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        **_cache,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    },
}
EMAIL_TIMEOUT = 15  # seconds that a mail server may be silent
EMAIL_WHOLE_TIME = 40  # and that it may take for one mail in all
if env.str("EMAIL_URL", default=""):
    vars().update({key: value for key, value in env.email_url("EMAIL_URL").items() if value != ""})
    if vars()["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
        EMAIL_BACKEND = "support.mail.smtp.Backend"
else:
    EMAIL_BACKEND = "support.mail.outbox.OutboxBackend"  # files under var/outbox
DEFAULT_FROM_EMAIL = env.str("WERKDAG_MAIL_FROM", default=f"Werkdag <helpdesk@{ORIGIN.host}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Answers come back to this address with a signed tag after a plus; empty for a server without.
REPLY_ADDRESS = env.str(
    "WERKDAG_REPLY_ADDRESS", default=parseaddr(env.str("WERKDAG_MAIL_FROM", default=""))[1]
)
# An address that sends more mails than this in so many minutes gets no confirmations.
INTAKE_BRAKE_MAILS = env.int("WERKDAG_BRAKE_MAILS", default=10)
INTAKE_BRAKE_MINUTES = env.int("WERKDAG_BRAKE_MINUTES", default=60)
# What a customer writes longer after a ticket was done with is a new one; 0 for never.
REOPEN_DAYS = env.int("WERKDAG_REOPEN_DAYS", default=30)
# So many letters in those minutes that anybody can set off: in all, and to addresses not known.
CONFIRMATIONS = env.int("WERKDAG_CONFIRMATIONS", default=300)
CONFIRMATIONS_TO_STRANGERS = env.int("WERKDAG_CONFIRMATIONS_TO_STRANGERS", default=30)
# Other addresses that customers write to, where no mailbox is read: answers leave from them.
HOUSE_ADDRESSES: list[str] = env.list("WERKDAG_ADDRESSES", default=[])
# Whose Authentication-Results are believed: the name that our own mail server gives itself.
AUTHENTICATION_SERVERS: list[str] = env.list("WERKDAG_AUTHSERV_ID", default=[])
MAIL_MAX_BYTES = env.int("WERKDAG_MAIL_MAX_MB", default=50) * 1024 * 1024
IMAP_TIMEOUT = 15  # seconds that a mail server may be silent
IMAP_WHOLE_TIME = 100  # and that one visit to it may take; a claim on a mailbox lasts 120
IMAP_PLAIN_ALLOWED = env.bool("WERKDAG_IMAP_PLAIN", default=False)  # mailboxes without TLS
# Keys of mail providers that post to us, under the names that django-anymail gives them.
vars().update({name: text for name, text in env.ENVIRON.items() if name.startswith("ANYMAIL_")})
ANYMAIL_WEBHOOK_SECRET = env.str("ANYMAIL_WEBHOOK_SECRET", default="")  # without: no such pages
OUTGOING_PRIVATE_ALLOWED = env.bool("WERKDAG_OUTGOING_PRIVATE", default=False)
# Servers inside the own network that may be asked all the same, such as its mail server.
OUTGOING_PRIVATE_HOSTS = frozenset(env.str("WERKDAG_PRIVATE_HOSTS", default="").lower().split())

# "scattered" or "in-a-row"; empty: as the house began, which is scattered for a new one.
TICKET_NUMBERS = env.str("WERKDAG_TICKET_NUMBERS", default="")

# A form that comes back sooner than this was filled in by a machine.
FORM_QUICKEST = timedelta(seconds=2)
# Whoever isn't known waits so long for the answer to a report: what it took tells whose address
# it is.
FORM_EVENLY = timedelta(milliseconds=250)
# So many reports in ten minutes: from one visitor who has not signed in, and for one address.
REPORTS_PER_VISITOR = env.int("WERKDAG_REPORTS_PER_VISITOR", default=10)
REPORTS_PER_ADDRESS = env.int("WERKDAG_REPORTS_PER_ADDRESS", default=5)

# -- background work: every task is idempotent and finds its work in the database ------------------
CELERY_BROKER_URL = _redis.broker
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 5,
    "socket_timeout": 30,
    "polling_interval": 3,  # seconds for which a worker waits at a time; a message ends that
}
CELERY_DB_REUSE_MAX = 100  # else a connection is opened for every task
# A worker that is told no queue takes both; see config/timetable.py.
CELERY_TASK_QUEUES = [Queue(CLOCK), Queue(WORK)]
CELERY_TASK_DEFAULT_QUEUE = WORK
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A process that does much comes to hold its own copy of what it shares with the others: another
# takes its place, which begins with all of it shared again.
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE

# -- files ---------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.fonts.TypefaceFinder",
    "config.icons.IconFinder",
]
MEDIA_ROOT = VAR_DIR / "files"  # private: no URL serves it, views check who may see a file
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
ATTACHMENTS_MAX_BYTES = 25 * 1024 * 1024  # all attachments of one report or reply together
ATTACHMENTS_MAX_FILES = 50  # of one mail, or one form
# Endings of programs, which are not kept from mail.
ATTACHMENTS_REFUSED = env.str(
    "WERKDAG_ATTACHMENTS_REFUSED",
    default="bat cmd com cpl exe hta jse lnk msi pif ps1 reg scr vbe vbs wsf",
).split()
REQUEST_MAX_BYTES = 40 * 1024 * 1024  # no request is longer than this, whatever it is
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # text fields, without files
DATA_UPLOAD_MAX_NUMBER_FILES = 500  # of a form; the form itself says that these are too many

# -- safety --------------------------------------------------------------------------------------
ALLOWED_HOSTS = [ORIGIN.host] if ORIGIN.secure else [ORIGIN.host, "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [ORIGIN.url]
CSRF_FAILURE_VIEW = "config.faults.forged"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ORIGIN.secure
SECURE_SSL_REDIRECT = ORIGIN.secure
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^health$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ORIGIN.secure else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ORIGIN.secure else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for sub-domains: for the owner of the whole domain to decide
    "security.W021",  # HSTS preload: likewise
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# -- logs: to standard error, secrets masked -------------------------------------------------------
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "config.logs.MaskingFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # One line per periodic task every five seconds says nothing.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        # Nor does every glyph that a font was rid of.
        "fontTools": {"level": "WARNING"},
    },
}
