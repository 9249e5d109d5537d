"""Counters in the shared cache, exact although several processes count at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router
from django.utils import timezone


def count(keys: Sequence[str], seconds: int) -> list[int]:
    """Add one to each counter, which are forgotten after ``seconds``; returns their new values."""
    cache = caches["default"]
    if isinstance(cache, DatabaseCache):
        return _count_in_table(cache, keys, seconds)
    return [_count_one(cache, key, seconds) for key in keys]


def _count_one(cache: BaseCache, key: str, seconds: int) -> int:
    try:
        return cache.incr(key)
    except ValueError:  # not there yet; if two processes find that, only one adds it
        if cache.add(key, 1, seconds):
            return 1
        return cache.incr(key)


def _count_in_table(cache: DatabaseCache, keys: Sequence[str], seconds: int) -> list[int]:
    """One statement in the table of Django's database cache, whose own ``incr`` reads, then writes.

    The value is a bare number where the cache keeps pickles, so only this function can read it; expiry,
    culling and ``clear()`` work as for any other entry.
    """
    connection = connections[router.db_for_write(cache.cache_model_class)]
    table = connection.ops.quote_name(cache.cache_model_class._meta.db_table)
    expires = connection.ops.adapt_datetimefield_value(
        (timezone.now() + timedelta(seconds=seconds)).replace(microsecond=0)
    )
    names = [cache.make_and_validate_key(key) for key in keys]
    rows = ", ".join(["(%s, '1', %s)"] * len(names))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS entry (cache_key, value, expires) VALUES {rows}"  # noqa: S608
            " ON CONFLICT (cache_key) DO UPDATE SET value = CAST(CAST(entry.value AS INTEGER) + 1 AS TEXT)"
            " RETURNING cache_key, value",
            [parameter for name in names for parameter in (name, expires)],
        )
        counted = dict(cursor.fetchall())
    return [int(counted[name]) for name in names]
