"""The shared cache lives in a database file of its own."""

from typing import Any

from django.db import models

ALIAS = "cache"


class CacheRouter:
    """Sends the cache table, and nothing else, to the database ``cache``."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str | None:
        return ALIAS if model._meta.app_label == "django_cache" else None

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str | None:
        return ALIAS if model._meta.app_label == "django_cache" else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return (app_label == "django_cache") == (db == ALIAS)
