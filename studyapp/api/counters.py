"""Counters in the shared cache, exact although several processes count at once."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router
from django.utils import timezone


def count(key: str, seconds: int) -> int:
    """Add one to a counter that is forgotten after ``seconds``; returns its new value."""
    cache = caches["default"]
    if isinstance(cache, DatabaseCache):
        return _count_in_table(cache, key, seconds)
    try:
        return cache.incr(key)
    except ValueError:  # not there yet; if two processes find that, only one adds it
        if cache.add(key, 1, seconds):
            return 1
        try:
            return cache.incr(key)
        except ValueError:
            return 1


def _count_in_table(cache: DatabaseCache, key: str, seconds: int) -> int:
    """One statement in the table of Django's database cache, whose own ``incr`` reads, then writes.

    The value is a bare number where the cache keeps pickles, so only this function can read it; expiry,
    culling and ``clear()`` work as for any other entry.
    """
    connection = connections[router.db_for_write(cache.cache_model_class)]
    table = connection.ops.quote_name(cache.cache_model_class._meta.db_table)
    expires = (timezone.now() + timedelta(seconds=seconds)).replace(microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS entry (cache_key, value, expires) VALUES (%s, '1', %s)"  # noqa: S608
            " ON CONFLICT (cache_key) DO UPDATE SET value = CAST(CAST(entry.value AS INTEGER) + 1 AS TEXT)"
            " RETURNING value",
            [cache.make_and_validate_key(key), connection.ops.adapt_datetimefield_value(expires)],
        )
        return int(cursor.fetchone()[0])
