"""Counters in the shared cache, exact although several processes count at once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router
from django.utils import timezone

_MOST_KEPT = 10_000


class Blocks:
    """Numbers that this process took from the shared counters and has not given out yet.

    To write for each of many cheap requests would cost more than to answer them, so numbers are taken
    several at a time. None is given out twice, so nobody gets more than a limit allows; what one process
    keeps is lost to the others, so that a limit is reached that much sooner.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, list[int]] = {}

    def count(self, keys: Sequence[str], seconds: int, block: int) -> list[int]:
        """As `count`, with ``block`` numbers of each key taken at a time."""
        with self._lock:
            found = {key: self._next(key) for key in keys}
        wanting = [key for key, number in found.items() if number is None]
        if wanting:
            taken = count(wanting, seconds, by=block)
            with self._lock:
                if len(self._kept) > _MOST_KEPT:
                    self._kept.clear()  # of minutes that are over, mostly
                for key, last in zip(wanting, taken, strict=True):
                    found[key] = last - block + 1
                    # Another thread may have taken a block meanwhile; what is left of both is kept.
                    self._kept.setdefault(key, []).extend(range(last - block + 2, last + 1))
        return [number for key in keys if (number := found[key]) is not None]

    def _next(self, key: str) -> int | None:
        kept = self._kept.get(key)
        return kept.pop(0) if kept else None


def count(keys: Sequence[str], seconds: int, *, by: int = 1) -> list[int]:
    """Add to each counter, which are forgotten after ``seconds``; returns their new values."""
    cache = caches["default"]
    if isinstance(cache, DatabaseCache):
        return _count_in_table(cache, keys, seconds, by)
    return [_count_one(cache, key, seconds, by) for key in keys]


def _count_one(cache: BaseCache, key: str, seconds: int, by: int) -> int:
    try:
        return cache.incr(key, by)
    except ValueError:  # not there yet; if two processes find that, only one adds it
        if cache.add(key, by, seconds):
            return by
        return cache.incr(key, by)


def _count_in_table(cache: DatabaseCache, keys: Sequence[str], seconds: int, by: int) -> list[int]:
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
    rows = ", ".join(["(%s, %s, %s)"] * len(names))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS entry (cache_key, value, expires) VALUES {rows}"  # noqa: S608
            " ON CONFLICT (cache_key) DO UPDATE"
            " SET value = CAST(CAST(entry.value AS INTEGER) + CAST(excluded.value AS INTEGER) AS TEXT)"
            " RETURNING cache_key, value",
            [parameter for name in names for parameter in (name, str(by), expires)],
        )
        counted = dict(cursor.fetchall())
    return [int(counted[name]) for name in names]
