"""Django settings, derived from `Config`. What is not here is Django's default on purpose."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from shouwang.kernel import secrets
from shouwang.site.config import Config

SITE = Path(__file__).resolve().parent
SHOUWANG = Config.from_env()
TESTING = "pytest" in sys.modules

SHOUWANG.data_dir.mkdir(parents=True, exist_ok=True)
secrets.unlock(SHOUWANG.data_dir / "house.key")
SECRET_KEY = secrets.derive_key("django").hex()

DEBUG = SHOUWANG.debug
ALLOWED_HOSTS = list(SHOUWANG.hosts)
CSRF_TRUSTED_ORIGINS = [SHOUWANG.public_url] if SHOUWANG.https else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "shouwang.kernel",
    "shouwang.kernel.live",
    "shouwang.apps.accounts",
    "shouwang.apps.units",
    "shouwang.apps.ledger",
    "shouwang.apps.people",
    "shouwang.apps.places",
    "shouwang.apps.duty",
    "shouwang.apps.guides",
    "shouwang.apps.files",
    "shouwang.apps.notices",
    "shouwang.apps.matters",
    "shouwang.apps.talk",
    "shouwang.apps.desk",
    "shouwang.apps.secrecy",
    "shouwang.apps.incidents",
    "shouwang.apps.dispatch",
    "shouwang.apps.papers",  # after the room above it: on a card the papers stand below the facts
    "shouwang.apps.recordings",
    "shouwang.apps.catalogue",
    "shouwang.apps.disclosure",
    "shouwang.apps.cases",
    "shouwang.apps.penalties",
    "shouwang.apps.mediation",
    "shouwang.apps.results",
    "shouwang.apps.openness",
    "shouwang.apps.promises",
    "shouwang.apps.redactions",
    "shouwang.apps.bureau",
    "shouwang.doors.open311",
    "shouwang.doors.api",
    "shouwang.demo",
    "shouwang.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "shouwang.site.middleware.MindTheClock",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shouwang.site.middleware.KnowWhoLooks",
    "shouwang.site.middleware.AskForSecondFactor",
    "shouwang.site.middleware.SayWhatToDo",
    "shouwang.apps.openness.middleware.CountVisits",
]

ROOT_URLCONF = "shouwang.site.urls"
ASGI_APPLICATION = "shouwang.site.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "shouwang.site.context.house",
                "shouwang.apps.desk.bell.bell",
                "shouwang.demo.context.banner",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "shouwang.site.templatetags.sw"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"


def _database(config: Config) -> dict[str, object]:
    if not config.database_url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": config.data_dir / "shouwang.sqlite3",
            "TEST": {"NAME": config.data_dir / "test.sqlite3"},
            "OPTIONS": {
                # IMMEDIATE: a transaction that will write waits at its start, instead of failing in its middle.
                "transaction_mode": "IMMEDIATE",
                "timeout": config.database_wait_s,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                    "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;"
                ),
            },
        }
    parts = urlsplit(config.database_url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        # As long as on SQLite: whoever waits gets a sentence before the proxy in front gives up.
        "OPTIONS": {"options": f"-c lock_timeout={config.database_wait_s}s", "connect_timeout": 10},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(SHOUWANG)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # the house sends no e-mail, whoever asks it to
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "bureau:in"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "shouwang.apps.accounts.adapter.StaffOnly"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
MFA_ADAPTER = "shouwang.apps.accounts.adapter.SealedSecrets"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"add_webauthn": "shouwang.apps.accounts.forms.AddPasskeyForm"}
MFA_TOTP_ISSUER = "守望"
MFA_TOTP_TOLERANCE = 1  # phones in the village are half a minute off; a code still works only once
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SHOUWANG.https

SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
SESSION_COOKIE_NAME = "sw_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SHOUWANG.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SHOUWANG.https else None
SECURE_REFERRER_POLICY = "same-origin"  # tracking codes live in paths of no other site's business
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "shouwang.site.views.stale_form"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

#: Readings of pages wait in memory so long before they are written; never by themselves in tests, which count queries.
VISITS_EVERY_SECONDS = 0 if TESTING else 30

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("英文"))]
LANGUAGE_COOKIE_NAME = "sw_language"
LOCALE_PATHS = [SITE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = SHOUWANG.data_dir / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING or DEBUG
MEDIA_ROOT = SHOUWANG.data_dir / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "filters": {"cut_secrets": {"()": "shouwang.site.logs.CutSecrets"}},
    "loggers": {
        "shouwang": {"level": "INFO"},
        "django.request": {"filters": ["cut_secrets"]},
        "django.security.csrf": {"filters": ["cut_secrets"]},
    },
}
