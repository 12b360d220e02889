"""Django's settings, derived from one typed object."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from tend.site.config import load

CONFIG = load()
HERE = Path(__file__).resolve().parent.parent

SECRET_KEY = CONFIG.secret_key
DEBUG = CONFIG.debug
SCOPE_RAISES = (
    CONFIG.debug or CONFIG.testing
)  # a question without an actor: an error here, an empty answer in production
ALLOWED_HOSTS = ["*"]  # nothing is built from the Host header: links come from TEND_URL
CSRF_TRUSTED_ORIGINS = [CONFIG.url] if CONFIG.url else []
PUBLIC_URL = CONFIG.url
DATA_DIR = CONFIG.data
FILES_PLACE = "tend.kernel.files.places.Folder"  # what keeps the bytes of documents
FILE_LIMIT, FILES_LIMIT = CONFIG.file_limit, CONFIG.files_limit  # bytes of one file, and of all together
PRESETS = "tend.site.presets.apply_presets"  # (actor, language): what the first steps fill the books with

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "template_partials.apps.SimpleAppConfig",
    "django_htmx",
    "tend.kernel",
    "tend.people",
    "tend.domains.accounts",
    "tend.domains.contacts",
    "tend.domains.activities",
    "tend.domains.documents",
    "tend.engines.cadence",
    "tend.engines.following",
    "tend.engines.reminders",
    "tend.doors.web",
]
INSTALLED_APPS += CONFIG.extra_apps
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tend.doors.web.middleware.ActorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tend.doors.web.failing.FailureMiddleware",
]
ROOT_URLCONF = "tend.site.urls"
WSGI_APPLICATION = "tend.site.wsgi.application"
_LOADERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "doors" / "web" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
                )
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "tend.doors.web.templatetags.tend",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "tend.doors.web.shell.context",
            ],
        },
    }
]

DATABASES = {"default": CONFIG.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10000}}}

AUTH_USER_MODEL = "people.User"
TEAM_MODEL = "people.Team"
AUTHENTICATION_BACKENDS = ["tend.people.signin.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("email", "name")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]  # fmt: skip
LOGIN_URL = "/sign-in"
SESSION_ENGINE = "tend.people.session_store"
SESSION_COOKIE_NAME = "tend_session"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = urlsplit(CONFIG.url).scheme == "https"
CSRF_USE_SESSIONS = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

STATIC_URL = "/static/"
STATIC_ROOT = HERE / "static"  # built, hashed and compressed before; nothing is collected
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(CONFIG.data / "files")}},
    "staticfiles": {"BACKEND": "tend.site.assets.BuiltAssets"},
}  # fmt: skip
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"-[A-Z0-9]{8}\."
WHITENOISE_MAX_AGE = 3600

USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español"), ("pt-br", "Português (Brasil)"), ("uk", "Українська")]
LOCALE_PATHS = [HERE / "locale"]
APPEND_SLASH = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

if CONFIG.email_url:
    _mail = urlsplit(CONFIG.email_url)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.scheme == "smtp+tls", _mail.scheme == "smtps"
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = CONFIG.mail_from or f"tend@{urlsplit(CONFIG.url).hostname or 'localhost'}"
MAIL_CARRIER = "tend.adapters.mail.smtp.Smtp" if CONFIG.email_url else "tend.adapters.mail.nowhere.Nowhere"
