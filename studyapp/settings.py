"""All settings of the project. They work with no variable set; docs/deployment.md lists the variables."""

import os
import sys
from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from studyapp.env import Environment, scratch_folder

django_stubs_ext.monkeypatch()  # lets classes of Django be written with their types: ModelAdmin[Item]

BASE_DIR = Path(__file__).resolve().parent.parent
# Under pytest: a quick password hasher, a cache per process, static files uncollected, a folder that goes.
TESTING = "pytest" in sys.modules

env = Environment(os.environ)

# Where everything that is not code lives: database, key, cache, collected static files, mail.
VAR = env.folder(
    "OVERSHOOT_VAR",
    scratch_folder() if TESTING else BASE_DIR / "var",
    "Folder of database, key, cache and mail.",
    shown="`var/`",
)

# --- Who may reach the site ---
PRODUCTION = env.boolean(
    "PRODUCTION", False, "The site is public and behind HTTPS: secure cookies, redirect to HTTPS, HSTS."
)
DEBUG = env.boolean("DEBUG", False, "Show tracebacks in the browser. Never on a machine that others reach.")
ALLOWED_HOSTS = env.names(
    "ALLOWED_HOSTS",
    [] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"],
    "Host names that the site answers to, with commas between them.",
)
CSRF_TRUSTED_ORIGINS = env.names(
    "CSRF_TRUSTED_ORIGINS", [], "Origins (https://host) whose forms are trusted beside the site's own."
)
env.refuse_unsafe(production=PRODUCTION, debug=DEBUG, hosts=ALLOWED_HOSTS)
SECRET_KEY = env.secret_key(VAR / "secret_key", production=PRODUCTION)
TRUSTED_PROXIES = env.integer(
    "TRUSTED_PROXIES",
    0,
    "How many reverse proxies of your own stand in front; their X-Forwarded-For and -Proto are believed.",
    minimum=0,
    maximum=5,
)

# --- Parts ---
INSTALLED_APPS = [
    "studyapp",
    "quizzes",
    "simulator",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    # First, so that errors of the others pass through them.
    "studyapp.api.middleware.ApiBoundary",
    "studyapp.api.middleware.AccountsBoundary",
    "django.middleware.security.SecurityMiddleware",
    "studyapp.middleware.permissions_policy",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Compresses pages; it pads them by a random length so that their size tells nothing about tokens in them
    # (Heal the BREACH, Palacios et al. 2022).
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "studyapp.page_limits.PageLimits",
]

ROOT_URLCONF = "studyapp.urls"
WSGI_APPLICATION = "studyapp.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Data ---
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.database(VAR / "db.sqlite3", "PostgreSQL: `postgresql://user:password@host:5432/name`.")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Readers never wait for the writer (WAL); a writer takes its lock at the start of the transaction, so
    # that it waits for the one before it instead of failing half-way; a commit is on disk before it is told.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000; "
            f"PRAGMA synchronous={'OFF' if TESTING else 'FULL'};"
        ),
    }
    # Tests use a file too: threads of the live server need connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
LOCAL_DATABASE = DATABASES["default"]["NAME"] == str(VAR / "db.sqlite3")
DATABASES["default"]["CONN_MAX_AGE"] = 0 if TESTING else 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by all processes of the site: counts of attempts and requests would otherwise be per process.
CACHE_URL = env.cache("A Redis server: `redis://host:6379/0`. (`memory://`: one process only.)")
CACHES: dict[str, dict[str, Any]]
if CACHE_URL.startswith("redis"):
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}}
elif CACHE_URL or TESTING:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 5000},
        }
    }
else:
    # A file of its own, so that caching never waits for the lock of the learners' data; losing it is no loss.
    DATABASES["cache"] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(VAR / "cache.sqlite3"),
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "timeout": 5,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
        },
    }
    DATABASE_ROUTERS = ["studyapp.cache.CacheRouter"]
    CACHES = {
        "default": {
            "BACKEND": "studyapp.cache.SizedDatabaseCache",
            "LOCATION": "cache_entries",
            "OPTIONS": {"MAX_ENTRIES": 20_000, "CULL_FREQUENCY": 4, "MOST_BYTES": 500_000_000},
        }
    }

# --- Accounts ---
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "studyapp.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = env.one_of(
    "EMAIL_VERIFICATION",
    "none",
    "Whether a new account confirms its e-mail address: `none`, `optional` or `mandatory`.",
    allowed=("none", "optional", "mandatory"),
)
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USERNAME_MIN_LENGTH = 2
# A class signs up from one address; guessing one account's password is what stays limited closely.
ACCOUNT_RATE_LIMITS = {"signup": "120/m/ip", "login": "300/m/ip", "login_failed": "60/m/ip,8/300s/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
HEADLESS_CLIENTS = ("app", "browser")
SESSION_COOKIE_AGE = 180 * 24 * 3600  # a guest's progress hangs on the session

# --- Mail ---
globals().update(
    env.email(VAR / "mail", "Where mail goes: `smtp+tls://user:password@host:587`, `smtps://…`, `smtp://…`.")
)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text(
    "EMAIL_FROM", "overshoot@localhost", "Sender of the site's mail."
)

# --- REST API: what quizzes.api and simulator.api share comes to them from here ---
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["studyapp.api.authentication.SessionTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_THROTTLE_CLASSES": ["studyapp.api.throttling.MinuteThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["studyapp.api.rendering.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["studyapp.api.parsing.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "studyapp.api.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "studyapp.api.schema.ApiSchema",
    "DEFAULT_METADATA_CLASS": "studyapp.api.metadata.Methods",
    "EXCEPTION_HANDLER": "studyapp.api.errors.exception_handler",
    "NUM_PROXIES": TRUSTED_PROXIES,
    "URL_FORMAT_OVERRIDE": None,
}
# Requests a minute by scope: of one learner or guest, and of all guests of one address together.
API_RATES = {
    "reads": (2_000, 40_000),
    "figures": (2_000, 40_000),
    "simulations": (300, 6_000),
    "responses": (90, 1_800),
    "lab": (240, 4_800),  # pages; a run takes two, since it leads to an address of its own
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Overshoot",
    "DESCRIPTION": "A learner commits to an answer, then sees what the run of the question really does.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "studyapp.api.schema.null_as_a_type",
    ],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "Level": ["beginner", "intermediate", "advanced"],
        "RunStatus": ["converged", "running", "oscillating", "diverged"],
        "ResponseStatus": ["recorded", "duplicate"],
        "RejectedStatus": ["rejected"],
        "ClaimVerdict": ["proved", "refuted", "undecided"],
        "ProofVerdict": ["proved", "cited"],
        "QuestionKind": ["single_choice"],
        "FlashcardKind": ["flashcard"],
        "Confidence": ["guess", "unsure", "sure"],
        "Rating": ["again", "hard", "good", "easy"],
    },
}

# --- Safety ---
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked by the machine itself, without HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# --- Static files ---
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
COLLECTED = not (DEBUG or TESTING)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "studyapp.static_files.StaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not COLLECTED

# --- Language and time ---
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# --- Log: one line an event, to standard error ---
LOG_LEVEL = env.one_of(
    "LOG_LEVEL", "INFO", "Least severe message that is logged.", allowed=("DEBUG", "INFO", "WARNING", "ERROR")
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
        "studyapp": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
        "quizzes": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
        "simulator": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
    },
}
