"""How the lab's forum differs from the project that Spirit itself generates.

Copied beside Spirit's own ``base.py`` and run by the forum's Python, never by the project's.
"""
# mypy: ignore-errors
# (Django and Spirit live in the forum's virtual environment, where the type checker does not look.)

from .base import *  # noqa: F403
from .base import BASE_DIR, CACHES, STORAGES

DEBUG = False  # visitors of a real forum see its own error pages, not Django's
SECRET_KEY = "lab-only, protects nothing"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": f"{BASE_DIR}/db.sqlite3",
        "OPTIONS": {"timeout": 20},
    }
}
for _name in CACHES:  # per process: a fresh copy of the forum starts with empty caches
    CACHES[_name] = {**CACHES[_name], "BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

# The forum states times without their zone, as many do; a reader that takes them for UTC is 8 hours out.
TIME_ZONE = "Asia/Makassar"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; the passwords are public anyway
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
HAYSTACK_SIGNAL_PROCESSOR = "haystack.signals.BaseSignalProcessor"  # no search index: nothing searches
ST_SITE_URL = "http://127.0.0.1/"
ST_RATELIMIT_ENABLE = False  # Spirit allows a post every ten seconds
ST_DOUBLE_POST_THRESHOLD_MINUTES = 0  # two tests may publish the same words
