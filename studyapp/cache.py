"""The shared cache lives in a database file of its own."""

import contextlib
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import DatabaseError, connections, models, router

ALIAS = "cache"


class CacheRouter:
    """Sends the cache table, and nothing else, to the database ``cache``."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str | None:
        return ALIAS if model._meta.app_label == "django_cache" else None

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str | None:
        return ALIAS if model._meta.app_label == "django_cache" else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return (app_label == "django_cache") == (db == ALIAS)


class SizedDatabaseCache(DatabaseCache):
    """Django's cache in a table of SQLite, bounded in bytes too (the option MOST_BYTES).

    Anybody may ask for long answers and large pictures, so that the allowed number of entries alone could
    fill a disk. What goes is a quarter of the large entries, those first that expire first; counters are
    small and stay.
    """

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(table, params)
        self._most_bytes: int = params["OPTIONS"]["MOST_BYTES"]

    def set(
        self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """As Django's; makes room where the entries take too much."""
        super().set(key, value, timeout, version)
        connection = connections[router.db_for_write(self.cache_model_class)]
        # Like Django's, it does not fail where nothing can be written.
        with contextlib.suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute(_BYTES_USED)
            (used,) = cursor.fetchone()
            if used > self._most_bytes:
                table = connection.ops.quote_name(self.cache_model_class._meta.db_table)
                cursor.execute(_QUARTER.format(table=table), [_LARGE, _LARGE])


_LARGE = 4000  # bytes of an entry
_BYTES_USED = """SELECT (page_count - freelist_count) * page_size
    FROM pragma_page_count, pragma_freelist_count, pragma_page_size"""
_QUARTER = """DELETE FROM {table} WHERE cache_key IN (
    SELECT cache_key FROM {table} WHERE LENGTH(value) > %s ORDER BY expires
    LIMIT (SELECT (COUNT(*) + 3) / 4 FROM {table} WHERE LENGTH(value) > %s))"""
